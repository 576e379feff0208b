"""Other ways of making an analysis: each says how the survey and the arguments change, or why it is not to be gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import special

from drivers.errors import ModelError
from drivers.importance.combinations import FAMILY_METHODS, MOST_FAMILY_UNITS
from drivers.importance.likelihood.families import COUNTS, DIGITS, FEWEST_LEVELS, MOST_LEVELS, PSEUDO_R2
from drivers.importance.orders.measures import MEASURES
from drivers.models.halo import straight_liners
from drivers.models.predictors import Predictors, predictors
from drivers.results import read_only
from drivers.survey.data import Survey

VARIANTS = (
    "other_measure",
    "other_missing_rule",
    "unweighted",
    "without_outliers",
    "without_straight_liners",
    "top_box",
    "ordered_model",
)
"""Other ways, as closed codes."""

LEFT_OUT = (
    "nothing_missing",
    "no_weights",
    "no_outliers",
    "no_straight_liners",
    "no_steps",
    "not_ordered",
    "same_already",
    "cannot",
)
"""Why a way was not gone, as closed codes."""

OUTLYING_RESIDUAL = 3.0
"""Standard deviations of the residuals beyond which an answer is an outlier: one of 370 where they are normal."""

OUTLYING_RATINGS = 0.999
"""Quantile of the squared distance of normal ratings from their mean beyond which a combination is an outlier."""

MODEL = ("outcome", "drivers", "always", "groups", "interactions", "missing", "not_applicable", "top_box")
"""Arguments of an analysis that say which columns and respondents it takes."""

NO_SAMPLING: dict[str, Any] = {"orderings": None, "precision": None}
"""For measures and families whose orders of entry are not sampled."""

Way = tuple[Survey, dict[str, Any]]
"""The survey, and the arguments that change."""


def columns(survey: Survey, asked: Mapping[str, Any], **otherwise: Any) -> Predictors:
    """The columns of an analysis, with some arguments otherwise."""
    arguments = {name: asked[name] for name in MODEL} | otherwise
    return predictors(survey, **arguments, as_given=asked["family"] in COUNTS)


def _other_measure(survey: Survey, data: Predictors, asked: Mapping[str, Any]) -> Way | str:
    if asked["family"] != "linear":
        fits = PSEUDO_R2[asked["family"]]
        return survey, {"fit": next(fit for fit in ("nagelkerke", "mcfadden") if fit != (asked["fit"] or fits[0]))}
    if asked["method"] != "lmg":
        return survey, {"method": "lmg"}
    wide = bool((np.diff(data.starts) > 1).any())
    for method in ("relative_weights", "pratt"):
        measure = MEASURES[method]
        if (measure.controls or not data.controls) and (measure.groups or not wide) and not any(data.prerequisites):
            return survey, {"method": method} | NO_SAMPLING
    return "cannot"


def _other_missing_rule(survey: Survey, data: Predictors, asked: Mapping[str, Any]) -> Way | str:
    if asked["missing"] != "complete_cases":
        return survey, {"missing": "complete_cases"}
    # Who did not answer the outcome is left out by both rules.
    if columns(survey, asked, missing="multiple_imputation").sample.n == data.sample.n:
        return "nothing_missing"
    return survey, {"missing": "multiple_imputation"}


def _unweighted(survey: Survey, data: Predictors, asked: Mapping[str, Any]) -> Way | str:
    if not data.sample.weighted:
        return "no_weights"
    # Replicate weights carry the weights too.
    return replace(survey, weights=read_only((survey.weights > 0).astype(float)), replicates=None), {}


def _without_outliers(survey: Survey, data: Predictors, asked: Mapping[str, Any]) -> Way | str:
    complete = data.rows & ~np.isnan(data.values).any(axis=1)
    values, weights = data.values[complete], data.weights[complete]
    x = values[:, :-1] - np.average(values[:, :-1], axis=0, weights=weights)
    y = values[:, -1] - np.average(values[:, -1], weights=weights)
    covariance = (weights[:, None] * x).T @ x / weights.sum()
    outlying = np.zeros(len(complete), dtype=bool)
    # Indicators and products are far from their means in many respondents, who are rare and no outliers.
    rated = int(data.starts[0]) + np.flatnonzero(data.rated)
    distance = np.einsum("ij,jk,ik->i", x[:, rated], _inverse(covariance[np.ix_(rated, rated)]), x[:, rated])
    outlying[complete] = distance > 2 * special.gammaincinv(max(len(rated), 1) / 2, OUTLYING_RATINGS)
    # The rarer of two answers, and a large count, are far from a straight line though no model finds them odd.
    if asked["family"] == "linear" and len(np.unique(y)) > 2:
        residual = y - x @ (_inverse(covariance) @ ((weights * y) @ x / weights.sum()))
        spread = np.sqrt(np.average(residual**2, weights=weights))
        outlying[complete] |= np.abs(residual) > OUTLYING_RESIDUAL * spread
    return _without(survey, outlying, "no_outliers")


def _inverse(covariance: np.ndarray) -> np.ndarray:
    return np.linalg.pinv(covariance, hermitian=True)


def _without_straight_liners(survey: Survey, data: Predictors, asked: Mapping[str, Any]) -> Way | str:
    try:
        straight = straight_liners(survey)
    except ModelError:
        return "cannot"
    return _without(survey, straight & data.rows, "no_straight_liners")


def _without(survey: Survey, rows: np.ndarray, otherwise: str) -> Way | str:
    if not rows.any():
        return otherwise
    return replace(survey, in_unit=read_only(survey.in_unit & ~rows, bool)), {}


def _top_box(survey: Survey, data: Predictors, asked: Mapping[str, Any]) -> Way | str:
    if asked["top_box"]:
        return "same_already"
    if asked["family"] in COUNTS:
        return "cannot"
    book = survey.codebook
    items = book.outcomes[data.outcome].items
    if len(items) > 1 or book.scales[book.items[items[0]].scale].best_two is None:
        return "no_steps"
    if not _likelihood(data, asked):
        return survey, {"top_box": True}
    return survey, {"top_box": True} | _in_family("logit", asked)


def _ordered_model(survey: Survey, data: Predictors, asked: Mapping[str, Any]) -> Way | str:
    if asked["family"] == "ordered_logit":
        return "same_already"
    if asked["family"] in COUNTS or not _likelihood(data, asked):
        return "cannot"
    scores = survey.scores[data.outcome].to_numpy()[data.rows]
    if not FEWEST_LEVELS <= len(np.unique(np.round(scores[~np.isnan(scores)], DIGITS))) <= MOST_LEVELS:
        return "not_ordered"
    return survey, {"top_box": False} | _in_family("ordered_logit", asked)


def _likelihood(data: Predictors, asked: Mapping[str, Any]) -> bool:
    """Whether the model may be one of a likelihood."""
    return len(data.drivers) <= MOST_FAMILY_UNITS and asked["missing"] != "pairwise"


def _in_family(family: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    method = asked["method"] if asked["method"] in FAMILY_METHODS else "lmg"
    return {"method": method, "family": family, "fit": None} | NO_SAMPLING


WAYS: dict[str, Callable[[Survey, Predictors, Mapping[str, Any]], Way | str]] = {
    "other_measure": _other_measure,
    "other_missing_rule": _other_missing_rule,
    "unweighted": _unweighted,
    "without_outliers": _without_outliers,
    "without_straight_liners": _without_straight_liners,
    "top_box": _top_box,
    "ordered_model": _ordered_model,
}
"""Way → what it makes of a survey, its columns and the arguments of an analysis: a way, or a code of `LEFT_OUT`."""
