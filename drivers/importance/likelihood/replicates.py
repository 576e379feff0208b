"""Log-likelihoods of all subsets under resampled weights, and row by row.

Under resampled weights a subset starts from its own full-sample solution, moved as far as the resampled
solution of the subset around it has moved. There the likelihood and its score are exact, and a step with
the full-sample information adds what is left; where that is much, Newton's own steps follow. A one-step
bootstrap takes such a step from the full-sample solution itself, which is several times as far away.

References
----------
The one-step bootstrap: Davison and Hinkley (1997), doi:10.1017/CBO9780511802843.
"""

from __future__ import annotations

from math import exp, expm1, log, log1p

import numpy as np
from numba import njit, types

from drivers.importance.likelihood.fits import choose, climb, factor, fit_part, from_nothing, make_room, newton, places
from drivers.importance.likelihood.kernels import (
    CUMULATIVE,
    NEGATIVE_BINOMIAL,
    POISSON,
    evaluate,
    increasing,
    parameters,
)
from drivers.importance.likelihood.tiles import COMPILED, INTEGERS, LANES, MATRIX, ROWS, VECTOR, Rows

LEFT = 0.25
"""Log-likelihood that a step may still add unchecked; what it really adds differs by a small part of it."""

CHORDS = 2
"""Steps with the full-sample information before Newton's own."""


