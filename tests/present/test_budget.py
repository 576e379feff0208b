"""Pieces on a budget: what they say in both languages, the figures' bars and lines, and tables."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import drivers as kda
from drivers.decisions.spending.plan_result import PlanResult
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, STRONG, WIDE
from drivers.present.isolation import plain
from drivers.present.sentences.budget import (
    frontier_sentences,
    left_sentences,
    plan_sentences,
    returns_sentence,
    stability_sentences,
)
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def plan(survey: Survey) -> PlanResult:
    """The plan of the example, with numbers that no later draw changes."""
    found = kda.plan_budget(survey, n_boot=100)
    return replace(
        found,
        corrected=np.array([2.2, 2.0, 2.4]),
        raw=np.array([2.397, 2.2, 2.6]),
        gain=found.gain * 2.397 / found.gain[0].sum(),
        funded=np.array([0, 0, 1, 0.77, 0, 1, 0, 0, 0.99]),
        regret=0.0123,
    )


@pytest.fixture(scope="module")
def smooth(survey: Survey) -> PlanResult:
    return kda.plan_budget(survey, returns="diminishing", n_boot=100)


def words(survey: Survey, language: str = "en") -> Words:
    return kda.wording(language, survey.labels)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def piece(shown: Result, language: Words, as_: str) -> str:
    return str(bundle(shown, language, as_=as_)["text/html"])


def said(sentences: list[str]) -> list[str]:
    return [plain(sentence) for sentence in sentences]


@pytest.mark.parametrize("way", ["spending", "frontier", "method", "glossary"])
def test_pieces_speak_both_languages(survey: Survey, plan: PlanResult, smooth: PlanResult, way: str) -> None:
    for result in (plan, smooth):
        english, arabic = (piece(result, words(survey, language), way) for language in ("en", "ar"))
        assert english and english.count("<p>") == arabic.count("<p>") and english.count("<tr>") == arabic.count("<tr>")
        assert not re.search("[A-Za-z]", text(re.sub(r"<svg.*?</svg>", "", arabic, flags=re.DOTALL)))


def test_the_plan_is_told_as_a_supposition_with_its_reduction(survey: Survey, plan: PlanResult) -> None:
    assert said(plan_sentences(plan, words(survey))) == [
        "If the association is causal, the best plan for the budget of 100 (thousand riyals) goes with an expected "
        "gain of 2.2 points in overall satisfaction (95% confidence interval 2.0 to 2.4), reduced for having been "
        "picked as the best.",
        "The money goes to 4 aspects: “Information” (8 points, cost 32), “Respect” (2.8 points, cost 39), "
        "“Understanding” (8 points, cost 20) and “Realistic promises” (6 points, cost 9).",
        "Before this reduction the gain is 2.4 points: a plan is picked where estimates are high, and some are high by "
        "chance.",
    ]
    assert said(plan_sentences(plan, words(survey, "ar"))) == [
        "إذا كانت العلاقة سببية، فإن أفضل توزيع لميزانية قدرها 100 ألف ريال يقابله مكسب متوقع في الرضا العام بمقدار "
        "2.2 نقطة (فترة الثقة 95%: من 2.0 إلى 2.4)، بعد تصحيحه من المبالغة الناشئة عن اختيار الأفضل.",
        "يشمل التوزيع 4 جوانب: «توفير المعلومات» (8 نقاط، التكلفة 32) و«الاحترام» (2.8 نقطة، التكلفة 39) و«التفهم "
        "والتعاطف» (8 نقاط، التكلفة 20) و«واقعية الوعود» (6 نقاط، التكلفة 9).",
        "وقبل هذا التصحيح يبلغ المكسب 2.4 نقطة: فالتوزيع يُختار حيث تعلو التقديرات، وبعضها يعلو صدفةً.",
    ]


def test_how_sure_the_plan_is(survey: Survey, plan: PlanResult) -> None:
    regret = "On average over the resamples, the plan that is best there brings 0.01 points more than this one."
    assert said(stability_sentences(plan, words(survey))) == [
        "Not all of the plan is settled. Parts of the resamples in which these get money: “Understanding” (77%).",
        regret,
    ]
    sure = replace(plan, funded=np.full(9, 0.987))
    assert said(stability_sentences(sure, words(survey))) == [
        "Each of them gets money in at least 98% of the resamples.",
        regret,
    ]
    assert stability_sentences(replace(plan, regret=np.nan), words(survey)) == []


def test_who_gets_nothing_is_told_with_the_reason(survey: Survey, plan: PlanResult) -> None:
    part = replace(plan, budget=200.0, without_cost=("access",), left_out=("access",))
    assert said(left_sentences(part, words(survey))) == [
        "Part of the budget is left, since everything worth buying is bought: 100 (thousand riyals).",
        "Others bring more for the same money than these: “Being there”, “Fairness”, “Choice” and “Speed”.",
        "No money is offered for these, as no association of their own larger than chance shows beside the other "
        "aspects: “Welcome”.",
        "No cost is known of these: “Easy access”.",
        "A cost is known of these, but they are not part of the analysis, or were hardly rated in the wave reported "
        "on: “Easy access”.",
    ]
    assert said(left_sentences(part, words(survey, "ar")))[1] == (
        "وفي الجوانب التالية يكون الإنفاق أقل جدوى منه في غيرها بالتكلفة نفسها: «التواجد في مكان الخدمة» و«العدالة في "
        "الإجراءات» و«توفير البدائل والخيارات» و«سرعة الاستجابة»."
    )


def test_other_budgets_are_told(survey: Survey, plan: PlanResult, smooth: PlanResult) -> None:
    gain = f"{plan.frontier.corrected[-1]:.1f}"
    assert said(frontier_sentences(plan, words(survey))) == [
        "As the budget grows, money goes to the aspects in this order: “Information”, “Realistic promises”, "
        "“Understanding”, “Respect”, “Fairness”, “Speed”, “Choice” and “Being there”.",
        f"With 490 (thousand riyals) everything worth buying is bought; if the association is causal, the expected "
        f"gain is then {gain} points.",
    ]
    (only,) = said(frontier_sentences(smooth, words(survey)))
    here, there = f"{smooth.corrected[0]:.1f}", f"{smooth.frontier.corrected[-1]:.1f}"
    assert only == (
        f"If the association is causal, the expected gain grows from {here} points at the budget of 100 (thousand "
        f"riyals) to {there} points at 250 (thousand riyals)."
    )


def test_what_points_cost_is_said(survey: Survey, plan: PlanResult, smooth: PlanResult) -> None:
    mixed = replace(plan, diminishing=np.array([True, *[False] * 8]))
    assert said([returns_sentence(one, words(survey)) for one in (plan, smooth, mixed)]) == [
        "Every point is taken to cost as much as the first, up to the ceiling of its aspect.",
        "Each further point is taken to cost more than the one before: halfway to the ceiling of its aspect twice as "
        "much as the first.",
        "Of these, each further point is taken to cost more than the one before, halfway to the ceiling twice as much "
        "as the first: “Being there”. Of the others all points cost the same.",
    ]


def test_where_nothing_is_offered_the_page_says_so(survey: Survey) -> None:
    nothing = kda.plan_budget(survey, costs={"welcome": {"per_point": 1, "ceiling": 5}}, n_boot=100)
    assert said(plan_sentences(nothing, words(survey))) == [
        "Nothing is offered for the budget of 100 (thousand riyals): no aspect whose cost is known has both an "
        "association of its own with overall satisfaction that is larger than chance and room to rise."
    ]
    shown = piece(nothing, words(survey), "spending")
    assert "<table>" in shown and "<svg" not in shown
    assert not piece(nothing, words(survey), "frontier") and not piece(nothing, words(survey), "glossary")


def test_an_event_is_gained_by_having_less_of_it(survey: Survey, plan: PlanResult) -> None:
    churn = replace(plan, outcome="churn", better="lower")
    assert "A gain is fewer points here, since less of the measure “Leaving within six months” is better." in said(
        plan_sentences(churn, words(survey))
    )


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_bars_are_as_long_as_the_gains(survey: Survey, plan: PlanResult, language: str, width: float) -> None:
    drawing = kda.figures.plan_bars(plan, words(survey, language)).canvas(width)
    bars = [a for a in drawing.figure.get_children() if isinstance(a, Rectangle) and a is not drawing.figure.patch]
    gains = [*(plan.gain[0, i] for i in plan.order), plan.raw[0], plan.corrected[0]]
    lengths = np.array([bar.get_width() for bar in bars])
    assert len(bars) == len(gains) == 6
    assert lengths / lengths.max() == pytest.approx(np.array(gains) / max(gains), abs=1e-6)
    starts = {round(bar.get_x() + (bar.get_width() if language == "ar" else 0.0), 6) for bar in bars}
    assert len(starts) == 1
    fits(drawing, width)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_frontier_stands_where_its_numbers_are(
    survey: Survey, plan: PlanResult, smooth: PlanResult, language: str, width: float
) -> None:
    for result in (plan, smooth):
        drawing = kda.figures.gain_frontier(result, words(survey, language)).canvas(width)
        lines = [a for a in drawing.figure.get_children() if isinstance(a, Line2D) and a.get_marker() != "o"]
        thick = [a for a in lines if a.get_color() == STRONG and len(a.get_xdata()) == len(result.frontier.budget)]
        (line,) = thick
        slope, start = np.polyfit(result.frontier.budget, np.asarray(line.get_xdata()), 1)
        assert (slope > 0) == (language == "en")
        assert slope * result.frontier.budget + start == pytest.approx(np.asarray(line.get_xdata()), abs=1e-9)
        rise, base = np.polyfit(result.frontier.corrected, np.asarray(line.get_ydata()), 1)
        assert rise > 0
        assert rise * result.frontier.corrected + base == pytest.approx(np.asarray(line.get_ydata()), abs=1e-9)
        fits(drawing, width)


def fits(drawing: Any, width: float) -> None:
    """No text on another, none outside."""
    boxes = [drawing.box(artist) for _, artist in drawing.texts]
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]
    assert all(box.left >= 0 and box.right <= width and box.bottom <= drawing.height for box in boxes)


def test_tables_hold_the_plans_numbers(survey: Survey, plan: PlanResult) -> None:
    rows = [[plain(cell) for cell in row] for row in tables.plan_table(plan, words(survey)).rows]
    assert rows[0][:4] == ["Information", "Front line", "8.0", "32"] and rows[0][-1] == "up to its ceiling"
    assert rows[1][0] == "Respect" and rows[1][-1] == "as far as the money goes"
    (welcome,) = (row for row in rows if row[0] == "Welcome")
    assert welcome[2:] == ["0.0", "0", "—", "—", "—", "no clear association"]
    assert rows[-1] == ["All together, after the reduction", "—", "—", "100", "2.20", "2.00", "2.40", "—"]
    line = [[plain(cell) for cell in row] for row in tables.frontier_table(plan, words(survey)).rows]
    assert [row[0] for row in line[:5]] == ["0", "32", "41", "61", "100"]
    assert [row[-1] for row in line[:5]] == ["—", "Information", "Realistic promises", "Understanding", "—"]
    stability = [[plain(cell) for cell in row] for row in tables.plan_stability_table(plan, words(survey)).rows]
    assert stability[2][0] == "Understanding" and stability[2][5] == "77%"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            Code("no_costs"),
            "Where money is best spent cannot be told: what it costs to improve the aspects is not written down.",
        ),
        (Code("suppressed", {"needed": 10}), ""),
    ],
)
def test_without_a_plan_the_reason_is_told_once(survey: Survey, code: Code, told: str) -> None:
    nothing: Any = Unanswered(analysis="plan_budget", reasons=(code,))
    assert text(piece(nothing, words(survey), "spending")) == told
    assert not any(piece(nothing, words(survey), way) for way in ("frontier", "method", "glossary"))
    assert bool(piece(nothing, words(survey, "ar"), "spending")) == bool(told)
