"""Means of several columns under a design, over all respondents and unit by unit, and how far units truly differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.linearization import survey_covariance
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """Means of some columns, their joint covariance and its degrees of freedom; `levels` makes them.

    Parameters
    ----------
    mean
        float (p,).
    covariance
        float (p, p).
    df
        Of the design.
    n
        Answers behind each mean; int (p,).
    """

    mean: np.ndarray
    covariance: np.ndarray
    df: int
    n: np.ndarray


def levels(survey: Survey, columns: np.ndarray, rows: np.ndarray) -> Levels:
    """The weighted means of columns, each over its own answers, and their covariance under the design.

    Parameters
    ----------
    columns
        float (n, p), NaN where missing; each has an answer in the rows.
    rows
        The domain; bool (n,).

    Notes
    -----
    Weights: linearised, or moved to first order in each replicate weight.
    Missing answers: each mean has all answers that there are.
    """
    used = (rows & (survey.weights > 0))[:, None] & ~np.isnan(columns)
    weights = np.where(used, survey.weights[:, None], 0.0)
    weights /= weights.sum(axis=0)
    filled = np.where(used, columns, 0.0)
    mean = (weights * filled).sum(axis=0)
    influence = weights * (filled - mean)
    spread = survey_covariance(survey, influence, used.any(axis=1))
    return Levels(mean=mean, covariance=spread.covariance, df=spread.df, n=used.sum(axis=0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMeans:
    """Means of some columns unit by unit; `unit_means` makes them.

    Parameters
    ----------
    names
        The units that have at least ten answers to some column.
    mean, covariance
        Each unit's means, float (units, p), and their covariance, float (units, p, p); NaN of fewer than ten answers.
    """

    names: tuple[str, ...]
    mean: np.ndarray
    covariance: np.ndarray

    @property
    def chance(self) -> np.ndarray:
        """The variance of each mean; float (units, p)."""
        return np.diagonal(self.covariance, axis1=1, axis2=2)

    @property
    def whole(self) -> UnitMeans:
        """The units that have enough answers to every column."""
        return self.among(np.isfinite(self.mean).all(axis=1))

    def among(self, kept: np.ndarray) -> UnitMeans:
        """Some of the units; bool (units,)."""
        names = tuple(name for name, yes in zip(self.names, kept, strict=True) if yes)
        return UnitMeans(names=names, mean=self.mean[kept], covariance=self.covariance[kept])

    @property
    def counted(self) -> np.ndarray:
        """Units with a mean, column by column; int (p,)."""
        return np.isfinite(self.mean).sum(axis=0)

    @property
    def spread(self) -> np.ndarray:
        """Variance of true means between units: that of the means less what chance makes of it; float (p,)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            known = np.isfinite(self.mean)
            n = known.sum(axis=0)
            centre = np.where(known, self.mean, 0.0).sum(axis=0) / n
            variance = np.where(known, (self.mean - centre) ** 2, 0.0).sum(axis=0) / (n - 1)
            chance = np.where(known, self.chance, 0.0).sum(axis=0) / n
            return np.where(n > 1, np.maximum(0.0, variance - chance), np.nan)

    @property
    def adjusted(self) -> np.ndarray:
        """The means, drawn together until they vary as the true ones do; float (units, p).

        Notes
        -----
        Not each unit's best guess, which would vary too little, but an ensemble whose spread is right (Louis 1984): a
        quantile of it tells what so many of the units reach.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            known = np.isfinite(self.mean)
            centre = np.where(known, self.mean, 0.0).sum(axis=0) / known.sum(axis=0)
            whole = self.spread + self.chance
            kept = np.sqrt(np.where(whole > 0, self.spread / whole, 0.0))
        return np.where(known, centre + kept * (self.mean - centre), np.nan)


def unit_means(survey: Survey, columns: np.ndarray, rows: np.ndarray) -> UnitMeans:
    """The means of columns in each unit that the codebook names; units with fewer than ten answers have none.

    Parameters
    ----------
    columns
        float (n, p), NaN where missing.
    rows
        Of all units together; bool (n,).

    References
    ----------
    Louis (1984), Estimating a population of parameter values using Bayes and empirical Bayes methods, Journal of the
    American Statistical Association 79, 393–398.
    """
    names, means, spreads = [], [], []
    used = rows & (survey.weights > 0) & ~np.isnan(columns).all(axis=1)
    if survey.codebook.unit is not None:
        cells = survey.raw[survey.codebook.unit.column].to_numpy()
        for name in (unit for unit in np.unique(cells[used].astype(str)) if unit):
            inside = used & (cells == name)
            enough = (~np.isnan(columns[inside])).sum(axis=0) >= FEWEST_SHOWN
            if not enough.any():
                continue
            level = levels(survey, columns[:, enough], inside)
            mean = np.full(columns.shape[1], np.nan)
            spread = np.full((columns.shape[1],) * 2, np.nan)
            mean[enough], spread[np.ix_(enough, enough)] = level.mean, level.covariance
            names.append(name)
            means.append(mean)
            spreads.append(spread)
    units, p = len(names), columns.shape[1]
    return UnitMeans(
        names=tuple(names),
        mean=np.array(means).reshape(units, p),
        covariance=np.array(spreads).reshape(units, p, p),
    )


def every_unit(survey: Survey, wave: int | None) -> np.ndarray:
    """The rows of all units that are otherwise in the selection; bool (n,).

    Parameters
    ----------
    wave
        Position of the wave, or None for all.
    """
    rows = np.ones(len(survey.weights), dtype=bool)
    if wave is not None:
        rows &= survey.wave_index == wave
    for name, value in survey.only.items():
        segment = survey.codebook.segments.get(name)
        rows &= (survey.raw[segment.column if segment else name] == value).to_numpy(dtype=bool)
    return rows
