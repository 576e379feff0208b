"""Control charts: what is usual of each indicator over the waves, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.indicators.card.indicator_history import History
from drivers.indicators.card.measures_taken import Better, Unit
from drivers.indicators.time.control_limits import FAR, RUN, ControlLimits
from drivers.indicators.time.trend_test import Conclusion, TrendTest
from drivers.models.multiplicity import holm
from drivers.models.units import known_name
from drivers.results import Code, Result, frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ControlChart:
    """One indicator over the waves.

    Parameters
    ----------
    key, about, name, statistic, unit, times, better
        As on the scorecard; see `Measure`.
    target
        No number, one, or the ends of a range.
    history, limits, trend
        Its values, its usual range, its trend.
    direction
        What may be said of the trend beside those of all other charts.
    """

    key: str
    about: Literal["indicator", "outcome", "driver"]
    name: str
    statistic: str
    unit: Unit
    times: float
    better: Better
    target: tuple[float, ...]
    history: History
    limits: ControlLimits
    trend: TrendTest
    direction: Conclusion

    def __post_init__(self) -> None:
        if len(self.limits.low) != len(self.history.waves):
            raise ValueError("Every wave of a chart needs its limits.")

    @property
    def signals(self) -> tuple[str | None, ...]:
        """The signal of each wave, outside before run; None where there is none."""
        found: list[str | None] = [None] * len(self.history.waves)
        for signal in reversed(self.limits.signals):
            found[signal.first : signal.last + 1] = [signal.code] * signal.waves
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ControlCharts(Result):
    """Indicators over the waves, each with its usual range; `control_charts` makes one.

    Parameters
    ----------
    charts
        In the codebook's order.
    left_out
        Indicators without a chart, and why.
    baseline
        First and last wave that the limits rest on; empty where they were found.
    wave
        The last wave looked at, if one was selected; "" otherwise.
    """

    kind: ClassVar[str] = "control_charts"

    charts: tuple[ControlChart, ...]
    left_out: Mapping[str, Code]
    baseline: tuple[str, ...]
    unit: str
    wave: str
    sampling: str
    weighted: bool
    conf_level: float

    def __post_init__(self) -> None:
        if len({chart.key for chart in self.charts}) < len(self.charts):
            raise ValueError("Each indicator has one chart.")

    def chart(self, key: str) -> ControlChart:
        """The chart of an indicator.

        Raises
        ------
        ModelError
            Where there is none.
        """
        known = {chart.key: chart for chart in self.charts}
        return known[known_name("indicator", key, known)]

    @property
    def p_adjusted(self) -> np.ndarray:
        """P-values of the trends, corrected for their number by Holm; float (charts,)."""
        return holm(np.array([chart.trend.p_value for chart in self.charts]))

    @property
    def units(self) -> Mapping[str, str]:
        """What each indicator is measured in, and its slope by wave."""
        words = {"points": "points of 0–100", "nps": "points of −100 to 100", "percent": "share 0–1"}
        told = {
            chart.key: words.get(chart.unit, f"for {chart.times:g}" if chart.unit == "per" else "as measured")
            for chart in self.charts
        }
        return MappingProxyType(told | {"slope": "as the indicator, from one wave to the next"})

    @property
    def notes(self) -> tuple[Code, ...]:
        """How respondents came into the survey."""
        codes = {"opt_in": (Code("opt_in_sample"),), "census": (Code("census"),)}
        return codes.get(self.sampling, ())

    @property
    def details(self) -> Mapping[str, object]:
        """Signals, targets, the baseline, and what has no chart."""
        signals = {
            chart.key: [
                {
                    "signal": signal.code,
                    "first": chart.history.waves[signal.first],
                    "last": chart.history.waves[signal.last],
                }
                for signal in chart.limits.signals
            ]
            for chart in self.charts
        }
        return MappingProxyType(
            {
                "signals": signals,
                "targets": {chart.key: list(chart.target) for chart in self.charts if chart.target},
                "baseline": list(self.baseline),
                "far": FAR,
                "run": RUN,
                "unit": self.unit,
                "wave": self.wave,
                "left_out": {key: reason.code for key, reason in self.left_out.items()},
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per indicator and wave: its value, the center line, the usual range and the signal."""
        rows = [
            (
                chart.key,
                wave,
                chart.history.estimate[k],
                chart.history.std_error[k],
                chart.limits.center,
                chart.limits.low[k],
                chart.limits.high[k],
                chart.signals[k],
                bool(chart.limits.in_baseline[k]),
                int(chart.history.n[k]),
            )
            for chart in self.charts
            for k, wave in enumerate(chart.history.waves)
        ]
        names = (
            "indicator", "wave", "estimate", "std_error", "center", "usual_low", "usual_high", "signal", "in_baseline",
            "n",
        )  # fmt: skip
        return frame({name: [row[place] for row in rows] for place, name in enumerate(names)})

    def glance(self) -> pd.DataFrame:
        """One row per indicator: how its limits were made, and its trend."""
        trends = [chart.trend for chart in self.charts]
        return frame(
            {
                "indicator": [chart.key for chart in self.charts],
                "method": [chart.limits.method for chart in self.charts],
                "dispersion": [chart.limits.dispersion for chart in self.charts],
                "slope": [trend.slope for trend in trends],
                "std_error": [trend.std_error for trend in trends],
                "conf_low": [trend.conf_low for trend in trends],
                "conf_high": [trend.conf_high for trend in trends],
                "df": [trend.df for trend in trends],
                "p_value": [trend.p_value for trend in trends],
                "p_adjusted": self.p_adjusted,
                "between": [trend.between for trend in trends],
                "kendall": [trend.kendall for trend in trends],
                "p_kendall": [trend.p_kendall for trend in trends],
                "conclusion": [chart.direction for chart in self.charts],
                "conf_level": self.conf_level,
            }
        )
