"""Pieces on reviews, which nobody drew: what they are about, their stars, and what rises."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from drivers.present import tables
from drivers.present.blocks import figure, opened
from drivers.present.figures.comments import theme_bars
from drivers.present.isolation import html
from drivers.present.markup import left_to_right, paragraph
from drivers.present.sentences.comments import coverage_sentence, hidden_sentence, review_sentences
from drivers.present.words import Words


def themes(result: Any, words: Words, identity: str) -> Markup:
    """What reviews are about and how many stars go with it."""
    small = [part for part in (coverage_sentence(result, words), hidden_sentence(result, words)) if part]
    said = [" ".join(review_sentences(result, words)), " ".join(small)]
    picture, stars = Markup(""), Markup("")
    if result.themes:
        footnote = words.ui("footnote_reviews", level=words.percent(result.conf_level), n=words.number(result.n_text))
        picture = figure(
            theme_bars(result, words),
            words.text("caption", "review_themes"),
            tables.themes_table(result, words),
            footnote,
            words,
            identity,
        )
        stars = opened(tables.review_stars_table(result, words), words.ui("show_review_stars"))
    periods = Markup("")
    if len(result.periods) > 1 and result.periods[0].blame:
        periods = opened(tables.review_periods_table(result, words), words.ui("show_review_periods"))
    return Markup("").join([*(paragraph(text) for text in said if text), picture, stars, periods])


def method(result: Any, words: Words, identity: str) -> Markup:
    """How reviews were assigned and compared."""
    print_of = Markup("<p>{} {}</p>").format(
        html(words.text("method", "reviews_lexicon")), left_to_right(result.lexicon_sha256[:12])
    )
    return paragraph(words.text("method", "reviews")) + print_of
