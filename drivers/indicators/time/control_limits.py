"""Control limits: the range that an indicator's ordinary ups and downs from wave to wave would stay in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import pi, sqrt
from typing import Literal, get_args

import numpy as np

from drivers.errors import ModelError
from drivers.indicators.card.indicator_history import History
from drivers.results import read_only

FEWEST_WAVES = 6
"""With fewer waves the limits hold nearly everything: an outlier as well, which widens them as far as it lies out."""

FEWEST_EVENTS = 2
"""Events a wave, and others, that counts and parts need on average: limits on both sides of a center line say nothing
of numbers that can hardly go down, and charts of 21 waves with one event each give a false alarm in nine."""

FEWEST_LEFT = 4
"""Waves that limits rest on at least; of fewer there are hardly ranges to take a mean of."""

RUN = 9
"""Waves in a row on one side of the center line that are a signal: Nelson's second rule."""

REACH = 3.0
"""Standard deviations from the center line to the limits: Shewhart's, and Nelson's first rule."""

FAR = 4.0
"""Standard deviations from the median beyond which a wave has no part in the limits."""

MEAN_RANGE = 2 / sqrt(pi)
"""Mean difference of two draws of a normal of standard deviation 1; tables write 1.128."""

MEDIAN_RANGE = 0.9538725524
"""Their median difference."""

Method = Literal["laney_u", "laney_p", "laney_z", "individuals"]
METHODS: tuple[Method, ...] = get_args(Method)
"""Counts for an exposure, parts of an exposure, other estimates with their sampling errors, and numbers without."""

