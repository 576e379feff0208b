"""Correlated factors by maximum likelihood: one for each score, its items free of error or not, and all correlations.

Arrays in, arrays out. With i an item of the construct c(i), Σ_ij = λ_i λ_j φ_c(i)c(j), and on the diagonal λ_i² + θ_i.
Factors have a variance of 1. A construct of one item has θ = κ λ², κ known: 0 where the item counts as free of error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.models.one_factor import CONVERGED, LEAST_UNIQUE, MOST_STEPS, one_factor

_HALVINGS = 20

_START = 0.7
"""A loading to begin with, where the items of a construct alone give none."""

_FARTHEST = 0.95
"""Correlation of two factors to begin with, at most."""

LEAST_APART = 0.01
"""Least part of the factors' spread, scaled to 1 each, that they may leave of a sum of them: with less the effects of
some are only known together, and below 0 there are no such factors."""

RIDGE = 1e-12
"""Relative: keeps a matrix that is singular by rounding from ending the run."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """Which item belongs to which construct, and what is free.

    Parameters
    ----------
    construct
        Position of the construct of each item; int (p,), all K constructs in order.
    error
        κ of an item that is its construct's only one: error variance over that of the true part; NaN of other items,
        whose error is free; float (p,).
    pairs
        Constructs whose correlation is free, the smaller position first; int (m, 2). Others are uncorrelated.
    """

    construct: np.ndarray
    error: np.ndarray
    pairs: np.ndarray

    @property
    def items(self) -> int:
        """How many, p."""
        return len(self.construct)

    @property
    def constructs(self) -> int:
        """How many, K."""
        return int(self.construct.max()) + 1

    @property
    def free(self) -> np.ndarray:
        """Positions of items whose error is free; int (t,)."""
        return np.flatnonzero(np.isnan(self.error))

    @property
    def parameters(self) -> int:
        """Free loadings, errors and correlations."""
        return self.items + len(self.free) + len(self.pairs)

    @property
    def df(self) -> int:
        """Variances and covariances beyond the parameters."""
        return self.items * (self.items + 1) // 2 - self.parameters

    def parts(self, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Loadings (p,), error variances (p,) and the factors' correlations (K, K)."""
        loading = parameters[: self.items]
        unique = np.where(np.isnan(self.error), 0.0, self.error) * loading**2
        unique[self.free] = parameters[self.items : self.items + len(self.free)]
        correlation = np.eye(self.constructs, dtype=parameters.dtype)
        i, j = self.pairs.T
        correlation[i, j] = correlation[j, i] = parameters[self.items + len(self.free) :]
        return loading, unique, correlation

    def implied(self, parameters: np.ndarray) -> np.ndarray:
        """Σ; float (p, p)."""
        loading, unique, correlation = self.parts(parameters)
        return np.outer(loading, loading) * self._between(correlation) + np.diag(unique)

    def slopes(self, parameters: np.ndarray) -> np.ndarray:
        """How Σ moves with each parameter; float (q, p, p)."""
        p, t = self.items, len(self.free)
        loading, _, correlation = self.parts(parameters)
        found = np.zeros((self.parameters, p, p))
        each = np.arange(p)
        across = self._between(correlation) * loading
        found[each, each, :] += across
        found[each, :, each] += across
        known = np.setdiff1d(each, self.free)
        found[known, known, known] += 2 * self.error[known] * loading[known]
        found[p + np.arange(t), self.free, self.free] = 1.0
        products = np.outer(loading, loading)
        for position, (k, m) in enumerate(self.pairs, start=p + t):
            one, other = (self.construct == place for place in (k, m))
            found[position] = products * (np.outer(one, other) | np.outer(other, one))
        return found

    def bend(self, parameters: np.ndarray, pull: np.ndarray) -> np.ndarray:
        """Σ_ij pull_ij ∂²Σ_ij for each two parameters; float (q, q).

        Parameters
        ----------
        pull
            Symmetric; float (p, p).
        """
        p, t = self.items, len(self.free)
        loading, _, correlation = self.parts(parameters)
        found = np.zeros((self.parameters, self.parameters))
        found[:p, :p] = 2 * pull * self._between(correlation)
        known = np.setdiff1d(np.arange(p), self.free)
        found[known, known] += 2 * pull[known, known] * self.error[known]
        for position, pair in enumerate(self.pairs, start=p + t):
            for here, there in (pair, pair[::-1]):
                rows, columns = (np.flatnonzero(self.construct == place) for place in (here, there))
                found[rows, position] = found[position, rows] = 2 * pull[np.ix_(rows, columns)] @ loading[columns]
        return found

    def _between(self, correlation: np.ndarray) -> np.ndarray:
        """The correlation of the factors of each two items; float (p, p)."""
        return correlation[np.ix_(self.construct, self.construct)]


