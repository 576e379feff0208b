"""The service model behind `service_center`: every number that is planted, and nothing that follows from them.

What customers experience is a rating from 1 to 5 on each attribute. Behind a rating stands a normal
variable: a part that all attributes share (the halo), a part that all customers of a day share, a part
of its own, and shifts of the branch, the wave and the age group. Satisfaction and loyalty are drawn so
that their expectation, given the ratings, is *exactly* the planted sum of effects: noise is symmetric,
never reaches beyond the scale, and a value between two answers becomes one of them with the probability
that keeps its expectation. So shares, partial effects and mediated shares of the population follow from
moments alone, without an approximation.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

ATTRIBUTES = (
    "presence",
    "welcome",
    "respect",
    "empathy",
    "fairness",
    "information",
    "alternatives",
    "speed",
    "honesty",
)
"""The nine attributes that are drivers, in report order."""

OPTIONAL = "access"
"""A tenth attribute, asked from the wave `ACCESS_FROM` on and without any effect beside the others."""

NO_EFFECT = "welcome"
"""Rated as one of the attributes in `ECHO` is rated, drawn anew for each customer. Its expectation given the
others is exactly linear, so its partial effect in the population is exactly 0, whatever the others do."""

ECHO: Mapping[str, float] = {"presence": 0.15, "respect": 0.35, "empathy": 0.30, "honesty": 0.20}
"""Probabilities of the attribute whose rating the `NO_EFFECT` attribute repeats."""

EXPERIENCED = tuple(name for name in (*ATTRIBUTES, OPTIONAL) if name != NO_EFFECT)
"""Attributes with a latent variable of their own."""

CUTS = np.array([-1.85, -1.10, -0.25, 0.80])
"""Where the latent variable passes from one rating to the next."""

OFFSET: Mapping[str, float] = {
    "presence": 0.25,
    "respect": 0.30,
    "empathy": -0.05,
    "fairness": -0.15,
    "information": -0.05,
    "alternatives": -0.40,
    "speed": -0.40,
    "honesty": -0.10,
    "access": -0.20,
}
"""How high an attribute is rated, in latent standard deviations."""

HALO: Mapping[str, float] = {
    "presence": 0.55,
    "respect": 0.66,
    "empathy": 0.66,
    "fairness": 0.62,
    "information": 0.62,
    "alternatives": 0.56,
    "speed": 0.60,
    "honesty": 0.60,
    "access": 0.50,
}
"""Correlation of the latent variable with what all attributes share."""

DAY: Mapping[str, float] = {
    "presence": 0.20,
    "respect": 0.10,
    "empathy": 0.10,
    "fairness": 0.05,
    "information": 0.10,
    "alternatives": 0.05,
    "speed": 0.25,
    "honesty": 0.05,
    "access": 0.10,
}
"""Correlation of the latent variable with what all customers of a day at a branch share."""

EFFECT: Mapping[str, Mapping[str, float]] = {
    "returning": {
        "respect": 0.28,
        "empathy": 0.05,
        "fairness": 0.075,
        "information": 0.0818,
        "speed": 0.115,
        "honesty": 0.04,
    },
    "new": {
        "respect": 0.12,
        "empathy": 0.05,
        "fairness": 0.075,
        "information": 0.245,
        "speed": 0.115,
        "honesty": 0.04,
    },
}
"""Points of satisfaction per point (0–100) of an attribute, for customers of long standing and for new ones. The
pooled shares of information and speed nearly tie."""

NEW_CUSTOMERS = 0.30
"""Part of the customers who come for the first time; the same in every branch, wave and age."""

PENALTY = ("presence", np.array([-12.0, -6.0, 0.0, 0.0, 0.0]))
"""The attribute that only costs: points of satisfaction at each rating."""

REWARD = ("alternatives", np.array([0.0, 0.0, 0.0, 5.0, 10.0]))
"""The attribute that only earns: points of satisfaction at each rating."""

SLOPES_WAVE = 4
SLOPES_CHANGE: Mapping[str, float] = {"respect": -0.10, "speed": 0.12, "information": -0.02}
"""In this wave alone the effects change by so much, turned about the means of the attributes, so that mean
satisfaction stays where it is."""

CENTRE: Mapping[str, float] = {"respect": 72.887, "speed": 55.292, "information": 64.904}
"""The means about which effects turn."""

BASE = 22.0
"""Satisfaction where all attributes with an effect are at 0 and none is missed or earned."""

NOISE = 16.0
"""Largest noise of satisfaction in points; less where the scale's end is nearer."""

