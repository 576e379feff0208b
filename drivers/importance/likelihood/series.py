"""Log-likelihoods of all subsets under resampled weights, by power series about the full-sample solutions.

A subset's resampled solution lies near its full-sample one, so that a row's likelihood is a short power
series in the little that its linear predictor moves. The series are made once for many resamples, and then
a row costs some twenty multiplications a subset and resample, without exponentials or logarithms.

A subset starts from its full-sample solution, moved as far as the resampled solution of the subset around
it has moved. There the series give the resampled likelihood and its score, and a step with the full-sample
information adds what is left. (The one-step bootstrap takes such a step from the full-sample solution
itself, which is several times as far away.) Resamples in which a series is too short or a step too long
are marked, and left to exact likelihoods.

A row of the cumulative logit is a yes-or-no answer at each of its two thresholds. These answers are called
terms; they stand threshold by threshold, first those below it, then those above, and Poisson's rows are
terms as they are.

References
----------
The one-step bootstrap: Davison and Hinkley (1997), doi:10.1017/CBO9780511802843.
"""

from __future__ import annotations

from math import exp, expm1, log

import numpy as np
from numba import njit, types

from drivers.importance.likelihood.fits import choose, climb, from_nothing, make_room, newton, places
from drivers.importance.likelihood.kernels import CUMULATIVE, parameters
from drivers.importance.likelihood.replicates import CHORDS, LEFT, follow
from drivers.importance.likelihood.tiles import (
    COMPILED,
    DOWN,
    ETA,
    INFO,
    INSIDE,
    INTEGERS,
    LOG,
    MATRIX,
    ROWS,
    SCORE,
    SUMMED,
    TILE,
    UP,
    VECTOR,
    Rows,
    add_to_eta,
    fill,
    logarithms,
    predict,
    score_of_slopes,
)

DOUBT = 10.0
"""Σ w v u⁶ beyond which a series is too short, v being a row's information and u its move. What the series
leaves out begins with Σ w v u⁵ / 120, of either sign, and Σ w v u⁶ / 720, times numbers between −1 and 1."""


