"""What may be said of our own past, of other units, and of figures from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN

FEWEST_UNITS_SHOWN = 5
"""Units below which a result holds no range, as the page says it."""

_PREVIOUS = {"above": "past_previous_above", "below": "past_previous_below", "open": "past_previous_open"}
_EARLIER = {"above": "past_earlier_above", "below": "past_earlier_below", "open": "past_earlier_open"}
_BEST = {"above": "past_best_above", "below": "past_best_below", "open": "past_best_open"}
_OWN_UNIT = {"above": "unit_above", "below": "unit_below", "open": "unit_open"}
_OUTSIDE = {"above": "outside_above", "below": "outside_below", "open": "outside_open"}


def measure_name(one: Any, words: Words) -> str:
    """What a driver or an outcome is called."""
    return words.label(one.about, one.name)


def measure_quoted(one: Any, words: Words) -> str:
    """The same in quotation marks."""
    return words.quoted(measure_name(one, words))


def sized(difference: Any, words: Words, level: float) -> dict[str, str]:
    """A difference for a sentence: clear ones in sizes without a sign, the smaller limit first."""
    estimate, low, high = difference.estimate, difference.conf_low, difference.conf_high
    if difference.conclusion == "below":
        low, high = -high, -low
    clear = difference.conclusion != "open"
    return {
        "d": words.counted("point", abs(estimate) if clear else estimate, case="gen" if clear else "nom", decimals=1),
        "low": words.number(low, 1),
        "high": words.number(high, 1),
        "level": words.percent(level),
    }


def list_sentences(
    result: Any, words: Words, keys: Mapping[str, str], read: Callable[[Any], Any], **values: str
) -> list[str]:
    """Which drivers are clearly above, clearly below, or neither, each where there are some.

    Parameters
    ----------
    keys
        Conclusion → key of its sentence; conclusions without one are not told.
    read
        The difference of a measure, or None.
    """
    told = []
    for conclusion, key in keys.items():
        names = [
            measure_quoted(one, words)
            for one in result.measures
            if one.about == "driver" and (found := read(one)) is not None and found.conclusion == conclusion
        ]
        if names:
            told.append(words.sentence(key, list=words.listed(names), **values))
    return told


def past_sentences(result: Any, words: Words) -> list[str]:
    """How the main outcome and the drivers stand beside earlier waves."""
    main = result.measures[0]
    if not any(one.previous or one.earlier for one in result.measures):
        return [words.sentence("past_none", needed=words.number(FEWEST_SHOWN))]
    told, who = [], {"outcome": measure_name(main, words), "wave": words.label("wave", result.wave)}
    if main.previous is not None:
        told.append(
            words.sentence(
                _PREVIOUS[main.previous.difference.conclusion],
                previous=words.label("wave", main.previous.wave),
                **who,
                **sized(main.previous.difference, words, result.conf_level),
            )
        )
    if main.earlier is not None:
        key = _EARLIER[main.earlier.difference.conclusion]
        told.append(words.sentence(key, **who, **sized(main.earlier.difference, words, result.conf_level)))
    if main.best is not None:
        key = _BEST[main.best.difference.conclusion]
        best = words.label("wave", main.best.wave)
        told.append(words.sentence(key, best=best, value=words.number(main.best.value, 1)))
    return told


def past_driver_sentences(result: Any, words: Words) -> list[str]:
    """Which drivers changed clearly since the wave before, and which stand off the mean of earlier waves."""
    waves = [one.previous.wave for one in result.measures if one.previous is not None]
    told = []
    if waves:
        previous = words.label("wave", waves[0])
        keys = {"above": "drivers_previous_above", "below": "drivers_previous_below"}
        told = list_sentences(
            result, words, keys, lambda one: one.previous and one.previous.difference, previous=previous
        )
        told = told or [words.sentence("drivers_previous_open", previous=previous)]
    keys = {"above": "drivers_earlier_above", "below": "drivers_earlier_below"}
    return told + list_sentences(result, words, keys, lambda one: one.earlier and one.earlier.difference)


def unit_sentences(result: Any, words: Words) -> list[str]:
    """How far units differ in the main outcome, and where the selected one stands."""
    main = result.measures[0]
    if main.units is None:
        needed, shown = words.number(FEWEST_UNITS_SHOWN), words.number(FEWEST_SHOWN)
        return [words.sentence("unit_range_none", needed=needed, shown=shown)]
    units = main.units
    kind = words.label("unit_kind", "unit")
    who = {"outcome": measure_name(main, words), "unit_kind": kind, "n": words.number(units.n_units)}
    names = {"median": units.median, "low": units.low, "high": units.high}
    values = {name: words.number(value, 1) for name, value in names.items()}
    if units.spread > 0:
        middle = {"quarter": words.number(units.quarter, 1), "three_quarters": words.number(units.three_quarters, 1)}
        told = [words.sentence("units_range", **who, **values, **middle)]
    else:
        told = [words.sentence("units_alike", **who, median=values["median"])]
    if units.own is None:
        return told
    told.append(
        words.sentence(
            _OWN_UNIT[units.own.conclusion],
            outcome=who["outcome"],
            unit_kind=kind,
            unit=words.label("unit", result.unit),
            **sized(units.own, words, result.conf_level),
        )
    )
    keys = {"above": "drivers_unit_above", "below": "drivers_unit_below"}
    return told + list_sentences(result, words, keys, lambda one: one.units and one.units.own)


def outside_sentences(result: Any, words: Words) -> list[str]:
    """How outcomes and drivers stand beside published figures."""
    found = [one for one in result.measures if one.outside is not None]
    if not found:
        return [words.sentence("outside_none")]
    told = [
        words.sentence(
            _OUTSIDE[one.outside.difference.conclusion],
            outcome=measure_name(one, words),
            value=figure_given(one.outside.value, words),
            whose=whose(one, words),
            **sized(one.outside.difference, words, result.conf_level),
        )
        for one in found
        if one.about == "outcome"
    ]
    keys = {"above": "drivers_outside_above", "below": "drivers_outside_below", "open": "drivers_outside_open"}
    return told + list_sentences(result, words, keys, lambda one: one.outside and one.outside.difference)


def figure_given(value: float, words: Words) -> str:
    """A figure as it was published: a whole number without digits behind the mark."""
    return words.number(value, 0 if value == round(value) else 1)


def whose(one: Any, words: Words) -> str:
    """Whose a published figure is."""
    known = words.has_label("outside_of", one.name)
    return words.label("outside_of", one.name) if known else words.ui("outside_of_others")


def source_of(one: Any, words: Words) -> str:
    """Where a figure was published, with its year where that is known; nothing where neither is."""
    source = words.label("outside_source", one.name) if words.has_label("outside_source", one.name) else ""
    year = "" if one.outside.year is None else words.day(one.outside.year)
    return words.ui("source_year", source=source, year=year) if source and year else source or year
