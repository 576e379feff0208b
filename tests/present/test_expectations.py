"""Pieces on expectations and on management's guesses: what they say, in both languages, and their figures."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import INK, NARROW, STRONG, WIDE, Canvas
from drivers.present.isolation import plain
from drivers.present.sentences.expectations import (
    equation_sentences,
    exception_sentences,
    gap_sentences,
    place_sentences,
    weighted_sentences,
)
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.expected import expecting_survey, five
from tests.shown import HOSTILE, IN_WORDS, LONG

PIECES = (
    ("gaps", "finding"),
    ("gaps", "zones"),
    ("gaps", "places"),
    ("gaps", "weighted"),
    ("gaps", "method"),
    ("gaps", "glossary"),
    ("equations", "verdicts"),
    ("equations", "method"),
    ("management", "gaps"),
    ("management", "method"),
)
LABELS = {
    "a": {"en": "Courtesy", "ar": "اللباقة"},
    "b": {"en": "Speed", "ar": "السرعة"},
    "c": {"en": "Fairness", "ar": "العدالة"},
    "satisfaction": {"en": "Overall satisfaction", "ar": "الرضا العام"},
    "loyalty": {"en": "Loyalty", "ar": "الولاء"},
}


def made(folder: Path, *, zone: bool, labels: dict[str, dict[str, str]] = LABELS, n: int = 400) -> Survey:
    """Three drivers: far below the hope, near it, and above it; their expectations a zone or a hope alone."""
    rng = np.random.default_rng(41)
    person = 20 * rng.normal(size=n)
    got = {name: five(rng, n, 50 + person) for name in "abc"}
    hoped = {"a": five(rng, n, 85), "b": five(rng, n, 65), "c": five(rng, n, 25)}
    least = {name: np.minimum(hoped[name], five(rng, n, 20)) for name in "abc"}
    expected = {name: {"desired": hoped[name]} | ({"adequate": least[name]} if zone else {}) for name in "abc"}
    survey = expecting_survey(
        folder,
        perceived=got,
        expected=expected,
        outcomes={"satisfaction": five(rng, n, 50 + person), "loyalty": five(rng, n, 50 + person)},
        stated={name: five(rng, n, 70) for name in "abc"} if zone else None,
        labels=labels,
    )
    guesses = [
        {"manager": f"m{m}", "driver": name, "performance": 50 + 30 * (name == "a") + 3 * m, "importance": 1 + m}
        for m in range(4)
        for name in "abc"
    ]
    return replace(survey, guesses=pd.DataFrame(guesses))


@pytest.fixture(scope="module", params=["zone", "level"])
def survey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return made(tmp_path_factory.mktemp(request.param), zone=request.param == "zone")


def results_of(survey: Survey) -> dict[str, Any]:
    return {
        "gaps": kda.expectation_gaps(survey),
        "equations": kda.expectation_equations(survey),
        "management": kda.management_gaps(survey),
    }


@pytest.fixture(scope="module")
def results(survey: Survey) -> dict[str, Any]:
    return results_of(survey)


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    survey = kda.example_survey("service_center")
    return {"words": kda.wording("en", survey.labels), "survey": survey, **results_of(survey)}


def words_of(survey: Survey, language: str) -> Words:
    return kda.wording(language, survey.labels)


def piece(result: Result, words: Words, as_: str) -> str:
    return str(bundle(result, words, as_=as_)["text/html"])


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def told(sentences: list[str]) -> list[str]:
    return [plain(sentence) for sentence in sentences]


# Every piece


@pytest.mark.parametrize(("kind", "way"), PIECES)
def test_pieces_speak_both_languages(survey: Survey, results: dict[str, Any], kind: str, way: str) -> None:
    english, arabic = (piece(results[kind], words_of(survey, language), way) for language in ("en", "ar"))
    assert english and len(re.findall("<p[ >]", english)) == len(re.findall("<p[ >]", arabic))
    assert english.count("<tr>") == arabic.count("<tr>")
    own = re.sub(r'<bdi dir="ltr">.*?</bdi>', "", arabic)
    assert not re.search("[A-Za-z]", text(own)), text(own)


@pytest.mark.parametrize(("kind", "way"), PIECES)
def test_numbers_travel_with_their_piece(survey: Survey, results: dict[str, Any], kind: str, way: str) -> None:
    shown = bundle(results[kind], words_of(survey, "en"), as_=way)
    (numbers,) = (value for key, value in shown.items() if key.endswith("json"))
    assert not numbers["empty"]
    assert len(numbers["records"]) == (len(results[kind].tidy()) if way not in IN_WORDS else 0)


# What is said


def test_gaps_and_places_are_told(service: dict[str, Any]) -> None:
    gaps, words = service["gaps"], service["words"]
    assert told(gap_sentences(gaps, words)) == [
        "In every aspect people got less than they hoped for, by more than chance alone explains. The widest gap is in "
        "“Speed”: 17.3 points (95% confidence interval: 16.4 to 18.2).",
        "On average people got more than they would just accept in every aspect.",
    ]
    assert told(place_sentences(gaps, words)) == [
        "The largest share of people who got less than they would just accept is in “Fairness”: 19% (95% confidence "
        "interval: 18% to 19%).",
        "The largest share of people who got more than they hoped for is in “Welcome”: 23% (95% confidence interval: "
        "22% to 23%).",
    ]
    assert told(weighted_sentences(gaps, words))[0] == (
        "Weighted by what each participant says matters, experience minus what was hoped for: −13.5 points (95% "
        "confidence interval: −13.9 to −13.1)."
    )


def test_equations_are_told_with_their_verdicts(service: dict[str, Any]) -> None:
    equations, words = service["equations"], service["words"]
    assert told(equation_sentences(equations, words)) == [
        "Less than expected goes with dissatisfaction: holds. Dissatisfied: 17% of those below the zone of tolerance, "
        "7% of those inside it. Difference: 10.3 percentage points (95% confidence interval, corrected: 9.2 to 11.5).",
        "As expected goes with satisfaction: holds. Of those inside the zone of tolerance, 60% are satisfied and 7% "
        "dissatisfied. Difference: 52.4 percentage points (95% confidence interval, corrected: 51.0 to 53.9).",
        "More than expected goes with loyalty: holds. Loyal: 30% of those above the zone of tolerance, 23% of those "
        "inside it. Difference: 6.8 percentage points (95% confidence interval, corrected: 5.7 to 7.8).",
    ]
    assert told(exception_sentences(equations, words)) == [
        "Less than expected goes with dissatisfaction: does not hold in “Choice”.",
        "More than expected goes with loyalty: does not hold in “Being there” and “Realistic promises”.",
    ]


def test_arabic_says_the_same(service: dict[str, Any]) -> None:
    words = kda.wording("ar", service["survey"].labels)
    assert told(gap_sentences(service["gaps"], words))[0] == (
        "يقل الأداء الفعلي عن المستوى المأمول بأكثر مما تفسّره الصدفة وحدها في كل جانب. وأوسع فجوة في جانب «سرعة "
        "الاستجابة»: 17.3 نقطة (فترة الثقة 95%: من 16.4 إلى 18.2)."
    )
    assert told(equation_sentences(service["equations"], words))[0] == (
        "القول «ما كان أقل من التوقعات يقابله عدم رضا» تؤيده البيانات. نسبة غير الراضين ممن هم دون منطقة التسامح 17%، "
        "وممن هم داخلها 7%. والفرق 10.3 نقطة مئوية (فترة الثقة 95% بعد التصحيح: من 9.2 إلى 11.5)."
    )


def with_gaps(result: Any, level: str, values: list[tuple[float, float]]) -> Any:
    """The result with other gaps to a level: estimate and p-value of each driver."""
    drivers = tuple(
        replace(
            one,
            perceived=replace(one.perceived, estimate=one.levels[level].estimate + estimate),
            gaps={level: replace(one.gaps[level], estimate=estimate, p_value=p)},
        )
        for one, (estimate, p) in zip(result.drivers, values, strict=True)
    )
    return replace(result, drivers=drivers, weighted=())


@pytest.mark.parametrize(
    ("level", "values", "expected"),
    [
        ("desired", [(-5, 0.001), (-9, 0.001), (2, 0.9)], "In 2 aspects of 3, people got less than they hoped for by"),
        ("desired", [(-5, 0.001), (-9, 0.9), (2, 0.9)], "In 1 aspect of 3, people got less than they hoped for by"),
        ("desired", [(5, 0.001), (-9, 0.9), (2, 0.9)], "In no aspect did people get less than they hoped for by more"),
        ("adequate", [(5, 0.001), (9, 0.001), (2, 0.9)], "On average people got more than they would just accept in 2"),
        ("adequate", [(5, 0.001), (-9, 0.001), (2, 0.9)], "On average people got less than they would just accept in:"),
        (
            "adequate",
            [(5, 0.6), (-9, 0.5), (2, 0.9)],
            "In no aspect do the data decide whether people got, on average, more",
        ),
    ],
)
def test_every_case_of_gaps_has_a_sentence(
    tmp_path: Path, level: str, values: list[tuple[float, float]], expected: str
) -> None:
    survey = made(tmp_path, zone=True)
    result = with_gaps(kda.expectation_gaps(survey), level, values)
    (english,) = told(gap_sentences(result, words_of(survey, "en")))
    (arabic,) = told(gap_sentences(result, words_of(survey, "ar")))
    assert english.startswith(expected)
    assert not re.search("[A-Za-z]", arabic)


def test_what_cannot_be_tested_is_told(tmp_path: Path) -> None:
    survey = made(tmp_path, zone=True)
    result = kda.expectation_equations(survey)
    below, inside, above = result.overall
    silent = replace(result, overall=(replace(below, finding="untested"), inside, replace(above, finding="untested")))
    first, _, last = told(equation_sentences(silent, words_of(survey, "en")))
    few = "cannot be tested, as too few people are on one of the two sides."
    assert first == f"Less than expected goes with dissatisfaction: {few}"
    assert last == f"More than expected goes with loyalty: {few}"
    (*_, last) = told(equation_sentences(replace(silent, loyalty=""), words_of(survey, "en")))
    assert last == "More than expected goes with loyalty: cannot be tested, as loyalty was not asked."
    untested = tuple(replace(one, finding="untested") for one in result.by_driver)
    none = replace(result, by_driver=untested)
    assert told(exception_sentences(none, words_of(survey, "en"))) == [
        "In no single aspect do the answers speak against one of the three."
    ]
    assert len(tables.contrasts_table(none, words_of(survey, "en")).rows) == 3


def test_the_method_names_the_margin_only_where_there_is_one(tmp_path: Path) -> None:
    survey = made(tmp_path, zone=True)
    for margin, expected in (
        (0.0, "above the other. "),
        (0.05, "above the other by more than 5.0 percentage points. "),
    ):
        said = text(piece(kda.expectation_equations(survey, margin=margin), words_of(survey, "en"), "method"))
        assert f"of which the first must be {expected}" in said


def test_management_is_told_driver_by_driver(survey: Survey, results: dict[str, Any]) -> None:
    said = text(piece(results["management"], words_of(survey, "en"), "gaps"))
    assert "Management rates these higher than the participants do: “Courtesy”." in said
    assert "Number of managers: 4. Participants: 400. Lines: 95% confidence intervals." in said
    assert "importance" not in said


# Without an answer


@pytest.mark.parametrize(
    ("analysis", "way", "reason", "expected"),
    [
        (
            "expectation_gaps",
            "finding",
            Code("no_expectations"),
            "What people got cannot be compared with what they expected: nobody was asked what they hoped for or would "
            "just accept.",
        ),
        (
            "expectation_gaps",
            "finding",
            Code("suppressed", {"needed": 10}),
            "The results are not shown, to protect the participants' privacy: fewer than 10 answered.",
        ),
        (
            "management_gaps",
            "gaps",
            Code("no_guesses"),
            "What management thinks cannot be compared with these answers: what management thinks was not collected.",
        ),
        (
            "management_gaps",
            "gaps",
            Code("few_managers", {"needed": 4}),
            "What management thinks cannot be compared with these answers: fewer than 4 managers judged the same "
            "aspect.",
        ),
        ("management_gaps", "gaps", Code("suppressed", {"needed": 10}), ""),
        ("expectation_gaps", "zones", Code("no_expectations"), ""),
        ("expectation_equations", "verdicts", Code("no_expectations"), ""),
        ("expectation_equations", "method", Code("no_expectations"), ""),
    ],
)
def test_without_an_answer_the_reason_is_told_once(
    survey: Survey, analysis: str, way: str, reason: Code, expected: str
) -> None:
    nothing = Unanswered(analysis=analysis, reasons=(reason,))
    assert text(piece(nothing, words_of(survey, "en"), way)) == expected
    assert bool(piece(nothing, words_of(survey, "ar"), way)) == bool(expected)


# Tables and figures


def test_tables_hold_the_results_numbers(service: dict[str, Any]) -> None:
    words, gaps, equations = service["words"], service["gaps"], service["equations"]

    def numbers(cells: tuple[str, ...]) -> list[float]:
        return [float(re.sub("[,%+]", "", plain(cell)).replace("−", "-")) for cell in cells]

    one = gaps.driver("respect")
    levels = {plain(row[0]): row[1:] for row in tables.levels_table(gaps, words).rows}
    assert numbers(levels["Respect"]) == pytest.approx(
        [
            *(one.perceived.estimate, one.perceived.conf_low, one.perceived.conf_high),
            *(one.levels[level].estimate for level in ("desired", "adequate")),
            *(one.width.estimate, one.perceived.n),
        ],
        abs=0.05,
    )
    gap = {plain(row[0]): row[1:] for row in tables.gaps_table(gaps, words).rows}
    expected = [
        value
        for level in ("desired", "adequate")
        for value in (one.gaps[level].estimate, one.gaps[level].conf_low, one.gaps[level].conf_high)
    ]
    assert numbers(gap["Respect"]) == pytest.approx(expected, abs=0.05)
    parts = {plain(row[0]): row[1:] for row in tables.places_table(gaps, words).rows}
    assert sum(numbers(parts["Respect"])[::3]) == pytest.approx(100, abs=1.5)
    weighted = tables.weighted_table(gaps, words)
    assert plain(weighted.rows[-1][0]) == "All aspects together"
    assert sum(numbers(row[2:3])[0] for row in weighted.rows[:-1]) == pytest.approx(
        numbers(weighted.rows[-1][2:3])[0], abs=0.5
    )
    verdicts = {
        plain(row[0]): [plain(cell) for cell in row[1:]] for row in tables.equations_table(equations, words).rows
    }
    assert verdicts["Choice"] == ["does not hold", "holds", "holds"]
    assert len(tables.contrasts_table(equations, words).rows) == 3 + 27


def drawings(survey: Survey, results: dict[str, Any], words: Words) -> list[Callable[[float], Canvas]]:
    gaps = results["gaps"]
    made = [kda.figures.zone_bars(gaps, words), kda.figures.place_bars(gaps, words)]
    made.append(kda.figures.guess_dots(results["management"], words))
    assert all(drawing.alt for drawing in made)
    return [drawing.canvas for drawing in made]


def assert_readable(canvas: Canvas) -> None:
    boxes = [canvas.box(artist) for _, artist in canvas.texts]
    for box in boxes:
        assert box.left >= -0.5 and box.right <= canvas.width + 0.5, box
        assert box.top >= -0.5 and box.bottom <= canvas.height + 0.5, box
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_readable_at_any_width(
    survey: Survey, results: dict[str, Any], language: str, width: float
) -> None:
    for draw in drawings(survey, results, words_of(survey, language)):
        assert_readable(draw(width))


@pytest.mark.parametrize("names", [[label[0] for label in LONG[:3]], list(HOSTILE[:3]), list(HOSTILE[3:6])])
def test_figures_hold_any_label(tmp_path: Path, names: list[str]) -> None:
    labels = {key: {"en": name, "ar": name} for key, name in zip("abc", names, strict=True)}
    survey = made(tmp_path, zone=True, labels=labels, n=120)
    for language in LANGUAGES:
        for draw in drawings(survey, results_of(survey), words_of(survey, language)):
            assert_readable(draw(NARROW))


def dots(canvas: Canvas) -> list[float]:
    """Where full dots stand, from the reading start, the legend's first left out."""
    found = [
        artist
        for artist in canvas.figure.findobj(Line2D)
        if artist.get_marker() == "o" and artist.get_markerfacecolor() == STRONG
    ]
    places = [canvas.width * float(artist.get_xdata()[0]) for artist in found]
    return [canvas.width - x if canvas.direction == "rtl" else x for x in places][1:]


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_zones_are_mirrored_and_true_to_scale(survey: Survey, results: dict[str, Any], width: float) -> None:
    gaps = results["gaps"]
    english, arabic = (kda.figures.zone_bars(gaps, words_of(survey, lang)).canvas(width) for lang in ("en", "ar"))
    values = [one.perceived.estimate for one in gaps.drivers]
    for canvas in (english, arabic):
        xs = dots(canvas)
        assert len(xs) == len(values)
        # Equal steps in points are equal steps in pixels, from the reading start on.
        for (a, b), (x, y) in zip(pairwise(values), pairwise(xs), strict=True):
            assert (y - x) * (b - a) > 0 or abs(b - a) < 0.2
    assert dots(english) == pytest.approx(dots(arabic), abs=1.0)


