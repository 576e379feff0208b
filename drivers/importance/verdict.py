"""The verdict: what may be claimed about the order of drivers.

Two kinds of claim, of which any is wrong in at most 5 % of samples whatever the true order is: a
*leader* rests on pairwise intervals of one driver against every other (an intersection-union test),
the *order* of any two on simultaneous intervals over all pairs (max-|t| from the bootstrap, stepped
down). Each kind has half of the 5 %, so that both together keep to it (Bonferroni);
``benchmarks/claims.py`` measures it.

References
----------
Romano and Wolf (2005), Exact and approximate stepdown methods, doi:10.1198/016214504000000539.
Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for ranks, doi:10.1093/restud/rdad006.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from drivers.models.collinearity import DEPENDENT_VIF, variance_inflation
from drivers.resampling import percentile_interval
from drivers.results import Code, Verdict, VerdictStatus

RESPONDENTS_PER_DRIVER = 10
FEWEST_RESPONDENTS = 50
"""Effective respondents that a ranking needs: ten a driver, and never fewer than fifty."""

COLLINEAR_VIF = 10.0
"""Drivers are not separable where half of them have a variance inflation of at least this."""

FEWEST_UNITS_LESS_STRATA = 23
"""Sampling units beyond the number of strata that a ranking needs: with fewer, the bootstrap's errors are so
uncertain themselves that equal drivers are put in an order too often (12 units: in one survey of eight; 24: in
one of twenty)."""

SAME_ANSWER = 0.95
"""There is too little variation where this part of the respondents give one and the same answer."""

ROUNDING = 1e-9
"""Of shares between 0 and 1: what differs or varies by less does not."""

CLAIM_LEVEL = 0.95
"""Level of all claims of a verdict together, whatever level the intervals are drawn at."""

KIND_LEVEL = 1 - (1 - CLAIM_LEVEL) / 2
"""Level of each of the two kinds of claim."""


def preconditions(
    *,
    n_effective: float,
    k: int,
    gain: float,
    chance: float,
    correlation: np.ndarray,
    modal_outcome: float,
    modal_drivers: np.ndarray,
    n_boot: int,
    sampling_units: tuple[int, int] | None = None,
) -> tuple[Code, ...]:
    """Why drivers cannot be ranked at all; empty where they can.

    Parameters
    ----------
    n_effective, k
        Effective respondents, and drivers (a group counts as one).
    gain
        What the drivers add to R².
    chance
        Probability of as large a gain if no driver had any effect, as `chance_of_gain` has it.
    correlation
        Weighted correlations between the drivers' columns; float (columns, columns).
    modal_outcome, modal_drivers
        Part of the respondents that give the commonest answer; float, float (columns,).
    n_boot
        Bootstrap replicates; without any there is no uncertainty to judge by.
    sampling_units
        Clusters and strata of the respondents; None where the respondents are the units.
    """
    reasons = []
    needed = max(FEWEST_RESPONDENTS, RESPONDENTS_PER_DRIVER * k)
    if n_effective < needed:
        shown = shown_respondents(n_effective, needed)
        reasons.append(Code("few_respondents", {"n_effective": shown, "needed": needed}))
    if sampling_units is not None and sampling_units[0] - sampling_units[1] < FEWEST_UNITS_LESS_STRATA:
        units, strata = sampling_units
        reasons.append(
            Code("few_units", {"units": units, "strata": strata, "needed": strata + FEWEST_UNITS_LESS_STRATA})
        )
    if chance > 1 - CLAIM_LEVEL:
        reasons.append(Code("weak_model", {"r2": float(gain)}))
    inflation = variance_inflation(correlation)
    typical = float(np.median(inflation))
    if len(correlation) > 1 and (typical >= COLLINEAR_VIF or float(inflation.max()) >= DEPENDENT_VIF):
        reasons.append(Code("not_separable", {"vif": typical, "limit": COLLINEAR_VIF}))
    same = same_answers(modal_outcome, modal_drivers)
    if same >= SAME_ANSWER:
        reasons.append(Code("little_variation", {"same": same, "limit": SAME_ANSWER}))
    if n_boot == 0:
        reasons.append(Code("no_uncertainty", {}))
    return tuple(reasons)


def chance_of_gain(*, r2: float, r2_controls: float, columns: int, controls: int, n_effective: float) -> float:
    """Probability that drivers without any effect add as much to R²; 1 where respondents are too few to say.

    Parameters
    ----------
    r2, r2_controls
        Of the whole model, and of the controls alone.
    columns, controls
        Columns of the drivers, and of the controls.
    n_effective
        Effective respondents.
    """
    freedom = n_effective - controls - columns - 1
    if freedom <= 0:
        return 1.0
    left = max(1 - r2, 1e-300) / freedom
    return float(special.fdtrc(columns, freedom, max(r2 - r2_controls, 0.0) / columns / left))


def shown_respondents(n_effective: float, needed: int) -> int:
    """Effective respondents as a whole number that is on the right side of what is needed: 49.6 are not 50."""
    return int(n_effective) if n_effective < needed <= round(n_effective) else round(n_effective)


def same_answers(modal_outcome: float, modal_drivers: np.ndarray) -> float:
    """Part of the respondents that give the commonest answer: of the outcome or of a typical driver, the larger."""
    return max(modal_outcome, float(np.median(modal_drivers)))


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
    if not reasons and replicates is not None:
        above = simultaneous_order(shares, replicates)
        leader = _leader(drivers, shares, replicates)
        # The leader rests on sharper intervals than a group, so it alone stands first.
        top = _top_group(drivers, above) if leader is None else (leader,)
        if len(top) == 1:
            # Whoever is above every other driver by simultaneous intervals comes first, all the more.
            leader = top[0]
    status: VerdictStatus = "not_rankable" if reasons else "ranked" if top else "tied"
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
    """Which driver is above which, at the level of one kind of claim over all pairs together; bool (k, k).

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
    varies = error > ROUNDING
    error = np.where(varies, error, np.inf)
    observed = np.abs(difference) / error
    deviation = np.abs(drawn - difference) / error
    # What does not vary is known, as where a whole population was asked.
    known = ~varies & (np.abs(difference) > ROUNDING)
    open_pairs = varies.copy()
    while open_pairs.any():
        critical = np.quantile(deviation[:, open_pairs].max(axis=1), KIND_LEVEL, method="higher")
        rejected = open_pairs & (observed > critical)
        if not rejected.any():
            break
        open_pairs &= ~rejected
    settled = (varies & ~open_pairs) | known
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
    lows, _ = percentile_interval(replicates[:, [best]] - replicates[:, others], KIND_LEVEL)
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
