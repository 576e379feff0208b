"""A kernel that is already importing while its notebook is being prepared."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.channels import HBChannel
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

from drivers.errors import KernelError
from drivers.publish.kernel_settings import SETTINGS

NEEDED_BY_EVERY_REPORT = (
    "drivers.survey.data",
    "drivers.survey.description",
    "drivers.importance.relative",
    "drivers.indicators.scores",
    "drivers.decisions.importance_performance",
    "drivers.present.channel",
    "drivers.waves.each_wave",
)


STARTING = 300
"""Seconds within which a kernel answers: what it imports at first, never compiled before, takes a minute on a busy
machine."""


class _Heartbeat(HBChannel):
    """A heartbeat that may be stopped before its first beat.

    The library's own overlooks a stop that comes before its thread has begun, and then opens one
    socket after the other until there are none left.
    """

    def stop(self) -> None:
        """Stop it, once its thread has begun."""
        while self.is_alive() and not self._running:
            time.sleep(0.001)
        super().stop()


class Manager(AsyncKernelManager):
    """A kernel manager that knows its clients: who runs a notebook leaves those of a kernel not its own open."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.opened: list[Any] = []

    def client(self, **options: Any) -> Any:
        """A client of the kernel, as every manager makes it."""
        opened = super().client(**{"hb_channel_class": _Heartbeat, **options})
        self.opened.append(opened)
        return opened


def tell(kernel: Manager, code: str) -> str:
    """Whether a code that is run in a kernel, silently, ended well: ``ok`` or ``error``.

    Raises
    ------
    KernelError
        Where the kernel does not answer.
    """
    client = kernel.client()
    client.start_channels()
    try:
        run_sync(client.wait_for_ready)(timeout=STARTING)
        reply = run_sync(client.execute_interactive)(code, silent=True, allow_stdin=False, timeout=STARTING)
        return str(reply["content"]["status"])
    except (RuntimeError, TimeoutError) as error:
        raise KernelError(
            f"Expected a kernel that answers within {STARTING} seconds, found: {error}; try again when the machine "
            "is less busy."
        ) from None
    finally:
        for opened in kernel.opened:
            opened.stop_channels()
        kernel.opened.clear()


def prepare(kernel: Manager, languages: Sequence[str], *, first: str = "") -> str:
    """Make a kernel ready to run a notebook for pages in these languages: nothing of a notebook before is left.

    What was imported stays imported, which is what takes the time.

    Parameters
    ----------
    first
        Code that is run before.

    Returns
    -------
    str
        As `tell`.
    """
    speaking = f"from drivers.present.speaking import speak; speak({list(languages)!r}); get_ipython().reset()"
    return tell(kernel, f"{first}\n{speaking}")


@contextmanager
def started_kernel() -> Iterator[Manager]:
    """A manager of a running Python kernel, ended when the block is left.

    The kernel is a process of this interpreter, whatever kernels are installed on the machine. It
    imports what every report needs at once, so that it is ready about when the notebook is.
    """
    with tempfile.TemporaryDirectory(prefix="drivers-kernel-") as folder:
        manager = Manager(kernel_name="python3", **ipc_settings(Path(folder)))
        spec = manager.kernel_spec
        assert spec is not None  # ipykernel brings a python3 kernel along
        spec.argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        imports = f"[__import__(name) for name in {NEEDED_BY_EVERY_REPORT!r}] and None"
        run_sync(manager.start_kernel)(
            extra_arguments=[f"--IPKernelApp.exec_lines={[imports]!r}", "--HistoryManager.enabled=False"],
            env={**os.environ, **SETTINGS},
        )
        try:
            yield manager
        finally:
            end(manager)


def ipc_settings(folder: Path) -> dict[str, Any]:
    """Settings of a manager whose kernel is talked to through files in a folder, where the system has such sockets."""
    settings: dict[str, Any] = {"connection_file": str(folder / "kernel.json")}
    if os.name == "posix":
        # Sockets in a folder of our own: nothing on the network, and no port to fight for.
        settings |= {"transport": "ipc", "ip": str(folder / "k")}
    return settings


def end(manager: Manager) -> None:
    """End a kernel, and everything that is open to it."""
    for client in manager.opened:
        client.stop_channels()
    run_sync(manager.shutdown_kernel)(now=True)
    manager.context.destroy(linger=0)