WAVES = ("2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1", "2024Q2", "2024Q3", "2024Q4")
"""Eight quarters; a wave's number below counts from 1."""

ACCESS_FROM = 5

WAVE_SHIFT: Mapping[int, Mapping[str, float]] = {
    6: {"speed": 0.40, "information": 0.30},
    7: {"speed": 0.40, "information": 0.30},
    8: {"speed": 0.40, "information": 0.30, "honesty": -0.55},
}
"""From wave 6 on, speed and information are better; in wave 8 promises are kept less."""

MIX_WAVE, PERFORMANCE_WAVE, THEME_WAVE, THEME_FALLS = 2, 6, 7, 8
"""Waves against the one before: only who answered changes (and changes back after it); only performance changes; a
theme comes up in comments; the ratings of that theme fall."""

THEME = "honesty"
THEME_SURGE = 0.30
"""From `THEME_WAVE` on, this part of all comments complains of unkept promises, whatever the ratings."""

AGES = ("18-29", "30-49", "50+")
AGE_MIX = np.array([0.25, 0.45, 0.30])
AGE_MIX_THEN = np.array([0.55, 0.33, 0.12])
"""Ages of those who answer, and in `MIX_WAVE`."""

AGE_SHIFT = np.array([-0.35, 0.05, 0.25])
"""Younger customers rate every attribute lower, older ones higher; in latent standard deviations."""

REGIONS = ("north", "centre", "south", "west")
BRANCHES = tuple(f"b{number:02}" for number in range(1, 25))
BRANCHES_PER_REGION = 6

BRANCH_WORSE = "b17"
BRANCH_WORSE_SHIFT: Mapping[str, float] = {"respect": -0.45, "fairness": -0.45, "information": -0.45, "speed": -0.60}
BRANCH_SMALL = "b09"
"""The branch that is truly worse, and the one with so few answers that it may only look so."""

SMALL_PART = 0.0015
"""Part of the sample that comes from `BRANCH_SMALL`, which serves as small a part of all customers."""

STAFF_TO_CUSTOMERS: Mapping[str, Mapping[str, float]] = {
    "training": {"information": 0.14, "respect": 0.04},
    "environment": {"speed": 0.12, "presence": 0.06},
}
"""What one standard deviation between branches in the staff's lot moves in the customers' latent ratings."""

LOYALTY = ("repeat", "recommend", "defend", "tolerance")
LOYALTY_BASE: Mapping[str, float] = {"repeat": 20.0, "recommend": 24.0, "defend": 13.0, "tolerance": 18.0}
LOYALTY_SATISFACTION: Mapping[str, float] = {"repeat": 0.54, "recommend": 0.62, "defend": 0.44, "tolerance": 0.30}
LOYALTY_DIRECT: Mapping[str, Mapping[str, float]] = {
    "repeat": {"respect": 0.05, "fairness": 0.04},
    "recommend": {"respect": 0.07, "fairness": 0.05},
    "defend": {"respect": 0.14, "fairness": 0.12},
    "tolerance": {"respect": 0.10, "fairness": 0.07},
}
"""Each face of loyalty: points at 0, per point of satisfaction, and per point of an attribute beside satisfaction."""

LOYALTY_NOISE, LOYALTY_TRAIT = 10.0, 14.0
"""Largest noise of each face, and largest part that all four faces of a customer share."""

