"""Themes of comments and reviews: how many speak of each and how, and a theme over the waves beside its rating."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drivers.errors import PublishError
from drivers.present.figures.axis import Scale, limits_with_air, round_ticks
from drivers.present.figures.canvas import BAND, INK, MUTED, PAPER, PLAIN, RULE, SOFT, STRONG, Anchor, Canvas, Drawing
from drivers.present.figures.importance import LABEL, SMALL, expect_kind
from drivers.present.figures.lettering import in_rows, text_width, wrapped
from drivers.present.figures.wave_names import LINE, chosen_names, write_wave_names
from drivers.present.isolation import plain
from drivers.present.sentences.comments import rising_sentences, theme_name, theme_sentences
from drivers.present.tables.comments import PARTS, expect_themes
from drivers.present.words import Words
from drivers.results import Result

_COLORS = {"blame": INK, "mixed": MUTED, "praise": SOFT, "unclear": BAND}
"""From dark to light, so that praise and blame stay apart in grey."""

_ORDER = ("blame", "mixed", "praise", "unclear")
_LINE = 19.0
_BAR, _BETWEEN, _SIDE = 16.0, 20.0, 14.0
_PANEL = 120.0


def theme_bars(result: Result, words: Words) -> Drawing:
    """A bar for each theme: the part of the comments that are about it, with its interval, and how they are meant.

    Parameters
    ----------
    result
        Of `comment_themes` or `review_themes`.
    words
        Of `wording`.

    Notes
    -----
    Parts that would tell of fewer than ten people are one grey bar. The interval is that of the whole bar.
    """
    table: Any = expect_themes(result)
    if table.kind == "comment_themes":
        alt = words.text("alt", "comment_themes", finding=" ".join(theme_sentences(table, words)))
    else:
        names = words.listed([words.quoted(theme_name(theme.theme, words)) for theme in table.themes[:3]])
        alt = words.text("alt", "review_themes", list=names)
    return Drawing(draw=lambda width: _draw_bars(table, words, width), alt=plain(alt))


def theme_waves(result: Result, words: Words, *, theme: str) -> Drawing:
    """The part of each wave's comments that blame a theme, and below it the mean rating of its driver.

    Parameters
    ----------
    result
        Of `comment_themes`.
    words
        Of `wording`.
    theme
        Key of a theme that has a trend.
    """
    expect_kind(result, "comment_themes")
    table: Any = result
    trend = next((trend for trend in table.trends if trend.theme == theme), None)
    if trend is None:
        known = ", ".join(repr(trend.theme) for trend in table.trends)
        raise PublishError(f"Expected theme to be one of {known}, found {theme!r}; choose one of these.")
    alt = words.text(
        "alt",
        "comment_waves",
        theme=theme_name(theme, words),
        waves=words.counted("wave", len(trend.blame), case="gen"),
        finding=" ".join(rising_sentences(table, words)),
    )
    return Drawing(draw=lambda width: _draw_waves(trend, words, width), alt=plain(alt))


def _draw_bars(result: Any, words: Words, width: float) -> Canvas:
    themes = result.themes
    room = max((text_width(words.percent(theme.share.estimate, 0), LABEL) for theme in themes), default=0.0) + 12
    labels = [wrapped(theme_name(theme.theme, words), width - 2 * _SIDE, LABEL) for theme in themes]
    heights = [_LINE * len(lines) + _BAR + _BETWEEN for lines in labels]
    legend = [(words.term(f"mood_{part}"), _COLORS[part]) for part in _ORDER]
    if any(len(theme.parts) < len(PARTS) for theme in themes):
        legend.append((words.term("mood_hidden"), PLAIN))
    rows = in_rows(legend, [34 + text_width(name, SMALL) for name, _ in legend], width - 2 * _SIDE)
    top = 22.0 * len(rows) + 10
    canvas = Canvas(width, top + sum(heights) + 24, words.direction)
    for position, row in enumerate(rows):
        x = _SIDE
        for name, color in row:
            _swatch(canvas, x, 5 + 22.0 * position, 12, 12, color)
            canvas.write(x + 18, 11 + 22.0 * position, name, size=SMALL, color=MUTED)
            x += 34 + text_width(name, SMALL)
    limit = max((theme.share.conf_high for theme in themes), default=0.1) * 1.03
    start, end = _SIDE, width - _SIDE - room
    scale = Scale((0.0, limit), start, end)
    y = top
    for theme, lines, height in zip(themes, labels, heights, strict=True):
        for position, line in enumerate(lines):
            canvas.write(_SIDE, y + 10 + position * _LINE, line, size=LABEL)
        under = y + _LINE * len(lines) + 2
        x = 0.0
        for part, color in _parts(theme):
            if part > 0:
                _swatch(canvas, scale(x), under, scale(x + part) - scale(x), _BAR, color)
            x += part
        below = under + _BAR + 5
        canvas.line([(scale(theme.share.conf_low), below), (scale(theme.share.conf_high), below)], color=INK, width=1.4)
        for end_of in (theme.share.conf_low, theme.share.conf_high):
            canvas.line([(scale(end_of), below - 3), (scale(end_of), below + 3)], color=INK, width=1.4)
        canvas.write(width - _SIDE, under + _BAR / 2, words.percent(theme.share.estimate, 0), size=LABEL, anchor="end")
        y += height
    for tick in round_ticks(0.0, limit, 3 if width < 500 else 6, finest=0.01):
        anchor: Anchor = "start" if not tick else "middle"
        canvas.write(scale(tick), y + 8, words.percent(tick), size=SMALL, color=MUTED, anchor=anchor)
    return canvas


def _parts(theme: Any) -> list[tuple[float, str]]:
    """Sizes and colours of a bar's parts, what is hidden as one grey part at the end."""
    shown = [(theme.parts[part].estimate, _COLORS[part]) for part in _ORDER if part in theme.parts]
    hidden = theme.share.estimate - sum(size for size, _ in shown)
    return [*shown, (hidden, PLAIN)] if len(theme.parts) < len(PARTS) else shown


