"""Families against R: every subset's fit by every pseudo-R², general dominance, and coefficients."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import comb

import numpy as np
import pytest

from drivers.importance.likelihood.families import PSEUDO_R2, pseudo_r2, saturated_rows
from drivers.importance.likelihood.subsets import SubsetFits, fit_subsets
from tests.reference_numbers import RATINGS, table

BRUTE_FORCE = 1e-11
"""Of a pseudo-R² that R computed at a maximum known to the last digits (epsilon 1e-14, reltol 1e-15)."""

CONVERGENCE = 1e-6
"""Where the other program stops earlier: glm at a deviance known to 1e-8, polr to 1e-8 of its likelihood."""

COEFFICIENTS = 1e-7
"""Of slopes and thresholds: at a maximum that is known to 1e-12 or so, they are known to its square root."""

LIKELIHOOD = 1e-10
"""Relative, of a log-likelihood of some hundreds."""

NAMES = {"r2.m": "mcfadden", "r2.cs": "cox_snell", "r2.n": "nagelkerke", "r2.e": "estrella"}
NAMES |= {"coxsnell": "cox_snell", "deviance_ratio": "deviance"}
"""R's names of fits, ours."""

OUTCOMES = {"logit": "sat_top", "churn": "churn", "polr": "sat_ord", "poisson": "complaints"}
FAMILIES = {"logit": "logit", "churn": "logit", "polr": "ordered_logit", "poisson": "poisson"}


@dataclass(frozen=True)
class Case:
    """A call: its units, each of one or several columns, and what is always in the model."""

    family: str
    columns: dict[str, np.ndarray]
    y: np.ndarray
    weights: np.ndarray
    units: dict[str, tuple[str, ...]]
    always: tuple[str, ...] = ()

    def fits(self) -> SubsetFits:
        names = [*self.always, *(name for unit in self.units.values() for name in unit)]
        widths = [len(self.always), *(len(unit) for unit in self.units.values())]
        x = np.column_stack([self.columns[name] for name in names])
        return fit_subsets(x, self.y, self.weights, np.cumsum(widths), family=self.family)

    def values(self, fits: SubsetFits, fit: str) -> np.ndarray:
        saturated = float(self.weights @ saturated_rows(self.y, family=self.family))
        return pseudo_r2(fits.log_likelihood, fits.null, fits.weight_total, fit=fit, saturated=saturated)


