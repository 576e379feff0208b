"""How an indicator stands against its target, its benchmark and the wave before: only what its interval decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from drivers.indicators.card.measures_taken import Better
from drivers.indicators.estimates import Level

Standing = Literal["met", "missed", "open", "none"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""The whole interval keeps to the target, or misses it, or neither; and what has no target."""

Comparison = Literal["better", "worse", "above", "below", "open", "none"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
"""The whole interval is on one side; which is the good one is not known where the best lies within a range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far a value is from where it should be, or from another; with its limits."""

    estimate: float
    conf_low: float
    conf_high: float


def to_target(level: Level, target: tuple[float, ...]) -> Distance | None:
    """The value less its target; of a range, less its nearer end, 0 within; None where there is no target.

    Notes
    -----
    A target is a decision and has no error of its own, so that the limits are those of the value.
    """
    if not target:
        return None
    low, high = target[0], target[-1]
    estimate, least, most = (
        value - (low if value < low else min(value, high))
        for value in (level.estimate, level.conf_low, level.conf_high)
    )
    return Distance(estimate=estimate, conf_low=least, conf_high=most)


def against_target(level: Level, target: tuple[float, ...], better: Better) -> Standing:
    """Whether the target is met: by the whole interval, by no part of it, or it cannot be told."""
    if not target:
        return "none"
    if not np.isfinite([level.conf_low, level.conf_high]).all():
        return "open"
    low = target[0] if better != "lower" else -np.inf
    high = target[-1] if better != "higher" else np.inf
    if level.conf_low >= low and level.conf_high <= high:
        return "met"
    return "missed" if level.conf_high < low or level.conf_low > high else "open"


def side(distance: Distance | Level | None, better: Better) -> Comparison:
    """On which side of 0 the whole interval of a difference lies, and whether that is the good one."""
    if distance is None:
        return "none"
    if not distance.conf_low > 0 and not distance.conf_high < 0:
        return "open"
    above = distance.conf_low > 0
    if better == "range":
        return "above" if above else "below"
    return "better" if above == (better == "higher") else "worse"
