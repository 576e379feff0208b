"""What is true of `service_center`: every planted fact, and what follows from it, in one mapping.

Shares, effects and means follow exactly from the population's moments. What depends on whole
distributions (who lies below an expectation, what comments are about) is counted among millions of
simulated customers; the mapping says how many, and the error that is left.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.comments import GENERAL
from drivers.survey.synthetic.population import Population, loyalty_paths, population
from drivers.survey.synthetic.ratings import PROBLEMS
from drivers.survey.synthetic.reviews import review_facts
from drivers.survey.synthetic.service_center import (
    SHIPPED_RESPONDENTS,
    SHIPPED_SEED,
    ServiceCenter,
    simulate_reviews,
    simulate_service_center,
)
from drivers.survey.synthetic.staff import staff_shares

COUNTED = 4_000_000
CHUNK = 200_000
COUNTING_SEED = 900_000
"""Customers that are counted, in chunks, with the seeds from here on."""

DIGITS = 5

NEAR = 0.005
"""Shares that differ by less are near ties, beside the planted one."""

EQUATIONS = ("below", "inside", "above")
"""Below the zone of tolerance customers are dissatisfied, inside satisfied, above loyal. Whoever puts the least
acceptable above the hope has read the scale backwards and is left out."""


def truth(*, counted: int = COUNTED) -> dict[str, Any]:
    """All that is true of `service_center`, as plain mappings, lists, texts and numbers.

    Parameters
    ----------
    counted
        Customers to simulate for the facts that are counted.
    """
    everybody = population()
    return {
        "survey": "service_center",
        "sample": {"seed": SHIPPED_SEED, "respondents": SHIPPED_RESPONDENTS},
        "importance": _importance(everybody),
        "segments": _segments(),
        "waves": _waves(),
        "branches": _branches(),
        "loyalty": _loyalty(),
        "asymmetry": _asymmetry(),
        "recovery": _recovery(),
        "management": {
            "performance": dict(model.MANAGEMENT_PERFORMANCE),
            "importance": {name: part / 100 for name, part in model.MANAGEMENT_IMPORTANCE.items()},
        },
        "stated": dict(model.STATED),
        "indicators": {
            "file": "service_center_branches.csv",
            "unit": "all branches together, by wave",
            "out_of_control": "repeat_contacts per contact",
            "from": model.WAVES[model.REPEAT_CONTACT_OUT_FROM - 1],
            "rate": dict(zip(model.WAVES, model.REPEAT_CONTACT.tolist(), strict=True)),
            "in_control": ["complaints per contact", "lost per customer", "referred per customer"],
        },
        "budget": _budget(everybody),
        "careless": {"straight_liners": model.STRAIGHT_LINERS, "backward_readers": model.BACKWARD_READERS},
        "missing": {name: dict(kinds) for name, kinds in model.MISSING.items()},
        "staff": {
            "shares": staff_shares(),
            "to_customers_in_latent_deviations": {k: dict(v) for k, v in model.STAFF_TO_CUSTOMERS.items()},
            "no_part_in_it": [model.BRANCH_WORSE, model.BRANCH_SMALL],
        },
        "reviews": review_facts(simulate_reviews()),
        "counted": _counted(counted),
    }


def truth_text(*, counted: int = COUNTED) -> str:
    """The truth as YAML."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.width = 110
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    stream = io.StringIO()
    yaml.dump(_rounded(truth(counted=counted)), stream)
    return f"# What is true of service_center: written by tools/examples.py, not by hand.\n{stream.getvalue()}"


def _importance(everybody: Population) -> dict[str, Any]:
    attentive = population(careless=False)
    shares = everybody.shares
    order = sorted(shares, key=lambda name: -shares[name])
    return {
        "outcome": "satisfaction",
        "shares": shares,
        "attentive_shares": attentive.shares,
        "effects": everybody.partial_effects,
        "leader": order[0],
        "near_tie": sorted(order[1:3]),
        "no_effect": model.NO_EFFECT,
        "population": "everybody, careless or not, as in the survey; all branches by their customers, all waves",
        "other_near_ties": [
            [a, b] for i, a in enumerate(order) for b in order[i + 1 :] if i and shares[a] - shares[b] < NEAR and i != 1
        ],
        "satisfaction": everybody.satisfaction,
        "performance": dict(zip(model.ATTRIBUTES, everybody.mean.tolist(), strict=True)),
    }


def _segments() -> dict[str, Any]:
    shares = {customer: population(customers={customer: 1.0}).shares for customer in model.EFFECT}
    return {
        "different": "customer",
        "customer": {
            customer: {"first": max(parts, key=lambda name: parts[name]), "shares": parts}
            for customer, parts in shares.items()
        },
        "same_slopes_and_curves": ["age", "sex", "language", "region"],
        "same_in_all": ["sex", "language"],
    }


