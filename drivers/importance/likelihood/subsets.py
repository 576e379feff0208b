"""The all-subsets kernel of outcomes that are no measurements: yes or no, ordered answers, counts.

Arrays in, arrays out. Columns are controls that are always in the model, then the drivers unit by unit
(a unit is one driver, or several columns that count as one). A subset of the k units is a bitmask, unit i
being bit i, and arrays over subsets have 2**k places.

With weights w, the log-likelihood of a subset is ℓ(S) = Σ w_i ℓ_i(S) at its maximum. A pseudo-R² is
made of ℓ(S)/n and of ℓ₀/n, the model without any column, with n = Σ w: the scale of the weights does not
matter to it (`drivers.importance.likelihood.families`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from drivers.importance.likelihood.fits import (
    CONVERGED,
    NOT_CONVERGED,
    NOT_TRIED,
    SEPARATED,
    choose,
    fit_part,
    from_nothing,
    make_room,
)
from drivers.importance.likelihood.kernels import CUMULATIVE, NEGATIVE_BINOMIAL, POISSON, parameters
from drivers.importance.likelihood.replicates import pulls
from drivers.importance.likelihood.tiles import LANES, Rows
from drivers.importance.orders.parts import Progress, in_parts
from drivers.results import read_only

KINDS = {"logit": CUMULATIVE, "ordered_logit": CUMULATIVE, "poisson": POISSON, "negative_binomial": NEGATIVE_BINOMIAL}
"""Families with a likelihood of their own."""

HIGH_UNITS, LOW_UNITS = 4, 8
"""The lattice is cut into 2**4 parts or more, so that no part has more than 2**8 subsets."""

WORSE = 1e-6
"""Log-likelihood by which a maximum may seem to fit worse than one that it holds, by rounding."""

CONSTANT = 1e-13
"""A standard deviation below this part of the largest value is rounding noise."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubsetFits:
    """Every subset's fit; `fit_subsets` makes one.

    Parameters
    ----------
    family
        ``logit``, ``ordered_logit``, ``poisson`` or ``negative_binomial``.
    log_likelihood
        float (2**k,); NaN where not tried.
    null
        Log-likelihood of the model without columns, controls included. Its dispersion is its own.
    weight_total
        Σ w, the n of the pseudo-R².
    status
        0 converged; 1 separated: some answers are told with certainty, and the likelihood has no maximum;
        2 not converged; 3 not tried, as all but the largest subset, the controls alone and the single units
        where the largest is separated; int8 (2**k,).
    starts
        First column of each unit and, last, the number of columns; int (k + 1,).
    centre, scale
        Columns are fitted as (x − centre) / scale; float (m,).
    null_parameters
        Of the model without columns: thresholds or the intercept of counts, the dispersion.
    coefficients, offsets
        Parameters of subset S on that scale are ``coefficients[offsets[S] : offsets[S + 1]]``: thresholds
        or the intercept of counts, the subset's columns in order, the dispersion.
    factors, moves
        For `replicate_fits`: triangular factors of the informations, and how a subset's parameters move
        with those of its first missing unit.
    """

    family: str
    log_likelihood: np.ndarray
    null: float
    weight_total: float
    status: np.ndarray
    starts: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    null_parameters: np.ndarray
    coefficients: np.ndarray
    offsets: np.ndarray
    factors: np.ndarray
    moves: np.ndarray

    @property
    def converged(self) -> bool:
        """Whether every subset has its maximum."""
        return bool((self.status == CONVERGED).all())

    def columns(self, subset: int) -> np.ndarray:
        """The columns of a subset, controls first; int (q,)."""
        units = [range(self.starts[0])]
        k = len(self.starts) - 1
        units += [range(self.starts[i], self.starts[i + 1]) for i in range(k) if subset >> i & 1]
        return np.array([column for unit in units for column in unit], dtype=np.int64)

    def parameters(self, subset: int) -> np.ndarray:
        """A subset's parameters in the columns' own units; float (p,).

        Intercept, slopes and, for the negative binomial, α of the variance μ + αμ². For ordered answers
        thresholds come first, with P(answer ≤ j) = 1 / (1 + exp(slopes · x − threshold_j)).
        """
        at = self.coefficients[self.offsets[subset] : self.offsets[subset + 1]].copy()
        columns = self.columns(subset)
        head = len(at) - len(columns) - (self.family == "negative_binomial")
        slopes = at[head : head + len(columns)] / self.scale[columns]
        shift = float(slopes @ self.centre[columns])
        at[:head] += shift if KINDS[self.family] == CUMULATIVE else -shift
        at[head : head + len(columns)] = slopes
        if self.family == "logit":
            at[0] = -at[0]
        return at


