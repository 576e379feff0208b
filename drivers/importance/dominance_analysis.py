"""Dominance analysis: whether a driver adds more than another in every model, at every size, or on average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from drivers.importance.orders.lattice import complete_values, conditional_values
from drivers.importance.subset_fits import SubsetModels, subset_fits
from drivers.models.applicability import ApplicabilityRule
from drivers.models.predictors import MissingRule
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey

LEVELS = ("complete", "conditional", "general")
"""From the strictest to the mildest: each implies the next."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DominanceResult(Result):
    """Which driver dominates which, and how often it does so again; `dominance` makes one.

    Parameters
    ----------
    general
        Mean gain of each driver, which is its LMG; float (k,).
    conditional
        Mean gain of each driver in models of each size, from none other to all others; float (k, k).
    complete
        Part of the models without both in which the row adds more than the column; float (k, k), NaN on the diagonal.
    relation
        1 where the row dominates the column, 0 the reverse, 0.5 neither; float (3, k, k) in the order of `LEVELS`.
    mean_relation, p_dominates
        Mean of the relation over resamples, and part of them in which the row dominates; float (3, k, k), NaN
        without resamples.
    reproducibility
        Part of the resamples in which the relation of the sample holds; float (3, k, k).
    r2, r2_controls
        Fit of the whole model, and of the controls alone.
    n_boot
        Resamples.
    """

    kind: ClassVar[str] = "dominance"

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    family: str
    fit: str
    general: np.ndarray
    conditional: np.ndarray
    complete: np.ndarray
    relation: np.ndarray
    mean_relation: np.ndarray
    p_dominates: np.ndarray
    reproducibility: np.ndarray
    r2: float
    r2_controls: float
    sample: Sample
    n_boot: int
    seed: int

    def __post_init__(self) -> None:
        gap = abs(float(self.general.sum()) - (self.r2 - self.r2_controls))
        if gap > 1e-8 or np.abs(self.conditional.mean(axis=1) - self.general).max() > 1e-8:
            raise ValueError(f"General dominance must sum to what drivers add to the fit; it misses it by {gap:.3g}.")

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Gains are parts of the outcome's variance, or of the pseudo-R²'s whole."""
        return MappingProxyType({"estimate": "gain in the fit, or part of the models", "reproducibility": "0–1"})

    @property
    def details(self) -> Mapping[str, object]:
        """What the run was made with."""
        return MappingProxyType(
            {"controls": list(self.controls), "n_boot": self.n_boot, "seed": self.seed, "fit": self.fit}
        )

    def general_table(self) -> pd.DataFrame:
        """Mean gain of each driver, largest first."""
        table = frame({"driver": list(self.drivers), "estimate": self.general})
        return table.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)

    def conditional_table(self) -> pd.DataFrame:
        """Mean gain of each driver (row) in models with so many others (column)."""
        return pd.DataFrame(self.conditional, index=list(self.drivers), columns=range(len(self.drivers)))

    def complete_table(self) -> pd.DataFrame:
        """Part of the models in which the driver of the row adds more than that of the column."""
        return pd.DataFrame(self.complete, index=list(self.drivers), columns=list(self.drivers))

    def tidy(self) -> pd.DataFrame:
        """One row per level and pair of drivers."""
        k = len(self.drivers)
        pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
        first, second = (np.array([pair[side] for pair in pairs], dtype=int) for side in (0, 1))
        shown = [
            frame(
                {
                    "outcome": self.outcome,
                    "dominance": level,
                    "driver": [self.drivers[i] for i in first],
                    "versus": [self.drivers[j] for j in second],
                    "relation": self.relation[place, first, second],
                    "mean_relation": self.mean_relation[place, first, second],
                    "std_error": self._spread(place)[first, second],
                    "p_dominates": self.p_dominates[place, first, second],
                    "p_dominated": self.p_dominates[place, second, first],
                    "reproducibility": self.reproducibility[place, first, second],
                }
            )
            for place, level in enumerate(LEVELS)
        ]
        return pd.concat(shown, ignore_index=True)

    def _spread(self, place: int) -> np.ndarray:
        """Standard deviation of a relation, which is 1, 0.5 or 0, over the resamples; float (k, k)."""
        mean, above = self.mean_relation[place], self.p_dominates[place]
        square = above + 0.25 * (1 - above - above.T)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.sqrt(np.maximum(square - mean**2, 0.0) * self.n_boot / (self.n_boot - 1))

    def glance(self) -> pd.DataFrame:
        """One row: the model and its sample."""
        return frame(
            {
                "outcome": [self.outcome],
                "family": self.family,
                "fit": self.fit,
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "r2": self.r2,
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """Answers that were left out."""
        return self.sample.notes


def dominance(
    survey: Survey,
    *,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    family: str = "linear",
    fit: str | None = None,
    top_box: bool = False,
    missing: MissingRule = "complete_cases",
    not_applicable: ApplicabilityRule = "leave_out",
    n_imputations: int = 20,
    n_boot: int = 1000,
    seed: int = 1,
) -> DominanceResult:
    """General, conditional and complete dominance, with the reproducibility of each relation.

    Parameters
    ----------
    survey, outcome, drivers, always, groups, family, fit, top_box, missing, not_applicable, n_imputations, n_boot, seed
        As in `relative_importance`.

    Returns
    -------
    DominanceResult
        `general_table()`, `conditional_table()`, `complete_table()`; `tidy()` has one row per level and pair:
        relation, mean_relation, std_error, p_dominates, p_dominated, reproducibility.

    Raises
    ------
    ModelError
        As `relative_importance`; where there are more than 22 drivers, or resamples are asked of multiple imputation.

    Notes
    -----
    Driver i *completely* dominates j where it adds more to every subset without both; *conditionally*, where it
    adds more on average to the subsets of every size; *generally*, where it adds more on average over sizes, which
    is where its LMG is larger. Equal gains dominate nobody.

    Weights: weighted fits; resampled rows carry their weight.
    Design: resampled by strata, clusters and finite populations; with replicate weights, draws from the normal
    distribution with their covariance.
    Missing answers: by ``missing``. Multiple imputation has no resamples.

    References
    ----------
    Azen and Budescu (2003), The dominance analysis approach, doi:10.1037/1082-989X.8.2.129.
    Azen and Traxel (2009), Using dominance analysis to determine predictor importance in logistic regression,
    doi:10.3102/1076998609332754.

    Examples
    --------
    >>> import drivers as kda
    >>> found = kda.dominance(kda.example_survey("judges"), drivers=["diligence", "speed"], n_boot=0)
    >>> found.relation[:, 0, 1]
    array([0., 0., 0.])
    """
    found = subset_fits(
        survey,
        SubsetModels(
            outcome=outcome,
            drivers=drivers,
            always=always,
            groups=groups,
            family=family,
            fit=fit,
            top_box=top_box,
            missing=missing,
            not_applicable=not_applicable,
            n_imputations=n_imputations,
            n_boot=n_boot,
            seed=seed,
        ),
    )
    conditional = conditional_values(found.values)
    complete = complete_values(found.values)
    relation = _relations(complete, conditional)
    k = len(found.data.drivers)
    total, dominates, again, count = np.zeros((3, k, k)), np.zeros((3, k, k)), np.zeros((3, k, k)), 0
    for fits in found.resampled if n_boot else ():
        drawn = _relations(complete_values(fits), conditional_values(fits))
        total += drawn.sum(axis=1)
        dominates += (drawn == 1).sum(axis=1)
        again += (drawn == relation[:, None]).sum(axis=1)
        count += len(fits)
    over = count or np.nan
    return DominanceResult(
        outcome=found.data.outcome,
        drivers=found.data.drivers,
        controls=found.data.controls,
        family=family,
        fit=found.fit,
        general=read_only(conditional.mean(axis=-1)),
        conditional=read_only(conditional),
        complete=read_only(complete),
        relation=read_only(relation),
        mean_relation=read_only(total / over),
        p_dominates=read_only(dominates / over),
        reproducibility=read_only(again / over),
        r2=float(found.values[-1]),
        r2_controls=float(found.values[0]),
        sample=found.data.sample,
        n_boot=count,
        seed=seed,
    )


def _relations(complete: np.ndarray, conditional: np.ndarray) -> np.ndarray:
    """1, 0 or 0.5 at each level; float (3, …, k, k), NaN never: a driver neither dominates itself nor is dominated."""
    general = conditional.mean(axis=-1)
    higher = conditional[..., :, None, :] > conditional[..., None, :, :]
    above = np.stack([complete == 1, higher.all(axis=-1), general[..., :, None] > general[..., None, :]])
    return 0.5 + 0.5 * above - 0.5 * np.swapaxes(above, -1, -2)
