"""The columns of a chain and whom each of its outcomes is about, checked before anything is fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError
from drivers.linearization import effective_size
from drivers.models.chain.path_effects import Chain, decided
from drivers.models.chain.path_result import OutcomeKind
from drivers.models.predictors import Predictors, predictors
from drivers.models.units import known_name
from drivers.moments import weighted_moments
from drivers.results import FEWEST_SHOWN, Code, Sample
from drivers.survey.data import Survey
from drivers.survey.scoring import performance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainAnswers:
    """Complete answers along the chain to one outcome.

    Parameters
    ----------
    outcome, kind
        Its name, or that of an item.
    chain
        Which columns are which.
    terms
        Name of each column before the outcome.
    values
        All rows of the survey, NaN where missing; float (n, p).
    rows
        Respondents used; bool (n,).
    """

    outcome: str
    kind: OutcomeKind
    chain: Chain
    terms: tuple[str, ...]
    values: np.ndarray
    rows: np.ndarray

    def used(self, survey: Survey) -> tuple[np.ndarray, np.ndarray]:
        """Values and weights of the respondents used; float (m, p), (m,)."""
        return self.values[self.rows], survey.weights[self.rows]

    def covariance(self, survey: Survey) -> np.ndarray:
        """Weighted scatter over the sum of weights; float (p, p)."""
        moments = weighted_moments(*self.used(survey))
        return moments.scatter / moments.sum_weights

    def sample(self, survey: Survey) -> Sample:
        """Whom the paths are about; the effective number is that of the outcome's mean."""
        return Sample(
            n_asked=int(survey.domain.sum()),
            n=int(self.rows.sum()),
            n_effective=effective_size(survey, self.rows, self.values[:, -1]),
            weighted=survey.weighted_in(self.rows),
            missing="complete_cases",
            sampling=survey.codebook.design.sample,
        )


def chain_answers(
    survey: Survey,
    *,
    outcomes: Sequence[str] | None,
    drivers: Sequence[str] | None,
    through: Sequence[str] | None,
    always: Sequence[str] | None,
) -> tuple[tuple[ChainAnswers, ...], dict[str, Code], Predictors]:
    """The answers along the chain to each outcome, the outcomes that have too few, and the columns they share.

    Raises
    ------
    ModelError
        Where a name is unknown or cannot stand at its place in the chain; with the code ``one_outcome`` where there is
        nothing behind the mediators; where the answers do not allow any outcome.
    """
    mediators = _mediators(survey, through)
    names = _outcomes(survey, outcomes, mediators)
    _check_controls(survey.codebook.controls if always is None else always, mediators, names)
    data = predictors(survey, outcome=mediators[0], drivers=drivers, always=always)
    controls = int(data.starts[0])
    chain = Chain(controls=controls, drivers=len(data.terms) - controls, mediators=len(mediators))
    between = survey.scores[list(mediators)].to_numpy()
    found, left_out, first = [], {}, None
    for name in names:
        kind, target = _target(survey, name)
        values = np.column_stack([data.values[:, :-1], between, target])
        answers = ChainAnswers(
            outcome=name,
            kind=kind,
            chain=chain,
            terms=(*data.terms, *mediators),
            values=values,
            rows=data.rows & ~np.isnan(values).any(axis=1),
        )
        try:
            _check(survey, answers)
        except ModelError as error:
            left_out[name], first = Code(error.code, error.values), first or error
            continue
        found.append(answers)
    if not found and first is not None:
        raise first
    return tuple(found), left_out, data


def _mediators(survey: Survey, through: Sequence[str] | None) -> tuple[str, ...]:
    book = survey.codebook
    names = (book.main_outcome,) if through is None else _names("through", through)
    if not names:
        raise ModelError("Expected at least one outcome in through=, found none; leave it out for the main outcome.")
    for name in names:
        known_name("through", name, book.outcomes)
        if book.outcomes[name].kind == "event":
            raise ModelError(
                f"Expected ratings in through=, found the event {name!r}; name it in outcomes=, where a chain ends."
            )
    return names


