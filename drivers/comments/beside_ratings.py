"""Who wrote comments, and what those answered who blame a theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy import special

from drivers.comments.assignment import Assigned
from drivers.comments.theme_result import RatingLink
from drivers.models.expectations.ratios import Estimate, Ratios, ratios
from drivers.models.multiplicity import holm
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey


def who_wrote(
    survey: Survey, rows: np.ndarray, wrote: np.ndarray, answer: str, level: float
) -> tuple[Estimate, Estimate | None]:
    """The part of the respondents who wrote, and their mean of an outcome less that of the others."""
    part = ratios(survey, wrote[:, None].astype(float), rows[:, None].astype(float)).share(0, level)
    values = survey.scores[answer].to_numpy()
    known = rows & ~np.isnan(values)
    sides = np.column_stack([known & wrote, known & ~wrote])
    if sides.sum(axis=0).min() < FEWEST_SHOWN:
        return part, None
    found = ratios(survey, np.where(sides, np.where(known, values, 0.0)[:, None], 0.0), sides.astype(float))
    return part, difference_of_means(found, 0, 1, level)


def rating_links(
    survey: Survey,
    assigned: Assigned,
    wrote: np.ndarray,
    themes: Sequence[str],
    about: Mapping[str, str | None],
    answer: str,
    level: float,
) -> tuple[RatingLink, ...]:
    """Means of the outcome and of each theme's rating where a comment blames it, less where it does not speak of it."""
    blames, mentioned = assigned.meant("blame", "mixed"), assigned.mentioned
    links: list[RatingLink] = []
    for kind in ("outcome", "driver"):
        of_kind: list[RatingLink] = []
        for theme in themes:
            name = answer if kind == "outcome" else about[theme]
            if name is None:
                continue
            j = assigned.themes.index(theme)
            values = survey.scores[name].to_numpy()
            known = wrote & ~np.isnan(values)
            sides = np.column_stack([known & blames[:, j], known & ~mentioned[:, j]])
            if sides.sum(axis=0).min() < FEWEST_SHOWN:
                continue
            found = ratios(survey, np.where(sides, np.where(known, values, 0.0)[:, None], 0.0), sides.astype(float))
            of_kind.append(
                RatingLink(
                    theme=theme,
                    answer=name,
                    blamed=found.mean(0, level),
                    others=found.mean(1, level),
                    difference=difference_of_means(found, 0, 1, level),
                    p_adjusted=float("nan"),
                    clear=False,
                )
            )
        adjusted = holm(np.array([link.difference.p_value for link in of_kind]))
        links += [
            replace(link, p_adjusted=float(p), clear=bool(p < 1 - level))
            for link, p in zip(of_kind, adjusted, strict=True)
        ]
    return tuple(links)


def difference_of_means(found: Ratios, first: int, second: int, level: float) -> Estimate:
    """One mean less another of the same sample, with its t interval and test."""
    estimate = float(found.estimate[first] - found.estimate[second])
    spread = found.covariance
    variance = spread[first, first] + spread[second, second] - 2 * spread[first, second]
    error, df = float(np.sqrt(max(variance, 0.0))), max(found.df, 1)
    reach = float(special.stdtrit(df, (1 + level) / 2)) * error
    p_value = float(2 * special.stdtr(df, -abs(estimate) / error)) if error > 0 else 1.0
    return Estimate(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - reach,
        conf_high=estimate + reach,
        n=int(found.n[first] + found.n[second]),
        p_value=p_value,
    )
