"""Tables of expectations and experience, and of management's guesses."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.guesses import shown
from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.expectations import places_key
from drivers.present.tables.table import Table, all_but_first, headings, p_value
from drivers.present.words import Words
from drivers.results import Result

_LEVELS = ("desired", "adequate")
_PLACES = ("below", "inside", "above")
_EQUATIONS = ("below", "inside", "above")


def levels_table(result: Result, words: Words) -> Table:
    """Experience with its interval, the levels expected, and the width of the zone."""
    expect_kind(result, "expectations")
    table: Any = result
    asked = [level for level in _LEVELS if any(level in one.levels for one in table.drivers)]
    zone = ["width"] if any(one.has_zone for one in table.drivers) else []
    columns = ["driver", "perceived", "conf_low", "conf_high", *asked, *zone, "n"]
    rows = tuple(
        (
            words.label("driver", one.driver),
            *(words.number(value, 1) for value in _numbers(one.perceived)),
            *(_mean(one.levels.get(level), words) for level in asked),
            *(_mean(one.width, words) for _ in zone),
            words.number(one.perceived.n),
        )
        for one in table.drivers
    )
    return Table(words.text("caption", "zones"), headings(columns, words), rows, all_but_first(columns))


def gaps_table(result: Result, words: Words) -> Table:
    """Experience minus each level that was asked, with limits."""
    expect_kind(result, "expectations")
    table: Any = result
    asked = [level for level in _LEVELS if any(level in one.gaps for one in table.drivers)]
    columns = ["driver", *(key for level in asked for key in (f"gap_{level}", "conf_low", "conf_high"))]
    rows = tuple(
        (
            words.label("driver", one.driver),
            *(
                words.number(value, 1, sign=True) if np.isfinite(value) else words.ui("none")
                for level in asked
                for value in (_numbers(one.gaps[level]) if level in one.gaps else (np.nan,) * 3)
            ),
        )
        for one in table.drivers
    )
    return Table(words.text("caption", "gaps"), headings(columns, words), rows, all_but_first(columns))


def places_table(result: Result, words: Words) -> Table:
    """What part of the people lies below, inside and above, with limits."""
    expect_kind(result, "expectations")
    table: Any = result
    kind = places_key(result)
    columns = ["driver", *(key for place in _PLACES for key in (f"{place}_{kind}", "conf_low", "conf_high"))]
    rows = tuple(
        (
            words.label("driver", one.driver),
            *(words.percent(value) for place in _PLACES for value in _numbers(one.parts[place])),
        )
        for one in table.drivers
    )
    return Table(words.text("caption", "places"), headings(columns, words), rows, all_but_first(columns))


def weighted_table(result: Result, words: Words) -> Table:
    """Each driver's weight and what it contributes to the weighted gaps; the whole last."""
    expect_kind(result, "expectations")
    table: Any = result
    columns = ["driver", "gap_weight", *(f"part_{whole.level}" for whole in table.weighted)]
    weights = table.weighted[0].importance
    rows = [
        (
            words.label("driver", name),
            words.percent(weight.estimate),
            *(words.number(whole.contributions[name].estimate, 1, sign=True) for whole in table.weighted),
        )
        for name, weight in weights.items()
    ]
    whole_row = (
        words.term("all_drivers"),
        words.percent(1.0),
        *(words.number(whole.score.estimate, 1, sign=True) for whole in table.weighted),
    )
    caption = words.text("caption", "weighted_gap")
    return Table(caption, headings(columns, words), (*rows, whole_row), all_but_first(columns))


def equations_table(result: Result, words: Words) -> Table:
    """What may be said of the three equations, driver by driver."""
    expect_kind(result, "equations")
    table: Any = result
    columns = ["driver", *(f"equation_{name}" for name in _EQUATIONS)]
    rows = tuple(
        (
            words.label("driver", name),
            *(words.text("equation_finding", one.finding) for one in table.of(name)),
        )
        for name in table.drivers
    )
    return Table(words.text("caption", "equations"), headings(columns, words), rows)


def contrasts_table(result: Result, words: Words) -> Table:
    """The shares behind each equation, their difference with corrected limits, and the corrected p-value."""
    expect_kind(result, "equations")
    table: Any = result
    columns = ["driver", "equation", "chance", "chance_versus", "contrast", "adjusted_low", "adjusted_high"]
    columns += ["p_adjusted"]
    rows = tuple(
        (
            words.term("all_drivers") if one.driver is None else words.label("driver", one.driver),
            words.term(f"equation_{one.equation}"),
            words.percent(one.chance),
            words.percent(one.chance_versus),
            *(words.number(100 * value, 1, sign=True) for value in (one.estimate, one.adjusted_low, one.adjusted_high)),
            p_value(one.p_adjusted, words),
        )
        for one in (*table.overall, *table.by_driver)
        if one.finding != "untested"
    )
    return Table(words.text("caption", "contrasts"), headings(columns, words), rows, frozenset(range(2, len(columns))))


def guesses_table(result: Result, words: Words, *, subject: str = "performance") -> Table:
    """Managers' guesses beside what was measured, the gap with its limits, and what may be said of it."""
    expect_kind(result, "management")
    compared: Any = getattr(result, subject)
    share = subject == "importance"
    columns = ["driver", "guess", "measured", "gap_points" if not share else "gap_pp", "conf_low", "conf_high", "says"]
    rows = tuple(
        (
            words.label("driver", name),
            shown(compared.guess[0, i], subject, words),
            shown(compared.measured[0, i], subject, words),
            *(words.number((100 if share else 1) * value, 1, sign=True) for value in compared.gap[[0, 2, 3], i]),
            words.text("opinion", compared.opinions[i]),
        )
        for i, name in enumerate(compared.drivers)
    )
    caption = words.text("caption", f"guesses_{subject}")
    return Table(caption, headings(columns, words), rows, frozenset(range(1, 6)))


def _numbers(estimate: Any) -> tuple[float, float, float]:
    return estimate.estimate, estimate.conf_low, estimate.conf_high


def _mean(estimate: Any, words: Words) -> str:
    return words.ui("none") if estimate is None else words.number(estimate.estimate, 1)
