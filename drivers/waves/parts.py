"""The change between two waves in three parts, and what each respondent adds to each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.waves.reweighting import Reweighted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """A change in its parts; `parts_of` makes one.

    Parameters
    ----------
    estimate
        The change, who answered, performance, what is not explained, and each column's part in the performance;
        float (4 + p,).
    influence
        What each row adds to each of these, weight included; float (n, 4 + p).
    slopes
        Pooled effect of each column; float (p,).
    moved
        By how much the mean of each column moved, who answered held constant; float (p,).
    """

    estimate: np.ndarray
    influence: np.ndarray
    slopes: np.ndarray
    moved: np.ndarray


def parts_of(values: np.ndarray, explained: np.ndarray, before: np.ndarray, mix: Reweighted) -> Parts:
    """A change of the last column's mean, in the parts that go with who answered and with the columns before it.

    Parameters
    ----------
    values
        Predictors and the outcome last; float (n, m), no NaN where used, 0 elsewhere.
    explained
        Predictors whose part is told; what the others move by is left unexplained; bool (m − 1,).
    before
        Respondents of the first wave; bool (n,).
    mix
        Those of the second, weighted to the first.

    Notes
    -----
    ȳ₂ − ȳ₁ = (ȳ₂ − ȳ₂*) + Σ β_j (x̄₂j* − x̄₁j) + rest, * under the weights that give the second wave the first one's
    composition and β the slopes within waves of both together, so that a difference between waves is no part of them.
    """
    x, y = values[:, :-1], values[:, -1]
    weights = np.where(before, mix.design, 0.0)
    first = weights @ values / weights.sum()
    own = np.where(mix.source, mix.design, 0.0)
    second, held = own @ values / own.sum(), mix.mean(values)
    left, right = x - first[:-1], x - held[:-1]
    cross = left.T @ (weights[:, None] * left) + right.T @ (mix.weights[:, None] * right)
    total = left.T @ (weights * (y - first[-1])) + right.T @ (mix.weights * (y - held[-1]))
    slopes = np.linalg.solve(cross, total)
    moved = held[:-1] - first[:-1]
    performance = np.where(explained, slopes * moved, 0.0)
    change, who = second[-1] - first[-1], second[-1] - held[-1]

    of_first = weights[:, None] * (values - first) / weights.sum()
    of_second = own[:, None] * (values - second) / own.sum()
    of_held = mix.influence(values)
    noise_before = np.where(before, (y - first[-1]) - left @ slopes, 0.0)
    noise_after = np.where(mix.source, (y - held[-1]) - right @ slopes, 0.0)
    score = (weights * noise_before)[:, None] * left + mix.influence_of_totals(noise_after[:, None] * right)
    used = int(np.count_nonzero(before | mix.source))
    # Residuals are smaller than what they stand for by what was fitted to them.
    spare = np.sqrt(used / max(used - x.shape[1] - 2, 1))
    of_slopes = spare * score @ np.linalg.inv(cross)
    of_parts = slopes * (of_held - of_first)[:, :-1] + moved * of_slopes
    of_parts = np.where(explained, of_parts, 0.0)
    of_change, of_who = (of_second - of_first)[:, -1], (of_second - of_held)[:, -1]
    of_performance = of_parts.sum(axis=1)
    return Parts(
        estimate=np.array([change, who, performance.sum(), change - who - performance.sum(), *performance]),
        influence=np.column_stack(
            [of_change, of_who, of_performance, of_change - of_who - of_performance, of_parts],
        ),
        slopes=slopes,
        moved=moved,
    )
