"""Several lines through one survey, and how their parameters move together from sample to sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from drivers.linearization import domain_replicates, survey_covariance
from drivers.models.robust_errors import (
    RobustFit,
    left_out_influence,
    replicate_effects,
    robust_fit,
    weighted_influence,
)
from drivers.replication import replicate_covariance
from drivers.results import read_only
from drivers.survey.data import Survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """The columns of one line and whom it is about.

    Parameters
    ----------
    values
        Predictors, none a sum of others, and the outcome last; float (n, m) for all rows of the survey.
    rows
        Respondents used, with weights above 0; bool (n,).
    """

    values: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointLines:
    """The lines and the covariance of all their parameters.

    Parameters
    ----------
    fits
        One for each line, with its own errors and degrees of freedom.
    covariance
        Of all parameters, line after line; float (Σp, Σp), NaN where a single respondent decides one of them.
    """

    fits: tuple[RobustFit, ...]
    covariance: np.ndarray

    def starts(self) -> np.ndarray:
        """Position of each line's constant, and the end; int (lines + 1,)."""
        return np.cumsum([0, *(len(fit.params) for fit in self.fits)])


def joint_lines(survey: Survey, lines: Sequence[Line]) -> JointLines:
    """Lines fitted one by one, as `robust_fit` does, and the covariance of their parameters across lines.

    Raises
    ------
    ModelError
        As `robust_fit`.

    Notes
    -----
    What each respondent adds to each line's parameters, 0 where the line is not about him, is summed over sampling
    units, line beside line; respondents used by two lines tie them together. The standard errors are those of
    `robust_fit`, of each line by itself; the correlations are those of the sums.
    Weights: with replicate weights all lines are fitted anew in each replicate; otherwise linearised, or HC3.
    Missing answers: choose the rows of each line before.
    """
    fits = tuple(robust_fit(survey, line.values, line.rows) for line in lines)
    if len(fits) == 1:
        return JointLines(fits=fits, covariance=read_only(fits[0].covariance))
    everybody = np.logical_or.reduce([line.rows for line in lines])
    params = np.concatenate([fit.params for fit in fits])
    replicates = domain_replicates(survey, everybody)
    if replicates is not None and all(fit.errors == "replicates" for fit in fits):
        drawn = []
        for line in lines:
            own = domain_replicates(survey, line.rows)
            assert own is not None  # else the line's errors were none of replicates
            drawn.append(replicate_effects(own, line.values[line.rows]))
        joint = replicate_covariance(np.column_stack(drawn), params, replicates).covariance
    elif all(fit.errors == "HC3" for fit in fits):
        influence = np.zeros((len(survey.weights), len(params)))
        place = 0
        for line, fit in zip(lines, fits, strict=True):
            used = line.values[line.rows]
            design = np.column_stack([np.ones(len(used)), used[:, :-1]])
            end = place + len(fit.params)
            influence[line.rows, place:end] = left_out_influence(design, used[:, -1] - design @ fit.params)
            place = end
        joint = influence.T @ influence
    else:
        parts = [
            weighted_influence(survey, line.values, line.rows, fit.params)
            for line, fit in zip(lines, fits, strict=True)
        ]
        joint = survey_covariance(survey, np.column_stack(parts), everybody).covariance
    own_errors = np.sqrt(np.concatenate([np.diag(fit.covariance) for fit in fits]))
    found = np.sqrt(np.diag(joint))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(found > 0, own_errors / found, 1.0)
    scale = np.where(np.isnan(own_errors), np.nan, scale)
    return JointLines(fits=fits, covariance=read_only(joint * np.outer(scale, scale)))