LOYAL_FROM = 75.0
"""A customer counts as loyal from this loyalty score on; satisfied are the two best, dissatisfied the two worst
answers on satisfaction."""

PROBLEM, SOLVED, FAST = 0.22, 0.62, 0.55
"""Part that met a problem, of these solved, of these fast (within `FAST_DAYS` days)."""

FAST_DAYS = 3
PROBLEM_COST: Mapping[str, float] = {"none": 0.0, "slow": -3.0, "unsolved": -9.0}
"""Points of satisfaction that a problem costs. Solved fast it costs as much as problems cost on average over all
customers, so that what recovery earns is unrelated to satisfaction and bends no path."""

TOLERANCE_EARNED = 12.0
"""Points of tolerance, beside satisfaction, that a problem solved fast earns."""

CHURN_AT_0, CHURN_PER_POINT = 0.21, -0.0019
"""Probability of having left within six months, by loyalty score as it is felt."""

FOLLOWED_UP_TO = 6
"""Waves whose customers could be followed up."""

STRAIGHT_LINERS, BACKWARD_READERS = 0.025, 0.015
"""Part that gives the same answer throughout, and part that reads every labelled scale backwards."""

MISSING: Mapping[str, Mapping[str, float]] = {
    "presence": {"blank": 0.005},
    "welcome": {"blank": 0.005},
    "respect": {"blank": 0.004, "refused": 0.002},
    "empathy": {"blank": 0.006, "dont_know": 0.004},
    "fairness": {"blank": 0.006, "dont_know": 0.020, "refused": 0.004},
    "information": {"blank": 0.006},
    "alternatives": {"blank": 0.006, "not_applicable": 0.050},
    "speed": {"blank": 0.004},
    "honesty": {"blank": 0.006, "dont_know": 0.012},
    "access": {"blank": 0.006, "not_applicable": 0.080},
    "satisfaction": {"blank": 0.004},
    "repeat": {"blank": 0.006, "dont_know": 0.010},
    "recommend": {"blank": 0.008},
    "defend": {"blank": 0.006, "dont_know": 0.010, "refused": 0.008},
    "tolerance": {"blank": 0.006, "dont_know": 0.008},
}
"""Part of the answers that are missing, by kind; at random, so that complete answers have the population's moments."""

MISSING_CODES: Mapping[str, str] = {
    "not_asked": "96",
    "not_applicable": "97",
    "dont_know": "98",
    "refused": "99",
    "blank": "",
}

EXPECTED: Mapping[str, Mapping[str, float]] = {
    # attribute: latent level hoped for, its halo; latent level just accepted, its halo
    "presence": {"desired": 0.75, "desired_halo": 0.86, "adequate": -0.75, "adequate_halo": 0.20},
    "welcome": {"desired": 0.55, "desired_halo": 0.10, "adequate": -0.95, "adequate_halo": 0.10},
    "respect": {"desired": 0.95, "desired_halo": 0.10, "adequate": -0.55, "adequate_halo": 0.10},
    "empathy": {"desired": 0.50, "desired_halo": 0.10, "adequate": -1.00, "adequate_halo": 0.10},
    "fairness": {"desired": 0.60, "desired_halo": 0.10, "adequate": -0.80, "adequate_halo": 0.10},
    "information": {"desired": 0.60, "desired_halo": 0.10, "adequate": -0.90, "adequate_halo": 0.10},
    "alternatives": {"desired": 0.20, "desired_halo": 0.05, "adequate": -1.05, "adequate_halo": 0.96},
    "speed": {"desired": 0.45, "desired_halo": 0.10, "adequate": -1.05, "adequate_halo": 0.10},
    "honesty": {"desired": 0.45, "desired_halo": 0.88, "adequate": -0.95, "adequate_halo": 0.15},
}
"""What was hoped for and what would just be accepted. Where the hope moves with the halo more than the rating does,
who is above it is *less* loyal; where the least acceptable does, who is below it is *less* dissatisfied."""

EXPECTED_PERSON = 0.45
"""Correlation of all expectations with how demanding a person is."""

