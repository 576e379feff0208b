"""Employees as internal customers: what staff say of their work beside what customers say, over units."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from drivers.errors import ModelError
from drivers.models.given import check_seed, is_whole, listed_names
from drivers.models.groups.across_groups import LEAST_RELIABLE, across_groups, cut_scores, permutations, reliability
from drivers.models.groups.group_means import GroupMeans, group_means
from drivers.models.groups.steadied import steadied_means
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, Sample
from drivers.segments.units.shown_groups import Groups, of_all_units, unit_groups
from drivers.segments.units.staff_links_result import StaffLink, StaffResult
from drivers.survey.data import Survey, check_survey

FEWEST_JOINED = 10
"""Units below which two things that go together over them cannot be told from chance after correction for all pairs."""

DRAWS = 50_000
"""Exchanges of the units: a p-value after correction over fifty pairs may still be 0.001."""

FEWEST_DRAWS, MOST_DRAWS = 100, 1_000_000
"""Below, a p-value is a matter of chance; above, the orders do not fit into memory."""


def staff_and_customers(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    conf_level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
) -> StaffResult:
    """Whether units whose staff rate their work higher have customers who rate the service higher.

    Parameters
    ----------
    survey
        Of the customers, its codebook with ``unit:`` and ``staff:``. All units of its wave and filters are used,
        whatever unit is selected; none is told.
    outcome, drivers
        Of the customers, as in `relative_importance`.
    conf_level
        Between 0 and 1.
    draws
        Exchanges of the units that the test counts, 100 to 1,000,000.
    seed
        The same seed gives the same p-values.

    Returns
    -------
    StaffResult
        `tidy()` has one row per pair: term of the staff, to of the customers, estimate with interval, corrected with
        interval, reliability of the staff's means, p_adjusted, conclusion.

    Raises
    ------
    ModelError
        Where there is no survey of the staff, or fewer than ten units have ten answers of each side.

    Notes
    -----
    Means of units against each other, by `across_groups`: it counts the sampling error of the customers' means in the
    weights and of the staff's in the corrected slope, and lets no single unit decide. A measure in which units' staff
    differ by chance more than in truth is left out before anything is tested. Holm over all pairs. What holds of units
    need not hold of persons: no employee is joined to a customer.

    Weights: means and their errors under each survey's own design.
    Missing answers: each mean by all answers it has.

    References
    ----------
    Heskett, Jones, Loveman, Sasser and Schlesinger (1994), Putting the service-profit chain to work, Harvard Business
    Review 72(2), 164–174.
    Robinson (1950), Ecological correlations and the behavior of individuals, doi:10.2307/2087176.

    Examples
    --------
    >>> import drivers as kda
    >>> staff = kda.staff_and_customers(kda.example_survey("service_center"))
    >>> [(link.staff, link.customers) for link in staff.clear]
    [('training', 'information'), ('training', 'respect'), ('environment', 'speed')]
    """
    check_survey(survey)
    check_conf_level(conf_level)
    check_seed(seed)
    book = survey.codebook
    if survey.staff is None:
        raise ModelError(
            "Expected a survey of the staff ('staff:' in the codebook) beside that of the customers, found none; add "
            "it.",
            code="no_staff",
            values={},
        )
    outcome = known_name("outcome", outcome or book.main_outcome, book.outcomes)
    named = book.default_drivers if drivers is None else listed_names(drivers, "drivers")
    measures = (outcome, *(known_name("driver", name, book.drivers) for name in named))
    if len(set(measures)) < len(measures):
        twice = next(name for name in measures if measures.count(name) > 1)
        raise ModelError(f"Expected each driver once, found {twice!r} twice; remove one.")
    if not is_whole(draws) or not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        raise ModelError(f"Expected draws from {FEWEST_DRAWS} to {MOST_DRAWS}, found {draws!r}; use 50000.")
    staff = survey.staff
    staff_measures = (*staff.codebook.default_drivers, staff.codebook.main_outcome)
    whole = of_all_units(survey)
    ours, theirs = unit_groups(whole), unit_groups(staff)
    here, there = _answers(whole, ours, measures), _answers(staff, theirs, staff_measures)
    both = [
        name
        for name in ours.names
        if name in theirs.names
        and here[ours.names.index(name)] >= FEWEST_SHOWN
        and there[theirs.names.index(name)] >= FEWEST_SHOWN
    ]
    if len(both) < FEWEST_JOINED:
        raise ModelError(
            f"Expected at least {FEWEST_JOINED} units with {FEWEST_SHOWN} answers of customers and of staff, found "
            "fewer; widen the selection.",
            code="few_units_joined",
            values={"needed": FEWEST_JOINED, "answers": FEWEST_SHOWN},
        )
    ours, theirs = _in_order(ours, both), _in_order(theirs, both)
    rated = {name: group_means(whole, whole.scores[name].to_numpy(), ours.codes, len(both)) for name in measures}
    said = {name: group_means(staff, staff.scores[name].to_numpy(), theirs.codes, len(both)) for name in staff_measures}
    reliable = {name: reliability(means.estimate, means.variance) for name, means in said.items()}
    alike = tuple(name for name in staff_measures if reliable[name] < LEAST_RELIABLE)
    orders = permutations(len(both), draws=draws, seed=seed)
    errors = {name: _variance(means) for name, means in rated.items()}
    cut = {name: cut_scores(means.estimate, errors[name]) for name, means in rated.items()}
    pairs = [(mine, yours) for mine in staff_measures if mine not in alike for yours in measures]
    across = [
        across_groups(
            said[mine].estimate,
            said[mine].variance,
            rated[yours].estimate,
            errors[yours],
            cut[yours],
            orders,
            conf_level=conf_level,
        )
        for mine, yours in pairs
    ]
    adjusted = holm(np.array([one.p_value for one in across]))
    return StaffResult(
        outcome=outcome,
        staff_outcome=staff.codebook.main_outcome,
        measures=measures,
        staff_measures=staff_measures,
        reliability=MappingProxyType(reliable),
        alike=alike,
        links=tuple(
            StaffLink(staff=mine, customers=yours, across=one, p_adjusted=float(p))
            for (mine, yours), one, p in zip(pairs, across, adjusted, strict=True)
        ),
        joined=len(both),
        left_out=len(set(unit_groups(whole).names) | set(unit_groups(staff).names)) - len(both),
        sample=_sample(whole, ours, rated[outcome]),
        staff_sample=_sample(staff, theirs, said[staff.codebook.main_outcome]),
        conf_level=conf_level,
        draws=draws,
    )


def _variance(found: GroupMeans) -> np.ndarray:
    """Squared standard errors, or the least that is above 0 where everybody of all units answered alike."""
    return np.maximum(steadied_means(found)[0], 1e-12)


def _answers(survey: Survey, groups: Groups, measures: Sequence[str]) -> np.ndarray:
    """The fewest answers of each unit to any of the measures; int (k,)."""
    k = len(groups.names)
    inside = groups.codes >= 0
    counts = [
        np.bincount(groups.codes[inside & ~survey.scores[name].isna().to_numpy()], minlength=k) for name in measures
    ]
    return np.asarray(np.min(counts, axis=0))


def _in_order(groups: Groups, names: Sequence[str]) -> Groups:
    """Some of the groups in this order."""
    place = np.array([names.index(name) if name in names else -1 for name in groups.names])
    return Groups(names=tuple(names), codes=np.where(groups.codes >= 0, place[groups.codes], -1))


def _sample(survey: Survey, groups: Groups, means: GroupMeans) -> Sample:
    inside = groups.codes >= 0
    return Sample(
        n_asked=int(inside.sum()),
        n=int(means.n.sum()),
        n_effective=float(means.n_effective.sum()),
        weighted=survey.weighted_in(inside),
        missing="available_answers",
        sampling=survey.codebook.design.sample,
    )
