"""Themes over the waves: which are blamed more than before, and whether their rating has followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from drivers.comments.assignment import Assigned
from drivers.comments.beside_ratings import difference_of_means
from drivers.comments.theme_result import Against, Signal, ThemeTrend, WaveStep
from drivers.models.expectations.ratios import Estimate, Ratios, ratios
from drivers.models.multiplicity import holm
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey
from drivers.survey.untold import waves_told


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Test:
    """A wave's value against the one before or all earlier ones, before it is adjusted."""

    wave: int
    against: Against
    estimate: float
    conf_low: float
    conf_high: float
    p_value: float


def theme_trends(
    survey: Survey, assigned: Assigned, drivers: Mapping[str, str | None], conf_level: float
) -> tuple[tuple[str, ...], tuple[ThemeTrend, ...]]:
    """The waves that have 10 comments or more, and each theme that 10 or more comments blame over them.

    Parameters
    ----------
    drivers
        Theme → the driver that it is about, or None.
    """
    if survey.wave_index is None:
        return (), ()
    last = survey.waves.index(survey.wave) if survey.wave else len(survey.waves) - 1
    inside = survey.in_unit & (survey.weights > 0)
    wrote = inside & assigned.written
    rows = [wrote & (survey.wave_index == k) for k in range(last + 1)]
    told = waves_told(survey)
    kept = [k for k in range(last + 1) if rows[k].sum() >= FEWEST_SHOWN and (told[k] or k == last)]
    if len(kept) < 2 or kept[-1] != last:
        return (), ()
    names = tuple(survey.waves[k] for k in kept)
    blamed = assigned.meant("blame", "mixed")
    counted = np.logical_or.reduce([rows[k] for k in kept])
    themes = [theme for j, theme in enumerate(assigned.themes) if blamed[counted, j].sum() >= FEWEST_SHOWN]
    if not themes:
        return (), ()
    comments = {theme: np.where(blamed[:, assigned.themes.index(theme)], 1.0, 0.0) for theme in themes}
    shares = _by_wave(survey, comments, [rows[k] for k in kept])
    ratings = {theme: survey.scores[driver].to_numpy() for theme in themes if (driver := drivers[theme]) is not None}
    in_wave = [inside & (survey.wave_index == k) for k in kept]
    means = _by_wave(survey, ratings, in_wave)
    share_tests = {theme: _share_tests(found, len(kept), conf_level) for theme, found in shares.items()}
    mean_tests = {theme: _mean_tests(found, len(kept), conf_level) for theme, found in means.items()}
    share_steps, mean_steps = _adjusted(share_tests, names), _adjusted(mean_tests, names)
    trends = []
    for theme in themes:
        steps, rating_steps = share_steps[theme], mean_steps.get(theme, ())
        raised, fell = _looking_back(steps, rating_steps, names, 1 - conf_level)
        trends.append(
            ThemeTrend(
                theme=theme,
                driver=drivers[theme],
                blame={wave: shares[theme].share(k, conf_level) for k, wave in enumerate(names)},
                rating=_shown_ratings(means.get(theme), names, conf_level),
                blame_steps=steps,
                rating_steps=rating_steps,
                signal=_signal(steps, rating_steps, names[-1], 1 - conf_level),
                raised_in=raised,
                rating_fell_in=fell,
            )
        )
    return names, tuple(trends)


def _by_wave(survey: Survey, values: Mapping[str, np.ndarray], rows: Sequence[np.ndarray]) -> dict[str, Ratios]:
    """Means of each column in each wave, and behind them in all waves before each but the first."""
    found = {}
    for name, column in values.items():
        known = ~np.isnan(column)
        before = np.logical_or.accumulate(np.array(rows), axis=0)
        domains = np.column_stack([*rows, *before[:-1]]) & known[:, None]
        tops = np.where(domains, np.where(known, column, 0.0)[:, None], 0.0)
        found[name] = ratios(survey, tops, domains.astype(float))
    return found


