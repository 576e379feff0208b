"""When something went wrong: was it put right, how fast, and what people say who went through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.indicators.estimates import Level, mean_level, share_level
from drivers.indicators.loyalty.recovery_result import Contrast, RecoveryResult, Went
from drivers.linearization import effective_size, mean_covariance
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, Sample
from drivers.survey.codebook.service_model import Recovery
from drivers.survey.data import Survey, check_survey
from drivers.survey.scoring import performance

__all__ = ["RecoveryResult", "recovery"]


def recovery(survey: Survey, *, outcomes: Sequence[str] | None = None, conf_level: float = 0.95) -> RecoveryResult:
    """How many met a problem, what became of it, and what people say after it beside those who met none.

    Parameters
    ----------
    survey
        Answers with weights and design, whose codebook has `recovery`.
    outcomes
        Names of outcomes, or of their items. Unless given satisfaction and each face of stated loyalty: the main
        outcome, and the items of the others that are no events.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    RecoveryResult
        `tidy()` has one row per number, named in ``term``: ``size`` of each ``group`` and its part of those with a
        problem; of each outcome the ``mean`` of each group, and its ``difference`` from people without a problem.

    Raises
    ------
    ModelError
        With the code ``no_recovery`` where the codebook does not say what asks about problems; ``few_problems`` where
        fewer than 10 met one, or fewer than 10 met none; where a name is unknown or names an event.

    Notes
    -----
    The groups are ``none``, ``fast`` (solved within ``fast_within`` days), ``slow``, ``unsolved``; ``solved`` in place
    of two where days were not asked. A group of fewer than 10 is not shown; where it is the only one, the next smallest
    is not either, as it would tell the first one's size.

    The service recovery paradox says that a problem put right (fast) leaves people better disposed than no problem. It
    is *supported* where their mean lies above that of people without a problem beyond chance, *contradicted* where it
    lies below, and *not decided* otherwise, at 1 − ``conf_level`` after Holm over all contrasts of all outcomes.
    Differences are plain ones: who met a problem may differ in other things too, and nothing is held constant.

    Weights: Wilson's interval at the effective size for shares; t intervals with linearised or replicated errors for
    means and differences, both groups in one sample.
    Missing answers: those of whom it is not known what became of a problem are in no group (``n_unclear``); of each
    outcome, those who answered.

    References
    ----------
    McCollough and Bharadwaj (1992), The recovery paradox, in Allen et al. (eds), Marketing Theory and Applications.
    De Matos, Henrique and Rossi (2007), Service recovery paradox: a meta-analysis, doi:10.1177/1094670507303012.
    Holm (1979), A simple sequentially rejective multiple test procedure.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.recovery(kda.example_survey("service_center"), outcomes=["satisfaction", "forgives"])
    >>> dict(result.paradox)
    {'satisfaction': 'not_decided', 'forgives': 'supported'}
    """
    check_survey(survey)
    check_conf_level(conf_level)
    asked = survey.codebook.recovery
    if asked is None:
        raise ModelError(
            "Expected the items that ask about problems in the codebook, found none; add recovery: {problem: …, "
            "solved: …}.",
            code="no_recovery",
        )
    names = _names(survey, outcomes)
    usable = survey.domain & (survey.weights > 0)
    member = {group: rows & usable for group, rows in _groups(survey, asked).items()}
    rows = np.logical_or.reduce(list(member.values()))
    troubled = rows & ~member["none"]
    for who, some in (("with a problem", troubled), ("without one", member["none"])):
        if int(some.sum()) < FEWEST_SHOWN:
            raise ModelError(
                f"Expected at least {FEWEST_SHOWN} respondents {who}, found {int(some.sum())}; widen the selection.",
                code="few_problems",
                values={"needed": FEWEST_SHOWN},
            )
    shown = _shown({group: int(some.sum()) for group, some in member.items()})
    answers = {name: _answers(survey, name) for name in names}
    means = {
        name: {group: _mean(survey, values, some, group in shown, conf_level) for group, some in member.items()}
        for name, values in answers.items()
    }
    return RecoveryResult(
        outcomes=names,
        sizes=_shares(survey, member, rows, shown, conf_level),
        of_problems=_shares(
            survey, {group: some for group, some in member.items() if group != "none"}, troubled, shown, conf_level
        ),
        means=MappingProxyType({name: MappingProxyType(by_group) for name, by_group in means.items()}),
        contrasts=_contrasts(survey, answers, means, member, conf_level),
        fast_within=asked.fast_within,
        n_unclear=int((usable & ~rows).sum()),
        sample=Sample(
            n_asked=int(survey.domain.sum()),
            n=int(rows.sum()),
            n_effective=effective_size(survey, rows, troubled.astype(float)),
            weighted=survey.weighted_in(rows),
            missing="available_answers",
            sampling=survey.codebook.design.sample,
        ),
        conf_level=conf_level,
    )


def _names(survey: Survey, outcomes: Sequence[str] | None) -> tuple[str, ...]:
    book = survey.codebook
    stated = {name: outcome for name, outcome in book.outcomes.items() if outcome.kind != "event"}
    if outcomes is None:
        main = book.outcomes[book.main_outcome]
        items = [item for name, outcome in stated.items() if name != book.main_outcome for item in outcome.items]
        return (book.main_outcome, *dict.fromkeys(item for item in items if item not in main.items))
    if isinstance(outcomes, str):
        raise ModelError(f"Expected a list of names in outcomes=, found the text {outcomes!r}; write [{outcomes!r}].")
    names = tuple(dict.fromkeys(outcomes))
    known = {**stated, **{item: item for outcome in stated.values() for item in outcome.items}}
    for name in names:
        known_name("outcomes", name, known)
    if not names:
        raise ModelError("Expected at least one outcome in outcomes=, found none; leave it out for all.")
    return names


def _answers(survey: Survey, name: str) -> np.ndarray:
    """Scores of an outcome or performance of an item; float (n,), NaN where missing."""
    book = survey.codebook
    if name in book.outcomes:
        return survey.scores[name].to_numpy()
    return performance(survey.codes[name].to_numpy(), book.scales[book.items[name].scale])


def _groups(survey: Survey, asked: Recovery) -> dict[Went, np.ndarray]:
    """Rows of each group; who is in none did not say enough; bool (n,) each."""
    problem, solved = (survey.codes[name].to_numpy() for name in (asked.problem, asked.solved))
    found: dict[Went, np.ndarray] = {"none": problem == 0}
    if asked.days is None:
        found["solved"] = (problem == 1) & (solved == 1)
    else:
        days = survey.codes[asked.days].to_numpy()
        found["fast"] = (problem == 1) & (solved == 1) & (days <= asked.fast_within)
        found["slow"] = (problem == 1) & (solved == 1) & (days > asked.fast_within)
    found["unsolved"] = (problem == 1) & (solved == 0)
    return found


def _shown(counts: Mapping[Went, int]) -> set[Went]:
    """Groups that may be shown: of 10 or more, or of nobody, and no other that would tell a smaller one's size."""
    small = {group for group, count in counts.items() if 0 < count < FEWEST_SHOWN}
    # What is left of those with a problem is the size of all hidden groups together.
    while small and (len(small) == 1 or sum(counts[group] for group in small) < FEWEST_SHOWN):
        # People without a problem are many, and nothing could be compared without them; groups of nobody hide nothing.
        rest: dict[Went, int] = {
            group: count for group, count in counts.items() if group not in small and group != "none" and count
        }
        if not rest:
            break
        small.add(min(rest, key=lambda group: rest[group]))
    return set(counts) - small


