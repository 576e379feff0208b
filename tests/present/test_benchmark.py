"""Pieces on what we stand beside: what they say, the figures' dots and bars, tables, and what is missing."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import drivers as kda
from drivers.indicators.comparison.benchmark_result import BenchmarkResult, Difference
from drivers.indicators.comparison.gap_result import GapResult
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, PAPER, WIDE, Drawing
from drivers.present.isolation import plain
from drivers.present.sentences.benchmark import (
    outside_sentences,
    past_driver_sentences,
    past_sentences,
    unit_sentences,
)
from drivers.present.sentences.rivals import gap_sentences, rival_driver_sentences, rival_sentences
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.indicators.comparison.rated_rivals import answers, rated
from tests.shown import labelled

LABELS = {
    "a": {"en": "Respect", "ar": "الاحترام"},
    "b": {"en": "Speed", "ar": "سرعة الاستجابة"},
    "y": {"en": "Overall satisfaction", "ar": "الرضا العام"},
}
SOURCE = {"en": "A yearbook", "ar": "كتاب سنوي"}
OTHERS = {"en": "similar centres", "ar": "مراكز مماثلة"}
BOOK = {
    "benchmarks": {
        "y": {"value": 40, "of": OTHERS, "source": SOURCE, "year": 2023},
        "b": {"value": 70.5, "of": OTHERS, "source": SOURCE},
    }
}
WAVES = {
    "columns": ["wave"],
    "order": [{"values": [f"w{k}"], "label": {"en": f"Spring 202{k}", "ar": f"ربيع 202{k}"}} for k in (1, 2, 3)],
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Twelve units of which the first is worse, three waves of which the last is worse in one aspect, and a rival."""
    folder = tmp_path_factory.mktemp("beside")
    n = 1800
    columns = answers(n, seed=3)
    unit, wave = np.arange(n) % 12, np.arange(n) // 600
    columns["a"] = np.clip(columns["a"] - 25 * (unit == 0), 0, 100)
    columns["y"] = np.clip(columns["y"] - 10 * (unit == 0) - 3 * (wave == 2), 0, 100)
    columns["b"] = np.clip(columns["b"] - 8 * (wave == 2), 0, 100)
    rated(
        folder,
        columns,
        unit=np.array([f"u{k}" for k in unit]),
        waves=np.array([f"w{k + 1}" for k in wave]),
        book=BOOK,
    )
    kind = {
        "column": "unit",
        "label": {"en": "branch", "ar": "فرع"},
        "values": {"u0": {"en": "Harbour", "ar": "المرفأ"}},
    }
    return labelled(folder, LABELS, wave=WAVES, unit=kind)


@pytest.fixture(scope="module")
def result(survey: Survey) -> BenchmarkResult:
    return kda.benchmark(survey)


@pytest.fixture(scope="module")
def selected(survey: Survey) -> BenchmarkResult:
    return kda.benchmark(survey.select(unit="u0"))


@pytest.fixture(scope="module")
def gaps(survey: Survey) -> dict[str, GapResult]:
    return {
        "rival": kda.rival_drivers(survey),
        "outside": kda.gap_in_drivers(survey, against="outside"),
        "best_units": kda.gap_in_drivers(survey, against="best_units"),
        "other_units": kda.gap_in_drivers(survey.select(unit="u0"), against="other_units"),
    }


@pytest.fixture(scope="module")
def english(survey: Survey) -> Words:
    return kda.wording("en", survey.labels)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def piece(shown: Result, words: Words, as_: str) -> str:
    return str(bundle(shown, words, as_=as_)["text/html"])


def shown(values: Difference) -> tuple[str, str, str]:
    """Size and limits of a clear difference as they are written."""
    low, high = sorted((abs(values.conf_low), abs(values.conf_high)))
    return f"{abs(values.estimate):.1f}", f"{low:.1f}", f"{high:.1f}"


def told(sentences: list[str]) -> list[str]:
    return [plain(sentence) for sentence in sentences]


