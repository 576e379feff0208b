"""Kernels: this Python, off the network, and gone afterwards."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from jupyter_client.channels import HBChannel
from jupyter_core.utils import run_sync

from drivers.errors import PublishError
from drivers.publish.kernel import prepare, started_kernel, tell


def test_a_kernel_is_this_python_and_off_the_network() -> None:
    with started_kernel() as kernel:
        assert kernel.kernel_spec is not None
        assert kernel.kernel_spec.argv[0] == sys.executable
        assert Path(kernel.connection_file).is_file()
        if os.name == "posix":
            assert kernel.transport == "ipc"
            assert Path(kernel.ip).parent == Path(kernel.connection_file).parent


def test_a_kernel_ends_with_its_block_and_takes_its_clients_along() -> None:
    with started_kernel() as kernel:
        client = kernel.client()
        client.start_channels()
        assert run_sync(kernel.is_alive)()
    assert not run_sync(kernel.is_alive)()
    assert not client.channels_running
    assert not Path(kernel.connection_file).parent.exists()


def test_a_heartbeat_that_is_stopped_before_it_begins_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = 0
    create = HBChannel._create_socket

    def create_late(heartbeat: HBChannel) -> None:
        nonlocal opened
        opened += 1
        if opened > 5:
            raise RuntimeError("it goes on for ever")
        time.sleep(0.2)
        create(heartbeat)

    monkeypatch.setattr(HBChannel, "_create_socket", create_late)
    with started_kernel() as kernel:
        client = kernel.client()
        client.start_channels()
        client.stop_channels()
        assert not client.channels_running
        assert opened == 1


def test_a_kernel_ends_when_its_block_fails() -> None:
    with pytest.raises(ZeroDivisionError), started_kernel() as kernel:
        raise ZeroDivisionError
    assert not run_sync(kernel.is_alive)()


def test_a_prepared_kernel_knows_its_languages_and_nothing_of_the_notebook_before() -> None:
    def run(code: str) -> tuple[int, str]:
        client = kernel.client()
        client.start_channels()
        run_sync(client.wait_for_ready)(timeout=60)
        said: list[str] = []
        reply = run_sync(client.execute_interactive)(
            code, timeout=60, allow_stdin=False, output_hook=lambda message: said.append(str(message["content"]))
        )
        return reply["content"]["execution_count"], "".join(said)

    with started_kernel() as kernel:
        assert run("left = 1")[0] == 1
        assert "True" in run("print('left' in globals())")[1]
        prepare(kernel, ["ar", "en"])
        assert not kernel.opened
        count, said = run("from drivers.present.speaking import spoken; print('left' in globals(), spoken())")
        assert count == 1
        assert "False ['ar', 'en']" in said


def test_a_kernel_that_does_not_answer_ends_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.publish.kernel.STARTING", 0.2)
    with started_kernel() as kernel:
        os.kill(kernel.provisioner.process.pid, signal.SIGSTOP)
        try:
            with pytest.raises(
                PublishError, match=r"^Expected a kernel that answers within 0\.2 seconds, found: .+; try"
            ):
                tell(kernel, "1")
        finally:
            os.kill(kernel.provisioner.process.pid, signal.SIGCONT)
