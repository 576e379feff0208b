"""The matching kernel: one column's holes filled from respondents whose expected answer is near.

Arrays in, arrays out. z (r, q) has a row for each respondent and a column for each predictor; `gram`, its
cross-products zᵀz, is kept up to date while holes are filled, so that a regression costs as much as there are holes.
"""

from __future__ import annotations

import numpy as np
from numba import njit

RIDGE = 1e-5
"""Part of its scatter that is added to each predictor's: columns that almost repeat each other then do no harm."""

PIVOT_FLOOR = 1e-12
"""A pivot below this part of its column's scatter is rounding noise: the column gets no coefficient."""

MOST_MOVES = 32
"""A value has this many places to go before bins are no help, as where one value is far from all others."""


@njit("void(f8[:, ::1], f8[:, ::1], i8[::1], f8)", nogil=True, cache=True)
def add_rows(gram, z, rows, sign):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add (sign 1) or take away (sign −1) rows of z in the cross-products (q, q)."""
    q = z.shape[1]
    for row in rows:
        for a in range(q):
            factor = sign * z[row, a]
            if factor != 0.0:
                for b in range(q):
                    gram[a, b] += factor * z[row, b]


@njit("void(f8[:, ::1], i8[:, ::1], i8[::1])", nogil=True, cache=True)
def multiply(z, products, rows):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Products (d, 3: first part, second part, column) computed anew in some rows."""
    for row in rows:
        for d in range(products.shape[0]):
            z[row, products[d, 2]] = z[row, products[d, 0]] * z[row, products[d, 1]]


@njit("i8[::1](f8[::1])", nogil=True, cache=True)
def _sorted_places(values):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Places of the values in increasing order; equal ones stay in the order in which they stand.

    Expected answers are spread evenly enough that one bin each, and an insertion sort within bins, takes a quarter of
    the time of a general sort.
    """
    n = values.shape[0]
    low, high = values[0], values[0]
    for i in range(n):
        low, high = min(low, values[i]), max(high, values[i])
    scale = (n - 1) / (high - low) if high > low else 0.0
    ends = np.zeros(n + 1, np.int64)
    for i in range(n):
        ends[int((values[i] - low) * scale) + 1] += 1
    for i in range(n):
        ends[i + 1] += ends[i]
    places = np.empty(n, np.int64)
    for i in range(n):
        bin_of = int((values[i] - low) * scale)
        places[ends[bin_of]] = i
        ends[bin_of] += 1
    moves = 0
    for i in range(1, n):
        place, at = places[i], i
        while at > 0 and values[places[at - 1]] > values[place]:
            places[at] = places[at - 1]
            at -= 1
        places[at] = place
        moves += i - at
        if moves > MOST_MOVES * n:
            return np.argsort(values, kind="mergesort")
    return places


@njit("i8(f8[::1], f8, b1)", nogil=True, cache=True)
def _count_below(ordered, target, equal_too):  # type: ignore[no-untyped-def]  # pragma: no cover
    """How many of the sorted values are below the target, or equal to it where these count too."""
    low, high = 0, ordered.shape[0]
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < target or (equal_too and ordered[middle] == target):
            low = middle + 1
        else:
            high = middle
    return low


@njit("i8(f8[::1], f8, i8, f8)", nogil=True, cache=True)
def near(expected, target, donors, uniform):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Place of one of the nearest `donors` among sorted values, all equally likely, ties broken at random."""
    n = expected.shape[0]
    draw = uniform * min(donors, n)
    rank = int(draw)
    above = _count_below(expected, target, False)
    below = above - 1
    place = above
    for _ in range(rank + 1):
        if below >= 0 and (above == n or target - expected[below] <= expected[above] - target):
            place = below
            below -= 1
        else:
            place = above
            above += 1
    # Whoever has the same expected answer is as near: one uniform gives the rank, its remainder one of them.
    found = expected[place]
    if (place == 0 or expected[place - 1] != found) and (place == n - 1 or expected[place + 1] != found):
        return place
    first = _count_below(expected, found, False)
    last = _count_below(expected, found, True)
    return first + int((draw - rank) * (last - first))


@njit(
    "void(f8[:, ::1], f8[:, ::1], i8, i8[::1], i8[:, ::1],"
    " i8[::1], i8[::1], i8[::1], i8, f8, f8[::1], f8[::1], i8[::1])",
    nogil=True,
    cache=True,
)
def redraw(  # type: ignore[no-untyped-def]  # pragma: no cover
    z, gram, j, used, products, holes, others, answered, donors, chi2, normals, uniforms, donor
):
    """Draw column j anew in its holes; z (r, q), gram = zᵀz and `donor`, a row for each hole, are written.

    used : columns of the model. holes, others, answered : rows where j is to be drawn, where it is not
    applicable, where it is an answer. chi2, normals, uniforms : draws for σ*, β* and each hole.
    """
    s = used.shape[0]
    floor = np.empty(s)
    for a in range(s):
        floor[a] = PIVOT_FLOOR * gram[used[a], used[a]]
    # The rows without an answer are the fewer ones as a rule: taken away, and put back when they are filled.
    add_rows(gram, z, holes, -1.0)
    add_rows(gram, z, others, -1.0)
    root = np.zeros((s, s))
    half = np.zeros(s)
    for a in range(s):
        pivot = gram[used[a], used[a]] * (1.0 + RIDGE)
        total = gram[used[a], j]
        for c in range(a):
            pivot -= root[a, c] ** 2
            total -= root[a, c] * half[c]
        if pivot > floor[a]:
            root[a, a] = np.sqrt(pivot)
            half[a] = total / root[a, a]
            for b in range(a + 1, s):
                entry = gram[used[b], used[a]]
                for c in range(a):
                    entry -= root[b, c] * root[a, c]
                root[b, a] = entry / root[a, a]
    estimate, noise = np.zeros(s), np.zeros(s)
    for a in range(s - 1, -1, -1):
        if root[a, a] > 0.0:
            left, right = half[a], normals[a]
            for b in range(a + 1, s):
                left -= root[b, a] * estimate[b]
                right -= root[b, a] * noise[b]
            estimate[a] = left / root[a, a]
            noise[a] = right / root[a, a]
    expected = np.zeros(answered.shape[0])
    rss = 0.0
    for i in range(answered.shape[0]):
        for a in range(s):
            expected[i] += z[answered[i], used[a]] * estimate[a]
        rss += (z[answered[i], j] - expected[i]) ** 2
    drawn = estimate + np.sqrt(rss / chi2) * noise
    order = _sorted_places(expected)
    ordered = expected[order]
    for i in range(holes.shape[0]):
        target = 0.0
        for a in range(s):
            target += z[holes[i], used[a]] * drawn[a]
        donor[i] = answered[order[near(ordered, target, donors, uniforms[i])]]
    for i in range(holes.shape[0]):
        z[holes[i], j] = z[donor[i], j]
    multiply(z, products, holes)
    add_rows(gram, z, holes, 1.0)
    add_rows(gram, z, others, 1.0)
