"""Pieces on comments: what they are about, which theme rises before its rating falls, and masked quotes."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.comments import theme_bars, theme_waves
from drivers.present.isolation import clean, html
from drivers.present.markup import left_to_right, paragraph
from drivers.present.pieces.appendix import explained_terms
from drivers.present.sentences.comments import (
    coverage_sentence,
    hidden_sentence,
    rising_sentences,
    theme_name,
    theme_sentences,
    unmatched_sentence,
    who_sentences,
)
from drivers.present.sentences.findings import notes, reasons, suppressed, weighting
from drivers.present.words import Words

MOST_QUOTED = 8
"""Comments that a page shows."""

_RISING = ("early_warning", "rose_and_rating_fell", "rose_unrated")


def themes(result: Any, words: Words, identity: str) -> Markup:
    """Who wrote, what about, how it is meant, and what goes with it."""
    said = [
        " ".join(theme_sentences(result, words)),
        " ".join([*who_sentences(result, words), words.sentence("comments_not_all")]),
        " ".join(
            part
            for part in (
                coverage_sentence(result, words),
                hidden_sentence(result, words),
                unmatched_sentence(result, words),
            )
            if part
        ),
    ]
    picture = Markup("")
    if result.themes:
        footnote = words.ui(
            "footnote_comments",
            level=words.percent(result.conf_level),
            n=words.number(result.sample.n),
            weighting=weighting(result.sample, words),
        )
        picture = figure(
            theme_bars(result, words),
            words.text("caption", "comment_themes"),
            tables.themes_table(result, words),
            footnote,
            words,
            identity,
        )
    beside = (
        opened(tables.comment_links_table(result, words), words.ui("show_comment_links"))
        if result.links
        else Markup("")
    )
    small = [paragraph(sentence, "footnote") for sentence in notes(result.notes, words)]
    return Markup("").join([*(paragraph(text) for text in said if text), picture, beside, *small])


def rising(result: Any, words: Words, identity: str) -> Markup:
    """Which theme more comments blame than before, and what its rating does; nothing where there is one wave."""
    if not result.trends:
        return Markup("")
    led = {trend.theme for trend in result.leads}
    shown = [trend for trend in result.trends if trend.signal in _RISING or trend.theme in led]
    footnote = words.ui("footnote_comment_waves", level=words.percent(result.conf_level))
    pictures = [
        figure(
            theme_waves(result, words, theme=trend.theme),
            words.text("caption", "comment_wave_lines", theme=theme_name(trend.theme, words)),
            tables.comment_waves_table(result, words),
            footnote,
            words,
            f"{identity}-{place}",
        )
        for place, trend in enumerate(shown)
    ]
    folded = Markup("") if shown else opened(tables.comment_waves_table(result, words), words.ui("show_comment_waves"))
    return paragraph(" ".join(rising_sentences(result, words))) + Markup("").join(pictures) + folded


def quotes(result: Any, words: Words, identity: str) -> Markup:
    """Comments that stand for a theme, masked; in the page's language where there are any in it."""
    chosen = quotes_shown(result, words)
    if not chosen:
        return Markup("")
    blocks = Markup("").join(
        Markup('<blockquote dir="auto" lang="{}"><p>{}</p></blockquote><p class="footnote">{}</p>').format(
            quote.language,
            clean(quote.text),
            html(words.ui(f"quoted_{quote.mood}", theme=theme_name(quote.theme, words))),
        )
        for quote in chosen
    )
    return paragraph(words.sentence("comments_quoted")) + blocks


def quotes_shown(result: Any, words: Words) -> list[Any]:
    """One quote for each theme and mood, those in the page's language first."""
    found: dict[tuple[str, str], Any] = {}
    for quote in result.quotes:
        key = (quote.theme, quote.mood)
        if key not in found or quote.language == words.language:
            found[key] = quote
    return list(found.values())[:MOST_QUOTED]


def unanswered_themes(result: Any, words: Words, identity: str) -> Markup:
    """Why nothing is told of comments or reviews; nothing where nothing at all is shown."""
    if suppressed(result):
        return Markup("")
    key = "unanswered_reviews" if result.analysis == "review_themes" else "unanswered_comments"
    return paragraph(words.sentence(key, reasons=reasons(result.reasons, words)))


def method(result: Any, words: Words, identity: str) -> Markup:
    """How comments were assigned to themes, with the fingerprint of the words."""
    texts = [words.text("method", "comments")]
    coverage = result.coverage
    if coverage.by_likeness > 0 or coverage.mood_by_likeness > 0:
        texts.append(
            words.text(
                "method",
                "comments_likeness",
                n=words.number(coverage.likeness_texts),
                right=words.percent(coverage.likeness_wanted),
                certainty=words.percent(0.95),
            )
        )
    texts.append(words.text("method", "comments_tests"))
    print_of = Markup("<p>{} {}</p>").format(
        html(words.text("method", "comments_lexicon")), left_to_right(result.lexicon_sha256[:12])
    )
    return Markup("").join(paragraph(text) for text in texts) + print_of


def glossary(result: Any, words: Words, identity: str) -> Markup:
    """The words on comments, explained."""
    return explained_terms(["comment_theme", "early_warning"], words)
