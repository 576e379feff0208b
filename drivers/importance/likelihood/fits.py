"""Maximum likelihood for every subset of the drivers, walked from the largest model down.

Subsets are bitmasks: unit i is bit i. The walk starts from the model with all units and takes units out,
for two reasons. If that model has a maximum, so has every smaller one. And a model's information says
where its maximum moves when slopes are forced to 0: from there one or two of Newton's steps are left.
"""

from __future__ import annotations

from math import log, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit, types

from drivers.importance.likelihood.kernels import CUMULATIVE, NEGATIVE_BINOMIAL, evaluate, increasing, parameters
from drivers.importance.likelihood.tiles import COMPILED, INTEGERS, MATRIX, ROWS, TILES, VECTOR

PIVOT_FLOOR = 1e-12
"""A pivot below this part of its column's information is rounding noise: the column adds nothing."""

SETTLED = 5e-9
"""A fit ends when Newton's step, which is then taken, would gain less log-likelihood than this."""

MOST_STEPS = 200
"""Steps of Newton, halved ones included; a separated outcome settles after about 25, a plain one after 4 to 8."""

ROUNDING = 1e-13
"""Relative: a log-likelihood that falls by less than this has not fallen."""

RUNAWAY = 0.1
"""Where the likelihood has settled but a linear predictor still moves by more than this, it goes to infinity."""

AGAIN = 4
"""Steps by which a maximum that is far off but finite is reached for certain."""

GUESS = 0.1
"""Smallest step of a dispersion where the likelihood bends upwards in it."""

CONVERGED, SEPARATED, NOT_CONVERGED, NOT_TRIED = 0, 1, 2, 3
"""How a fit ended. Separated: some answers are told with certainty, so that there is no finite maximum."""


class Room(NamedTuple):
    """Space to work in; `make_room` makes it."""

    g: np.ndarray
    H: np.ndarray
    L: np.ndarray
    block: np.ndarray
    step: np.ndarray
    trial: np.ndarray
    tiles: np.ndarray
    status: np.ndarray
    columns: np.ndarray
    kept: np.ndarray


ROOM = types.NamedTuple((VECTOR, MATRIX, MATRIX, MATRIX, VECTOR, VECTOR, VECTOR, INTEGERS, INTEGERS, INTEGERS), Room)


@njit(ROOM(types.int64), **COMPILED)
def make_room(p):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Space for models of up to p parameters."""
    H, L, block = np.zeros((p, p)), np.zeros((p, p)), np.zeros((p, p))
    columns, kept = np.zeros(p, np.int64), np.zeros(p, np.int64)
    g, step, trial = np.zeros(p), np.zeros(p), np.zeros(p)
    return Room(g, H, L, block, step, trial, np.zeros(TILES), np.zeros(1, np.int64), columns, kept)


@njit("void(f8[:, ::1], i8, f8[:, ::1])", **COMPILED)
def factor(H, p, L):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Cholesky's factor of H, with zeros for a column that the ones before it tell."""
    for j in range(p):
        pivot = H[j, j]
        for i in range(j):
            pivot -= L[j, i] * L[j, i]
        root = sqrt(pivot) if pivot > 0.0 and pivot > PIVOT_FLOOR * H[j, j] else 0.0
        L[j, j] = root
        for a in range(j + 1, p):
            rest = H[a, j]
            for i in range(j):
                rest -= L[a, i] * L[j, i]
            L[a, j] = rest / root if root > 0.0 else 0.0


