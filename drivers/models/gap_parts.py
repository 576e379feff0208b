"""The errors of a gap that is told in drivers: effect times gap of each, all together, and what they leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GapErrors:
    """Standard errors of each part, float (k,), of all together, and of what they leave of the gap."""

    each: np.ndarray
    together: float
    left: float


def gap_errors(
    effect: np.ndarray, effects: np.ndarray, gap: np.ndarray, levels: np.ndarray, *, sign: float = 1.0
) -> GapErrors:
    """How sure the parts of a gap are.

    Parameters
    ----------
    effect, effects
        Points of the outcome with one point of each driver, float (k,), and their covariance, float (k, k); 0 for a
        driver that is given no part.
    gap
        Each driver's gap; float (k,).
    levels
        Covariance of the gaps and, last, of the outcome's; float (k + 1, k + 1).
    sign
        −1 where the outcome's level counts against its gap.

    Notes
    -----
    Effects and levels go together to first order only where lines are not straight, so that the variance of a part is
    gap² var(effect) + effect² var(gap).
    """
    each = np.sqrt(gap**2 * np.diag(effects) + effect**2 * np.diag(levels)[:-1])
    of_effects = float(gap @ effects @ gap)
    # Who rates a driver high is satisfied more: what is left varies less than its two parts would apart.
    moves = np.array([*effect, -sign])
    return GapErrors(
        each=each,
        together=float(np.sqrt(of_effects + effect @ levels[:-1, :-1] @ effect)),
        left=float(np.sqrt(of_effects + moves @ levels @ moves)),
    )
