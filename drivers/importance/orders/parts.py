"""A long calculation in fixed parts: threads, progress and a way to stop.

The parts are the same for any number of cores, and so is every bit of the answer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

Part = TypeVar("Part")
Progress = Callable[[float, float], None]
"""Called with the part done, 0 to 1, and the seconds that are left."""

MOST_WORKERS = 8

BETWEEN_CALLS = 0.1
"""Seconds between two calls of a progress function, the last call apart."""


def workers() -> int:
    """Threads that a calculation may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(MOST_WORKERS, cores))


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Products of matrices on one thread while the block lasts.

    Sums over rows then do not depend on the number of cores, and the library's threads do not spin for cores that
    others use: many products of this package take a millisecond each.
    """
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    # To look for the libraries takes longer than most of the products.
    return ThreadpoolController()


def in_parts(job: Callable[[Part], object], parts: Sequence[Part], progress: Progress | None = None) -> None:
    """Do one job for each part; the job writes to places of its own and lets go of the interpreter.

    Parameters
    ----------
    job, parts
        What is done, in compiled code of well under a second, to what.
    progress
        Called between parts, in the calling thread. What it raises stops the calculation, as Ctrl-C
        does: parts under way are finished, the others are not begun.
    """
    started = time.perf_counter()
    told = started
    for number, _ in enumerate(_done(job, parts), start=1):
        now = time.perf_counter()
        if progress is not None and (now - told >= BETWEEN_CALLS or number == len(parts)):
            done = number / len(parts)
            progress(done, (now - started) * (1 / done - 1))
            told = now


def told(items: Iterable[Part], count: int, progress: Progress | None) -> Iterator[Part]:
    """The items one after another, telling how far the calculation is when each of them is done with.

    Parameters
    ----------
    items, count
        What is done, and how many there are at the most.
    progress
        As `in_parts` calls it, after every item.
    """
    begun = time.perf_counter()
    for number, item in enumerate(items, start=1):
        yield item
        if progress is not None and number < count:
            progress(number / count, (time.perf_counter() - begun) * (count / number - 1))
    if progress is not None:
        progress(1.0, 0.0)


def step_progress(progress: Progress | None, begun: float, first: float, last: float) -> Progress | None:
    """What tells of one step of a calculation of several: that it is done from `first` to `last`.

    Parameters
    ----------
    progress
        What tells of the whole.
    begun
        When the whole began, by `time.perf_counter`.
    first, last
        Part of the whole that is done before and after the step, 0 to 1.
    """
    if progress is None:
        return None

    def told(part: float, _: float) -> None:
        done = first + part * (last - first)
        progress(done, (time.perf_counter() - begun) * (1 / done - 1))

    return told


def _done(job: Callable[[Part], object], parts: Sequence[Part]) -> Iterator[object]:
    if len(parts) == 1 or workers() == 1:
        yield from (job(part) for part in parts)
        return
    pool = ThreadPoolExecutor(workers())
    try:
        yield from pool.map(job, parts)
    finally:
        pool.shutdown(cancel_futures=True)
