"""An axis: numbers to pixels, and the round numbers that are written along it."""

from __future__ import annotations

import math


class Scale:
    """Numbers → pixels.

    Parameters
    ----------
    limits
        Lowest and highest number.
    start, end
        The pixels where these two stand.
    """

    def __init__(self, limits: tuple[float, float], start: float, end: float) -> None:
        self._low, self._high = limits
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        """The pixel of a number."""
        return self._start + (value - self._low) / (self._high - self._low) * (self._end - self._start)

    def ticks(self, most: int, *, finest: float) -> list[float]:
        """At most so many round numbers within the limits, no nearer to each other than ``finest``."""
        return round_ticks(self._low, self._high, most, finest=finest)


def limits_with_air(
    low: float, high: float, *, bounds: tuple[float, float], air: float, finest: float
) -> tuple[float, float]:
    """Limits a little wider than what is shown, within what is possible.

    Parameters
    ----------
    low, high
        What is shown.
    bounds
        What is possible; an interval may reach beyond it.
    air
        Room at each end, as a part of what is shown.
    finest
        The smallest step that an axis writes; the limits always hold one.
    """
    room = max(air * (high - low), finest)
    return max(min(bounds[0], low), low - room), min(max(bounds[1], high), high + room)


def round_ticks(low: float, high: float, most: int, *, finest: float) -> list[float]:
    """At most so many round numbers from low to high, no nearer to each other than ``finest``."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    steps = [power * factor for factor in (0.5, 1, 2, 5, 10)]
    at = next(i for i, step in enumerate(steps) if i and step >= rough * (1 - 1e-9))
    found = _multiples(low, high, max(steps[at], finest))
    # One or two numbers show no scale; the next finer step is taken where it fits.
    finer = _multiples(low, high, max(steps[at - 1], finest))
    return finer if len(found) < 3 and len(finer) <= most else found


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # Adding 0.0 turns a negative zero into a plain one.
    return [round(k * step, 10) + 0.0 for k in range(first, last + 1)]
