"""The lines that part drivers rated well from drivers rated low, and important ones from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.importance.result import ImportanceResult
from drivers.models.rivals import rival_levels
from drivers.models.unit_means import levels
from drivers.replication import draws
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey
from drivers.survey.outcome_statistics import in_wave, waves_compared

PerformanceLine = Literal["mean", "target", "benchmark", "given"]
PERFORMANCE_LINES: tuple[PerformanceLine, ...] = get_args(PerformanceLine)
"""The mean of all drivers, each driver's own target, each driver's benchmark, or a number of whoever asked."""

ImportanceLine = Literal["mean", "median", "given"]
IMPORTANCE_LINES: tuple[ImportanceLine, ...] = get_args(ImportanceLine)
"""The mean share, which is one part in as many as there are drivers; the middle share; or a number."""

RATINGS = ("all", "now")
"""Of which answers ratings are: all that the importance rests on, or those of the wave reported on."""

OTHER_UNITS, OUTSIDE = "other_units", "outside"
"""Whose level a benchmark is, where it is no rival's: that of all other units, or a figure from elsewhere."""

Benchmark = Mapping[str, float | tuple[float, float]]
"""Driver → its benchmark on 0–100, or that and its standard error."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """What each driver is compared with.

    Parameters
    ----------
    at
        At the sample; float (k,).
    drawn
        In each resample, one row for all where they are fixed; float (n_boot or 1, k).
    whose
        Of a benchmark whose level it is: ``other_units``, ``outside`` or the key of a rival.
    """

    at: np.ndarray
    drawn: np.ndarray
    whose: str = ""

    @property
    def one(self) -> bool:
        """Whether it is one line for all drivers."""
        return bool(np.ptp(self.at) == 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ratings:
    """How drivers are rated.

    Parameters
    ----------
    mean, low, high
        float (k,).
    drawn
        Resamples, or draws that stand for them; float (n_boot, k).
    wave
        The wave whose answers they are; "" for all that the importance rests on.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    drawn: np.ndarray
    wave: str


def ratings_of(importance: ImportanceResult, survey: Survey | None, ratings: str) -> Ratings:
    """The ratings of the importance's respondents (``all``), or of the wave reported on (``now``).

    Raises
    ------
    ModelError
        Where there is no survey to take them from, or fewer than 10 rated a driver in that wave.
    """
    if ratings not in RATINGS:
        raise ModelError(f"Expected ratings to be 'all' or 'now', found {ratings!r}; choose one of these.")
    if ratings == "now" and survey is None:
        raise ModelError("Expected the survey beside ratings='now', found none; pass it as survey=.")
    now = None if survey is None or ratings == "all" else waves_compared(survey)[0]
    if survey is None or now is None:
        return Ratings(
            mean=importance.performance,
            low=importance.performance_low,
            high=importance.performance_high,
            drawn=importance.replicate_performance,
            wave="",
        )
    columns = survey.scores[list(importance.drivers)].to_numpy()
    rows = in_wave(survey, now)
    if int((~np.isnan(columns) & (rows & (survey.weights > 0))[:, None]).sum(axis=0).min()) < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} ratings of every driver in the wave reported on, found fewer; widen the "
            "selection, or take ratings='all'.",
            code="few_in_wave",
            values={"needed": FEWEST_SHOWN},
        )
    found = levels(survey, columns, rows)
    reach = special.stdtrit(max(found.df, 1), (1 + importance.conf_level) / 2) * np.sqrt(np.diag(found.covariance))
    return Ratings(
        mean=found.mean,
        low=found.mean - reach,
        high=found.mean + reach,
        drawn=draws(found.mean, found.covariance, count=importance.n_boot, seed=importance.seed + 2),
        wave=survey.waves[now],
    )


def performance_lines(
    importance: ImportanceResult,
    ratings: Ratings,
    survey: Survey | None,
    line: str | float,
    benchmark: Benchmark | None,
    whose: str,
) -> tuple[PerformanceLine, Lines]:
    """The lines of performance, and which they are.

    Parameters
    ----------
    ratings
        Of `ratings_of`.
    line
        ``mean``, ``target``, ``benchmark`` or a number of points.
    benchmark
        For ``benchmark``; unless given, a rival's level, or the mean of all other units.
    whose
        Whose levels these are: ``outside``, or the key of a rival; "" for the first there is.

    Raises
    ------
    ModelError
        Where a line is none, a driver has no target, or there is no benchmark.
    """
    k = len(importance.drivers)
    if line == "mean":
        drawn = ratings.drawn.mean(axis=1, keepdims=True)
        return "mean", Lines(at=np.full(k, ratings.mean.mean()), drawn=np.repeat(drawn, k, axis=1))
    if line == "target":
        return "target", _fixed(_targets(importance, survey))
    if line == "benchmark":
        if benchmark is not None:
            return "benchmark", replace(_given(importance, benchmark), whose=whose or OUTSIDE)
        if survey is not None and survey.codebook.rivals and (whose or not survey.unit):
            return "benchmark", _rival(importance, ratings, survey, whose)
        return "benchmark", replace(_other_units(importance, survey, ratings.wave), whose=OTHER_UNITS)
    if isinstance(line, str) or not 0 <= line <= 100:
        raise ModelError(
            f"Expected performance_line to be 'mean', 'target', 'benchmark' or points from 0 to 100, found {line!r}; "
            "choose one of these."
        )
    return "given", _fixed(np.full(k, float(line)))


