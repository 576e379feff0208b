"""What reviews are about, and their stars: the shape of the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.comments.coverage import Coverage, Quote
from drivers.models.expectations.ratios import Estimate
from drivers.results import Result, frame


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTheme:
    """One theme in reviews.

    Parameters
    ----------
    share
        Part of the reviews with a text that are about it; n is how many.
    parts
        ``praise``, ``blame``, ``mixed``, ``unclear`` → part of all with a text; those that are shown.
    stars
        Mean of the reviews that are about it.
    stars_less_others
        Less the mean of those with a text that are not; None where fewer than 10 are on a side.
    p_adjusted
        That there is no such difference, after Holm over themes.
    """

    theme: str
    driver: str | None
    share: Estimate
    parts: Mapping[str, Estimate]
    stars: Estimate
    stars_less_others: Estimate | None
    p_adjusted: float
    clear: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPeriod:
    """One wave of the survey, or one quarter, of reviews.

    Parameters
    ----------
    period
        Key of the wave, or a quarter such as ``2024Q3``.
    stars
        Mean of all reviews of the period.
    blame
        Theme → part of the period's reviews with a text that blame it.
    """

    period: str
    stars: Estimate
    blame: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReviewThemes(Result):
    """What reviews are about, and their stars; `review_themes` makes one.

    Parameters
    ----------
    n, n_text
        Reviews, and those among them with a text.
    best
        The most stars that can be given.
    stars
        Mean of all.
    parts_by_stars
        Stars → part of all reviews.
    periods
        In their order in time, those with 10 reviews or more; ``periods_are`` says whether they are the survey's waves.
    rising
        Themes that clearly more reviews of the last period blame than before, after Holm over themes and comparisons.
    """

    kind: ClassVar[str] = "review_themes"

    n: int
    n_text: int
    best: int
    stars: Estimate
    parts_by_stars: Mapping[int, float]
    themes: tuple[ReviewTheme, ...]
    hidden: tuple[str, ...]
    periods: tuple[ReviewPeriod, ...]
    periods_are: Literal["waves", "quarters"]
    rising: tuple[str, ...]
    coverage: Coverage
    quotes: tuple[Quote, ...]
    lexicon_sha256: str
    conf_level: float
    seed: int

    @property
    def n_used(self) -> int:
        """Reviews."""
        return self.n

    @property
    def units(self) -> Mapping[str, str]:
        """Shares are parts of the reviews with a text; stars run from 1 to the best."""
        return MappingProxyType({"share": "part of the reviews with a text, 0–1", "stars": f"stars, 1–{self.best}"})

    @property
    def details(self) -> Mapping[str, object]:
        """How reviews were assigned, what rises, and quotes where the codebook allows them."""
        found: dict[str, object] = {
            "hidden": list(self.hidden),
            "rising": list(self.rising),
            "parts_by_stars": {str(stars): part for stars, part in self.parts_by_stars.items()},
            "coverage": self.coverage.as_mapping(),
            "lexicon_sha256": self.lexicon_sha256,
        }
        if self.quotes:
            found["quotes"] = [{"theme": one.theme, "mood": one.mood, "text": one.text} for one in self.quotes]
        return MappingProxyType(found)

    def tidy(self) -> pd.DataFrame:
        """One row per number, named in ``term``.

        ``share``, ``praise``, ``blame``, ``mixed``, ``unclear``, ``stars`` and ``difference`` (in stars, from reviews
        that do not speak of it) of each ``theme``; ``stars`` and ``blame`` of each ``period``.
        """
        rows: list[dict[str, object]] = [_row("stars", self.stars)]
        for theme in self.themes:
            names = {"theme": theme.theme, "driver": theme.driver}
            rows.append(_row("share", theme.share, **names))
            rows += [_row(part, estimate, **names) | {"n": np.nan} for part, estimate in theme.parts.items()]
            rows.append(_row("stars", theme.stars, **names))
            if theme.stars_less_others is not None:
                found = theme.stars_less_others
                tested = {"p_value": found.p_value, "p_adjusted": theme.p_adjusted}
                rows.append(_row("difference", found, **names) | tested)
        for period in self.periods:
            rows.append(_row("stars", period.stars, period=period.period))
            rows += [
                _row("blame", estimate, theme=theme, period=period.period) for theme, estimate in period.blame.items()
            ]
        columns = ["term", "theme", "driver", "period", "estimate", "std_error", "conf_low", "conf_high"]
        columns += ["p_value", "p_adjusted", "n"]
        texts = {"term", "theme", "driver", "period"}
        return frame({name: [row.get(name, None if name in texts else np.nan) for row in rows] for name in columns})

    def glance(self) -> pd.DataFrame:
        """One row: how many reviews, their mean of stars, and what the lexicon told of them."""
        return frame(
            {
                "stars": [self.stars.estimate],
                "n_asked": [self.n],
                "n": [self.n_text],
                "by_lexicon": [self.coverage.by_lexicon],
                "by_likeness": [self.coverage.by_likeness],
                "no_theme": [self.coverage.no_theme],
                "conf_level": [self.conf_level],
            }
        )


def _row(term: str, estimate: Estimate, **names: object) -> dict[str, object]:
    return {
        "term": term,
        "estimate": estimate.estimate,
        "std_error": estimate.std_error,
        "conf_low": estimate.conf_low,
        "conf_high": estimate.conf_high,
        "n": estimate.n,
        **names,
    }
