"""Pieces on what a ranking rests on and on the order of drivers: what they say, in whole sentences."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.importance.ways import LEFT_OUT, VARIANTS
from drivers.labels import LANGUAGES, Labels
from drivers.models.corrected_regression import CONCLUSIONS
from drivers.present import claims, tables
from drivers.present.channel import bundle
from drivers.present.isolation import plain
from drivers.present.pieces import robustness
from drivers.present.ways import DIAGNOSES
from drivers.results import FEWEST_SHOWN, Code, Result, Unanswered, Verdict
from tests.shown import DEEP, Case

DEPTH = (
    ("collinearity", "separability"),
    ("halo", "impression"),
    ("regression", "effects"),
    ("measurement_sensitivity", "line"),
    ("nonlinearity", "line"),
    ("importance", "differences"),
    ("importance", "first"),
    ("measures", "table"),
    ("dominance", "tables"),
    ("commonality", "table"),
    ("robustness", "line"),
)


def piece(result: Result, case: Case, language: str, as_: str, under: Result | None = None) -> str:
    return str(bundle(result, case.words(language), as_=as_, under=under)["text/html"])


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def said(result: Result, case: Case, as_: str, language: str = "en") -> str:
    """The first paragraph of a piece."""
    found = re.search(r"<p>(.*?)</p>", piece(result, case, language, as_))
    return text(found[1]) if found else ""


def made(result: Any, **fields: Any) -> Any:
    """The result with other fields."""
    return replace(result, **fields)


@pytest.fixture(params=DEEP)
def deep(request: pytest.FixtureRequest, cases: dict[str, Case]) -> Case:
    return cases[request.param]


# Every piece


@pytest.mark.parametrize(("kind", "way"), DEPTH)
def test_a_piece_says_a_sentence_before_any_table(cases: dict[str, Case], kind: str, way: str) -> None:
    case = cases["customersat"]
    for language in LANGUAGES:
        html = piece(case.result(kind), case, language, way)
        assert html.index("<p>") < html.index("<table>")
        assert said(case.result(kind), case, way, language).endswith(".")


@pytest.mark.parametrize(("kind", "way"), DEPTH)
def test_an_arabic_piece_has_no_latin_word(cases: dict[str, Case], kind: str, way: str) -> None:
    for name in ("customersat", "service_center"):
        html = piece(cases[name].result(kind), cases[name], "ar", way)
        shown = text(re.sub(r'<bdi dir="ltr">.*?</bdi>', "", html))
        assert not re.search("[A-Za-z]", shown), shown


@pytest.mark.parametrize(("kind", "way"), DEPTH)
def test_a_single_driver_has_no_piece_that_compares(cases: dict[str, Case], kind: str, way: str) -> None:
    survey = cases["tied"].survey
    one = kda.relative_importance(survey, drivers=["d0"], n_boot=100)
    results = {
        "importance": one,
        "collinearity": kda.collinearity(survey, drivers=["d0"]),
        "measures": kda.compare_measures(survey, drivers=["d0"]),
        "dominance": kda.dominance(survey, drivers=["d0"], n_boot=0),
        "commonality": kda.commonality(survey, drivers=["d0"], n_boot=0),
        "robustness": kda.robustness(one, survey),
    }
    if kind in results:
        assert piece(results[kind], cases["tied"], "en", way) == ""


# Whether drivers can be told apart


def test_separability_is_told_by_its_light(cases: dict[str, Case]) -> None:
    told = {
        name: said(cases[name].result("collinearity"), cases[name], "separability")
        for name in ("service_center", "customersat", "judges")
    }
    assert told == {
        "service_center": "The aspects can be told apart: their ratings differ enough from one another.",
        "customersat": "Some aspects are hard to tell apart, because their ratings go closely together: what belongs "
        "to each of them is less sure than its interval alone may suggest. Ratings that come nearest to telling the "
        "same: “Competitive prices” and “Prices that fit the volume”.",
        "judges": "Some ratings tell nearly the same, so that what belongs to each of these aspects can hardly be "
        "told. "
        "Ratings that come nearest to telling the same: “Information” and “Sound oral rulings”.",
    }


def test_separability_has_each_driver_s_inflation(deep: Case) -> None:
    result: Any = deep.result("collinearity")
    table = tables.collinearity_table(result, deep.words("en"))
    inflated = np.argsort(-result.vif_per_column, kind="stable")
    assert [row[0] for row in table.rows] == [deep.words("en").label("driver", result.drivers[i]) for i in inflated]
    assert [float(plain(row[1]).replace(",", "")) for row in table.rows] == pytest.approx(
        result.vif_per_column[inflated], abs=0.05
    )
    html = piece(result, deep, "en", "separability")
    assert f"One direction holds {plain(deep.words('en').percent(result.first_eigenvalue_share))}" in text(html)


def test_an_impression_is_told_by_its_light(cases: dict[str, Case]) -> None:
    told = {
        name: said(cases[name].result("halo"), cases[name], "impression")
        for name in ("service_center", "customersat", "judges")
    }
    assert told == {
        "service_center": "The ratings are more than one general impression: 48% of their variation runs in one "
        "direction, and 52% is left to tell the aspects apart.",
        "customersat": "A general impression runs through the ratings: 59% of their variation runs in one direction. "
        "What is said of single aspects rests on the other 41%.",
        "judges": "The ratings are hardly more than one general impression: 92% of their variation runs in one "
        "direction. Which aspect matters can hardly be read from them.",
    }


def test_who_ticked_the_same_throughout_has_lights(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    lights = re.findall(r'data-light="(\w+)"', piece(case.result("halo"), case, "ar", "impression"))
    assert lights == [check.light for check in case.result("halo").checks]
    assert len(lights) == 3


# Whether drivers matter at all


def test_effects_beyond_chance_are_named(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    assert said(case.regression, case, "effects") == (
        "Still tied to the outcome when the other aspects are held equal, by more than chance alone explains: "
        "“Competitive "
        "prices”, “Prices that fit the volume”, “Number of customers reached” and “Reach”. For the rest these "
        "answers do not decide, which is no sign that they have no effect."
    )
    none = made(case.regression, p_adjusted=np.full(len(case.regression.terms), 0.4))
    assert said(none, case, "effects") == (
        "When the other aspects are held equal, no aspect is tied to the outcome by more than chance alone explains, "
        "which is no sign that none has an effect."
    )
    every = made(case.regression, p_adjusted=np.full(len(case.regression.terms), 0.001))
    assert said(every, case, "effects").endswith("“Distribution” and “The right areas”.")


def test_effects_of_so_few_sampling_units_are_told_not_to_be_had() -> None:
    case = Case(kda.example_survey("service_center").select(unit="b01", wave="2024Q4"))
    assert said(kda.attempt(kda.fit_regression, case.survey), case, "effects") == (
        "Whether each aspect still goes with the outcome, given the others, cannot be told from these answers: the "
        "number of sampling units less that of strata is 3 and at least 10 are needed."
    )


def test_sensitivity_names_what_would_change(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    result = case.result("measurement_sensitivity")
    assert said(result, case, "line") == (
        "If the ratings were less than perfectly reliable, the conclusion would change for 2 aspects: “Small price "
        "increases” and “Competitive prices”. The first change comes at a reliability of 0.99. Below a mean "
        "reliability "
        "of 0.83 there is no answer: ratings as unreliable as that could not go together as closely as these do."
    )
    k = len(result.drivers)
    stable = made(result, changes_at=np.full(k, np.nan), changes_to=np.full(k, -1), identified_to=0.7)
    assert said(stable, case, "line") == (
        "If the ratings were less than perfectly reliable, every conclusion would still stand down to a reliability "
        "of 0.70."
    )
    judges = cases["judges"]
    assert said(judges.result("measurement_sensitivity"), judges, "line") == (
        "How the partial effects would change if the ratings were less than perfectly reliable cannot be told: the "
        "ratings go together so closely that there is hardly room for error in them."
    )
    assert "<table>" not in piece(judges.result("measurement_sensitivity"), judges, "en", "line")


def test_sensitivity_shows_the_least_reliability_that_has_an_answer(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    table = tables.sensitivity_table(case.result("measurement_sensitivity"), case.words("en"))
    assert [plain(name) for name in table.headings] == [
        "Aspect",
        "Partial effect",
        "Conclusion",
        "Effect at a reliability of 0.90",
        "Changes at a reliability of",
        "Then",
    ]
    assert [plain(cell) for cell in table.rows[0]] == [
        "Competitive prices",
        "0.112",
        "above zero",
        "0.093",
        "0.91",
        "not clear",
    ]


def test_every_conclusion_has_words() -> None:
    for language in LANGUAGES:
        words = kda.wording(language, Labels())
        assert len({words.text("conclusion", code) for code in CONCLUSIONS}) == len(CONCLUSIONS)


# Whether a straight line suffices


def flexible(result: Any, gain: float, low: float, high: float) -> Any:
    """The result with the same gain of both flexible models."""
    both = {name: np.full(2, value) for name, value in (("gain", gain), ("gain_low", low), ("gain_high", high))}
    return made(result, r2=np.array([0.5, 0.5 + gain, 0.5 + gain]), **both)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        (
            (0.004, -0.002, 0.011),
            "A straight line suffices, so that each step of a rating may be counted alike: models that may bend, and "
            "may combine aspects, explain at most 1.1 percentage points more of the differences in overall "
            "satisfaction (95% confidence interval).",
        ),
        (
            (-0.02, -0.04, -0.001),
            "A straight line suffices, so that each step of a rating may be counted alike: models that may bend, and "
            "may combine aspects, explain no more of the differences in overall satisfaction.",
        ),
        (
            (0.06, 0.04, 0.08),
            "A straight line does not suffice: a model that may bend, and may combine aspects, explains 6.0 percentage "
            "points more of the differences in overall satisfaction (95% confidence interval 4.0 to 8.0). One number "
            "for "
            "each aspect then hides where its effect bends.",
        ),
        (
            (0.01, -0.02, 0.04),
            "These answers do not decide whether a straight line suffices: what the best flexible model explains "
            "beyond "
            "it lies between −2.0 and 4.0 percentage points (95% confidence interval).",
        ),
    ],
)  # fmt: skip
def test_a_straight_line_suffices_or_not(
    cases: dict[str, Case], numbers: tuple[float, float, float], message: str
) -> None:
    case = cases["customersat"]
    result = flexible(case.result("nonlinearity"), *numbers)
    assert said(result, case, "line") == message
    assert said(result, case, "line", "ar")


def test_a_line_that_cannot_be_judged_says_why(cases: dict[str, Case]) -> None:
    case = cases["judges"]
    found = kda.attempt(kda.nonlinearity, case.survey)
    assert said(found, case, "line") == (
        "Whether a straight line suffices cannot be told from these answers: the number of participants who answered "
        "every question is 43, and at least 100 are needed."
    )
    shown = bundle(found, case.words("en"), as_="line")
    assert shown["text/plain"] == "<nonlinearity-line>"
    few = Unanswered(analysis="nonlinearity", reasons=(Code("suppressed", {"needed": FEWEST_SHOWN}),))
    assert piece(few, case, "en", "line") == ""


def test_what_else_goes_unanswered_is_left_off(cases: dict[str, Case]) -> None:
    case = cases["judges"]
    for kind, way in DEPTH:
        if (kind, way) not in {("regression", "effects"), ("nonlinearity", "line")}:
            few = Unanswered(analysis=kind, reasons=(Code("few_answers", {"n": 3, "needed": 11}),))
            assert piece(few, case, "ar", way) == ""


# The order of drivers


def test_differences_count_the_pairs_in_an_order(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    ordered = int(case.importance.verdict.above.sum())
    assert said(case.importance, case, "differences").startswith(
        f"Pairs of aspects that can be put in an order: {ordered} of 36. Aspects that share a letter cannot be put "
        "before "
        "one another."
    )


def test_differences_obey_the_verdict(case: Case) -> None:
    result, words = case.importance, case.words("en")
    if result.verdict.status == "not_rankable":
        assert piece(result, case, "en", "differences") == piece(result, case, "en", "first") == ""
        return
    table = tables.differences_table(result, words)
    k = len(result.drivers)
    assert len(table.rows) == k * (k - 1) // 2
    names = {words.label("driver", name): name for name in result.drivers}
    if len(names) == k:
        clear = {(names[row[0]], names[row[1]]) for row in table.rows if row[5] == words.text("order", "clear")}
        above = result.verdict.pairs()
        for one in result.drivers:
            for other in result.drivers:
                leads = one == result.verdict.leader and one != other
                assert ((one, other) in clear) == bool(above.loc[one, other] or leads)


def test_a_leader_by_sharper_comparisons_is_told(cases: dict[str, Case]) -> None:
    case = cases["leader"]
    nothing = np.zeros_like(case.importance.verdict.above)
    verdict: Verdict = made(case.importance.verdict, above=nothing)
    only = made(case.importance, verdict=verdict)
    assert "The first place of “d1” rests on sharper comparisons than the letters" in said(only, case, "differences")
    assert "sharper" not in said(case.importance, case, "differences")


def test_a_pair_that_is_clear_after_others_is_explained(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    above = np.triu(np.ones((9, 9), dtype=bool), 1)[np.ix_(case.importance.rank - 1, case.importance.rank - 1)]
    stepped = made(case.importance, verdict=made(case.importance.verdict, above=above))
    assert "although its interval holds zero" in said(stepped, case, "differences")


def test_letters_are_those_of_the_language(cases: dict[str, Case]) -> None:
    en, ar = (kda.wording(language, Labels()) for language in ("en", "ar"))
    assert [en.letters(found) for found in ("a", "bc", "a′b′′", "")] == ["a", "b c", "a′ b′′", ""]
    assert [ar.letters(found) for found in ("a", "bce", "z", "a′")] == ["أ", "ب ج هـ", "ض", "أ′"]


def test_a_share_of_resamples_is_called_no_probability(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    i = int(np.argmax(case.importance.p_first))
    words = case.words("en")
    p, raw = (plain(words.chance(part[i])) for part in (case.importance.p_first, case.importance.first_in))
    assert said(case.importance, case, "first") == (
        f"The chance of being first is largest for “Prices that fit the volume”: {p}. It is first in {raw} of the "
        "resamples; that share is no probability, because resampling repeats the luck of this sample."
    )
    linearised = kda.relative_importance(case.survey, intervals="linearised", n_boot=200)
    assert "of the draws that stand for other samples; that share is no probability" in said(linearised, case, "first")


def test_the_first_place_is_for_few(cases: dict[str, Case]) -> None:
    customersat, tied = (
        tables.first_table(cases[name].importance, cases[name].words("en")) for name in ("customersat", "tied")
    )
    assert [plain(name) for name in customersat.headings] == [
        "Aspect",
        "Resamples in which it is first",
        "Chance of being first",
        "Chance of being among the first 3",
    ]
    assert len(tied.headings) == 3, "of three drivers each is among the first three"


@pytest.mark.parametrize(
    ("probability", "english", "arabic"),
    [
        (0.0, "under 1%", "أقل من 1%"),
        (0.0049, "under 1%", "أقل من 1%"),
        (0.005, "1%", "1%"),
        (0.6, "60%", "60%"),
        (0.995, "100%", "100%"),
        (0.9951, "over 99%", "أكثر من 99%"),
    ],
)
def test_a_chance_is_never_none_or_all(probability: float, english: str, arabic: str) -> None:
    told = [plain(kda.wording(language, Labels()).chance(probability)) for language in ("en", "ar")]
    assert told == [english, arabic]


# Other ways to share out


def test_measures_say_how_far_apart_they_are(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    assert said(case.result("measures"), case, "table") == (
        "Measures that share out what is explained are farthest apart for “Prices that fit the volume”: by 15.4 "
        "percentage "
        "points. “By itself”, “Added to all others” and “Squared coefficient” answer other questions: their values "
        "overlap "
        "and are no shares, so they are given as parts of all differences in the outcome."
    )


def test_measures_table_has_shares_where_there_are_any(deep: Case) -> None:
    result: Any = deep.result("measures")
    table = tables.measures_table(result, deep.words("en"))
    shown = [name for name in result.methods if name != "genizi"]
    assert [plain(name) for name in table.headings[1:]] == [
        plain(deep.words("en").text("measure", name)) for name in shown
    ]
    for position, name in enumerate(shown, start=1):
        i = result.methods.index(name)
        values = result.share[i] if result.sums_to_r2[i] else result.importance[i]
        cells = [float(plain(row[position]).replace("−", "-").rstrip("%")) / 100 for row in table.rows]
        assert cells == pytest.approx(values, abs=0.0005 + 1e-12)


def test_dominance_names_who_adds_more_throughout(cases: dict[str, Case]) -> None:
    case = cases["service_center"]
    assert said(case.result("dominance"), case, "tables") == (
        "In this sample “Respect” adds more than every other aspect in every model, whichever others are in it "
        "(complete "
        "dominance). The table of pairs says in how many resamples each relation is found again; that part overstates "
        "how sure it is."
    )
    customersat = cases["customersat"]
    alone = kda.dominance(customersat.survey, n_boot=0)
    settled = int((alone.relation[0] == 1).sum())
    assert said(alone, customersat, "tables") == (
        "Pairs in which, in this sample, one aspect adds more than the other in every model, whichever others are in "
        f"it (complete dominance): {settled} of 36. How often other samples would show the same was not computed."
    )
    assert len(tables.pairs_table(alone, customersat.words("en")).headings) == 4


def test_pairs_have_their_strictest_dominance(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    result: Any = case.result("dominance")
    table = tables.pairs_table(result, case.words("en"))
    assert len(table.rows) == 36
    names = {plain(case.words("en").label("driver", name)): i for i, name in enumerate(result.drivers)}
    for row in table.rows:
        i, j = names[plain(row[0])], names[plain(row[1])]
        level = ("Complete", "Conditional", "General").index(row[2])
        assert result.relation[level, i, j] == 1
        assert not (result.relation[:level, i, j] == 1).any()
        assert plain(row[3]) == plain(case.words("en").percent(result.complete[i, j]))
        assert plain(row[4]) == plain(case.words("en").percent(result.reproducibility[level, i, j]))


def test_gains_are_general_and_conditional(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    result: Any = case.result("dominance")
    words = case.words("en")
    best = int(np.argmax(result.general))
    few, all_sizes = tables.gains_table(result, words), tables.sizes_table(result, words)
    assert [plain(cell) for cell in few.rows[0][1:]] == [
        plain(words.percent(value, 1))
        for value in (result.general[best], result.conditional[best, 0], result.conditional[best, -1])
    ]
    assert [plain(cell) for cell in all_sizes.rows[0][1:]] == [
        plain(words.percent(value, 1)) for value in result.conditional[best]
    ]


def test_commonality_tells_what_no_method_can_assign(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    assert said(case.result("commonality"), case, "table") == (
        "Of what the aspects explain together, 12% is told by one aspect or another alone and 88% by several at "
        "once. No method can assign the latter to one of them for certain."
    )
    members = case.result("commonality").members
    coefficient = np.where(members.sum(axis=1) == 1, 0.1, 0.0)
    coefficient[-1] = -0.2
    less = made(case.result("commonality"), coefficient=coefficient, r2=0.7, r2_controls=0.0)
    assert said(less, case, "table").startswith(
        "What the aspects tell alone, each beside all others, adds up to more than they explain together"
    )


# Other ways


@pytest.mark.parametrize(
    ("claimed", "survival", "message"),
    [
        (
            True,
            ("same", "same"),
            "The result survives other methods: what stands in front does so in every way that was tried (2 of 2).",
        ),
        (
            True,
            ("same", "moved"),
            "What stands in front does so in 1 of 2 other ways; in the rest others come before it, though by no more "
            "than "
            "chance might produce.",
        ),
        (
            True,
            ("contradicted", "moved"),
            "What stands in front does so in 0 of 2 other ways. Others are put before it, by more than chance alone "
            "explains, in: “Another measure”.",
        ),
        (
            False,
            ("same", "same"),
            "No aspect is put first, and in every other way that was tried (2 of 2) the largest share is that of one "
            "that "
            "may come first.",
        ),
        (
            False,
            ("moved", "same"),
            "No aspect is put first. In 1 of 2 other ways the largest share is that of one that may come first; in the "
            "rest it is another's, though by no more than chance might produce.",
        ),
        (
            False,
            ("contradicted", "contradicted"),
            "No aspect is put first. In 0 of 2 other ways the largest share is that of one that may come first. "
            "Another is put before these, by more than chance alone explains, in: “Another measure” and “Without "
            "weights”.",
        ),
    ],
)  # fmt: skip
def test_robustness_is_one_line(cases: dict[str, Case], claimed: bool, survival: tuple[str, ...], message: str) -> None:
    case = cases["customersat"]
    result = made(
        case.result("robustness"),
        claimed=claimed,
        variants=("other_measure", "unweighted"),
        survival=survival,
        share=case.result("robustness").share[:3],
        n=case.result("robustness").n[:3],
    )
    assert plain(robustness.sentence(result, case.words("en"))) == message
    assert said(result, case, "line") == message
    arabic = plain(robustness.sentence(result, case.words("ar")))
    assert not re.search("[A-Za-z]", arabic)


def test_where_nothing_stands_in_front_nothing_survives(cases: dict[str, Case]) -> None:
    judges = cases["judges"]
    assert said(judges.result("robustness"), judges, "line") == (
        "Nothing may be ranked, so there is no ranking that could survive; the shares show how much they depend on "
        "the way."
    )
    assert "The same in front" not in piece(judges.result("robustness"), judges, "en", "line")
    tied = made(cases["tied"].result("robustness"), top=cases["tied"].result("robustness").drivers, claimed=False)
    assert said(tied, cases["tied"], "line") == (
        "Every aspect may come first, so there is nothing that another way could overturn."
    )


def test_every_way_and_every_reason_not_to_go_it_has_words(cases: dict[str, Case]) -> None:
    for language in LANGUAGES:
        words = kda.wording(language, Labels())
        assert len({words.text("way", way) for way in ("base", *VARIANTS)}) == 1 + len(VARIANTS)
        assert len({words.text("not_gone", why) for why in LEFT_OUT}) == len(LEFT_OUT)
    table = tables.ways_table(cases["judges"].result("robustness"), cases["judges"].words("en"))
    assert len(table.rows) == 1 + len(VARIANTS)
    assert [plain(cell) for cell in table.rows[-1]] == [
        "A model of ordered answers",
        "Not tried: the outcome has too many different answers, or too few",
        "—",
    ]


def test_shares_of_each_way_stand_beside_each_other(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    result: Any = case.result("robustness")
    table = tables.ways_shares_table(result, case.words("en"))
    shown = np.array(
        [[float(plain(cell).replace("−", "-").rstrip("%")) / 100 for cell in row[1:]] for row in table.rows]
    )
    assert shown == pytest.approx(result.share.T, abs=0.0005 + 1e-12)


# Under another result's verdict


def unranked(importance: Any, *reasons: Code) -> Any:
    """The importance as if it could not be ranked for these reasons."""
    verdict = made(importance.verdict, status="not_rankable", leader=None, top_group=(), reasons=reasons)
    return made(importance, verdict=verdict)


@pytest.mark.parametrize(("kind", "way"), [pair for pair in DEPTH if pair[0] != "importance"])
def test_what_is_noise_there_is_not_shown_here(cases: dict[str, Case], kind: str, way: str) -> None:
    case = cases["customersat"]
    weak = unranked(case.importance, Code("weak_model", {"r2": 0.01}))
    few = unranked(case.importance, Code("few_respondents", {"n_effective": 20, "needed": 90}))
    none = Unanswered(analysis="relative_importance", reasons=(Code("few_answers", {"n": 3, "needed": 11}),))
    for under, hides in ((weak, kind not in DIAGNOSES), (few, True), (none, True), (case.importance, False)):
        shown = bundle(case.result(kind), case.words("en"), as_=way, under=under)
        (numbers,) = (value for key, value in shown.items() if key.endswith("json"))
        assert (shown["text/html"] == "") == numbers["empty"] == hides
        assert (numbers["records"] == []) == (numbers["model"] == []) == hides


def test_an_order_is_not_spoken_of_where_nothing_may_be_ranked(cases: dict[str, Case]) -> None:
    case = cases["judges"]
    assert piece(case.result("dominance"), case, "en", "tables", under=case.importance) == ""
    assert piece(case.result("dominance"), case, "en", "tables") != ""
    assert piece(case.result("measures"), case, "en", "table", under=case.importance) != ""


def test_pairs_put_before_are_those_of_the_verdict(cases: dict[str, Case]) -> None:
    verdict = cases["leader"].importance.verdict
    assert claims.put_before(cases["leader"].importance) >= {
        (verdict.leader, other) for other in verdict.drivers if other != verdict.leader
    }


# Labels of what is made of drivers


def test_a_product_and_an_indicator_have_labels_made_of_their_parts() -> None:
    labels = Labels(
        {
            "driver": {"speed": {"en": "Speed", "ar": "السرعة"}, "calm": {"en": "Calm", "ar": "الهدوء"}},
            "segment": {"channel": {"en": "Channel", "ar": "القناة"}},
            "segment:channel": {"web": {"en": "On the web", "ar": "الموقع"}},
            "item": {"age": {"en": "Age", "ar": "العمر"}},
        }
    )
    en, ar = (kda.wording(language, labels) for language in ("en", "ar"))
    keys = ("speed:calm", "channel=web", "speed=not_applicable", "channel", "age", "a:b", "a=b", "team")
    assert [plain(en.label("driver", key)) for key in keys] == [
        "Speed × Calm",
        "Channel: On the web",
        "Speed: does not apply",
        "Channel",
        "Age",
        "a:b",
        "a=b",
        "team",
    ]
    assert [plain(ar.label("driver", key)) for key in keys[:3]] == [
        "السرعة × الهدوء",
        "القناة: الموقع",
        "السرعة: لا ينطبق",
    ]