def importance_lines(importance: ImportanceResult, line: str | float) -> tuple[ImportanceLine, Lines]:
    """The lines of importance, and which they are; ``line`` is ``mean``, ``median`` or a part of 1."""
    k = len(importance.drivers)
    if line == "mean":
        # The mean of parts of 1, in every resample.
        return "mean", _fixed(np.full(k, importance.share.mean()))
    if line == "median":
        drawn = np.median(importance.replicate_share, axis=1, keepdims=True)
        return "median", Lines(at=np.full(k, np.median(importance.share)), drawn=np.repeat(drawn, k, axis=1))
    if isinstance(line, str) or not 0 < line < 1:
        raise ModelError(
            f"Expected importance_line to be 'mean', 'median' or a part between 0 and 1, found {line!r}; choose one of "
            "these."
        )
    return "given", _fixed(np.full(k, float(line)))


def check_same_selection(importance: ImportanceResult, survey: Survey) -> None:
    """Refuse an importance of other respondents than the survey's selection."""
    asked = int(survey.domain.sum())
    if importance.sample.n_asked != asked:
        raise ModelError(
            f"Expected the survey that the importance is of, found importance of {importance.sample.n_asked} "
            f"respondents and a selection of {asked}; pass the same selection to both."
        )


def check_targets(drivers: Sequence[str], targets: Sequence[float | None]) -> list[float]:
    """The targets of drivers, refused where one has none."""
    found = [target for target in targets if target is not None]
    if len(found) < len(drivers):
        without = next(name for name, target in zip(drivers, targets, strict=True) if target is None)
        raise ModelError(
            f"Expected a target of every driver, found none of {without!r}; write one under drivers.{without}.target "
            "in the codebook, or choose another line or goal.",
            code="no_driver_targets",
        )
    return found


def _fixed(values: np.ndarray) -> Lines:
    return Lines(at=values, drawn=values[None])


def _targets(importance: ImportanceResult, survey: Survey | None) -> np.ndarray:
    if survey is None:
        raise ModelError("Expected the survey beside performance_line='target', found none; pass it as survey=.")
    known = survey.codebook.drivers
    targets = [known[name].target if name in known else None for name in importance.drivers]
    return np.array(check_targets(importance.drivers, targets), dtype=float)


def _given(importance: ImportanceResult, benchmark: Benchmark) -> Lines:
    """Numbers from elsewhere, which move from one resample to the next as far as they are uncertain."""
    without = [name for name in importance.drivers if name not in benchmark]
    if without:
        raise ModelError(f"Expected a benchmark of every driver, found none of {without[0]!r}; add it to benchmark=.")
    pairs = [benchmark[name] for name in importance.drivers]
    values = np.array([pair if isinstance(pair, tuple) else (pair, 0.0) for pair in pairs], dtype=float)
    wrong = ~np.isfinite(values).all(axis=1) | (values[:, 0] < 0) | (values[:, 0] > 100) | (values[:, 1] < 0)
    if wrong.any():
        name = importance.drivers[int(np.flatnonzero(wrong)[0])]
        raise ModelError(
            f"Expected benchmarks from 0 to 100, with standard errors of 0 or more, found {benchmark[name]} for "
            f"{name!r}; correct it."
        )
    return _uncertain(importance, values[:, 0], np.diag(values[:, 1] ** 2))


def _other_units(importance: ImportanceResult, survey: Survey | None, wave: str) -> Lines:
    """The means of all units but the selected one, of the same waves and segments."""
    if survey is None or not survey.unit or survey.codebook.unit is None:
        raise ModelError(
            "Expected benchmark= beside performance_line='benchmark', a rival in the codebook, or a selected unit to "
            "compare with the others, found none of these; pass one.",
            code="no_benchmark",
        )
    cells = survey.raw[survey.codebook.unit.column]
    rows = ((cells != survey.unit) & (cells != "")).to_numpy(dtype=bool) & (survey.weights > 0)
    if wave := wave or survey.wave:
        assert survey.wave_index is not None  # select() refuses a wave on a survey without waves
        rows &= survey.wave_index == survey.waves.index(wave)
    for name, value in survey.only.items():
        segment = survey.codebook.segments.get(name)
        rows &= (survey.raw[segment.column if segment else name] == value).to_numpy(dtype=bool)
    columns = survey.scores[list(importance.drivers)].to_numpy()
    if int((rows[:, None] & ~np.isnan(columns)).sum(axis=0).min()) < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} answers to each driver in other units, found fewer; pass benchmark=.",
            code="no_benchmark",
        )
    found = levels(survey, columns, rows)
    return _uncertain(importance, found.mean, found.covariance)


def _rival(importance: ImportanceResult, ratings: Ratings, survey: Survey, whose: str) -> Lines:
    """A rival's level: our ratings and what those who rated both give the rival more.

    Those who know a rival are not all customers, so that the rival's own mean would not be one to compare ours with.
    """
    asked = survey.select(wave=ratings.wave) if ratings.wave else survey
    found = rival_levels(asked, whose or None, drivers=importance.drivers)
    ahead = found.theirs - found.ours
    if not np.isfinite(ahead).all():
        without = importance.drivers[int(np.flatnonzero(~np.isfinite(ahead))[0])]
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} people who rated every driver of both, found fewer for {without!r}; "
            "pass benchmark=, or name drivers that were asked of the rival.",
            code="no_benchmark",
        )
    moved = draws(ahead, np.diag(found.std_error**2), count=importance.n_boot, seed=importance.seed + 1)
    # Our own error is in both, and cancels in the distance.
    return Lines(at=ratings.mean + ahead, drawn=ratings.drawn + moved, whose=found.rival)


def _uncertain(importance: ImportanceResult, mean: np.ndarray, covariance: np.ndarray) -> Lines:
    if not covariance.any():
        return _fixed(mean)
    return Lines(at=mean, drawn=draws(mean, covariance, count=importance.n_boot, seed=importance.seed + 1))