@pytest.mark.parametrize("way", ["past", "units", "outside", "rivals", "method", "glossary"])
def test_pieces_speak_both_languages(survey: Survey, result: BenchmarkResult, way: str) -> None:
    made = [piece(result, kda.wording(language, survey.labels), way) for language in ("en", "ar")]
    made = [re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL) for html in made]
    assert made[0] and made[0].count("<p") == made[1].count("<p") and made[0].count("<tr>") == made[1].count("<tr>")
    arabic = text(made[1])
    assert not re.search("[A-Za-z]", re.sub("Louis|Wilson|Holm", "", arabic))


@pytest.mark.parametrize("against", ["rival", "outside", "best_units", "other_units"])
def test_gaps_speak_both_languages(survey: Survey, gaps: dict[str, GapResult], against: str) -> None:
    for way in (against, "method"):
        made = [piece(gaps[against], kda.wording(language, survey.labels), way) for language in ("en", "ar")]
        made = [re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL) for html in made]
        assert made[0] and made[0].count("<p") == made[1].count("<p")
        arabic = text(made[1])
        assert not re.search("[A-Za-z]", re.sub("Oaxaca|Blinder", "", arabic))
    # Two of them may stand on one page.
    assert len({tables.gap_table(gap, kda.wording("en", survey.labels)).caption for gap in gaps.values()}) == 4


# What is said


def test_the_past_is_told_with_its_numbers(survey: Survey, result: BenchmarkResult, english: Words) -> None:
    main = result.measure("y")
    assert main is not None and main.previous is not None and main.earlier is not None and main.best is not None
    assert main.previous.difference.conclusion == main.best.difference.conclusion == "below"
    d, low, high = shown(main.previous.difference)
    mean, least, most = shown(main.earlier.difference)
    best = {"w1": "Spring 2021", "w2": "Spring 2022"}[main.best.wave]
    assert told(past_sentences(result, english)) == [
        f"The mean of “Overall satisfaction” in wave “Spring 2023” is {d} points lower than in wave “Spring 2022” (95% "
        f"confidence interval: {low} to {high}), more than chance alone explains.",
        f"The mean of “Overall satisfaction” in wave “Spring 2023” is {mean} points below the average of all earlier "
        f"waves (95% confidence interval: {least} to {most}), more than chance alone explains.",
        f"It is clearly below the best wave so far, which was “{best}” with {main.best.value:.1f}.",
    ]
    assert told(past_driver_sentences(result, english)) == [
        "Clearly rated lower than in wave “Spring 2022”: “Speed”.",
        "Clearly below the average of all earlier waves: “Speed”.",
    ]
    arabic = kda.wording("ar", survey.labels)
    assert told(past_sentences(result, arabic))[0] == (
        f"يقل متوسط «الرضا العام» في دورة «ربيع 2023» بمقدار {d} نقطة عن متوسطه في دورة «ربيع 2022» (فترة الثقة 95%: "
        f"من {low} إلى {high})، وهو فرق أكبر مما تفسّره الصدفة وحدها."
    )


def test_units_are_told_without_a_name(survey: Survey, selected: BenchmarkResult, english: Words) -> None:
    main = selected.measure("y")
    assert main is not None and main.units is not None and main.units.own is not None
    units = main.units
    d, low, high = shown(main.units.own)
    first, second, *others = told(unit_sentences(selected, english))
    if units.spread > 0:
        assert first == (
            f"Units compared (branch): 11. Their means of “Overall satisfaction” have a median of {units.median:.1f}; "
            f"the middle half lies between {units.quarter:.1f} and {units.three_quarters:.1f}, and all between "
            f"{units.low:.1f} and {units.high:.1f}, once what chance alone would spread has been taken off."
        )
    else:
        assert first == (
            "Units compared (branch): 11. Their means of “Overall satisfaction” differ no more than chance alone would "
            f"make them; the median is {units.median:.1f}."
        )
    assert second == (
        f"In branch “Harbour” the mean of “Overall satisfaction” is {d} points below the average of the others (95% "
        f"confidence interval: {low} to {high}), more than chance alone explains."
    )
    assert others == ["Rated clearly lower than in the others: “Respect”."]
    arabic = told(unit_sentences(selected, kda.wording("ar", survey.labels)))
    assert arabic[1] == (
        f"يقل متوسط «الرضا العام» في فرع «المرفأ» بمقدار {d} نقطة عن متوسط بقية الوحدات (فترة الثقة 95%: من {low} إلى "
        f"{high})، وهو فرق أكبر مما تفسّره الصدفة وحدها."
    )
    page = text(piece(selected, english, "units"))
    assert not re.search(r"\bu\d+\b", page)


