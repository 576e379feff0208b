"""One kernel for all reports that a test process publishes: starting one takes longer than most of their notebooks."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

from drivers.publish.kernel import started_kernel, tell

REMEMBER = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from tests.remembering import remember
remember()
"""


class Kernels:
    """Stands in for `started_kernel`; that a report from it has the bytes of one from a fresh kernel is tested."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._kernel: AsyncKernelManager | None = None

    @contextmanager
    def started(self) -> Iterator[AsyncKernelManager]:
        """The kernel, which `prepare` frees of the notebook before."""
        if self._kernel is None or not run_sync(self._kernel.is_alive)():
            self.close()
            self._kernel = self._open.enter_context(started_kernel())
            assert tell(self._kernel, REMEMBER) == "ok"
        yield self._kernel

    def close(self) -> None:
        """End the kernel."""
        self._open.close()
        self._kernel = None
