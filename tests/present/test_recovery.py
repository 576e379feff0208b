"""Pieces on problems: what they say, the figure's dots, tables, and groups that are not shown."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D

import drivers as kda
from drivers.indicators.loyalty.service_recovery import RecoveryResult
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, PAPER, WIDE
from drivers.present.isolation import plain
from drivers.present.sentences.recovery import paradox_sentences, recovery_sentences, unsolved_sentences
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.indicators.loyalty.test_service_recovery import drawn, problems
from tests.shown import labelled

LABELS = {
    "satisfaction": {"en": "Overall satisfaction", "ar": "الرضا العام"},
    "loyalty": {"en": "Loyalty", "ar": "الولاء"},
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """People whose problem was solved fast answer higher, whose was not lower; of the others nothing is clear."""
    folder = tmp_path_factory.mktemp("problems")
    problem, solved, days, _ = drawn(800)
    answers = np.round(50 + 12 * (days <= 3) - 9 * (solved == 0) + np.random.default_rng(1).normal(0, 5, 800))
    problems(folder, problem, solved, days, answers)
    return labelled(folder, LABELS)


@pytest.fixture(scope="module")
def result(survey: Survey) -> RecoveryResult:
    return kda.recovery(survey, outcomes=["satisfaction", "loyalty"])


@pytest.fixture(scope="module")
def without_days(tmp_path_factory: pytest.TempPathFactory) -> tuple[RecoveryResult, Words]:
    folder = tmp_path_factory.mktemp("no_days")
    problem, solved, _, _ = drawn(800)
    answers = np.round(50 - 12 * (solved == 1) + np.random.default_rng(1).normal(0, 5, 800))
    problems(folder, problem, solved, None, answers)
    survey = labelled(folder, LABELS)
    return kda.recovery(survey, outcomes=["satisfaction"]), kda.wording("en", survey.labels)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def piece(shown: Result, words: Words, as_: str) -> str:
    return str(bundle(shown, words, as_=as_)["text/html"])


@pytest.mark.parametrize("way", ["groups", "method", "glossary"])
def test_pieces_speak_both_languages(survey: Survey, result: RecoveryResult, way: str) -> None:
    english, arabic = (piece(result, kda.wording(language, survey.labels), way) for language in ("en", "ar"))
    assert english and english.count("<p>") == arabic.count("<p>") and english.count("<tr>") == arabic.count("<tr>")
    assert not re.search("[A-Za-z]", text(re.sub(r"<svg.*?</svg>", "", arabic, flags=re.DOTALL)))


def test_problems_are_counted(survey: Survey, result: RecoveryResult) -> None:
    said = " ".join(plain(one) for one in recovery_sentences(result, kda.wording("en", survey.labels)))
    none, parts = result.sizes["none"], result.of_problems
    assert none is not None
    share, low, high = (f"{100 * (1 - value):.1f}%" for value in (none.estimate, none.conf_high, none.conf_low))
    fast, slow, unsolved = (f"{100 * part.estimate:.0f}%" for part in parts.values() if part is not None)
    assert said == (
        f"{share} of the participants met a problem (95% confidence interval: {low} to {high}). It was put right "
        f"within 3 days for {fast} of them, later for {slow}, and not at all for {unsolved}."
    )


def numbers(result: RecoveryResult, outcome: str, group: str) -> tuple[str, str, str]:
    (one,) = (one for one in result.contrasts if (one.outcome, one.group) == (outcome, group))
    low, high = sorted((abs(one.conf_low), abs(one.conf_high)))
    return f"{abs(one.estimate):.1f}", f"{low:.1f}", f"{high:.1f}"


def test_the_paradox_is_told_with_its_numbers(survey: Survey, result: RecoveryResult) -> None:
    words = kda.wording("en", survey.labels)
    d, low, high = numbers(result, "satisfaction", "fast")
    assert plain(paradox_sentences(result, words)[0]) == (
        f"The mean of “Overall satisfaction” is {d} points higher where a problem was put right within 3 days than "
        f"where there was none (95% confidence interval: {low} to {high}), more than chance alone explains."
    )
    d, low, high = numbers(result, "satisfaction", "unsolved")
    assert [plain(one) for one in unsolved_sentences(result, words)] == [
        f"The mean of “Overall satisfaction” is {d} points lower where a problem was not put right than where there "
        f"was none (95% confidence interval: {low} to {high}), more than chance alone explains."
    ]
    arabic = kda.wording("ar", survey.labels)
    d, low, high = numbers(result, "satisfaction", "fast")
    assert plain(paradox_sentences(result, arabic)[0]) == (
        f"يزيد متوسط الإجابة عن «الرضا العام» بمقدار {d} نقطة لدى من عولجت مشكلتهم خلال 3 أيام مقارنة بمن لم يواجهوا "
        f"مشكلة (فترة الثقة 95%: من {low} إلى {high})، وهو فرق أكبر مما تفسّره الصدفة وحدها."
    )


def test_what_is_not_decided_is_named(survey: Survey, result: RecoveryResult) -> None:
    opened = tuple(replace(one, conclusion="open") for one in result.contrasts)
    said = paradox_sentences(replace(result, contrasts=opened), kda.wording("en", survey.labels))
    assert [plain(one) for one in said] == [
        "Whether those whose problem was put right within 3 days differ from those who met none cannot be told from "
        "these answers on: “Overall satisfaction” and “Loyalty”."
    ]


def test_without_days_nothing_is_said_of_them(without_days: tuple[RecoveryResult, Words]) -> None:
    result, words = without_days
    d, low, high = numbers(result, "satisfaction", "solved")
    assert [plain(one) for one in paradox_sentences(result, words)] == [
        f"The mean of “Overall satisfaction” is {d} points lower where a problem was put right than where there was "
        f"none (95% confidence interval: {low} to {high}), more than chance alone explains."
    ]
    assert "days" not in text(piece(result, words, "groups"))
    assert plain(recovery_sentences(result, words)[1]).startswith("It was put right for ")


def test_hidden_groups_are_told_and_stay_away(survey: Survey, result: RecoveryResult) -> None:
    words = kda.wording("en", survey.labels)
    kept = {"none", "fast"}
    hidden = replace(
        result,
        sizes={group: level if group in kept else None for group, level in result.sizes.items()},
        of_problems={group: level if group in kept else None for group, level in result.of_problems.items()},
        means={
            name: {group: level if group in kept else None for group, level in by_group.items()}
            for name, by_group in result.means.items()
        },
        contrasts=tuple(one for one in result.contrasts if one.group in kept),
    )
    assert plain(recovery_sentences(hidden, words)[-1]) == (
        "Groups of fewer than 10 participants are not shown, nor one that would tell their size."
    )
    assert len(tables.recovery_table(hidden, words).rows) == 2 * 2
    sizes = [[plain(cell) for cell in row] for row in tables.recovery_sizes_table(hidden, words).rows]
    assert sizes[3] == ["Not put right", *["—"] * 6]
    drawing = kda.figures.recovery_dots(hidden, words).canvas(WIDE)
    assert "Not put right" not in {plain(shown) for shown, _ in drawing.texts}


def test_tables_hold_the_result_s_numbers(survey: Survey, result: RecoveryResult) -> None:
    rows = [
        [plain(cell) for cell in row] for row in tables.recovery_table(result, kda.wording("en", survey.labels)).rows
    ]
    assert [row[:2] for row in rows[:4]] == [
        ["Overall satisfaction", name]
        for name in ("No problem", "Put right within 3 days", "Put right later", "Not put right")
    ]
    assert rows[0][6:] == ["—"] * 4
    assert [row[9] for row in rows[1:4]] == ["higher", "not decided", "lower"]
    level, contrast = result.means["satisfaction"]["fast"], result.contrasts[0]
    assert level is not None
    assert rows[1][2:6] == [*(f"{v:.1f}" for v in (level.estimate, level.conf_low, level.conf_high)), str(level.n)]
    assert [float(cell.replace("−", "-")) for cell in rows[1][6:9]] == pytest.approx(
        [contrast.estimate, contrast.conf_low, contrast.conf_high], abs=0.05
    )


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_dots_stand_where_the_means_are(survey: Survey, result: RecoveryResult, language: str, width: float) -> None:
    drawing = kda.figures.recovery_dots(result, kda.wording(language, survey.labels)).canvas(width)
    dots = [a for a in drawing.figure.get_children() if isinstance(a, Line2D) and a.get_marker() == "o"]
    means = [level.estimate for by_group in result.means.values() for level in by_group.values() if level is not None]
    places = [float(np.asarray(dot.get_xdata())[0]) for dot in dots]
    assert len(places) == len(means) == 8
    slope, start = np.polyfit(means, places, 1)
    # Values run with the reading.
    assert (slope > 0) == (language == "en")
    assert slope * np.array(means) + start == pytest.approx(places, abs=1e-9)
    assert [dot.get_markerfacecolor() == PAPER for dot in dots] == [True, False, False, False] * 2
    boxes = [drawing.box(artist) for _, artist in drawing.texts]
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]
    assert all(box.left >= 0 and box.right <= width and box.bottom <= drawing.height for box in boxes)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            Code("no_recovery"),
            "What goes with problems, and with putting them right, cannot be told: the survey does not ask whether "
            "something went wrong and was put right.",
        ),
        (
            Code("few_problems", {"needed": 10}),
            "What goes with problems, and with putting them right, cannot be told: fewer than 10 met a problem, or "
            "fewer than 10 met none.",
        ),
        (Code("suppressed", {"needed": 10}), ""),
    ],
)
def test_without_an_answer_the_reason_is_told_once(survey: Survey, code: Code, told: str) -> None:
    nothing: Any = Unanswered(analysis="recovery", reasons=(code,))
    words = kda.wording("en", survey.labels)
    assert text(piece(nothing, words, "groups")) == told
    assert not piece(nothing, words, "method") and not piece(nothing, words, "glossary")
    assert bool(piece(nothing, kda.wording("ar", survey.labels), "groups")) == bool(told)


def test_labels_of_any_kind_are_text_and_nothing_else(tmp_path: Path) -> None:
    problems(tmp_path, *drawn(800))
    hostile = "<script>alert(1)</script>"
    survey = labelled(tmp_path, {"satisfaction": {"en": hostile, "ar": hostile}})
    shown = piece(kda.recovery(survey, outcomes=["satisfaction"]), kda.wording("en", survey.labels), "groups")
    assert "<script>" not in shown and "&lt;script&gt;" in shown
