"""How often what a verdict claims is not true, and how often it claims anything.

    python benchmarks/claims.py                  # 3,000 samples a cell, about a quarter of an hour on two cores
    python benchmarks/claims.py --samples 200    # a first look
    python benchmarks/claims.py --keep           # writes benchmarks/tables/claims.csv

For each of five truths, at 300 and 1,000 respondents: the part of *all* samples in which any published
claim contradicts the truth. Claims are the leader, the top group, every "A above B", and the possible
ranks that follow from them. A claim of an order between drivers that are truly equal is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from simulation import TRUTHS, arguments, draw, error_of_rate, in_parallel, table, truth

import drivers as kda
from drivers.results import Verdict

SIZES = (300, 1000)


class Claims(NamedTuple):
    """What was claimed in one sample, and what of it was wrong."""

    leader: bool
    leader_wrong: bool
    order: bool
    order_wrong: bool
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
        any_wrong=leader_wrong or order_wrong or group_wrong or ranks_wrong,
        pairs=float(verdict.above[truly_above].mean()) if truly_above.any() else float("nan"),
    )


def one(job: tuple[str, int, int]) -> Claims:
    """The claims in one sample."""
    name, n, seed = job
    importance = kda.relative_importance(draw(name, n, seed), seed=seed)
    return judged(importance.verdict, truth(name).share)


def summary(name: str, n: int, claims: Sequence[Claims]) -> dict[str, object]:
    """Rates in all samples of a cell."""
    rates = {field: float(np.mean([getattr(claim, field) for claim in claims])) for field in Claims._fields}
    return {
        "truth": name,
        "n": n,
        "samples": len(claims),
        "any_claim_wrong": rates["any_wrong"],
        "error": error_of_rate(rates["any_wrong"], len(claims)),
        "leader_wrong": rates["leader_wrong"],
        "order_wrong": rates["order_wrong"],
        "leader_claimed": rates["leader"],
        "order_claimed": rates["order"],
        "pairs_told_apart": rates["pairs"],
    }


def main() -> None:
    """One line for each truth and size."""
    chosen = arguments(__doc__, 3000)
    rows = []
    for name in TRUTHS:
        for n in SIZES:
            jobs = [(name, n, chosen.seed + number) for number in range(chosen.samples)]
            rows.append(summary(name, n, in_parallel(one, jobs)))
    table("claims", rows, keep=chosen.keep, settings="1,000 bootstrap replicates, first seed " + str(chosen.seed))


if __name__ == "__main__":
    main()