def _draw_waves(trend: Any, words: Words, width: float) -> Canvas:
    waves = list(trend.blame)
    rating = {wave: trend.rating[wave] for wave in waves if wave in trend.rating}
    panels = 2 if len(rating) > 1 else 1
    left, right = 44.0, 24.0
    apart = (width - left - right - 20) / max(len(waves) - 1, 1)
    chosen, names = chosen_names(words, waves, apart)
    titles = [wrapped(words.term(key), width - 2 * _SIDE, SMALL) for key in ("panel_blaming", "panel_rating")]
    tops, y = [], 4.0
    for panel in range(panels):
        y += 17.0 * len(titles[panel]) + 10
        tops.append(y)
        y += _PANEL + 14
    canvas = Canvas(width, y + LINE * max(len(lines) for lines in names) + 14, words.direction)
    across = Scale((0, max(len(waves) - 1, 1)), left + 10, width - right - 10)
    for panel, levels in enumerate([trend.blame, rating][:panels]):
        for position, line in enumerate(titles[panel]):
            height = tops[panel] - 10 - 17.0 * (len(titles[panel]) - position) + 10
            canvas.write(_SIDE, height, line, size=SMALL, color=MUTED)
        _panel(canvas, words, levels, waves, across, tops[panel], left, share=panel == 0)
    write_wave_names(canvas, chosen, names, across, tops[-1] + _PANEL + 6)
    return canvas


def _panel(
    canvas: Canvas,
    words: Words,
    levels: Any,
    waves: Sequence[str],
    across: Scale,
    top: float,
    left: float,
    *,
    share: bool,
) -> None:
    """One line with its band over the waves."""
    base, bounds, finest = top + _PANEL, ((0.0, 1.0) if share else (0.0, 100.0)), (0.01 if share else 1.0)
    shown = [(k, levels[wave]) for k, wave in enumerate(waves) if wave in levels]
    low, high = min(level.conf_low for _, level in shown), max(level.conf_high for _, level in shown)
    up = Scale(limits_with_air(low, high, bounds=bounds, air=0.12, finest=finest), base, top)
    for value in up.ticks(3, finest=finest):
        canvas.line([(left, up(value)), (canvas.width - 6, up(value))], color=RULE, width=0.7)
        tick = words.percent(value) if share else words.number(value)
        canvas.write(left - 6, up(value), tick, size=SMALL, color=MUTED, anchor="end")
    upper = [(across(k), up(level.conf_high)) for k, level in shown]
    lower = [(across(k), up(level.conf_low)) for k, level in shown]
    canvas.area([*upper, *reversed(lower)], color=BAND)
    color = INK if share else STRONG
    middle = [(across(k), up(level.estimate)) for k, level in shown]
    canvas.line(middle, color=color, width=2.0)
    for x, y in middle:
        canvas.dot(x, y, color=color, size=6)


def _swatch(canvas: Canvas, x: float, y: float, width: float, height: float, color: str) -> None:
    """A filled rectangle, with an edge where its colour is hardly there."""
    if color == BAND:
        canvas.rectangle(x, y, width, height, color=PLAIN)
        if width > 2:
            canvas.rectangle(x + 1, y + 1, width - 2, height - 2, color=color)
        return
    canvas.rectangle(x, y, width, height, color=color)
    if width > 3:
        canvas.rectangle(x + width - 1, y, 1, height, color=PAPER)