def test_outside_figures_are_told_with_their_owner_and_source(
    survey: Survey, result: BenchmarkResult, english: Words
) -> None:
    main = result.measure("y")
    assert main is not None and main.outside is not None
    d, low, high = shown(main.outside.difference)
    assert told(outside_sentences(result, english)) == [
        f"The mean of “Overall satisfaction” is {d} points above the benchmark of 40 (similar centres) (95% confidence "
        f"interval: {low} to {high}), more than chance alone explains.",
        "Rated clearly below their benchmark: “Speed”.",
    ]
    assert "Published in: A yearbook, 2023 · A yearbook." in text(piece(result, english, "outside"))
    rows = [[plain(cell) for cell in row] for row in tables.outside_table(result, english).rows]
    assert [row[0] for row in rows] == ["Overall satisfaction", "Speed"]
    assert [row[2] for row in rows] == ["40", "70.5"] and rows[0][6:] == [
        "above",
        "similar centres",
        "A yearbook, 2023",
    ]


def test_a_rival_is_told_by_those_who_rated_both(survey: Survey, result: BenchmarkResult, english: Words) -> None:
    one = result.measure("y")
    assert one is not None and one.rivals["office"].ratio is not None
    rating = one.rivals["office"]
    d, low, high = shown(rating.difference)
    parts = {side: f"{100 * getattr(rating, side).estimate:.0f}%" for side in ("higher", "same", "lower")}
    ratio, least, most = (f"{100 * value:.1f}" for value in rating.ratio)
    assert told(rival_sentences(result, "office", english)) == [
        f"Their mean of “Overall satisfaction” is {d} points lower with us than with the competitor “Office” (95% "
        f"confidence interval: {low} to {high}), more than chance alone explains.",
        f"On “Overall satisfaction”, {parts['higher']} rate us higher than the competitor “Office”, {parts['same']} "
        f"rate both alike, and {parts['lower']} rate the competitor higher.",
        f"With the competitor's mean set to 100, ours is {ratio} (95% confidence interval: {least} to {most}).",
    ]
    assert told(rival_driver_sentences(result, "office", english)) == [
        "The competitor “Office” is clearly ahead of us on: “Respect” and “Speed”."
    ]
    arabic = kda.wording("ar", survey.labels)
    assert told(rival_sentences(result, "office", arabic)) == [
        f"يقل متوسط «الرضا العام» لدى الجهة بمقدار {d} نقطة عن متوسطه لدى المنافس «مكتب» (فترة الثقة 95%: من {low} إلى "
        f"{high})، وهو فرق أكبر مما تفسّره الصدفة وحدها.",
        f"في «الرضا العام» تبلغ نسبة من منحوا الجهة تقييمًا أعلى {parts['higher']}، ونسبة من منحوا المنافس «مكتب» "
        f"تقييمًا أعلى {parts['lower']}، ونسبة من ساووا بينهما {parts['same']}.",
        f"إذا عُدّ متوسط المنافس 100 بلغ متوسط الجهة {ratio} (فترة الثقة 95%: من {least} إلى {most}).",
    ]
    assert told(rival_driver_sentences(result, "office", arabic)) == [
        "يتقدم المنافس «مكتب» بوضوح على الجهة في: «الاحترام» و«سرعة الاستجابة»."
    ]


