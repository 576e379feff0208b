"""Scores from codes: 0–100 performance from the scale's own ends, and constructs from their items."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from drivers.survey.codebook.model import Codebook
from drivers.survey.codebook.scales import Scale


def turn(codes: np.ndarray, scale: Scale) -> np.ndarray:
    """The codes of a reversed item turned round, so that high is good; float (n,)."""
    low, high = scale.ends
    return low + high - codes


def performance(codes: np.ndarray, scale: Scale) -> np.ndarray:
    """Codes as performance, 0 at the scale's worst answer and 100 at its best; float (n,)."""
    low, high = scale.ends
    return 100.0 * (codes - low) / (high - low)


def construct_scores(codes: Mapping[str, np.ndarray], codebook: Codebook) -> pd.DataFrame:
    """The 0–100 score of every driver and outcome, one column each.

    Parameters
    ----------
    codes
        Item → codes with reversed items already turned, float (n,), NaN where missing.

    Notes
    -----
    A score is the mean of the performance of its items. Missing answers: a score needs all items,
    or ``min_items`` of them where the codebook says so; otherwise it is missing.
    """
    names = (*codebook.drivers, *codebook.outcomes)
    return pd.DataFrame({name: construct_score(codes, codebook, name) for name in names}, copy=False)


def construct_score(codes: Mapping[str, np.ndarray], codebook: Codebook, name: str) -> np.ndarray:
    """The 0–100 score of one driver or outcome, as in `construct_scores`; float (n,)."""
    construct = codebook.construct(name)
    items = np.column_stack(
        [performance(codes[item], codebook.scales[codebook.items[item].scale]) for item in construct.items]
    )
    answered = ~np.isnan(items)
    count = answered.sum(axis=1)
    total = np.where(answered, items, 0.0).sum(axis=1)
    enough = count >= (construct.min_items or len(construct.items))
    return np.where(enough, total / np.maximum(count, 1), np.nan)


def top_two(codes: np.ndarray, scale: Scale) -> np.ndarray | None:
    """Whether an answer is one of the two best, 1 or 0, NaN where missing; float (n,); None on a scale without steps.

    Parameters
    ----------
    codes
        Of one item, turned where it is reversed; float (n,).
    """
    best = scale.best_two
    return None if best is None else np.where(np.isnan(codes), np.nan, (codes >= best[0]).astype(float))
