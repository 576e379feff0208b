"""What is taken from a part of the answers in each pass, and how parts come together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeVar

import numpy as np
import pandas as pd

from drivers.importance.engines import rows_influence
from drivers.importance.streaming.design_sums import DesignSums
from drivers.models.predictors import ModelColumns
from drivers.moments import Moments, weighted_moments
from drivers.survey.chunks.files import Chunk, Part, chunks
from drivers.survey.chunks.scoring import ChunkScoring, Scored

MOST_VALUES = 100_000
"""Different scores of a column whose weights are kept. Beyond, the lightest are forgotten: the commonest answer's part
may come out too small, each time by less than one in a hundred thousand, where it is hardly an answer at all."""

MIDDLE = 50.0
"""Of performance: sums of what is left of it lose fewer digits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FirstPass:
    """What the first pass finds.

    Parameters
    ----------
    rows
        All rows.
    not_concerned
        Rows left out because a driver does not concern them.
    weighed
        Whether any row has a weight above 0.
    moments
        Of the complete rows, columns as in `ChunkScoring`; None without any.
    values
        For each column its different values and the weights of those who gave them.
    lightest, heaviest
        Weights among the complete rows.
    outcome
        Sums of w and w (y − 50) of the complete rows, by the design.
    """

    rows: int
    not_concerned: int
    weighed: bool
    moments: Moments | None
    values: tuple[tuple[np.ndarray, np.ndarray], ...]
    lightest: float
    heaviest: float
    outcome: DesignSums

    def merge(self, other: FirstPass) -> FirstPass:
        """What both parts hold together."""
        moments = self.moments
        if other.moments is not None:
            moments = other.moments if moments is None else moments.merge(other.moments)
        return FirstPass(
            rows=self.rows + other.rows,
            not_concerned=self.not_concerned + other.not_concerned,
            weighed=self.weighed or other.weighed,
            moments=moments,
            values=tuple(
                _counted(np.concatenate([own, others]), np.concatenate([weights, further]))
                for (own, weights), (others, further) in zip(self.values, other.values, strict=True)
            ),
            lightest=min(self.lightest, other.lightest),
            heaviest=max(self.heaviest, other.heaviest),
            outcome=self.outcome.merge(other.outcome),
        )

    def modal_part(self, column: int) -> float:
        """Weighted part of the complete rows that share the commonest value of a column."""
        assert self.moments is not None
        return float(self.values[column][1].max() / self.moments.sum_weights)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SecondPass:
    """What the second pass finds: complete rows, and by the design their influence on importance and performance."""

    rows: int
    influence: DesignSums

    def merge(self, other: SecondPass) -> SecondPass:
        """What both parts hold together."""
        return SecondPass(rows=self.rows + other.rows, influence=self.influence.merge(other.influence))


Pass = TypeVar("Pass", FirstPass, SecondPass)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextsOfPart:
    """The job before the first pass: which texts the columns of texts hold."""

    scoring: ChunkScoring
    columns: tuple[str, ...]
    chunk_rows: int

    def __call__(self, part: Part) -> list[dict[str, dict[str, int]]]:
        """Item → text → rows, chunk by chunk."""
        return [self.scoring.texts(chunk) for chunk in chunks(part, self.columns, chunk_rows=self.chunk_rows)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MomentsOfPart:
    """The job of the first pass.

    Parameters
    ----------
    scoring
        Its columns are controls, drivers, the outcome last.
    controls
        How many of them are controls.
    """

    scoring: ChunkScoring
    controls: int
    chunk_rows: int

    def __call__(self, part: Part) -> FirstPass:
        """What the part holds."""
        return together(self._of(chunk) for chunk in _chunks(self.scoring, part, self.chunk_rows))

    def _of(self, chunk: Chunk) -> FirstPass:
        scored = self.scoring.scored(chunk)
        drivers = slice(self.controls, -1)
        held = np.delete(scored.concerned, np.arange(scored.concerned.shape[1])[drivers], axis=1)
        usable = (scored.weights > 0) & held.all(axis=1)
        spared = int(np.count_nonzero(usable & ~scored.concerned[:, drivers].all(axis=1)))
        used = _complete(scored)
        values, weights = scored.values[used], scored.weights[used]
        outcome = weights * (values[:, -1] - MIDDLE)
        return FirstPass(
            rows=chunk.rows,
            not_concerned=spared,
            weighed=bool((scored.weights > 0).any()),
            moments=weighted_moments(values, weights) if len(values) else None,
            values=_commonest(scored, used),
            lightest=float(weights.min(initial=np.inf)),
            heaviest=float(weights.max(initial=-np.inf)),
            outcome=DesignSums.of(self.scoring.book, scored, used, np.column_stack([weights, outcome])),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InfluenceOfPart:
    """The job of the second pass.

    Parameters
    ----------
    scoring
        Its columns are those of the model.
    data, moments, gradient
        The model, the moments of all complete rows, and the gradient of the measure at their scatter.
    """

    scoring: ChunkScoring
    data: ModelColumns
    moments: Moments
    gradient: np.ndarray
    chunk_rows: int

    def __call__(self, part: Part) -> SecondPass:
        """What the part holds."""
        return together(self._of(chunk) for chunk in _chunks(self.scoring, part, self.chunk_rows))

    def _of(self, chunk: Chunk) -> SecondPass:
        scored = self.scoring.scored(chunk)
        used = _complete(scored)
        influence = rows_influence(scored.values[used], scored.weights[used], self.moments, self.data, self.gradient)
        both = np.concatenate([influence.importance, influence.performance], axis=1)
        return SecondPass(rows=len(both), influence=DesignSums.of(self.scoring.book, scored, used, both))


def in_order(moments: Moments, order: np.ndarray) -> Moments:
    """The same moments with their columns in another order."""
    return replace(moments, mean=moments.mean[order], scatter=moments.scatter[np.ix_(order, order)])


def _complete(scored: Scored) -> np.ndarray:
    """Rows that are used: a weight above 0 and a value in every column; what does not apply has none; bool (n,)."""
    return (scored.weights > 0) & ~np.isnan(scored.values).any(axis=1)


def _chunks(scoring: ChunkScoring, part: Part, chunk_rows: int) -> Iterator[Chunk]:
    return chunks(part, list(scoring.columns), chunk_rows=chunk_rows)


def together(found: Iterable[Pass]) -> Pass:
    """What all parts hold, merged one after another."""
    return reduce(lambda whole, part: whole.merge(part), found)


def _commonest(scored: Scored, used: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Each column's different values among the rows used, and the weights of those who gave them."""
    weights = np.where(used, scored.weights, 0.0)
    found = []
    for column, different in zip(scored.values.T, scored.different, strict=True):
        if different is None:
            found.append(_counted(column[used], scored.weights[used]))
        else:
            values, rows = different
            total = np.bincount(rows, weights=weights, minlength=len(values))
            found.append(_counted(values[total > 0], total[total > 0]))
    return tuple(found)


def _counted(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each different value, and the weights of those who gave it."""
    codes, distinct = pd.factorize(values)
    total = np.bincount(codes, weights=weights, minlength=len(distinct))
    if len(distinct) > MOST_VALUES:
        kept = np.sort(np.argpartition(total, -MOST_VALUES)[-MOST_VALUES:])
        distinct, total = distinct[kept], total[kept]
    return np.asarray(distinct, dtype=float), total
