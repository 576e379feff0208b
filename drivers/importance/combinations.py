"""Which measures, families, orders, rules for missing answers and intervals go together, and why others do not."""

from __future__ import annotations

from drivers.errors import ModelError, remedy
from drivers.importance.likelihood.families import COUNTS, FAMILIES, PSEUDO_R2
from drivers.importance.orders.measures import MEASURES
from drivers.importance.uncertainty import INTERVALS, IntervalKind
from drivers.models.applicability import RULES as APPLICABILITY_RULES
from drivers.models.predictors import MISSING_RULES, MissingRule, ModelColumns
from drivers.models.resamples import check_resamples

FAMILY_METHODS = ("lmg", "first", "last")
"""Measures that need nothing but the fits of models, so that any family of models has them."""

MOST_FAMILY_UNITS = 15
"""Drivers beyond which fitting all 2**k models one by one would take hours."""

MOST_UNITS = 30
"""Drivers up to which all orders of entry are taken: 2**30 models, a few seconds. Beyond, orders are sampled."""

MOST_RESAMPLED_UNITS = 20
"""Drivers up to which each resample is walked in all orders too, some milliseconds a resample."""

MOST_INTERACTING_UNITS = 18
"""Drivers and interactions up to which the fits of all 2**k models are kept side by side."""


def check_names(
    *, method: str, family: str, fit: str | None, missing: str, not_applicable: str, intervals: str | None
) -> None:
    """Refuse names that are none.

    Raises
    ------
    ModelError
        That lists the names there are.
    """
    for what, name, known in (
        ("method", method, tuple(MEASURES)),
        ("family", family, FAMILIES),
        ("missing", missing, MISSING_RULES),
        ("not_applicable", not_applicable, APPLICABILITY_RULES),
        ("intervals", intervals, INTERVALS),
    ):
        if name is not None and name not in known:
            raise ModelError(
                f"Expected {what}= to be one of {', '.join(map(repr, known))}, found {name!r}; {remedy(name, known)}"
            )
    fits = PSEUDO_R2[family]
    if fit is not None and fit not in fits:
        raise ModelError(
            f"Expected fit= of family {family!r} to be one of {', '.join(map(repr, fits))}, found {fit!r}; "
            f"{remedy(fit, fits)}"
        )


def check_numbers(*, n_boot: int, seed: int, n_imputations: int) -> None:
    """Refuse numbers of resamples, seeds and copies that are none.

    Raises
    ------
    ModelError
        That says which would do.
    """
    check_resamples(n_boot=n_boot, seed=seed)
    if n_imputations < 2:
        raise ModelError(
            f"Expected n_imputations of at least 2, found {n_imputations}; use 20 or more, about one for each percent "
            "of incomplete respondents."
        )


def intervals_for(
    intervals: IntervalKind | None,
    *,
    missing: MissingRule,
    replicate_weights: bool,
    within_unit: bool = False,
) -> IntervalKind:
    """The intervals of an analysis: those asked for, else those of its design and its missing answers.

    Parameters
    ----------
    replicate_weights
        Whether variances go by them.
    within_unit
        Whether, where variances do not go by replicate weights, the survey has some: then all respondents are of one
        sampling unit, of which they tell nothing.

    Raises
    ------
    ModelError
        Where the combination has no meaning.
    """
    if missing == "bootstrap_imputation":
        if replicate_weights:
            raise ModelError(
                "missing='bootstrap_imputation' draws respondents again, and replicate weights are the resamples "
                "already; use missing='multiple_imputation', which takes its variances from them."
            )
        if intervals not in (None, "percentile"):
            raise ModelError(
                f"missing='bootstrap_imputation' gives percentiles of resamples, found intervals={intervals!r}; leave "
                "intervals= out, or use missing='multiple_imputation'."
            )
        return "percentile"
    if replicate_weights:
        if intervals in ("percentile", "bca"):
            raise ModelError(
                f"Replicate weights give variances only, found intervals={intervals!r}: replicates lie closer together "
                "than estimates of other samples, so their percentiles are no intervals; use "
                "intervals='replicate_weights'."
            )
        if intervals == "linearised":
            raise ModelError(
                "Linearised errors follow strata and clusters, found a design of replicate weights, which stand in "
                "their place; use intervals='replicate_weights'."
            )
        return "replicate_weights"
    if intervals == "replicate_weights" and within_unit:
        raise ModelError(
            "Expected respondents of several sampling units for intervals='replicate_weights', found one, in which all "
            "weights go up and down together; widen the selection, or leave intervals= out."
        )
    if intervals == "replicate_weights":
        raise ModelError(
            "Expected a design with replicate weights for intervals='replicate_weights', found none; name them under "
            "design.replicate_weights in the codebook, or choose other intervals=."
        )
    if missing == "multiple_imputation":
        if intervals in ("percentile", "bca"):
            raise ModelError(
                f"Multiple imputation pools variances by Rubin's rules, found intervals={intervals!r}; use "
                "missing='bootstrap_imputation' for percentiles, or intervals='linearised'."
            )
        return "linearised"
    return intervals or "percentile"


