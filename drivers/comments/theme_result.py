"""What comments are about: the shape of the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.comments.coverage import Accuracy, Coverage, Quote
from drivers.models.expectations.ratios import Estimate
from drivers.results import Code, Result, Sample, frame

Signal = Literal["early_warning", "rose_and_rating_fell", "rose_unrated", "eased", "steady"]
SIGNALS: tuple[Signal, ...] = get_args(Signal)
"""Of the last wave: more comments blame a theme and its rating has not fallen; it has; it has none; fewer blame it;
none of these is certain."""

Against = Literal["previous", "earlier"]
"""The wave before, or all earlier waves together."""

MEANT = ("praise", "blame", "mixed", "unclear")
"""How comments speak of a theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMentions:
    """How often comments speak of a theme, and how.

    Parameters
    ----------
    share
        Part of the comments that are about it; n is how many.
    parts
        ``praise``, ``blame``, ``mixed``, ``unclear`` → part of all comments; those that tell of 10 or more.
    by_likeness
        Part of its mentions that were told by likeness and not by the lexicon.
    """

    theme: str
    driver: str | None
    share: Estimate
    parts: Mapping[str, Estimate]
    by_likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingLink:
    """A mean among those whose comment blames a theme, less that among those whose comment does not speak of it.

    Parameters
    ----------
    answer
        A driver or an outcome.
    blamed, others
        Means of both, 0–100.
    difference
        With its standard error and interval; `p_adjusted` after Holm over the themes for this kind of answer.
    clear
        Whether it is more than chance by ``p_adjusted``.
    """

    theme: str
    answer: str
    blamed: Estimate
    others: Estimate
    difference: Estimate
    p_adjusted: float
    clear: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveStep:
    """A wave's value less that of the wave before, or of all earlier ones.

    Parameters
    ----------
    p_adjusted
        Holm over all themes and both comparisons of this wave.
    p_over_time
        Holm over all waves as well, for looking back.
    """

    wave: str
    against: Against
    estimate: float
    conf_low: float
    conf_high: float
    p_value: float
    p_adjusted: float
    p_over_time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeTrend:
    """One theme over the waves.

    Parameters
    ----------
    blame
        Wave → part of its comments that blame the theme.
    rating
        Wave → mean rating of its driver among all who rated it; empty where it has none.
    blame_steps, rating_steps
        Each wave against the one before and against all earlier ones.
    signal
        Of the last wave.
    raised_in, rating_fell_in
        Looking back over all waves: the first in which clearly more comments blamed it than before, while its rating
        had not fallen, and the next in which its rating clearly fell; empty where there is none.
    """

    theme: str
    driver: str | None
    blame: Mapping[str, Estimate]
    rating: Mapping[str, Estimate]
    blame_steps: tuple[WaveStep, ...]
    rating_steps: tuple[WaveStep, ...]
    signal: Signal
    raised_in: str
    rating_fell_in: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CommentThemes(Result):
    """What comments are about, how they are meant, and how they go with ratings; `comment_themes` makes one.

    Parameters
    ----------
    themes
        From the most to the least frequent; those in fewer than 10 comments, or in none, are in ``hidden``.
    commented
        Part of the respondents who wrote a comment.
    commenters_less_others
        Mean of the outcome among them less that among all others; None where fewer than 10 are on a side.
    links
        For each theme that 10 or more blame, of satisfaction and of its driver.
    waves, trends
        The waves compared, and the themes over them; empty where the survey has fewer than two waves with comments.
    unmatched
        Drivers that no theme of the lexicon is about.
    """

    kind: ClassVar[str] = "comment_themes"

    outcome: str
    themes: tuple[ThemeMentions, ...]
    hidden: tuple[str, ...]
    commented: Estimate
    commenters_less_others: Estimate | None
    links: tuple[RatingLink, ...]
    waves: tuple[str, ...]
    trends: tuple[ThemeTrend, ...]
    unmatched: tuple[str, ...]
    coverage: Coverage
    quotes: tuple[Quote, ...]
    accuracy: tuple[Accuracy, ...]
    lexicon_sha256: str
    sample: Sample
    conf_level: float
    seed: int

    @property
    def n_used(self) -> int:
        """Respondents who wrote a comment."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Shares are parts of all comments, differences points of 100."""
        return MappingProxyType(
            {"share": "part of the comments, 0–1", "rating": "points, 0–100", "difference": "points of 100"}
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample, but for who wrote nothing, which is told with the numbers."""
        return tuple(note for note in self.sample.notes if note.code != "missing_dropped")

    @property
    def early_warnings(self) -> tuple[str, ...]:
        """Themes that comments raise in the last wave while their rating has not fallen."""
        return tuple(trend.theme for trend in self.trends if trend.signal == "early_warning")

    @property
    def leads(self) -> tuple[ThemeTrend, ...]:
        """Themes that comments raised in one wave and whose rating fell in a later one."""
        return tuple(trend for trend in self.trends if trend.raised_in and trend.rating_fell_in)

    @property
    def details(self) -> Mapping[str, object]:
        """Signals of the last wave, how comments were assigned, and quotes where the codebook allows them."""
        found: dict[str, object] = {
            "hidden": list(self.hidden),
            "signals": {trend.theme: trend.signal for trend in self.trends},
            "leads": [
                {"theme": one.theme, "raised_in": one.raised_in, "rating_fell_in": one.rating_fell_in}
                for one in self.leads
            ],
            "unmatched": list(self.unmatched),
            "coverage": self.coverage.as_mapping(),
            "lexicon_sha256": self.lexicon_sha256,
        }
        if self.quotes:
            found["quotes"] = [{"theme": one.theme, "mood": one.mood, "text": one.text} for one in self.quotes]
        return MappingProxyType(found)

    def tidy(self) -> pd.DataFrame:
        """One row per number, named in ``term``.

        ``share``, ``praise``, ``blame``, ``mixed``, ``unclear`` of each ``theme``; ``difference`` in a rating or in
        satisfaction, named in ``outcome``; ``blame`` and ``rating`` of each ``wave``; ``blame_change`` and
        ``rating_change`` against the wave before or all earlier ones (``versus``).
        """
        rows: list[dict[str, object]] = []
        for theme in self.themes:
            rows.append(_row("share", theme.theme, theme.share, driver=theme.driver))
            rows += [
                _row(part, theme.theme, estimate, n=float("nan"), driver=theme.driver)
                for part, estimate in theme.parts.items()
            ]
        for link in self.links:
            row = _row("difference", link.theme, link.difference, n=link.blamed.n, outcome=link.answer)
            rows.append(row | {"p_value": link.difference.p_value, "p_adjusted": link.p_adjusted})
        for trend in self.trends:
            for term, levels in (("blame", trend.blame), ("rating", trend.rating)):
                rows += [
                    _row(term, trend.theme, level, wave=wave, driver=trend.driver) for wave, level in levels.items()
                ]
            for term, steps in (("blame_change", trend.blame_steps), ("rating_change", trend.rating_steps)):
                rows += [_step(term, trend, step) for step in steps]
        columns = ["term", "theme", "driver", "outcome", "wave", "versus", "estimate", "std_error", "conf_low"]
        columns += ["conf_high", "p_value", "p_adjusted", "n"]
        texts = {"term", "theme", "driver", "outcome", "wave", "versus"}
        return frame({name: [row.get(name, None if name in texts else np.nan) for row in rows] for name in columns})

    def glance(self) -> pd.DataFrame:
        """One row: how many were asked, how many wrote, and what the lexicon told of it."""
        return frame(
            {
                "outcome": [self.outcome],
                "share": [self.commented.estimate],
                "n_asked": [self.sample.n_asked],
                "n": [self.sample.n],
                "n_effective": [self.sample.n_effective],
                "by_lexicon": [self.coverage.by_lexicon],
                "by_likeness": [self.coverage.by_likeness],
                "no_theme": [self.coverage.no_theme],
                "conf_level": [self.conf_level],
            }
        )


def _row(term: str, theme: str, estimate: Estimate, *, n: float | None = None, **names: object) -> dict[str, object]:
    return {
        "term": term,
        "theme": theme,
        "estimate": estimate.estimate,
        "std_error": estimate.std_error,
        "conf_low": estimate.conf_low,
        "conf_high": estimate.conf_high,
        "n": estimate.n if n is None else n,
        **names,
    }


def _step(term: str, trend: ThemeTrend, step: WaveStep) -> dict[str, object]:
    return {
        "term": term,
        "theme": trend.theme,
        "driver": trend.driver,
        "wave": step.wave,
        "versus": step.against,
        "estimate": step.estimate,
        "conf_low": step.conf_low,
        "conf_high": step.conf_high,
        "p_value": step.p_value,
        "p_adjusted": step.p_adjusted,
    }