def test_what_cannot_be_told_is_told_as_such(result: BenchmarkResult, english: Words) -> None:
    open_ = Difference(
        estimate=-0.4, std_error=1.0, conf_low=-2.4, conf_high=1.6, p_value=0.7, p_adjusted=0.7, conclusion="open"
    )
    measures = tuple(
        replace(one, rivals={key: replace(rating, difference=open_) for key, rating in one.rivals.items()})
        for one in result.measures
    )
    changed = replace(result, measures=measures)
    assert told(rival_sentences(changed, "office", english))[0] == (
        "Their mean of “Overall satisfaction” does not clearly differ between us and the competitor “Office”: the "
        "estimated difference is −0.4 points (95% confidence interval: −2.4 to 1.6)."
    )
    assert told(rival_driver_sentences(changed, "office", english)) == [
        "Who is ahead, we or the competitor “Office”, cannot be told on: “Respect” and “Speed”."
    ]


def test_a_gap_is_told_in_drivers(survey: Survey, gaps: dict[str, GapResult], english: Words) -> None:
    gap = gaps["other_units"]
    sentences = told(gap_sentences(gap, english))
    assert sentences[:2] == [
        "How the difference from the average of the other units (branch) on “Overall satisfaction” splits by aspect:",
        "What goes with being behind on “Overall satisfaction”, the largest part first: “Respect”.",
    ]
    d, low, high = (
        f"{value:.1f}".replace("-", "−") for value in (gap.left.estimate, gap.left.conf_low, gap.left.conf_high)
    )
    assert sentences[-1] == (
        f"What the aspects do not explain is no more than chance alone might make: {d} points (95% confidence "
        f"interval: {low} to {high})."
    )
    for sign, conclusion, where in ((1, "above", "a lead"), (-1, "below", "a lag")):
        left = replace(
            gap.left, estimate=2.0 * sign, conf_low=2.0 * sign - 1, conf_high=2.0 * sign + 1, conclusion=conclusion
        )
        whole = replace(gap.total, estimate=gap.together.estimate + left.estimate)
        assert told(gap_sentences(replace(gap, left=left, total=whole), english))[-1] == (
            f"Beyond what the aspects explain, {where} of 2.0 points remains (95% confidence interval: 1.0 to 3.0)."
        )
    heads = [plain(tables.gap_table(gaps[key], english).headings[1]) for key in ("other_units", "rival")]
    assert heads == ["This unit", "Our mean"]
    rows = [[plain(cell) for cell in row] for row in tables.gap_table(gap, english).rows]
    assert [row[0] for row in rows] == [
        "Respect", "Speed", "All together", "Not explained by the aspects", "Whole difference",
    ]  # fmt: skip
    parts = [float(row[5].replace("−", "-")) for row in rows]
    assert sum(parts[:2]) == pytest.approx(parts[2], abs=0.011)
    assert parts[2] + parts[3] == pytest.approx(parts[4], abs=0.011)
    arabic = told(gap_sentences(gaps["rival"], kda.wording("ar", survey.labels)))
    assert arabic[0] == (
        "فيما يلي توزُّع الفرق عن المنافس «مكتب» في «الرضا العام» على الجوانب، لدى من قيّموا الاثنين في كل جانب."
    )


# Figures


def no_overlap(drawing: Drawing, width: float) -> None:
    canvas = drawing.canvas(width)
    boxes = [canvas.box(artist) for _, artist in canvas.texts]
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]
    assert all(box.left >= 0 and box.right <= width and box.bottom <= canvas.height for box in boxes)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_dots_stand_where_the_means_are(survey: Survey, result: BenchmarkResult, language: str, width: float) -> None:
    drawing = kda.figures.rival_dots(result, kda.wording(language, survey.labels), rival="office")
    no_overlap(drawing, width)
    dots = [a for a in drawing.canvas(width).figure.get_children() if isinstance(a, Line2D) and a.get_marker() == "o"][
        2:
    ]
    ratings = [one.rivals["office"] for one in result.measures]
    means = [side.estimate for rating in ratings for side in (rating.ours, rating.theirs)]
    places = [float(np.asarray(dot.get_xdata())[0]) for dot in dots]
    assert [dot.get_markerfacecolor() == PAPER for dot in dots] == [False, True] * 3
    slope, start = np.polyfit(means, places, 1)
    # Values run with the reading.
    assert (slope > 0) == (language == "en")
    assert slope * np.array(means) + start == pytest.approx(places, abs=1e-9)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_labels_meet(
    survey: Survey,
    result: BenchmarkResult,
    selected: BenchmarkResult,
    gaps: dict[str, GapResult],
    language: str,
    width: float,
) -> None:
    words = kda.wording(language, survey.labels)
    for drawing in (
        kda.figures.outside_dots(result, words),
        kda.figures.unit_range_bars(result, words),
        kda.figures.unit_range_bars(selected, words),
        *(kda.figures.gap_bars(gap, words) for gap in gaps.values()),
    ):
        no_overlap(drawing, width)
        assert drawing.alt