def factor_pattern(sizes: list[int], error: np.ndarray) -> Pattern:
    """The pattern of some constructs that may all go together.

    Parameters
    ----------
    sizes
        Items of each construct.
    error
        κ of each construct, used of those of one item; float (K,).
    """
    construct = np.repeat(np.arange(len(sizes)), sizes)
    several = np.array(sizes)[construct] > 1
    i, j = np.triu_indices(len(sizes), 1)
    return Pattern(
        construct=construct,
        error=np.where(several, np.nan, np.asarray(error, dtype=float)[construct]),
        pairs=np.column_stack([i, j]),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Factors:
    """Factors fitted to a covariance matrix.

    Parameters
    ----------
    parameters
        Loadings, free errors and free correlations; float (q,).
    discrepancy
        ln|Σ| + tr(SΣ⁻¹) − ln|S| − p.
    converged
        Whether the gradient is 0.
    proper
        Whether every error is above 0 and no factor is a sum of others, or near to one.
    """

    pattern: Pattern
    covariance: np.ndarray
    parameters: np.ndarray
    discrepancy: float
    converged: bool
    proper: bool

    def hessian(self, *, observed: bool = True) -> np.ndarray:
        """Second derivatives of the discrepancy, observed or expected; float (q, q)."""
        inverse = np.linalg.inv(self.pattern.implied(self.parameters))
        pressed = self.pattern.slopes(self.parameters) @ inverse
        found = np.einsum("aij,bji->ab", pressed, pressed)
        if not observed:
            return found
        ratio = self.covariance @ inverse
        # tr(Σ⁻¹ Σ_a Σ⁻¹ Σ_b (2Σ⁻¹S − I)), which is the same for (a, b) and (b, a), and the part of the second slopes.
        twice = np.einsum("aij,bjk,ki->ab", pressed, pressed, 2 * ratio - np.eye(len(ratio)), optimize=True)
        pull = inverse - inverse @ ratio
        return (twice + twice.T) / 2 + self.pattern.bend(self.parameters, (pull + pull.T) / 2)


def fit_factors(pattern: Pattern, covariance: np.ndarray) -> Factors:
    """The factors that are likeliest to have given a covariance matrix of normal answers.

    Parameters
    ----------
    covariance
        Regular; float (p, p).

    Notes
    -----
    Fisher scoring on correlations, each step halved until the discrepancy is not larger; errors stay at
    their lower bound while the likelihood pushes them there. The model is the same in any units of the items, so that
    loadings and errors are put back on theirs.

    References
    ----------
    Jöreskog (1969), A general approach to confirmatory maximum likelihood factor analysis, doi:10.1007/BF02289343.
    """
    p, t = pattern.items, len(pattern.free)
    deviation = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviation, deviation)
    parameters = _start(pattern, correlation)
    errors = slice(p, p + t)
    constant = float(np.linalg.slogdet(correlation)[1]) + p
    discrepancy = _discrepancy(pattern, parameters, correlation) - constant
    converged = False
    for _ in range(MOST_STEPS):
        implied = pattern.implied(parameters)
        inverse = np.linalg.inv(implied)
        slopes = pattern.slopes(parameters)
        pressed = slopes @ inverse
        gradient = np.einsum("ij,aij->a", inverse @ (implied - correlation) @ inverse, slopes)
        held = np.zeros(len(parameters), dtype=bool)
        held[errors] = (parameters[errors] <= LEAST_UNIQUE) & (gradient[errors] > 0)
        gradient[held] = 0.0
        if np.abs(gradient).max() <= CONVERGED:
            converged = True
            break
        information = np.einsum("aij,bji->ab", pressed, pressed)
        information[held] = information[:, held] = 0.0
        diagonal = np.arange(len(parameters))
        information[diagonal, diagonal] += np.where(held, 1.0, RIDGE * information.diagonal().max())
        step, length = np.linalg.solve(information, gradient), 1.0
        for _ in range(_HALVINGS):
            tried = parameters - length * step
            tried[errors] = np.maximum(tried[errors], LEAST_UNIQUE)
            found = _discrepancy(pattern, tried, correlation) - constant
            if found <= discrepancy + 1e-14:
                break
            length /= 2
        else:
            break
        parameters, discrepancy = tried, found
    return _on_own_scale(pattern, covariance, deviation, parameters, max(discrepancy, 0.0), converged)