STATED: Mapping[str, float] = {
    "presence": 8.1,
    "welcome": 8.4,
    "respect": 8.0,
    "empathy": 7.2,
    "fairness": 8.3,
    "information": 8.2,
    "alternatives": 6.4,
    "speed": 9.0,
    "honesty": 7.6,
}
"""Mean importance on 0–10 that customers state."""

RIVAL_KNOWN = 0.25
RIVAL_SHIFT: Mapping[str, float] = {"speed": 0.45, "alternatives": 0.20, "respect": -0.25, "fairness": -0.20}
"""Part that also uses the private office, and how its attributes are rated against ours; in latent deviations."""

COMMENTED = 0.30
"""Part that writes a comment."""

STAFF_PER_BRANCH = 20
STAFF_DRIVERS = ("training", "incentives", "environment", "obstacles")
STAFF_EFFECT: Mapping[str, float] = {"training": 0.20, "incentives": 0.32, "environment": 0.16, "obstacles": 0.12}
STAFF_OFFSET: Mapping[str, float] = {"training": -0.05, "incentives": -0.45, "environment": 0.10, "obstacles": -0.15}
STAFF_HALO: Mapping[str, float] = {"training": 0.50, "incentives": 0.50, "environment": 0.50, "obstacles": 0.45}
STAFF_BRANCH: Mapping[str, float] = {"training": 0.40, "incentives": 0.10, "environment": 0.35, "obstacles": 0.15}
"""The staff's survey: effects on their satisfaction per point, level, halo, and how much branches differ.
Obstacles are asked as "obstacles hold me up" and turned round."""

STAFF_BASE, STAFF_NOISE = 10.0, 10.0

MANAGERS = 14
MANAGEMENT_PERFORMANCE: Mapping[str, float] = {
    "presence": 74.0,
    "welcome": 76.0,
    "respect": 73.0,
    "empathy": 68.0,
    "fairness": 71.0,
    "information": 75.0,
    "alternatives": 58.0,
    "speed": 70.0,
    "honesty": 72.0,
}
MANAGEMENT_IMPORTANCE: Mapping[str, float] = {
    "presence": 10.0,
    "welcome": 22.0,
    "respect": 10.0,
    "empathy": 7.0,
    "fairness": 9.0,
    "information": 10.0,
    "alternatives": 5.0,
    "speed": 21.0,
    "honesty": 6.0,
}
"""What managers guess, on average: performance 0–100, and parts of 100 points of importance."""

REPEAT_CONTACT = np.array([0.110, 0.110, 0.110, 0.110, 0.110, 0.110, 0.155, 0.170])
"""Part of the contacts that come back with the same matter, by wave: it leaves its usual range in wave 7."""

REPEAT_CONTACT_OUT_FROM = 7
COMPLAINTS_PER_1000 = 17.0
CONTACTS_PER_CUSTOMER = 0.18
LOST_PER_QUARTER = 0.046
REFERRED_PER_1000 = 29.0

COST: Mapping[str, float] = {
    "presence": 9.0,
    "welcome": 1.0,
    "respect": 14.0,
    "empathy": 2.5,
    "fairness": 6.0,
    "information": 4.0,
    "alternatives": 12.0,
    "speed": 11.0,
    "honesty": 1.5,
}
"""Cost of one point of performance, in thousands. The strongest effect is dear, and the cheapest point brings
nothing: neither effects nor costs alone find the best plan."""

CEILING: Mapping[str, float] = {
    "presence": 5.0,
    "welcome": 10.0,
    "respect": 6.0,
    "empathy": 8.0,
    "fairness": 8.0,
    "information": 8.0,
    "alternatives": 10.0,
    "speed": 12.0,
    "honesty": 6.0,
}
"""Points by which performance can be raised at most."""

BUDGET = 100.0

BRANCH_SEED = 20230101
"""Branches are fixed: their sizes and shifts are the population's, the same for every sample."""


