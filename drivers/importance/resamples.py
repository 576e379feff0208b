"""The sampling units of a survey as its estimates meet them: drawn again, or summed over."""

from __future__ import annotations

import numpy as np

from drivers.linearization import domain_design, domain_fpc
from drivers.models.resamples import resampling_factors
from drivers.survey.data import Survey
from drivers.survey.respondents import unit_codes

__all__ = ["resampling_factors", "unit_totals"]


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
