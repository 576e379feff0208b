"""The importance-performance map: which drivers matter much and are rated low."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.decisions.dividing_lines import (
    Benchmark,
    ImportanceLine,
    Lines,
    PerformanceLine,
    Ratings,
    check_same_selection,
    importance_lines,
    performance_lines,
    ratings_of,
)
from drivers.errors import ModelError
from drivers.importance.result import ImportanceResult
from drivers.resampling import percentile_interval
from drivers.results import Result, Sample, Verdict, frame, read_only
from drivers.survey.data import Survey, check_survey

QUADRANTS = ("improve_first", "keep_up", "can_wait", "enough")
UNDECIDED = "undecided"

STABLE = 0.8
"""A driver has a quadrant where it lies in it in at least this part of the resamples."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapResult(Result):
    """Drivers by importance and performance; `importance_performance_map` makes one.

    Parameters
    ----------
    method, family, fit, sums_to_r2
        Of the importance.
    share, share_low, share_high
        Part of what is explained with its interval; float (k,).
    performance, performance_low, performance_high
        Mean score 0–100 with its interval; float (k,).
    wave
        Whose answers performance is of; "" for all respondents of the importance.
    performance_line, importance_line
        Which lines part the quadrants: ``mean``, ``target``, ``benchmark`` or ``given``; ``mean``, ``median`` or
        ``given``.
    benchmark_of
        Whose level the benchmark is: ``other_units``, ``outside`` or the key of a rival; "" without one.
    line
        What each driver's performance is compared with; float (k,).
    distance
        Performance less that line: estimate and limits, the line's own error included; float (3, k).
    crosshair_share, crosshair_performance
        The lines between quadrants; the latter NaN where each driver has one of its own.
    quadrant
        ``improve_first``, ``keep_up``, ``can_wait``, ``enough`` or ``undecided``, (k,).
    stability
        Part of the resamples in which a driver lies in the quadrant of its estimate; float (k,).
    """

    kind: ClassVar[str] = "map"

    outcome: str
    drivers: tuple[str, ...]
    method: str
    family: str
    fit: str
    sums_to_r2: bool
    share: np.ndarray
    share_low: np.ndarray
    share_high: np.ndarray
    performance: np.ndarray
    performance_low: np.ndarray
    performance_high: np.ndarray
    wave: str
    performance_line: PerformanceLine
    importance_line: ImportanceLine
    benchmark_of: str
    line: np.ndarray
    distance: np.ndarray
    crosshair_share: float
    crosshair_performance: float
    quadrant: tuple[str, ...]
    stability: np.ndarray
    verdict: Verdict
    sample: Sample
    conf_level: float

    @property
    def needed_stability(self) -> float:
        """Part of the resamples that must agree on a quadrant before it is named."""
        return STABLE

    @property
    def own_lines(self) -> bool:
        """Whether each driver is compared with a line of its own, so that distances are placed."""
        return bool(np.isnan(self.crosshair_performance))

    @property
    def details(self) -> Mapping[str, object]:
        """Which lines part the quadrants."""
        return MappingProxyType(
            {
                "performance_line": self.performance_line,
                "importance_line": self.importance_line,
                "benchmark_of": self.benchmark_of,
                "wave": self.wave,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver; conf_low and conf_high belong to ``share``, ``line`` to performance."""
        return frame(
            {
                "outcome": self.outcome,
                "driver": list(self.drivers),
                "share": self.share,
                "conf_low": self.share_low,
                "conf_high": self.share_high,
                "performance": self.performance,
                "performance_low": self.performance_low,
                "performance_high": self.performance_high,
                "line": self.line,
                "quadrant": list(self.quadrant),
                "stability": self.stability,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the crosshairs and the sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "share": self.crosshair_share,
                "performance": self.crosshair_performance,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )


def importance_performance_map(
    importance: ImportanceResult,
    survey: Survey | None = None,
    *,
    ratings: Literal["all", "now"] = "all",
    performance_line: PerformanceLine | float = "mean",
    importance_line: ImportanceLine | float = "mean",
    benchmark: Benchmark | None = None,
    benchmark_of: str = "",
) -> MapResult:
    """Where each driver lies between importance and performance, and how surely.

    Parameters
    ----------
    importance
        With a bootstrap, so that positions can be judged.
    survey
        The survey that it is of; needed for targets, for ratings of now, and for other units as benchmark.
    ratings
        ``all``: performance of all respondents of the importance. ``now``: of the wave reported on (the selected one,
        else the last), which needs the survey: what was improved since is no priority any more.
    performance_line
        What parts high ratings from low ones: ``mean`` of the drivers; ``target``, each driver's own in the codebook;
        ``benchmark``; or points from 0 to 100.
    importance_line
        What parts important drivers from others: ``mean`` of the shares, which is 1/k of k drivers; ``median``; or a
        part of 1.
    benchmark
        Driver → level on 0–100, or level and standard error. Unless given, the mean of all other units where a unit
        is selected, else the level of a rival: our rating, and what those who rated both give the rival more.
    benchmark_of
        Whose levels these are: ``outside``, or the key of a rival in the codebook; its first unless given.

    Returns
    -------
    MapResult
        `tidy()` has one row per driver: share, conf_low, conf_high, performance, performance_low,
        performance_high, line, quadrant, and in ``stability`` the part of the resamples in which the driver lies
        in the quadrant of its estimate.

    Raises
    ------
    ModelError
        Where there is no bootstrap; where a line is none, a driver lacks its target or benchmark, or the survey is
        another selection than that of the importance.

    Notes
    -----
    Lines that are estimates are computed again in every resample (means, medians) or drawn with their error (other
    units, benchmarks with a standard error); targets and numbers stand still. With targets or benchmarks that differ
    between drivers there is no one line, and what is placed is performance less the driver's own. A driver that lies
    in its quadrant in fewer than 80 % of the resamples is ``undecided``, and so are all where the verdict tells no two
    drivers apart, and a driver without another.

    Weights, missing answers: those of the importance; other units' means by all their answers.

    References
    ----------
    Martilla and James (1977), Importance-performance analysis, doi:10.1177/002224297704100112. Oh (2001), Revisiting
    importance-performance analysis, doi:10.1016/S0261-5177(01)00036-X (that the choice of lines decides the advice).

    Examples
    --------
    >>> import drivers as kda
    >>> importance = kda.relative_importance(kda.example_survey("customersat"), n_boot=200)
    >>> kda.importance_performance_map(importance).quadrant[2]
    'improve_first'
    >>> kda.importance_performance_map(importance, performance_line=90).quadrant.count("keep_up")
    0
    """
    if not isinstance(importance, ImportanceResult):
        raise ModelError(
            f"Expected a result of relative_importance(), found {type(importance).__name__}; pass that result."
        )
    unrated = [name for name, mean in zip(importance.drivers, importance.performance, strict=True) if np.isnan(mean)]
    if unrated:
        raise ModelError(
            f"Expected drivers that are rated, found {unrated[0]!r}, a segment or an interaction, which has no place "
            "between bad and good; leave it out."
        )
    if importance.n_boot == 0:
        raise ModelError(
            "Expected an importance result with a bootstrap, found n_boot=0; use n_boot=1000 so that positions can be "
            "judged."
        )
    if survey is not None:
        check_survey(survey)
        check_same_selection(importance, survey)
    rated = ratings_of(importance, survey, ratings)
    rated_by, lines = performance_lines(importance, rated, survey, performance_line, benchmark, benchmark_of)
    weighed_by, shares = importance_lines(importance, importance_line)
    above_line = rated.drawn - lines.drawn
    estimate = _place(importance.share - shares.at, rated.mean - lines.at)
    drawn = _place(importance.replicate_share - shares.drawn, above_line)
    stability = (drawn == estimate).mean(axis=0)
    verdict = importance.verdict
    # Where no two drivers can be told apart, none matters more than another; a single one is its own mean.
    comparable = verdict.orders and verdict.status != "not_rankable" and len(importance.drivers) > 1
    settled = (stability >= STABLE) & comparable
    return MapResult(
        outcome=importance.outcome,
        drivers=importance.drivers,
        method=importance.method,
        family=importance.family,
        fit=importance.fit,
        sums_to_r2=importance.sums_to_r2,
        share=importance.share,
        share_low=importance.share_low,
        share_high=importance.share_high,
        performance=read_only(rated.mean),
        performance_low=read_only(rated.low),
        performance_high=read_only(rated.high),
        wave=rated.wave,
        performance_line=rated_by,
        importance_line=weighed_by,
        benchmark_of=lines.whose,
        line=read_only(lines.at),
        distance=read_only(_distance(rated, lines, above_line, importance.conf_level)),
        crosshair_share=float(shares.at[0]),
        crosshair_performance=float(lines.at[0]) if lines.one else float("nan"),
        quadrant=tuple(QUADRANTS[q] if sure else UNDECIDED for q, sure in zip(estimate, settled, strict=True)),
        stability=read_only(stability),
        verdict=importance.verdict,
        sample=importance.sample,
        conf_level=importance.conf_level,
    )


def _place(share: np.ndarray, performance: np.ndarray) -> np.ndarray:
    """Position of the quadrant in `QUADRANTS`, from what lies above the lines."""
    important, good = share >= 0, performance >= 0
    return np.where(important, np.where(good, 1, 0), np.where(good, 3, 2))


def _distance(ratings: Ratings, lines: Lines, drawn: np.ndarray, conf_level: float) -> np.ndarray:
    """Performance less its line, with limits; float (3, k)."""
    found = ratings.mean - lines.at
    if len(lines.drawn) == 1:
        # A line without an error shifts the interval and does nothing else.
        return np.array([found, ratings.low - lines.at, ratings.high - lines.at])
    return np.array([found, *percentile_interval(drawn, conf_level)])