def fit_subsets(
    x: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    starts: np.ndarray,
    *,
    family: str,
    limits: bool = False,
    progress: Progress | None = None,
) -> SubsetFits:
    """Maximum likelihood for each of the 2**k subsets of the units.

    Parameters
    ----------
    x
        Controls, then drivers unit by unit; float (n, m).
    y
        Codes from 0: 0 and 1 (logit), 0…c−1 (ordered), counts that are not all 0; each code of the former
        two has a row of weight above 0; float (n,).
    weights
        float (n,), 0 or more; rows of weight 0 take no part.
    starts
        First column of each unit and, last, the number of columns; int (k + 1,).
    family
        ``logit``, ``ordered_logit``, ``poisson`` or ``negative_binomial``.
    limits
        Whether a separated subset has the limit of its likelihood, and the others their maximum all the same; and
        whether answers may be all alike, where every likelihood is 0.
    progress
        As `in_parts` calls it.

    Returns
    -------
    SubsetFits
        Where the model with all units is separated, only that one, the controls alone and the single units
        are tried, unless limits are asked for.

    Notes
    -----
    Newton's method with halved steps, on standardised columns. A column that the ones before it tell adds
    nothing. The dispersion of the negative binomial is estimated in every subset; where counts are not
    overdispersed it is 0, and the fit is Poisson's.

    Weights: ℓ = Σ w_i ℓ_i.
    Missing answers: none may be left.
    """
    kind = KINDS[family]
    starts = np.array(starts, dtype=np.int64)
    k = len(starts) - 1
    used = weights > 0
    centre, scale = _standard(x[used], weights[used])
    rows, _ = rows_of(kind, (x[used] - centre) / scale, y[used], weights[used])
    categories = len(rows.bounds) - 1
    offsets, squares, blocks = layout(kind, categories, starts)
    values, status = np.full(2**k, np.nan), np.full(2**k, NOT_TRIED, dtype=np.int8)
    coefficients, factors, moves = np.zeros(offsets[-1]), np.zeros(squares[-1]), np.zeros(blocks[-1])
    room = make_room(int(offsets[-1] - offsets[-2]))

    def alone(mask: int) -> np.ndarray:
        at = np.zeros(choose(kind, categories, mask, starts, room.columns))
        values[mask] = from_nothing(kind, rows, len(at), at, room)
        status[mask] = room.status[0]
        coefficients[offsets[mask] : offsets[mask + 1]] = at
        return at

    null_parameters = np.zeros(parameters(kind, categories, 0))
    whole = 2**k - 1
    alike = limits and (categories < 2 if kind == CUMULATIVE else not rows.y.any())
    null = 0.0 if alike else from_nothing(kind, rows, len(null_parameters), null_parameters, room)
    at = null_parameters if alike else alone(whole)
    if alike:
        values[:], status[:] = 0.0, CONVERGED
    elif status[whole] == SEPARATED:
        for mask in range(whole) if limits else {0, *(1 << unit for unit in range(k))} - {whole}:
            alone(mask)
    else:
        low = min(LOW_UNITS, max(0, k - HIGH_UNITS))
        information = room.H.copy()

        def one(pattern: int) -> None:
            fit_part(
                *(kind, rows, starts, offsets, squares, low, pattern, at, information),
                *(values, coefficients, factors, status),
            )

        in_parts(one, range(2 ** (k - low)), progress)
        # Where an answer is nearly told with certainty, the model around may lead far off.
        tried = np.zeros(2**k, dtype=bool)
        missed = (status == NOT_CONVERGED) | worse_than_inner(values, null, WORSE)
        while len(again := np.flatnonzero(missed & ~tried)):
            for mask in again.tolist():
                p = len(alone(mask))
                factors[squares[mask] : squares[mask + 1]] = room.H[:p, :p].ravel()
            tried[again] = True
            missed = worse_than_inner(values, null, WORSE)
        pulls(kind, categories, starts, squares, blocks, factors, moves)
    if not starts[0]:
        values[0] = null
    constant = 0.0 if kind == CUMULATIVE else -float(weights[used] @ gammaln(y[used] + 1))
    return SubsetFits(
        family=family,
        log_likelihood=read_only(values + constant),
        null=float(null + constant),
        weight_total=float(weights[used].sum()),
        status=read_only(status, np.int8),
        starts=read_only(starts, np.int64),
        centre=read_only(centre),
        scale=read_only(scale),
        null_parameters=read_only(null_parameters),
        coefficients=read_only(coefficients),
        offsets=read_only(offsets, np.int64),
        factors=read_only(factors),
        moves=read_only(moves),
    )