def _pairs(waves: int) -> list[tuple[int, Against, int]]:
    """Wave, what it is set against, and the place of that; against all earlier ones only where they are several."""
    found: list[tuple[int, Against, int]] = []
    for k in range(1, waves):
        found.append((k, "previous", k - 1))
        if k > 1:
            found.append((k, "earlier", waves + k - 1))
    return found


def _share_tests(found: Ratios, waves: int, level: float) -> list[_Test]:
    tests = []
    for k, against, other in _pairs(waves):
        low, high = found.difference(k, other, level)
        tests.append(
            _Test(
                wave=k,
                against=against,
                estimate=float(found.estimate[k] - found.estimate[other]),
                conf_low=low,
                conf_high=high,
                p_value=found.p_value(k, other, 0.0),
            )
        )
    return tests


def _mean_tests(found: Ratios, waves: int, level: float) -> list[_Test]:
    """Differences of means of points; waves of fewer than 10 answers are left out."""
    tests = []
    for k, against, other in _pairs(waves):
        if min(found.n[k], found.n[other]) < FEWEST_SHOWN:
            continue
        step = difference_of_means(found, k, other, level)
        tests.append(
            _Test(
                wave=k,
                against=against,
                estimate=step.estimate,
                conf_low=step.conf_low,
                conf_high=step.conf_high,
                p_value=step.p_value,
            )
        )
    return tests


def _adjusted(tests: Mapping[str, Sequence[_Test]], names: Sequence[str]) -> dict[str, tuple[WaveStep, ...]]:
    """The tests of all themes, corrected for how many there are in a wave, and over all waves."""
    flat = [(theme, test) for theme, of in tests.items() for test in of]
    p_values = np.array([test.p_value for _, test in flat])
    waves = np.array([test.wave for _, test in flat], dtype=int)
    over_time = holm(p_values) if len(flat) else p_values
    in_wave = np.full(len(flat), np.nan)
    for wave in np.unique(waves):
        in_wave[waves == wave] = holm(p_values[waves == wave])
    found: dict[str, list[WaveStep]] = {theme: [] for theme in tests}
    for (theme, test), adjusted, overall in zip(flat, in_wave, over_time, strict=True):
        found[theme].append(
            WaveStep(
                wave=names[test.wave],
                against=test.against,
                estimate=test.estimate,
                conf_low=test.conf_low,
                conf_high=test.conf_high,
                p_value=test.p_value,
                p_adjusted=float(adjusted),
                p_over_time=float(overall),
            )
        )
    return {theme: tuple(steps) for theme, steps in found.items()}


def _shown_ratings(found: Ratios | None, names: Sequence[str], level: float) -> dict[str, Estimate]:
    if found is None:
        return {}
    return {wave: found.mean(k, level) for k, wave in enumerate(names) if found.n[k] >= FEWEST_SHOWN}


def _signal(steps: Sequence[WaveStep], rating_steps: Sequence[WaveStep], last: str, alpha: float) -> Signal:
    now = [step for step in steps if step.wave == last and step.p_adjusted < alpha]
    ratings = [step for step in rating_steps if step.wave == last]
    if any(step.estimate > 0 for step in now):
        if not ratings:
            return "rose_unrated"
        fell = any(step.p_adjusted < alpha and step.estimate < 0 for step in ratings)
        return "rose_and_rating_fell" if fell else "early_warning"
    return "eased" if any(step.estimate < 0 for step in now) else "steady"


def _looking_back(
    steps: Sequence[WaveStep], rating_steps: Sequence[WaveStep], names: Sequence[str], alpha: float
) -> tuple[str, str]:
    """The first wave that raised the theme while its rating had not fallen, and the next in which its rating fell."""

    def waves(of: Sequence[WaveStep], sign: int) -> list[int]:
        return sorted({names.index(s.wave) for s in of if s.p_over_time < alpha and sign * s.estimate > 0})

    rises, falls = waves(steps, 1), waves(rating_steps, -1)
    raised = next((k for k in rises if k not in falls), None)
    if raised is None:
        return "", ""
    fell = next((k for k in falls if k > raised), None)
    return names[raised], "" if fell is None else names[fell]
