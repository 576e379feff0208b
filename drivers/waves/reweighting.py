"""Respondents weighted so that they are composed as others are, and what that adds to the errors of their means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_STEPS = 100
"""Newton steps after which a composition counts as out of reach."""

REACHED = 1e-10
"""Largest difference of a part between the weighted respondents and those they are weighted to."""

ROUNDING = 1e-10
"""By so much the dual may seem to rise where it no longer falls."""

FURTHEST = 50.0
"""Factor of a weight beyond which hardly anybody stands for a whole group."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reweighted:
    """Respondents weighted to the composition of others; `reweighted` makes one.

    Parameters
    ----------
    weights
        The new weights, 0 for all but those weighted; they sum to the same as before; float (n,).
    design
        The weights before; float (n,).
    basis
        A constant and what was matched; float (n, q).
    source, target
        Who was weighted, and to whom; bool (n,).
    """

    weights: np.ndarray
    design: np.ndarray
    basis: np.ndarray
    source: np.ndarray
    target: np.ndarray

    def among(self, rows: np.ndarray) -> Reweighted:
        """The same of some rows, outside of which nobody was weighted, nor weighted to; bool (n,)."""
        return Reweighted(
            weights=self.weights[rows],
            design=self.design[rows],
            basis=self.basis[rows],
            source=self.source[rows],
            target=self.target[rows],
        )

    def mean(self, values: np.ndarray) -> np.ndarray:
        """The means of some columns under the new weights; float (p,) of float (n, p)."""
        return np.asarray(self.weights @ values / self.weights.sum())

    def influence(self, values: np.ndarray) -> np.ndarray:
        """What each row adds to these means, weight included; float (n, p).

        Notes
        -----
        The weights solve Σ_s w exp(Dλ) (D − D̄_t) = 0, D the basis and D̄_t its mean among the target, so that a mean
        moves by w* (u − Db) of those weighted and by w (Db − m) of the target, b the regression of u on D under the
        new weights: exact to first order also where the two are composed very differently.
        """
        weights = self.weights[:, None]
        slopes = np.linalg.pinv(self.basis.T @ (weights * self.basis), hermitian=True) @ self.basis.T
        fitted = self.basis @ (slopes @ (weights * values))
        base = np.where(self.target, self.design, 0.0)[:, None]
        return np.asarray(
            weights * (values - fitted) / weights.sum() + base * (fitted - self.mean(values)) / base.sum()
        )

    def influence_of_totals(self, values: np.ndarray) -> np.ndarray:
        """The same for weighted sums in place of means; float (n, p)."""
        own = np.where(self.source, self.design, 0.0)[:, None]
        return np.asarray(own * self.mean(values) + own.sum() * self.influence(values))


def reweighted(design: np.ndarray, basis: np.ndarray, source: np.ndarray, target: np.ndarray) -> Reweighted | None:
    """Weights under which some respondents have the same means of a basis as others; None where there are none such.

    Parameters
    ----------
    design
        Weights; float (n,).
    basis
        A constant and what is to be matched, such as indicators of cells, or of the values of several columns (raking);
        float (n, q).
    source, target
        Who is weighted, and to whom; bool (n,).

    Notes
    -----
    Of all weights that match the means, those nearest to the design's (in w log w): post-stratification for indicators
    of cells, raking for those of margins. Found by Newton's method on the dual, which is convex. There are none where a
    group is missing, nor where a few respondents would stand for everybody.

    References
    ----------
    Deville and Särndal (1992), Calibration estimators in survey sampling, doi:10.1080/01621459.1992.10475217.
    """
    columns, weights = basis[source], design[source]
    share = weights / weights.sum()
    goal = design[target] @ basis[target] / design[target].sum()
    tilt = np.zeros(basis.shape[1])
    factor = np.ones(len(columns))
    for _ in range(MOST_STEPS):
        off = columns.T @ (share * factor) - goal
        if np.abs(off).max() <= REACHED:
            break
        curvature = columns.T @ ((share * factor)[:, None] * columns)
        step = -np.linalg.pinv(curvature, hermitian=True) @ off
        found = _descended(columns, share, goal, tilt, step)
        if found is None:
            return None
        tilt, factor = found
    else:
        return None
    if factor.max() > FURTHEST:
        return None
    new = np.zeros(len(design))
    new[source] = weights * factor
    return Reweighted(weights=new, design=design, basis=basis, source=source, target=target)


def _descended(
    columns: np.ndarray, share: np.ndarray, goal: np.ndarray, tilt: np.ndarray, step: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """The next tilt and its factors: the whole step, or so much of it that the dual gets no larger."""
    before = share @ np.exp(columns @ tilt) - goal @ tilt
    for _ in range(30):
        exponent = columns @ (tilt + step)
        if exponent.max() < 500:
            factor = np.exp(exponent)
            if share @ factor - goal @ (tilt + step) <= before + ROUNDING:
                return tilt + step, factor
        step = step / 2
    return None
