"""What is true of service_center: the file is what the model gives, and every planted fact holds in it."""

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from scipy import optimize

import drivers as kda
from drivers.errors import CodebookError
from drivers.survey.examples import example_path
from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic import truth as module
from drivers.survey.synthetic.population import Population, population
from drivers.survey.synthetic.ratings import PROBLEMS
from drivers.survey.synthetic.service_center import SHIPPED_SEED
from tests.survey.synthetic.samples import STANDARD_ERRORS, crowd, example, moments, off, points

DIGITS = 5e-6
"""Half of the last digit in the file."""

EXACT = 1e-9
"""Sums over some thousand cells of the population."""

FILE = example_path("service_center").parent / "truth" / "service_center.yml"
SHIPPED = kda.example_truth("service_center")
THEMES = (*model.ATTRIBUTES, "general")


@pytest.fixture(scope="module")
def recomputed() -> dict[str, Any]:
    """The truth computed anew, but for what was counted, which is the file's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_counted", lambda customers: SHIPPED["counted"])
        patch.setattr(module, "population", _once)
        return module.truth()


def _once(**part: Any) -> Population:
    return moments(**{"careless": True} | part)


# The file


def test_the_file_is_written_again_to_the_byte(recomputed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "truth", lambda *, counted: recomputed)
    assert module.truth_text() == FILE.read_text(encoding="utf-8")


def test_the_file_holds_plain_values_only() -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            assert all(isinstance(key, str) for key in value), value
            for part in value.values():
                check(part)
        elif isinstance(value, list):
            for part in value:
                check(part)
        else:
            assert isinstance(value, str | int | float)

    check(SHIPPED)


def test_numbers_are_rounded_and_dust_is_nought() -> None:
    rounded = module._rounded({"a": [-1e-12, 0.123456789, np.float64(2.5)], "b": 7, "c": "x", "d": True})
    assert rounded == {"a": [0.0, 0.12346, 2.5], "b": 7, "c": "x", "d": True}
    assert str(rounded["a"][0]) == "0.0"
    assert type(rounded["b"]) is int and type(rounded["a"][2]) is float and rounded["d"] is True


def test_the_truth_of_other_surveys_is_not_known() -> None:
    with pytest.raises(CodebookError) as refused:
        kda.example_truth("judges")
    assert str(refused.value) == (
        "Expected a simulated example (service_center), found 'judges'; only of these is the truth known."
    )


def test_every_call_gives_a_truth_of_its_own() -> None:
    first = kda.example_truth("service_center")
    first["importance"]["leader"] = "speed"
    assert kda.example_truth("service_center")["importance"]["leader"] == "respect"


# Importance


def test_near_ties_are_all_told() -> None:
    importance = SHIPPED["importance"]
    shares = importance["shares"]
    told = {frozenset(pair) for pair in (importance["near_tie"], *importance["other_near_ties"])}
    near = {frozenset(pair) for pair in combinations(shares, 2) if abs(shares[pair[0]] - shares[pair[1]]) < 0.005}
    assert told == near
    assert len(importance["other_near_ties"]) == len(told) - 1


def test_respect_leads_and_information_nearly_ties_with_speed() -> None:
    importance = SHIPPED["importance"]
    shares = importance["shares"]
    assert importance["leader"] == "respect" == max(shares, key=shares.get)
    assert importance["near_tie"] == ["information", "speed"]
    assert abs(shares["information"] - shares["speed"]) < 0.005
    # The leader leads by far, and the two that tie are before all the others.
    second = max(shares[name] for name in shares if name != "respect")
    assert shares["respect"] - second > 0.05
    assert min(shares["information"], shares["speed"]) - sorted(shares.values())[-4] > 0.02
    assert sum(shares.values()) == pytest.approx(1, abs=9 * DIGITS)
    assert sum(importance["attentive_shares"].values()) == pytest.approx(1, abs=9 * DIGITS)


def test_what_has_no_effect_has_a_share(recomputed: dict[str, Any]) -> None:
    assert recomputed["importance"]["no_effect"] == "welcome"
    assert abs(recomputed["importance"]["effects"]["welcome"]) < 1e-10
    assert recomputed["importance"]["shares"]["welcome"] > 0.05
    # More than two attributes that do have an effect.
    shares = recomputed["importance"]["shares"]
    assert sum(shares[name] < shares["welcome"] for name in shares) >= 2


def test_new_customers_have_another_first() -> None:
    customer = SHIPPED["segments"]["customer"]
    assert SHIPPED["segments"]["different"] == "customer"
    assert set(customer) == set(model.EFFECT)
    for kind, first in (("returning", "respect"), ("new", "information")):
        shares = customer[kind]["shares"]
        assert customer[kind]["first"] == first == max(shares, key=shares.get)
        assert shares[first] - sorted(shares.values())[-2] > 0.05
    # In nothing else do they differ by much.
    for name in set(model.ATTRIBUTES) - {"respect", "information", "welcome"}:
        assert abs(customer["returning"]["shares"][name] - customer["new"]["shares"][name]) < 0.005


@pytest.mark.parametrize("group", ["woman", "english"])
def test_sex_and_language_make_no_difference(group: str) -> None:
    ours = getattr(crowd().people, group)
    for answers in [*crowd().ratings.experienced.T, crowd().ratings.satisfaction]:
        a, b = points(answers[ours]), points(answers[~ours])
        error = np.sqrt(a.var() / len(a) + b.var() / len(b))
        assert abs(a.mean() - b.mean()) < STANDARD_ERRORS * error


# Waves


def wave(number: int) -> dict[str, Any]:
    return SHIPPED["waves"]["by_wave"][model.WAVES[number - 1]]


def one_age(monkeypatch: pytest.MonkeyPatch, age: int) -> None:
    monkeypatch.setattr(model, "age_mix", lambda wave: np.eye(3)[age])


def test_in_one_wave_only_slopes_change(recomputed: dict[str, Any]) -> None:
    number = model.WAVES.index(recomputed["waves"]["only_slopes"]) + 1
    now, before = (recomputed["waves"]["by_wave"][model.WAVES[at - 1]] for at in (number, number - 1))
    for name in model.ATTRIBUTES:
        assert now["performance"][name] == pytest.approx(before["performance"][name], abs=EXACT)
    assert now["satisfaction"] == pytest.approx(before["satisfaction"], abs=0.01)
    assert before["shares"]["respect"] - now["shares"]["respect"] > 0.05
    assert now["shares"]["speed"] - before["shares"]["speed"] > 0.05
    assert max(now["shares"], key=now["shares"].get) == "speed"
    # The ratings being the same, effects differ by exactly what was planted.
    there, here = (moments(waves=[at], careless=False).partial_effects for at in (number - 1, number))
    for name in model.ATTRIBUTES:
        assert here[name] - there[name] == pytest.approx(model.SLOPES_CHANGE.get(name, 0.0), abs=EXACT)


def test_in_one_wave_only_performance_changes(recomputed: dict[str, Any]) -> None:
    number = model.WAVES.index(recomputed["waves"]["only_performance"]) + 1
    now, before = (recomputed["waves"]["by_wave"][model.WAVES[at - 1]] for at in (number, number - 1))
    for name in model.ATTRIBUTES:
        change = now["performance"][name] - before["performance"][name]
        assert change > 5 if name in ("information", "speed") else abs(change) < EXACT
    assert now["satisfaction"] - before["satisfaction"] > 1.5
    for customer in model.EFFECT:
        constants, slopes = zip(*(model.effects(customer, at) for at in (number - 1, number)), strict=True)
        assert constants[0] == constants[1] and (slopes[0] == slopes[1]).all()
    # A straight line through a bent curve moves a little with the ratings, and no more than a little.
    there, here = (moments(waves=[at], careless=False).partial_effects for at in (number - 1, number))
    assert max(abs(here[name] - there[name]) for name in here) < 0.002


def test_in_one_wave_only_who_answers_changes(recomputed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    number = model.WAVES.index(recomputed["waves"]["only_who_answered"]) + 1
    now, before = (recomputed["waves"]["by_wave"][model.WAVES[at - 1]] for at in (number, number - 1))
    assert before["satisfaction"] - now["satisfaction"] > 2
    assert all(before["performance"][name] - now["performance"][name] > 2 for name in model.ATTRIBUTES)
    assert (model.age_mix(number) != model.age_mix(number - 1)).all()
    for age in range(3):
        with monkeypatch.context() as patch:
            one_age(patch, age)
            here, there = (population(waves=[at], branches=["b01", "b13", "b17"]) for at in (number, number - 1))
        np.testing.assert_allclose(here.mean, there.mean, rtol=EXACT)
        np.testing.assert_allclose(here.scatter, there.scatter, rtol=EXACT)
        np.testing.assert_allclose(here.with_satisfaction, there.with_satisfaction, rtol=EXACT)
        assert here.satisfaction == pytest.approx(there.satisfaction, rel=EXACT)


def test_promises_are_complained_of_a_wave_before_their_rating_falls() -> None:
    waves = SHIPPED["waves"]
    assert (waves["theme"], waves["theme_raised"], waves["theme_rating_falls"]) == ("honesty", "2024Q3", "2024Q4")
    blamed = SHIPPED["counted"]["comments_that_blame"]["honesty"]
    before = [blamed[name] for name in model.WAVES[:6]]
    assert max(before) < 0.03 < 0.3 < min(blamed["2024Q3"], blamed["2024Q4"])
    # When the comments come up nothing else has moved; the rating falls a wave later.
    assert wave(7) == wave(6)
    rating = [wave(at)["performance"]["honesty"] for at in (6, 7, 8)]
    assert rating[0] == rating[1] > rating[2] + 10
    # Nor does any other attribute fall then but the one that echoes honesty.
    for name in set(model.ATTRIBUTES) - {"honesty", "welcome"}:
        assert wave(8)["performance"][name] == wave(7)["performance"][name]


def test_other_waves_are_alike() -> None:
    assert wave(1) == wave(3) == wave(5)


# Branches


def test_one_branch_is_worse_and_the_small_one_is_not() -> None:
    branches = SHIPPED["branches"]
    satisfaction = branches["satisfaction"]
    assert (branches["worse"], branches["only_looks_worse"]) == ("b17", "b09")
    others = [value for name, value in satisfaction.items() if name != "b17"]
    assert min(others) - satisfaction["b17"] > 4
    usual = [value for name, value in satisfaction.items() if name not in ("b17", "b09")]
    assert min(usual) < satisfaction["b09"] < max(usual)
    assert abs(satisfaction["b09"] - np.mean(usual)) < 0.5
    assert branches["customers"]["b09"] / sum(branches["customers"].values()) < 0.002


def test_branches_mix_to_everybody() -> None:
    branches = SHIPPED["branches"]
    names = list(branches["customers"])
    customers = [branches["customers"][name] for name in names]
    mean = np.average([branches["satisfaction"][name] for name in names], weights=customers)
    assert mean == pytest.approx(SHIPPED["importance"]["satisfaction"], abs=2 * DIGITS)


def test_waves_mix_to_everybody() -> None:
    assert np.mean([wave(at)["satisfaction"] for at in range(1, 9)]) == pytest.approx(
        SHIPPED["importance"]["satisfaction"], abs=2 * DIGITS
    )


# Loyalty and recovery


def test_mediated_parts_follow_from_what_was_planted(recomputed: dict[str, Any]) -> None:
    loyalty = recomputed["loyalty"]
    assert loyalty["per_point_of_satisfaction"] == pytest.approx((0.54 + 0.62 + 0.44 + 0.30) / 4, rel=EXACT)
    direct = {"respect": (0.05 + 0.07 + 0.14 + 0.10) / 4, "fairness": (0.04 + 0.05 + 0.12 + 0.07) / 4}
    effects = moments(careless=False).partial_effects
    for name in model.ATTRIBUTES:
        path = loyalty["paths"][name]
        beside = direct.get(name, 0.0)
        through = 0.475 * effects[name]
        assert path["total"] == pytest.approx(beside + through, abs=EXACT)
        if name != "welcome":
            assert path["mediated"] == pytest.approx(through / (beside + through), rel=EXACT)
            assert (path["mediated"] < 0.6) == (name in direct)
    assert loyalty["churn"] == {"at_0": model.CHURN_AT_0, "per_point_of_loyalty": model.CHURN_PER_POINT}


def test_recovery_is_what_customers_tell_of_their_problems() -> None:
    recovery = SHIPPED["recovery"]
    assert sum(recovery["parts"].values()) == pytest.approx(1, abs=4 * DIGITS)
    rows = crowd().people.care == 0
    problem = crowd().ratings.problem[rows]
    satisfaction = points(crowd().ratings.satisfaction[rows])
    tolerance = points(crowd().ratings.loyalty[rows, model.LOYALTY.index("tolerance")])
    for answers, key in ((satisfaction, "satisfaction"), (tolerance, "tolerance")):
        none = answers[problem == PROBLEMS.index("none")]
        for name in ("fast", "slow", "unsolved"):
            met = answers[problem == PROBLEMS.index(name)]
            error = np.sqrt(none.var() / len(none) + met.var() / len(met))
            planted = recovery[f"{key}_against_no_problem"][name]
            assert abs(met.mean() - none.mean() - planted) < STANDARD_ERRORS * error
    # Solved fast, a problem earns tolerance although it costs satisfaction; slowly or not at all it costs both.
    assert (
        recovery["tolerance_against_no_problem"]["fast"] > 10 > 0 > recovery["satisfaction_against_no_problem"]["fast"]
    )
    assert recovery["tolerance_against_no_problem"]["slow"] < 0


def test_asymmetry_is_that_of_the_curves() -> None:
    asymmetry = SHIPPED["asymmetry"]
    assert (asymmetry["only_penalty"], asymmetry["only_reward"]) == ("presence", "alternatives")
    assert asymmetry["points_by_rating"] == {"presence": [-12, -6, 0, 0, 0], "alternatives": [0, 0, 0, 5, 10]}


# The budget


def budget(recomputed: dict[str, Any]) -> tuple[np.ndarray, ...]:
    parts = recomputed["budget"]
    names = model.ATTRIBUTES
    gain = np.array([recomputed["importance"]["effects"][name] for name in names])
    return gain, *(np.array([parts[key][name] for name in names]) for key in ("cost_per_point", "ceiling", "plan"))


def test_no_plan_is_better_than_the_planted_one(recomputed: dict[str, Any]) -> None:
    gain, cost, ceiling, plan = budget(recomputed)
    assert (plan >= 0).all() and (plan <= ceiling).all()
    assert plan @ cost <= 100 + EXACT
    assert recomputed["budget"]["gain"] == pytest.approx(gain @ plan, rel=EXACT)
    best = optimize.linprog(-gain, A_ub=[cost], b_ub=[100], bounds=list(zip(np.zeros(9), ceiling, strict=True)))
    assert best.status == 0
    assert gain @ plan == pytest.approx(-best.fun, rel=EXACT)


def test_no_plan_on_a_grid_is_better(recomputed: dict[str, Any]) -> None:
    gain, cost, ceiling, plan = budget(recomputed)
    # Every second point of the five attributes that earn most for their cost.
    best_ones = np.argsort(-gain / cost)[:5]
    steps = [np.arange(0, ceiling[j] + 0.25, 2.0) for j in best_ones]
    points_of = np.array(list(product(*steps)))
    allowed = points_of[points_of @ cost[best_ones] <= 100]
    earned = allowed @ gain[best_ones]
    assert len(allowed) > 100
    assert earned.max() <= gain @ plan + EXACT
    # And the grid comes near: the plan is no dream.
    assert earned.max() > 0.95 * (gain @ plan)


@pytest.mark.parametrize("seed", range(5))
def test_no_plan_is_better_whatever_points_cost(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    cost, ceiling = rng.uniform(1, 15, 9), rng.uniform(2, 12, 9)
    monkeypatch.setattr(model, "COST", dict(zip(model.ATTRIBUTES, cost, strict=True)))
    monkeypatch.setattr(model, "CEILING", dict(zip(model.ATTRIBUTES, ceiling, strict=True)))
    found = module._budget(moments(careless=True))
    gain = np.array(list(moments(careless=True).partial_effects.values()))
    best = optimize.linprog(-gain, A_ub=[cost], b_ub=[100], bounds=list(zip(np.zeros(9), ceiling, strict=True)))
    assert found["gain"] == pytest.approx(-best.fun, rel=EXACT)
    assert sum(found["plan"][name] * found["cost_per_point"][name] for name in model.ATTRIBUTES) <= 100 + EXACT


def test_nothing_is_spent_on_what_has_no_effect(recomputed: dict[str, Any]) -> None:
    assert recomputed["budget"]["plan"]["welcome"] == 0
    # Although it is the cheapest of all.
    assert min(model.COST, key=lambda name: model.COST[name]) == "welcome"


# What was counted


HOLDS_NOT = {("presence", "above"), ("honesty", "above"), ("alternatives", "below")}
"""The expectation equations that were planted as false."""


def test_expectation_equations_hold_where_planted_and_nowhere_else() -> None:
    sides = {
        "below": ("dissatisfied_below", "dissatisfied_inside"),
        "inside": ("satisfied_inside", "dissatisfied_inside"),
        "above": ("loyal_above", "loyal_inside"),
    }
    for name in model.ATTRIBUTES:
        found = SHIPPED["counted"]["expectations"][name]
        for where, (more, less) in sides.items():
            gap = found["chances"][more] - found["chances"][less]
            planted = (name, where) not in HOLDS_NOT
            assert found["holds"][where] == planted
            # By more than any survey of this size would leave to chance alone.
            assert (gap if planted else -gap) >= 0.015, (name, where)


def by_hand() -> dict[str, dict[str, tuple[float, int]]]:
    """Chances in the crowd, customer groups being told apart one by one; attribute → chance → (rate, n)."""
    ratings, expectations = crowd().ratings, crowd().expectations
    repeat, recommend, defend, tolerance = ratings.loyalty.T
    loyal = (points(repeat) + 10 * recommend + points(defend) + points(tolerance)) / 4 >= 75
    dissatisfied, satisfied = ratings.satisfaction < 3, ratings.satisfaction > 3
    found = {}
    for j, name in enumerate(model.ATTRIBUTES):
        given, least, hoped = ratings.of(name), expectations.adequate[:, j], expectations.desired[:, j]
        # Whoever puts the least above the hope has read the scale backwards.
        sound = least <= hoped
        below = sound & (given < least)
        above = sound & (given > hoped)
        inside = (given >= least) & (given <= hoped)
        assert (below.astype(int) + inside + above == sound).all()
        found[name] = {
            "dissatisfied_below": (dissatisfied[below].mean(), below.sum()),
            "dissatisfied_inside": (dissatisfied[inside].mean(), inside.sum()),
            "satisfied_inside": (satisfied[inside].mean(), inside.sum()),
            "loyal_inside": (loyal[inside].mean(), inside.sum()),
            "loyal_above": (loyal[above].mean(), above.sum()),
            "below": (below[sound].mean(), sound.sum()),
            "inside": (inside[sound].mean(), sound.sum()),
            "above": (above[sound].mean(), sound.sum()),
        }
    return found


def test_counts_are_those_by_hand() -> None:
    counts = module._counts(crowd())
    people, ratings, comments = crowd().people, crowd().ratings, crowd().comments
    place = {"below": 0, "inside": 1, "above": 2}
    for j, chances in enumerate(by_hand().values()):
        for key, (rate, n) in chances.items():
            if key in place:
                assert counts["size"][place[key], j] == round(rate * n)
            else:
                mood, where = key.split("_")
                assert counts[mood][place[where], j] == round(rate * n)
    n, loyal, left = counts["loyal_and_left"]
    assert (n, loyal, left) == (len(people), (ratings.loyalty_score >= 75).sum(), crowd().behaviour.left.sum())
    y = points(ratings.satisfaction)
    assert counts["chain"][0, 0] == n and counts["chain"][10, 10] == (y**2).sum()
    assert counts["chain"][3, 10] == (points(ratings.of("respect")) * y).sum()
    assert counts["chain"][10, 11] == pytest.approx((y * ratings.loyalty_score).sum())
    for at in range(8):
        written = (people.wave == at + 1) & (comments.text != "")
        assert counts["commented"][at] == written.sum()
        for j, name in enumerate(THEMES):
            blamed = written & (comments.theme == name) & (comments.mood == "blame")
            assert counts["blamed"][at, j] == blamed.sum()


def near(rate: float, n: int, counted: float) -> bool:
    """Whether a rate among n is that of the file, which was counted among many more."""
    error = np.sqrt(counted * (1 - counted) / n) * np.sqrt(1 + n / SHIPPED["counted"]["customers"])
    return bool(abs(rate - counted) < STANDARD_ERRORS * error + DIGITS)


def test_other_customers_are_counted_alike() -> None:
    for name, chances in by_hand().items():
        kept = SHIPPED["counted"]["expectations"][name]
        for key, (rate, n) in chances.items():
            assert n > 10_000
            assert near(rate, n, (kept["parts"] if key in kept["parts"] else kept["chances"])[key]), (name, key)


def test_others_write_of_the_same_things() -> None:
    comments, waves = crowd().comments, crowd().people.wave
    for name in THEMES:
        for at, key in enumerate(model.WAVES, start=1):
            rows = (comments.text != "") & (waves == at)
            blamed = (comments.theme[rows] == name) & (comments.mood[rows] == "blame")
            assert near(blamed.mean(), rows.sum(), SHIPPED["counted"]["comments_that_blame"][name][key]), (name, key)


def test_satisfaction_varies_and_is_explained_as_counted() -> None:
    counted = SHIPPED["counted"]
    y = points(crowd().ratings.satisfaction)
    assert (model.LOYAL_FROM, module.CHUNK) == (75, 200_000)
    squared = (y - SHIPPED["importance"]["satisfaction"]) ** 2
    assert off(squared, counted["satisfaction_variance"]) < STANDARD_ERRORS
    assert counted["r2"] == pytest.approx(moments(careless=True).explained / counted["satisfaction_variance"], abs=1e-5)
    assert near((crowd().ratings.loyalty_score >= 75).mean(), len(y), counted["loyal"])
    assert near(crowd().behaviour.left.mean(), len(y), counted["left"])


def test_recovery_of_everybody_is_that_of_other_customers() -> None:
    problem = crowd().ratings.problem
    answers = {
        "satisfaction": points(crowd().ratings.satisfaction),
        "tolerance": points(crowd().ratings.loyalty[:, 3]),
    }
    for key, given in answers.items():
        for name, attentive in SHIPPED["recovery"][f"{key}_against_no_problem"].items():
            met, none = (given[problem == PROBLEMS.index(of)] for of in (name, "none"))
            error = np.sqrt(met.var() / len(met) + none.var() / len(none))
            # Straight-liners tell nothing of it and backward readers the opposite.
            planted = attentive * SHIPPED["recovery"]["times_for_everybody"]
            assert abs(met.mean() - none.mean() - planted) <= STANDARD_ERRORS * error


def test_the_other_provider_is_as_far_from_ours_among_other_customers() -> None:
    expectations, ratings = crowd().expectations, crowd().ratings
    known = expectations.rival_known
    for name, planted in SHIPPED["counted"]["rival_minus_us_in_points"].items():
        if name == "satisfaction":
            theirs, ours = expectations.rival_satisfaction, ratings.satisfaction
        else:
            theirs, ours = expectations.rival[:, model.ATTRIBUTES.index(name)], ratings.of(name)
        assert off(points(theirs[known]) - points(ours[known]), planted) < STANDARD_ERRORS, name


def test_paths_to_loyalty_of_everybody_are_those_of_other_customers() -> None:
    ratings = crowd().ratings
    x, y = points(ratings.experienced[:, :9]), points(ratings.satisfaction)
    loyalty = ratings.loyalty_score
    paths = SHIPPED["counted"]["loyalty_paths"]
    for design, key in ((np.column_stack([x, y]), "direct"), (x, "total")):
        centred = design - design.mean(axis=0)
        bread = np.linalg.inv(centred.T @ centred)
        slopes = bread @ centred.T @ loyalty
        residual = loyalty - loyalty.mean() - centred @ slopes
        error = np.sqrt(np.diag(bread @ (centred.T * residual**2) @ centred @ bread))
        kept = np.array([paths[name][key] for name in model.ATTRIBUTES])
        assert (np.abs(slopes[:9] - kept) / error[:9]).max() < STANDARD_ERRORS
    for name, path in paths.items():
        assert path["direct"] + path["indirect"] == pytest.approx(path["total"], abs=3 * DIGITS)
        if name == "welcome" or not 0 <= path["indirect"] <= path["total"]:
            assert "mediated" not in path
        else:
            # Both parts are rounded, and the whole is small.
            assert path["mediated"] == pytest.approx(path["indirect"] / path["total"], abs=0.001)


def test_the_error_that_is_left_is_told() -> None:
    counted = SHIPPED["counted"]
    assert counted["customers"] == module.COUNTED == 4_000_000
    parts = [part for found in counted["expectations"].values() for part in found["parts"].values()]
    # Three in ten write, of an eighth in a wave.
    smallest = min(min(parts), 0.3 / 8 * (1 - model.STRAIGHT_LINERS)) * counted["customers"]
    assert counted["largest_error_of_a_part"] == pytest.approx(0.5 / np.sqrt(smallest), rel=0.01)


def test_counting_goes_by_chunks_of_other_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 4000)
    monkeypatch.setattr(module, "COUNTING_SEED", 50_000)
    monkeypatch.setattr(module, "population", _once)
    drawn: list[tuple[int, int]] = []
    usual = module.simulate_service_center

    def noted(n: int, *, seed: int, sampling: str) -> object:
        drawn.append((n, seed))
        return usual(n, seed=seed, sampling=sampling)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "simulate_service_center", noted)
    found = module._counted(10_000)
    assert drawn == [(4000, 50_000), (4000, 50_001), (4000, 50_002)]
    assert found["customers"] == 12_000
    # 12,000 customers, against four million: within what chance may do to them.
    assert near(found["loyal"], 12_000, SHIPPED["counted"]["loyal"])
    for name, kept in SHIPPED["counted"]["expectations"].items():
        sizes = {where: part * 12_000 for where, part in kept["parts"].items()}
        for key, rate in kept["chances"].items():
            n = sizes[key.split("_")[1]]
            assert near(found["expectations"][name]["chances"][key], int(n), rate), (name, key)
        assert sum(found["expectations"][name]["parts"].values()) == pytest.approx(1, rel=EXACT)


def test_the_shipped_sample_is_told() -> None:
    survey = example()
    assert SHIPPED["survey"] == survey.codebook.survey.id
    assert SHIPPED["sample"] == {"seed": SHIPPED_SEED, "respondents": len(survey.weights)}
    named = {SHIPPED["segments"]["different"], *SHIPPED["segments"]["same_slopes_and_curves"]}
    assert named == set(survey.codebook.segments)
    assert SHIPPED["waves"]["who_answered_by"] in survey.codebook.segments
    assert set(SHIPPED["importance"]["shares"]) == set(survey.codebook.default_drivers)
    assert list(SHIPPED["waves"]["by_wave"]) == list(survey.waves)
