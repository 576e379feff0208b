"""Wilson's score interval of a share: where a test of the share would just turn."""

from __future__ import annotations

import numpy as np
from scipy import special


def score_interval(share: float, n: float, critical: float) -> tuple[float, float]:
    """The limits within which a share of n answers lies by so many standard errors of the limit itself.

    Parameters
    ----------
    share
        0 to 1.
    n
        Above 0; need not be whole, and may be endless.
    critical
        A quantile of the normal or of the t distribution.

    References
    ----------
    Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    square = critical**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    reach = abs(critical) / (1 + square / n) * np.sqrt(share * (1 - share) / n + square / (4 * n**2))
    return max(0.0, float(centre - reach)), min(1.0, float(centre + reach))


def wilson(share: float, n: float, conf_level: float) -> tuple[float, float]:
    """Wilson's score interval for a share of n answers; n need not be whole, and of none nothing is known (NaN)."""
    if not n:
        return float("nan"), float("nan")
    return score_interval(share, n, float(special.ndtri((1 + conf_level) / 2)))
