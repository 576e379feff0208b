"""The gradient of LMG: how the importance of each unit moves with the moments, and with each respondent.

Arrays in, arrays out; columns as in `subsets`. R² of a set S is 1 − RSS_S / TSS, and RSS_S changes with
the matrix M by a′ dM a, where a is −b_S (the coefficients) on the columns of S and the controls and 1 on
the outcome. So each unit's gradient is a weighted sum of a a′ over subsets.

The walk is that of `subsets`, and sums come back up it. Below S every a is a combination of the columns
behind S, each without what S explains of it; in these terms the sums over the subtree are small symmetric
matrices, *forms*: one for all its sets, one for the sets with unit i, for each unit i behind S. Leaving
the set S + j, a form gains the row of j, because d_b given S + j is d_b − e_b d_j given S, where e_b is the
coefficient of column b on column j given S. A subset so costs some dozens of products, whatever the
number of units.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from drivers.importance.orders.lanes import COMPILED, PIVOT_FLOOR
from drivers.importance.orders.parts import Progress, in_parts
from drivers.importance.orders.subsets import size_weights, standardised

PREFIX_UNITS = 5
"""The lattice is cut into 2**5 equal parts, always the same, whatever the number of cores."""

PARTS_FROM = 13
"""Units from which the lattice is cut into parts."""

CHUNK_ROWS = 1024
"""Respondents whose products are held at a time: 11 MB with 50 drivers."""


@njit("void(f8[::1], f8[::1], i8)", **COMPILED)
def _sweep(source, target, column):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Schur complement of `source` by `column`, columns behind it, into `target`; both lower triangles by rows."""
    row = column * (column + 1) // 2
    pivot = source[row + column]
    inverse = 1.0 / pivot if pivot > PIVOT_FLOOR else 0.0
    entry = 0
    for a in range(column):
        factor = source[row + a] * inverse
        for b in range(a + 1):
            target[entry] = source[entry] - factor * source[row + b]
            entry += 1


