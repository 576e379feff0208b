"""How drivers compare: which place each may have, pairwise differences, and letters for those not told apart.

References
----------
Hsu (1996), Multiple Comparisons: Theory and Methods, Chapman and Hall (simultaneous differences by max-|t|).
Piepho (2004), An algorithm for a letter-based representation of all-pairwise comparisons,
doi:10.1198/1061860043515.
Gelman (2006), Prior distributions for variance parameters in hierarchical models, doi:10.1214/06-BA117A.
"""

from __future__ import annotations

import numpy as np

GRID = 60
"""Values of the spread between drivers over which shrunk ranks are averaged, from a hundredth of a typical standard
error to ten times the spread of the estimates."""

SHRUNK_DRAWS = 4000
"""Draws of the shrunk shares: a probability is then known to within 0.008."""

NEVER_DIFFER = 1e-12
"""A difference that varies less than this part of what its two sides vary is rounding noise."""


def resampled_first(draws: np.ndarray) -> np.ndarray:
    """Part of the resamples in which each driver comes first; it overstates certainty; float (k,).

    Parameters
    ----------
    draws
        Resampled shares; float (draws, k).
    """
    k = draws.shape[1]
    if not len(draws):
        return np.full(k, np.nan)
    return np.bincount(draws.argmax(axis=1), minlength=k) / len(draws)


def shrunk_rank_probabilities(estimate: np.ndarray, covariance: np.ndarray, *, seed: int) -> np.ndarray:
    """The probability that each driver (row) has each rank (column), after shrinkage; float (k, k).

    Parameters
    ----------
    estimate
        Shares; float (k,).
    covariance
        Of their sampling errors; float (k, k), singular because shares sum to 1.
    seed
        The same seed gives the same probabilities.

    Notes
    -----
    The largest of several estimates is too large by chance, and resampling repeats the chance. Here true
    shares are taken to be normal around their mean with an unknown standard deviation τ that has a flat prior
    (Gelman 2006), and the posterior is drawn from. Where τ may be near 0, all drivers are about as likely to be
    first. The probabilities are calibrated over populations like that; in one where the first is far ahead they
    are too cautious. Measured (``benchmarks/first_place.py``): up to 14 points too cautious where one leads, up to 13
    too sure where drivers are close and answers few.
    """
    k = len(estimate)
    if k == 1:
        return np.ones((1, 1))
    if not np.isfinite(covariance).all():
        return np.full((k, k), np.nan)
    # An orthonormal basis of differences: shares sum to 1, so only differences are uncertain.
    contrasts = np.linalg.qr(np.column_stack([np.ones(k), np.eye(k)[:, 1:]]))[0][:, 1:]
    seen = contrasts.T @ estimate
    error, turn = np.linalg.eigh(contrasts.T @ covariance @ contrasts)
    error = np.maximum(error, 0.0)
    seen = turn.T @ seen
    typical = np.sqrt(error.mean())
    if typical == 0:
        # Equal drivers have their ranks in turn.
        in_order = np.eye(k)[np.argsort(np.argsort(-estimate, kind="stable"), kind="stable")]
        equal = estimate[:, None] == estimate
        return equal @ in_order / equal.sum(axis=1, keepdims=True)
    widest = 10 * max(np.sqrt((seen**2).mean()), typical)
    spreads = np.exp(np.linspace(np.log(typical / 100), np.log(widest), GRID))
    total = error + spreads[:, None] ** 2
    # The grid is even in log τ, so each of its points stands for a stretch that is as long as τ.
    log_posterior = np.log(spreads) - 0.5 * (np.log(total) + seen**2 / total).sum(axis=1)
    weight = np.exp(log_posterior - log_posterior.max())
    rng = np.random.default_rng(seed)
    chosen = spreads[rng.choice(GRID, size=SHRUNK_DRAWS, p=weight / weight.sum())]
    kept = chosen[:, None] ** 2 / (error + chosen[:, None] ** 2)
    drawn = kept * seen + np.sqrt(kept * error) * rng.standard_normal((SHRUNK_DRAWS, k - 1))
    shares = drawn @ (contrasts @ turn).T
    ranks = np.argsort(np.argsort(-shares, axis=1), axis=1)
    return np.stack([np.bincount(ranks[:, i], minlength=k) for i in range(k)]) / SHRUNK_DRAWS


def simultaneous_differences(
    estimate: np.ndarray, draws: np.ndarray, covariance: np.ndarray, conf_level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Differences of all pairs with their standard errors and one reach for all; float (k, k), (k, k), ().

    Parameters
    ----------
    estimate
        float (k,).
    draws
        float (draws, k).
    covariance
        Of the estimates' sampling errors; float (k, k).
    conf_level
        Of all intervals together.

    Returns
    -------
    difference, std_error, critical
        An interval is difference ± critical · std_error; the critical value is the quantile of the largest
        |t| over all pairs.
    """
    difference = estimate[:, None] - estimate
    first, second = np.triu_indices(len(estimate), 1)
    if not len(draws) or not len(first):
        return difference, np.full_like(difference, np.nan), np.asarray(np.nan)
    both = np.diag(covariance)[first] + np.diag(covariance)[second]
    variance = both - 2 * covariance[first, second]
    # Drivers that never differ have a difference that is known.
    error = np.sqrt(np.where(variance > NEVER_DIFFER * both, variance, 0.0))
    drawn = draws[:, first] - draws[:, second]
    scaled = np.abs(drawn - difference[first, second]) / np.where(error > 0, error, np.inf)
    errors = np.zeros_like(difference)
    errors[first, second] = errors[second, first] = error
    return difference, errors, np.quantile(scaled.max(axis=1), conf_level, method="higher")


def letters(above: np.ndarray, order: np.ndarray) -> tuple[str, ...]:
    """Letters such that two drivers share one exactly where neither is above the other.

    Parameters
    ----------
    above
        Whether the row is above the column; bool (k, k).
    order
        Positions from the largest to the smallest, so that the first gets the letter a; int (k,).
    """
    k = len(above)
    groups = [frozenset(range(k))]
    apart = above | above.T
    for i in range(k):
        for j in range(i):
            if not apart[i, j]:
                continue
            split = []
            for group in groups:
                split += [group - {i}, group - {j}] if {i, j} <= group else [group]
            unique = list(dict.fromkeys(split))
            groups = [group for group in unique if not any(group < other for other in unique)]
    place = {int(driver): rank for rank, driver in enumerate(order)}
    groups.sort(key=lambda group: sorted(place[driver] for driver in group))
    names = [_letter(position) for position in range(len(groups))]
    return tuple(
        "".join(name for name, group in zip(names, groups, strict=True) if driver in group) for driver in range(k)
    )


def _letter(position: int) -> str:
    """A to z, then a′ to z′, and so on."""
    return chr(ord("a") + position % 26) + "′" * (position // 26)
