"""Families of outcomes: what an outcome must look like, and how well a model of it fits.

A family says what kind of thing an outcome is: a measurement (``linear``), yes or no (``logit``), ordered
answers (``ordered_logit``) or a count (``poisson``, ``negative_binomial``). Fits of the last four are
log-likelihoods, and a pseudo-R² turns them into parts of what there is to explain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import gammaln, xlogy

from drivers.errors import ModelError

Family = Literal["linear", "logit", "ordered_logit", "poisson", "negative_binomial"]
FAMILIES: tuple[Family, ...] = get_args(Family)
"""Families, as closed names."""

PSEUDO_R2: dict[str, tuple[str, ...]] = {
    "linear": ("r2",),
    "logit": ("mcfadden", "cox_snell", "nagelkerke", "estrella"),
    "ordered_logit": ("mcfadden", "cox_snell", "nagelkerke"),
    "poisson": ("mcfadden", "cox_snell", "nagelkerke", "deviance"),
    "negative_binomial": ("mcfadden", "cox_snell", "nagelkerke"),
}
"""How the fit of each family may be stated, the usual way first."""

COUNTS = ("poisson", "negative_binomial")
"""Families of whole numbers, which take answers as they were given and not as points of 100."""

FEWEST_LEVELS, MOST_LEVELS = 3, 20
"""Different answers of an ordered outcome: two are a yes or no, and many are a measurement."""

MOST_COUNT = 10_000
"""Largest count: beyond, the exact likelihood is slow, and the number is a measurement."""

SHOWN_LEVELS = 6
"""Different answers that a message lists."""

DIGITS = 9
"""Answers that agree to so many decimals are the same: means of items differ in the last digits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slopes:
    """Derivatives of a pseudo-R² by what it is made of; all of the log-likelihoods' shape."""

    log_likelihood: np.ndarray
    null: np.ndarray
    weight_total: np.ndarray
    saturated: np.ndarray


