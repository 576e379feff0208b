"""Do items measure one thing or several? Parallel analysis and the fit of a single factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.models.construct_items import ItemAnswers, complete_answers, constructs_of, sample_of
from drivers.models.factor_fit import FactorFit, factor_fit, fit_scalings
from drivers.models.halo import driver_items, independent_eigenvalues
from drivers.models.one_factor import one_factor
from drivers.moments import weighted_moments
from drivers.results import Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey, check_survey

FEWEST_ITEMS = 3
"""Two items have one correlation, and no dimensions to count."""

RANDOM_MATRICES = 1000
RANDOM_LEVEL = 0.95
"""A dimension is one where its eigenvalue is beyond this quantile of those from unrelated items."""

CLOSE_CFI, CLOSE_SRMR = 0.95, 0.08
"""From this comparative fit on, and up to this residual, a model is called close (Hu and Bentler 1999). RMSEA is given
and decides nothing: with few degrees of freedom it is large for models that fit (Kenny et al. 2015)."""

Dimensionality = Literal["one_factor", "one_dimension", "not_close", "several", "none"]
DIMENSIONALITIES: tuple[Dimensionality, ...] = get_args(Dimensionality)
"""One dimension beyond chance and one factor that fits closely; the same of three items, which one factor always fits;
one dimension, but some items have more in common than one factor tells; several dimensions; none."""

ALL_DRIVERS = "all_drivers"
"""The name under which the items of all drivers together stand."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemDimensions:
    """How many things some items measure.

    Parameters
    ----------
    construct
        Driver or outcome, or `ALL_DRIVERS`.
    items
        Names of its p items.
    eigenvalues, random_mean, random_limit
        Of the items' correlations, and mean and 95 % quantile of those of unrelated items; float (p,).
    loading
        Standardised loadings of one factor; float (p,).
    fit
        How closely one factor fits.
    sample
        Who answered all items.
    """

    construct: str
    items: tuple[str, ...]
    eigenvalues: np.ndarray
    random_mean: np.ndarray
    random_limit: np.ndarray
    loading: np.ndarray
    fit: FactorFit
    sample: Sample

    @property
    def dimensions(self) -> int:
        """Leading eigenvalues beyond those of unrelated items."""
        beyond = self.eigenvalues > self.random_limit
        return len(beyond) if beyond.all() else int(np.argmin(beyond))

    @property
    def first_eigenvalue_share(self) -> float:
        """Part of all differences between the items that is one dimension."""
        return float(self.eigenvalues[0] / len(self.items))

    @property
    def conclusion(self) -> Dimensionality:
        """What may be said of the number of things that the items measure."""
        if self.dimensions != 1:
            return "several" if self.dimensions else "none"
        if np.isnan(self.fit.cfi):
            return "one_dimension"
        return "one_factor" if self.fit.cfi >= CLOSE_CFI and self.fit.srmr <= CLOSE_SRMR else "not_close"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DimensionalityResult(Result):
    """How many things the items of each score measure; `dimensionality` makes one.

    Parameters
    ----------
    constructs
        One entry per score of three items or more, and one for the items of all drivers together.
    left_out
        Scores of several items that cannot be judged, each with its reason.
    seed
        Of the unrelated items that eigenvalues are compared with.
    """

    kind: ClassVar[str] = "dimensionality"

    constructs: tuple[ItemDimensions, ...]
    left_out: Mapping[str, Code]
    seed: int

    def __post_init__(self) -> None:
        for one in self.constructs:
            if abs(float(one.eigenvalues.sum()) - len(one.items)) > 1e-6 * len(one.items):
                raise ValueError("Eigenvalues of correlations must sum to the number of items.")

    @property
    def n_used(self) -> int | None:
        """Respondents used, where there is one score."""
        return self.constructs[0].sample.n if len(self.constructs) == 1 else None

    @property
    def units(self) -> Mapping[str, str]:
        """Indices of fit have none."""
        return MappingProxyType(
            {
                "first_eigenvalue_share": "part of the items' variance, 0–1",
                "statistic": "chi-squared, scaled for distribution and design",
                "rmsea": "root mean square error of approximation, robust",
                "cfi": "comparative fit index, robust, 0–1",
                "tli": "Tucker–Lewis index, robust",
                "srmr": "root mean square of residual correlations",
                "loading": "correlation with the factor",
            }
        )

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample, whichever score it is about."""
        codes = [code for one in self.constructs for code in one.sample.notes]
        return tuple({code.code: code for code in codes if not code.values}.values())

    @property
    def details(self) -> Mapping[str, object]:
        """Eigenvalues and what the run was made with."""
        return MappingProxyType(
            {
                "eigenvalues": {one.construct: one.eigenvalues.tolist() for one in self.constructs},
                "eigenvalue_limit": {one.construct: one.random_limit.tolist() for one in self.constructs},
                "left_out": {name: {"code": code.code, **code.values} for name, code in self.left_out.items()},
                "random_level": RANDOM_LEVEL,
                "close_cfi": CLOSE_CFI,
                "close_srmr": CLOSE_SRMR,
                "seed": self.seed,
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per score: its dimensions, and the fit of one factor."""
        return frame(
            {
                "construct": [one.construct for one in self.constructs],
                "items": [len(one.items) for one in self.constructs],
                "dimensions": [one.dimensions for one in self.constructs],
                "first_eigenvalue_share": [one.first_eigenvalue_share for one in self.constructs],
                **{
                    name: [getattr(one.fit, name) for one in self.constructs]
                    for name in ("statistic", "df", "p_value", "rmsea", "cfi", "tli", "srmr")
                },
                "conclusion": [one.conclusion for one in self.constructs],
            }
        )

    def loadings(self) -> pd.DataFrame:
        """One row per item of each score: its standardised loading on one factor."""
        return frame(
            {
                "construct": [one.construct for one in self.constructs for _ in one.items],
                "term": [item for one in self.constructs for item in one.items],
                "loading": np.concatenate([one.loading for one in self.constructs]),
            }
        )

    def scree(self) -> pd.DataFrame:
        """One row per eigenvalue of each score, with those of unrelated items."""
        return frame(
            {
                "construct": [one.construct for one in self.constructs for _ in one.items],
                "dimension": np.concatenate([np.arange(1, len(one.items) + 1) for one in self.constructs]),
                "eigenvalue": np.concatenate([one.eigenvalues for one in self.constructs]),
                "eigenvalue_random": np.concatenate([one.random_mean for one in self.constructs]),
                "eigenvalue_limit": np.concatenate([one.random_limit for one in self.constructs]),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row per score: its sample."""
        return frame(
            {
                "construct": [one.construct for one in self.constructs],
                "n_asked": [one.sample.n_asked for one in self.constructs],
                "n": [one.sample.n for one in self.constructs],
                "n_effective": [one.sample.n_effective for one in self.constructs],
            }
        )


def dimensionality(survey: Survey, *, constructs: Sequence[str] | None = None, seed: int = 1) -> DimensionalityResult:
    """How many things the items of each score measure, and those of all drivers together.

    Parameters
    ----------
    survey
        Answers with weights and design.
    constructs
        Names of drivers and outcomes of at least three items; all of the codebook that are not optional unless given.
    seed
        Of the unrelated items that eigenvalues are compared with.

    Returns
    -------
    DimensionalityResult
        `tidy()` has one row per score, the items of all drivers together last: dimensions, first_eigenvalue_share, the
        test and the indices of a single factor, conclusion; `loadings()` one per item; `scree()` one per eigenvalue.

    Raises
    ------
    ModelError
        Where a construct does not exist; where neither a score nor the drivers together have three items; where too
        few answered all of them, or all gave one answer.

    Notes
    -----
    Dimensions are counted by parallel analysis: eigenvalues, from the first, beyond the 95 % quantile of those of 1,000
    correlation matrices of unrelated normal items. A single factor is fitted by maximum likelihood; its chi-squared is
    scaled for what the design and the distribution of the answers make of it, and RMSEA, CFI and TLI are the robust
    ones. It is called close from a CFI of .95 on with an SRMR of .08 at most; three items it always fits.

    The items of all drivers together are meant to measure several things; a single dimension that holds most of their
    variation is a sign that people rated the service and not its aspects (`halo`).

    Weights: weighted covariances; the unrelated items have the effective number of respondents.
    Missing answers: complete cases on the items of each score by itself.

    References
    ----------
    Horn (1965), A rationale and test for the number of factors in factor analysis, doi:10.1007/BF02289447.
    Hu and Bentler (1999), Cutoff criteria for fit indexes in covariance structure analysis,
    doi:10.1080/10705519909540118.
    Kenny, Kaniskan and McCoach (2015), The performance of RMSEA in models with small degrees of freedom,
    doi:10.1177/0049124114543236.
    Oberski (2014), lavaan.survey: complex survey analysis of structural equation models, doi:10.18637/jss.v057.i01.

    Examples
    --------
    >>> import drivers as kda
    >>> result = kda.dimensionality(kda.example_survey("service_center"))
    >>> result.tidy()[["construct", "dimensions", "cfi", "srmr", "conclusion"]].round(3)
         construct  dimensions    cfi   srmr  conclusion
    0      loyalty           1  0.999  0.005  one_factor
    1  all_drivers           1  0.948  0.031   not_close
    """
    check_survey(survey)
    found: list[ItemDimensions] = []
    left_out: dict[str, Code] = {}
    refused: ModelError | None = None
    for name, items, what in _blocks(survey, constructs):
        try:
            found.append(_dimensions(survey, name, complete_answers(survey, items, what), seed))
        except ModelError as error:
            if not error.code:
                raise
            left_out[name], refused = Code(error.code, error.values), error
    if refused is not None and not found:
        raise refused
    return DimensionalityResult(constructs=tuple(found), left_out=MappingProxyType(left_out), seed=seed)


def _blocks(survey: Survey, constructs: Sequence[str] | None) -> list[tuple[str, tuple[str, ...], str]]:
    """Name, items, and name for an error, of everything with three items or more."""
    try:
        names, _ = constructs_of(survey, constructs)
    except ModelError as error:
        if error.code != "single_questions":
            raise
        names = ()
    book = survey.codebook
    blocks = [(name, tuple(book.construct(name).items), repr(name)) for name in names]
    if constructs is None:
        # An item that counts for two drivers is one item.
        together = tuple(dict.fromkeys(item for _, item in driver_items(survey, None)))
        if all(set(together) != set(items) for _, items, _ in blocks):
            blocks.append((ALL_DRIVERS, together, "the drivers"))
    enough = [block for block in blocks if len(block[1]) >= FEWEST_ITEMS]
    if not enough:
        most = max(len(items) for _, items, _ in blocks)
        raise ModelError(
            f"Expected a construct of at least {FEWEST_ITEMS} items to count dimensions, found at most {most}; one "
            "correlation has no dimensions.",
            code="few_items",
            values={"n": most, "needed": FEWEST_ITEMS},
        )
    return enough


def _dimensions(survey: Survey, name: str, answers: ItemAnswers, seed: int) -> ItemDimensions:
    sample = sample_of(survey, answers)
    p = len(answers.items)
    if sample.n_effective <= p + 1:
        raise ModelError(
            f"Expected more than {p + 1} effective respondents for {p} items, found {sample.n_effective:.1f}; widen "
            "the selection.",
            code="few_respondents",
            values={"n_effective": sample.n_effective, "needed": p + 2},
        )
    correlation = weighted_moments(*answers.used(survey)).correlation
    (loading,), (discrepancy,) = one_factor(correlation[None])
    scaling, unrelated = fit_scalings(survey, answers.values, answers.rows, correlation, loading)
    fit = factor_fit(correlation, loading, float(discrepancy), sample.n, scaling=scaling, scaling_unrelated=unrelated)
    random = independent_eigenvalues(p, sample.n_effective, RANDOM_MATRICES, np.random.default_rng(seed))
    return ItemDimensions(
        construct=name,
        items=answers.items,
        eigenvalues=read_only(np.linalg.eigvalsh(correlation)[::-1]),
        random_mean=read_only(random.mean(axis=0)),
        random_limit=read_only(np.quantile(random, RANDOM_LEVEL, axis=0)),
        loading=read_only(loading),
        fit=fit,
        sample=sample,
    )