@njit("f8(i8, f8[:, ::1], f8[::1], f8[::1], i8, f8[::1])", **COMPILED)
def climb(kind, L, g, at, p, step):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Newton's step from `at`, and what the likelihood gains by it if it is quadratic.

    A dispersion stays at 0 or above. Where the likelihood bends upwards in it, the step follows the slope.
    """
    free = p - 1 if kind == NEGATIVE_BINOMIAL else p
    gain = 0.0
    for j in range(free):
        rest = g[j]
        for i in range(j):
            rest -= L[j, i] * step[i]
        step[j] = rest / L[j, j] if L[j, j] > 0.0 else 0.0
        gain += 0.5 * step[j] * step[j]
    if free < p:
        slope = g[free]
        for i in range(free):
            slope -= L[free, i] * step[i]
        bend = L[free, free] * L[free, free]
        alpha = at[free]
        move = slope / bend if bend > 0.0 else (max(alpha, GUESS) if slope > 0.0 else -max(alpha, GUESS))
        move = max(-alpha, min(move, alpha + 1.0))
        gain += slope * move - 0.5 * bend * move * move
        step[free] = move
        for i in range(free):
            step[i] -= L[free, i] * move
    for j in range(free - 1, -1, -1):
        rest = step[j]
        for i in range(j + 1, free):
            rest -= L[i, j] * step[i]
        step[j] = rest / L[j, j] if L[j, j] > 0.0 else 0.0
    return gain


@njit("i8(i8, i8, i8, i8[::1], i8[::1])", **COMPILED)
def choose(kind, categories, mask, starts, columns):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Write a subset's columns; returns how many parameters its model has."""
    q = 0
    for column in range(starts[0]):
        columns[q] = column
        q += 1
    for unit in range(starts.shape[0] - 1):
        if (mask >> unit) & 1:
            for column in range(starts[unit], starts[unit + 1]):
                columns[q] = column
                q += 1
    return parameters(kind, categories, q)


@njit("i8(i8, i8, i8, i8, i8[::1], i8[::1])", **COMPILED)
def places(kind, categories, mask, within, starts, kept):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Where a subset's parameters stand among those of a subset around it; returns how many the latter has."""
    few = p = 0
    tail = 1 if kind == NEGATIVE_BINOMIAL else 0
    for _ in range(parameters(kind, categories, starts[0]) - tail):
        kept[few] = p
        few += 1
        p += 1
    for unit in range(starts.shape[0] - 1):
        if (within >> unit) & 1:
            for _ in range(starts[unit], starts[unit + 1]):
                if (mask >> unit) & 1:
                    kept[few] = p
                    few += 1
                p += 1
    for _ in range(tail):
        kept[few] = p
        p += 1
    return p


@njit(types.float64(types.int64, ROWS, types.int64, VECTOR, ROOM), **COMPILED)
def newton(kind, rows, p, at, room):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The maximum, upwards from `at`, which becomes the solution.

    room : columns are chosen; it then has the information at the last step, its factor, that step and the status.
    """
    q = p - parameters(kind, rows.bounds.shape[0] - 1, 0)
    g, H, L, step, trial = room.g, room.H, room.L, room.step, room.trial
    room.status[0] = NOT_CONVERGED
    value, length = -np.inf, 1.0
    for i in range(p):
        trial[i] = at[i]
    for _ in range(MOST_STEPS):
        new = evaluate(kind, rows, room.columns, q, trial, True, g, H, room.tiles)
        if new >= value - ROUNDING * abs(value):
            value, length = new, 1.0
            for i in range(p):
                at[i] = trial[i]
            factor(H, p, L)
            gain = climb(kind, L, g, at, p, step)
            if gain < SETTLED:
                room.status[0] = CONVERGED
                for i in range(p):
                    at[i] += step[i]
                return value + gain
        else:
            length *= 0.5
        for i in range(p):
            trial[i] = at[i] + length * step[i]
    return value


@njit(types.void(types.int64, ROWS, types.int64, VECTOR), **COMPILED)
def _without_columns(kind, rows, p, at):  # type: ignore[no-untyped-def]  # pragma: no cover
    """No effect of any column: exact without columns, but for the dispersion, which is by moments."""
    for i in range(p):
        at[i] = 0.0
    whole = below = first = second = 0.0
    if kind == CUMULATIVE:
        for weight in rows.totals:
            whole += weight
        for c in range(rows.totals.shape[0] - 1):
            below += rows.totals[c]
            at[c] = log(below / (whole - below))
    else:
        for t in range(rows.y.shape[0]):
            whole += rows.weights[t]
            first += rows.weights[t] * rows.y[t]
            second += rows.weights[t] * rows.y[t] * rows.y[t]
        mean = first / whole
        at[0] = log(mean)
        if kind == NEGATIVE_BINOMIAL:
            at[p - 1] = max(0.0, (second / whole - mean * mean - mean) / (mean * mean))


@njit(types.float64(ROWS, types.int64, types.int64, ROOM), **COMPILED)
def _furthest(rows, head, q, room):  # type: ignore[no-untyped-def]  # pragma: no cover
    """How far room.step moves a linear predictor at most."""
    furthest = 0.0
    for t in range(rows.x.shape[1]):
        move = 0.0
        for a in range(q):
            move += room.step[head + a] * rows.x[room.columns[a], t]
        furthest = max(furthest, abs(move))
    return furthest


@njit(types.float64(types.int64, ROWS, types.int64, VECTOR, ROOM), **COMPILED)
def from_nothing(kind, rows, p, at, room):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The maximum without a solution to start from; room.status says whether there is one."""
    _without_columns(kind, rows, p, at)
    none = parameters(kind, rows.bounds.shape[0] - 1, 0)
    head = none - 1 if kind == NEGATIVE_BINOMIAL else none
    value = newton(kind, rows, p, at, room)
    for _ in range(AGAIN):
        if room.status[0] != CONVERGED or _furthest(rows, head, p - none, room) < RUNAWAY:
            return value
        # A finite maximum is reached by now; one at infinity is as far away as before.
        value = newton(kind, rows, p, at, room)
    room.status[0] = SEPARATED
    return value


