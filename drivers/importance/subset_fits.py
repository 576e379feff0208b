"""The fit of every subset of drivers, at the sample and in resamples: what dominance and commonality are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from drivers.errors import ModelError
from drivers.importance.combinations import check_combination, check_names, check_numbers, check_outcome
from drivers.importance.estimation import Specification, completed_again, completed_engines, engine_of
from drivers.importance.likelihood.families import COUNTS, PSEUDO_R2
from drivers.importance.orders.lattice import MOST_TABLED
from drivers.linearization import domain_replicates
from drivers.models.applicability import ApplicabilityRule
from drivers.models.predictors import MissingRule, Predictors, predictors
from drivers.models.resamples import resampling_factors
from drivers.survey.data import Survey

CHUNK_NUMBERS = 2**22
"""Fits that are held at once: 32 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsetModels:
    """What all analyses of subsets are asked for.

    Parameters
    ----------
    outcome, drivers, always, groups, family, fit, top_box, missing, not_applicable, n_imputations, n_boot, seed
        As in `relative_importance`.
    """

    outcome: str | None
    drivers: Sequence[str] | None
    always: Sequence[str] | None
    groups: Mapping[str, Sequence[str]] | None
    family: str
    fit: str | None
    top_box: bool
    missing: MissingRule
    not_applicable: ApplicabilityRule
    n_imputations: int
    n_boot: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TabledFits:
    """The fits of all subsets.

    Parameters
    ----------
    data
        The model's columns.
    fit
        What measures the fit.
    values
        By bit mask of the units; float (2**k,).
    resampled
        Chunks of the same in resamples, or draws that stand for them; float (b, 2**k) each.
    """

    data: Predictors
    fit: str
    values: np.ndarray
    resampled: Iterator[np.ndarray]


def subset_fits(survey: Survey, asked: SubsetModels, *, most: int = MOST_TABLED) -> TabledFits:
    """The fits of all subsets of a survey's drivers.

    Parameters
    ----------
    asked
        Columns, family and rules.
    most
        Units at most.

    Raises
    ------
    ModelError
        Where there are more, or a combination has no meaning.
    """
    check_numbers(n_boot=asked.n_boot, seed=asked.seed, n_imputations=asked.n_imputations)
    check_names(
        method="lmg",
        family=asked.family,
        fit=asked.fit,
        missing=asked.missing,
        not_applicable=asked.not_applicable,
        intervals=None,
    )
    check_outcome(family=asked.family, top_box=asked.top_box)
    data = predictors(
        survey,
        outcome=asked.outcome,
        drivers=asked.drivers,
        always=asked.always,
        groups=asked.groups,
        missing=asked.missing,
        not_applicable=asked.not_applicable,
        top_box=asked.top_box,
        as_given=asked.family in COUNTS,
    )
    check_combination(data, method="lmg", family=asked.family, missing=asked.missing)
    if len(data.drivers) > most:
        raise ModelError(
            f"Expected at most {most} drivers, which have {2**most:,} subsets, found {len(data.drivers)}; choose "
            "fewer with drivers= or join some with groups=.",
            code="many_drivers",
            values={"n": len(data.drivers), "most": most},
        )
    if asked.missing == "multiple_imputation" and asked.n_boot:
        raise ModelError(
            "Multiple imputation gives no resamples in which a relation could hold or fail; use "
            "missing='bootstrap_imputation', or n_boot=0."
        )
    chosen = Specification(
        method="lmg",
        family=asked.family,
        fit=asked.fit or PSEUDO_R2[asked.family][0],
        missing=asked.missing,
        intervals="percentile",
        n_imputations=asked.n_imputations,
        n_boot=asked.n_boot,
        conf_level=0.95,
        seed=asked.seed,
    )
    if asked.missing in ("multiple_imputation", "bootstrap_imputation"):
        engines, _ = completed_engines(survey, data, chosen)
        found = [engine.fits(np.ones((1, engine.rows)))[0] for engine in engines]
        again = (
            [engine.fits(np.ones((1, engine.rows))) for engine in copies]
            for copies in completed_again(survey, data, chosen)
        )
        # A resample with nothing to explain has no fits.
        means = (np.mean(fits, axis=0) for fits in again if all(len(each) for each in fits))
        return TabledFits(data=data, fit=chosen.fit, values=np.mean(found, axis=0), resampled=means)
    engine = engine_of(data, chosen, data.values[data.rows], data.weights[data.rows])
    values = engine.fits(np.ones((1, engine.rows)))[0]
    replicates = domain_replicates(survey, data.rows)
    resampled: Iterator[np.ndarray] = iter(())
    if replicates is None:
        factors = resampling_factors(survey, data.rows, n_boot=asked.n_boot, seed=asked.seed)
        parts = (part for chunk in factors for part in _small(chunk, len(values)))
        # A small domain may miss all its sampling units in every resample of a part.
        resampled = filter(len, map(engine.fits, parts))
    elif asked.n_boot:
        moved = engine.fits((replicates.weights / replicates.base[:, None]).T)
        if len(moved) < replicates.weights.shape[1]:
            raise ModelError(
                "Expected respondents of the selection in every replicate, found replicate weights that leave all of "
                "them out; widen the selection."
            )
        centre = values if replicates.center == "estimate" else moved.mean(axis=0)
        deviations = (moved - centre) * np.sqrt(replicates.scales)[:, None]
        resampled = _drawn(values, deviations, asked.n_boot, asked.seed)
    return TabledFits(data=data, fit=chosen.fit, values=values, resampled=resampled)


def _small(factors: np.ndarray, subsets: int) -> Iterator[np.ndarray]:
    """A chunk of resamples in parts whose fits fit into memory."""
    size = max(1, CHUNK_NUMBERS // subsets)
    return (factors[begin : begin + size] for begin in range(0, len(factors), size))


def _drawn(values: np.ndarray, deviations: np.ndarray, count: int, seed: int) -> Iterator[np.ndarray]:
    """Normal draws with the covariance that replicate weights give; replicates themselves lie too close together."""
    rng = np.random.default_rng(seed)
    size = max(1, CHUNK_NUMBERS // len(values))
    for begin in range(0, count, size):
        yield values + rng.standard_normal((min(size, count - begin), len(deviations))) @ deviations
