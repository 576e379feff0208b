"""The respondents of an estimate drawn again, or summed over sampling units, as the survey's design says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from drivers.errors import ModelError
from drivers.linearization import domain_design, domain_fpc
from drivers.models.given import check_seed, is_whole
from drivers.resampling import replicate_factors
from drivers.survey.data import Survey
from drivers.survey.respondents import unit_codes

FEWEST_RESAMPLES = 100
"""Below this a percentile of resamples is a matter of chance."""


def check_resamples(*, n_boot: int, seed: int) -> None:
    """Refuse numbers of resamples and seeds that are none.

    Raises
    ------
    ModelError
        That says which would do.
    """
    if not is_whole(n_boot) or (n_boot != 0 and n_boot < FEWEST_RESAMPLES):
        raise ModelError(
            f"Expected n_boot of 0 or at least {FEWEST_RESAMPLES} replicates, found {n_boot}; use 1000 or more."
        )
    check_seed(seed)


def resampling_factors(survey: Survey, rows: np.ndarray, *, n_boot: int, seed: int) -> Iterator[np.ndarray]:
    """Bootstrap factors of the rows used, in chunks of resamples; float (b, rows used).

    Notes
    -----
    With a design every sampling unit takes part, also those without a respondent among the rows.
    """
    strata, clusters = domain_design(survey, rows)
    fpc = domain_fpc(survey, rows)
    used = np.flatnonzero(rows)
    if strata is None and clusters is None and fpc is None:
        yield from replicate_factors(len(used), n_boot=n_boot, seed=seed)
        return
    for factors in replicate_factors(len(rows), n_boot=n_boot, seed=seed, strata=strata, clusters=clusters, fpc=fpc):
        yield factors[:, used]


def unit_totals(survey: Survey, rows: np.ndarray, influence: np.ndarray) -> np.ndarray:
    """Influence summed over sampling units, less its stratum's mean, as far as chance moves it; float (units, k)."""
    strata, clusters = domain_design(survey, rows)
    if strata is None and clusters is None:
        return influence - influence.mean(axis=0)
    n = len(rows)
    _, first, unit = np.unique(unit_codes(strata, clusters, n), return_index=True, return_inverse=True)
    totals = np.zeros((len(first), influence.shape[1]))
    np.add.at(totals, unit[rows], influence)
    stratum = np.zeros(len(first), dtype=np.int64)
    if strata is not None:
        stratum = np.unique(strata[first], return_inverse=True)[1]
    means = np.zeros((int(stratum.max()) + 1, influence.shape[1]))
    np.add.at(means, stratum, totals)
    totals -= (means / np.bincount(stratum)[:, None])[stratum]
    fpc = domain_fpc(survey, rows)
    return totals if fpc is None else totals * np.sqrt(1 - fpc[first])[:, None]
