"""Importance from streamed moments, and its linearised intervals from a second pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from drivers.errors import ModelError
from drivers.importance.engines import Values, chance_of, share_influence, values_at
from drivers.importance.estimation import Estimated, Specification, by_design, orders_of
from drivers.importance.orders.decomposition import Decomposition
from drivers.importance.orders.parts import Progress, told
from drivers.importance.streaming.passes import InfluenceOfPart, in_order, together
from drivers.importance.streaming.survey_moments import StreamedMoments
from drivers.importance.streaming.workers import over_parts
from drivers.importance.uncertainty import checked_df, no_uncertainty
from drivers.models.predictors import ModelColumns
from drivers.moments import Moments

WHOLE = "read the survey whole with read_survey()"

_REASONS: Mapping[str, tuple[tuple[object, ...], str]] = {
    "family": (("linear",), "every model of another family goes through all answers many times"),
    "top_box": ((False,), "it is another outcome, of whose moments nothing is known"),
    "interactions": (((), []), "products of drivers have moments of their own"),
    "missing": (("complete_cases",), "what is missing was left out when the moments were taken"),
    "not_applicable": (("leave_out",), "the moments are of those whom all drivers concern"),
    "intervals": ((None, "linearised"), "resampling goes through all answers again and again"),
}
"""Argument → what it may be with streamed moments, and why it may be nothing else."""


def check_streamed(streamed: StreamedMoments, asked: Mapping[str, object]) -> None:
    """Refuse what moments and one more pass cannot tell.

    Parameters
    ----------
    asked
        Arguments of `relative_importance`.

    Raises
    ------
    ModelError
        That names the argument.
    """
    for name in ("outcome", "drivers", "always"):
        known = streamed.outcome if name == "outcome" else None
        if asked[name] is not None and asked[name] != known:
            raise ModelError(
                f"Expected {name}= of streamed moments to be named in stream_moments(), which chose the complete "
                f"answers by it, found {name}={asked[name]!r}; name it there."
            )
    for name, (allowed, reason) in _REASONS.items():
        if asked[name] not in allowed:
            usual = next(value for value in allowed if value is not None)
            raise ModelError(
                f"Expected {name}={usual!r} with streamed moments, found {asked[name]!r}: {reason}; leave {name}= "
                f"out, or {WHOLE}."
            )


def streamed_estimate(
    streamed: StreamedMoments,
    data: ModelColumns,
    order: np.ndarray,
    chosen: Specification,
    progress: Progress | None = None,
) -> Estimated:
    """Estimate and uncertainty of an analysis; without draws there is no second pass.

    Parameters
    ----------
    data, order
        Of `StreamedMoments.columns`.
    chosen
        What is to be estimated.
    progress
        Called with the part done and the seconds left, first of the estimate and then of the second pass.

    Notes
    -----
    Weights and design: as in `drivers.linearization`, to the last digits.
    """
    moments = in_order(streamed.moments, order)
    orders = orders_of(data, chosen, lambda: moments.scatter, progress=progress)
    values = values_at(moments, data, orders, progress)
    k = len(data.drivers)
    if chosen.n_boot == 0:
        uncertainty = no_uncertainty(k)
    else:
        covariance, df = _covariance(streamed, data, order, moments, orders, values, progress)
        uncertainty = by_design(chosen, values, covariance, df, how="linearised")
    return Estimated(
        values=values,
        uncertainty=uncertainty,
        correlation=moments.correlation,
        chance=chance_of(data, moments.correlation, streamed.sample.n_effective),
        ordering_error=orders.error(),
    )


def _covariance(
    streamed: StreamedMoments,
    data: ModelColumns,
    order: np.ndarray,
    moments: Moments,
    orders: Decomposition,
    values: Values,
    progress: Progress | None,
) -> tuple[np.ndarray, float]:
    """As `drivers.importance.uncertainty.covariance_of`, from a pass over the answers."""
    job = InfluenceOfPart(
        scoring=replace(streamed.scoring, names=tuple(streamed.scoring.names[place] for place in order)),
        data=data,
        moments=moments,
        gradient=orders.gradient(moments.scatter),
        chunk_rows=streamed.chunk_rows,
    )
    parts = streamed.parts
    found = together(told(over_parts(job, parts, scheduler=streamed.scheduler), len(parts), progress))
    if found.rows != moments.n:
        raise ModelError(
            f"Expected the {moments.n} complete answers of the first pass in the second, found {found.rows}: the "
            "files were changed; take the moments anew with stream_moments()."
        )
    result, whole = found.influence.covariance(streamed.codebook)
    turned = _with_shares(values)
    return turned @ result.covariance @ turned.T, checked_df(np.inf if whole else float(result.df))


def _with_shares(values: Values) -> np.ndarray:
    """What makes importance, share and performance of contributions to importance and performance; float (3k, 2k)."""
    k = values.importance.shape[1]
    one, none = np.eye(k), np.zeros((k, k))
    shares = share_influence(values, Values(importance=one, r2=none, performance=none)).T
    return np.block([[one, none], [shares, none], [none, one]])
