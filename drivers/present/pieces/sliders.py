"""Sliders that ask what would go with better ratings, and the table that stands in their place without a script."""

from __future__ import annotations

import json
import math
from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.isolation import html, plain
from drivers.present.markup import paragraph
from drivers.present.numerals import number_text
from drivers.present.sentences.what_if import measure_heading
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words

_LOWEST = {"nps": -100}
"""What a statistic can be at least, where that is not 0; none is above 100."""

_FINE = 5.0
"""Points of room to one side below which a slider moves in tenths."""

_ROW = Markup(
    '<div class="slider"><label for="{id}">{label}</label>'
    '<input type="range" id="{id}" min="{low}" max="{high}" step="{step}" value="0" data-driver="{number}">'
    '<output for="{id}"></output><span class="now">{now}</span></div>'
)


def sliders(result: Any, words: Words, identity: str) -> Markup:
    """One slider for each driver and what goes with all of them together; hidden until a script fills it."""
    given = result.sliders()
    rows = [
        _ROW.format(
            id=f"{identity}-{number}",
            number=number,
            label=html(words.label("driver", name)),
            **_reach(lowest - level, highest - level),
            now=html(words.ui("slider_now", value=words.number(level, 1))),
        )
        for number, (name, level, lowest, highest) in enumerate(
            zip(given["drivers"], given["level"], given["lowest"], given["highest"], strict=True)
        )
    ]
    form = Markup(
        '<form class="sliders" hidden data-sliders="{data}"><p>{move}</p><fieldset><legend>{legend}</legend>{rows}'
        '<button type="reset">{reset}</button></fieldset>'
        '<div role="status">{results}</div></form>'
    ).format(
        data=json.dumps(_told(given, words), ensure_ascii=False, sort_keys=True),
        move=html(words.sentence("sliders_move")),
        legend=html(words.ui("sliders_legend")),
        rows=Markup("").join(rows),
        reset=html(words.ui("reset")),
        results=_results(result, words).html(),
    )
    still = Markup('<div class="without-sliders">{}</div>').format(tables.what_if_table(result, words).html())
    said = words.sentence("sliders_read")
    if result.room.wave:
        said += " " + words.sentence("figures_of_wave", wave=words.label("wave", result.room.wave))
    return paragraph(said) + form + still


def _reach(down: float, up: float) -> dict[str, str]:
    """The ends of a slider and its step: tenths of a point where whole points would leave little to ask."""
    tenths = min(-down, up) < _FINE
    factor = 10 if tenths else 1
    ends = math.ceil(down * factor - 1e-9) / factor, math.floor(up * factor + 1e-9) / factor
    low, high = (f"{end:.{tenths:d}f}" for end in ends)
    return {"low": low, "high": high, "step": "0.1" if tenths else "1"}


def _told(given: dict[str, Any], words: Words) -> dict[str, Any]:
    """What the script needs: numbers as they are, and how the language writes them."""
    measures = [
        {name: measure[name] for name in ("base", "slopes", "covariance", "reach")}
        | {"lowest": _LOWEST.get(measure["statistic"], 0)}
        for measure in given["measures"]
    ]
    texts = {says: plain(words.text("what_if_says", says)) for says in ("higher", "lower", "unclear", "beyond")}
    sample = plain(number_text(-1.5, decimals=1, digits=words.digits))
    return {
        "measures": measures,
        "says": texts,
        "digits": words.digits,
        "minus": sample[0],
        "mark": sample[2],
        "points": plain(words.ui("slider_points", value="{}")),
    }


def _results(result: Any, words: Words) -> Table:
    """A table of what goes with the changes, its cells left to the script."""
    columns = ("outcome_told", "stands_now", "would_change", "conf_low", "conf_high")
    rows = tuple(
        (measure_heading(measure, words), words.number(result.base[place], 1), "", "", "")
        for place, measure in enumerate(result.measures)
    )
    return Table(words.ui("sliders_caption"), headings(columns, words), rows, frozenset({1, 2, 3, 4}))
