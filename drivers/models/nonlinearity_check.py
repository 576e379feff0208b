"""Whether a straight line suffices, or a flexible model explains what it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.linearization import domain_design
from drivers.models.nonlinearity import FLEXIBLE, corrected_interval, cross_validate, deal, joined
from drivers.models.predictors import Predictors, check_conf_level, predictors
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey
from drivers.survey.respondents import unit_codes

Conclusion = Literal["straight_line_suffices", "curved", "undecided"]

MATTERS = 0.02
"""A gain in R² of less than this changes no advice: it is a fiftieth of all differences in the outcome."""

FEWEST_ANSWERS = 100
"""With fewer respondents a flexible model learns nothing that a straight line does not."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NonlinearityResult(Result):
    """What flexible models explain beyond the straight line; `nonlinearity` makes one.

    Parameters
    ----------
    drivers
        Drivers and groups, (k,).
    methods
        ``linear`` and the flexible models.
    r2
        Of each on respondents it was not fitted to; float (methods,).
    gain, gain_error, gain_low, gain_high
        R² of each flexible model less that of the straight line; float (methods − 1,).
    importance, importance_error, importance_low, importance_high
        Loss of R² of the best flexible model where a driver is mixed up; float (k,).
    folds, repeats, seed
        Of the cross-validation.
    applicability
        What was done about drivers that do not concern everybody.
    """

    kind: ClassVar[str] = "nonlinearity"

    outcome: str
    drivers: tuple[str, ...]
    methods: tuple[str, ...]
    r2: np.ndarray
    gain: np.ndarray
    gain_error: np.ndarray
    gain_low: np.ndarray
    gain_high: np.ndarray
    importance: np.ndarray
    importance_error: np.ndarray
    importance_low: np.ndarray
    importance_high: np.ndarray
    folds: int
    repeats: int
    seed: int
    sample: Sample
    conf_level: float
    applicability: tuple[Code, ...]

    def __post_init__(self) -> None:
        if not np.allclose(self.r2[1:] - self.r2[0], self.gain, rtol=0, atol=1e-9):
            raise ValueError("Gains must be what flexible models explain beyond the straight line.")

    @property
    def best(self) -> str:
        """The flexible model that explains most."""
        return self.methods[1 + int(np.argmax(self.gain))]

    @property
    def conclusion(self) -> Conclusion:
        """Whether the straight line suffices.

        ``curved`` where the best gain is one that matters and its interval lies above 0,
        ``straight_line_suffices`` where no interval reaches a gain that matters, else ``undecided``.
        """
        best = int(np.argmax(self.gain))
        if self.gain_low[best] > 0 and self.gain[best] >= MATTERS:
            return "curved"
        return "straight_line_suffices" if (self.gain_high < MATTERS).all() else "undecided"

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """All are parts of the outcome's variance."""
        return MappingProxyType(
            {
                "r2": "part of the outcome's variance on respondents not fitted to",
                "gain": "as r2",
                "std_error": "as r2",
                "importance": "R² lost where the driver is mixed up",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes + self.applicability

    @property
    def details(self) -> Mapping[str, object]:
        """The conclusion, what it rests on, and what the run was made with."""
        return MappingProxyType(
            {
                "conclusion": self.conclusion,
                "best": self.best,
                "matters": MATTERS,
                "folds": self.folds,
                "repeats": self.repeats,
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per model, the straight line first."""
        return frame(
            {
                "outcome": self.outcome,
                "method": list(self.methods),
                "r2": self.r2,
                "gain": _after_line(self.gain),
                "std_error": _after_line(self.gain_error),
                "conf_low": _after_line(self.gain_low),
                "conf_high": _after_line(self.gain_high),
                "conf_level": self.conf_level,
            }
        )

    def importances(self) -> pd.DataFrame:
        """One row per driver: what the best flexible model loses without it."""
        return frame(
            {
                "outcome": self.outcome,
                "driver": list(self.drivers),
                "method": self.best,
                "importance": self.importance,
                "std_error": self.importance_error,
                "conf_low": self.importance_low,
                "conf_high": self.importance_high,
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the conclusion and the sample."""
        best = int(np.argmax(self.gain))
        return frame(
            {
                "outcome": [self.outcome],
                "method": self.best,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "r2": float(self.r2[0]),
                "gain": float(self.gain[best]),
                "conf_low": float(self.gain_low[best]),
                "conf_high": float(self.gain_high[best]),
                "conclusion": self.conclusion,
                "conf_level": self.conf_level,
            }
        )


def nonlinearity(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    folds: int = 5,
    repeats: int = 5,
    conf_level: float = 0.95,
    seed: int = 1,
) -> NonlinearityResult:
    """How much more flexible models explain than a straight line, on respondents whom neither was fitted to.

    Parameters
    ----------
    survey, outcome, drivers, always, groups
        As in `relative_importance`; a group is mixed up as a whole.
    folds, repeats
        Parts into which respondents are dealt, from 2 on, and how often they are dealt anew.
    conf_level
        Level of the intervals, between 0 and 1.
    seed
        The same seed gives the same result, on any number of cores.

    Returns
    -------
    NonlinearityResult
        `tidy()` has one row per model: r2, gain, std_error, conf_low, conf_high; `importances()` one per driver;
        `conclusion` is ``straight_line_suffices``, ``curved`` or ``undecided``.

    Raises
    ------
    ModelError
        As `relative_importance`, and where there are fewer than 100 complete answers, fewer than two sampling units
        a fold, or replicate weights in place of sampling units.

    Notes
    -----
    Boosted trees and a random forest (scikit-learn) are each fitted to what weighted least squares leave over, and
    added to the line: a model that had to learn the line anew would explain less with some hundred respondents,
    however curved the truth. The gain is the difference in R² on held-out folds. Its interval allows, roughly, for the
    respondents that folds share (of simulated surveys, 95 % intervals held the gain in all where the truth was
    straight and in 86 to 94 % where it was curved), and is about models fitted to so many respondents: a curve too
    faint to be learnt from them is not seen. Bends and interactions are told from a line, not from each other.

    An importance is the R² that the best flexible model loses on held-out folds where a driver's ratings are mixed
    up among respondents. It is no share of R² and no effect: drivers that correlate stand in for each other, and
    mixing up makes respondents that there are none of. `relative_importance` answers what belongs to whom.

    Weights: in fitting, scoring and mixing up. With strata or clusters, sampling units are dealt whole, those of a
    stratum evenly, so that nobody is tested by a model that has seen their unit. A finite population is not allowed
    for: the models are to serve for people like these. Replicate weights without clusters do not tell the units.
    Missing answers: complete cases.

    References
    ----------
    Nadeau and Bengio (2003), Inference for the generalization error, doi:10.1023/A:1024068626366.
    Breiman (2001), Random forests, doi:10.1023/A:1010933404324.
    Hooker, Mentch and Zhou (2021), Unrestricted permutation forces extrapolation, doi:10.1007/s11222-021-10057-z.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("customersat")
    >>> kda.nonlinearity(survey, drivers=["volume", "customers"], repeats=1).conclusion
    'straight_line_suffices'
    """
    _check_numbers(folds, repeats, seed)
    check_conf_level(conf_level)
    data = predictors(survey, outcome=outcome, drivers=drivers, always=always, groups=groups)
    strata, units = _dealt(survey, data, folds)
    values, weights = data.values[data.rows], data.weights[data.rows] / data.weights[data.rows].mean()
    x, y = np.ascontiguousarray(values[:, :-1]), values[:, -1]
    rng = np.random.default_rng(seed)
    errors = joined(
        [cross_validate(x, y, weights, deal(strata, units, folds, rng), data.starts, rng) for _ in range(repeats)]
    )
    variance = float(np.average((y - np.average(y, weights=weights)) ** 2, weights=weights))
    gain = corrected_interval((errors.linear[:, None] - errors.flexible) / variance, folds=folds, conf_level=conf_level)
    best = int(np.argmax(gain[0]))
    lost = (errors.permuted[:, best] - errors.flexible[:, best, None]) / variance
    importance = corrected_interval(lost, folds=folds, conf_level=conf_level)
    r2 = 1 - np.append(errors.linear.mean(), errors.flexible.mean(axis=0)) / variance
    return NonlinearityResult(
        outcome=data.outcome,
        drivers=data.drivers,
        methods=("linear", *FLEXIBLE),
        r2=read_only(r2),
        gain=read_only(gain[0]),
        gain_error=read_only(gain[1]),
        gain_low=read_only(gain[2]),
        gain_high=read_only(gain[3]),
        importance=read_only(importance[0]),
        importance_error=read_only(importance[1]),
        importance_low=read_only(importance[2]),
        importance_high=read_only(importance[3]),
        folds=folds,
        repeats=repeats,
        seed=seed,
        sample=data.sample,
        applicability=data.notes,
        conf_level=conf_level,
    )


def _check_numbers(folds: int, repeats: int, seed: int) -> None:
    if folds < 2:
        raise ModelError(f"Expected folds of at least 2, found {folds}; use 5 or 10.")
    if repeats < 1:
        raise ModelError(f"Expected repeats of at least 1, found {repeats}; use 5 or more.")
    if seed < 0:
        raise ModelError(f"Expected a seed of 0 or more, found {seed}; any such number will do.")


def _dealt(survey: Survey, data: Predictors, folds: int) -> tuple[np.ndarray | None, np.ndarray]:
    """Stratum and sampling unit of the respondents used; int (n,) or None, int (n,)."""
    n = int(data.rows.sum())
    if n < FEWEST_ANSWERS:
        raise ModelError(
            f"Expected at least {FEWEST_ANSWERS} complete answers to look for curves, found {n} of "
            f"{data.sample.n_asked} respondents; widen the selection.",
            code="few_answers",
            values={"n": n, "needed": FEWEST_ANSWERS},
        )
    strata, clusters = domain_design(survey, data.rows)
    if survey.replicates is not None and survey.clusters is None:
        raise ModelError(
            "Expected sampling units that can be dealt to folds whole, found design.replicate_weights without "
            "design.cluster; name the column of the units, or of the respondents where these are the units.",
            code="no_units",
        )
    units = unit_codes(strata, clusters, len(data.rows))[data.rows]
    if (count := len(np.unique(units))) < 2 * folds:
        raise ModelError(
            f"Expected at least {2 * folds} sampling units for {folds} folds, found {count}; use fewer folds.",
            code="few_units_to_deal",
            values={"units": count, "needed": 2 * folds},
        )
    return None if strata is None else strata[data.rows], units


def _after_line(values: np.ndarray) -> np.ndarray:
    """Numbers of the flexible models, with none for the straight line before them."""
    return np.append(np.nan, values)
