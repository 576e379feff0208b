"""Log-likelihood, score and information of one model: logit, ordered logit, Poisson, negative binomial.

Parameters stand in one vector: the head (thresholds of the cumulative logit, or the intercept of counts),
one slope a column, and for the negative binomial its dispersion.

*Cumulative logit*, of which two categories make the ordinary logit. With F the logistic function, and a
and b the upper and the lower threshold of a row's category less its linear predictor η,

    F(a) − F(b) = F(a) (1 − F(b)) (1 − e^(b−a)),

whose last factor depends on the category alone. So a row's likelihood is that of two yes-or-no answers,
and what lies between neighbouring thresholds is added once a category: no difference of nearly equal
numbers is taken.

*Counts*: mean μ = e^η, variance μ + αμ², α ≥ 0. At α = 0 all is Poisson's, and smoothly so.

References
----------
McCullagh (1980), Regression models for ordinal data, doi:10.1111/j.2517-6161.1980.tb01109.x;
Cameron and Trivedi (2013), Regression Analysis of Count Data, doi:10.1017/CBO9781139013567, § 3.3.
"""

from __future__ import annotations

from math import exp, expm1, log, log1p

import numpy as np
from numba import njit, types

from drivers.importance.likelihood.tiles import (
    COMPILED,
    DOWN,
    ETA,
    FUSED,
    INFO,
    INSIDE,
    INTEGERS,
    LOG,
    LOWER,
    MATRIX,
    OTHER,
    ROWS,
    SCORE,
    TILE,
    UP,
    UPPER,
    VECTOR,
    WEIGHT,
    added,
    collect,
    dot,
    fill,
    logarithms,
    predict,
)

CUMULATIVE, POISSON, NEGATIVE_BINOMIAL = 0, 1, 2
"""Kinds of likelihood, as kernels know them."""

SMALL = 0.1
"""Below this, αμ goes through a power series: the closed forms would cancel."""

TERMS = 16
"""Of that series, which then ends below 1e-15."""

MODEL = (ROWS, INTEGERS, types.int64, VECTOR, types.boolean, VECTOR, MATRIX, VECTOR)


@njit("void(f8[::1], i8)", **FUSED)
def _cumulative_rows(tiles, size):  # type: ignore[no-untyped-def]  # pragma: no cover
    """From e^−(upper threshold) in UPPER and e^(lower threshold) in LOWER, each 0 where there is none."""
    for t in range(size):
        u = tiles[t + UP] * tiles[t + UPPER]
        z = tiles[t + DOWN] * tiles[t + LOWER]
        inside = (1.0 + u) * (1.0 + z)
        whole = 1.0 / inside
        below = whole * (1.0 + z)
        above = whole * (1.0 + u)
        from_upper = tiles[t + WEIGHT] * u * below
        from_lower = tiles[t + WEIGHT] * z * above
        tiles[t + INSIDE] = inside
        tiles[t + UPPER] = from_upper
        tiles[t + LOWER] = from_lower
        tiles[t + SCORE] = from_lower - from_upper
        tiles[t + INFO] = from_upper * below
        tiles[t + OTHER] = from_lower * above


