"""Kernels that begin with everything imported: forked from a process that has done nothing but import.

A kernel of its own for every report keeps reports apart; paying the imports for each took longer than its notebook.
The standard library's fork server imports once and forks from there, before any thread or library has begun to work.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import run_sync

from drivers.publish.batch.kernel_process import begin_to_import, can_fork, fork_context, run_kernel
from drivers.publish.kernel import Manager, end, ipc_settings, started_kernel

PROVISIONER = "drivers-forked"
"""The provisioner's name among the entry points of ``jupyter_client.kernel_provisioners``."""


class _Forked:
    """A forked process with the ways of `subprocess.Popen` that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, process: Any) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        code: int | None = self._process.exitcode
        return code

    def wait(self) -> int | None:
        """Its exit code, once it has ended."""
        self._process.join()
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send it a signal; nothing where it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by forking it from the fork server of this process."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel that takes the arguments which would follow ``-m ipykernel_launcher``."""
        process = fork_context().Process(target=run_kernel, args=(cmd[cmd.index("-f") :],))
        process.start()
        self.process = _Forked(process)  # type: ignore[assignment]
        self.pid = process.pid
        self.pgid = None
        self.cwd = Path.cwd()
        return self.connection_info


@contextmanager
def forked_kernel() -> Iterator[Manager]:
    """A manager of a running kernel of its own, ended when the block is left; a started one where nothing can fork."""
    if not can_fork():
        with started_kernel() as manager:
            yield manager
        return
    begin_to_import()
    with tempfile.TemporaryDirectory(prefix="drivers-kernel-") as folder:
        manager = Manager(kernel_name="python3", **ipc_settings(Path(folder)))
        spec = manager.kernel_spec
        assert spec is not None  # ipykernel brings a python3 kernel along
        spec.argv = [sys.executable, "-f", "{connection_file}"]
        spec.metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER}}
        run_sync(manager.start_kernel)(extra_arguments=["--HistoryManager.enabled=False"])
        try:
            yield manager
        finally:
            end(manager)
