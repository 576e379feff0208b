"""What a latent path analysis found: effects between scores without the error of their items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.models.factor_fit import FactorFit
from drivers.results import Code, Result, Sample, frame

CLOSE_CFI, CLOSE_SRMR = 0.95, 0.08
"""From this comparative fit on, and up to this residual, a model is called close (Hu and Bentler 1999)."""

ReliabilityFrom = Literal["items", "given", "exact"]
RELIABILITIES_FROM: tuple[ReliabilityFrom, ...] = get_args(ReliabilityFrom)
"""Whether a reliability is estimated from several items, was given, or that of a single item is taken to be 1."""

Corrected = Literal["all", "outcomes"]
CORRECTED: tuple[Corrected, ...] = get_args(Corrected)
"""Whether every score of several items is freed of their error, or the mediator's and the outcome's alone."""

Closeness = Literal["close", "not_close", "exact"]
CLOSENESSES: tuple[Closeness, ...] = get_args(Closeness)
"""Whether the factors reproduce the correlations of the items closely, or not, or there is nothing to be missed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatentEffects:
    """One kind of effect of all drivers.

    Parameters
    ----------
    effect
        ``first`` (on the mediator), ``direct``, ``indirect`` or ``total`` (on the outcome).
    points
        Estimate, standard error and limits, in points (0–100) per point of the driver; float (4, k).
    standardised
        The same in standard deviations; float (4, k).
    uncorrected
        The estimate between the scores as they are, in points and in standard deviations; float (2, k).
    """

    effect: str
    points: np.ndarray
    standardised: np.ndarray
    uncorrected: np.ndarray

    @property
    def clear(self) -> np.ndarray:
        """Whether the interval leaves out 0; bool (k,)."""
        return (self.standardised[2] > 0) | (self.standardised[3] < 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatentPathsResult(Result):
    """Effects along the service chain without the error of the items; `latent_paths` makes one.

    Parameters
    ----------
    outcome, through
        What the chain ends in, and what lies between.
    drivers
        Whose effects are told, (k,).
    controls
        What was held constant.
    effects
        ``first``, ``direct``, ``indirect`` and ``total``.
    second
        Effect of the mediator on the outcome.
    mediated
        Indirect over total effect, standard error and limits; float (4, k), NaN unless it may be told.
    explained
        Parts of the mediator's and the outcome's variance that are explained.
    constructs
        Drivers, mediator and outcome, (k + 2,).
    items
        The items of each construct.
    loading
        Standardised, item by item; float (p,).
    reliability
        Of each construct's score; float (k + 2,).
    reliability_from
        Where each is from.
    correlation
        Of the constructs without error; float (k + 2, k + 2).
    fit
        How closely the factors reproduce the items' correlations.
    corrected
        ``all``, or ``outcomes`` where drivers of several items enter by their scores.
    errors
        ``linearised`` or ``replicates``.
    design
        Whether these rest on strata, sampling units or a finite population.
    df_resid
        Degrees of freedom of the intervals.
    draws
        From which the limits of products come.
    """

    kind: ClassVar[str] = "latent_paths"

    outcome: str
    through: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    effects: tuple[LatentEffects, LatentEffects, LatentEffects, LatentEffects]
    second: LatentEffects
    mediated: np.ndarray
    explained: np.ndarray
    constructs: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]
    loading: np.ndarray
    reliability: np.ndarray
    reliability_from: tuple[ReliabilityFrom, ...]
    correlation: np.ndarray
    fit: FactorFit
    corrected: Corrected
    errors: str
    design: bool
    df_resid: int
    draws: int
    sample: Sample
    conf_level: float
    seed: int

    def __post_init__(self) -> None:
        if not np.allclose(self.direct.points[0] + self.indirect.points[0], self.total.points[0], rtol=1e-9, atol=1e-9):
            raise ValueError("The total effect is the direct one and that through the mediator.")
        if len(self.constructs) != len(self.drivers) + 2 or sum(map(len, self.items)) != len(self.loading):
            raise ValueError("Each driver, the mediator and the outcome need items, and each item a loading.")

    @property
    def first(self) -> LatentEffects:
        """On the mediator."""
        return self.effects[0]

    @property
    def direct(self) -> LatentEffects:
        """On the outcome, beside the mediator."""
        return self.effects[1]

    @property
    def indirect(self) -> LatentEffects:
        """On the outcome, through the mediator."""
        return self.effects[2]

    @property
    def total(self) -> LatentEffects:
        """On the outcome, both together."""
        return self.effects[3]

    @property
    def closeness(self) -> Closeness:
        """Whether the factors fit closely."""
        if self.fit.df < 1:
            return "exact"
        return "close" if self.fit.cfi >= CLOSE_CFI and self.fit.srmr <= CLOSE_SRMR else "not_close"

    @property
    def uncorrected(self) -> tuple[str, ...]:
        """Constructs of one item, or of one score, which are taken to be free of error."""
        return tuple(name for name, how in zip(self.constructs, self.reliability_from, strict=True) if how == "exact")

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Effects are points of the outcome per point of the driver, both 0–100 and without error."""
        return MappingProxyType(
            {
                "estimate": "outcome points per driver point, both without the error of their items",
                "standardised": "outcome standard deviations per driver standard deviation, without error",
                "uncorrected": "outcome points per driver point, both by the scores as they are",
                "mediated": "indirect over total effect",
                "loading": "correlation with the construct",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample, and that answers of one day have no order in time."""
        scores = (Code("drivers_as_scores"),) if self.corrected == "outcomes" else ()
        return (Code("one_time"), *scores, *self.sample.notes)

    @property
    def details(self) -> Mapping[str, object]:
        """Fit, reliabilities, and what the run was made with."""
        return MappingProxyType(
            {
                "controls": list(self.controls),
                "corrected": self.corrected,
                "closeness": self.closeness,
                "close_cfi": CLOSE_CFI,
                "close_srmr": CLOSE_SRMR,
                "reliability": {
                    name: {"value": float(value), "from": how}
                    for name, value, how in zip(self.constructs, self.reliability, self.reliability_from, strict=True)
                },
                "explained": dict(zip((self.through, self.outcome), map(float, self.explained), strict=True)),
                "draws": self.draws,
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per effect and driver; the part mediated stands with the total effect; the mediator's comes last."""
        rows = [(self.through if one is self.first else self.outcome, one, list(self.drivers)) for one in self.effects]
        rows.append((self.outcome, self.second, [self.through]))
        frames = [
            frame(
                {
                    "outcome": outcome,
                    "driver": names,
                    "effect": "direct" if one is self.first else one.effect,
                    "through": self.through if one is self.indirect else "",
                    "estimate": one.points[0],
                    "std_error": one.points[1],
                    "conf_low": one.points[2],
                    "conf_high": one.points[3],
                    "standardised": one.standardised[0],
                    "standardised_low": one.standardised[2],
                    "standardised_high": one.standardised[3],
                    "uncorrected": one.uncorrected[0],
                    "mediated": self.mediated[0] if one is self.total else np.nan,
                    "mediated_low": self.mediated[2] if one is self.total else np.nan,
                    "mediated_high": self.mediated[3] if one is self.total else np.nan,
                    "conf_level": self.conf_level,
                }
            )
            for outcome, one, names in rows
        ]
        return pd.concat(frames, ignore_index=True)

    def loadings(self) -> pd.DataFrame:
        """One row per item: how closely it goes with what it is to measure, and the reliability of the score."""
        sizes = [len(own) for own in self.items]
        return frame(
            {
                "construct": np.repeat(self.constructs, sizes),
                "term": [item for own in self.items for item in own],
                "loading": self.loading,
                "reliability": np.repeat(self.reliability, sizes),
                "method": np.repeat(self.reliability_from, sizes),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample, what is explained, and how closely the factors fit."""
        return frame(
            {
                "outcome": [self.outcome],
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "r2": float(self.explained[1]),
                "statistic": self.fit.statistic,
                "df": self.fit.df,
                "p_value": self.fit.p_value,
                "cfi": self.fit.cfi,
                "tli": self.fit.tli,
                "rmsea": self.fit.rmsea,
                "srmr": self.fit.srmr,
                "conclusion": self.closeness,
                "df_resid": self.df_resid,
                "conf_level": self.conf_level,
            }
        )
