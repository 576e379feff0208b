"""The range of units' means, cut to what is more than chance, and a selected unit beside the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from drivers.indicators.comparison.benchmark_result import UnitRange
from drivers.indicators.comparison.differences import difference, interval
from drivers.models.rivals import own_rows
from drivers.models.unit_means import every_unit, levels, unit_means
from drivers.survey.data import Survey

FEWEST_COMPARED = 5
"""Of fewer units a range would tell what each of them has."""

QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


def unit_ranges(
    survey: Survey, columns: Mapping[str, np.ndarray], names: Sequence[str], conf_level: float
) -> dict[str, UnitRange]:
    """The range of the other units' means of each measure, or of all units' where none is selected.

    Parameters
    ----------
    columns
        Measure → what each respondent adds; float (n,), NaN where missing.

    Notes
    -----
    Of the selection: of all waves together unless one is selected, for units have few answers in each.
    The selected unit less the plain mean of the others' means: units are drawn apart from each other, so that the
    variance is the sum of theirs, each under its own design. No unit is named.
    """
    if survey.codebook.unit is None:
        return {}
    table = np.column_stack([columns[name] for name in names])
    found = unit_means(
        survey, table, every_unit(survey, survey.waves.index(survey.wave) if survey.wave else None) & own_rows(survey)
    )
    others = found.among(np.array([name != survey.unit for name in found.names], dtype=bool))
    counted, adjusted, spread = others.counted, others.adjusted, others.spread
    ranges: dict[str, UnitRange] = {}
    for place, name in enumerate(names):
        n = int(counted[place])
        if n < FEWEST_COMPARED:
            continue
        known = np.isfinite(others.mean[:, place])
        mean = float(others.mean[known, place].mean())
        ours = levels(survey, table[:, [place]], survey.domain & ~np.isnan(table[:, place]))
        value, variance = float(ours.mean[0]), float(ours.covariance[0, 0])
        own = None
        if survey.unit:
            apart = variance + float(others.chance[known, place].sum()) / n**2
            own = difference(value - mean, float(np.sqrt(max(0.0, apart))), ours.df, conf_level)
        low, quarter, median, three_quarters, high = np.quantile(adjusted[known, place], QUANTILES).tolist()
        ranges[name] = UnitRange(
            n_units=n,
            low=low,
            quarter=quarter,
            median=median,
            three_quarters=three_quarters,
            high=high,
            spread=float(np.sqrt(spread[place])),
            mean=mean,
            ours=interval(value, float(np.sqrt(max(0.0, variance))), ours.df, int(ours.n[0]), conf_level),
            own=own,
        )
    return ranges