def test_the_dot_lies_in_the_zone_exactly_where_the_experience_does(tmp_path: Path) -> None:
    survey = made(tmp_path, zone=True)
    gaps = kda.expectation_gaps(survey)
    canvas = kda.figures.zone_bars(gaps, words_of(survey, "en")).canvas(WIDE)
    bars = [patch for patch in canvas.figure.findobj(Rectangle) if 0 < patch.get_height() * canvas.height == 16.0]
    assert len(bars) == len(gaps.drivers)
    for x, bar, one in zip(dots(canvas), bars, gaps.drivers, strict=True):
        inside = bar.get_x() * WIDE <= x <= (bar.get_x() + bar.get_width()) * WIDE
        assert inside == (one.levels["adequate"].estimate <= one.perceived.estimate <= one.levels["desired"].estimate)


def test_parts_of_people_fill_the_bar(survey: Survey, results: dict[str, Any]) -> None:
    canvas = kda.figures.place_bars(results["gaps"], words_of(survey, "en")).canvas(WIDE)
    below = [
        patch.get_width() * WIDE
        for patch in canvas.figure.findobj(Rectangle)
        if patch.get_facecolor()[:3] == pytest.approx([int(INK[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        and round(patch.get_height() * canvas.height) == 20
    ]
    parts = [one.parts["below"].estimate for one in results["gaps"].drivers]
    assert np.array(below) / max(below) == pytest.approx(np.array(parts) / max(parts), abs=0.01)
    written = [plain(found) for found, _ in canvas.texts]
    assert all(f"{100 * part:.0f}%" in written for part in parts if part > 0.06)


def test_the_page_lists_the_questions_on_expectations_too(service: dict[str, Any]) -> None:
    survey = service["survey"]
    asked, others = (kda.describe(survey, report=report).questions for report in ("expectations", "drivers"))
    levels = survey.codebook.expectations["respect"].levels
    assert {asked[item] for items in levels.values() for item in items} == {"respect"}
    assert set(others) < set(asked)
    assert not set(others) & {item for items in levels.values() for item in items}
