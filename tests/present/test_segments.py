"""Pieces on segments: what is said of effects, shares, levels and reversals, the figures' dots, what is not shown."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from matplotlib.lines import Line2D

import drivers as kda
from drivers.present import figures, tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, STRONG, WIDE
from drivers.present.isolation import plain
from drivers.present.sentences.segments import (
    effects_sentences,
    firsts_sentences,
    left_out_sentences,
    level_sentences,
    marked_sentences,
    reversal_sentences,
    shares_sentences,
)
from drivers.results import Code, Result, Unanswered
from drivers.segments.effects_result import SegmentEffects
from drivers.segments.shares_result import SegmentShares
from drivers.survey.data import Survey
from tests.segments.test_sign_reversals import admissions, simpson
from tests.shown import labelled

ASKED = ["customer", "age", "sex", "value"]


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def effects(survey: Survey) -> SegmentEffects:
    return kda.segment_effects(survey, segment=ASKED, n_boot=199)


@pytest.fixture(scope="module")
def shares(survey: Survey) -> SegmentShares:
    return kda.segment_shares(survey, segment=ASKED[:3], n_boot=199)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


@pytest.mark.parametrize("way", ["finding", "effects", "levels", "method", "glossary"])
def test_pieces_on_effects_speak_both_languages(survey: Survey, effects: SegmentEffects, way: str) -> None:
    both(survey, effects, way)


@pytest.mark.parametrize("way", ["finding", "shares", "method", "glossary"])
def test_pieces_on_shares_speak_both_languages(survey: Survey, shares: SegmentShares, way: str) -> None:
    both(survey, shares, way)


def both(survey: Survey, result: Result, way: str) -> None:
    pages = [
        str(bundle(result, kda.wording(language, survey.labels), as_=way)["text/html"]) for language in ("en", "ar")
    ]
    english, arabic = pages
    assert english and english.count("<p>") == arabic.count("<p>") and english.count("<tr>") == arabic.count("<tr>")
    assert not re.search("[A-Za-z]", text(re.sub(r"<svg.*?</svg>", "", arabic, flags=re.DOTALL)))


def test_effects_are_called_effects(survey: Survey, effects: SegmentEffects) -> None:
    said = [plain(one) for one in effects_sentences(effects, kda.wording("en", survey.labels))]
    assert said[0] == (
        "Effects differ by “Type of customer”, more than chance alone explains: how closely an aspect goes with "
        "overall satisfaction depends on the group for “Respect” and “Information”."
    )
    assert said[-1] == (
        "In how aspects go with overall satisfaction, no difference in effects can be told from chance by: “Age” and "
        "“Sex”."
    )
    arabic = [plain(one) for one in effects_sentences(effects, kda.wording("ar", survey.labels))]
    assert arabic[0] == (
        "تختلف ارتباطات الجوانب بالرضا العام بحسب «نوع العميل» اختلافًا أكبر مما تفسّره الصدفة وحدها، وذلك في الجوانب "
        "التالية: «الاحترام» و«توفير المعلومات»."
    )


def test_shares_are_called_shares(survey: Survey, shares: SegmentShares) -> None:
    words = kda.wording("en", survey.labels)
    said = plain(shares_sentences(shares, words)[0])
    assert said.startswith(
        "Shares of importance differ by “Type of customer”, more than chance alone explains: those of"
    )
    assert [plain(one) for one in firsts_sentences(shares, words)] == [
        "In the group “Returning customers” the aspect “Respect” comes first.",
        "In the group “New customers” the aspect “Information” comes first.",
    ]


def test_of_two_groups_one_sentence_tells_both(survey: Survey, effects: SegmentEffects) -> None:
    words = kda.wording("en", survey.labels)
    test = effects.tests[0]
    assert [plain(one) for one in marked_sentences(test, effects.outcome, words)] == [
        "In the group “Returning customers” these go with overall satisfaction more closely than in the other groups: "
        "“Respect”.",
        "In the group “New customers” these go with overall satisfaction more closely than in the other groups: "
        "“Information”.",
    ]


def test_nothing_is_claimed_where_nothing_is_told_apart(survey: Survey, effects: SegmentEffects) -> None:
    words = kda.wording("en", survey.labels)
    quiet = replace(effects, tests=tuple(replace(test, p_adjusted=0.2) for test in effects.tests))
    said = effects_sentences(quiet, words)
    assert len(said) == 1 and "no difference in effects can be told" in plain(said[0])
    page = str(bundle(quiet, words, as_="effects")["text/html"])
    assert "<figure" not in page and "not told apart" in text(page)
    somewhere = replace(effects.tests[0], driver_p_adjusted=np.full(9, 0.9))
    (first, *_) = effects_sentences(replace(effects, tests=(somewhere,)), words)
    assert plain(first).endswith("Which aspects these are cannot be told.")


def test_levels_are_told_against_the_others(survey: Survey, effects: SegmentEffects) -> None:
    said = [plain(one) for one in level_sentences(effects, kda.wording("en", survey.labels))]
    assert said[:2] == [
        "By “Age”, overall satisfaction is higher than among all others in: “30 to 49” and “50 and over”.",
        "By “Age”, overall satisfaction is lower than among all others in: “18 to 29”.",
    ]


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_strong_dots_are_those_that_are_told_apart(survey: Survey, effects: SegmentEffects, width: float) -> None:
    test = effects.tests[0]
    drawing = figures.segment_effect_dots(effects, kda.wording("ar", survey.labels), segment="customer")
    canvas = drawing.canvas(width)
    dots = [one for one in canvas.figure.get_children() if isinstance(one, Line2D) and one.get_marker() == "o"]
    assert len(dots) == len(test.groups) * len(test.differing)
    strong = [one for one in dots if one.get_markerfacecolor() == STRONG]
    shown = np.isin(test.drivers, test.differing)
    assert len(strong) == int(test.marked[:, shown].sum())
    boxes = [canvas.box(artist) for _, artist in canvas.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(box.left >= 0 and box.right <= width for box in boxes)


def test_tables_hold_every_group_and_driver(survey: Survey, effects: SegmentEffects, shares: SegmentShares) -> None:
    words = kda.wording("en", survey.labels)
    assert len(tables.segment_effects_table(effects, words, segment="age").rows) == 27
    assert len(tables.segment_shares_table(shares, words, segment="customer").rows) == 18
    assert len(tables.segment_levels_table(effects, words).rows) == 10
    arabic = kda.wording("ar", survey.labels)
    for table in (
        tables.segment_effects_table(effects, arabic, segment="age"),
        tables.segment_shares_table(shares, arabic, segment="customer"),
        tables.segment_levels_table(effects, arabic),
    ):
        assert plain(table.headings[1]) == "الشريحة"  # as the sentences call it
    rows = tables.segments_table(effects, words).rows
    assert [plain(row[4]) for row in rows] == ["told apart", "not told apart", "not told apart", "told apart"]


def test_what_is_left_out_is_named_and_not_counted(
    survey: Survey, effects: SegmentEffects, shares: SegmentShares
) -> None:
    words = kda.wording("en", survey.labels)
    test = replace(effects.tests[0], without={"new": "few"}, hidden=("returning",))
    assert [plain(one) for one in left_out_sentences([test], words, shares=False)] == [
        "By “Type of customer”, too few answers for effects of their own: “New customers”.",
        "By “Type of customer”, not shown, to protect the participants' privacy (fewer than 10, or a group that would "
        "tell how many those are): “Returning customers”.",
    ]
    weak = replace(shares.tests[0], without={"new": "weak", "returning": "not_separable"})
    assert [plain(one) for one in left_out_sentences([weak], words, shares=True)] == [
        "By “Type of customer”, the aspects explain no more than chance might, so that there are no shares: “New "
        "customers”.",
        "By “Type of customer”, answers are too much alike to tell the aspects apart: “Returning customers”.",
    ]


def test_reversals_are_told_with_both_numbers(tmp_path: Path) -> None:
    simpson(tmp_path, between=15)
    place = {"label": {"en": "Place", "ar": "المكان"}, "column": "place"}
    survey = labelled(tmp_path, {"speed": {"en": "Speed", "ar": "السرعة"}}, segments={"place": place})
    found = kda.reversals(survey)
    (one,) = found.found
    (said,) = reversal_sentences(found, kda.wording("en", survey.labels))
    assert plain(said) == (
        f"Taken all together, one point more of “Speed” goes with overall satisfaction lower by "
        f"{abs(one.overall.estimate):.2f} points (95% confidence interval: {abs(one.overall.conf_high):.2f} to "
        f"{abs(one.overall.conf_low):.2f}); among people of the same group by “Place”, with overall satisfaction "
        f"higher by {one.inside.estimate:.2f} points ({one.inside.conf_low:.2f} to {one.inside.conf_high:.2f}). The "
        "first number mixes groups: go by the second."
    )
    none = reversal_sentences(replace(found, found=()), kda.wording("en", survey.labels))
    assert [plain(one) for one in none] == [
        "No association and no difference between groups turns round within a segment. Looked at: 2."
    ]


def test_groups_that_turn_round_are_named(tmp_path: Path) -> None:
    survey = admissions(tmp_path)
    (said,) = reversal_sentences(kda.reversals(survey), kda.wording("en", survey.labels))
    assert plain(said).startswith(
        "Taken all together, overall satisfaction is lower in the group “f” than in the group “m”"
    )


def test_without_segments_the_page_says_so(survey: Survey) -> None:
    words = kda.wording("en", survey.labels)
    nothing = Unanswered(analysis="segment_effects", reasons=(Code("no_segments"),))
    assert text(str(bundle(nothing, words, as_="finding")["text/html"])) == (
        "Segments cannot be compared: the survey names no segments."
    )
    assert bundle(nothing, words, as_="effects")["text/html"] == ""
    silent = Unanswered(analysis="segment_shares", reasons=(Code("no_segments"),))
    assert bundle(silent, words, as_="shares")["text/html"] == ""
