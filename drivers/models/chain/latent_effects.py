"""Effects between factors, how they move with each respondent, and how closely the factors fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.linearization import survey_covariance
from drivers.models.chain.latent_factors import Factors, Pattern, fit_factors
from drivers.models.factor_fit import FactorFit, fit_indices, normal_weight
from drivers.survey.data import Survey

STEP = 1e-30
"""Imaginary step of a derivative: nothing is subtracted, so that it is exact to rounding however small the step."""

CHUNK_ROWS = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effects:
    """Effects of k drivers on a mediator and an outcome, all of them factors.

    Parameters
    ----------
    first
        Of the drivers on the mediator; float (k,).
    direct, total
        Of the drivers on the outcome, given the mediator, and with it; float (k,).
    second
        Of the mediator on the outcome.
    """

    first: np.ndarray
    direct: np.ndarray
    total: np.ndarray
    second: float

    @property
    def indirect(self) -> np.ndarray:
        """Of the drivers on the outcome through the mediator; float (k,)."""
        return self.first * self.second


def effects_of(numbers: np.ndarray) -> Effects:
    """The effects in a row of numbers as `effect_numbers` gives them."""
    k = (len(numbers) - 1) // 3
    return Effects(first=numbers[:k], direct=numbers[k : 2 * k], total=numbers[2 * k : 3 * k], second=numbers[-1])


def effect_numbers(pattern: Pattern, parameters: np.ndarray, controls: int) -> tuple[np.ndarray, np.ndarray]:
    """Effects in standard deviations with both parts explained, and effects in points; (3k + 3,), (3k + 1,).

    Parameters
    ----------
    pattern
        Whose last two constructs are mediator and outcome.
    parameters
        float or complex (q,).
    controls
        Constructs at the beginning that are held constant and not told.

    Returns
    -------
    standardised, points
        First, direct, total of each driver, then the mediator's; the standardised ones are followed by the parts of
        mediator and outcome that are explained.

    Notes
    -----
    A factor's point is one of the mean of its items without their error, whose standard deviation is the mean loading.
    """
    loading, _, correlation = pattern.parts(parameters)
    x = pattern.constructs - 2
    first = np.linalg.solve(correlation[:x, :x], correlation[:x, x])
    both = np.linalg.solve(correlation[:-1, :-1], correlation[:-1, -1])
    explained = [first @ correlation[:x, x], both @ correlation[:-1, -1]]
    direct, second = both[:x], both[x]
    total = direct + first * second
    members = np.equal.outer(np.arange(x + 2), pattern.construct)
    spread = members @ loading / members.sum(axis=1)
    mediator, outcome = spread[x:]
    told = slice(controls, x)
    points = [first / spread[:x] * mediator, direct / spread[:x] * outcome, total / spread[:x] * outcome]
    return (
        np.concatenate([first[told], direct[told], total[told], [second], explained]),
        np.concatenate([*(values[told] for values in points), [second * outcome / mediator]]),
    )


def effect_slopes(factors: Factors, controls: int) -> np.ndarray:
    """How the effects move with each parameter, standardised before points; float (r, q)."""
    columns = []
    for step in STEP * 1j * np.eye(len(factors.parameters)):
        moved = effect_numbers(factors.pattern, factors.parameters + step, controls)
        columns.append(np.concatenate(moved).imag / STEP)
    return np.column_stack(columns)


def factor_influence(factors: Factors, centred: np.ndarray, slopes: np.ndarray, *, observed: bool = True) -> np.ndarray:
    """How numbers that depend on the parameters move with a row's share of the weights; float (n, r).

    Parameters
    ----------
    centred
        Answers less their weighted means; float (n, p).
    slopes
        How the numbers move with each parameter; float (r, q).
    observed
        Whether the parameters move by the observed second derivatives, as they do where the model is not exact, or by
        the expected ones.

    Notes
    -----
    The gradient of the discrepancy is 0 at the fit; so dθ = H⁻¹ tr(Σ⁻¹ Σ_a Σ⁻¹ dS), with dS the row's products less S.
    """
    pattern = factors.pattern
    inverse = np.linalg.inv(pattern.implied(factors.parameters))
    pressed = inverse @ pattern.slopes(factors.parameters) @ inverse
    turned = np.linalg.solve(factors.hessian(observed=observed), slopes.T)
    weights = np.einsum("aij,ar->rij", pressed, turned)
    level = np.einsum("rij,ij->r", weights, factors.covariance)
    i, j = np.triu_indices(pattern.items)
    folded = (weights[:, i, j] * np.where(i == j, 1.0, 2.0)).T
    found = np.empty((len(centred), len(slopes)))
    for start in range(0, len(centred), CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        found[rows] = (centred[rows][:, i] * centred[rows][:, j]) @ folded - level
    return found


def closeness(survey: Survey, factors: Factors, values: np.ndarray, rows: np.ndarray) -> FactorFit:
    """How closely factors reproduce the covariances of the items, whatever the distribution and the design.

    Parameters
    ----------
    values
        float (n, p), no NaN in the rows.
    rows
        Respondents used; bool (n,).

    Notes
    -----
    The test is n times the discrepancy over what chance alone adds to it for each degree of freedom, as Yuan and
    Bentler scale it: (tr W_S Γ − tr H⁻¹ ΔᵀWΓWΔ) / df, Γ/n the covariance of the items' covariances under the survey's
    weights and design, W_S and W of the covariances as they are and as the model has them, H its observed information.
    The indices are the robust ones, which estimate what they are in the population. Unrelated items keep the
    correlations of those that count as free of error, as the model does.

    References
    ----------
    Yuan and Bentler (2000), Three likelihood-based methods for mean and covariance structure analysis with nonnormal
    missing data, doi:10.1111/0081-1750.00078.
    Brosseau-Liard, Savalei and Li (2012), doi:10.1080/00273171.2012.715252; Brosseau-Liard and Savalei (2014),
    doi:10.1080/00273171.2014.933697.
    """
    n = int(rows.sum())
    i, j = np.triu_indices(factors.pattern.items)
    weights = np.where(rows, survey.weights, 0.0)
    weights = weights / weights.sum()
    known = np.where(rows[:, None], values, 0.0)
    centred = known - weights @ known
    influence = weights[:, None] * (centred[:, i] * centred[:, j] - factors.covariance[i, j])
    gamma = n * survey_covariance(survey, influence, rows).covariance
    unrelated = unrelated_items(factors)
    scalings = chance_for_each(factors, gamma), chance_for_each(unrelated, gamma)
    return fit_of(factors, unrelated, n, scalings=scalings)


def fit_of(factors: Factors, unrelated: Factors, n: int, *, scalings: tuple[float, float] = (1.0, 1.0)) -> FactorFit:
    """Test and indices of fitted factors against unrelated items; the textbook ones with scalings of 1."""
    deviation = np.sqrt(np.diag(factors.covariance))
    left = (factors.covariance - factors.pattern.implied(factors.parameters)) / np.outer(deviation, deviation)
    return fit_indices(
        (factors.discrepancy, unrelated.discrepancy),
        (factors.pattern.df, unrelated.pattern.df),
        n,
        srmr=float(np.sqrt((left[np.triu_indices(len(left))] ** 2).mean())),
        scalings=scalings,
    )


def unrelated_items(factors: Factors) -> Factors:
    """The same items without factors: unrelated but for those that count as free of error."""
    p = factors.pattern.items
    certain = np.flatnonzero(factors.pattern.error == 0)
    i, j = np.triu_indices(len(certain), 1)
    alone = Pattern(construct=np.arange(p), error=np.zeros(p), pairs=np.column_stack([certain[i], certain[j]]))
    return fit_factors(alone, factors.covariance)


def chance_for_each(factors: Factors, gamma: np.ndarray) -> float:
    """What chance alone adds to n times the discrepancy for each degree of freedom; NaN without any.

    Parameters
    ----------
    gamma
        n times the covariance of the elements of the covariance matrix on and above its diagonal; float (v, v).
    """
    if factors.pattern.df < 1:
        return float("nan")
    i, j = np.triu_indices(factors.pattern.items)
    saturated = normal_weight(np.linalg.inv(factors.covariance), i, j)
    inverse = np.linalg.inv(factors.pattern.implied(factors.parameters))
    pressed = normal_weight(inverse, i, j) @ factors.pattern.slopes(factors.parameters)[:, i, j].T
    inner = np.linalg.solve(factors.hessian() / 2, pressed.T @ gamma @ pressed)
    return float(((saturated * gamma).sum() - np.trace(inner)) / factors.pattern.df)