SignalCode = Literal["outside_high", "outside_low", "run_above", "run_below"]
SIGNALS: tuple[SignalCode, ...] = get_args(SignalCode)
"""What is no ordinary up or down: a wave outside the limits, or a run of waves on one side of the center line."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal, and the first and the last wave that have it: positions in the history."""

    code: SignalCode
    first: int
    last: int

    @property
    def waves(self) -> int:
        """How many waves it lasts."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ControlLimits:
    """The usual range of an indicator, wave by wave, and what left it; `control_limits` makes one.

    Parameters
    ----------
    method
        ``laney_u``, ``laney_p``, ``laney_z`` or ``individuals``.
    center
        The center line, in the indicator's unit.
    low, high
        The limits of each wave, cut at what is possible; float (w,).
    dispersion
        How many times as far as sampling alone would move them waves move (Laney's sigma_z before it is held at 1 or
        above); for ``individuals``, the standard deviation in the indicator's unit.
    in_baseline
        Waves that the limits rest on; bool (w,).
    signals
        In their order in time: waves outside the limits, then runs.
    """

    method: Method
    center: float
    low: np.ndarray
    high: np.ndarray
    dispersion: float
    in_baseline: np.ndarray
    signals: tuple[Signal, ...]

    def __post_init__(self) -> None:
        if not self.low.shape == self.high.shape == self.in_baseline.shape:
            raise ValueError("Every wave needs a lower and an upper limit.")
        if np.any(self.low > self.high):
            raise ValueError("A lower limit cannot be above the upper one.")

    @property
    def outside(self) -> np.ndarray:
        """Waves that lie outside their limits; bool (w,)."""
        found = np.zeros(len(self.low), dtype=bool)
        found[[signal.first for signal in self.signals if signal.code in ("outside_high", "outside_low")]] = True
        return found

    @property
    def settled(self) -> bool:
        """Whether more than half of the waves lie within the limits, so that there is a usual range to speak of."""
        return bool(2 * self.outside.sum() < len(self.low))


def few_events(history: History) -> bool:
    """Whether so little is counted, or left uncounted, that waves have no usual range to speak of."""
    if history.family == "poisson":
        rarest = history.count
    elif history.family == "binomial":
        rarest = min((history.count, history.exposure - history.count), key=np.sum)
    elif history.family == "share":
        rarest = min((history.estimate, 1 - history.estimate), key=np.sum) * history.n_effective
    else:
        return False
    return bool(rarest.sum() < FEWEST_EVENTS * len(history.waves))


def control_limits(history: History, *, baseline: Sequence[bool] | None = None) -> ControlLimits | None:
    """The usual range of an indicator by its own ups and downs; None for fewer than six waves, or hardly any events.

    Parameters
    ----------
    history
        The indicator wave by wave.
    baseline
        Waves by which the limits go, four at least; bool (w,). Unless given, all but those that stand far out.

    Raises
    ------
    ModelError
        Where the baseline has fewer than four waves.

    Notes
    -----
    Each wave's distance from the center line is divided by what sampling alone would move it: √(c / exposure) for
    counts, √(c (1 − c) / exposure) for parts, and for other estimates the standard error under the design at the
    wave's effective size, with the spread of the answers taken together over the waves, so that a wave of lucky
    agreement does not have narrow limits. sigma_z is the mean difference of such distances from one wave to the next
    over 1.128, and the limits are the center line ± 3 sigma_z standard errors (Laney). Where sigma_z is below 1 they
    are ± 3 standard errors: Laney takes it as it is, but that waves lie closer together than sampling lets them is
    luck, and limits inside those of sampling give false alarms. Without standard errors (of a population that was
    asked whole, say) the limits are those of a chart of individuals and moving ranges.

    A shift within the waves widens limits that rest on all of them, in eight waves so far that it is never found.
    So waves are looked at first by their median and their median moving range, which a few of them do not move, and
    those more than 4 standard deviations away have no part in the limits, as long as more than half are left; then
    the limits are computed from the rest. With a given baseline nothing is left out of it.

    Signals are Nelson's first two rules: a wave outside its limits, nine in a row on one side of the center line.
    Charts of an indicator to which nothing happens that give any signal, of 3,000 drawn (benchmarks/false_alarms.py),
    where waves vary as sampling lets them, and where they vary twice as much: of 6 waves 0.1 and 2.6 %, 8 waves 0.2
    and 3.4 %, 12 waves 0.3 and 3.9 %, 21 waves 2.1 and 6.3 %. Where something of its own moves each wave by as much
    as the next while sizes differ 25-fold, Laney's limits are too narrow for the large waves: 8 % of charts of 8
    waves and 19 % of 21. So do waves that remember each other, or drift, give more.

    Weights: in the history's estimates and standard errors.

    References
    ----------
    Laney (2002), Improved control charts for attributes, doi:10.1081/QEN-120006555.
    Mohammed and Laney (2006), Overdispersion in health care performance data: Laney's approach,
    doi:10.1136/qshc.2006.017830.
    Nelson (1984), The Shewhart control chart: tests for special causes, doi:10.1080/00224065.1984.11978921.
    """
    if len(history.waves) < FEWEST_WAVES or few_events(history):
        return None
    given = None if baseline is None else np.asarray(baseline, dtype=bool)
    if given is not None and given.sum() < FEWEST_LEFT:
        raise ModelError(
            f"Expected a baseline of at least {FEWEST_LEFT} waves with a value, found {int(given.sum())}; choose a "
            "longer one."
        )
    values, weights, errors_at, method = standardising(history)
    found = usual_range(values, weights, errors_at, given)
    scale, (least, most) = _scale(history), history.bounds
    errors = errors_at(found.center) if errors_at is not None else np.ones_like(values)
    reach = REACH * found.sigma * errors
    outside = np.abs(values - found.center) > reach
    return ControlLimits(
        method=method,
        center=float(scale * found.center),
        low=read_only(np.clip(scale * (found.center - reach), least, most)),
        high=read_only(np.clip(scale * (found.center + reach), least, most)),
        dispersion=float(found.dispersion if errors_at is not None else scale * found.dispersion),
        in_baseline=read_only(found.kept, bool),
        signals=_signals(values - found.center, outside),
    )


Errors = Callable[[float], np.ndarray]
"""The standard errors of all waves at a center line; float (w,)."""


def standardising(history: History) -> tuple[np.ndarray, np.ndarray, Errors | None, Method]:
    """Values, weights in the center line, standard errors at a center line (None where unknown), and the method."""
    if history.family in ("poisson", "binomial"):
        exposure = history.exposure
        rates = history.count / exposure
        if history.family == "poisson":
            return rates, exposure, lambda center: np.sqrt(max(center, 0.0) / exposure), "laney_u"
        return rates, exposure, lambda center: np.sqrt(max(center * (1 - center), 0.0) / exposure), "laney_p"
    known = np.isfinite(history.std_error) & (history.n_effective > 0)
    if not known.all() or not (history.std_error > 0).any():
        return history.estimate, np.ones(len(history.estimate)), None, "individuals"
    size = history.n_effective
    # Variance of one answer, from all waves: a wave's own goes with its mean where a scale ends.
    spread = float((history.std_error**2 * size) @ size / size.sum())
    errors = np.sqrt(spread / size)
    return history.estimate, size, lambda center: errors, "laney_z"


@dataclass(frozen=True, slots=True)
class Range:
    """Center line, standard deviations in standard errors before and after they are held at 1, waves it rests on."""

    center: float
    dispersion: float
    sigma: float
    kept: np.ndarray


def usual_range(
    values: np.ndarray, weights: np.ndarray, errors_at: Errors | None, baseline: np.ndarray | None = None
) -> Range:
    """The center line and the spread of a series about it, by its moving ranges.

    Parameters
    ----------
    values, weights
        float (w,).
    errors_at
        Standard errors at a center line; None where there are none, and the spread is in the unit of the values.
    baseline
        Waves by which it goes; bool (w,). Unless given, all but those that stand far out.
    """
    everywhere = np.ones(len(values), dtype=bool)
    kept = baseline if baseline is not None else _not_far(values, weights, errors_at)
    found = _by_ranges(values, weights, errors_at, kept)
    if baseline is None and errors_at is None and found.sigma == 0:
        # All but one wave the same: a range of nothing would have that one far outside.
        return _by_ranges(values, weights, errors_at, everywhere)
    return found


def _by_ranges(values: np.ndarray, weights: np.ndarray, errors_at: Errors | None, kept: np.ndarray) -> Range:
    center = float(np.average(values[kept], weights=weights[kept]))
    moved = np.abs(np.diff(_distances(values, center, errors_at, center)[kept]))
    dispersion = float(moved.mean()) / MEAN_RANGE
    return Range(center, dispersion, _held(dispersion, errors_at), kept)


def _not_far(values: np.ndarray, weights: np.ndarray, errors_at: Errors | None) -> np.ndarray:
    """Waves no farther from the median than `FAR`; all where these are no more than half; bool (w,)."""
    mean = float(np.average(values, weights=weights))
    errors = np.ones_like(values) if errors_at is None else errors_at(mean)
    if not (errors > 0).all():
        return np.ones(len(values), dtype=bool)
    # The center from which all distances in standard errors add up to the least.
    away = _distances(values, _weighted_median(values, 1 / errors), errors_at, mean)
    moved = np.abs(np.diff(away))
    sigma = _held(float(np.median(moved)) / MEDIAN_RANGE or float(moved.mean()) / MEAN_RANGE, errors_at)
    near = np.abs(away) <= FAR * sigma
    enough = near.sum() >= FEWEST_LEFT and 2 * near.sum() > len(near)
    return near if enough else np.ones(len(values), dtype=bool)


def _distances(values: np.ndarray, center: float, errors_at: Errors | None, errors_of: float) -> np.ndarray:
    """Distances from a center in standard errors, 0 where nothing varies."""
    errors = np.ones_like(values) if errors_at is None else errors_at(errors_of)
    return np.divide(values - center, errors, out=np.zeros_like(values), where=errors > 0)


def _held(dispersion: float, errors_at: Errors | None) -> float:
    return dispersion if errors_at is None else max(1.0, dispersion)


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """The value with half of the weight on either side; between two where half lies on each."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    first = int(np.searchsorted(reached, 0.5 - 1e-12))
    last = int(np.searchsorted(reached, 0.5 + 1e-12))
    return float((values[order[first]] + values[order[min(last, len(values) - 1)]]) / 2)


def _signals(away: np.ndarray, outside: np.ndarray) -> tuple[Signal, ...]:
    """Waves outside, then runs; a wave on the center line is on neither side."""
    single = [Signal("outside_high" if away[k] > 0 else "outside_low", k, k) for k in map(int, np.flatnonzero(outside))]
    runs: list[Signal] = []
    start = 0
    for side, members in groupby(np.sign(away)):
        length = len(list(members))
        if side and length >= RUN:
            runs.append(Signal("run_above" if side > 0 else "run_below", start, start + length - 1))
        start += length
    return (*single, *runs)


def _scale(history: History) -> float:
    """What a rate is told for, such as 1,000; other estimates are in their unit already."""
    return history.times if history.family in ("poisson", "binomial") else 1.0