def branch_sizes() -> np.ndarray:
    """Customers of each branch per wave; float (24,)."""
    rng = np.random.default_rng([BRANCH_SEED, 1])
    sizes = np.round(np.exp(rng.normal(8.6, 0.45, len(BRANCHES))), -1)
    small = BRANCHES.index(BRANCH_SMALL)
    sizes[small] = 0.0
    sizes[small] = round(sizes.sum() * SMALL_PART / (1 - SMALL_PART), -1)
    return sizes


def branch_staff() -> dict[str, np.ndarray]:
    """The staff's lot in each branch, standardised; float (24,) for each of the staff's drivers."""
    rng = np.random.default_rng([BRANCH_SEED, 2])
    levels = {}
    for name in STAFF_DRIVERS:
        drawn = rng.standard_normal(len(BRANCHES))
        # The two branches that are planted by themselves have an average lot: theirs is another cause.
        average = [BRANCHES.index(BRANCH_WORSE), BRANCHES.index(BRANCH_SMALL)]
        others = np.delete(drawn, average)
        levels[name] = (drawn - others.mean()) / others.std()
        levels[name][average] = 0.0
    return levels


def branch_shift() -> np.ndarray:
    """How far each branch's latent ratings lie from the average branch; float (24, experienced attributes)."""
    staff = branch_staff()
    shift = np.zeros((len(BRANCHES), len(EXPERIENCED)))
    for lever, moved in STAFF_TO_CUSTOMERS.items():
        for name, per_deviation in moved.items():
            shift[:, EXPERIENCED.index(name)] += per_deviation * staff[lever]
    # The small branch is an average one: whatever it looks like is chance.
    worse = BRANCHES.index(BRANCH_WORSE)
    for name, moved_by in BRANCH_WORSE_SHIFT.items():
        shift[worse, EXPERIENCED.index(name)] = moved_by
    return shift


def wave_shift(wave: int) -> np.ndarray:
    """How far latent ratings lie from the first wave's; float (experienced attributes,)."""
    moved = WAVE_SHIFT.get(wave, {})
    return np.array([moved.get(name, 0.0) for name in EXPERIENCED])


def age_mix(wave: int) -> np.ndarray:
    """Parts of the age groups among those who answer; float (3,)."""
    return AGE_MIX_THEN if wave == MIX_WAVE else AGE_MIX


def effects(customer: str, wave: int) -> tuple[float, np.ndarray]:
    """Satisfaction's constant and its points per point of each attribute; float, float (9,)."""
    slopes = np.array([EFFECT[customer].get(name, 0.0) for name in ATTRIBUTES])
    constant = BASE
    # Both kinds of customers are equally satisfied at the centre, whatever drives them.
    for name, centre in CENTRE.items():
        constant -= (EFFECT[customer].get(name, 0.0) - EFFECT["returning"].get(name, 0.0)) * centre
    if wave == SLOPES_WAVE:
        for name, change in SLOPES_CHANGE.items():
            slopes[ATTRIBUTES.index(name)] += change
            constant -= change * CENTRE[name]
    return constant, slopes


def curve(name: str) -> np.ndarray:
    """Points of satisfaction that an attribute adds at each rating beside its slope; float (5,)."""
    for curved, points in (PENALTY, REWARD):
        if name == curved:
            return points
    return np.zeros(5)


def problem_parts() -> dict[str, float]:
    """Part of the customers by what became of a problem."""
    solved = PROBLEM * SOLVED
    return {
        "none": 1 - PROBLEM,
        "fast": solved * FAST,
        "slow": solved * (1 - FAST),
        "unsolved": PROBLEM * (1 - SOLVED),
    }


def problem_costs() -> dict[str, float]:
    """Points of satisfaction that a problem costs, by what became of it."""
    parts = problem_parts()
    others = sum(parts[name] * cost for name, cost in PROBLEM_COST.items())
    # fast = mean over all, itself included.
    return {**PROBLEM_COST, "fast": others / (1 - parts["fast"])}
