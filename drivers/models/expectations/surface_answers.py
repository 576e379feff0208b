"""Whose experience and expectation a surface may be drawn over, and whose not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError
from drivers.models.expectations.answers import item_scores
from drivers.models.expectations.surface_geometry import TERMS, quadratic_columns
from drivers.models.expectations.surface_shape import ALL_DRIVERS
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey

PER_TERM = 10
"""Respondents, as many as count, that each term of the model asks for."""


@dataclass(frozen=True, slots=True)
class LevelScores:
    """Experience and expectation of all rows, NaN where not given; float (n,) each."""

    driver: str
    members: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray


def asked_levels(survey: Survey, driver: str | None, level: str) -> list[LevelScores]:
    """Experience and expectation of the drivers asked for, and first of all together where they are several."""
    book = survey.codebook
    names = [name for name, one in book.expectations.items() if level in one.levels]
    if driver is not None:
        if driver not in names:
            known_name("driver", driver, book.drivers)
            raise ModelError(
                f"Expected questions on the {level} level of {driver!r}, found none; name them under 'expectations:' "
                "in the codebook.",
                code="no_expectations",
            )
        names = [driver]
    else:
        names = [name for name in book.default_drivers if name in names]
    if not names:
        raise ModelError(
            f"Expected questions on the {level} level of a driver, found none; name them under 'expectations:' in the "
            "codebook.",
            code="no_expectations",
        )
    each = [
        LevelScores(
            name,
            (name,),
            survey.scores[name].to_numpy(),
            item_scores(survey, book.expectations[name].levels[level], book.drivers[name].min_items),
        )
        for name in names
    ]
    if len(each) < 2:
        return each
    together = (np.mean([getattr(one, part) for one in each], axis=0) for part in ("x", "y"))
    return [LevelScores(ALL_DRIVERS, tuple(names), *together), *each]


def check_levels(
    survey: Survey,
    asked: LevelScores,
    outcome: str,
    z: np.ndarray,
    held: np.ndarray,
    controls: Sequence[str],
    rows: np.ndarray,
) -> None:
    """Refuse what has no surface: too few answers, or hardly any that differ."""
    n, needed = int(rows.sum()), PER_TERM * (len(TERMS) + held.shape[1])
    if n < needed:
        few = n < FEWEST_SHOWN
        raise ModelError(
            f"Expected at least {needed} respondents with experience, expectation and outcome for {asked.driver!r}, "
            f"found {n} of {int(survey.domain.sum())}; widen the selection.",
            code="suppressed" if few else "few_answers",
            values={"needed": FEWEST_SHOWN} if few else {"n": n, "needed": needed},
        )
    for what, values, code in (
        ("the experience", asked.x, "constant_driver"),
        ("the expectation", asked.y, "constant_expectation"),
    ):
        steps, count = np.unique(np.round(values[rows], 6), return_counts=True)
        if n - int(count.max()) < FEWEST_SHOWN:
            raise ModelError(
                f"Expected at least {FEWEST_SHOWN} respondents apart from the commonest answer on {what} of "
                f"{asked.driver!r}, found fewer: nearly all are {steps[count.argmax()]:g} of 100. Use another "
                "driver or level.",
                code=code,
                values={"driver": asked.driver},
            )
        if len(steps) < 3:
            raise ModelError(
                f"Expected at least three different answers on {what} of {asked.driver!r} for a surface that bends, "
                f"found {len(steps)}; use another driver or level.",
                code="few_levels",
                values={"driver": asked.driver},
            )
    if np.ptp(z[rows]) == 0:
        raise ModelError(
            f"Outcome {outcome!r} is constant: all {n} scores are {z[rows][0]:g} of 100. Choose another outcome or "
            "check its missing codes.",
            code="constant_outcome",
            values={"outcome": outcome},
        )
    design = np.column_stack([np.ones(n), quadratic_columns(asked.x, asked.y)[rows], held[rows]])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        if held.shape[1] and np.linalg.matrix_rank(design[:, :6]) == 6:
            raise ModelError(
                f"Expected controls of which none is a sum of others, found some among {', '.join(controls)}; remove "
                "one from always=."
            )
        raise ModelError(
            f"Expected experience and expectation of {asked.driver!r} that go their own ways, found that one tells the "
            "other, or that they have too few combinations for a surface; use another driver or level.",
            code="few_levels",
            values={"driver": asked.driver},
        )
