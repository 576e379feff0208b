"""Rows of a model, tile by tile: linear predictors, exponentials, logarithms and sums of products.

The parts of a tile lie a fixed distance apart in one buffer, so that the compiler sees that they do not
overlap and takes several rows at a time. For the same reason the exponential and the logarithm are
written out: calls of a library would be made row by row. Both are right to 2 units in the last place.
"""

from __future__ import annotations

from math import factorial, log
from typing import Any, NamedTuple

import numpy as np
from numba import njit, types

LANES = 16
"""Rows are filled up to a multiple of this with rows of weight 0: full steps for the processor."""

TILE = 256
ETA, UP, DOWN, SPARE, UPPER, LOWER, INSIDE, SCORE, INFO, OTHER, LOG, WEIGHT = (TILE * part for part in range(12))
TILES = 12 * TILE
"""Where the parts of the buffer begin, and how long it is."""

LIMIT = 300.0
"""Linear predictors beyond ± this stand for certainty."""

COMPILED: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}
FUSED: dict[str, Any] = {**COMPILED, "fastmath": {"contract"}}
"""A product and a sum may be rounded once instead of twice."""

SUMMED: dict[str, Any] = {**COMPILED, "fastmath": {"contract", "reassoc", "nsz"}}
"""Sums may be taken in another order, which is the same every time."""

# Adding 1.5 · 2**52 to a float leaves its nearest whole number in the last bits.
_MAGIC = 6755399441055744.0
_MAGIC_BITS = 0x4338000000000000
_SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
_LOG2E = 1 / log(2)
# log 2 in two parts; the first ends with zeros, so that its multiples are exact.
_LOG2_HIGH = float.fromhex("0x1.62e42fee00000p-1")
_LOG2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
_E2, _E3, _E4, _E5, _E6, _E7, _E8, _E9, _E10, _E11, _E12 = (1 / factorial(j) for j in range(2, 13))


class Rows(NamedTuple):
    """What a likelihood is about.

    Parameters
    ----------
    x
        Columns; float (m, n), rows of one category together, n a multiple of `LANES`.
    y
        Counts, or codes; float (n,).
    weights
        float (n,), 0 for rows that fill up.
    bounds
        First row of each category and the end of the last; int (c + 1,). For counts (0, n).
    totals
        Weight of each category, float (c,); for counts the weight of answers above j, float (most,).
    """

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    bounds: np.ndarray
    totals: np.ndarray


VECTOR, MATRIX, INTEGERS = types.float64[::1], types.float64[:, ::1], types.int64[::1]
ROWS = types.NamedTuple((MATRIX, VECTOR, VECTOR, INTEGERS, VECTOR), Rows)


@njit("void(f8[::1], i8)", **FUSED)
def _exponentials(tiles, size):  # type: ignore[no-untyped-def]  # pragma: no cover
    """e^ETA into UP and e^−ETA into DOWN; ETA is cut at ± LIMIT."""
    bits = tiles.view(np.int64)
    for t in range(size):
        tiles[t + ETA] = min(max(tiles[t + ETA], -LIMIT), LIMIT)
        tiles[t + SPARE] = tiles[t + ETA] * _LOG2E + _MAGIC
    for t in range(size):
        bits[t + UP] = (1023 + bits[t + SPARE]) << 52
        bits[t + DOWN] = (1023 - bits[t + SPARE]) << 52
    for t in range(size):
        power = tiles[t + SPARE] - _MAGIC
        r = (tiles[t + ETA] - power * _LOG2_HIGH) - power * _LOG2_LOW
        q = r * r
        even = 1.0 + q * (_E2 + q * (_E4 + q * (_E6 + q * (_E8 + q * (_E10 + q * _E12)))))
        odd = r * (1.0 + q * (_E3 + q * (_E5 + q * (_E7 + q * (_E9 + q * _E11)))))
        tiles[t + UP] = tiles[t + UP] * (even + odd)
        tiles[t + DOWN] = tiles[t + DOWN] * (even - odd)


@njit("void(f8[::1], i8)", **FUSED)
def logarithms(tiles, size):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Logarithms of INSIDE, which is positive, into LOG."""
    bits = tiles.view(np.int64)
    for t in range(size):
        power = (bits[t + INSIDE] - _SQRT_HALF_BITS) >> 52
        bits[t + SPARE] = bits[t + INSIDE] - (power << 52)
        bits[t + LOG] = power + _MAGIC_BITS
    for t in range(size):
        power = tiles[t + LOG] - _MAGIC
        # Between √½ and √2, log m = 2 artanh f.
        f = (tiles[t + SPARE] - 1.0) / (tiles[t + SPARE] + 1.0)
        q = f * f
        s = 1 / 11 + q * (1 / 13 + q * (1 / 15 + q * (1 / 17)))
        s = q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * s))))
        tiles[t + LOG] = power * _LOG2_HIGH + (2.0 * f + (2.0 * f * s + power * _LOG2_LOW))


@njit("f8(f8[::1], f8[::1])", **SUMMED)
def dot(a, b):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Sum of products."""
    total = 0.0
    for t in range(a.shape[0]):
        total += a[t] * b[t]
    return total


