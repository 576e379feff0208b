"""One straight line for each statistic of each outcome, all on drivers and controls, with their joint covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from drivers.models.moves.joint_lines import joint_lines
from drivers.models.moves.move_columns import Measure, MoveColumns, move_columns
from drivers.results import Code, Sample, read_only
from drivers.survey.data import Survey
from drivers.survey.outcome_statistics import Statistic


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomeSlopes:
    """What one point of each driver goes with in each measure; `outcome_slopes` makes one.

    Parameters
    ----------
    measures, drivers
        Rows and columns of the slopes, (k,), (p,).
    slopes
        Points of the measure (percentage points of shares) per point of the driver; float (k, p).
    covariance
        Of all slopes, measure after measure; float (kp, kp).
    df
        Degrees of freedom of each measure's t distribution; int (k,).
    errors
        How each measure's errors were found: ``HC3``, ``linearised`` or ``replicates``.
    r2
        Weighted R² of each line; float (k,).
    samples
        Whom each line rests on.
    left_out
        Outcomes or ``outcome:statistic`` that cannot be fitted, and why.
    """

    measures: tuple[Measure, ...]
    drivers: tuple[str, ...]
    slopes: np.ndarray
    covariance: np.ndarray
    df: tuple[int, ...]
    errors: tuple[str, ...]
    r2: np.ndarray
    samples: tuple[Sample, ...]
    left_out: Mapping[str, Code]

    def __post_init__(self) -> None:
        k, p = len(self.measures), len(self.drivers)
        if self.slopes.shape != (k, p) or self.covariance.shape != (k * p, k * p):
            raise ValueError("Slopes need one row for each measure, one column for each driver, and their covariance.")

    def place(self, outcome: str, statistic: Statistic = "mean") -> int:
        """Position of a measure; ValueError where it is not there."""
        return [(one.outcome, one.statistic) for one in self.measures].index((outcome, statistic))

    def block(self, place: int, other: int | None = None) -> np.ndarray:
        """Covariance of one measure's slopes, or of one measure's with another's; float (p, p)."""
        p = len(self.drivers)
        at = place if other is None else other
        return self.covariance[place * p : (place + 1) * p, at * p : (at + 1) * p]

    def effect(self, moves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What moves of the drivers' means go with in each measure.

        Parameters
        ----------
        moves
            Points by driver; float (p,).

        Returns
        -------
        estimate, std_error
            float (k,) each; the error NaN where a driver that moves has none.
        """
        moved = np.flatnonzero(moves)
        points = moves[moved]
        # An unknown error of a driver that stays is none of the change.
        variance = [points @ self.block(i)[np.ix_(moved, moved)] @ points for i in range(len(self.measures))]
        return self.slopes @ moves, np.sqrt(np.maximum(variance, 0.0))

    def effect_covariance(self, moves: np.ndarray) -> np.ndarray:
        """How the effects of moves on all measures vary together; float (k, k)."""
        spread = np.kron(np.eye(len(self.measures)), moves)
        return np.asarray(spread @ self.covariance @ spread.T)


def outcome_slopes(
    survey: Survey,
    *,
    outcomes: Sequence[str] | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
) -> OutcomeSlopes:
    """What one point of each driver, all others held, goes with in each outcome, with all slopes' joint covariance.

    Parameters
    ----------
    survey
        Answers with weights and design.
    outcomes
        Names; all of the codebook unless given. What cannot be fitted is left out with its reason, but not the first.
    drivers, always
        As in `fit_regression`; drivers must be ratings.

    Raises
    ------
    ModelError
        As `fit_regression`, of the first outcome.

    Notes
    -----
    Means, top-2-box (100 or 0), NPS (100, 0 or −100) and events (100 or 0) are all fitted by straight lines, so that
    effects add up and a change of a mean can be told from the changes of means: of a line, the mean prediction moves
    by slope times the move of the driver's mean, whoever is moved.
    Weights, missing answers: as `fit_regression`, outcome by outcome; `joint_lines` ties the outcomes together.
    """
    return slopes_of(survey, move_columns(survey, outcomes=outcomes, drivers=drivers, always=always))


def slopes_of(survey: Survey, columns: MoveColumns, moved: Sequence[str] | None = None) -> OutcomeSlopes:
    """The slopes on all drivers, or, of the same respondents, on those moved with the others free to go along.

    Notes
    -----
    A line on the drivers moved alone is the sum of two steps, other drivers on those moved and the outcome on all: its
    slopes are the same (the formula of the omitted variable), and its errors count the chance of both steps.
    """
    names = columns.drivers if moved is None else tuple(moved)
    joint = joint_lines(survey, columns.lines(moved))
    samples = {name: columns.sample(survey, name) for name in columns.rows}
    p = len(names)
    # Drivers stand last in every line, behind the constant and the controls of its own respondents.
    places = np.concatenate([np.arange(end - p, end) for end in joint.starts()[1:]])
    return OutcomeSlopes(
        measures=columns.measures,
        drivers=names,
        slopes=read_only([fit.params[-p:] for fit in joint.fits]),
        covariance=read_only(joint.covariance[np.ix_(places, places)]),
        df=tuple(fit.df for fit in joint.fits),
        errors=tuple(fit.errors for fit in joint.fits),
        r2=read_only([fit.r2 for fit in joint.fits]),
        samples=tuple(samples[measure.outcome] for measure in columns.measures),
        left_out=columns.left_out,
    )
