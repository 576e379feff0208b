"""The walk over all subsets, thirty-two at a time: compiled code for `subsets`.

Thirty-two walks go in step, one a *lane*, so that the processor does several numbers with one
instruction. Subsets that differ in the first units only have the same tree behind them: patterns of the
first units are lanes, and so are several matrices where these have few units.

Columns are counted from the end: 0 is the outcome, 1 the column before it. A matrix is its lower triangle
row by row, so that what lies behind column c is the first c (c + 1) / 2 entries, wherever the walk
stands; an entry is 32 numbers, one a lane. The last four units are written out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

PIVOT_FLOOR = 1e-12
"""A pivot below this part of its column's variance is rounding noise: the column adds nothing."""

LANES = 32
LANE_UNITS = 5
"""At most 2**5 patterns of the first units are lanes."""

TAIL = 4
"""Units at the end that are written out."""

# A pivot of 0 is asked for beforehand, so numpy's division serves, and loops without exceptions become vector code.
# Fused products and sums round once instead of twice.
COMPILED: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "fastmath": {"contract"}}


@njit("f8(f8)", forceinline=True, **COMPILED)
def _inverse(pivot):  # type: ignore[no-untyped-def]  # pragma: no cover
    return 1.0 / pivot if pivot > PIVOT_FLOOR else 0.0


@njit("UniTuple(f8, 5)(" + ", ".join(["f8"] * 17) + ")", forceinline=True, **COMPILED)
def _three(pp, pq, pr, py, qq, qr, qy, rr, ry, inv_p, base, one, two, three, w_1, w_2, w_3):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The 7 sets that units p, q, r add to one whose R² is `base`.

    Returns Σ c R² over those with p, with q, with r, and over all of them, and Σ w R².
    """
    inv_q = _inverse(qq)
    u, v, w = pq * inv_p, pr * inv_p, qr * inv_q
    qq_p, qr_p, qy_p = qq - u * pq, qr - u * pr, qy - u * py
    rr_p, ry_p = rr - v * pr, ry - v * py
    rr_q, ry_q = rr - w * qr, ry - w * qy
    inv_q_p = _inverse(qq_p)
    x = qr_p * inv_q_p
    rr_pq, ry_pq = rr_p - x * qr_p, ry_p - x * qy_p
    in_p = base + py * py * inv_p
    in_q = base + qy * qy * inv_q
    in_r = base + ry * ry * _inverse(rr)
    in_pq = in_p + qy_p * qy_p * inv_q_p
    in_pr = in_p + ry_p * ry_p * _inverse(rr_p)
    in_qr = in_q + ry_q * ry_q * _inverse(rr_q)
    in_pqr = in_pq + ry_pq * ry_pq * _inverse(rr_pq)
    singles, pairs, all_three = in_p + in_q + in_r, in_pq + in_pr + in_qr, three * in_pqr
    return (
        one * in_p + two * (in_pq + in_pr) + all_three,
        one * in_q + two * (in_pq + in_qr) + all_three,
        one * in_r + two * (in_pr + in_qr) + all_three,
        one * singles + two * pairs + all_three,
        w_1 * singles + w_2 * pairs + w_3 * in_pqr,
    )


@njit("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], i8)", **COMPILED)
def _tail(here, inside, outside, sums, subtree, lanes):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The 15 sets that the last four units p, q, r, t add to the one whose matrix is `here`.

    sums : Σ c R² over the sets with each unit, added to; subtree : Σ c R² and Σ w R² over all of them, added to.
    lanes : always LANES, but a loop whose length the compiler knew would be unrolled into scalar code.
    """
    for lane in range(lanes):
        yy = here[lane]
        ty, tt = here[LANES + lane], here[2 * LANES + lane]
        ry, rt, rr = here[3 * LANES + lane], here[4 * LANES + lane], here[5 * LANES + lane]
        qy, qt, qr, qq = here[6 * LANES + lane], here[7 * LANES + lane], here[8 * LANES + lane], here[9 * LANES + lane]
        py, pt, pr = here[10 * LANES + lane], here[11 * LANES + lane], here[12 * LANES + lane]
        pq, pp = here[13 * LANES + lane], here[14 * LANES + lane]
        one, two = inside[LANES + lane], inside[2 * LANES + lane]
        three, four = inside[3 * LANES + lane], inside[4 * LANES + lane]
        w_1, w_2 = outside[LANES + lane], outside[2 * LANES + lane]
        w_3, w_4 = outside[3 * LANES + lane], outside[4 * LANES + lane]
        base = 1.0 - yy
        q, r, t, every, noise = _three(
            qq, qr, qt, qy, rr, rt, ry, tt, ty, _inverse(qq), base, one, two, three, w_1, w_2, w_3
        )
        inv_p = _inverse(pp)
        fq, fr, ft = pq * inv_p, pr * inv_p, pt * inv_p
        in_p, qq_p = base + py * py * inv_p, qq - fq * pq
        q_p, r_p, t_p, every_p, noise_p = _three(
            qq_p, qr - fq * pr, qt - fq * pt, qy - fq * py, rr - fr * pr, rt - fr * pt, ry - fr * py, tt - ft * pt,
            ty - ft * py, _inverse(qq_p), in_p, two, three, four, w_2, w_3, w_4,
        )  # fmt: skip
        with_p = one * in_p + every_p
        sums[lane] += with_p
        sums[LANES + lane] += q + q_p
        sums[2 * LANES + lane] += r + r_p
        sums[3 * LANES + lane] += t + t_p
        subtree[lane] += every + with_p
        subtree[LANES + lane] += noise + noise_p + w_1 * in_p


