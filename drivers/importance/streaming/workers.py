"""One job for every part of the answers: by the threads of this machine, or by the workers of a Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from drivers.errors import ModelError
from drivers.importance.orders.parts import one_blas_thread, workers
from drivers.survey.chunks.files import Part

Result = TypeVar("Result")

SECONDS_TO_ANSWER = 20.0
"""That a scheduler may take to answer."""


def over_parts(job: Callable[[Part], Result], parts: Sequence[Part], *, scheduler: str | None) -> Iterator[Result]:
    """What a job finds in each part, in the order of the parts, whoever is ready first.

    Parameters
    ----------
    job
        What is done; it is sent to the workers.
    scheduler
        Address of a Dask scheduler, whose workers see the same files under the same paths; this machine's threads
        where None.

    Raises
    ------
    ModelError
        Where no scheduler answers.
    """
    return _here(job, parts) if scheduler is None else _on_cluster(job, parts, scheduler)


def _here(job: Callable[[Part], Result], parts: Sequence[Part]) -> Iterator[Result]:
    with one_blas_thread(), ThreadPoolExecutor(workers()) as pool:
        waiting = iter(parts)
        # No more than are worked on and one that is ready: results that wait would fill the memory.
        begun = deque(pool.submit(job, part) for part in islice(waiting, workers() + 1))
        try:
            while begun:
                found = begun.popleft().result()
                if (part := next(waiting, None)) is not None:
                    begun.append(pool.submit(job, part))
                yield found
        finally:
            pool.shutdown(cancel_futures=True)


def _on_cluster(job: Callable[[Part], Result], parts: Sequence[Part], scheduler: str) -> Iterator[Result]:
    from distributed import Client

    try:
        client = Client(scheduler, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        raise ModelError(
            f"Expected a Dask scheduler at {scheduler!r}, found none that answers; start one with 'dask scheduler' and "
            "workers with 'dask worker', or leave scheduler= out."
        ) from None
    with client:
        begun = deque(client.submit(job, part, pure=False) for part in parts)
        while begun:
            # A result that is taken is let go of by the cluster.
            yield begun.popleft().result()
