"""The importance-performance map: which drivers matter much and are rated low."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.importance.result import ImportanceResult
from drivers.results import Result, Sample, Verdict, frame, read_only

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
    crosshair_share, crosshair_performance
        The lines between quadrants: the mean of all drivers on each axis.
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

    def tidy(self) -> pd.DataFrame:
        """One row per driver; conf_low and conf_high belong to ``share``."""
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


def importance_performance_map(importance: ImportanceResult) -> MapResult:
    """Where each driver lies between importance and performance, and how surely.

    Parameters
    ----------
    importance
        With a bootstrap, so that positions can be judged.

    Returns
    -------
    MapResult
        `tidy()` has one row per driver: share, conf_low, conf_high, performance, performance_low,
        performance_high, quadrant, and in ``stability`` the part of the resamples in which the driver lies
        in the quadrant of its estimate.

    Raises
    ------
    ModelError
        Where there is no bootstrap.

    Notes
    -----
    The crosshairs are the means over drivers, computed again in every resample. A driver that lies in
    its quadrant in fewer than 80 % of them is ``undecided``, and so are all where the verdict tells no two
    drivers apart, and a driver without another.

    Weights, missing answers: those of the importance.

    References
    ----------
    Martilla and James (1977), Importance-performance analysis, doi:10.1177/002224297704100112.

    Examples
    --------
    >>> import drivers as kda
    >>> importance = kda.relative_importance(kda.example_survey("customersat"), n_boot=200)
    >>> kda.importance_performance_map(importance).quadrant[2]
    'improve_first'
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
    estimate = _place(importance.share, importance.performance)
    drawn = _place(importance.replicate_share, importance.replicate_performance)
    stability = (drawn == estimate).mean(axis=0)
    verdict = importance.verdict
    # Where no two drivers can be told apart, none matters more than another; a single one is its own mean.
    comparable = verdict.leader is not None or bool(verdict.above.any())
    comparable &= verdict.status != "not_rankable" and len(importance.drivers) > 1
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
        performance=importance.performance,
        performance_low=importance.performance_low,
        performance_high=importance.performance_high,
        crosshair_share=float(importance.share.mean()),
        crosshair_performance=float(importance.performance.mean()),
        quadrant=tuple(QUADRANTS[q] if sure else UNDECIDED for q, sure in zip(estimate, settled, strict=True)),
        stability=read_only(stability),
        verdict=importance.verdict,
        sample=importance.sample,
        conf_level=importance.conf_level,
    )


def _place(share: np.ndarray, performance: np.ndarray) -> np.ndarray:
    """Position of the quadrant in `QUADRANTS`, against the mean of the drivers (last axis)."""
    important = share >= share.mean(axis=-1, keepdims=True)
    good = performance >= performance.mean(axis=-1, keepdims=True)
    return np.where(important, np.where(good, 1, 0), np.where(good, 3, 2))