@njit("void(f8[::1], f8[::1], i8, f8[::1], i8)", **COMPILED)
def _sweep(source, target, column, room, lanes):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Schur complement of `source` by `column`, columns behind it, into `target`; room : (2 * LANES,)."""
    row = source[column * (column + 1) // 2 * LANES :]
    inverse, factor = room[:LANES], room[LANES:]
    pivot = row[column * LANES :]
    for lane in range(lanes):
        inverse[lane] = _inverse(pivot[lane])
    begin = 0
    for a in range(column):
        own = row[a * LANES : (a + 1) * LANES]
        for lane in range(lanes):
            factor[lane] = own[lane] * inverse[lane]
        for b in range(a + 1):
            old, new = source[begin : begin + LANES], target[begin : begin + LANES]
            other = row[b * LANES : (b + 1) * LANES]
            for lane in range(lanes):
                new[lane] = old[lane] - factor[lane] * other[lane]
            begin += LANES


@njit("void(f8[::1], i8, i8, i8)", **COMPILED)
def _sweep_lane(matrix, column, source, target):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The same from one lane into another, or into itself."""
    row = column * (column + 1) // 2
    inverse = _inverse(matrix[(row + column) * LANES + source])
    entry = 0
    for a in range(column):
        factor = matrix[(row + a) * LANES + source] * inverse
        for b in range(a + 1):
            matrix[entry * LANES + target] = (
                matrix[entry * LANES + source] - factor * matrix[(row + b) * LANES + source]
            )
            entry += 1


@njit("void(f8[::1], i8[::1], i8[::1], i8, f8[::1], f8[::1], f8[::1], i8)", **COMPILED)
def _walk(stack, at, starts, first, inside, outside, sums, lanes):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Add Σ c(|S|) R²(S) over the sets with unit i to row i of `sums`, for i from `first` on.

    stack : flat; at[d] says where depth d begins, whose matrix is swept by d units more than the lanes at depth 0.
    inside, outside : c and w by depth and lane, flat.
    sums : (k + 2, LANES), flat. To row k is added Σ c(|S|) R²(S) over all sets, to row k + 1 Σ w(|S|) R²(S).
    """
    k = starts.shape[0] - 1
    y = starts[k]
    tail = k - first >= TAIL and y - starts[k - TAIL] == TAIL
    last = k - TAIL if tail else k
    unit = np.empty(k + 1, np.int64)
    following = np.empty(k + 1, np.int64)
    subtree = np.empty((k + 1) * 2 * LANES)
    room = np.empty(2 * LANES)
    depth = 0
    unit[0], following[0] = first - 1, first
    entered = True
    while True:
        here = stack[at[depth] : at[depth + 1]]
        own = subtree[depth * 2 * LANES : (depth + 1) * 2 * LANES]
        if entered:
            c, w = inside[depth * LANES :], outside[depth * LANES :]
            for lane in range(lanes):
                own[lane] = c[lane] * (1.0 - here[lane])
                own[LANES + lane] = w[lane] * (1.0 - here[lane])
        j = following[depth]
        entered = j < last
        if entered:
            following[depth] = j + 1
            below = stack[at[depth + 1] : at[depth + 2]]
            _sweep(here, below, y - starts[j], room, lanes)
            for column in range(starts[j] + 1, starts[j + 1]):
                _sweep(below, below, y - column, room, lanes)
            depth += 1
            unit[depth], following[depth] = j, j + 1
            continue
        if tail:
            _tail(here, inside[depth * LANES :], outside[depth * LANES :], sums[last * LANES :], own, lanes)
        if depth == 0:
            break
        parent = subtree[(depth - 1) * 2 * LANES :]
        with_unit = sums[unit[depth] * LANES :]
        for lane in range(lanes):
            with_unit[lane] += own[lane]
            parent[lane] += own[lane]
            parent[LANES + lane] += own[LANES + lane]
        depth -= 1
    for entry in range(2 * lanes):
        sums[k * LANES + entry] += subtree[entry]


@njit("void(f8[::1], f8[:, ::1], i8, i8)", **COMPILED)
def _load(stack, matrix, controls, lane):  # type: ignore[no-untyped-def]  # pragma: no cover
    """A matrix, swept by its controls, into one lane of depth 0."""
    y = matrix.shape[0] - 1
    entry = 0
    for a in range(y + 1):
        for b in range(a + 1):
            stack[entry * LANES + lane] = matrix[y - a, y - b]
            entry += 1
    for column in range(controls):
        _sweep_lane(stack, y - column, lane, lane)


@njit("i8[::1](i8[::1], i8)", **COMPILED)
def _places(starts, first):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Where the depths of a walk from unit `first` begin in its stack, and, last, where the stack ends."""
    k = starts.shape[0] - 1
    m = starts[k] + 1
    at = np.zeros(k - first + 2, np.int64)
    at[1] = m * (m + 1) // 2 * LANES
    for depth in range(1, k - first + 1):
        columns = starts[k] - starts[first + depth - 1]
        at[depth + 1] = at[depth] + columns * (columns + 1) // 2 * LANES
    return at