@njit("void(f8[::1], f8[::1], i8)", **COMPILED)
def _slopes(source, slope, column):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Coefficients on `column` of the columns behind it, from the matrix before the sweep."""
    row = column * (column + 1) // 2
    pivot = source[row + column]
    inverse = 1.0 / pivot if pivot > PIVOT_FLOOR else 0.0
    for b in range(column):
        slope[b] = source[row + b] * inverse


@njit("void(f8[::1], f8[::1], i8)", **COMPILED)
def _append(form, slope, column):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Write the form of the columns behind `column` in terms of what they are before `column` is in."""
    row = form[column * (column + 1) // 2 :]
    for b in range(column):
        row[b] = 0.0
    entry = 0
    square = 0.0
    for a in range(column):
        own, total = slope[a], 0.0
        for b in range(a):
            value = form[entry]
            total += value * slope[b]
            row[b] -= value * own
            entry += 1
        total += form[entry] * own
        entry += 1
        row[a] -= total
    for b in range(column):
        square -= row[b] * slope[b]
    row[column] = square


@njit("void(f8[::1], f8[::1], i8)", **COMPILED)
def _add(target, source, entries):  # type: ignore[no-untyped-def]  # pragma: no cover
    for entry in range(entries):
        target[entry] += source[entry]


@njit("void(f8[:, ::1], f8[:, :, ::1], i8[::1], i8, i8, f8[::1], f8[::1])", **COMPILED)
def _walk(stack, forms, starts, first, size, inside, outside):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Forms of all sets that add units from `first` on, into ``forms[0]``.

    stack : (depths, triangle); stack[0] is swept by the sets already in (`size` units).
    forms : (depths, k + 2, triangle): Σ c(|S|) a a′ over the sets with unit i, over all sets, and Σ w(|S|) a a′.
    """
    k = starts.shape[0] - 1
    y = starts[k]
    every, noise = k, k + 1
    alone = k > first and starts[k] - starts[k - 1] == 1
    last = k - 1 if alone else k
    unit = np.empty(k + 1, np.int64)
    following = np.empty(k + 1, np.int64)
    slope = np.empty(y + 1)
    depth = 0
    unit[0] = first - 1
    entered = True
    while True:
        if entered:
            behind = y - starts[unit[depth] + 1] + 1
            triangle = behind * (behind + 1) // 2
            following[depth] = unit[depth] + 1
            for form in range(unit[depth] + 1, k + 2):
                for entry in range(triangle):
                    forms[depth, form, entry] = 0.0
            forms[depth, every, 0] = inside[size + depth]
            forms[depth, noise, 0] = outside[size + depth]
        j = following[depth]
        entered = j < last
        if entered:
            following[depth] = j + 1
            _sweep(stack[depth], stack[depth + 1], y - starts[j])
            for column in range(starts[j] + 1, starts[j + 1]):
                _sweep(stack[depth + 1], stack[depth + 1], y - column)
            depth += 1
            unit[depth] = j
            continue
        if alone:
            # The set with the last unit, which is one column, written out.
            pivot = stack[depth, 2]
            e = stack[depth, 1] / pivot if pivot > PIVOT_FLOOR else 0.0
            c, w = inside[size + depth + 1], outside[size + depth + 1]
            forms[depth, k - 1, 0] += c
            forms[depth, k - 1, 1] -= c * e
            forms[depth, k - 1, 2] += c * e * e
            forms[depth, every, 0] += c
            forms[depth, every, 1] -= c * e
            forms[depth, every, 2] += c * e * e
            forms[depth, noise, 0] += w
            forms[depth, noise, 1] -= w * e
            forms[depth, noise, 2] += w * e * e
        if depth == 0:
            break
        j = unit[depth]
        front = y - starts[j]
        triangle = (front + 1) * (front + 2) // 2
        for column in range(y - starts[j + 1] + 1, front + 1):
            # The matrix before a column's sweep is the parent's for the first column of a unit, else what it left.
            _slopes(stack[depth - 1] if column == front else stack[depth], slope, column)
            for form in range(j + 1, k + 2):
                _append(forms[depth, form], slope, column)
        for form in range(j + 1, k + 2):
            _add(forms[depth - 1, form], forms[depth, form], triangle)
        _add(forms[depth - 1, j], forms[depth, every], triangle)
        depth -= 1


@njit("void(f8[:, ::1], i8[::1], i8, i8, f8[::1], f8[::1], f8[:, ::1])", **COMPILED)
def _part(matrix, starts, prefix, pattern, inside, outside, out):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Forms (k + 2, triangle) of one part: of the first `prefix` units exactly those in the bits of `pattern`."""
    k = starts.shape[0] - 1
    m = matrix.shape[0]
    y = m - 1
    stack = np.empty((k + 1, m * (m + 1) // 2))
    forms = np.empty((k + 1, k + 2, m * (m + 1) // 2))
    slope = np.empty(m)
    entry = 0
    for a in range(m):
        for b in range(a + 1):
            stack[0, entry] = matrix[y - a, y - b]
            entry += 1
    swept = np.zeros(m, np.bool_)
    for column in range(starts[0]):
        swept[column] = True
    size = 0
    for i in range(prefix):
        if (pattern >> i) & 1:
            size += 1
            for column in range(starts[i], starts[i + 1]):
                swept[column] = True
    for column in range(starts[prefix]):
        if swept[column]:
            _sweep(stack[0], stack[0], y - column)
    _walk(stack, forms, starts, prefix, size, inside, outside)
    for column in range(starts[prefix] - 1, -1, -1):
        slope[:] = 0.0
        if swept[column]:
            _slopes(stack[0], slope, y - column)
        for form in range(prefix, k + 2):
            _append(forms[0, form], slope, y - column)
    for form in range(prefix, k + 2):
        out[form] = forms[0, form]
    for i in range(prefix):
        if (pattern >> i) & 1:
            out[i] = out[k]
        else:
            out[i] = 0.0


def lmg_gradient(matrix: np.ndarray, starts: np.ndarray, *, progress: Progress | None = None) -> np.ndarray:
    """The gradient of each unit's LMG, of the controls' R² and of the model's R², with respect to the matrix.

    Parameters
    ----------
    matrix
        Scatter, covariance or correlation matrix; float (m, m), columns as in `subsets`.
    starts
        First column of each unit and, last, the outcome's column; int (k + 1,).
    progress
        Called between parts with the part done and the seconds left.

    Returns
    -------
    np.ndarray
        float (k + 2, m, m), each matrix symmetric: a value changes by Σ_ab G[a, b] dM[a, b], over all a
        and b. Row k is R² of the controls alone, row k + 1 of the whole model.

    Notes
    -----
    LMG and R² are parts of the outcome's variance, whose own change is counted too, so Σ G[a, b] M[a, b] = 0.
    A column that adds nothing for want of variance of its own adds nothing to the gradient either.
    """
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    k, m = len(starts) - 1, len(matrix)
    standard = standardised(matrix[None])[0]
    inside, outside = size_weights(k)
    prefix = PREFIX_UNITS if k >= PARTS_FROM else 0
    forms = np.empty((2**prefix, k + 2, m * (m + 1) // 2))

    def one(pattern: int) -> None:
        _part(standard, starts, prefix, pattern, inside, outside, forms[pattern])

    in_parts(one, range(2**prefix), progress)
    sums = forms.sum(axis=0)
    models = np.empty((2, k + 2, m * (m + 1) // 2))
    ones = np.ones(k + 1)
    _part(standard, starts, k, 0, ones, ones, models[0])
    _part(standard, starts, k, 2**k - 1, ones, ones, models[1])
    residual = _symmetric(np.concatenate([sums[:k] - sums[k + 1], models[:, k]]), m)
    return of_parts_of_variance(-residual, matrix)


def of_parts_of_variance(gradient: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Gradients of parts of the outcome's variance from those of the same parts in its own unit; float (j, m, m).

    Parameters
    ----------
    gradient
        Sums of −a a′ with respect to the correlations, whose outcome has the variance 1; float (j, m, m).
    matrix
        Scatter, covariance or correlation matrix; float (m, m).
    """
    deviation = np.sqrt(np.maximum(np.diagonal(matrix), 0.0))
    units = np.outer(*[np.where(deviation > 0, deviation, 1.0)] * 2)
    whole = gradient.copy()
    whole[:, -1, -1] -= np.einsum("jab,ab->j", gradient, matrix / units)
    return whole / units


def _symmetric(triangles: np.ndarray, m: int) -> np.ndarray:
    """Triangles (…, m (m + 1) / 2) of columns counted from the end as matrices (…, m, m)."""
    a, b = np.tril_indices(m)
    whole = np.empty((len(triangles), m, m))
    whole[:, m - 1 - a, m - 1 - b] = triangles
    whole[:, m - 1 - b, m - 1 - a] = triangles
    return whole


def lmg_influence(centred: np.ndarray, weights: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Each respondent's contribution to each value, which together make its change; float (n, k).

    Parameters
    ----------
    centred
        Rows less their weighted means; float (n, m).
    weights
        float (n,).
    gradient
        With respect to the scatter matrix Σ w z z′ of these rows; float (k, m, m).

    Notes
    -----
    w z′Gz: the variance of the estimate is the design variance of the total of these. They sum to 0, because
    LMG and R² do not change when the scatter matrix is multiplied. The mean has no part, as its first
    order is 0.
    """
    k, m = gradient.shape[:2]
    a, b = np.triu_indices(m)
    sides = gradient[:, a, b] * np.where(a == b, 1.0, 2.0)
    influence = np.empty((len(centred), k))
    for begin in range(0, len(centred), CHUNK_ROWS):
        rows = centred[begin : begin + CHUNK_ROWS]
        influence[begin : begin + CHUNK_ROWS] = (rows[:, a] * rows[:, b]) @ sides.T
    return influence * np.asarray(weights)[:, None]
