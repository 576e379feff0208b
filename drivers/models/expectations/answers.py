"""What each respondent lived through beside what the same respondent expected, aspect by aspect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from drivers.errors import ModelError, remedy
from drivers.results import FEWEST_SHOWN, Code, read_only
from drivers.survey.data import Survey
from drivers.survey.scoring import performance

PLACES = ("below", "inside", "above")
"""Where experience lies: below the least acceptable, between it and the hope, above the hope. Where one level alone was
asked: below it, equal to it, above it."""

EQUAL = 1e-9
"""Points within which two scores are equal: means of three answers are not exact."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """One driver's experience and expectations, row by row; `expected_drivers` makes them.

    Parameters
    ----------
    driver
        Its name.
    perceived
        Score of the experience, 0–100, NaN where missing; float (n,).
    levels
        ``desired``, ``adequate`` or both, scored as the experience is; float (n,) each.
    used
        Respondents of the domain with a weight, who answered all of it without contradiction; bool (n,).
    contradictory
        Respondents with all answers who would accept no less than what is above their hope.
    place
        Position in `PLACES`, −1 where not used; int (n,).
    rescaled
        Whether experience and expectation were asked on scales of different ends or steps.
    """

    driver: str
    perceived: np.ndarray
    levels: Mapping[str, np.ndarray]
    used: np.ndarray
    contradictory: int
    place: np.ndarray
    rescaled: bool

    @property
    def has_zone(self) -> bool:
        """Whether both levels were asked, so that there is a zone between them."""
        return len(self.levels) > 1

    def gap(self, level: str) -> np.ndarray:
        """Experience minus one level, in points; float (n,)."""
        return self.perceived - self.levels[level]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """The drivers that can be compared with what was expected, and why others cannot."""

    drivers: tuple[Expected, ...]
    left_out: Mapping[str, Code]

    @property
    def used(self) -> np.ndarray:
        """Respondents who count for any of the drivers; bool (n,)."""
        return np.logical_or.reduce([one.used for one in self.drivers])


def expected_drivers(survey: Survey, drivers: Sequence[str] | None) -> Asked:
    """Experience and expectations of the drivers of which expectations were asked.

    Parameters
    ----------
    drivers
        Names; all of the codebook with expectations that are not optional unless given.

    Raises
    ------
    ModelError
        Where the codebook names no expectations, or none of a driver that was asked for; where fewer than 10
        respondents answered everything of any driver.

    Notes
    -----
    A level is scored as its driver is: the mean of its items on 0–100 of their own scales, all of which must be
    answered unless the codebook lets the driver do with fewer.
    """
    book = survey.codebook
    if not book.expectations:
        raise ModelError(
            "Expected questions on what was hoped for or would just be accepted, found none; name them under "
            "'expectations:' in the codebook.",
            code="no_expectations",
        )
    names = [name for name in book.default_drivers if name in book.expectations] if drivers is None else list(drivers)
    for position, name in enumerate(names):
        if name not in book.expectations:
            raise ModelError(
                f"Expected a driver with expectations among {', '.join(map(repr, book.expectations))}, found "
                f"{name!r}; {remedy(name, book.expectations)}"
            )
        if name in names[:position]:
            raise ModelError(f"Expected each driver once, found {name!r} twice; remove one.")
    answers, left_out = [], {}
    for name in names:
        one = _expected(survey, name)
        if int(one.used.sum()) < FEWEST_SHOWN:
            left_out[name] = Code("suppressed", {"needed": FEWEST_SHOWN})
        else:
            answers.append(one)
    if not answers:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} respondents who rated a driver and said what they expected of it, found "
            "fewer for each; widen the selection.",
            code="suppressed",
            values={"needed": FEWEST_SHOWN},
        )
    return Asked(drivers=tuple(answers), left_out=MappingProxyType(left_out))


def _expected(survey: Survey, name: str) -> Expected:
    book = survey.codebook
    driver = book.drivers[name]
    perceived = survey.scores[name].to_numpy()
    asked = book.expectations[name].levels
    levels = {level: item_scores(survey, items, driver.min_items) for level, items in asked.items()}
    answered = survey.domain & (survey.weights > 0) & ~np.isnan(perceived)
    for values in levels.values():
        answered = answered & ~np.isnan(values)
    low, high = levels.get("adequate", levels.get("desired")), levels.get("desired", levels.get("adequate"))
    assert low is not None and high is not None  # the codebook refuses expectations of no level
    sound = answered & ~(low > high + EQUAL)
    place = np.where(perceived < low - EQUAL, 0, np.where(perceived > high + EQUAL, 2, 1))
    own = _scales(survey, driver.items)
    return Expected(
        driver=name,
        perceived=perceived,
        levels=MappingProxyType({level: read_only(values) for level, values in levels.items()}),
        used=read_only(sound, np.bool_),
        contradictory=int((answered & ~sound).sum()),
        place=read_only(np.where(sound, place, -1), np.int8),
        rescaled=any(_scales(survey, items) != own for items in asked.values()),
    )


def item_scores(survey: Survey, items: Sequence[str], min_items: int | None) -> np.ndarray:
    """Mean performance of some items, NaN where too few were answered; float (n,).

    Parameters
    ----------
    min_items
        How many must be answered where there are more; all unless given.
    """
    scales = survey.codebook.scales
    columns = np.column_stack(
        [performance(survey.codes[item].to_numpy(), scales[survey.codebook.items[item].scale]) for item in items]
    )
    answered = ~np.isnan(columns)
    count = answered.sum(axis=1)
    enough = count >= min(min_items or len(items), len(items))
    mean = np.where(answered, columns, 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.where(enough, mean, np.nan)


def _scales(survey: Survey, items: Sequence[str]) -> set[tuple[object, ...]]:
    """The ends and the answers of the scales of some items."""
    book = survey.codebook
    scales = [book.scales[book.items[item].scale] for item in items]
    return {(scale.ends, tuple(sorted(scale.codes)) if scale.codes else scale.step) for scale in scales}
