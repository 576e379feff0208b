"""What customers lost took with them, and the new business that would make up for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special

from drivers.errors import ModelError
from drivers.indicators.card.measures_taken import Measure, measures_of
from drivers.indicators.card.standing import Distance
from drivers.indicators.estimates import Level, mean_level
from drivers.linearization import mean_covariance
from drivers.models.predictors import check_conf_level
from drivers.results import FEWEST_SHOWN, Code, Result, frame
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave, waves_compared


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValueAtStake(Result):
    """Business lost with customers, and what would replace it; `value_at_stake` makes one.

    Parameters
    ----------
    indicator
        The indicator that counts customers lost.
    lost, customers
        Customers lost in the wave reported on, and all who could have been.
    per_customer
        Mean value of a customer; without limits where the codebook gives one number.
    business
        Lost customers times that mean.
    per_new, new_needed
        Mean value of a new customer, and how many of them would be worth as much as was lost; None where the codebook
        does not say who is new, the latter also where customers are worth nothing on average.
    beyond_target, business_beyond
        Customers lost beyond the indicator's target, 0 at the least, and what they were worth; None without a target.
    """

    kind: ClassVar[str] = "value_at_stake"

    indicator: str
    lost: float
    customers: float
    per_customer: Level
    business: Distance
    per_new: Level | None
    new_needed: Distance | None
    target: float | None
    beyond_target: float | None
    business_beyond: Distance | None
    wave: str
    unit: str
    sampling: str
    conf_level: float

    @property
    def given(self) -> bool:
        """Whether the value of a customer is a number of the codebook, which has no error."""
        return self.per_customer.n == 0

    @property
    def units(self) -> Mapping[str, str]:
        """Values are in the survey's currency, the rest are customers."""
        return MappingProxyType({"estimate": "customers; of per_customer, per_new and business the survey's currency"})

    @property
    def notes(self) -> tuple[Code, ...]:
        """How respondents came into the survey."""
        codes = {"opt_in": (Code("opt_in_sample"),), "census": (Code("census"),)}
        return () if self.given else codes.get(self.sampling, ())

    @property
    def details(self) -> Mapping[str, object]:
        """When and where, and who could have been lost."""
        return MappingProxyType(
            {"wave": self.wave, "unit": self.unit, "customers": self.customers, "target": self.target}
        )

    def tidy(self) -> pd.DataFrame:
        """One row per ``term``: lost, per_customer, business, per_new, new_needed, beyond_target, business_beyond."""
        told: dict[str, float | Level | Distance | None] = {
            "lost": self.lost,
            "per_customer": self.per_customer,
            "business": self.business,
            "per_new": self.per_new,
            "new_needed": self.new_needed,
            "beyond_target": self.beyond_target,
            "business_beyond": self.business_beyond,
        }
        rows = [(term, value) for term, value in told.items() if value is not None]
        return frame(
            {
                "indicator": self.indicator,
                "term": [term for term, _ in rows],
                "estimate": [getattr(value, "estimate", value) for _, value in rows],
                "conf_low": [getattr(value, "conf_low", None) for _, value in rows],
                "conf_high": [getattr(value, "conf_high", None) for _, value in rows],
                "n": [getattr(value, "n", None) for _, value in rows],
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: answers that the value of a customer rests on."""
        return frame({"n": [self.per_customer.n], "conf_level": self.conf_level})


def value_at_stake(survey: Survey, *, conf_level: float = 0.95) -> ValueAtStake:
    """Business lost with the customers who left, and the new business that would replace it.

    Parameters
    ----------
    survey
        Answers with weights and design; the codebook's ``value`` says what a customer is worth and which indicator of
        records counts customers lost.
    conf_level
        Level of the intervals, between 0 and 1.

    Returns
    -------
    ValueAtStake
        `tidy()` has one row per term: ``lost``, ``per_customer``, ``business``, ``per_new``, ``new_needed``,
        ``beyond_target``, ``business_beyond``.

    Raises
    ------
    ModelError
        Where the codebook gives no value, the records do not know the selection, or fewer than 10 told a value.

    Notes
    -----
    Of the wave reported on. Customers lost are counted, not estimated; what varies by chance is the mean value, which
    is that of all customers asked: whoever left cannot be asked any more. New customers needed are lost customers
    times the ratio of both means, with a t interval of its logarithm.

    Weights: means and their covariance under the design.
    Missing answers: means use all there are.

    Examples
    --------
    >>> import drivers as kda
    >>> stake = kda.value_at_stake(kda.example_survey("service_center"))
    >>> stake.lost, round(stake.per_customer.estimate)
    (7387.0, 415)
    """
    check_survey(survey)
    check_conf_level(conf_level)
    value = survey.codebook.value
    if value is None:
        raise ModelError(
            "Expected the value of a customer in the codebook, found none; write value: with per_customer and lost.",
            code="no_value",
        )
    measure = next(measure for measure in measures_of(survey) if measure.key == value.lost)
    now, _ = waves_compared(survey)
    counted = measure.counted(survey, now) if measure.unknown(survey) is None else None
    if counted is None or counted.exposure.sum() < FEWEST_SHOWN:
        reason = measure.unknown(survey) or Code("no_records")
        raise ModelError(
            f"Expected records of {value.lost!r} for the selection, found none; widen the selection.",
            code=reason.code,
        )
    rows = survey.domain if now is None else in_wave(survey, now)
    per_customer = _worth(survey, rows, conf_level)
    lost, customers = float(counted.count.sum()), float(counted.exposure.sum())
    per_new, new_needed = None, None
    if value.new is not None and not isinstance(value.per_customer, int | float):
        new = rows & _among(survey, value.new)
        answered = int((new & ~survey.measures["value"].isna().to_numpy() & (survey.weights > 0)).sum())
        if answered >= FEWEST_SHOWN:
            per_new = _worth(survey, new, conf_level)
            # Of new customers who are worth nothing no number replaces anything.
            if min(per_new.estimate, per_customer.estimate) > 0:
                new_needed = _replacing(survey, lost, rows, new, conf_level)
    beyond, business_beyond = None, None
    target = _target(measure)
    if target is not None:
        beyond = max(0.0, lost - target * customers)
        business_beyond = _times(beyond, per_customer)
    return ValueAtStake(
        indicator=value.lost,
        lost=lost,
        customers=customers,
        per_customer=per_customer,
        business=_times(lost, per_customer),
        per_new=per_new,
        new_needed=new_needed,
        target=target,
        beyond_target=beyond,
        business_beyond=business_beyond,
        wave="" if now is None else survey.waves[now],
        unit=survey.unit,
        sampling=survey.codebook.design.sample,
        conf_level=conf_level,
    )


def _target(measure: Measure) -> float | None:
    """The most that may be lost, for each customer; None where the indicator has no such target."""
    return measure.target[0] / measure.times if measure.target and measure.better == "lower" else None


def _worth(survey: Survey, rows: np.ndarray, conf_level: float) -> Level:
    """The mean value of some customers; the codebook's number where it gives one."""
    assert survey.codebook.value is not None
    given = survey.codebook.value.per_customer
    if isinstance(given, int | float):
        worth = float(given)
        return Level(estimate=worth, std_error=0.0, conf_low=worth, conf_high=worth, n=0, n_effective=0.0)
    level = mean_level(survey, survey.measures["value"].to_numpy(), rows, conf_level)
    if level.n < FEWEST_SHOWN:
        raise ModelError(
            f"Expected the value of at least {FEWEST_SHOWN} customers, found fewer; widen the selection.",
            code="few_in_wave",
            values={"needed": FEWEST_SHOWN},
        )
    return level


def _among(survey: Survey, where: Mapping[str, Sequence[str | int]]) -> np.ndarray:
    """Rows in which each column has one of its values; bool (n,)."""
    rows = np.ones(len(survey.weights), dtype=bool)
    for column, values in where.items():
        if column not in survey.raw.columns:
            raise ModelError(
                f"Expected a column of the survey under value.new, found {column!r}; correct it in the codebook."
            )
        rows &= survey.raw[column].isin([str(value) for value in values]).to_numpy(dtype=bool)
    return rows


def _replacing(survey: Survey, lost: float, rows: np.ndarray, new: np.ndarray, conf_level: float) -> Distance:
    """How many new customers are worth as much as those lost, with a t interval of the ratio's logarithm."""
    values = survey.measures["value"].to_numpy()
    known = ~np.isnan(values) & (survey.weights > 0)
    domains = [rows & known, new & known]
    means = [float(np.average(values[domain], weights=survey.weights[domain])) for domain in domains]
    spread = mean_covariance(survey, values, *domains)
    signs = np.array([1.0 / means[0], -1.0 / means[1]])
    error = float(np.sqrt(max(0.0, signs @ spread.covariance @ signs)))
    reach = float(special.stdtrit(max(spread.df, 1), (1 + conf_level) / 2)) * error
    estimate = lost * means[0] / means[1]
    return Distance(
        estimate=estimate, conf_low=estimate * float(np.exp(-reach)), conf_high=estimate * float(np.exp(reach))
    )


def _times(many: float, level: Level) -> Distance:
    return Distance(estimate=many * level.estimate, conf_low=many * level.conf_low, conf_high=many * level.conf_high)