def _waves() -> dict[str, Any]:
    by_wave = {wave: population(waves=[number]) for number, wave in enumerate(model.WAVES, start=1)}
    return {
        "only_slopes": model.WAVES[model.SLOPES_WAVE - 1],
        "only_performance": model.WAVES[model.PERFORMANCE_WAVE - 1],
        "only_who_answered": model.WAVES[model.MIX_WAVE - 1],
        "who_answered_by": "age",
        "theme": model.THEME,
        "theme_raised": model.WAVES[model.THEME_WAVE - 1],
        "theme_rating_falls": model.WAVES[model.THEME_FALLS - 1],
        "by_wave": {
            wave: {
                "satisfaction": part.satisfaction,
                "shares": part.shares,
                "performance": dict(zip(model.ATTRIBUTES, part.mean.tolist(), strict=True)),
            }
            for wave, part in by_wave.items()
        },
    }


def _branches() -> dict[str, Any]:
    satisfaction = {branch: population(branches=[branch]).satisfaction for branch in model.BRANCHES}
    return {
        "worse": model.BRANCH_WORSE,
        "only_looks_worse": model.BRANCH_SMALL,
        "customers": dict(zip(model.BRANCHES, model.branch_sizes().tolist(), strict=True)),
        "satisfaction": satisfaction,
    }


def _loyalty() -> dict[str, Any]:
    attentive = population(careless=False)
    faces = len(model.LOYALTY)
    return {
        "population": "attentive customers; paths of the best straight line, see counted for everybody",
        "per_point_of_satisfaction": sum(model.LOYALTY_SATISFACTION.values()) / faces,
        "paths": loyalty_paths(attentive),
        "churn": {"at_0": model.CHURN_AT_0, "per_point_of_loyalty": model.CHURN_PER_POINT},
    }


def _asymmetry() -> dict[str, Any]:
    return {
        "population": "attentive customers; points beside the straight lines of the others, with the knee at 3",
        "only_penalty": model.PENALTY[0],
        "only_reward": model.REWARD[0],
        "points_by_rating": {name: points.tolist() for name, points in (model.PENALTY, model.REWARD)},
    }


def _recovery() -> dict[str, Any]:
    costs = model.problem_costs()
    through = model.LOYALTY_SATISFACTION["tolerance"]
    earned = {name: model.TOLERANCE_EARNED * (name == "fast") for name in PROBLEMS}
    # Straight-liners answer alike whatever happened, and backward readers turn every difference round.
    everybody = 1 - model.STRAIGHT_LINERS - 2 * model.BACKWARD_READERS
    return {
        "population": "attentive customers; for everybody, differences are so many times as large",
        "times_for_everybody": everybody,
        "parts": model.problem_parts(),
        "satisfaction_against_no_problem": {name: costs[name] for name in PROBLEMS},
        "tolerance_against_no_problem": {name: earned[name] + through * costs[name] for name in PROBLEMS},
        "fast_within_days": model.FAST_DAYS,
    }


def _budget(everybody: Population) -> dict[str, Any]:
    effects = everybody.partial_effects
    plan, left = dict.fromkeys(model.ATTRIBUTES, 0.0), model.BUDGET
    # With a constant gain per cost the best plan fills the best ratio first.
    for name in sorted(model.ATTRIBUTES, key=lambda name: -effects[name] / model.COST[name]):
        if effects[name] > 1e-9:
            plan[name] = min(model.CEILING[name], left / model.COST[name])
            left -= plan[name] * model.COST[name]
    return {
        "budget": model.BUDGET,
        "cost_per_point": dict(model.COST),
        "ceiling": dict(model.CEILING),
        "plan": plan,
        "gain": sum(effects[name] * points for name, points in plan.items()),
    }