def _outcomes(survey: Survey, outcomes: Sequence[str] | None, mediators: tuple[str, ...]) -> tuple[str, ...]:
    book = survey.codebook
    between = {item for name in mediators for item in book.outcomes[name].items}
    if outcomes is None:
        names = tuple(
            name
            for name, outcome in book.outcomes.items()
            if name not in mediators and between.isdisjoint(outcome.items)
        )
        if not names:
            raise ModelError(
                f"Expected an outcome beyond {', '.join(map(repr, mediators))}, found none in the codebook; add one, "
                "such as loyalty, to outcomes.",
                code="one_outcome",
            )
        return names
    names = _names("outcomes", outcomes)
    items = {item: item for outcome in book.outcomes.values() for item in outcome.items}
    for name in names:
        known_name("outcomes", name, {**book.outcomes, **items})
        own = set(book.outcomes[name].items) if name in book.outcomes else {name}
        if shared := sorted(own & between):
            raise ModelError(
                f"Expected an outcome apart from what lies before it, found {name!r} with item {shared[0]!r} of "
                f"through={mediators!r}; a score always goes with its own parts, so leave one of the two out."
            )
    if not names:
        raise ModelError("Expected at least one outcome in outcomes=, found none; leave it out for all.")
    return names


def _names(what: str, names: Sequence[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise ModelError(f"Expected a list of names in {what}=, found the text {names!r}; write [{names!r}].")
    if len(set(names)) < len(names):
        twice = next(name for name in names if list(names).count(name) > 1)
        raise ModelError(f"Expected each name once in {what}=, found {twice!r} twice; remove one.")
    return tuple(names)


def _check_controls(controls: Sequence[str], mediators: Sequence[str], outcomes: Sequence[str]) -> None:
    """Refuse to hold constant what the chain runs through: its paths would be none."""
    for name in (*mediators, *outcomes):
        if name in controls:
            raise ModelError(
                f"Expected each variable at one place of the chain, found {name!r} in always= as well; remove it there."
            )


def _target(survey: Survey, name: str) -> tuple[OutcomeKind, np.ndarray]:
    book = survey.codebook
    if name in book.outcomes:
        return book.outcomes[name].kind, survey.scores[name].to_numpy()
    return "item", performance(survey.codes[name].to_numpy(), book.scales[book.items[name].scale])


def _check(survey: Survey, answers: ChainAnswers) -> None:
    values, _ = answers.used(survey)
    n, needed = len(values), max(FEWEST_SHOWN, answers.chain.columns + 2)
    if n < needed:
        few = n < FEWEST_SHOWN
        raise ModelError(
            f"Expected at least {needed} complete answers on the way to {answers.outcome!r}, found {n} of "
            f"{int(survey.domain.sum())} respondents; use fewer drivers or widen the selection.",
            # How many so few are is part of what is not shown.
            code="suppressed" if few else "few_answers",
            values={"needed": FEWEST_SHOWN} if few else {"n": n, "needed": needed},
        )
    names = (*answers.terms, answers.outcome)
    for position, (name, column) in enumerate(zip(names, values.T, strict=True)):
        if column.max() == column.min():
            driver = position < len(answers.terms) - answers.chain.mediators
            raise ModelError(
                f"Expected answers that differ on the way to {answers.outcome!r}, found {column[0]:g} of 100 from all "
                f"{n} respondents on {name!r}; leave it out or widen the selection.",
                code="constant_driver" if driver else "constant_outcome",
                values={"driver" if driver else "outcome": name},
            )
    if answers.kind == "event":
        happened = int((values[:, -1] > 0).sum())
        if min(happened, n - happened) < FEWEST_SHOWN:
            raise ModelError(
                f"Expected at least {FEWEST_SHOWN} respondents with the event {answers.outcome!r} and as many without, "
                f"found {happened} with it among {n}; widen the selection.",
                code="few_events",
                values={"needed": FEWEST_SHOWN},
            )
    covariance = answers.covariance(survey)
    if not decided(covariance[None], np.sqrt(np.diag(covariance)))[0]:
        raise ModelError(
            f"Expected drivers and mediators of which none is a sum of others, found some among "
            f"{', '.join(answers.terms)} on the way to {answers.outcome!r}; remove one.",
            code="not_separable_paths",
        )