def one_by_one(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {name: (name,) for name in names}


def service(case: str) -> Case:
    """From the name: outcome, then sets or always, then weights."""
    kind, *rest = case.removeprefix("service_").split("_")
    data = table("service.csv")
    units, always = one_by_one(RATINGS), ()
    if "sets" in rest:
        units = {"people": ("respect", "empathy"), "access": ("speed", "presence")} | one_by_one(
            ["information", "fairness"]
        )
    if "all" in rest or "const" in rest:
        always = ("presence",)
        units = {"people": units["people"]} | one_by_one(["speed", "information", "fairness"]) if "sets" in rest else {
            name: unit for name, unit in units.items() if name != "presence"
        }  # fmt: skip
    y = data[OUTCOMES[kind]].to_numpy(float)
    weights = data["w"].to_numpy(float) if "w" in rest else np.ones(len(y))
    columns = {name: data[name].to_numpy(float) for name in RATINGS}
    return Case(FAMILIES[kind], columns, y - y.min() if kind == "polr" else y, weights, units, always)


def customersat(case: str) -> Case:
    rows = np.genfromtxt(str(files("drivers") / "survey/examples/customersat.csv"), delimiter=",", names=True)
    columns = {f"q{i}": rows[f"q{i}"] for i in range(1, 11)}
    ones = np.ones(len(rows))
    if case == "customersat_polr10_5preds":
        units = one_by_one(["q2", "q4", "q5", "q6", "q9"])
        return Case("ordered_logit", columns, columns["q1"] - 1, ones, units)
    y = (columns["q1"] >= 9).astype(float)
    if case == "customersat_logit_sets_all":
        units = one_by_one(["q5", "q8"]) | {"price": ("q2", "q3", "q4"), "reach": ("q6", "q7")}
        return Case("logit", columns, y, ones, units, ("q9", "q10"))
    return Case("logit", columns, y, ones, one_by_one([f"q{i}" for i in range(2, 11)]))


def housing(case: str) -> Case:
    """Factors as groups of indicators, in the order of their levels."""
    data = table("housing.csv.gz")
    columns: dict[str, np.ndarray] = {}
    units: dict[str, tuple[str, ...]] = {}
    for name in ("Infl", "Type", "Cont"):
        levels = sorted(set(data[name]))
        columns |= {f"{name}={level}": (data[name] == level).to_numpy(float) for level in levels[1:]}
        units[name] = tuple(f"{name}={level}" for level in levels[1:])
    y = data["sat"].to_numpy(float) - 1
    return Case("ordered_logit", columns, y, np.ones(len(y)), units)


@cache
def fitted(case: str) -> tuple[Case, SubsetFits]:
    make = {"service": service, "customersat": customersat, "housing": housing}[case.split("_")[0]]
    found = make(case)
    return found, found.fits()


def shapley(values: np.ndarray) -> np.ndarray:
    k = len(values).bit_length() - 1
    found = np.zeros(k)
    for subset in range(2**k):
        for unit in range(k):
            if not subset >> unit & 1:
                weight = k * comb(k - 1, subset.bit_count())
                found[unit] += (values[subset | 1 << unit] - values[subset]) / weight
    return found


FITS = sorted(set(table("families_fits.csv.gz")["case"]))
GENERAL = sorted(set(table("families_general.csv")["case"]))


@pytest.mark.parametrize("case", FITS)
def test_every_subset_by_every_pseudo_r2(case: str) -> None:
    made, fits = fitted(case)
    assert fits.converged
    units = list(made.units)
    expected = table("families_fits.csv.gz").query("case == @case")
    compared = {NAMES.get(fit, fit) for fit in expected["fit"]}
    # That program's Nagelkerke is wrong where the likelihood itself is below the smallest number.
    missing = {"nagelkerke"} if case == "customersat_logit" else set()
    assert compared == set(PSEUDO_R2[made.family]) - missing
    assert len(expected) == len(compared) * 2 ** len(units)
    tolerance = BRUTE_FORCE if case.startswith("service") else CONVERGENCE
    for fit, rows in expected.groupby("fit"):
        masks = [
            0 if subset == "1" else sum(1 << units.index(name) for name in subset.split("+"))
            for subset in rows["submodel"]
        ]
        assert sorted(masks) == list(range(2 ** len(units)))
        found = made.values(fits, NAMES.get(fit, fit))
        np.testing.assert_allclose(found[masks], rows["value"], rtol=0, atol=tolerance)


@pytest.mark.parametrize("case", GENERAL)
def test_general_dominance_of_three_programs(case: str) -> None:
    made, fits = fitted(case)
    expected = table("families_general.csv").query("case == @case")
    for (tool, fit), rows in expected.groupby(["tool", "fit"]):
        tolerance = BRUTE_FORCE if tool == "brute_force" else CONVERGENCE
        values = made.values(fits, NAMES.get(fit, fit))
        found = dict(zip(made.units, shapley(values), strict=True))
        assert set(found) == set(rows["name"])
        np.testing.assert_allclose([found[name] for name in rows["name"]], rows["general"], rtol=0, atol=tolerance)
        np.testing.assert_allclose(values[-1] - values[0], rows["total"], rtol=0, atol=tolerance)
        if rows["base"].notna().all():
            np.testing.assert_allclose(values[0], rows["base"], rtol=0, atol=tolerance)


@pytest.mark.parametrize("model", ["logit", "logit_w", "polr", "polr_w", "poisson", "poisson_w"])
def test_coefficients_thresholds_and_likelihood(model: str) -> None:
    _, fits = fitted(f"service_{model}")
    expected = table("families_coefficients.csv").query("model == @model").set_index("name")
    head = [name for name in expected.index if name not in RATINGS]
    found = fits.parameters(63)
    np.testing.assert_allclose(found, expected.loc[[*head, *RATINGS], "est"], rtol=0, atol=COEFFICIENTS)
    # A quasi-likelihood has no logLik in R.
    if model != "logit_w":
        np.testing.assert_allclose(fits.log_likelihood[63], expected["logLik"], rtol=LIKELIHOOD)
