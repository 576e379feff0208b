"""Each driver moved by one step, by itself and with the others going along."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from scipy import special

from drivers.decisions.changes.capped import Cap, capped_moves, part_possible
from drivers.decisions.changes.each_driver_result import WhatIfTable
from drivers.errors import ModelError
from drivers.models.given import is_number
from drivers.models.moves.company import company_of
from drivers.models.moves.move_columns import MoveColumns, move_columns
from drivers.models.moves.outcome_slopes import slopes_of
from drivers.models.moves.room import DriverRoom, room_of
from drivers.models.multiplicity import holm
from drivers.models.predictors import check_conf_level
from drivers.results import read_only
from drivers.survey.data import Survey


def what_if_table(
    survey: Survey,
    *,
    step: float = 5.0,
    outcomes: Sequence[str] | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    conf_level: float = 0.95,
) -> WhatIfTable:
    """What would go with one step of each driver, in every outcome, if the association were causal.

    Parameters
    ----------
    survey, outcomes, drivers, always, conf_level
        As in `what_if`.
    step
        Points of 0–100, −100 to 100 and not 0.

    Returns
    -------
    WhatIfTable
        `tidy()` has one row per way of moving (``method``: ``alone``, ``together``), outcome, statistic and driver:
        estimate, std_error, conf_low, conf_high, p_adjusted, conclusion; `sliders()` has all that any combination of
        changes needs.

    Raises
    ------
    ModelError
        As `what_if`.

    Notes
    -----
    As `what_if`, driver by driver: the same numbers. So many effects at once are only said to be sure where Holm's
    correction over the drivers leaves them so, as in `fit_regression`.
    Weights, missing answers: as `what_if`.

    Examples
    --------
    >>> import drivers as kda
    >>> table = kda.what_if_table(kda.example_survey("customersat"))
    >>> table.drivers[table.order()[0]]
    'customers'
    """
    check_conf_level(conf_level)
    if not is_number(step) or not -100 <= step <= 100 or step == 0:
        raise ModelError(f"Expected step in points from -100 to 100 and not 0, found {step!r}; use 5 for five points.")
    columns = move_columns(survey, outcomes=outcomes, drivers=drivers, always=always)
    room = room_of(survey, columns.drivers, columns.ratings)
    moves, caps = capped_moves(np.full(len(columns.drivers), float(step)), room)
    slopes = slopes_of(survey, columns)
    errors = np.sqrt(np.diag(slopes.covariance)).reshape(slopes.slopes.shape)
    df = np.repeat(np.array(slopes.df, dtype=float)[:, None], len(columns.drivers), axis=1)
    alone = _effects(slopes.slopes, errors, df, moves, conf_level)
    going, going_caps = _going_along(survey, columns, room, moves, caps)
    total = _total_slopes(survey, columns)
    together = _effects(*total, going, conf_level)
    return WhatIfTable(
        measures=columns.measures,
        drivers=columns.drivers,
        step=float(step),
        effects=MappingProxyType({"alone": alone, "together": together}),
        p_adjusted=MappingProxyType(
            {"alone": _adjusted(slopes.slopes, errors, df), "together": _adjusted(*total)},
        ),
        moves=MappingProxyType({"alone": read_only(moves), "together": read_only(going)}),
        caps=MappingProxyType({"alone": caps, "together": going_caps}),
        base=read_only(columns.levels(survey)),
        room=room,
        slopes=slopes,
        unit=survey.unit,
        sample=slopes.samples[0],
        conf_level=conf_level,
    )


def _effects(
    slopes: np.ndarray, errors: np.ndarray, df: np.ndarray, moves: np.ndarray, conf_level: float
) -> np.ndarray:
    """Estimate, standard error and limits of slopes times moves; float (4, k, p)."""
    estimate, error = slopes * moves, errors * np.abs(moves)
    reach = special.stdtrit(df, (1 + conf_level) / 2) * error
    return read_only([estimate, error, estimate - reach, estimate + reach])


def _adjusted(slopes: np.ndarray, errors: np.ndarray, df: np.ndarray) -> np.ndarray:
    """P-values of slopes, corrected over the drivers, measure by measure; float (k, p)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p_values = 2 * special.stdtr(df, -np.abs(slopes / errors))
    return read_only([holm(row) for row in p_values])


def _going_along(
    survey: Survey, columns: MoveColumns, room: DriverRoom, moves: np.ndarray, caps: tuple[Cap, ...]
) -> tuple[np.ndarray, tuple[Cap, ...]]:
    """What is left of each driver's move where the others go along; float (p,), (p,)."""
    going, found = np.array(moves), list(caps)
    for j, name in enumerate(columns.drivers):
        others = np.arange(len(columns.drivers)) != j
        part = part_possible(moves[j] * company_of(survey, columns, [name])[0], room.level[others])
        if part < 1:
            going[j], found[j] = part * moves[j], "along"
    return going, tuple(found)


def _total_slopes(survey: Survey, columns: MoveColumns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slopes on one driver at a time, others going along, their errors and degrees of freedom; float (k, p) each."""
    found = [columns.parallel(survey, [name], [name]) for name in columns.drivers]
    slopes = np.column_stack([one.slopes[:, 0] for one in found])
    errors = np.sqrt(np.column_stack([one.covariance[:, 0, 0] for one in found]))
    return slopes, errors, np.column_stack([one.df for one in found])