def worse_than_inner(values: np.ndarray, null: np.ndarray | float, allowed: float) -> np.ndarray:
    """Which models fit worse than a model that they hold, which no maximum does; bool (..., 2**k).

    Parameters
    ----------
    values, null
        Log-likelihood of every subset, and of the model without columns; float (..., 2**k), float (...).
    allowed
        What rounding or shortcuts may do.
    """
    # A sum over a population has rounding of its own.
    slack = allowed * (1 + 1e-6 * np.abs(np.asarray(null)))[..., None]
    found = ~(values >= np.asarray(null)[..., None] - slack)
    for unit in range(values.shape[-1].bit_length() - 1):
        shape = (*values.shape[:-1], -1, 2, 2**unit)
        inner = values.reshape(shape)
        found.reshape(shape)[..., 1, :] |= ~(inner[..., 1, :] >= inner[..., 0, :] - slack[..., None])
    return found


def _standard(x: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean and standard deviation of each column, the latter 1 for a constant; float (m,), (m,)."""
    share = weights / weights.sum()
    centre = share @ x
    deviation = np.sqrt(share @ (x - centre) ** 2)
    varies = deviation > CONSTANT * np.abs(x).max(axis=0, initial=0.0)
    return np.where(varies, centre, 0.0), np.where(varies, deviation, 1.0)


def rows_of(kind: int, x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[Rows, np.ndarray]:
    """Rows as kernels take them, categories together; and where each of them was, int (n,)."""
    n = len(y)
    codes = y.astype(np.int64)
    order = np.argsort(codes, kind="stable") if kind == CUMULATIVE else np.arange(n)
    full = -(-n // LANES) * LANES
    columns, answers, filled = np.zeros((x.shape[1], full)), np.zeros(full), np.zeros(full)
    columns[:, :n] = x[order].T
    answers[:n] = y[order]
    filled[:n] = weights[order]
    totals = np.bincount(codes, weights=weights)
    if kind == CUMULATIVE:
        bounds = np.concatenate([[0], np.cumsum(np.bincount(codes))])
    else:
        bounds = np.array([0, n])
        totals = totals[::-1].cumsum()[::-1][1:].copy()
    return Rows(columns, answers, filled, bounds.astype(np.int64), totals), order


def layout(kind: int, categories: int, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where a subset's parameters, its matrix and its moves begin; int (2**k + 1,) each."""
    sizes = np.array([parameters(kind, categories, int(starts[0]))])
    for unit in range(len(starts) - 1):
        sizes = np.concatenate([sizes, sizes + (starts[unit + 1] - starts[unit])])
    around = np.minimum(np.arange(len(sizes)) | np.arange(1, len(sizes) + 1), len(sizes) - 1)
    numbers = (sizes, sizes**2, sizes * (sizes[around] - sizes))
    offsets, squares, blocks = (np.concatenate([[0], np.cumsum(each)]) for each in numbers)
    return offsets, squares, blocks