def _counted(customers: int) -> dict[str, Any]:
    """What is counted among simulated customers, the careless included as in the survey."""
    parts = [
        _counts(simulate_service_center(CHUNK, seed=COUNTING_SEED + chunk, sampling="simple"))
        for chunk in range(-(-customers // CHUNK))
    ]
    total = {key: np.sum([part[key] for part in parts], axis=0) for key in parts[0]}
    zone: dict[str, Any] = {}
    for j, name in enumerate(model.ATTRIBUTES):
        size, dissatisfied, satisfied, loyal = (
            total[key][:, j] for key in ("size", "dissatisfied", "satisfied", "loyal")
        )
        chance = {
            "dissatisfied_below": dissatisfied[0] / size[0],
            "dissatisfied_inside": dissatisfied[1] / size[1],
            "satisfied_inside": satisfied[1] / size[1],
            "loyal_inside": loyal[1] / size[1],
            "loyal_above": loyal[2] / size[2],
        }
        zone[name] = {
            "parts": dict(zip(EQUATIONS, (size / size.sum()).tolist(), strict=True)),
            "chances": chance,
            "holds": {
                "below": bool(chance["dissatisfied_below"] > chance["dissatisfied_inside"]),
                "inside": bool(chance["satisfied_inside"] > chance["dissatisfied_inside"]),
                "above": bool(chance["loyal_above"] > chance["loyal_inside"]),
            },
        }
    variance, paths = _chain(total["chain"])
    n, loyal_customers, left = total["loyal_and_left"]
    gaps = total["rival"][1:] / total["rival"][0]
    return {
        "population": "everybody, careless or not, as in the survey",
        "customers": int(n),
        "largest_error_of_a_part": 0.5 / np.sqrt(min(total["size"].min(), total["commented"].min())),
        "satisfaction_variance": variance,
        "r2": population().explained / variance,
        "loyal": loyal_customers / n,
        "left": left / n,
        "loyalty_paths": paths,
        "rival_minus_us_in_points": dict(zip((*model.ATTRIBUTES, "satisfaction"), gaps.tolist(), strict=True)),
        "expectations": zone,
        "comments_that_blame": {
            name: dict(zip(model.WAVES, (total["blamed"][:, j] / total["commented"]).tolist(), strict=True))
            for j, name in enumerate((*model.ATTRIBUTES, GENERAL))
        },
    }


def _counts(drawn: ServiceCenter) -> Mapping[str, np.ndarray]:
    ratings, rival = drawn.ratings, drawn.expectations
    given = ratings.experienced[:, : len(model.ATTRIBUTES)]
    # A zone whose least lies above the hope was read backwards, and counts for nobody.
    sound = rival.adequate <= rival.desired
    place = np.where(given < rival.adequate, 0, np.where(given > rival.desired, 2, 1))
    satisfied, dissatisfied = ratings.satisfaction >= 4, ratings.satisfaction <= 2
    loyalty = ratings.loyalty_score
    loyal = loyalty >= model.LOYAL_FROM
    points = 25.0 * (ratings.satisfaction - 1)

    def by_place(rows: np.ndarray) -> np.ndarray:
        return np.array([((place == where) & sound & rows[:, None]).sum(axis=0) for where in range(3)], dtype=float)

    written = drawn.comments.theme != ""
    names = np.array((*model.ATTRIBUTES, GENERAL), dtype=object)
    blamed = (drawn.comments.theme[:, None] == names) & (drawn.comments.mood == "blame")[:, None]
    in_wave = drawn.people.wave[:, None] == np.arange(1, len(model.WAVES) + 1)
    chain = np.column_stack([np.ones(len(points)), 25.0 * (given - 1), points, loyalty])
    known = rival.rival_known
    gap = 25.0 * np.column_stack([rival.rival - given, rival.rival_satisfaction - ratings.satisfaction])[known]
    return {
        "size": by_place(np.ones(len(loyal), dtype=bool)),
        "dissatisfied": by_place(dissatisfied),
        "satisfied": by_place(satisfied),
        "loyal": by_place(loyal),
        "chain": chain.T @ chain,
        "loyal_and_left": np.array([len(points), loyal.sum(), drawn.behaviour.left.sum()], dtype=float),
        "rival": np.array([known.sum(), *gap.sum(axis=0)]),
        "commented": (in_wave & written[:, None]).sum(axis=0).astype(float),
        "blamed": in_wave.T.astype(float) @ blamed.astype(float),
    }


def _chain(products: np.ndarray) -> tuple[float, dict[str, dict[str, float]]]:
    """Variance of satisfaction, and the paths to loyalty, from the products of 1, attributes, satisfaction, loyalty."""
    n = products[0, 0]
    covariance = products[1:, 1:] / n - np.outer(products[0, 1:], products[0, 1:]) / n**2
    k = len(model.ATTRIBUTES)
    total = np.linalg.solve(covariance[:k, :k], covariance[:k, k + 1])
    beside = np.linalg.solve(covariance[: k + 1, : k + 1], covariance[: k + 1, k + 1])
    paths = {
        name: {"direct": float(beside[j]), "indirect": float(total[j] - beside[j]), "total": float(total[j])}
        for j, name in enumerate(model.ATTRIBUTES)
    }
    for name, path in paths.items():
        if name != model.NO_EFFECT and 0 <= path["indirect"] <= path["total"]:
            # Among the careless, paths may run against each other: then no part of the whole is mediated.
            path["mediated"] = path["indirect"] / path["total"]
    return float(covariance[k, k]), paths


def _rounded(value: Any) -> Any:
    """Plain numbers of so many digits, so that the file is the same on every machine."""
    if isinstance(value, Mapping):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    if isinstance(value, float | np.floating):
        # −0.0 and the dust of an exact zero are 0.
        return round(float(value), DIGITS) + 0.0
    return value
