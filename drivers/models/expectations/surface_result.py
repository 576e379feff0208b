"""Surfaces over experience and expectation as a result: coefficients, joint tests, and the cells that have answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.models.expectations.surface_geometry import CENTRE, LINES, TERMS, UNIT
from drivers.models.expectations.surface_shape import KEPT, SLOPES, TESTS, TURNING, Surface
from drivers.results import Code, Result, Sample, frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseSurfaceResult(Result):
    """Surfaces over experience and expectation; `response_surface` makes one.

    Parameters
    ----------
    outcome
        What the surfaces are heights of.
    level
        Which expectation: ``desired`` or ``adequate``.
    surfaces
        That of all drivers together first, where there are several.
    left_out
        Drivers that these answers allow no surface of, each with its reason.
    controls
        What is held at its mean.
    intervals
        Of the turning points and of R²: ``percentile``, ``replicate_weights`` or ``none``.
    design
        Whether intervals rest on strata, sampling units or a finite population.
    """

    kind: ClassVar[str] = "response_surface"

    outcome: str
    level: str
    surfaces: tuple[Surface, ...]
    left_out: Mapping[str, Code]
    controls: tuple[str, ...]
    intervals: str
    design: bool
    conf_level: float
    n_boot: int
    seed: int

    def __post_init__(self) -> None:
        if not self.surfaces:
            raise ValueError("There is no response surface without a surface.")

    @property
    def main(self) -> Surface:
        """The surface that a page speaks of first."""
        return self.surfaces[0]

    def surface(self, driver: str) -> Surface:
        """The surface of a driver, or of ``all_drivers``."""
        return next(one for one in self.surfaces if one.driver == driver)

    @property
    def sample(self) -> Sample:
        """Whom the main surface is of."""
        return self.main.sample

    @property
    def n_used(self) -> int:
        """Respondents behind the main surface."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Points of the outcome for steps of 10 points."""
        return MappingProxyType(
            {
                "estimate": "const: outcome points; x to y2 and a1 to a5: outcome points per step of 10 points of "
                "experience and expectation from 50 (squared where the term is); experience, expectation, both: "
                "outcome points per 10 points; axis_slope: points per point; axis_intercept, stationary_x and "
                "stationary_y: points",
                "gain": "R² that is lost by the difference and its square, 0–1",
                "share": "part that the difference and its square keep of what the five terms explain, 0–1",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """Verdicts with their reasons, the cells of the map, and what the run was made with."""
        return MappingProxyType(
            {
                "level": self.level,
                "centre": CENTRE,
                "unit": UNIT,
                "kept_needed": KEPT,
                "verdicts": {one.driver: [one.verdict, *one.reasons] for one in self.surfaces},
                "stationary": {one.driver: one.stationary for one in self.surfaces},
                "tests": self.tests().to_dict("records"),
                "cells": self.cells().to_dict("records"),
                "left_out": list(self.left_out),
                "controls": list(self.controls),
                "n_boot": self.n_boot,
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per driver and term: const, x to y2, a1 to a5, slopes, axis and stationary point."""
        terms = ("const", *TERMS, *LINES, *SLOPES, *TURNING)
        unknown = np.full(len(TURNING), np.nan)
        values = []
        for one in self.surfaces:
            estimate, low, high = one.turning
            turning = np.vstack([estimate, unknown, low, high, unknown])
            values.append(np.hstack([one.coefficients, one.lines, one.slopes, turning]))
        estimate, error, low, high, p_value = np.hstack(values)
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = estimate / error
        return frame(
            {
                "outcome": self.outcome,
                "driver": [one.driver for one in self.surfaces for _ in terms],
                "term": list(terms) * len(self.surfaces),
                "estimate": estimate,
                "std_error": error,
                "statistic": statistic,
                "p_value": p_value,
                "conf_low": low,
                "conf_high": high,
                "conf_level": self.conf_level,
            }
        )

    def tests(self) -> pd.DataFrame:
        """One row per driver and joint test: F, its degrees of freedom and p; corrected where drivers are many."""
        rows = [(one, name, one.tests[name]) for one in self.surfaces for name in TESTS]
        return frame(
            {
                "outcome": self.outcome,
                "driver": [one.driver for one, *_ in rows],
                "term": [name for _, name, _ in rows],
                "statistic": [test.statistic for *_, test in rows],
                "df": [test.df for *_, test in rows],
                "df_resid": [test.df_resid for *_, test in rows],
                "p_value": [test.p_value for *_, test in rows],
                "p_adjusted": [one.p_adjusted if name == "difference" else np.nan for one, name, _ in rows],
            }
        )

    def cells(self) -> pd.DataFrame:
        """One row per driver and cell of the map with answers enough: experience, expectation, height, respondents."""
        rows = [(one.driver, *cell) for one in self.surfaces for cell in zip(*one.cells, strict=True)]
        return frame(
            {
                "outcome": self.outcome,
                "driver": [row[0] for row in rows],
                "performance": [float(row[1]) for row in rows],
                "expected": [float(row[2]) for row in rows],
                "n": [int(row[3]) for row in rows],
                "estimate": [float(row[4]) for row in rows],
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row per surface: what it explains, what the difference loses and keeps with limits, and the verdict."""
        return frame(
            {
                "outcome": self.outcome,
                "driver": [one.driver for one in self.surfaces],
                "n_asked": [one.sample.n_asked for one in self.surfaces],
                "n": [one.sample.n for one in self.surfaces],
                "n_effective": [one.sample.n_effective for one in self.surfaces],
                "r2": [one.r2 for one in self.surfaces],
                "r2_adjusted": [one.r2_adjusted for one in self.surfaces],
                "gain": [one.lost for one in self.surfaces],
                "share": [float(one.kept[0]) for one in self.surfaces],
                "conf_low": [float(one.kept[1]) for one in self.surfaces],
                "conf_high": [float(one.kept[2]) for one in self.surfaces],
                "conclusion": [one.verdict for one in self.surfaces],
                "df_resid": [one.df_resid for one in self.surfaces],
                "conf_level": self.conf_level,
            }
        )
