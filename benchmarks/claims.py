"""How often what a verdict claims is not true, and how often it claims anything.

    python benchmarks/claims.py                  # 2,000 samples a cell, about 25 minutes on two cores
    python benchmarks/claims.py --samples 200    # a first look
    python benchmarks/claims.py --keep           # writes benchmarks/tables/claims.csv

The part of *all* samples in which any published claim contradicts the truth: for each of five truths, at 300 and
1,000 respondents drawn one by one; then with weights, and in sampling units. Claims are the leader, the top group,
every "A above B", and the possible ranks that follow from them. A claim of an order between drivers that are truly
equal is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from intervals import CLUSTERED, SIMPLE, WEIGHTED
from study import Cell, Study, error_of_rate, run
from truths import Truth

from drivers.importance.result import ImportanceResult
from drivers.results import Verdict

CELLS = (*SIMPLE, *WEIGHTED, *CLUSTERED)


class Claims(NamedTuple):
    """What was claimed in one sample, and what of it was wrong."""

    leader: bool
    leader_wrong: bool
    order: bool
    order_wrong: bool
    any_made: bool
    any_wrong: bool
    pairs: float
    """Part of the truly different pairs that were told apart rightly."""


def judged(verdict: Verdict, share: np.ndarray) -> Claims:
    """The claims of a verdict against the true shares."""
    k = len(share)
    truly_above = share[:, None] > share
    order_wrong = bool((verdict.above & ~truly_above).any())
    leader_wrong = False
    if verdict.leader is not None:
        first = verdict.drivers.index(verdict.leader)
        leader_wrong = not truly_above[first, np.arange(k) != first].all()
    top = np.array([name in verdict.top_group for name in verdict.drivers])
    group_wrong = bool(top.any()) and not truly_above[np.ix_(top, ~top)].all()
    low, high = verdict.possible_ranks()
    best, worst = 1 + truly_above.sum(axis=0), k - truly_above.sum(axis=1)
    # Equal drivers share the ranks from the best to the worst that any order of them would give.
    ranks_wrong = bool(((low > best) | (high < worst)).any())
    return Claims(
        leader=verdict.leader is not None,
        leader_wrong=leader_wrong,
        order=bool(verdict.above.any()),
        order_wrong=order_wrong,
        any_made=verdict.leader is not None or bool(top.any()) or bool(verdict.above.any()),
        any_wrong=leader_wrong or order_wrong or group_wrong or ranks_wrong,
        pairs=float(verdict.above[truly_above].mean()) if truly_above.any() else float("nan"),
    )


def seen(result: ImportanceResult, true: Truth) -> Claims:
    """The claims of one sample."""
    return judged(result.verdict, true.share)


def rows(cell: Cell, samples: Sequence[Claims]) -> list[dict[str, Any]]:
    """Rates in all samples of a cell."""
    rates = {field: float(np.mean([getattr(claims, field) for claims in samples])) for field in Claims._fields}
    return [
        {
            "truth": cell.draw.truth,
            "design": cell.draw.design,
            "n": cell.draw.n,
            "samples": len(samples),
            "any_claim_wrong": rates["any_wrong"],
            "error": error_of_rate(rates["any_wrong"], len(samples)),
            "leader_wrong": rates["leader_wrong"],
            "order_wrong": rates["order_wrong"],
            "any_claim_made": rates["any_made"],
            "leader_claimed": rates["leader"],
            "order_claimed": rates["order"],
            "pairs_told_apart": rates["pairs"],
        }
    ]


STUDY = Study(name="claims", cells=CELLS, seen=seen, rows=rows, settings="1,000 bootstrap replicates")

if __name__ == "__main__":
    run(__doc__, STUDY, samples=2000)
