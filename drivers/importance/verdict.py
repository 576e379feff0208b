"""The verdict: what may be claimed about the order of drivers.

Two kinds of claim, each wrong in at most 5 % of samples whatever the true order is: a *leader*
rests on pairwise intervals of one driver against every other (an intersection-union test), the
*order* of any two on simultaneous intervals over all pairs (max-|t| from the bootstrap, stepped
down).

References
----------
Romano and Wolf (2005), Exact and approximate stepdown methods, doi:10.1198/016214504000000539.
Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for ranks, doi:10.1093/restud/rdad006.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from drivers.resampling import percentile_interval
from drivers.results import Code, Verdict, VerdictStatus

RESPONDENTS_PER_DRIVER = 10
FEWEST_RESPONDENTS = 50
"""Effective respondents that a ranking needs: ten a driver, and never fewer than fifty."""

COLLINEAR_VIF = 10.0
"""Drivers are not separable where half of them have a variance inflation of at least this."""

SAME_ANSWER = 0.95
"""There is too little variation where this part of the respondents give one and the same answer."""

CLAIM_LEVEL = 0.95
"""Claims are made at this level, whatever level the intervals are drawn at."""


def preconditions(
    *,
    n_effective: float,
    k: int,
    r2: float,
    correlation: np.ndarray,
    modal_outcome: float,
    modal_drivers: np.ndarray,
    n_boot: int,
) -> tuple[Code, ...]:
    """Why drivers cannot be ranked at all; empty where they can.

    Parameters
    ----------
    n_effective, k, r2
        Effective respondents, drivers, and the R² that drivers add.
    correlation
        Weighted correlations between drivers; float (k, k).
    modal_outcome, modal_drivers
        Part of the respondents that give the commonest answer; float, float (k,).
    n_boot
        Bootstrap replicates; without any there is no uncertainty to judge by.
    """
    reasons = []
    needed = max(FEWEST_RESPONDENTS, RESPONDENTS_PER_DRIVER * k)
    if n_effective < needed:
        # Cut, not rounded: 49.6 respondents are not 50.
        reasons.append(Code("few_respondents", {"n_effective": int(n_effective), "needed": needed}))
    freedom = n_effective - k - 1
    if freedom <= 0 or special.fdtrc(k, freedom, r2 / k / max((1 - r2) / freedom, 1e-300)) > 1 - CLAIM_LEVEL:
        reasons.append(Code("weak_model", {"r2": float(r2)}))
    inflation = np.diag(np.linalg.pinv(correlation, rcond=1e-12))
    if k > 1 and float(np.median(inflation)) >= COLLINEAR_VIF:
        reasons.append(Code("not_separable", {"vif": float(np.median(inflation)), "limit": COLLINEAR_VIF}))
    same = max(modal_outcome, float(np.median(modal_drivers)))
    if same >= SAME_ANSWER:
        reasons.append(Code("little_variation", {"same": same, "limit": SAME_ANSWER}))
    if n_boot == 0:
        reasons.append(Code("no_uncertainty", {}))
    return tuple(reasons)


def judge(
    drivers: Sequence[str], shares: np.ndarray, replicates: np.ndarray | None, reasons: tuple[Code, ...]
) -> Verdict:
    """The verdict on the order of drivers.

    Parameters
    ----------
    drivers
        Names, (k,).
    shares
        Estimates; float (k,).
    replicates
        Bootstrap shares; float (n_boot, k), or None without a bootstrap.
    reasons
        Preconditions that fail; where there are any, no order is claimed.
    """
    k = len(drivers)
    above = np.zeros((k, k), dtype=bool)
    leader: str | None = None
    top: tuple[str, ...] = ()
    status: VerdictStatus = "not_rankable"
    if not reasons and replicates is not None:
        above = simultaneous_order(shares, replicates)
        leader = _leader(drivers, shares, replicates)
        top = _top_group(drivers, above) or ((leader,) if leader else ())
        if leader is not None:
            # The leader rests on sharper intervals than the group, so it alone is named first.
            top = (leader,)
        status = "ranked" if top else "tied"
    return Verdict(
        status=status,
        drivers=tuple(drivers),
        leader=leader,
        top_group=top,
        above=above,
        rank_low=1 + above.sum(axis=0),
        rank_high=k - above.sum(axis=1),
        reasons=reasons,
    )


def simultaneous_order(estimates: np.ndarray, replicates: np.ndarray) -> np.ndarray:
    """Which driver is above which, at the claim level over all pairs together; bool (k, k).

    Parameters
    ----------
    estimates
        float (k,).
    replicates
        Bootstrap estimates; float (n_boot, k).
    """
    k = len(estimates)
    first, second = np.triu_indices(k, 1)
    above = np.zeros((k, k), dtype=bool)
    if not len(first):
        return above
    difference = estimates[first] - estimates[second]
    drawn = replicates[:, first] - replicates[:, second]
    error = drawn.std(axis=0, ddof=1)
    error = np.where(error > 0, error, np.inf)
    observed = np.abs(difference) / error
    deviation = np.abs(drawn - difference) / error
    open_pairs = np.ones(len(first), dtype=bool)
    while open_pairs.any():
        critical = np.quantile(deviation[:, open_pairs].max(axis=1), CLAIM_LEVEL, method="higher")
        rejected = open_pairs & (observed > critical)
        if not rejected.any():
            break
        open_pairs &= ~rejected
    settled = ~open_pairs
    up = settled & (difference > 0)
    down = settled & (difference < 0)
    above[first[up], second[up]] = True
    above[second[down], first[down]] = True
    return above


def _leader(drivers: Sequence[str], shares: np.ndarray, replicates: np.ndarray) -> str | None:
    if len(drivers) == 1:
        return drivers[0]
    best = int(np.argmax(shares))
    others = [j for j in range(len(drivers)) if j != best]
    lows, _ = percentile_interval(replicates[:, [best]] - replicates[:, others], CLAIM_LEVEL)
    return drivers[best] if bool(np.all(lows > 0)) else None


def _top_group(drivers: Sequence[str], above: np.ndarray) -> tuple[str, ...]:
    """The smallest group each of whose members is above every other driver, in the given order."""
    k = len(drivers)
    beaten_by = above.sum(axis=0)
    order = np.argsort(beaten_by, kind="stable")
    for size in range(1, k):
        members, others = order[:size], order[size:]
        if above[np.ix_(members, others)].all():
            return tuple(drivers[i] for i in sorted(members))
    return ()
