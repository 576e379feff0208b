"""Tables of the way from satisfaction to loyalty."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.loyalty import SMALL_PART, band_name, group_name, span
from drivers.present.tables.table import Table, all_but_first, headings
from drivers.present.words import Words
from drivers.results import Result


def steps_table(result: Result, words: Words) -> Table:
    """Loyalty at each step of satisfaction, its mean and the curve's."""
    expect_kind(result, "loyalty_curve")
    table: Any = result
    columns = ["satisfaction_step", "n", "loyalty_mean", "conf_low", "conf_high", "loyalty_curve"]
    rows = tuple(
        (
            span(step.low, step.high, words),
            words.number(step.loyalty.n),
            words.number(step.loyalty.estimate, 1),
            words.number(step.loyalty.conf_low, 1),
            words.number(step.loyalty.conf_high, 1),
            words.number(float(np.interp(step.position, table.curve.at, table.curve.estimate)), 1),
        )
        for step in table.steps
    )
    return Table(words.text("caption", "loyalty_steps"), headings(columns, words), rows, all_but_first(columns))


def recommending_table(result: Result, words: Words) -> Table:
    """Promoters, passives and detractors at each step of satisfaction, with the interval of each share."""
    expect_kind(result, "loyalty_curve")
    table: Any = result
    columns = ["satisfaction_step", "n", "promoters", "passives", "detractors"]
    rows = tuple(
        (
            span(step.low, step.high, words),
            words.number(step.kinds["promoters"].n),
            *(_with_limits(step.kinds[kind], words) for kind in columns[2:]),
        )
        for step in table.steps
        if step.kinds
    )
    return Table(words.text("caption", "recommending"), headings(columns, words), rows, all_but_first(columns))


def groups_table(result: Result, words: Words) -> Table:
    """The size of each group, and how often each event was observed in it."""
    expect_kind(result, "loyalty_groups")
    table: Any = result
    rows = tuple(
        (
            group_name(group, words),
            words.ui("not_shown") if level is None else _with_limits(level, words),
            *(
                words.ui("not_shown") if event.shares[group] is None else _with_limits(event.shares[group], words)
                for event in table.events
            ),
        )
        for group, level in table.sizes.items()
    )
    named = (
        words.term("group"),
        words.term("group_size"),
        *(words.label("outcome", event.event) for event in table.events),
    )
    return Table(words.text("caption", "loyalty_groups"), named, rows, frozenset(range(1, len(named))))


def observed_table(result: Result, words: Words, *, event: str) -> Table:
    """How often an event was observed in each band of stated loyalty, and what the line has there."""
    expect_kind(result, "stated_and_observed")
    table: Any = result
    one = next(link for link in table.people if link.event == event)
    columns = ["loyalty_band", "n", "event_share", "conf_low", "conf_high", "on_the_line"]
    rows = tuple(
        (
            band_name(band, words),
            words.number(band.share.n),
            words.percent(band.share.estimate, 1),
            words.percent(band.share.conf_low, 1),
            words.percent(band.share.conf_high, 1),
            words.percent(one.link.constant + one.link.slope.estimate * band.position, 1),
        )
        for band in one.bands
    )
    caption = words.text("caption", "observed", event=words.label("outcome", event))
    return Table(caption, headings(columns, words), rows, all_but_first(columns))


def _with_limits(level: Any, words: Words) -> str:
    """A share with its interval in one cell."""
    decimals = 1 if level.estimate < SMALL_PART else 0
    return words.ui(
        "share_limits",
        value=words.percent(level.estimate, decimals),
        low=words.percent(level.conf_low, decimals),
        high=words.percent(level.conf_high, decimals),
    )
