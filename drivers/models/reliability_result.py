"""What is found of the items behind each score: whether they go together, and whether each belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.results import Check, Code, Light, Result, Sample, frame

RELIABLE = 0.70
"""From this reliability on, scores of groups are commonly compared (Nunnally 1978 asks for it in early research)."""

BELONGS = 0.30
"""An item whose correlation with the rest is below shares less than a tenth of its variation with them."""

Consistency = Literal["reliable", "open", "unreliable"]
CONSISTENCIES: tuple[Consistency, ...] = get_args(Consistency)
"""Whether the whole interval of a score's reliability lies at .70 and above, holds .70, or lies below."""

Fit = Literal["belongs", "weak", "unrelated", "against"]
FITS: tuple[Fit, ...] = get_args(Fit)
"""How an item goes with the rest of its score: correlation of .30 and above; below; not clearly other than 0; clearly
below 0, as where it is worded the other way round and not marked ``reversed``."""

_LIGHTS: Mapping[str, Light] = MappingProxyType({"reliable": "green", "open": "amber", "unreliable": "red"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemConsistency:
    """The items of one score.

    Parameters
    ----------
    construct
        Driver or outcome.
    items
        Names of its p items.
    alpha, omega, mean_correlation
        Estimate, standard error, and limits; float (4,) each, NaN where not known.
    alpha_intervals
        ``feldt``, ``percentile`` or ``replicate_weights``; ``none`` where there are no limits.
    intervals
        The same of everything else.
    loading
        Standardised loadings of the one-factor fit; float (p,).
    item_rest
        Correlation of each item with the sum of the others, its standard error and limits; float (4, p).
    alpha_dropped
        Alpha without the item; float (p,), NaN of two items.
    sample
        Who answered all items.
    """

    construct: str
    items: tuple[str, ...]
    alpha: np.ndarray
    omega: np.ndarray
    mean_correlation: np.ndarray
    alpha_intervals: str
    intervals: str
    loading: np.ndarray
    item_rest: np.ndarray
    alpha_dropped: np.ndarray
    sample: Sample

    @property
    def reliability(self) -> np.ndarray:
        """Omega, or alpha where no factor could be fitted; float (4,)."""
        return self.alpha if np.isnan(self.omega[0]) else self.omega

    @property
    def conclusion(self) -> Consistency:
        """What may be said of the score's reliability; by the estimate where there is no interval."""
        estimate, _, low, high = self.reliability
        if (low if np.isfinite(low) else estimate) >= RELIABLE:
            return "reliable"
        return "unreliable" if (high if np.isfinite(high) else estimate) < RELIABLE else "open"

    @property
    def fits(self) -> tuple[Fit, ...]:
        """What may be said of each item."""
        return tuple(_fit(*column) for column in self.item_rest[[0, 2, 3]].T)


def _fit(estimate: float, low: float, high: float) -> Fit:
    low, high = (limit if np.isfinite(limit) else estimate for limit in (low, high))
    if high < 0:
        return "against"
    if not low > 0:
        return "unrelated"
    return "belongs" if estimate >= BELONGS else "weak"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReliabilityResult(Result):
    """How well the items of each score go together; `reliability` makes one.

    Parameters
    ----------
    constructs
        One entry per score of several items.
    single
        Drivers and outcomes of one item, of whose reliability answers tell nothing.
    left_out
        Scores of several items that these answers do not allow to judge, each with its reason.
    design
        Whether intervals rest on strata, sampling units or a finite population.
    conf_level, n_boot, seed
        What the run was made with.
    """

    kind: ClassVar[str] = "reliability"

    constructs: tuple[ItemConsistency, ...]
    single: tuple[str, ...]
    left_out: Mapping[str, Code]
    design: bool
    conf_level: float
    n_boot: int
    seed: int

    def __post_init__(self) -> None:
        if not self.constructs:
            raise ValueError("A result on reliability needs a score of several items.")
        for one in self.constructs:
            if one.alpha[0] > 1 + 1e-9 or not (one.omega[0] <= 1 + 1e-9 or np.isnan(one.omega[0])):
                raise ValueError("A reliability is at most 1.")

    @property
    def n_used(self) -> int | None:
        """Respondents used, where there is one score."""
        return self.constructs[0].sample.n if len(self.constructs) == 1 else None

    @property
    def checks(self) -> tuple[Check, ...]:
        """One light: the least reliable score, red where any is unreliable or has a question against the rest."""
        worst = max(self.constructs, key=lambda one: CONSISTENCIES.index(one.conclusion))
        against = sum(one.fits.count("against") for one in self.constructs)
        light = "red" if against else _LIGHTS[worst.conclusion]
        least = min(float(one.reliability[0]) for one in self.constructs)
        return (Check("consistency", light, {"value": least, "limit": RELIABLE, "against": against}),)

    @property
    def units(self) -> Mapping[str, str]:
        """Reliabilities are parts of a variance."""
        return MappingProxyType(
            {
                "estimate": "alpha and omega: part of the score's variance that is no error, at most 1; "
                "mean_correlation: correlation of two items",
                "item_rest": "correlation with the sum of the other items",
                "loading": "correlation with the factor",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample, whichever score it is about."""
        codes = [code for one in self.constructs for code in one.sample.notes]
        # How many are left out, and how much weights cost, differs from score to score.
        return tuple({code.code: code for code in codes if not code.values}.values())

    @property
    def details(self) -> Mapping[str, object]:
        """Items, scores that are left out, lights, and what the run was made with."""
        return MappingProxyType(
            {
                "items": self.items().to_dict("records"),
                "single": list(self.single),
                "left_out": {name: {"code": code.code, **code.values} for name, code in self.left_out.items()},
                "belongs_from": BELONGS,
                "checks": {check.code: {"light": check.light, **check.values} for check in self.checks},
                "n_boot": self.n_boot,
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """Three rows per score: alpha, omega, and the mean correlation of two items."""
        rows = [
            (one, method, values, one.alpha_intervals if method == "alpha" else one.intervals)
            for one in self.constructs
            for method, values in (
                ("alpha", one.alpha),
                ("omega", one.omega),
                ("mean_correlation", one.mean_correlation),
            )
        ]
        return frame(
            {
                "construct": [one.construct for one, *_ in rows],
                "method": [method for _, method, *_ in rows],
                "estimate": [values[0] for *_, values, _ in rows],
                "std_error": [values[1] for *_, values, _ in rows],
                "conf_low": [values[2] for *_, values, _ in rows],
                "conf_high": [values[3] for *_, values, _ in rows],
                "intervals": [how for *_, how in rows],
                "conf_level": self.conf_level,
            }
        )

    def items(self) -> pd.DataFrame:
        """One row per item: its correlation with the others of its score, and alpha without it."""
        return frame(
            {
                "construct": [one.construct for one in self.constructs for _ in one.items],
                "term": [item for one in self.constructs for item in one.items],
                "loading": np.concatenate([one.loading for one in self.constructs]),
                **{
                    name: np.concatenate([one.item_rest[row] for one in self.constructs])
                    for row, name in enumerate(("item_rest", "std_error", "conf_low", "conf_high"))
                },
                "alpha_dropped": np.concatenate([one.alpha_dropped for one in self.constructs]),
                "conclusion": [fit for one in self.constructs for fit in one.fits],
                "conf_level": self.conf_level,
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row per score: its items, its sample, and what may be said of it."""
        return frame(
            {
                "construct": [one.construct for one in self.constructs],
                "items": [len(one.items) for one in self.constructs],
                "n_asked": [one.sample.n_asked for one in self.constructs],
                "n": [one.sample.n for one in self.constructs],
                "n_effective": [one.sample.n_effective for one in self.constructs],
                "conclusion": [one.conclusion for one in self.constructs],
            }
        )
