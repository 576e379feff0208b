"""The one minute in words, and the sliders."""

import html as entities
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

import drivers as kda
from drivers.present.channel import bundle
from drivers.present.isolation import plain
from drivers.present.sentences.budget import plan_sentences
from drivers.present.sentences.one_minute import answers
from drivers.present.sentences.priorities import priority_sentences
from tests.shown import N_BOOT


@pytest.fixture(scope="module")
def survey() -> Any:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def minute(survey: Any) -> Callable[[str], Any]:
    """Of a unit, or of all."""

    def make(unit: str) -> Any:
        part = survey.select(unit=unit)
        importance = kda.attempt(kda.relative_importance, part, n_boot=N_BOOT)
        return kda.one_minute(
            kda.outcome_scores(part),
            importance=importance,
            priorities=kda.attempt(kda.priorities, importance, survey=part),
            what_if=kda.attempt(kda.what_if_table, part),
            compared=kda.attempt(kda.compare_units, part),
            cards=kda.attempt(kda.scorecard, part),
            trend=kda.by_wave(kda.outcome_scores, part),
            plan=kda.attempt(kda.plan_budget, part, n_boot=N_BOOT),
        )

    return make


def test_five_questions_are_answered_and_lead_to_their_sections(survey: Any, minute: Callable[[str], Any]) -> None:
    found = minute("")
    words = kda.wording("en", survey.labels)
    told = {answer.section: answer for answer in answers(found, words)}
    assert list(told) == ["score-cards", "trend-section", "priorities", "what-if", "units", "how-sure"]
    first, *rest = told["priorities"].sentences
    assert plain(first) == (
        "“Respect” comes first: of all priorities it offers the largest improvement in overall satisfaction, if the "
        "association is causal."
    )
    assert len(rest) == len(priority_sentences(found.priorities, words)) - 1
    latest = found.trend.results[-1].scores[0].level
    assert plain(told["score-cards"].sentences[1]) == (
        f"In wave “Fourth quarter 2024”: {latest.estimate:.1f} (95% confidence interval {latest.conf_low:.1f} to "
        f"{latest.conf_high:.1f})."
    )
    # What is measured besides may have changed where satisfaction has not.
    assert plain(told["trend-section"].sentences[1]) == (
        "Clearly worse than in the previous wave: “Customers who came again with the same matter”."
    )
    gain, low, high = found.plan.corrected
    assert plain(told["what-if"].sentences[1]) == (
        f"Likewise, the best plan for a budget of 100 (thousand riyals) would go with a gain of {gain:.1f} points (95% "
        f"confidence interval {low:.1f} to {high:.1f}), spent on "
        "“Information”, “Respect”, “Understanding” and “Realistic promises”."
    )
    # What it would bring is told of the driver that is to be improved first.
    assert "“Respect” 5 points higher" in plain(told["what-if"].sentences[0]).replace("rating ", "")
    assert "Harbour" in plain(told["units"].sentences[0])
    assert "Valley" not in plain(" ".join(told["units"].sentences))  # above the others, and in need of nothing
    assert (told["how-sure"].light, plain(told["how-sure"].sentences[1])) == (
        "amber",
        "Weak points: “Missing answers”.",
    )


def test_a_plan_without_an_interval_is_told_in_full(survey: Any, minute: Callable[[str], Any]) -> None:
    found = minute("")
    words = kda.wording("en", survey.labels)
    found = kda.one_minute(
        found.scores, importance=found.importance, what_if=found.what_if, plan=kda.plan_budget(survey, n_boot=0)
    )
    told = {answer.section: answer for answer in answers(found, words)}
    step, *plan = told["what-if"].sentences
    assert "“Respect”" in plain(step)  # without priorities, what the verdict puts first
    assert plan == plan_sentences(found.plan, words)[:2]


def test_both_languages_say_the_same_things(survey: Any, minute: Callable[[str], Any]) -> None:
    for unit in ("", "b17", "b09"):
        found = minute(unit)
        one, other = (answers(found, kda.wording(language, survey.labels)) for language in ("en", "ar"))
        assert [(a.section, a.light, len(a.sentences)) for a in one] == [
            (a.section, a.light, len(a.sentences)) for a in other
        ]
        numbers = [
            sorted(re.findall(r"\d+\.\d", plain(" ".join(s for a in side for s in a.sentences))))
            for side in (one, other)
        ]
        assert numbers[0] == numbers[1]


def test_a_unit_that_cannot_be_ranked_is_told_why(survey: Any, minute: Callable[[str], Any]) -> None:
    words = kda.wording("en", survey.labels)
    told = {plain(answer.question): answer for answer in answers(minute("b09"), words)}
    assert plain(told["What should be improved first?"].sentences[0]).startswith("The aspects cannot be ranked")
    assert "What would it bring?" not in told
    assert told["How sure are we?"].light == "red"


def test_what_it_would_bring_is_told_of_all_that_may_come_first(survey: Any, minute: Callable[[str], Any]) -> None:
    found = minute("b17")
    assert found.verdict.status == "tied"
    words = kda.wording("en", survey.labels)
    told = {answer.section: answer for answer in answers(found, words)}
    first, *rest = (plain(sentence) for sentence in told["what-if"].sentences[: min(len(found.first), 3)])
    assert len(rest) + 1 == min(len(found.first), 3) > 1
    assert first.startswith("If the association is causal, rating ")
    table = found.what_if
    if all(table.says("alone", 0)[table.drivers.index(name)] == "higher" for name in found.first):
        assert all(sentence.startswith("Likewise, rating ") for sentence in rest)
    assert plain(told["how-sure"].sentences[0]) == "There is no clear order of the aspects."


# Sliders


@pytest.fixture(scope="module")
def table(survey: Any) -> Any:
    return kda.what_if_table(survey)


@pytest.mark.parametrize(("language", "digits"), [("en", "latn"), ("ar", "latn"), ("ar", "arab")])
def test_sliders_have_a_label_a_range_and_a_table_in_their_place(
    survey: Any, table: Any, language: str, digits: str
) -> None:
    words = kda.wording(language, survey.labels, digits=digits)
    page = bundle(table, words, as_="sliders")["text/html"]
    assert '<form class="sliders" hidden' in page
    labels, inputs = re.findall(r'<label for="([^"]+)">', page), re.findall(r'<input type="range" id="([^"]+)"', page)
    assert labels == inputs
    assert len(inputs) == len(table.drivers)
    lows, highs = (list(map(float, re.findall(rf' {end}="(-?[\d.]+)"', page))) for end in ("min", "max"))
    given = table.sliders()
    for low, high, level, lowest, highest in zip(
        lows, highs, given["level"], given["lowest"], given["highest"], strict=True
    ):
        assert lowest <= level + low <= level + high <= highest
    told = json.loads(entities.unescape(re.search(r'data-sliders="([^"]*)"', page)[1]))  # type: ignore[index]
    assert (told["digits"], told["minus"], told["mark"]) == (digits, "−", "." if digits == "latn" else "٫")
    assert [m["slopes"] for m in told["measures"]] == [m["slopes"] for m in given["measures"]]
    still = page[page.index('<div class="without-sliders">') :]
    assert still.count("<tr>") == 1 + len(table.drivers)
