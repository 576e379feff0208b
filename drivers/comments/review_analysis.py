"""Reviews as a source of their own: what they are about, their stars, and what changes over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from drivers.comments.assignment import Assigned, assign
from drivers.comments.coverage import covered
from drivers.comments.plain_samples import mean_difference, plain_mean, plain_share, share_difference
from drivers.comments.quoting import chosen_quotes
from drivers.comments.review_result import ReviewPeriod, ReviewTheme, ReviewThemes
from drivers.comments.shown_parts import shown_parts
from drivers.comments.theme_result import MEANT
from drivers.errors import ModelError
from drivers.models.given import check_seed
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey, check_survey
from drivers.survey.lexicon.labels import lexicon_of
from drivers.survey.lexicon.reading import theme_driver

__all__ = ["ReviewThemes", "review_themes"]


def review_themes(survey: Survey, *, likeness: bool = True, conf_level: float = 0.95, seed: int = 1) -> ReviewThemes:
    """What reviews beside the survey are about, how they are meant, their stars, and what changes over time.

    Parameters
    ----------
    survey
        Whose codebook has `reviews`. With a unit selected its reviews only; with a wave those up to its end.
    likeness
        Whether reviews in which the lexicon knows no word are told by their likeness to others.
    conf_level
        Level of the intervals, between 0 and 1.
    seed
        Of the reviews drawn to learn from, where there are very many.

    Raises
    ------
    ModelError
        With the code ``no_reviews`` where the codebook names none; ``reviews_of_all`` where a part of the respondents
        is selected that reviews do not tell apart; ``few_reviews`` where there are fewer than 10 with a text.

    Notes
    -----
    Themes and moods as in `comment_themes`. Whoever writes a review chose to: reviews are no sample of the customers,
    and nothing makes them one. Intervals and tests say what chance alone might do among people like those who wrote,
    each review counting once: Wilson's for shares, t for stars, Welch's for differences of stars (Holm over themes),
    Fisher's exact test for shares between periods.

    Periods are the survey's waves where its answers have days (the border lies midway between the last day of one and
    the first of the next), else calendar quarters. A theme *rises* where clearly more reviews of the last period blame
    it than of the one before, or of all earlier ones.

    Weights: none. Missing answers: reviews without stars count for themes only, and those without a text for stars
    only.

    References
    ----------
    Li and Hitt (2008), Self-selection and information role of online product reviews, doi:10.1287/isre.1070.0154.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center").select(wave="2024Q3")
    >>> kda.review_themes(survey).rising
    ('honesty',)
    """
    check_survey(survey)
    check_conf_level(conf_level)
    check_seed(seed)
    reviews, book = survey.reviews, survey.codebook
    if reviews is None or book.reviews is None:
        raise ModelError(
            "Expected a codebook with 'reviews:', found none; name the file of reviews and its columns.",
            code="no_reviews",
        )
    if survey.only or (survey.unit and book.reviews.unit is None):
        raise ModelError(
            "Expected reviews that tell apart what was selected, found reviews of all; name their column under "
            "reviews.unit, or drop the selection.",
            code="reviews_of_all",
        )
    place, names, periods_are = _periods(survey, reviews)
    rows = _selected(survey, reviews, place)
    reviews, place = reviews[rows].reset_index(drop=True), place[rows]
    texts = [str(text) for text in reviews["text"]]
    lexicon = lexicon_of("reviews", survey.lexicons)
    assigned = assign(texts, [str(name) for name in reviews["language"]], lexicon, likeness=likeness, seed=seed)
    stars = reviews["stars"].to_numpy(dtype=float)
    if min(int(assigned.written.sum()), int(np.isfinite(stars).sum())) < FEWEST_SHOWN:
        raise ModelError(
            f"Expected at least {FEWEST_SHOWN} reviews with a text and stars, found fewer; widen the selection.",
            code="few_reviews",
            values={"needed": FEWEST_SHOWN},
        )
    about = {key: theme_driver(key, theme, book) for key, theme in lexicon.themes.items()}
    themes, hidden = _themes(assigned, stars, about, conf_level)
    shown = [theme.theme for theme in themes]
    followed = [name for name in shown if assigned.meant("blame", "mixed")[:, assigned.themes.index(name)].sum() >= 10]
    periods = _over_time(assigned, stars, place, names, followed, conf_level)
    given = stars[np.isfinite(stars)]
    return ReviewThemes(
        n=len(reviews),
        n_text=int(assigned.written.sum()),
        best=book.reviews.best,
        stars=plain_mean(given, conf_level),
        parts_by_stars=_parts_by_stars(given, book.reviews.best),
        themes=themes,
        hidden=hidden,
        periods=periods,
        periods_are=periods_are,
        rising=_rising(assigned, place, names, periods, followed, 1 - conf_level),
        coverage=covered(assigned, assigned.written),
        quotes=chosen_quotes(texts, assigned, assigned.written, shown) if book.reviews.quote else (),
        lexicon_sha256=lexicon.sha256,
        conf_level=conf_level,
        seed=seed,
    )


def _selected(survey: Survey, reviews: pd.DataFrame, place: np.ndarray) -> np.ndarray:
    """The reviews of the unit, up to the end of the wave; bool (n,)."""
    rows = np.ones(len(reviews), dtype=bool)
    if survey.unit:
        rows &= (reviews["unit"] == survey.unit).to_numpy(dtype=bool)
    if survey.wave and survey.dates is not None and survey.wave_index is not None:
        rows &= place <= survey.waves.index(survey.wave)
        rows &= ~np.isnat(reviews["date"].to_numpy())
    return rows


def _periods(survey: Survey, reviews: pd.DataFrame) -> tuple[np.ndarray, tuple[str, ...], Literal["waves", "quarters"]]:
    """The period of each review, −1 where it lies in none, int (n,), and their names in order."""
    days = reviews["date"].to_numpy().astype("datetime64[D]")
    known = ~np.isnat(days)
    if survey.waves and survey.wave_index is not None and survey.dates is not None:
        edges = _edges(survey.dates, survey.wave_index, len(survey.waves))
        if edges is not None:
            place = np.searchsorted(edges, days.astype(np.int64).astype(float), side="right") - 1
            inside = known & (place >= 0) & (place < len(survey.waves))
            later = known & (place >= len(survey.waves))
            return np.where(inside, place, np.where(later, len(survey.waves), -1)), survey.waves, "waves"
    months = days.astype("datetime64[M]").astype(np.int64)
    quarters = np.where(known, months // 3, -1)
    if not known.any():
        return np.full(len(days), -1), (), "quarters"
    first, last = int(quarters[known].min()), int(quarters[known].max())
    names = tuple(f"{1970 + quarter // 4}Q{quarter % 4 + 1}" for quarter in range(first, last + 1))
    return np.where(known, quarters - first, -1), names, "quarters"


def _edges(dates: np.ndarray, wave_index: np.ndarray, waves: int) -> np.ndarray | None:
    """Days between which the waves lie, midway between neighbours; None where they overlap or one has no day."""
    numbers = np.where(np.isnat(dates), np.nan, dates.astype("datetime64[D]").astype(np.int64).astype(float))
    spans = [numbers[(wave_index == k) & ~np.isnan(numbers)] for k in range(waves)]
    if any(not len(span) for span in spans):
        return None
    first, last = np.array([span.min() for span in spans]), np.array([span.max() for span in spans])
    if (first[1:] <= last[:-1]).any():
        return None
    between = (first[1:] + last[:-1] + 1) / 2
    # As far before the first wave and after the last one as waves lie apart.
    reach = float((first[1:] - last[:-1]).max() / 2) if waves > 1 else 0.5
    return np.array([first[0] - reach, *between, last[-1] + reach + 1])


def _themes(
    assigned: Assigned, stars: np.ndarray, about: Mapping[str, str | None], level: float
) -> tuple[tuple[ReviewTheme, ...], tuple[str, ...]]:
    wrote, starred = assigned.written, np.isfinite(stars)
    themes, hidden = [], []
    for j, name in enumerate(assigned.themes):
        mentioned = assigned.mentioned[:, j]
        count = int(mentioned.sum())
        if (mentioned & starred).sum() < FEWEST_SHOWN:
            hidden.append(name)
            continue
        moods = {how: assigned.meant("none" if how == "unclear" else how)[:, j] for how in MEANT}
        parts = shown_parts({how: int(rows.sum()) for how, rows in moods.items()})
        here, others = stars[mentioned & starred], stars[wrote & starred & ~mentioned]
        themes.append(
            ReviewTheme(
                theme=name,
                driver=about[name],
                share=replace(plain_share(mentioned[wrote], level), n=count),
                parts={how: plain_share(moods[how][wrote], level) for how in parts},
                stars=plain_mean(here, level),
                stars_less_others=mean_difference(here, others, level) if len(others) >= FEWEST_SHOWN else None,
                p_adjusted=float("nan"),
                clear=False,
            )
        )
    p_values = [np.nan if t.stars_less_others is None else t.stars_less_others.p_value for t in themes]
    adjusted = holm(np.array(p_values, dtype=float))
    found = [
        replace(theme, p_adjusted=float(p), clear=bool(p < 1 - level))
        for theme, p in zip(themes, adjusted, strict=True)
    ]
    return tuple(sorted(found, key=lambda theme: -theme.share.estimate)), tuple(hidden)


def _parts_by_stars(stars: np.ndarray, best: int) -> Mapping[int, float]:
    """Part of the reviews with so many whole stars; nothing where fewer than 10 gave some number of them."""
    whole = np.floor(stars).astype(int)
    counts = {number: int((whole == number).sum()) for number in range(1, best + 1)}
    if any(0 < count < FEWEST_SHOWN for count in counts.values()):
        return {}
    return {number: count / len(stars) for number, count in counts.items()}


def _over_time(
    assigned: Assigned,
    stars: np.ndarray,
    place: np.ndarray,
    names: Sequence[str],
    themes: Sequence[str],
    level: float,
) -> tuple[ReviewPeriod, ...]:
    blames = assigned.meant("blame", "mixed")
    found = []
    for k, name in enumerate(names):
        wrote = (place == k) & assigned.written
        given = stars[(place == k) & np.isfinite(stars)]
        if min(int(wrote.sum()), len(given)) < FEWEST_SHOWN:
            continue
        found.append(
            ReviewPeriod(
                period=name,
                stars=plain_mean(given, level),
                blame={theme: plain_share(blames[wrote, assigned.themes.index(theme)], level) for theme in themes},
            )
        )
    return tuple(found)


def _rising(
    assigned: Assigned,
    place: np.ndarray,
    names: Sequence[str],
    periods: Sequence[ReviewPeriod],
    themes: Sequence[str],
    alpha: float,
) -> tuple[str, ...]:
    """Themes that clearly more reviews of the last period blame than of the one before, or of all earlier ones."""
    if len(periods) < 2 or not themes:
        return ()
    kept = [names.index(period.period) for period in periods]
    now = assigned.written & (place == kept[-1])
    befores = [assigned.written & (place == kept[-2])]
    if len(kept) > 2:
        befores.append(assigned.written & np.isin(place, kept[:-1]))
    blames = assigned.meant("blame", "mixed")
    steps = [
        (theme, share_difference(blames[now, j], blames[before, j], 1 - alpha))
        for theme in themes
        for j in (assigned.themes.index(theme),)
        for before in befores
    ]
    adjusted = holm(np.array([step.p_value for _, step in steps]))
    risen = {theme for (theme, step), p in zip(steps, adjusted, strict=True) if p < alpha and step.estimate > 0}
    return tuple(theme for theme in themes if theme in risen)
