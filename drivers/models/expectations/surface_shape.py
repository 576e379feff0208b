"""What is found of the surface over one experience and expectation, and what may be said of a plain difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from drivers.models.expectations.surface_geometry import quadratic_columns
from drivers.models.expectations.surface_region import Region
from drivers.models.robust_errors import WaldTest
from drivers.results import Sample

KEPT = 0.90
"""Part of what experience and expectation explain together that a difference must keep to be enough."""

ROUNDING = 1e-9

ALL_DRIVERS = "all_drivers"
"""The name under which stands the surface of each person's means over all drivers."""

SLOPES = ("experience", "expectation", "both")
"""How the outcome goes with either alone, the other held, and with both at once, on average over the respondents."""

TURNING = ("axis_slope", "axis_intercept", "stationary_x", "stationary_y")
"""The first principal axis, in points of expectation per point of experience and in points above 50 at the experience
50; and the stationary point, in points of both."""

TESTS = ("all_terms", "second_order", "expectation", "difference", "straight_difference")
"""What is tested to be 0: all five terms; the squares and the product; all terms of the expectation; what the
difference and its square leave out; what the difference alone leaves out."""

DifferenceVerdict = Literal["difference_enough", "difference_hides", "not_decided"]
DIFFERENCE_VERDICTS: tuple[DifferenceVerdict, ...] = get_args(DifferenceVerdict)
"""Whether the outcome goes by experience minus expectation alone: that surely keeps nine tenths of what both explain,
it surely leaves out something, or neither is known."""

DifferenceReason = Literal[
    "keeps_enough", "level", "level_bends", "gap_by_level", "jointly", "loss_uncertain", "nothing_explained"
]
DIFFERENCE_REASONS: tuple[DifferenceReason, ...] = get_args(DifferenceReason)
"""Why: enough is kept; with one and the same difference the outcome is another where both are higher, more or
less than in proportion (a2), or the difference counts more or less there (a5); they are not all 0, whichever it is; the
loss may be little or much; nothing is explained at all."""

_HIDDEN: tuple[DifferenceReason, ...] = ("level", "level_bends", "gap_by_level")

Turning = Literal["plane", "inside", "outside", "not_located"]
TURNINGS: tuple[Turning, ...] = get_args(Turning)
"""Where the stationary point is: the surface does not surely bend; in a cell with answers; where there are none; not to
be told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """The surface over one driver's experience and expectation.

    Parameters
    ----------
    driver
        Its name; ``all_drivers`` for each person's means over ``members``.
    members
        The drivers whose scores are averaged.
    coefficients
        Constant and b1 to b5: estimate, standard error, limits and p; float (5, 6). In outcome points, per step of 10
        points from 50; the constant holds where both are 50 and controls are at their means.
    covariance
        float (6, 6).
    lines
        a1 to a5; float (5, 5).
    slopes
        `SLOPES`, in outcome points per 10 points; float (5, 3).
    turning
        `TURNING`: estimate and limits, NaN where there are none; float (3, 4).
    tests
        `TESTS` → what came of each.
    p_adjusted
        Of the test ``difference``, corrected over the drivers by Holm.
    r2, r2_adjusted
        Of the surface, controls included.
    explained
        R² of the five terms, beyond the controls: estimate and limits; float (3,).
    kept, straight_kept
        Parts of it that are left where the outcome goes by the difference and its square, or by the difference alone;
        float (3,) each.
    region
        Where there are answers.
    errors
        ``HC3``, ``linearised`` or ``replicates``.
    """

    driver: str
    members: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    lines: np.ndarray
    slopes: np.ndarray
    turning: np.ndarray
    tests: Mapping[str, WaldTest]
    p_adjusted: float
    r2: float
    r2_adjusted: float
    explained: np.ndarray
    kept: np.ndarray
    straight_kept: np.ndarray
    region: Region
    errors: str
    df_resid: int
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        nested = (0.0, self.straight_kept[0], self.kept[0], 1.0)
        if any(one > other + ROUNDING for one, other in pairwise(nested)) or self.explained[0] > self.r2 + ROUNDING:
            raise ValueError("A model inside another explains no more than that.")

    @property
    def verdict(self) -> DifferenceVerdict:
        """Whether the plain difference would have been enough."""
        return self._judged[0]

    @property
    def reasons(self) -> tuple[DifferenceReason, ...]:
        """Why the verdict is what it is."""
        return self._judged[1]

    @property
    def _judged(self) -> tuple[DifferenceVerdict, tuple[DifferenceReason, ...]]:
        if not self.tests["all_terms"].p_value < 1 - self.conf_level:
            return "not_decided", ("nothing_explained",)
        if self.kept[1] >= KEPT:
            return "difference_enough", ("keeps_enough",)
        if not self.p_adjusted < 1 - self.conf_level:
            return "not_decided", ("loss_uncertain",)
        # With a2 and a5 at 0 the slope of both is a1 anywhere; where the respondents are it says more than at 50.
        limits = np.column_stack([self.slopes[2:4, 2:], self.lines[2:4, [1, 4]]])
        clear = (limits[0] > 0) | (limits[1] < 0)
        hidden = tuple(name for name, yes in zip(_HIDDEN, clear, strict=True) if yes)
        return "difference_hides", hidden or ("jointly",)

    @property
    def lost(self) -> float:
        """R² that is lost where the outcome goes by the difference and its square."""
        return float(self.explained[0] * (1 - self.kept[0]))

    @property
    def bends(self) -> bool:
        """Whether the surface is surely no plane."""
        return self.tests["second_order"].p_value < 1 - self.conf_level

    @property
    def stationary(self) -> Turning:
        """Where the surface turns."""
        if not self.bends:
            return "plane"
        point = self.turning[:, 2:]
        if not np.isfinite(point).all():
            return "not_located"
        # Outside it is only where the whole interval of one of the two is, inside where both intervals are.
        if ((point[1] > 100) | (point[2] < 0)).any():
            return "outside"
        located = (point[1] >= 0).all() and (point[2] <= 100).all()
        return "inside" if located and self.region.holds(*point[0]) else "not_located"

    def height(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The outcome that the surface has at an experience and an expectation; same shape."""
        columns = quadratic_columns(np.ravel(x), np.ravel(y))
        return (self.coefficients[0, 0] + columns @ self.coefficients[0, 1:]).reshape(np.shape(x))

    def height_error(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Standard error of `height`; float (n,)."""
        columns = np.column_stack([np.ones(len(x)), quadratic_columns(x, y)])
        return np.sqrt(np.einsum("ij,jk,ik->i", columns, self.covariance, columns))

    @property
    def cells(self) -> tuple[np.ndarray, ...]:
        """Experience, expectation, respondents and height of each cell with answers enough, by experience."""
        x, y = self.region.x, self.region.y
        return x, y, self.region.count, self.height(x, y)