@njit("void(f8[:, :, ::1], i8[::1], i8, i8, i8, i8, f8[::1], f8[::1], f8[:, ::1], i8)", **COMPILED)
def walk_parts(matrices, starts, cut, patterns, begin, end, inside, outside, out, lanes):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Parts `begin` to `end` of matrices (b, m, m), each cut by its first `cut` units into 2**cut parts.

    A part holds exactly those of the units that are in the bits of its number. The next `patterns` units make
    2**patterns lanes of a part, and several parts fill the lanes.
    out : (b * 2**cut, k + 2), row by part: sums with each unit, R² of the controls, Σ w R².
    """
    k = starts.shape[0] - 1
    y = starts[k]
    first = cut + patterns
    width = 1 << patterns
    at = _places(starts, first)
    stack = np.zeros(at[-1])
    size = np.zeros(LANES, np.int64)
    c, w = np.empty((k - first + 1) * LANES), np.empty((k - first + 1) * LANES)
    sums = np.empty((k + 2) * LANES)
    for block in range(begin, end, LANES >> patterns):
        filled = min(LANES >> patterns, end - block)
        for slot in range(filled):
            lane = slot * width
            pattern = (block + slot) & ((1 << cut) - 1)
            _load(stack, matrices[(block + slot) >> cut], starts[0], lane)
            out[block + slot, k] = 1.0 - stack[lane]
            size[lane] = 0
            for i in range(cut):
                if (pattern >> i) & 1:
                    size[lane] += 1
                    for column in range(starts[i], starts[i + 1]):
                        _sweep_lane(stack, y - column, lane, lane)
            for i in range(patterns):
                for source in range(lane, lane + (1 << i)):
                    target = source + (1 << i)
                    size[target] = size[source] + 1
                    _sweep_lane(stack, y - starts[cut + i], source, target)
                    for column in range(starts[cut + i] + 1, starts[cut + i + 1]):
                        _sweep_lane(stack, y - column, target, target)
        for depth in range(k - first + 1):
            for lane in range(LANES):
                c[depth * LANES + lane] = inside[size[lane] + depth]
                w[depth * LANES + lane] = outside[size[lane] + depth]
        for entry in range((k + 2) * LANES):
            sums[entry] = 0.0
        _walk(stack, at, starts, first, c, w, sums, lanes)
        for slot in range(filled):
            pattern = (block + slot) & ((1 << cut) - 1)
            for i in range(k):
                out[block + slot, i] = 0.0
            out[block + slot, k + 1] = 0.0
            for lane in range(slot * width, (slot + 1) * width):
                with_units = pattern | ((lane - slot * width) << cut)
                for i in range(k):
                    row = i if i >= first else k
                    if i >= first or (with_units >> i) & 1:
                        out[block + slot, i] += sums[row * LANES + lane]
                out[block + slot, k + 1] += sums[(k + 1) * LANES + lane]
