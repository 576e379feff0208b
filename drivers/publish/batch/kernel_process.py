"""The process that kernels are forked from, and what a forked one does; light, for all of them import it."""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
import sys
import threading
from collections.abc import Sequence
from multiprocessing.connection import wait
from typing import Any

from drivers.publish.kernel_settings import SETTINGS


def fork_context() -> Any:
    """How processes are made that begin with everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["drivers.publish.batch.warm"])
    return context


def can_fork() -> bool:
    """Whether this system has fork servers."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def begin_to_import() -> None:
    """Let the fork server import while this process imports what it needs itself."""
    if can_fork():
        # The server is started with the environment of this process, and its libraries with its threads.
        os.environ.update(SETTINGS)
        fork_context()
        multiprocessing.forkserver.ensure_running()


def run_kernel(arguments: Sequence[str]) -> None:
    """Be a kernel; what a forked process runs."""
    from ipykernel.kernelapp import IPKernelApp

    threading.Thread(target=_end_with_parent, daemon=True).start()
    # What a kernel prints goes to the notebook; the rest would be lines between those of the runner.
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(silence, stream)
    sys.argv = ["kernel", *arguments]
    application = IPKernelApp.instance()
    application.initialize(list(arguments))
    application.start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        # Whatever ends the process that asked for the kernel, no kernel stays behind.
        wait([parent.sentinel])
        os._exit(1)
