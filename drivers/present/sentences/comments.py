"""What may be said of comments and reviews, in words."""

from __future__ import annotations

from typing import Any

from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN

MOST_TOLD = 3
"""Themes that get a sentence of their own; the table has the others."""


def theme_name(theme: str, words: Words) -> str:
    """What a theme is called."""
    return words.label("theme", theme)


def who_sentences(result: Any, words: Words) -> list[str]:
    """How many wrote a comment, and whether they are like the others."""
    level = words.percent(result.conf_level)
    part = result.commented
    found = [
        words.sentence(
            "comments_who",
            n=words.counted("comment", result.sample.n),
            share=words.percent(part.estimate),
            low=words.percent(part.conf_low),
            high=words.percent(part.conf_high),
            level=level,
        )
    ]
    gap = result.commenters_less_others
    if gap is None:
        return found
    if gap.conf_low <= 0 <= gap.conf_high:
        return [*found, words.sentence("comments_who_alike", outcome=words.outcome(result.outcome))]
    return [*found, _gap("comments_who_lower" if gap.estimate < 0 else "comments_who_higher", gap, result, words)]


def theme_sentences(result: Any, words: Words) -> list[str]:
    """The most frequent themes, and what goes with their being blamed; the model sentence of comments."""
    links = {link.theme: link for link in result.links if link.answer == result.outcome}
    found = []
    for theme in result.themes[:MOST_TOLD]:
        values = {
            "theme": theme_name(theme.theme, words),
            "n": words.counted("comment", theme.share.n, case="gen"),
            "total": words.number(result.sample.n),
            "p": words.percent(theme.share.estimate),
        }
        link = links.get(theme.theme)
        if link is None or not link.clear:
            found.append(words.sentence("comment_theme_alone", **values))
            continue
        key = "comment_theme_lower" if link.difference.estimate < 0 else "comment_theme_higher"
        found.append(_gap(key, link.difference, result, words, **values))
    return found


def rising_sentences(result: Any, words: Words) -> list[str]:
    """Themes that more comments of the last wave blame than before, and what their rating does."""
    if not result.trends:
        return []
    last = words.label("wave", result.waves[-1])
    keys = {
        "early_warning": "comments_early_warning",
        "rose_and_rating_fell": "comments_rose_and_fell",
        "rose_unrated": "comments_rose_unrated",
    }
    found = []
    for trend in result.trends:
        if trend.signal not in keys:
            continue
        now, before = trend.blame[result.waves[-1]], _before(trend, result)
        found.append(
            words.sentence(
                keys[trend.signal],
                theme=theme_name(trend.theme, words),
                wave=last,
                now=words.percent(now.estimate),
                before=words.percent(before),
            )
        )
    if not found:
        found.append(words.sentence("comments_none_rose", wave=last))
    found += [
        words.sentence(
            "comments_lead",
            theme=theme_name(trend.theme, words),
            raised=words.label("wave", trend.raised_in),
            fell=words.label("wave", trend.rating_fell_in),
        )
        for trend in result.leads
    ]
    return found


def _before(trend: Any, result: Any) -> float:
    """The share in all earlier waves together, or in the one before where there is no other."""
    steps = [step for step in trend.blame_steps if step.wave == result.waves[-1]]
    step = next((step for step in steps if step.against == "earlier"), steps[0])
    return float(trend.blame[result.waves[-1]].estimate - step.estimate)


def hidden_sentence(result: Any, words: Words) -> str:
    """That themes of very few comments are not shown; nothing where there are none."""
    return words.sentence("comments_hidden", needed=words.number(FEWEST_SHOWN)) if result.hidden else ""


def unmatched_sentence(result: Any, words: Words) -> str:
    """The aspects of the survey for which the lexicon has no words; nothing where there are none."""
    if not result.unmatched:
        return ""
    names = words.listed([words.name("driver", name) for name in result.unmatched])
    return words.sentence("comments_unmatched", list=names)


def coverage_sentence(result: Any, words: Words) -> str:
    """By which way comments were assigned, and for how many it failed."""
    coverage = result.coverage
    return words.sentence(
        "comments_coverage" if coverage.by_likeness > 0 else "comments_coverage_words",
        lexicon=words.percent(coverage.by_lexicon),
        likeness=words.percent(coverage.by_likeness),
        none=words.percent(coverage.no_theme),
        unclear=words.percent(coverage.unclear),
    )


def review_sentences(result: Any, words: Words) -> list[str]:
    """How many reviews there are, their stars, what rises, and that nobody drew them."""
    stars = result.stars
    found = [
        words.sentence(
            "reviews_stars",
            n=words.number(result.n),
            text=words.number(result.n_text),
            mean=words.number(stars.estimate, 1),
            best=words.number(result.best),
            low=words.number(stars.conf_low, 1),
            high=words.number(stars.conf_high, 1),
            level=words.percent(result.conf_level),
        )
    ]
    for theme in result.themes[:MOST_TOLD]:
        values = {
            "theme": theme_name(theme.theme, words),
            "n": words.number(theme.share.n),
            "total": words.number(result.n_text),
            "p": words.percent(theme.share.estimate),
        }
        gap = theme.stars_less_others
        if gap is None or not theme.clear:
            found.append(words.sentence("review_theme_alone", **values))
        else:
            key = "review_theme_lower" if gap.estimate < 0 else "review_theme_higher"
            found.append(words.sentence(key, d=words.number(abs(gap.estimate), 1), **values))
    if len(result.periods) > 1:
        found += rising_reviews(result, words)
    return [*found, words.sentence("reviews_chosen")]


def rising_reviews(result: Any, words: Words) -> list[str]:
    """Themes that more reviews of the last period blame than before."""
    last = period_name(result.periods[-1].period, result, words)
    if not result.rising:
        return [words.sentence("reviews_none_rose", period=last)]
    names = words.listed([words.quoted(theme_name(theme, words)) for theme in result.rising])
    return [words.sentence("reviews_rose", list=names, period=last)]


def period_name(period: str, result: Any, words: Words) -> str:
    """What a wave is called, or a quarter such as 2024Q3."""
    if result.periods_are == "waves":
        return words.label("wave", period)
    year, quarter = period.split("Q")
    names = ("first_quarter_of", "second_quarter_of", "third_quarter_of", "fourth_quarter_of")
    return words.term(names[int(quarter) - 1], year=words.day(int(year)))


def _gap(key: str, gap: Any, result: Any, words: Words, **values: str) -> str:
    """A difference in points in size, without a sign."""
    limits = (gap.conf_low, gap.conf_high) if gap.estimate > 0 else (-gap.conf_high, -gap.conf_low)
    return words.sentence(
        key,
        outcome=words.outcome(result.outcome),
        d=words.counted("point", abs(gap.estimate), case="gen", decimals=1),
        low=words.number(limits[0], 1),
        high=words.number(limits[1], 1),
        level=words.percent(result.conf_level),
        **values,
    )
