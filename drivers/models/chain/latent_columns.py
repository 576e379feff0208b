"""The items of a latent chain: which measure what, and whom they can be judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from drivers.errors import ModelError, remedy
from drivers.models.column_checks import DUPLICATE
from drivers.models.construct_items import complete_answers
from drivers.models.units import control_columns, known_name
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey, check_survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """Complete answers to the items of controls, drivers, mediator and outcome, in this order.

    Parameters
    ----------
    names
        Of the constructs, (K,); a control of several columns is as many.
    items
        The items of each; where its score stands for them, its own name.
    error
        κ of a construct of one item, error over true variance; 0 of the others, which have their own; float (K,).
    held
        Controls as they were named.
    controls
        How many constructs at the beginning are controls.
    values
        Items as performance, 0 to 100, and columns of controls; float (n, p) for all rows, NaN where missing.
    scores
        The mean of the items of each construct; float (n, K).
    rows
        Respondents used; bool (n,).
    """

    names: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]
    error: np.ndarray
    held: tuple[str, ...]
    controls: int
    values: np.ndarray
    scores: np.ndarray
    rows: np.ndarray

    @property
    def drivers(self) -> int:
        """How many drivers."""
        return len(self.names) - self.controls - 2


def measured(
    survey: Survey,
    *,
    outcome: str | None,
    drivers: Sequence[str] | None,
    through: str | None,
    always: Sequence[str] | None,
    reliability: Mapping[str, float],
) -> Measured:
    """The items of a chain, checked before anything is fitted; arguments as in `latent_paths`."""
    check_survey(survey)
    book = survey.codebook
    through = known_name("through", through or book.main_outcome, book.outcomes)
    outcome = _outcome(survey, outcome, through)
    names = [known_name("driver", name, book.drivers) for name in (drivers or book.default_drivers)]
    held = tuple(always if always is not None else book.controls)
    names = [name for name in names if name not in held]
    if not names:
        raise ModelError("Expected at least one driver that is no control, found none; name fewer in always=.")
    for name in (through, outcome):
        if (*names, *held, through, outcome).count(name) > 1:
            raise ModelError(f"Expected each variable at one place of the chain, found {name!r} twice; remove one.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ModelError(f"Expected each driver once, found {twice!r} twice; remove one.")
    constructs = (*names, through, outcome)
    _check_apart(survey, constructs)
    error = _errors(survey, constructs, reliability)
    own = [tuple(book.construct(name).items) for name in constructs]
    answers = complete_answers(survey, [item for group in own for item in group], "the chain")
    columns = [part for control in held for part in control_columns(survey, control, answers.rows)]
    controls = np.column_stack([np.empty((len(answers.rows), 0)), *(column for _, column in columns)])
    rows = answers.rows & ~np.isnan(controls).any(axis=1)
    ends = np.cumsum([len(group) for group in own])[:-1]
    scores = [part.mean(axis=1) for part in np.split(answers.values, ends, axis=1)]
    found = Measured(
        names=(*(term for term, _ in columns), *constructs),
        items=(*((term,) for term, _ in columns), *own),
        error=np.concatenate([np.zeros(len(columns)), error]),
        held=held,
        controls=len(columns),
        values=np.column_stack([controls, answers.values]),
        scores=np.column_stack([controls, *scores]),
        rows=rows,
    )
    _check(survey, found)
    return found


def with_scores(data: Measured) -> Measured:
    """The same with the scores of drivers in place of their items."""
    last = len(data.items[-2]) + len(data.items[-1])
    return replace(
        data,
        items=(*((name,) for name in data.names[:-2]), *data.items[-2:]),
        values=np.column_stack([data.scores[:, :-2], data.values[:, -last:]]),
    )


def _outcome(survey: Survey, outcome: str | None, through: str) -> str:
    book = survey.codebook
    between = set(book.outcomes[through].items)
    if outcome is None:
        later = [
            name
            for name, one in book.outcomes.items()
            if name != through and one.kind != "event" and between.isdisjoint(one.items)
        ]
        if not later:
            raise ModelError(
                f"Expected an outcome beyond {through!r}, found none in the codebook; add one, such as loyalty, to "
                "outcomes.",
                code="one_outcome",
            )
        return later[0]
    known_name("outcome", outcome, book.outcomes)
    if book.outcomes[outcome].kind == "event":
        raise ModelError(f"Expected a rated outcome, found the event {outcome!r}; use paths() for events.")
    return outcome


def _check_apart(survey: Survey, constructs: Sequence[str]) -> None:
    """Refuse scores that share an item: it would measure two things at once."""
    owner: dict[str, str] = {}
    for name in constructs:
        for item in survey.codebook.construct(name).items:
            if item in owner:
                raise ModelError(
                    f"Expected scores without a common item, found {item!r} in {owner[item]!r} and {name!r}; leave "
                    "one of the two out."
                )
            owner[item] = name


def _errors(survey: Survey, constructs: Sequence[str], reliability: Mapping[str, float]) -> np.ndarray:
    """κ of each construct: (1 − r) / r of a reliability r that is given for one item; 0 of others."""
    sizes = {name: len(survey.codebook.construct(name).items) for name in constructs}
    single = [name for name, size in sizes.items() if size == 1]
    for name, value in reliability.items():
        if name not in single:
            shown = ", ".join(map(repr, single)) or "none"
            raise ModelError(
                f"Expected reliabilities of scores of one item ({shown}), found one of {name!r}; {remedy(name, single)}"
            )
        if not 0 < value <= 1:
            raise ModelError(
                f"Expected a reliability above 0 and up to 1, found {value} of {name!r}; 0.7 to 0.9 are usual."
            )
    for name in constructs[-2:]:
        if sizes[name] == 1 and name not in reliability:
            raise ModelError(
                f"Expected several items of {name!r}, found one, whose error its answers do not tell; give its "
                f"reliability, as reliability={{{name!r}: 0.8}}, or use paths().",
                code="single_outcome",
                values={"outcome": name},
            )
    return np.array([(1 - reliability.get(name, 1.0)) / reliability.get(name, 1.0) for name in constructs])


def _check(survey: Survey, found: Measured) -> None:
    """Refuse too few complete answers, and controls that are constant or repeat another column."""
    n = int(found.rows.sum())
    if n < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} complete answers, found {n} of {int(survey.domain.sum())}; widen the "
            "selection.",
            code="suppressed",
            values={"needed": FEWEST_SHOWN},
        )
    values = found.values[found.rows]
    names = [item for own in found.items for item in own]
    for name, column in zip(names, values.T, strict=True):
        if column.max() == column.min():
            raise ModelError(
                f"Expected answers that differ, found {column[0]:g} from all {n} respondents on {name!r}; leave it out."
            )
    correlation = np.abs(np.triu(np.corrcoef(values, rowvar=False), 1))
    i, j = np.unravel_index(int(correlation.argmax()), correlation.shape)
    if correlation[i, j] >= DUPLICATE:
        raise ModelError(
            f"Expected columns that differ, found {names[i]!r} and {names[j]!r} with the same answers from all {n} "
            "respondents; leave one out."
        )
