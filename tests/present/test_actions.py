"""Pieces on actions: what they say in both languages, the figure's dots, and tables."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D

import drivers as kda
from drivers.decisions.action_result import ActionResult
from drivers.labels import Labels
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, PAPER, WIDE
from drivers.present.isolation import plain
from drivers.present.sentences.actions import action_sentence, actions_sentences
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def result(survey: Survey) -> ActionResult:
    """The register of the example with round numbers."""
    found = kda.check_actions(survey)
    numbers = ([-0.1, 1, -2.1, 1.9], [11.3, 1.5, 8.2, 14.3], [8.6, 1.2, 6.2, 11.0], [-12.8, 1, -14.7, -10.9])
    apart = ([0.2, 1, -1.2, 1.6], [10.7, 1, 8.5, 12.8], [8, 1, 5.9, 10], [-12.1, 1, -13.8, -10.4])
    return replace(
        found,
        actions=tuple(
            replace(one, change=np.array(change, dtype=float), apart=np.array(beside, dtype=float))
            for one, change, beside in zip(found.actions, numbers, apart, strict=True)
        ),
    )


def words(survey: Survey, language: str = "en") -> Words:
    return kda.wording(language, survey.labels)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def piece(shown: Result, language: Words, as_: str) -> str:
    return str(bundle(shown, language, as_=as_)["text/html"])


@pytest.mark.parametrize("way", ["moved", "method"])
def test_pieces_speak_both_languages(survey: Survey, result: ActionResult, way: str) -> None:
    english, arabic = (piece(result, words(survey, language), way) for language in ("en", "ar"))
    assert english and english.count("<li>") == arabic.count("<li>") and english.count("<tr>") == arabic.count("<tr>")
    left = re.sub(r"<svg.*?</svg>", "", arabic, flags=re.DOTALL)
    assert not re.search("[A-Za-z]", text(left).replace(" t ", " "))


def test_actions_are_counted(survey: Survey, result: ActionResult) -> None:
    assert [plain(one) for one in actions_sentences(result, words(survey))] == [
        "Actions in the register: 4. The rating of the aspect since: risen 2, fallen 1, no clear change 1."
    ]
    early = kda.check_actions(survey.select(wave="2024Q2"))
    assert plain(actions_sentences(early, words(survey))[1]) == "Cannot be told yet: 1."


def test_each_action_is_told_beside_the_others_and_its_goal(survey: Survey, result: ActionResult) -> None:
    told = [plain(action_sentence(one, result, words(survey))) for one in result.actions]
    assert told[0] == (
        "“A course in courtesy for counter staff”: No clear change of the rating of “Respect” from wave “Fourth "
        "quarter 2023” to wave “Fourth quarter 2024”: the estimated difference is −0.1 (95% confidence interval −2.1 "
        "to 1.9). Whether it moved differently from the aspects about which nothing was done cannot be told. The "
        "goal, 3 points more, is not reached."
    )
    assert told[1] == (
        "“Papers are checked before the queue, and a ticket is sent to the phone”: The rating of “Speed” has risen by "
        "11.3 points from wave “First quarter 2024” to wave “Fourth quarter 2024” (95% confidence interval 8.2 to "
        "14.3), more than chance alone explains. Its change is 10.7 points above the average change of the aspects "
        "about which nothing was done (95% confidence interval 8.5 to 12.8). The goal, 5 points more, is reached."
    )
    assert told[3] == (
        "“A date of completion is promised for each case”: The rating of “Realistic promises” has fallen by 12.8 "
        "points from wave “Second quarter 2024” to wave “Fourth quarter 2024” (95% confidence interval 10.9 to 14.7), "
        "more than chance alone explains. Its change is 12.1 points below the average change of the aspects about "
        "which nothing was done (95% confidence interval 10.4 to 13.8)."
    )
    arabic = plain(action_sentence(result.actions[1], result, words(survey, "ar")))
    assert arabic == (
        "إجراء «فحص الأوراق قبل الانتظار وإرسال رقم الدور إلى الهاتف»: ارتفع تقييم جانب «سرعة الاستجابة» بمقدار 11.3 "
        "نقطة من دورة «الربع الأول 2024» إلى دورة «الربع الرابع 2024» (فترة الثقة 95%: من 8.2 إلى 14.3)، وهو تغيّر "
        "أكبر مما تفسّره الصدفة وحدها. ويزيد تغيّره بمقدار 10.7 نقطة على متوسط تغيّر الجوانب التي لم يُتخذ بشأنها "
        "إجراء (فترة الثقة 95%: من 8.5 إلى 12.8). وتحقق الهدف، وهو زيادة قدرها 5 نقاط."
    )


def test_what_cannot_be_told_yet_is_told_so(survey: Survey, result: ActionResult) -> None:
    early = kda.check_actions(survey.select(wave="2024Q2"))
    assert plain(action_sentence(early.actions[3], early, words(survey))) == (
        "“A date of completion is promised for each case”: It is too early to tell how “Realistic promises” has moved: "
        "that could show from wave “Third quarter 2024” on."
    )
    nothing = replace(result.actions[0], movement="nothing_before")
    assert plain(action_sentence(nothing, result, words(survey))) == (
        "“A course in courtesy for counter staff”: How “Respect” has moved cannot be told: there are not 10 answers "
        "from any wave before “First quarter 2024”."
    )
    few = replace(result.actions[0], movement="few_now")
    assert plain(action_sentence(few, result, words(survey))) == (
        "“A course in courtesy for counter staff”: How “Respect” has moved cannot be told: there are not 10 answers "
        "from the wave reported on."
    )
    opened = replace(result.actions[0], goal_state="open", against_tide="unknown")
    assert plain(action_sentence(opened, result, words(survey))).endswith(
        "−2.1 to 1.9). Whether the goal, 3 points more, is reached cannot be told from these answers."
    )


def test_the_page_never_says_that_an_action_did_it(survey: Survey, result: ActionResult) -> None:
    shown = text(piece(result, words(survey), "moved"))
    assert (
        "A rise after an action does not show that the action is its cause: nobody was left without it to compare "
        "with." in shown
    )


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_dots_stand_at_the_changes(survey: Survey, result: ActionResult, language: str, width: float) -> None:
    drawing = kda.figures.action_dots(result, words(survey, language)).canvas(width)
    dots = [a for a in drawing.figure.get_children() if isinstance(a, Line2D) and a.get_marker() == "o"]
    filled = [dot for dot in dots if dot.get_markerfacecolor() != PAPER]
    places = [float(np.asarray(dot.get_xdata())[0]) for dot in filled]
    changes = np.array([one.change[0] for one in result.actions])
    slope, start = np.polyfit(changes, places, 1)
    assert (slope > 0) == (language == "en")
    assert slope * changes + start == pytest.approx(places, abs=1e-9)
    # One ring explains the others.
    assert len(dots) - len(filled) == len(result.actions) + 1
    boxes = [drawing.box(artist) for _, artist in drawing.texts]
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]
    assert all(box.left >= 0 and box.right <= width and box.bottom <= drawing.height for box in boxes)


def test_tables_hold_the_registers_numbers(survey: Survey, result: ActionResult) -> None:
    rows = [[plain(cell) for cell in row] for row in tables.actions_table(result, words(survey)).rows]
    assert rows[1][:2] == ["Speed", "Second quarter 2024"]
    assert rows[1][4:8] == ["+11.3", "+8.2", "+14.3", "has risen"] and rows[1][9] == "more than these"
    register = [[plain(cell) for cell in row] for row in tables.register_table(result, words(survey)).rows]
    assert register[1][1:] == ["Speed", "Process", "Operations", "Second quarter 2024", "5"]
    # Without a lever of its own an action has its driver's.
    assert register[3][2] == "Front line" and register[3][5] == "—"
    early = kda.check_actions(survey.select(wave="2024Q2"))
    last = [plain(cell) for cell in tables.actions_table(early, words(survey)).rows[3]]
    assert last[2:] == ["—", "—", "—", "—", "—", "too early to tell", "—", "none to compare with"]


def test_what_is_written_in_a_register_is_text_and_nothing_else(survey: Survey, result: ActionResult) -> None:
    hostile = {"en": "<script>alert(1)</script>", "ar": "<script>alert(1)</script>"}
    kinds = {kind: dict(entries) for kind, entries in survey.labels.texts.items()}
    for kind in ("action", "owner"):
        kinds[kind] = {str(number): hostile for number in range(1, 5)}
    shown = piece(result, kda.wording("en", Labels(kinds)), "moved")
    assert "<script>" not in shown and "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            Code("no_actions"),
            "Whether anything has moved since something was done cannot be told: there is no register of what was "
            "done.",
        ),
        (Code("suppressed", {"needed": 10}), ""),
    ],
)
def test_without_a_register_the_reason_is_told_once(survey: Survey, code: Code, told: str) -> None:
    nothing: Any = Unanswered(analysis="check_actions", reasons=(code,))
    assert text(piece(nothing, words(survey), "moved")) == told
    assert not piece(nothing, words(survey), "method")
    assert bool(piece(nothing, words(survey, "ar"), "moved")) == bool(told)
