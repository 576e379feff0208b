"""Which of some groups may be shown, so that what a few people said is neither told nor can be worked out."""

from __future__ import annotations

import numpy as np

from drivers.results import FEWEST_SHOWN


def may_be_shown(n: np.ndarray, *, fewest: int = FEWEST_SHOWN) -> np.ndarray:
    """Which groups may be shown, so that none that is hidden can be worked out from the others; bool (k,).

    Parameters
    ----------
    n
        Answers in each group; int (k,).
    fewest
        Fewest answers of a group that is shown.

    Notes
    -----
    A group of fewer answers is hidden. Where the hidden ones are a single group, or together have fewer answers, all
    others and the total would tell them: then the next smallest is hidden too. Groups of nobody hide nothing.
    """
    shown = n >= fewest
    hidden = (n > 0) & ~shown
    while hidden.any() and shown.any() and (hidden.sum() == 1 or n[hidden].sum() < fewest):
        next_smallest = np.flatnonzero(shown)[n[shown].argmin()]
        shown[next_smallest], hidden[next_smallest] = False, True
    return shown


def waves_shown(n: np.ndarray, now: int) -> np.ndarray:
    """Which waves may be shown beside all of them together; bool (k,).

    Parameters
    ----------
    n
        Answers in each wave, also of those after the one reported on: other reports tell of them; int (k,).
    now
        Place of the wave reported on, which is told wherever it has enough answers: another is hidden instead.
    """
    kept = n.copy()
    if kept[now] >= FEWEST_SHOWN:
        kept[now] = n.sum() + 1
    return may_be_shown(kept)