def check_outcome(*, family: str, top_box: bool) -> None:
    """Refuse a family that does not fit what is asked of the outcome.

    Raises
    ------
    ModelError
        That names both.
    """
    if top_box and family in (*COUNTS, "ordered_logit"):
        raise ModelError(
            f"top_box=True makes a yes or no of the outcome, which is nothing for family {family!r}; use "
            "family='logit', or leave top_box= out."
        )


def check_orders(*, method: str, family: str, orderings: int | None, precision: float | None) -> None:
    """Refuse sampled orders of entry where there are none to sample, and numbers that are none.

    Raises
    ------
    ModelError
        That says why.
    """
    if orderings is None and precision is None:
        return
    asked = "orderings=" if orderings is not None else "precision="
    if method != "lmg":
        raise ModelError(
            f"Measure {method!r} is no average over orders of entry, found {asked}; leave it out, or use method='lmg'."
        )
    if family != "linear":
        raise ModelError(
            f"Orders of entry are sampled in linear models alone, found {asked} with family {family!r}, whose 2**k "
            f"models up to {MOST_FAMILY_UNITS} drivers are all fitted; leave it out."
        )
    if orderings is not None and orderings < 1:
        raise ModelError(f"Expected orderings of at least 1, found {orderings}; use 8192, say.")
    if precision is not None and not precision > 0:
        raise ModelError(
            f"Expected a precision above 0, found {precision}; ask for 0.001, say, of the outcome's variance."
        )


def check_combination(
    data: ModelColumns, *, method: str, family: str, missing: MissingRule, sampled: bool = False
) -> None:
    """Refuse, with the reason, what cannot be computed or would mean nothing.

    Parameters
    ----------
    sampled
        Whether orders of entry are to be sampled.

    Raises
    ------
    ModelError
        That names what does not go together.
    """
    measure = MEASURES[method]
    if family != "linear" and method not in FAMILY_METHODS:
        raise ModelError(
            f"Measure {method!r} is defined through correlations and has no meaning for family {family!r}; use "
            f"{' or '.join(map(repr, FAMILY_METHODS))}, which need only how well models fit."
        )
    if family != "linear" and missing == "pairwise":
        raise ModelError(
            f"Pairwise moments hold no single respondent's answers, which family {family!r} needs; use "
            "missing='multiple_imputation'."
        )
    if data.controls and not measure.controls:
        raise ModelError(
            f"Measure {method!r} is not defined with controls, found {', '.join(map(repr, data.controls))}; use "
            "method='lmg', or always=()."
        )
    wide = [
        name
        for name, first, behind, needs in zip(
            data.drivers, data.starts[:-1], data.starts[1:], data.prerequisites, strict=True
        )
        if behind - first > 1 and not needs
    ]
    if wide and not measure.groups:
        raise ModelError(
            f"Measure {method!r} is not defined for several columns that count as one, found {wide[0]!r}: its value "
            "would depend on how they are coded; use method='lmg'."
        )
    if any(data.prerequisites) and not measure.interactions:
        raise ModelError(
            f"Measure {method!r} cannot keep an interaction behind its main effects, found "
            f"{next(name for name, needs in zip(data.drivers, data.prerequisites, strict=True) if needs)!r}; use "
            "method='lmg'."
        )
    if any(data.prerequisites) and (sampled or len(data.drivers) > MOST_INTERACTING_UNITS):
        raise ModelError(
            "Sampled orders of entry do not keep an interaction behind its main effects, and all of them are taken of "
            f"at most {MOST_INTERACTING_UNITS} drivers and interactions, found {len(data.drivers)}; leave "
            "interactions= or orderings= and precision= out, or choose fewer drivers."
        )
    if family != "linear" and len(data.drivers) > MOST_FAMILY_UNITS:
        raise ModelError(
            f"Expected at most {MOST_FAMILY_UNITS} drivers for family {family!r}, which fits 2**k models one by one, "
            f"found {len(data.drivers)}; choose fewer with drivers=, join some with groups=, or use family='linear'.",
            code="many_drivers",
            values={"n": len(data.drivers), "most": MOST_FAMILY_UNITS},
        )
