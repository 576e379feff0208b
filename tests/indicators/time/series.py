"""Histories of indicators, made from numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drivers.indicators.card.indicator_history import History

BOUNDS = {"poisson": (0.0, np.inf), "binomial": (0.0, 1.0), "share": (0.0, 1.0)}


def estimates(
    values: Sequence[float] | np.ndarray,
    errors: Sequence[float] | np.ndarray | None = None,
    *,
    covariance: np.ndarray | None = None,
    position: Sequence[int] | None = None,
    family: str = "mean",
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> History:
    """Estimates with standard errors, or without; one standard deviation of answers everywhere."""
    values = np.asarray(values, dtype=float)
    std_error = np.full(len(values), np.nan) if errors is None else np.asarray(errors, dtype=float)
    return _history(
        values,
        std_error,
        np.diag(std_error**2) if covariance is None else covariance,
        n_effective=np.full(len(values), 50.0) if errors is None else (10 / std_error) ** 2,
        position=position,
        family=family,
        bounds=bounds,
    )


def counts(
    count: Sequence[float] | np.ndarray,
    exposure: Sequence[float] | np.ndarray,
    *,
    family: str = "poisson",
    times: float = 1.0,
) -> History:
    """Counts for an exposure."""
    count, exposure = (np.broadcast_to(np.asarray(part, dtype=float), len(count)) for part in (count, exposure))
    rate = count / exposure
    error = times * np.sqrt(rate * (1 - rate if family == "binomial" else 1) / exposure)
    return _history(
        times * rate,
        error,
        np.diag(error**2),
        n_effective=exposure,
        family=family,
        count=count,
        exposure=exposure,
        times=times,
        bounds=BOUNDS[family],
    )


def _history(
    values: np.ndarray,
    std_error: np.ndarray,
    covariance: np.ndarray,
    *,
    n_effective: np.ndarray,
    family: str,
    bounds: tuple[float, float],
    position: Sequence[int] | None = None,
    count: np.ndarray | None = None,
    exposure: np.ndarray | None = None,
    times: float = 1.0,
) -> History:
    nothing = np.full(len(values), np.nan)
    return History(
        waves=tuple(f"w{k + 1}" for k in range(len(values))),
        position=np.arange(len(values)) if position is None else np.asarray(position),
        estimate=values,
        std_error=std_error,
        conf_low=nothing,
        conf_high=nothing,
        covariance=covariance,
        count=nothing if count is None else count,
        exposure=nothing if exposure is None else exposure,
        n=np.full(len(values), 50),
        n_effective=n_effective,
        times=times,
        bounds=bounds,
        family=family,  # type: ignore[arg-type]
        better="higher",
    )