def _on_own_scale(
    pattern: Pattern,
    covariance: np.ndarray,
    deviation: np.ndarray,
    parameters: np.ndarray,
    discrepancy: float,
    converged: bool,
) -> Factors:
    """The fit in the units of the items, every construct turned so that its loadings have a sum above 0."""
    p, t = pattern.items, len(pattern.free)
    loading, _, between = pattern.parts(parameters)
    proper = bool((parameters[p : p + t] > LEAST_UNIQUE).all() and np.linalg.eigvalsh(between)[0] > LEAST_APART)
    totals = np.bincount(pattern.construct, weights=loading)
    turned = np.where(totals < 0, -1.0, 1.0)
    i, j = pattern.pairs.T
    return Factors(
        pattern=pattern,
        covariance=covariance,
        parameters=np.concatenate(
            [
                loading * turned[pattern.construct] * deviation,
                parameters[p : p + t] * deviation[pattern.free] ** 2,
                parameters[p + t :] * turned[i] * turned[j],
            ]
        ),
        discrepancy=discrepancy,
        converged=converged,
        proper=proper,
    )


def _discrepancy(pattern: Pattern, parameters: np.ndarray, correlation: np.ndarray) -> float:
    """ln|Σ| + tr(SΣ⁻¹); endless where Σ is no covariance matrix."""
    implied = pattern.implied(parameters)
    try:
        root = np.linalg.cholesky(implied)
    except np.linalg.LinAlgError:
        return float("inf")
    return float(2 * np.log(np.diag(root)).sum() + np.trace(np.linalg.solve(implied, correlation)))


def _start(pattern: Pattern, correlation: np.ndarray) -> np.ndarray:
    """One factor for each construct by itself, and the correlations of sums without what is error in them."""
    p = pattern.items
    loading = np.empty(p)
    for k in range(pattern.constructs):
        own = np.flatnonzero(pattern.construct == k)
        if len(own) == 1:
            loading[own] = 1 / np.sqrt(1 + (0.0 if np.isnan(pattern.error[own[0]]) else pattern.error[own[0]]))
            continue
        alone, _ = one_factor(correlation[np.ix_(own, own)][None])
        loading[own] = np.clip(np.where(np.isfinite(alone[0]), alone[0], _START), -_FARTHEST, _FARTHEST)
    members = np.equal.outer(np.arange(pattern.constructs), pattern.construct) * np.sign(loading)
    sums = np.abs(members) @ np.abs(loading)
    i, j = pattern.pairs.T
    between = np.clip((members @ correlation @ members.T)[i, j] / (sums[i] * sums[j]), -_FARTHEST, _FARTHEST)
    parameters = np.concatenate([loading, 1 - loading[pattern.free] ** 2, between])
    while not np.isfinite(_discrepancy(pattern, parameters, correlation)):
        parameters[p + len(pattern.free) :] *= _FARTHEST
    return parameters
