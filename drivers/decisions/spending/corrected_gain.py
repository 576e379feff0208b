"""What a chosen plan truly brings: its gain, less what comes of having picked where chance was kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from drivers.replication import draws
from drivers.resampling import percentile_interval

PARTS = 3
"""A plan is chosen on all parts of the answers but one, and valued on that one."""

PAIRS = 250
"""Divisions of the answers over which a corrected gain is averaged; each counts twice, with its mirror image."""

PAIRS_WITHIN = 12
"""The same in each resample, where errors of one division are averaged over resamples."""

Choice = Callable[[np.ndarray], np.ndarray]
"""Effects → the plan chosen by them; float (…, k) → float (…, k)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What a plan brings: as estimated, and corrected with its limits."""

    raw: float
    corrected: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chance:
    """Errors that the effects may have, drawn once for all plans.

    Parameters
    ----------
    effects, covariance
        float (k,), float (k, k).
    resamples
        Effects drawn around those estimated; float (n_boot, k).
    whole, within
        Errors by which the answers are divided, and in each resample; float (2 PAIRS, k), float (2 PAIRS_WITHIN, k).
    """

    effects: np.ndarray
    covariance: np.ndarray
    resamples: np.ndarray
    whole: np.ndarray
    within: np.ndarray


def chance(effects: np.ndarray, covariance: np.ndarray, *, n_boot: int, seed: int) -> Chance:
    """Errors drawn from the effects' covariance under the design."""
    none = np.zeros(len(effects))

    def mirrored(count: int, offset: int) -> np.ndarray:
        drawn = draws(none, covariance, count=count, seed=seed + offset)
        return np.concatenate([drawn, -drawn])

    return Chance(
        effects=effects,
        covariance=covariance,
        resamples=draws(effects, covariance, count=n_boot, seed=seed),
        whole=mirrored(PAIRS, 1),
        within=mirrored(PAIRS_WITHIN, 2),
    )


def corrected_gain(choose: Choice, drawn: Chance, conf_level: float) -> Gain:
    """The gain of the plan that is chosen by the effects, as estimated and corrected.

    Parameters
    ----------
    choose
        How a plan is chosen: also what is left out as unclear is part of the choice.

    Notes
    -----
    A plan is chosen where estimates are high, and estimates are high where chance was kind: Σ effect × points of the
    chosen plan overstates what it brings. Choosing on one part of the answers and valuing on another has no such
    error. With effects b that vary by V, an error w drawn from V divides them into b + w √a and b − w / √a, which vary
    apart from each other as effects from the parts 1 / (1 + a) and a / (1 + a) of the answers do (a = 1 / 2: two
    thirds and a third). The corrected gain is the mean over many such divisions, which is cross-fitting over all ways
    to deal the answers out, needs the effects' covariance alone, and so holds under any design. It is what the plan
    chosen from two thirds of the answers brings, which is a little less than what the plan chosen from all does; and
    never more than the raw gain.

    Its interval is that of the bootstrap: in each resample the corrected gain is compared with what the plan chosen
    there brings by the effects that the resamples were drawn from.

    References
    ----------
    Oliveira, Lei and Tibshirani (2021), Unbiased risk estimation in the normal means problem via coupled bootstrap
    techniques, arXiv:2111.09447. Andrews, Kitagawa and McCloskey (2024), Inference on winners, The Quarterly Journal of
    Economics 139, 305–358.
    """
    plan = choose(drawn.effects)
    raw = float(plan @ drawn.effects)
    if not plan.any():
        return Gain(raw=0.0, corrected=0.0, conf_low=0.0, conf_high=0.0)
    corrected = float(_corrected(choose, drawn.effects, drawn.whole))
    if not len(drawn.resamples):
        return Gain(raw=raw, corrected=corrected, conf_low=np.nan, conf_high=np.nan)
    again = _corrected(choose, drawn.resamples, drawn.within)
    off = again - choose(drawn.resamples) @ drawn.effects
    low, high = percentile_interval(off[:, None], conf_level)
    return Gain(raw=raw, corrected=corrected, conf_low=corrected - float(high[0]), conf_high=corrected - float(low[0]))


def _corrected(choose: Choice, effects: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The mean over divisions of what plans chosen on one part bring on the other, never above the raw gain; (…)."""
    share = np.sqrt(1 / (PARTS - 1))
    one = effects[..., None, :] + share * errors
    other = effects[..., None, :] - errors / share
    crossed = (choose(one) * other).sum(axis=-1).mean(axis=-1)
    return np.asarray(np.minimum(crossed, (choose(effects) * effects).sum(axis=-1)))
