"""What pieces of a page are built of: figures with their data, tables that open, lights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from drivers.present.figures.canvas import NARROW, WIDE, Drawing
from drivers.present.isolation import html
from drivers.present.markup import paragraph
from drivers.present.sentences.findings import check_finding
from drivers.present.tables import Table
from drivers.present.words import Words

LIGHT_MARKS = {"green": "●", "amber": "▲", "red": "■"}
"""A shape beside each colour, so that a light reads in grey."""


def figure(drawing: Drawing, caption: str, table: Table, footnote: str, words: Words, identity: str) -> Markup:
    """A figure in two widths with its caption, the line under it and its data as a table."""
    pictures = Markup("").join(
        Markup('<div class="{}" role="img" aria-label="{}">{}</div>').format(
            css,
            drawing.alt,
            Markup(drawing.svg(f"{identity}-{css}", width)),
        )
        for css, width in (("wide", WIDE), ("narrow", NARROW))
    )
    return Markup("<figure><figcaption>{}</figcaption>{}{}{}</figure>").format(
        html(caption), pictures, paragraph(footnote, "footnote"), opened(table, words.ui("show_table"))
    )


def opened(table: Table, summary: str) -> Markup:
    """A table that is shown on demand."""
    return Markup("<details><summary>{}</summary>{}</details>").format(html(summary), table.html())


def lights(checks: Sequence[Any], words: Words, fit: str = "r2") -> Markup:
    """What a result rests on: a light, its name in words and its numbers, each on a line."""
    items = Markup("").join(
        Markup(
            '<li data-light="{}"><span class="name">{}</span> <span class="light">{} {}</span> <span>{}</span></li>'
        ).format(
            check.light,
            html(words.text("check", "explained_fit" if check.code == "explained" and fit != "r2" else check.code)),
            LIGHT_MARKS[check.light],
            html(words.ui(check.light)),
            html(check_finding(check, words, fit)),
        )
        for check in checks
    )
    return Markup('<ul class="checks">{}</ul>').format(items)
