"""Whether drivers that are said to be first with some probability are first that often.

    python benchmarks/first_place.py                  # 2,000 samples a cell, about a quarter of an hour on two cores
    python benchmarks/first_place.py --samples 200    # a first look
    python benchmarks/first_place.py --keep           # writes benchmarks/tables/first_place.csv

Every driver of every sample is a case. Cases are put together by tenths of the probability that was stated for
them, `p_first`, and the mean of what was stated stands beside the part of them that truly was first, of which a
first place that is shared counts as a part. Beside it stands `first_in`, the part of the resamples in which the
driver was first, which is no probability.

Promised are 5 points under ``spread`` and ``close``, and the promise is not kept: a truth that stays the same has one
distance from the first to the second, and where it is large, any probability that does not know it is too cautious,
where it is small, too sure. ``varying``, another population for each sample, is where a probability can be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from intervals import SIMPLE, SIZES
from simulation import Draw
from study import Cell, Study, run
from truths import VARYING, Truth

from drivers.importance.result import ImportanceResult

TENTHS = 10


class Stated(NamedTuple):
    """What was stated in one sample, and each driver's true part in the first place; float (k,) each."""

    p_first: np.ndarray
    first_in: np.ndarray
    first: np.ndarray


def seen(result: ImportanceResult, true: Truth) -> Stated:
    """What one sample states of each driver."""
    best = true.share == true.share.max()
    return Stated(result.p_first, result.first_in, best / best.sum())


def rows(cell: Cell, samples: Sequence[Stated]) -> list[dict[str, Any]]:
    """One line for each measure and each tenth that has cases."""
    *measures, first = (np.array(part) for part in zip(*samples, strict=True))
    found = []
    for measure, stated in zip(Stated._fields[:-1], measures, strict=True):
        tenth = np.minimum((stated * TENTHS).astype(int), TENTHS - 1)
        for number in np.unique(tenth):
            within = tenth == number
            cases = int(within.sum())
            over = np.where(within, stated - first, 0.0)
            found.append(
                {
                    "truth": cell.draw.truth,
                    "n": cell.draw.n,
                    "samples": len(samples),
                    "measure": measure,
                    "from": number / TENTHS,
                    "to": (number + 1) / TENTHS,
                    "cases": cases,
                    "stated": stated[within].mean(),
                    "first": first[within].mean(),
                    "difference": over.sum() / cases,
                    # Cases of one sample are not independent: their sum is what varies.
                    "error": np.sqrt((over.sum(axis=1) ** 2).sum()) / cases,
                }
            )
    return found


CELLS = (*SIMPLE, *(Cell(Draw(truth=VARYING, n=n)) for n in SIZES))
STUDY = Study(name="first_place", cells=CELLS, seen=seen, rows=rows, settings="1,000 bootstrap replicates")

if __name__ == "__main__":
    run(__doc__, STUDY, samples=2000)