@njit(types.void(types.int64, types.int64, MATRIX, VECTOR, ROOM, VECTOR), **COMPILED)
def _take_out(p, few, H, at, room, start):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Where the maximum goes when all but the `few` parameters in room.kept are forced to 0.

    H, at : information and solution of the model with p parameters. The answer goes to `start`.
    """
    kept = room.kept
    for i in range(few):
        pull = 0.0
        following = 0
        for j in range(p):
            if following < few and kept[following] == j:
                room.block[i, following] = H[kept[i], j]
                following += 1
            else:
                pull += H[kept[i], j] * at[j]
        room.g[i] = pull
    factor(room.block, few, room.L)
    climb(CUMULATIVE, room.L, room.g, room.g, few, room.step)
    for i in range(few):
        start[i] = at[kept[i]] + room.step[i]


@njit("void(f8[::1], f8[:, ::1], f8[::1], f8[:, ::1])", **COMPILED)
def _keep(at, H, solution, information):  # type: ignore[no-untyped-def]  # pragma: no cover
    for i in range(at.shape[0]):
        solution[i] = at[i]
        for j in range(at.shape[0]):
            information[i, j] = H[i, j]


@njit(
    types.void(
        *(types.int64, ROWS, INTEGERS, INTEGERS, INTEGERS, types.int64, types.int64, VECTOR, MATRIX),
        *(VECTOR, VECTOR, VECTOR, types.int8[::1]),
    ),
    **COMPILED,
)
def fit_part(kind, rows, starts, offsets, squares, low, pattern, at, H, values, coefficients, informations, status):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Fit the subsets whose units from `low` on are those in the bits of `pattern`.

    at, H : solution of the model with all units, and its information.
    values, status : (2**k,), written in the places of this part.
    coefficients, informations : parameters of subset S from ``offsets[S]`` on, its information, row after row, from
    ``squares[S]`` on; written likewise.
    """
    k = starts.shape[0] - 1
    whole = (1 << k) - 1
    categories = rows.bounds.shape[0] - 1
    most = at.shape[0]
    room = make_room(most)
    solutions = np.zeros((low + 2, most))
    matrices = np.zeros((low + 2, most, most))
    _keep(at, H, solutions[0], matrices[0])
    for bits in range((1 << low) - 1, -1, -1):
        mask = bits | (pattern << low)
        depth = low + 1
        for unit in range(low):
            depth -= (bits >> unit) & 1
        here = solutions[depth]
        p = choose(kind, categories, mask, starts, room.columns)
        if mask == whole:
            # The caller's.
            _keep(at, H, here, matrices[depth])
        else:
            # The set around has the first missing unit as well; around the part's largest set are all units.
            within = whole if bits == (1 << low) - 1 else mask | (bits + 1)
            around = places(kind, categories, mask, within, starts, room.kept)
            _take_out(around, p, matrices[depth - 1], solutions[depth - 1], room, here)
            if kind == NEGATIVE_BINOMIAL:
                here[p - 1] = max(here[p - 1], 0.0)
            if kind == CUMULATIVE and not increasing(here, categories - 1):
                for i in range(p):
                    here[i] = solutions[depth - 1, room.kept[i]]
            values[mask] = newton(kind, rows, p, here, room)
            status[mask] = room.status[0]
            _keep(here, room.H, here, matrices[depth])
        for i in range(p):
            coefficients[offsets[mask] + i] = here[i]
            for j in range(p):
                informations[squares[mask] + i * p + j] = matrices[depth, i, j]
