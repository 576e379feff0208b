"""Tables of comments and reviews: themes, what goes with them, and themes over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from drivers.errors import PublishError
from drivers.present.figures.importance import expect_kind
from drivers.present.sentences.comments import period_name, theme_name
from drivers.present.tables.table import Table, headings
from drivers.present.words import Words
from drivers.results import Result

PARTS = ("praise", "blame", "mixed", "unclear")


def themes_table(result: Result, words: Words) -> Table:
    """How many comments or reviews are about each theme, and how they are meant."""
    table: Any = expect_themes(result)
    columns = ["theme", "mentions", "part_of_comments", "conf_low", "conf_high", *(f"mood_{part}" for part in PARTS)]
    caption = "comment_themes" if table.kind == "comment_themes" else "review_themes"
    rows = tuple(
        (
            theme_name(theme.theme, words),
            words.number(theme.share.n),
            *(words.percent(value, 1) for value in _level(theme.share)),
            *(
                words.percent(theme.parts[part].estimate, 1) if part in theme.parts else words.ui("none")
                for part in PARTS
            ),
        )
        for theme in table.themes
    )
    return Table(words.text("caption", caption), headings(columns, words), rows, frozenset(range(1, 9)))


def comment_links_table(result: Result, words: Words) -> Table:
    """Means of those who blame a theme beside those who do not speak of it."""
    expect_kind(result, "comment_themes")
    table: Any = result
    columns = [
        "theme",
        "answer_given",
        "mean_blamed",
        "mean_unmentioned",
        "points_apart",
        "conf_low",
        "conf_high",
        "says",
    ]
    rows = tuple(
        (
            theme_name(link.theme, words),
            words.label("outcome" if words.has_label("outcome", link.answer) else "driver", link.answer),
            words.number(link.blamed.estimate, 1),
            words.number(link.others.estimate, 1),
            *(words.number(value, 1, sign=True) for value in _level(link.difference)),
            words.term(_said(link)),
        )
        for link in table.links
    )
    return Table(words.text("caption", "comment_links"), headings(columns, words), rows, frozenset(range(2, 7)))


def comment_waves_table(result: Result, words: Words) -> Table:
    """The part of each wave's comments that blame each theme, beside the rating."""
    expect_kind(result, "comment_themes")
    table: Any = result
    columns = ["theme", "wave", "part_blaming", "conf_low", "conf_high", "mean_rating", "conf_low", "conf_high"]
    rows = tuple(
        (
            theme_name(trend.theme, words),
            words.label("wave", wave),
            *(words.percent(value, 1) for value in _level(share)),
            *_rating(trend.rating.get(wave), words),
        )
        for trend in table.trends
        for wave, share in trend.blame.items()
    )
    return Table(words.text("caption", "comment_waves"), headings(columns, words), rows, frozenset(range(2, 8)))


def review_stars_table(result: Result, words: Words) -> Table:
    """Stars of the reviews that are about each theme, and how they differ from the others."""
    expect_kind(result, "review_themes")
    table: Any = result
    columns = ["theme", "mean_stars", "conf_low", "conf_high", "against_others", "difference_low", "difference_high"]
    rows = tuple(
        (
            theme_name(theme.theme, words),
            *(words.number(value, 2) for value in _level(theme.stars)),
            *_stars_gap(theme.stars_less_others, words),
        )
        for theme in table.themes
    )
    return Table(words.text("caption", "review_stars"), headings(columns, words), rows, frozenset(range(1, 7)))


def review_periods_table(result: Result, words: Words) -> Table:
    """Stars and the part that blames each theme, period by period."""
    expect_kind(result, "review_themes")
    table: Any = result
    columns = ["period", "theme", "part_blaming", "conf_low", "conf_high", "mean_stars"]
    rows = tuple(
        (
            period_name(period.period, table, words),
            theme_name(theme, words),
            *(words.percent(value, 1) for value in _level(share)),
            words.number(period.stars.estimate, 2),
        )
        for period in table.periods
        for theme, share in period.blame.items()
    )
    return Table(words.text("caption", "review_periods"), headings(columns, words), rows, frozenset(range(2, 6)))


def expect_themes(result: Result) -> Result:
    """Refuse a result that is neither of comments nor of reviews."""
    if result.kind not in ("comment_themes", "review_themes"):
        raise PublishError(
            f"Expected a result of kind 'comment_themes' or 'review_themes', found {result.kind!r}; pass the result "
            "this is made for."
        )
    return result


def _level(level: Any) -> Iterator[float]:
    yield from (level.estimate, level.conf_low, level.conf_high)


def _rating(level: Any, words: Words) -> tuple[str, ...]:
    return (words.ui("none"),) * 3 if level is None else tuple(words.number(value, 1) for value in _level(level))


def _stars_gap(gap: Any, words: Words) -> tuple[str, ...]:
    return (words.ui("none"),) * 3 if gap is None else tuple(words.number(v, 2, sign=True) for v in _level(gap))


def _said(link: Any) -> str:
    if not link.clear:
        return "link_open"
    return "link_lower" if link.difference.estimate < 0 else "link_higher"
