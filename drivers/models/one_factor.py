"""The one-factor model: its loadings by maximum likelihood, for one matrix of correlations or for thousands at once."""

from __future__ import annotations

import numpy as np

LEAST_UNIQUE = 1e-6
"""Least part of an item's variance that is its own: at 0 the likelihood has no end (a Heywood case)."""

MOST_STEPS = 200
CONVERGED = 1e-9
"""A gradient of the discrepancy with respect to standardised parameters that counts as 0."""

_HALVINGS = 12


def one_factor(correlation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standardised loadings and discrepancy of one factor; float (b, p), (b,), NaN where there is no such fit.

    Parameters
    ----------
    correlation
        Correlations of p items, 2 at least, in b samples; float (b, p, p).

    Notes
    -----
    The discrepancy is ln|Σ| + tr(SΣ⁻¹) − ln|S| − p with Σ = λλᵀ + Ψ, made least by Fisher scoring over (λ, Ψ), all
    samples at once. Loadings have a sum above 0. A uniqueness stays at its lower bound while the likelihood pushes it
    there. With two items the loadings are taken as equal, √r: more cannot be known, and where r is below 0 there are
    none.
    """
    b, p = correlation.shape[:2]
    if p == 2:
        r = correlation[:, 0, 1]
        loading = np.sqrt(np.where(r >= 0, r, np.nan))
        return np.repeat(loading[:, None], 2, axis=1), np.where(r >= 0, 0.0, np.nan)
    loading, discrepancy = np.full((b, p), np.nan), np.full(b, np.nan)
    usable = np.flatnonzero(np.isfinite(correlation).all(axis=(1, 2)))
    usable = usable[np.linalg.eigvalsh(correlation[usable])[:, 0] > LEAST_UNIQUE / p]
    if usable.size:
        loading[usable], discrepancy[usable] = _scored(correlation[usable])
    return loading, discrepancy


def score_reliability(loading: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """McDonald's omega (total): the part of the sum score's variance that is the factor; float (b,).

    Parameters
    ----------
    loading
        Standardised; float (b, p).
    covariance
        Of the items; float (b, p, p).

    Notes
    -----
    (Σλ)² / ((Σλ)² + Σψ), with λ and ψ on the items' own scale.
    """
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    common = (loading * np.sqrt(variance)).sum(axis=1) ** 2
    return common / (common + ((1 - loading**2) * variance).sum(axis=1))


def variance_extracted(loading: np.ndarray) -> np.ndarray:
    """Mean of the squared standardised loadings (AVE); float (b,)."""
    return (loading**2).mean(axis=1)


def _scored(correlation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    loading, unique = _start(correlation)
    discrepancy = _discrepancy(correlation, loading, unique)
    going = np.arange(len(correlation))
    for _ in range(MOST_STEPS):
        gradient, information = _slope(correlation[going], loading[going], unique[going])
        p = loading.shape[1]
        held = np.zeros(gradient.shape, dtype=bool)
        held[:, p:] = (unique[going] <= LEAST_UNIQUE) & (gradient[:, p:] > 0)
        gradient = np.where(held, 0.0, gradient)
        moving = np.abs(gradient).max(axis=1) > CONVERGED
        going, gradient, information, held = going[moving], gradient[moving], information[moving], held[moving]
        if not going.size:
            break
        free = ~held
        information *= free[:, :, None] & free[:, None, :]
        # A ridge that vanishes in the digits keeps a matrix that is singular by rounding from ending the run.
        diagonal = np.arange(2 * p)
        information[:, diagonal, diagonal] += np.where(held, 1.0, 1e-10)
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        loading[going], unique[going], discrepancy[going], better = _walked(
            correlation[going], loading[going], unique[going], discrepancy[going], step
        )
        going = going[better]
    turned = np.where(loading.sum(axis=1) < 0, -1.0, 1.0)
    # Where a uniqueness stands at its bound, loadings are what the bound leaves.
    return loading * turned[:, None], np.maximum(discrepancy, 0.0)


def _start(correlation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first component of what items have in common, by squared multiple correlations."""
    p = correlation.shape[1]
    communality = 1 - 1 / np.diagonal(np.linalg.inv(correlation), axis1=1, axis2=2)
    reduced = correlation.copy()
    reduced[:, np.arange(p), np.arange(p)] = communality
    values, vectors = np.linalg.eigh(reduced)
    loading = vectors[:, :, -1] * np.sqrt(np.maximum(values[:, -1:], 0.01))
    loading = np.clip(loading, -0.95, 0.95)
    return loading, 1 - loading**2


def _inverse(loading: np.ndarray, unique: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Σ⁻¹ and ln|Σ| of λλᵀ + Ψ; float (b, p, p), (b,)."""
    weighted = loading / unique
    whole = 1 + (loading * weighted).sum(axis=1)
    p = loading.shape[1]
    inverse = -weighted[:, :, None] * weighted[:, None, :] / whole[:, None, None]
    inverse[:, np.arange(p), np.arange(p)] += 1 / unique
    return inverse, np.log(unique).sum(axis=1) + np.log(whole)


def _discrepancy(correlation: np.ndarray, loading: np.ndarray, unique: np.ndarray) -> np.ndarray:
    inverse, log_determinant = _inverse(loading, unique)
    found = log_determinant + np.einsum("bij,bij->b", inverse, correlation)
    return found - np.linalg.slogdet(correlation)[1] - loading.shape[1]


def _slope(correlation: np.ndarray, loading: np.ndarray, unique: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and expected Hessian of the discrepancy in (λ, Ψ); float (b, 2p), (b, 2p, 2p)."""
    p = loading.shape[1]
    inverse, _ = _inverse(loading, unique)
    gap = loading[:, :, None] * loading[:, None, :] - correlation
    gap[:, np.arange(p), np.arange(p)] += unique
    pressed = inverse @ gap @ inverse
    gradient = np.concatenate(
        [2 * np.einsum("bij,bj->bi", pressed, loading), np.diagonal(pressed, axis1=1, axis2=2)], axis=1
    )
    drawn = np.einsum("bij,bj->bi", inverse, loading)
    information = np.empty((len(loading), 2 * p, 2 * p))
    information[:, :p, :p] = 2 * (
        drawn[:, :, None] * drawn[:, None, :] + inverse * (drawn * loading).sum(axis=1)[:, None, None]
    )
    # The row is a loading, the column a uniqueness.
    information[:, :p, p:] = 2 * inverse * drawn[:, None, :]
    information[:, p:, :p] = information[:, :p, p:].transpose(0, 2, 1)
    information[:, p:, p:] = inverse**2
    return gradient, information


def _walked(
    correlation: np.ndarray, loading: np.ndarray, unique: np.ndarray, discrepancy: np.ndarray, step: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The parameters after a step, halved until the discrepancy is not larger; and who got anywhere."""
    p = loading.shape[1]
    loading, unique, discrepancy = loading.copy(), unique.copy(), discrepancy.copy()
    left = np.arange(len(loading))
    moved = np.zeros(len(loading), dtype=bool)
    length = 1.0
    for _ in range(_HALVINGS):
        tried = loading[left] - length * step[left, :p]
        alone = np.maximum(unique[left] - length * step[left, p:], LEAST_UNIQUE)
        found = _discrepancy(correlation[left], tried, alone)
        better = found <= discrepancy[left] + 1e-14
        done = left[better]
        loading[done], unique[done], discrepancy[done] = tried[better], alone[better], found[better]
        moved[done] = True
        left = left[~better]
        if not left.size:
            break
        length /= 2
    return loading, unique, discrepancy, moved