def pseudo_r2(
    log_likelihood: np.ndarray,
    null: np.ndarray | float,
    weight_total: np.ndarray | float,
    *,
    fit: str,
    saturated: np.ndarray | float = 0.0,
) -> np.ndarray:
    """The pseudo-R² of each model, NaN where all answers are alike; of the log-likelihoods' shape.

    Parameters
    ----------
    log_likelihood
        ℓ, of models; float (..., 2**k).
    null
        ℓ₀, of the model with nothing but an intercept or thresholds, controls left out; float (...).
    weight_total
        n, the sum of weights; float (...).
    fit
        ``mcfadden``, ``cox_snell``, ``nagelkerke``, ``estrella`` or ``deviance``.
    saturated
        ℓ₁, of the model that tells every answer; needed for ``deviance`` alone; float (...).

    Notes
    -----
    McFadden 1 − ℓ/ℓ₀; Cox–Snell C = 1 − exp(2 (ℓ₀ − ℓ)/n); Nagelkerke C / (1 − exp(2 ℓ₀/n)); Estrella
    1 − (ℓ/ℓ₀)^(−2 ℓ₀/n); deviance (ℓ − ℓ₀)/(ℓ₁ − ℓ₀).

    Weights: with ℓ = Σ w_i ℓ_i and n = Σ w_i, all are functions of ℓ/n, ℓ₀/n and ℓ₁/n, weighted means over
    respondents: whether weights sum to the respondents or to the population does not matter. Integer weights
    give what repeated rows give.
    Missing answers: none may be left.

    References
    ----------
    McFadden (1974), Conditional logit analysis of qualitative choice behavior; Cox and Snell (1989),
    Analysis of Binary Data; Nagelkerke (1991), doi:10.1093/biomet/78.3.691; Estrella (1998), A new
    measure of fit for equations with dichotomous dependent variables; Cameron and Windmeijer (1997),
    doi:10.1016/S0304-4076(96)01818-0.
    """
    value, base, n, full = _broadcast(log_likelihood, null, weight_total, saturated)
    base = np.where(base == 0, np.nan, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        if fit == "mcfadden":
            return 1 - value / base
        if fit == "cox_snell":
            return -np.expm1(2 * (base - value) / n)
        if fit == "nagelkerke":
            return np.expm1(2 * (base - value) / n) / np.expm1(2 * base / n)
        if fit == "estrella":
            return 1 - (value / base) ** (-2 * base / n)
        if fit == "deviance":
            return (value - base) / (full - base)
    raise ValueError(f"Unknown pseudo-R² {fit!r}.")


def pseudo_r2_slopes(
    log_likelihood: np.ndarray,
    null: np.ndarray | float,
    weight_total: np.ndarray | float,
    *,
    fit: str,
    saturated: np.ndarray | float = 0.0,
) -> Slopes:
    """How each pseudo-R² changes with ℓ, ℓ₀, n and ℓ₁.

    Parameters
    ----------
    log_likelihood, null, weight_total, fit, saturated
        As `pseudo_r2`; ℓ and ℓ₀ below 0.

    Notes
    -----
    As dℓ/dw_i = ℓ_i at a maximum and dn/dw_i = 1, the influence of respondent i is
    slope_ℓ ℓ_i + slope_ℓ₀ ℓ₀_i + slope_n + slope_ℓ₁ ℓ₁_i. These sum to 0 over weighted respondents.
    """
    value, base, n, full = _broadcast(log_likelihood, null, weight_total, saturated)
    nothing = np.zeros(value.shape)
    if fit == "mcfadden":
        return Slopes(log_likelihood=-1 / base, null=value / base**2, weight_total=nothing, saturated=nothing)
    if fit == "deviance":
        reach = full - base
        return Slopes(
            log_likelihood=1 / reach,
            null=(value - full) / reach**2,
            weight_total=nothing,
            saturated=(base - value) / reach**2,
        )
    if fit == "estrella":
        ratio = np.log(value / base)
        left = np.exp(-2 * base / n * ratio)
        return Slopes(
            log_likelihood=2 * base / n * left / value,
            null=2 / n * left * (ratio - 1),
            weight_total=-2 * base / n**2 * left * ratio,
            saturated=nothing,
        )
    if fit not in ("cox_snell", "nagelkerke"):
        raise ValueError(f"Unknown pseudo-R² {fit!r}.")
    left = np.exp(2 * (base - value) / n)
    most = -np.expm1(2 * base / n) if fit == "nagelkerke" else np.ones(value.shape)
    # Cox and Snell's C is divided by its largest value, which moves with ℓ₀ and n.
    moved = (1 - left) / most * (1 - most)
    factor = 2 / (n * most)
    if fit == "cox_snell":
        moved = nothing
    return Slopes(
        log_likelihood=factor * left,
        null=factor * (moved - left),
        weight_total=factor / n * (left * (base - value) - moved * base),
        saturated=nothing,
    )


def saturated_rows(y: np.ndarray, *, family: str) -> np.ndarray:
    """Each row's log-likelihood in the model that tells every answer: 0 but for counts; float (n,)."""
    if family not in COUNTS:
        return np.zeros(len(y))
    return xlogy(y, y) - y - gammaln(y + 1)


def outcome_codes(answers: np.ndarray, *, family: str, name: str, resample: bool = False) -> np.ndarray:
    """An outcome as its family's likelihood takes it; float (n,).

    Parameters
    ----------
    answers
        Of the respondents used: scores, or for families of counts the numbers as they were given; float (n,).
    family
        One of `FAMILIES`.
    name
        Of the outcome, for messages.
    resample
        Whether they are drawn from answers that were accepted; some may be missing then.

    Returns
    -------
    np.ndarray
        The answers themselves for ``linear`` and counts; 0 and 1 for ``logit``, 0…c−1 in the answers' order
        for ``ordered_logit``.

    Raises
    ------
    ModelError
        Where the outcome is none of the family.
    """
    if family == "linear":
        return np.asarray(answers, dtype=float)
    if family in COUNTS:
        return np.asarray(answers, dtype=float) if resample else _counts(answers, family, name)
    levels, codes = np.unique(np.round(answers, DIGITS), return_inverse=True)
    if resample:
        return codes.astype(float)
    found = _found(levels)
    if family == "logit" and len(levels) != 2:
        raise ModelError(
            f"Expected two different answers to outcome {name!r} for family='logit', found {found}; use top_box=True, "
            "which asks whether an answer is among the top two, or another family."
        )
    if family == "ordered_logit" and not FEWEST_LEVELS <= len(levels) <= MOST_LEVELS:
        advice = "family='logit'" if len(levels) < FEWEST_LEVELS else "family='linear'"
        raise ModelError(
            f"Expected {FEWEST_LEVELS} to {MOST_LEVELS} different answers to outcome {name!r} for "
            f"family='ordered_logit', found {found}; use {advice}.",
            code="not_ordered",
            values={"outcome": name},
        )
    return codes.astype(float)


def refuse_unfitted(status: np.ndarray, *, units: Sequence[str], outcome: str, family: str) -> None:
    """Refuse fits without a maximum, by the names of what tells some answers with certainty.

    Parameters
    ----------
    status
        Of `fit_subsets`; int (2**k,).
    units
        Names of the k units.
    outcome, family
        Names.

    Raises
    ------
    ModelError
        Where the outcome is separated, or a fit has not converged.
    """
    whole = len(status) - 1
    if status[whole] == 1:
        alone = [name for unit, name in enumerate(units) if status[1 << unit] == 1]
        if status[0] == 1:
            who, remedy = "the controls do", "leave out the rare groups among the controls"
        elif alone:
            names = " and ".join(", ".join(map(repr, alone)).rsplit(", ", 1))
            who = f"{names} {'does' if len(alone) == 1 else 'do'}"
            remedy = f"join rare answers, or leave {'it' if len(alone) == 1 else 'them'} out"
        else:
            who, remedy = "all drivers together do", "use fewer drivers or more respondents"
        raise ModelError(
            f"Expected no driver to tell an answer to outcome {outcome!r} with certainty, found that {who}: no finite "
            f"effect of family {family!r} fits; {remedy}, or use family='linear'.",
            code="certain",
            values={"outcome": outcome},
        )
    missed = int((status != 0).sum())
    if missed:
        raise ModelError(
            f"Expected all {len(status):,} models of outcome {outcome!r} to settle, found {missed:,} that did not with "
            f"family {family!r}; use fewer drivers, or family='linear'."
        )


def _broadcast(
    log_likelihood: np.ndarray, *others: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All of the log-likelihoods' shape; numbers of a data set stand before its last axis."""
    value = np.asarray(log_likelihood, dtype=float)
    base, n, full = (np.broadcast_to(np.asarray(other, dtype=float)[..., None], value.shape) for other in others)
    return value, base, n, full


def _counts(answers: np.ndarray, family: str, name: str) -> np.ndarray:
    counts = np.asarray(answers, dtype=float)
    wrong = counts[(counts < 0) | (counts != np.round(counts))]
    if len(wrong):
        raise ModelError(
            f"Expected whole numbers of 0 or more as outcome {name!r} for family={family!r}, found {wrong[0]:g}; use "
            "family='linear'."
        )
    if counts.max() > MOST_COUNT:
        raise ModelError(
            f"Expected counts of at most {MOST_COUNT:,} as outcome {name!r} for family={family!r}, found "
            f"{counts.max():,.0f}; use family='linear'."
        )
    if counts.max() == counts.min():
        raise ModelError(
            f"Expected different counts as outcome {name!r}, found {counts[0]:g} from all {len(counts)} respondents; "
            "choose another outcome."
        )
    return counts


def _found(levels: np.ndarray) -> str:
    """How many different answers, and which, if they are few."""
    if len(levels) > SHOWN_LEVELS:
        return f"{len(levels)}"
    texts = [f"{level:g}" for level in levels]
    return f"{len(levels)} ({', '.join(texts)})"
