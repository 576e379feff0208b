"""How well the errors of units' effects are known."""

from __future__ import annotations

import numpy as np

from drivers.models.groups.group_slopes import GroupSlopes
from drivers.survey.data import Survey
from drivers.survey.respondents import unit_codes


def slope_freedom(survey: Survey, values: np.ndarray, codes: np.ndarray, found: GroupSlopes) -> np.ndarray:
    """Degrees of freedom of the variance of each effect in each unit; float (k, p), at least 1.

    Parameters
    ----------
    values, codes
        As `group_slopes` had them.
    found
        What it made of them.

    Notes
    -----
    A robust variance Σ c_i² e_i² rests on the few answers that lie far out, or weigh much: by Satterthwaite it has
    (Σ a_i)² / Σ a_i² degrees of freedom, a_i = c_i² summed over sampling units, of normal predictors a third of the
    answers. No more than `group_slopes` has.
    Weights: part of c_i.

    References
    ----------
    Bell and McCaffrey (2002), Bias reduction in standard errors for linear regression with multi-stage samples, Survey
    Methodology 28(2), 169–181.
    """
    freedom = np.repeat(found.df[:, None].astype(float), found.estimate.shape[1], axis=1)
    units = None if survey.clusters is None else unit_codes(survey.strata, survey.clusters, len(codes))
    for group in np.flatnonzero(found.fitted):
        rows = np.flatnonzero(codes == group)
        weights, design = survey.weights[rows], values[rows, :-1]
        centred = design - np.average(design, axis=0, weights=weights)
        weighted = weights[:, None] * centred
        parts = (weighted @ np.linalg.pinv(centred.T @ weighted)) ** 2
        if units is not None:
            own, place = np.unique(units[rows], return_inverse=True)
            if len(own) > 1:
                parts = np.column_stack([np.bincount(place.ravel(), column) for column in parts.T])
        freedom[group] = np.minimum(freedom[group], parts.sum(axis=0) ** 2 / (parts**2).sum(axis=0))
    return np.maximum(freedom, 1.0)