@njit("i8[::1](i8, i8[::1])", **COMPILED)
def _first_terms(kind, bounds):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Where the terms of each side of each threshold begin and, last, where terms end."""
    sides = 2 * (bounds.shape[0] - 2) if kind == CUMULATIVE else 1
    terms = np.zeros(sides + 1, np.int64)
    for side in range(sides):
        category = side // 2 + side % 2
        terms[side + 1] = terms[side] + bounds[category + 1] - bounds[category]
    return terms


@njit(types.void(types.int64, ROWS, INTEGERS, INTEGERS, types.int64, VECTOR, MATRIX, VECTOR), **COMPILED)
def _series(kind, rows, terms, columns, q, at, series, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Each term's likelihood as a polynomial in what its linear predictor moves; series (5, terms)."""
    n = rows.bounds[rows.bounds.shape[0] - 1]
    head = terms.shape[0] // 2
    for begin in range(0, n, TILE):
        predict(rows, columns, q, at, head, begin, 0.0 if kind == CUMULATIVE else at[0], tiles)
        for side in range(terms.shape[0] - 1):
            category = side // 2 + side % 2
            low = max(rows.bounds[category], begin)
            size = min(rows.bounds[category + 1], begin + TILE) - low
            first = terms[side] + low - rows.bounds[category]
            if size <= 0:
                continue
            if kind != CUMULATIVE:
                for t in range(size):
                    mean = tiles[t + UP]
                    series[0, first + t] = rows.y[low + t] * tiles[t + ETA] - mean
                    series[1, first + t] = rows.y[low + t] - mean
                    series[2, first + t] = -mean / 2.0
                    series[3, first + t] = -mean / 6.0
                    series[4, first + t] = -mean / 24.0
                continue
            # Odds of the other answer.
            sign = -1.0 if side % 2 else 1.0
            odds = exp(-sign * at[side // 2])
            part = tiles[low - begin :]
            for t in range(size):
                part[t + INFO] = odds * (part[t + DOWN] if side % 2 else part[t + UP])
                tiles[t + INSIDE] = 1.0 + part[t + INFO]
            logarithms(tiles, size)
            for t in range(size):
                other = part[t + INFO] / tiles[t + INSIDE]
                info = other / tiles[t + INSIDE]
                series[0, first + t] = -tiles[t + LOG]
                series[1, first + t] = -sign * other
                series[2, first + t] = -info / 2.0
                series[3, first + t] = -sign * info * (1.0 - 2.0 * other) / 6.0
                series[4, first + t] = -info * (1.0 - 6.0 * info) / 24.0


@njit("UniTuple(f8, 3)(f8, " + ", ".join(["f8[::1]"] * 7) + ")", **SUMMED)
def _sum_series(shift, weights, zero, one, two, three, four, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Σ w ℓ, Σ w dℓ/du and Σ w v u⁶ of terms whose moves u are ETA + shift; w dℓ/du is added to SCORE."""
    value = total = spread = 0.0
    for t in range(weights.shape[0]):
        u = tiles[t + ETA] + shift
        w = weights[t]
        score = w * (one[t] + u * (2.0 * two[t] + u * (3.0 * three[t] + u * (4.0 * four[t]))))
        value += w * (zero[t] + u * (one[t] + u * (two[t] + u * (three[t] + u * four[t]))))
        total += score
        spread -= 2.0 * w * two[t] * (u * u) * (u * u) * (u * u)
        tiles[t + SCORE] += score
    return value, total, spread


@njit(
    types.UniTuple(types.float64, 2)(
        *(types.int64, ROWS, INTEGERS, MATRIX, INTEGERS, types.int64, VECTOR, VECTOR, VECTOR, VECTOR)
    ),
    **COMPILED,
)
def _resampled(kind, rows, terms, series, columns, q, base, move, g, tiles):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The log-likelihood at base + move, and Σ w v u⁶; its score goes to g."""
    n = rows.x.shape[1]
    head = terms.shape[0] // 2
    for i in range(head + q):
        g[i] = 0.0
    value = wide = 0.0
    for begin in range(0, n, TILE):
        end = min(begin + TILE, n)
        fill(tiles[ETA : ETA + TILE], 0.0)
        fill(tiles[SCORE : SCORE + TILE], 0.0)
        add_to_eta(rows.x, columns, q, move, head, begin, end, tiles)
        for side in range(terms.shape[0] - 1):
            category = side // 2 + side % 2
            low, high = max(rows.bounds[category], begin), min(rows.bounds[category + 1], end)
            if low < high:
                first = terms[side] + low - rows.bounds[category]
                last = first + high - low
                new, total, spread = _sum_series(
                    -move[side // 2] if kind == CUMULATIVE else move[0], rows.weights[low:high], series[0, first:last],
                    series[1, first:last], series[2, first:last], series[3, first:last], series[4, first:last],
                    tiles[low - begin :],
                )  # fmt: skip
                value += new
                wide += spread
                g[side // 2] += -total if kind == CUMULATIVE else total
        score_of_slopes(rows.x, columns, q, g, head, begin, end, tiles)
    for c in range(1, head):
        gap = base[c] + move[c] - base[c - 1] - move[c - 1]
        if gap <= 0.0:
            return -np.inf, wide
        slope = rows.totals[c] / expm1(gap)
        value += rows.totals[c] * log(-expm1(-gap))
        g[c] += slope
        g[c - 1] -= slope
    return value, wide


@njit(
    types.void(
        *(types.int64, ROWS, INTEGERS, INTEGERS, INTEGERS, INTEGERS, VECTOR, VECTOR, VECTOR),
        *(MATRIX, MATRIX, VECTOR, types.int8[::1]),
    ),
    **COMPILED,
)
def series_part(  # type: ignore[no-untyped-def]
    kind, rows, starts, offsets, squares, blocks, coefficients, factors, moves, multiples, values, nulls, doubtful
):  # pragma: no cover  # fmt: skip
    """All subsets under each row of `multiples` (b, n), into values (b, 2**k) and nulls (b,).

    doubtful : (b,), 1 where the answer is left to exact likelihoods.
    """
    k = starts.shape[0] - 1
    whole = (1 << k) - 1
    b, n = multiples.shape
    categories = rows.bounds.shape[0] - 1
    none = parameters(kind, categories, 0)
    most = parameters(kind, categories, starts[k])
    room = make_room(most)
    terms = _first_terms(kind, rows.bounds)
    at, move, series = np.zeros(most), np.zeros(most), np.zeros((5, terms[-1]))
    moved, weights, totals = np.zeros((b, offsets[whole + 1])), np.zeros((b, n)), np.zeros((b, categories))
    for replicate in range(b):
        for c in range(categories):
            for t in range(rows.bounds[c], rows.bounds[c + 1]):
                weights[replicate, t] = rows.weights[t] * multiples[replicate, t]
                # Counts that are all 0 leave nothing to explain, as a category without rows does.
                totals[replicate, c] += weights[replicate, t] * (1.0 if kind == CUMULATIVE else rows.y[t])
            if totals[replicate, c] == 0.0:
                doubtful[replicate] = 1
        if doubtful[replicate] == 0:
            own = Rows(rows.x, rows.y, weights[replicate], rows.bounds, totals[replicate])
            nulls[replicate] = from_nothing(kind, own, none, at, room)
            choose(kind, categories, whole, starts, room.columns)
            for i in range(most):
                at[i] = coefficients[offsets[whole] + i]
            values[replicate, whole] = newton(kind, own, most, at, room)
            for i in range(most):
                moved[replicate, offsets[whole] + i] = at[i] - coefficients[offsets[whole] + i]
    for mask in range(whole - 1, -1, -1):
        p = choose(kind, categories, mask, starts, room.columns)
        within = mask | (mask + 1)
        around = places(kind, categories, mask, within, starts, room.kept)
        base = coefficients[offsets[mask] : offsets[mask + 1]]
        L = factors[squares[mask] : squares[mask + 1]].reshape((p, p))
        _series(kind, rows, terms, room.columns, p - none, base, series, room.tiles)
        for replicate in range(b):
            if doubtful[replicate] == 1:
                continue
            own = Rows(rows.x, rows.y, weights[replicate], rows.bounds, totals[replicate])
            wide = moved[replicate, offsets[within] : offsets[within + 1]]
            follow(p, around, room.kept, blocks[mask], moves, wide, move)
            value, left = -np.inf, np.inf
            for _ in range(CHORDS):
                new, spread = _resampled(
                    kind, own, terms, series, room.columns, p - none, base, move, room.g, room.tiles
                )
                left = np.inf
                if new <= value or spread > DOUBT:
                    break
                value, left = new, climb(kind, L, room.g, move, p, room.step)
                for i in range(p):
                    move[i] += room.step[i]
                if left < LEFT:
                    break
            if left < LEFT:
                values[replicate, mask] = value + left
                for i in range(p):
                    moved[replicate, offsets[mask] + i] = move[i]
            else:
                doubtful[replicate] = 1