@njit(types.float64(*MODEL), **COMPILED)
def _cumulative(rows, columns, q, at, second, g, H, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Cumulative logit, P(category ≤ j) = F(θ_j − η), thresholds θ increasing."""
    bounds = rows.bounds
    head = bounds.shape[0] - 2
    n = rows.x.shape[1]
    value = 0.0
    for begin in range(0, n, TILE):
        size = min(TILE, n - begin)
        predict(rows, columns, q, at, head, begin, 0.0, tiles)
        for t in range(size):
            tiles[t + UPPER] = 0.0
            tiles[t + LOWER] = 0.0
        for j in range(head):
            for side in range(2):
                low, high = max(bounds[j + side] - begin, 0), min(bounds[j + side + 1] - begin, size)
                if low < high:
                    threshold = LOWER if side else UPPER
                    fill(tiles[threshold + low : threshold + high], exp(at[j]) if side else exp(-at[j]))
        _cumulative_rows(tiles, size)
        logarithms(tiles, size)
        value -= dot(tiles[LOG : LOG + size], tiles[WEIGHT : WEIGHT + size])
        for j in range(head):
            # Threshold j is the upper one of category j and the lower one of the next.
            for side in range(2):
                score, info = (LOWER, OTHER) if side else (UPPER, INFO)
                low, high = max(bounds[j + side] - begin, 0), min(bounds[j + side + 1] - begin, size)
                if low < high:
                    total = added(tiles[score + low : score + high])
                    g[j] += -total if side else total
                    if second:
                        H[j, j] += added(tiles[info + low : info + high])
                        for a in range(q):
                            column = rows.x[columns[a], begin + low : begin + high]
                            H[head + a, j] -= dot(tiles[info + low : info + high], column)
        if second:
            for t in range(size):
                tiles[t + INFO] += tiles[t + OTHER]
        collect(rows, columns, q, head, begin, second, g, H, tiles)
    for c in range(1, head):
        gap = at[c] - at[c - 1]
        ahead = expm1(gap)
        value += rows.totals[c] * log(-expm1(-gap))
        slope = rows.totals[c] / ahead
        bend = slope * (1.0 + 1.0 / ahead)
        g[c] += slope
        g[c - 1] -= slope
        H[c, c] += bend
        H[c - 1, c - 1] += bend
        H[c, c - 1] -= bend
    return value


@njit("void(f8[::1], i8, f8)", **FUSED)
def _dispersed_rows(tiles, size, alpha):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Negative binomial, from μ in UP, y in LOWER and log(1 + αμ) in LOG.

    The likelihood goes to LOG, its first and second derivatives by α to UPPER and OTHER, the mixed one to
    INSIDE; what depends on y and α alone is left out.
    """
    for t in range(size):
        w, mu, y = tiles[t + WEIGHT], tiles[t + UP], tiles[t + LOWER]
        z = alpha * mu
        inside = 1.0 + z
        inverse = 1.0 / inside
        # With what 1 + αμ lost by rounding.
        logarithm = tiles[t + LOG] + (z - (inside - 1.0)) * inverse
        by_alpha = logarithm / alpha if alpha > 0.0 else mu
        # (log(1 + z) − z/(1 + z)) / z² = ½ − ⅔ z + ¾ z² − …, and its derivative.
        r, s = min(z, SMALL), max(z, SMALL)
        near, near_slope = 0.0, 0.0
        for j in range(TERMS, 1, -1):
            near_slope = near + r * near_slope
            near = (1.0 - 2.0 * (j % 2)) * (j - 1.0) / j + r * near
        far = (logarithm - z * inverse) / (s * s)
        far_slope = (inverse * inverse - 2.0 * far) / s
        curve = near if z < SMALL else far
        slope = near_slope if z < SMALL else far_slope
        tiles[t + SCORE] = w * (y - mu) * inverse
        tiles[t + INFO] = w * mu * (1.0 + alpha * y) * inverse * inverse
        tiles[t + LOG] = w * (y * (tiles[t + ETA] - logarithm) - by_alpha)
        tiles[t + UPPER] = w * mu * (mu * curve - y * inverse)
        tiles[t + OTHER] = -w * mu * mu * (mu * slope + y * inverse * inverse)
        tiles[t + INSIDE] = w * mu * (y - mu) * inverse * inverse


@njit(types.float64(types.boolean, *MODEL), **COMPILED)
def _counts(dispersed, rows, columns, q, at, second, g, H, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Poisson, or with a dispersion the negative binomial; log y! is left out."""
    n = rows.x.shape[1]
    last = q + 1
    alpha = at[last] if dispersed else 0.0
    value = 0.0
    for begin in range(0, n, TILE):
        size = min(TILE, n - begin)
        predict(rows, columns, q, at, 1, begin, at[0], tiles)
        y = rows.y[begin : begin + size]
        if dispersed:
            for t in range(size):
                tiles[t + LOWER] = y[t]
                tiles[t + INSIDE] = 1.0 + alpha * tiles[t + UP]
            logarithms(tiles, size)
            _dispersed_rows(tiles, size, alpha)
            g[last] += added(tiles[UPPER : UPPER + size])
        else:
            for t in range(size):
                tiles[t + INFO] = tiles[t + WEIGHT] * tiles[t + UP]
                tiles[t + SCORE] = tiles[t + WEIGHT] * y[t] - tiles[t + INFO]
                tiles[t + LOG] = tiles[t + WEIGHT] * y[t] * tiles[t + ETA] - tiles[t + INFO]
        value += added(tiles[LOG : LOG + size])
        g[0] += added(tiles[SCORE : SCORE + size])
        if second:
            H[0, 0] += added(tiles[INFO : INFO + size])
            if dispersed:
                H[last, last] += added(tiles[OTHER : OTHER + size])
                H[last, 0] += added(tiles[INSIDE : INSIDE + size])
            for a in range(q):
                column = rows.x[columns[a], begin : begin + size]
                H[1 + a, 0] += dot(tiles[INFO : INFO + size], column)
                if dispersed:
                    H[last, 1 + a] += dot(tiles[INSIDE : INSIDE + size], column)
        collect(rows, columns, q, 1, begin, second, g, H, tiles)
    if dispersed:
        # The logarithm of the product of 1 + αj over j below y, by the weight of the answers above each j.
        for j in range(rows.totals.shape[0]):
            ratio = j / (1.0 + alpha * j)
            value += rows.totals[j] * log1p(alpha * j)
            g[last] += rows.totals[j] * ratio
            H[last, last] += rows.totals[j] * ratio * ratio
    return value


@njit("i8(i8, i8, i8)", **COMPILED)
def parameters(kind, categories, q):  # type: ignore[no-untyped-def]  # pragma: no cover
    """How many parameters a model with q columns has."""
    if kind == CUMULATIVE:
        return categories - 1 + q
    return kind + q


@njit("b1(f8[::1], i8)", **COMPILED)
def increasing(at, thresholds):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Whether the thresholds, which come first, increase."""
    answer = True
    for c in range(1, thresholds):
        answer = answer and at[c] > at[c - 1]
    return answer


@njit(types.float64(types.int64, *MODEL), **COMPILED)
def evaluate(kind, rows, columns, q, at, second, g, H, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The log-likelihood at parameters `at`, −∞ where they are none.

    Its score goes to g and, if asked for, the information to H.
    """
    categories = rows.bounds.shape[0] - 1
    p = parameters(kind, categories, q)
    for a in range(p):
        g[a] = 0.0
        for b in range(a + 1):
            H[a, b] = 0.0
    if kind == CUMULATIVE:
        if not increasing(at, categories - 1):
            return -np.inf
        value = _cumulative(rows, columns, q, at, second, g, H, tiles)
    else:
        value = _counts(kind == NEGATIVE_BINOMIAL, rows, columns, q, at, second, g, H, tiles)
    if second:
        for a in range(p):
            for b in range(a):
                H[b, a] = H[a, b]
    return value
