"""Whether a code at the end of a scale is a step of it, told by how those who wrote it answered everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST_ANSWERS = 20
"""Answers from which a code is compared with its neighbour."""
CLEAR = 2.0
"""Standard errors from which a difference counts."""


@dataclass(frozen=True, slots=True)
class EndCode:
    """A code and its neighbour, by the other answers of those who wrote them.

    Parameters
    ----------
    code, neighbour
        The code at the end of a scale, and the one beside it.
    of_code, of_neighbour
        Mean of the other answers of those who wrote it.
    z
        Their difference in standard errors, positive where the code lies beyond its neighbour as on a scale.
    """

    code: float
    neighbour: float
    of_code: float
    of_neighbour: float
    z: float

    @property
    def off(self) -> bool:
        """Whether the code is clearly no further step of the scale."""
        return self.z < -CLEAR

    @property
    def on(self) -> bool:
        """Whether the code is clearly a further step of the scale."""
        return self.z > CLEAR


def end_code(
    columns: Sequence[np.ndarray],
    code: float,
    neighbour: float,
    core: tuple[float, float],
    beside: Sequence[np.ndarray] = (),
) -> EndCode | None:
    """How those who wrote a code answered the rest, beside those who wrote its neighbour; None where too few did.

    Parameters
    ----------
    columns
        Answers to questions on one scale; each float (n,), NaN where there is none.
    core
        The ends between which answers are steps for certain.
    beside
        Answers to other questions on the same core, which count as the rest alone.

    Notes
    -----
    The rest of a row is the mean of its other answers within `core`. On a scale it is higher where a higher code was
    written; a code for "never used" says nothing of the rest. The mean difference over all columns is compared with
    its standard error, which rows that occur in several columns make somewhat too small.
    """
    if len(columns) + len(beside) < 2:
        return None
    answers = np.column_stack([*columns, *beside])
    inside = (answers >= core[0]) & (answers <= core[1])
    steps = np.where(inside, answers, 0.0)
    total, count = steps.sum(axis=1), inside.sum(axis=1)
    others = count[:, None] - inside
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = (total[:, None] - steps) / others
    known = others > 0
    sums = []
    for value in (code, neighbour):
        chosen = rest[(answers == value) & known & (np.arange(answers.shape[1]) < len(columns))]
        if len(chosen) < LEAST_ANSWERS:
            return None
        sums.append((float(chosen.mean()), float(chosen.var(ddof=1)) / len(chosen)))
    (of_code, var_code), (of_neighbour, var_neighbour) = sums
    error = float(np.sqrt(var_code + var_neighbour))
    if error <= 1e-12:
        return None
    sign = 1.0 if code > neighbour else -1.0
    return EndCode(code, neighbour, of_code, of_neighbour, sign * (of_code - of_neighbour) / error)
