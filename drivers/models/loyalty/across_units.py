"""Whether units with more loyal answers lose fewer people: a correlation that allows for what chance adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

FEWEST_UNITS = 8
"""Below this a correlation across units may be anything."""

LEAST_RELIABLE = 0.5
"""Below this more than half of the differences between units are chance."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation of two columns of units, and what it would be without chance variation.

    Parameters
    ----------
    estimate, conf_low, conf_high
        Of what was measured, by Fisher's transformation.
    corrected, corrected_low, corrected_high
        The same over the root of both reliabilities, within −1 and 1; NaN where more than half of a column's
        differences are chance.
    reliability_stated, reliability_observed
        Part of the differences between units that is not chance; 0 where none is left.
    """

    estimate: float
    conf_low: float
    conf_high: float
    corrected: float
    corrected_low: float
    corrected_high: float
    reliability_stated: float
    reliability_observed: float


def correlation_of_units(
    stated: np.ndarray,
    stated_variance: np.ndarray,
    observed: np.ndarray,
    observed_variance: np.ndarray,
    sizes: np.ndarray,
    *,
    conf_level: float,
) -> Correlation:
    """The correlation of two measures of U units, each with its chance variance.

    Parameters
    ----------
    stated, observed
        float (U,).
    stated_variance, observed_variance
        Squared standard errors; float (U,).
    sizes
        Answers of each unit, by which it counts; float (U,).

    Notes
    -----
    Reliability: 1 less the mean chance variance over the variance between units. Units count by their answers: a tiny
    one would bring nearly all of the chance variance, and its place is hardly known. Fisher's transformation has the
    effective number of units, (Σ sizes)² / Σ sizes².

    References
    ----------
    Spearman (1904), The proof and measurement of association between two things, doi:10.2307/1412159.
    """
    part = sizes / sizes.sum()
    deviations = [values - part @ values for values in (stated, observed)]
    between = [float(part @ deviation**2) for deviation in deviations]
    # Of equal values rounding leaves a spread.
    if min(np.ptp(stated), np.ptp(observed)) == 0:
        unknown = float("nan")
        return Correlation(unknown, unknown, unknown, unknown, unknown, unknown, 0.0, 0.0)
    r = float(part @ (deviations[0] * deviations[1])) / float(np.sqrt(between[0] * between[1]))
    effective = 1 / float(part @ part)
    reach = float(special.ndtri((1 + conf_level) / 2)) / np.sqrt(max(effective - 3, 1.0))
    inside = float(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    low, high = (float(np.tanh(np.arctanh(inside) + sign * reach)) for sign in (-1, 1))
    reliability = [
        max(0.0, 1 - float(part @ variance) / whole)
        for variance, whole in zip((stated_variance, observed_variance), between, strict=True)
    ]
    root = float(np.sqrt(reliability[0] * reliability[1]))
    known = min(reliability) >= LEAST_RELIABLE
    corrected = [float(np.clip(value / root, -1, 1)) if known else float("nan") for value in (r, low, high)]
    return Correlation(r, low, high, *corrected, *reliability)