def test_bars_end_where_the_parts_do(survey: Survey, gaps: dict[str, GapResult], english: Words) -> None:
    gap = gaps["best_units"]
    canvas = kda.figures.gap_bars(gap, english).canvas(WIDE)
    bars = [a for a in canvas.figure.get_children() if isinstance(a, Rectangle) and a.get_width() < 1]
    sizes = [abs(gap.parts[0, i]) for i in gap.order] + [abs(gap.left.estimate), abs(gap.total.estimate)]
    widths = [bar.get_width() for bar in bars]
    assert len(widths) == len(sizes)
    assert np.array(widths) / widths[-1] == pytest.approx(np.array(sizes) / sizes[-1], abs=1e-9)


# What is missing


def test_without_an_answer_the_reason_is_told_once(survey: Survey, english: Words) -> None:
    nothing: Any = Unanswered(analysis="benchmark", reasons=(Code("no_comparison"),))
    assert text(piece(nothing, english, "past")) == (
        "The service cannot be set beside anything: there is one wave only, too few units, no published figure and no "
        "competitor."
    )
    assert not piece(nothing, english, "units") and not piece(nothing, english, "outside")
    bare = kda.wording("en", kda.example_survey("judges").labels)
    assert text(piece(nothing, bare, "rivals")) == (
        "The survey does not ask about a competitor, so none is compared here."
    )
    # The comparison above has said so.
    silent: Any = Unanswered(analysis="rival_drivers", reasons=(Code("no_rivals"),))
    assert not piece(silent, bare, "rival")
    few: Any = Unanswered(analysis="rival_drivers", reasons=(Code("few_pairs", {"needed": 45}),))
    assert text(piece(few, english, "rival")) == (
        "What the gap is made of cannot be told: fewer than 45 participants rated both us and the competitor on "
        "everything."
    )
    hidden: Any = Unanswered(analysis="benchmark", reasons=(Code("suppressed", {"needed": 10}),))
    assert not piece(hidden, english, "past") and not piece(hidden, english, "rivals")


def test_parts_of_a_comparison_that_there_are_not_are_named(result: BenchmarkResult, english: Words) -> None:
    measures = tuple(
        replace(one, previous=None, earlier=None, best=None, units=None, outside=None, rivals={})
        for one in result.measures
    )
    bare = replace(result, measures=measures, rivals=())
    assert text(piece(bare, english, "past")) == ("There is no earlier wave with at least 10 answers to compare with.")
    assert text(piece(bare, english, "units")) == (
        "Units cannot be set beside each other: fewer than 5 have at least 10 answers, or the survey does not tell "
        "them apart."
    )
    assert text(piece(bare, english, "outside")) == "No published figure is on record to compare with."
    assert text(piece(bare, english, "rivals")) == (
        "Fewer than 10 participants rated both us and the competitor, so the two are not compared."
    )


def test_labels_of_any_kind_are_text_and_nothing_else(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    rated(tmp_path, answers(120))
    office = {"office": {"label": {"en": hostile}, "items": {"y": "their_y_1", "a": "their_a_1", "b": "their_b_1"}}}
    survey = labelled(tmp_path, {"y": {"en": hostile}}, rivals=office)
    made = piece(kda.benchmark(survey), kda.wording("en", survey.labels), "rivals")
    assert "<script>" not in made and "&lt;script&gt;" in made