@njit("f8(f8[::1])", **SUMMED)
def added(a):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Sum."""
    total = 0.0
    for t in range(a.shape[0]):
        total += a[t]
    return total


@njit("void(f8[::1], f8)", **COMPILED)
def fill(a, number):  # type: ignore[no-untyped-def]  # pragma: no cover
    """One number everywhere."""
    for t in range(a.shape[0]):
        a[t] = number


@njit("void(f8[::1], f8[::1], f8)", **FUSED)
def _add_one(tiles, column, slope):  # type: ignore[no-untyped-def]  # pragma: no cover
    for t in range(column.shape[0]):
        tiles[t + ETA] += slope * column[t]


@njit("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8, f8, f8, f8)", **FUSED)
def _add_four(tiles, c, d, e, f, by_c, by_d, by_e, by_f):  # type: ignore[no-untyped-def]  # pragma: no cover
    for t in range(c.shape[0]):
        tiles[t + ETA] += (by_c * c[t] + by_d * d[t]) + (by_e * e[t] + by_f * f[t])


@njit("UniTuple(f8, 4)(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])", **SUMMED)
def _dot_four(a, c, d, e, f):  # type: ignore[no-untyped-def]  # pragma: no cover
    with_c = with_d = with_e = with_f = 0.0
    for t in range(a.shape[0]):
        with_c += a[t] * c[t]
        with_d += a[t] * d[t]
        with_e += a[t] * e[t]
        with_f += a[t] * f[t]
    return with_c, with_d, with_e, with_f


@njit("void(f8[:, ::1], i8[::1], i8, f8[::1], i8, i8, i8, f8[::1])", **COMPILED)
def add_to_eta(x, columns, q, slopes, head, begin, end, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add slope × column to ETA for q columns; slopes stand behind the head."""
    a = 0
    # Four at a time: most of the work is to fetch and to put back.
    while a + 4 <= q:
        _add_four(
            tiles, x[columns[a], begin:end], x[columns[a + 1], begin:end], x[columns[a + 2], begin:end],
            x[columns[a + 3], begin:end], slopes[head + a], slopes[head + a + 1], slopes[head + a + 2],
            slopes[head + a + 3],
        )  # fmt: skip
        a += 4
    while a < q:
        _add_one(tiles, x[columns[a], begin:end], slopes[head + a])
        a += 1


@njit("void(f8[:, ::1], i8[::1], i8, f8[::1], i8, i8, i8, f8[::1])", **COMPILED)
def score_of_slopes(x, columns, q, g, head, begin, end, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add SCORE × column to the score of q columns, which stands behind the head's."""
    score = tiles[SCORE : SCORE + end - begin]
    a = 0
    while a + 4 <= q:
        sums = _dot_four(
            score, x[columns[a], begin:end], x[columns[a + 1], begin:end], x[columns[a + 2], begin:end],
            x[columns[a + 3], begin:end],
        )  # fmt: skip
        g[head + a] += sums[0]
        g[head + a + 1] += sums[1]
        g[head + a + 2] += sums[2]
        g[head + a + 3] += sums[3]
        a += 4
    while a < q:
        g[head + a] += dot(score, x[columns[a], begin:end])
        a += 1


@njit("void(f8[::1], f8[::1])", **FUSED)
def _spread_info(tiles, column):  # type: ignore[no-untyped-def]  # pragma: no cover
    for t in range(column.shape[0]):
        tiles[t + SPARE] = tiles[t + INFO] * column[t]


@njit(types.void(ROWS, INTEGERS, types.int64, VECTOR, types.int64, types.int64, types.float64, VECTOR), **COMPILED)
def predict(rows, columns, q, at, head, begin, constant, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Linear predictors of a tile into ETA, their exponentials into UP and DOWN, weights into WEIGHT."""
    size = min(TILE, rows.x.shape[1] - begin)
    weights = rows.weights[begin : begin + size]
    for t in range(size):
        tiles[t + ETA] = constant
        tiles[t + WEIGHT] = weights[t]
    add_to_eta(rows.x, columns, q, at, head, begin, begin + size, tiles)
    _exponentials(tiles, size)


@njit(
    types.void(ROWS, INTEGERS, types.int64, types.int64, types.int64, types.boolean, VECTOR, MATRIX, VECTOR), **COMPILED
)
def collect(rows, columns, q, head, begin, second, g, H, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add SCORE and INFO of a tile to score and information (lower half) of the slopes."""
    size = min(TILE, rows.x.shape[1] - begin)
    score_of_slopes(rows.x, columns, q, g, head, begin, begin + size, tiles)
    if second:
        for a in range(q):
            _spread_info(tiles, rows.x[columns[a], begin : begin + size])
            for b in range(a + 1):
                other = rows.x[columns[b], begin : begin + size]
                H[head + a, head + b] += dot(tiles[SPARE : SPARE + size], other)