def _shares(
    survey: Survey, member: Mapping[Went, np.ndarray], rows: np.ndarray, shown: set[Went], conf_level: float
) -> Mapping[Went, Level | None]:
    return MappingProxyType(
        {
            group: share_level(survey, some.astype(float), rows, conf_level) if group in shown else None
            for group, some in member.items()
        }
    )


def _mean(survey: Survey, values: np.ndarray, rows: np.ndarray, shown: bool, conf_level: float) -> Level | None:
    enough = int((rows & ~np.isnan(values)).sum()) >= FEWEST_SHOWN
    return mean_level(survey, values, rows, conf_level) if shown and enough else None


def _contrasts(
    survey: Survey,
    answers: Mapping[str, np.ndarray],
    means: Mapping[str, Mapping[Went, Level | None]],
    member: Mapping[Went, np.ndarray],
    conf_level: float,
) -> tuple[Contrast, ...]:
    """Each shown group's mean less that of people without a problem."""
    found: list[tuple[str, Went, float, float, float, float]] = []
    for name, values in answers.items():
        usual = means[name]["none"]
        for group, level in means[name].items():
            if group == "none" or level is None or usual is None:
                continue
            known = ~np.isnan(values)
            spread = mean_covariance(survey, values, member[group] & known, member["none"] & known)
            variance = spread.covariance[0, 0] + spread.covariance[1, 1] - 2 * spread.covariance[0, 1]
            error, df = float(np.sqrt(max(variance, 0.0))), max(spread.df, 1)
            reach = float(special.stdtrit(df, (1 + conf_level) / 2)) * error
            difference = level.estimate - usual.estimate
            # With everybody alike in both groups there is no chance in it, and a difference is one.
            p_value = 2 * float(special.stdtr(df, -abs(difference) / error)) if error else float(difference == 0)
            found.append((name, group, difference, error, reach, p_value))
    adjusted = holm(np.array([one[-1] for one in found]))
    return tuple(
        Contrast(
            outcome=name,
            group=group,
            estimate=difference,
            std_error=error,
            conf_low=difference - reach,
            conf_high=difference + reach,
            p_value=p_value,
            p_adjusted=float(corrected),
            conclusion="open" if not corrected < 1 - conf_level else "above" if difference > 0 else "below",
        )
        for (name, group, difference, error, reach, p_value), corrected in zip(found, adjusted, strict=True)
    )