@njit("void(i8, i8, i8[::1], i8[::1], i8[::1], f8[::1], f8[::1])", **COMPILED)
def pulls(kind, categories, starts, squares, blocks, factors, moves):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Turn informations into their factors, and say how a solution moves with the first unit that it lacks.

    factors : informations on entry, subset S from ``squares[S]`` on.
    moves : from ``blocks[S]`` on, parameters of S × columns of its first missing unit.
    """
    k = starts.shape[0] - 1
    room = make_room(parameters(kind, categories, starts[k]))
    for mask in range(1 << k):
        p = choose(kind, categories, mask, starts, room.columns)
        begin = squares[mask]
        for i in range(p):
            for j in range(p):
                room.H[i, j] = factors[begin + i * p + j]
        factor(room.H, p, room.L)
        for i in range(p):
            for j in range(i + 1):
                factors[begin + i * p + j] = room.L[i, j]
        if mask == (1 << k) - 1:
            continue
        # The set around has the larger number: its information is still there.
        within = mask | (mask + 1)
        around = places(kind, categories, mask, within, starts, room.kept)
        kept = column = 0
        for j in range(around):
            if kept < p and room.kept[kept] == j:
                kept += 1
                continue
            for i in range(p):
                room.g[i] = factors[squares[within] + room.kept[i] * around + j]
            climb(CUMULATIVE, room.L, room.g, room.g, p, room.step)
            for i in range(p):
                moves[blocks[mask] + i * (around - p) + column] = room.step[i]
            column += 1


@njit(ROWS(types.int64, ROWS, VECTOR), **COMPILED)
def _drawn(kind, rows, multiples):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The rows that were drawn, with their weights; categories without any are gone."""
    n, m = rows.y.shape[0], rows.x.shape[0]
    index = np.zeros(n, np.int64)
    bounds = np.zeros(rows.bounds.shape[0], np.int64)
    size = categories = most = 0
    for c in range(rows.bounds.shape[0] - 1):
        for t in range(rows.bounds[c], rows.bounds[c + 1]):
            if rows.weights[t] * multiples[t] > 0.0:
                index[size] = t
                size += 1
                most = max(most, int(rows.y[t]))
        if size > bounds[categories]:
            categories += 1
            bounds[categories] = size
    filled = -(-size // LANES) * LANES
    x, y, weights = np.zeros((m, filled)), np.zeros(filled), np.zeros(filled)
    for a in range(m):
        for t in range(size):
            x[a, t] = rows.x[a, index[t]]
    for t in range(size):
        y[t] = rows.y[index[t]]
        weights[t] = rows.weights[index[t]] * multiples[index[t]]
    totals = np.zeros(categories if kind == CUMULATIVE else most)
    if kind == CUMULATIVE:
        for c in range(categories):
            for t in range(bounds[c], bounds[c + 1]):
                totals[c] += weights[t]
    else:
        for t in range(size):
            if y[t] > 0.0:
                totals[int(y[t]) - 1] += weights[t]
        for j in range(most - 2, -1, -1):
            totals[j] += totals[j + 1]
    return Rows(x, y, weights, bounds[: categories + 1].copy(), totals)


@njit(types.void(types.int64, ROWS, INTEGERS, VECTOR), **COMPILED)
def _afresh(kind, rows, starts, values):  # type: ignore[no-untyped-def]  # pragma: no cover
    """All subsets without solutions to start from, as where a category was not drawn."""
    k = starts.shape[0] - 1
    categories = rows.bounds.shape[0] - 1
    most = parameters(kind, categories, starts[k])
    room = make_room(most)
    at = np.zeros(most)
    choose(kind, categories, (1 << k) - 1, starts, room.columns)
    values[(1 << k) - 1] = from_nothing(kind, rows, most, at, room)
    # Nothing but values is asked for: every subset writes the rest to the same place.
    nowhere, status = np.zeros((1 << k) + 1, np.int64), np.zeros(1 << k, np.int8)
    rest, informations = np.zeros(most), np.zeros(most * most)
    fit_part(kind, rows, starts, nowhere, nowhere, k, 0, at, room.H, values, rest, informations, status)


@njit("void(i8, i8, i8[::1], i8, f8[::1], f8[::1], f8[::1])", **COMPILED)
def follow(p, around, kept, begin, moves, wide, move):  # type: ignore[no-untyped-def]  # pragma: no cover
    """How a subset's p parameters move with those of the subset around it, which have moved by `wide`.

    moves : from `begin` on, parameters × columns that the subset lacks.
    """
    for i in range(p):
        move[i] = wide[kept[i]]
    following = column = 0
    for j in range(around):
        if following < p and kept[following] == j:
            following += 1
        else:
            for i in range(p):
                move[i] += moves[begin + i * (around - p) + column] * wide[j]
            column += 1


@njit(
    types.void(
        *(types.int64, ROWS, INTEGERS, INTEGERS, INTEGERS, INTEGERS, VECTOR, VECTOR, VECTOR),
        *(MATRIX, types.boolean, MATRIX, VECTOR),
    ),
    **COMPILED,
)
def replicate_part(  # type: ignore[no-untyped-def]
    kind, rows, starts, offsets, squares, blocks, coefficients, factors, moves, multiples, full, values, nulls
):  # pragma: no cover  # fmt: skip
    """All subsets under each row of `multiples` (b, n), into values (b, 2**k) and nulls (b,)."""
    k = starts.shape[0] - 1
    whole = (1 << k) - 1
    categories = rows.bounds.shape[0] - 1
    none = parameters(kind, categories, 0)
    most = parameters(kind, categories, starts[k])
    room = make_room(most)
    at, moved = np.zeros(most), np.zeros(offsets[1 << k])
    for replicate in range(multiples.shape[0]):
        own = _drawn(kind, rows, multiples[replicate])
        alike = own.totals.shape[0] < (2 if kind == CUMULATIVE else 1)
        if alike:
            # All answers are the same: any model tells them with certainty.
            nulls[replicate] = 0.0
            for mask in range(whole + 1):
                values[replicate, mask] = 0.0
            continue
        nulls[replicate] = from_nothing(kind, own, parameters(kind, own.bounds.shape[0] - 1, 0), at, room)
        if own.bounds.shape[0] < rows.bounds.shape[0]:
            _afresh(kind, own, starts, values[replicate])
            continue
        for mask in range(whole, -1, -1):
            p = choose(kind, categories, mask, starts, room.columns)
            begin = offsets[mask]
            for i in range(p):
                at[i] = coefficients[begin + i]
            if mask != whole:
                within = mask | (mask + 1)
                around = places(kind, categories, mask, within, starts, room.kept)
                wide = moved[offsets[within] : offsets[within + 1]]
                follow(p, around, room.kept, blocks[mask], moves, wide, room.trial)
                for i in range(p):
                    at[i] += room.trial[i]
            value, left = -np.inf, np.inf
            for _ in range(0 if full or mask == whole else CHORDS):
                if kind == NEGATIVE_BINOMIAL:
                    at[p - 1] = max(at[p - 1], 0.0)
                new = evaluate(kind, own, room.columns, p - none, at, False, room.g, room.H, room.tiles)
                if new <= value:
                    break
                L = factors[squares[mask] : squares[mask] + p * p].reshape((p, p))
                value, left = new, climb(kind, L, room.g, at, p, room.step)
                for i in range(p):
                    at[i] += room.step[i]
                if left < LEFT:
                    break
            if left < LEFT:
                value += left
            else:
                if kind == NEGATIVE_BINOMIAL:
                    at[p - 1] = max(at[p - 1], 0.0)
                if kind == CUMULATIVE and not increasing(at, categories - 1):
                    for i in range(p):
                        at[i] = coefficients[begin + i]
                value = newton(kind, own, p, at, room)
            values[replicate, mask] = value
            for i in range(p):
                moved[begin + i] = at[i] - coefficients[begin + i]


@njit("void(i8, f8[:, ::1], f8[::1], i8[::1], i8[::1], f8[::1], f8[:, ::1], f8[:, ::1])", **COMPILED)
def add_rows(kind, x, y, starts, offsets, coefficients, combination, sums):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add Σ_S combination[S, j] ℓ_i(S) to ``sums[i, j]``; x (m, n), log y! left out."""
    n = x.shape[1]
    most = 0
    for i in range(n):
        most = max(most, int(y[i]))
    tail = 1 if kind == NEGATIVE_BINOMIAL else 0
    eta, own = np.zeros(n), np.zeros(most + 1)
    columns = np.zeros(x.shape[0] + 1, np.int64)
    for mask in range(combination.shape[0]):
        q = choose(POISSON, 1, mask, starts, columns) - 1
        at = coefficients[offsets[mask] : offsets[mask + 1]]
        head = at.shape[0] - q - tail
        for i in range(n):
            eta[i] = 0.0 if kind == CUMULATIVE else at[0]
        for a in range(q):
            for i in range(n):
                eta[i] += at[head + a] * x[columns[a], i]
        alpha = at[head + q] if tail else 0.0
        # What depends on the answer alone.
        for c in range(1, most + 1):
            if kind == CUMULATIVE:
                own[c] = log(-expm1(at[c - 1] - at[c])) if c < head else 0.0
            else:
                own[c] = own[c - 1] + log1p(alpha * (c - 1))
        for i in range(n):
            c = int(y[i])
            value = own[c]
            if kind == CUMULATIVE:
                value -= log1p(exp(eta[i] - at[c])) if c < head else 0.0
                value -= log1p(exp(at[c - 1] - eta[i])) if c > 0 else 0.0
            else:
                mean = exp(eta[i])
                spread = log1p(alpha * mean)
                value += y[i] * (eta[i] - spread) - (spread / alpha if alpha > 0.0 else mean)
            for j in range(combination.shape[1]):
                sums[i, j] += combination[mask, j] * value
