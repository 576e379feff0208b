"""How often a control chart, or the test of a trend, finds something in an indicator in which there is nothing.

    python benchmarks/false_alarms.py           # 3,000 series a cell, some minutes on two cores
    python benchmarks/false_alarms.py --keep    # writes benchmarks/tables/false_alarms.csv

Series are drawn about one level: as far apart as sampling alone moves them, twice as far (dispersion 2, as Laney has
it), or with something of each wave's own added (between 1.7, by which the variance of a wave of middling size is four
times what sampling makes it). Waves are of one size, or of sizes that differ up to 25-fold. Printed are the parts of
charts with any signal, with a wave outside the limits, with a run of nine; of Laney's chart as published (all waves,
their mean, the mean moving range, sigma_z as it is) with a wave outside; and of trends said to rise or fall.

Beside it stands what charts are for: how often the last two waves are found outside after a shift of six standard
deviations, by the limits that leave out what stands far out, and by Laney's that do not.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

import numpy as np
from study import arguments, error_of_rate, in_parallel, table

from drivers.indicators.card.indicator_history import History
from drivers.indicators.time.control_limits import MEAN_RANGE, REACH, control_limits
from drivers.indicators.time.trend_test import trend_of

LEVEL = 0.95
SHIFT = 6.0
SETTINGS = f"3 standard deviations, runs of nine, trends at 5 %, shift of {SHIFT:g} standard deviations"


class Cell(NamedTuple):
    """How series are drawn: their waves, what moves waves beside sampling, and how much their sizes differ."""

    waves: int
    dispersion: float = 1.0
    between: float = 0.0
    sizes: float = 1.0


CELLS = tuple(
    cell
    for waves in (6, 8, 12, 21)
    for cell in (Cell(waves), Cell(waves, 2.0), Cell(waves, 2.0, sizes=25.0), Cell(waves, between=1.7, sizes=25.0))
)


class Found(NamedTuple):
    """What is found in one series, and in the same with a shift."""

    outside: bool
    run: bool
    published: bool
    trend: bool
    shift: bool
    shift_published: bool


def history(values: np.ndarray, errors: np.ndarray) -> History:
    """Means with these standard errors."""
    waves, nothing = len(values), np.full(len(values), np.nan)
    return History(
        waves=tuple(f"w{k}" for k in range(waves)),
        position=np.arange(waves),
        estimate=values,
        std_error=errors,
        conf_low=nothing,
        conf_high=nothing,
        covariance=np.diag(errors**2),
        count=nothing,
        exposure=nothing,
        n=np.full(waves, 1000),
        n_effective=100 / errors**2,
        times=1.0,
        bounds=(-np.inf, np.inf),
        family="mean",
        better="higher",
    )


def published(values: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Waves outside the limits of Laney's chart of all waves; bool (w,)."""
    distance = (values - np.average(values, weights=errors**-2)) / errors
    return np.asarray(np.abs(distance) > REACH * np.abs(np.diff(distance)).mean() / MEAN_RANGE)


def one(job: tuple[Cell, int]) -> Found:
    """What is found in the series with this seed."""
    cell, seed = job
    rng = np.random.default_rng(seed)
    errors = rng.permutation(np.geomspace(cell.sizes**-0.25, cell.sizes**0.25, cell.waves))
    values = cell.dispersion * errors * rng.standard_normal(cell.waves) + cell.between * rng.standard_normal(cell.waves)
    limits, trend = control_limits(history(values, errors)), trend_of(history(values, errors), conf_level=LEVEL)
    assert limits is not None and trend is not None
    shifted = values.copy()
    shifted[-2:] += SHIFT * np.hypot(cell.dispersion * errors[-2:], cell.between)
    after = control_limits(history(shifted, errors))
    assert after is not None
    return Found(
        outside=bool(limits.outside.any()),
        run=any(signal.waves > 1 for signal in limits.signals),
        published=bool(published(values, errors).any()),
        trend=trend.conclusion != "not_shown",
        shift=bool(after.outside[-2:].any()),
        shift_published=bool(published(shifted, errors)[-2:].any()),
    )


def main() -> None:
    """The command."""
    chosen = arguments(__doc__, 3_000)
    jobs = [(cell, chosen.seed + number) for cell in CELLS for number in range(chosen.samples)]
    found = in_parallel(one, jobs)
    rows = []
    for cell in CELLS:
        series = list(islice(found, chosen.samples))
        any_signal = float(np.mean([each.outside or each.run for each in series]))
        rates = {name: float(np.mean([getattr(each, name) for each in series])) for name in Found._fields}
        error = error_of_rate(any_signal, len(series))
        rows.append({**cell._asdict(), "series": len(series), "any_signal": any_signal, "error": error, **rates})
    table("false_alarms", rows, keep=chosen.keep, settings=f"{SETTINGS}, first seed {chosen.seed}")


if __name__ == "__main__":
    main()
