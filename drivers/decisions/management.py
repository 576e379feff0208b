"""What managers think of the service beside what the people it serves say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from drivers.decisions.management_result import Compared, ManagementResult
from drivers.errors import ModelError
from drivers.importance.result import ImportanceResult
from drivers.linearization import effective_size
from drivers.models.expectations.ratios import ratios
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.results import FEWEST_SHOWN, Sample, Unanswered, read_only
from drivers.survey.data import Survey, check_survey

FEWEST_MANAGERS = 4
"""Of three, each could tell from the mean and its error what the two others wrote."""


def management_gaps(
    survey: Survey, *, importance: ImportanceResult | Unanswered | None = None, conf_level: float = 0.95
) -> ManagementResult:
    """What managers think of each driver beside what was measured, and the gap with its interval.

    Parameters
    ----------
    survey
        Answers with weights and design, and a file of guesses that the codebook names under ``management``.
    importance
        Of `relative_importance`, to compare guesses of importance with; at the same ``conf_level``. Without it, or
        where it may not be ranked, performance alone is compared.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    ManagementResult
        `tidy()` has three rows per driver and subject: guess, measured, gap.

    Raises
    ------
    ModelError
        Where the codebook names no guesses; where fewer than three managers guessed any driver; where a unit or a
        segment is selected, of which managers were not asked; where ``conf_level`` is not that of the importance.

    Notes
    -----
    The gap is the managers' mean guess less the measurement: above 0 management thinks better of the driver than the
    people it serves do. Its interval counts both errors: how managers differ, and how respondents were drawn (Welch's t
    interval with Satterthwaite's degrees of freedom), the managers being taken for a sample of those who might have
    been asked. Guesses of importance are turned into parts of 1 for each manager, over the drivers that were ranked.
    ``opinions`` says which gaps are more than chance, after Holm over the drivers.

    Weights: measured performance and its error are those of the design; managers count alike.
    Missing answers: a manager counts for each driver that was guessed, for importance only with all drivers.

    References
    ----------
    Welch (1947), The generalization of Student's problem when several different population variances are involved,
    doi:10.1093/biomet/34.1-2.28.

    Examples
    --------
    >>> import drivers as kda
    >>> found = kda.management_gaps(kda.example_survey("service_center"))
    >>> dict(zip(found.performance.drivers, found.performance.opinions))["speed"]
    'higher'
    """
    check_survey(survey)
    check_conf_level(conf_level)
    guesses = survey.guesses
    if guesses is None:
        raise ModelError(
            "Expected a file of what managers think, found none; name one under 'management:' in the codebook.",
            code="no_guesses",
        )
    if survey.unit or survey.only:
        raise ModelError(
            "Expected the whole survey to compare guesses with, found a selection; managers were asked about all.",
            code="guesses_of_all",
        )
    names, left_out = _sorted_out(survey, guesses)
    table = guesses.pivot(index="manager", columns="driver", values="performance")
    measured, df, sample = _measured(survey, names)
    return ManagementResult(
        performance=_compared(names, table[names].to_numpy(dtype=float), measured, df, conf_level),
        importance=_importance(guesses, importance, conf_level),
        managers=int(table.notna().any(axis=1).sum()),
        left_out=left_out,
        sample=sample,
        conf_level=conf_level,
    )


def _sorted_out(survey: Survey, guesses: pd.DataFrame) -> tuple[list[str], tuple[str, ...]]:
    """The drivers to compare, in the codebook's order, and those of which too few guessed or rated."""
    rated = survey.scores.notna().to_numpy() & (survey.domain & (survey.weights > 0))[:, None]
    answers = dict(zip(survey.scores.columns, rated.sum(axis=0), strict=True))
    counts = guesses.groupby("driver")["performance"].count()
    guessed = [name for name in survey.codebook.drivers if name in counts.index]
    names = [name for name in guessed if counts[name] >= FEWEST_MANAGERS and answers[name] >= FEWEST_SHOWN]
    if not names:
        raise ModelError(
            f"Expected guesses of at least {FEWEST_MANAGERS} managers of a driver that {FEWEST_SHOWN} respondents "
            "rated, found none; add to the file of guesses.",
            code="few_managers",
            values={"needed": FEWEST_MANAGERS},
        )
    return names, tuple(name for name in guessed if name not in names)


def _measured(survey: Survey, names: Sequence[str]) -> tuple[np.ndarray, int, Sample]:
    """Mean performance and its standard error, float (2, k); degrees of freedom; and whom it is about."""
    scores = survey.scores[list(names)].to_numpy()
    known = ~np.isnan(scores) & (survey.domain & (survey.weights > 0))[:, None]
    found = ratios(survey, np.where(known, scores, 0.0), known.astype(float))
    rows = known.any(axis=1)
    mean = np.where(known, scores, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    sample = Sample(
        n_asked=int(survey.domain.sum()),
        n=int(rows.sum()),
        n_effective=effective_size(survey, rows, mean),
        weighted=survey.weighted_in(rows),
        missing="available_answers",
        sampling=survey.codebook.design.sample,
    )
    return np.array([found.estimate, np.sqrt(np.diag(found.covariance))]), found.df, sample


def _importance(
    guesses: pd.DataFrame, importance: ImportanceResult | Unanswered | None, conf_level: float
) -> Compared | None:
    """Guesses of importance beside shares; None where there are none, or no share may be spoken of."""
    if not isinstance(importance, ImportanceResult) or "importance" not in guesses:
        return None
    if importance.verdict.status == "not_rankable" or not importance.n_boot:
        return None
    if importance.conf_level != conf_level:
        raise ModelError(
            f"Expected importance at conf_level {conf_level}, found {importance.conf_level}; compute both at one level."
        )
    names = list(importance.drivers)
    table = guesses.pivot(index="manager", columns="driver", values="importance").reindex(columns=names)
    complete = table.dropna().to_numpy(dtype=float)
    complete = complete[complete.sum(axis=1) > 0]
    if len(complete) < FEWEST_MANAGERS:
        return None
    found = importance.uncertainty
    measured = np.array([importance.share, found.share.std_error])
    compared = _compared(names, complete / complete.sum(axis=1, keepdims=True), measured, found.df, conf_level)
    # A share has an interval of its own, which is not symmetric.
    own = np.vstack([measured, importance.share_low, importance.share_high])
    return replace(compared, measured=read_only(own))


def _compared(
    names: Sequence[str], guesses: np.ndarray, measured: np.ndarray, df: float, conf_level: float
) -> Compared:
    """Mean guesses beside measurements.

    Parameters
    ----------
    guesses
        One row per manager, NaN where not guessed; float (m, k).
    measured
        Estimates and standard errors; float (2, k).
    df
        Degrees of freedom of the standard errors; not finite where they count as known.
    """
    count = (~np.isnan(guesses)).sum(axis=0)
    mean = np.nanmean(guesses, axis=0)
    own = np.nanvar(guesses, axis=0, ddof=1) / count
    other = measured[1] ** 2
    free = max(float(df), 1.0) if np.isfinite(df) else np.inf
    with np.errstate(invalid="ignore", divide="ignore"):
        joint = (own + other) ** 2 / (own**2 / (count - 1) + other**2 / free)
        # Managers who all say the same leave the survey's error alone, and its degrees of freedom.
        joint = np.where(own + other > 0, joint, 1.0)
        gap, error = mean - measured[0], np.sqrt(own + other)
        p_value = np.where(error > 0, 2 * special.stdtr(joint, -np.abs(gap) / error), np.where(gap == 0, 1.0, 0.0))
    quantile = (1 + conf_level) / 2
    return Compared(
        drivers=tuple(names),
        guess=read_only(_around(mean, np.sqrt(own), special.stdtrit(count - 1.0, quantile))),
        measured=read_only(_around(measured[0], measured[1], _t(free, quantile))),
        gap=read_only(_around(gap, error, special.stdtrit(joint, quantile))),
        p_adjusted=read_only(holm(p_value)),
        managers=read_only(count, np.int64),
        alpha=1 - conf_level,
    )


def _t(df: float, quantile: float) -> float:
    return float(special.stdtrit(df, quantile) if np.isfinite(df) else special.ndtri(quantile))


def _around(middle: np.ndarray, error: np.ndarray, critical: np.ndarray | float) -> np.ndarray:
    """Estimates, standard errors and both limits; float (4, k)."""
    return np.array([middle, error, middle - critical * error, middle + critical * error])
