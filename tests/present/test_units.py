"""Pieces on units, small segments and staff: what they say, where dots stand, who is named, and what is kept back."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D

import drivers as kda
from drivers.present import tables
from drivers.present.channel import SHOWN, bundle
from drivers.present.figures.adjusted import MOST_ROWS
from drivers.present.figures.canvas import INK, NARROW, PAPER, STRONG, WIDE
from drivers.present.figures.funnel import MOST_NAMED
from drivers.present.isolation import plain
from drivers.present.sentences.staff import staff_sentences
from drivers.present.sentences.units import apart_sentences, effects_sentences, pooled_sentences, units_sentences
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.segments.units.compared_units_result import UnitsResult
from drivers.survey.data import Survey

WAYS = {
    "units": ("funnel", "adjusted", "method", "glossary"),
    "pooled": ("adjusted", "method"),
    "unit_effects": ("spread", "method", "glossary"),
    "staff": ("links", "method", "glossary"),
}


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def results(survey: Survey) -> dict[str, Any]:
    found = (
        kda.compare_units(survey),
        kda.pooled_segments(survey, segment=["age", "region"], drivers=["respect", "speed"]),
        kda.unit_effects(survey),
        kda.staff_and_customers(survey, draws=20_000),
    )
    return {result.kind: result for result in found}


@pytest.fixture(scope="module")
def selected(survey: Survey) -> UnitsResult:
    return kda.compare_units(survey.select(unit="b17"))


def words_of(survey: Survey, language: str = "en") -> Words:
    return kda.wording(language, survey.labels)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def piece(shown: Result, words: Words, as_: str) -> str:
    return str(bundle(shown, words, as_=as_)["text/html"])


@pytest.mark.parametrize(("kind", "way"), [(kind, way) for kind, ways in WAYS.items() for way in ways])
def test_pieces_speak_both_languages(survey: Survey, results: dict[str, Any], kind: str, way: str) -> None:
    english, arabic = (piece(results[kind], words_of(survey, language), way) for language in ("en", "ar"))
    assert english and english.count("<p>") == arabic.count("<p>") and english.count("<tr>") == arabic.count("<tr>")
    if way != "method":  # which names authors
        assert not re.search("[A-Za-z]", text(re.sub(r"<svg.*?</svg>", "", arabic, flags=re.DOTALL)))


def test_the_worse_branch_is_named_with_its_numbers(survey: Survey, results: dict[str, Any]) -> None:
    units = results["units"]
    i = units.names.index("b17")
    d, low, high = (f"{-x:.1f}" for x in (units.difference[i], units.difference_high[i], units.difference_low[i]))
    said = [plain(one) for one in units_sentences(units, words_of(survey))]
    assert said[:2] == [
        "Units compared (Branch): 24.",
        f"At Branch “Harbour” the mean of “Overall satisfaction” is {d} points below the average of the others (95% "
        f"confidence interval: {low} to {high}), more than chance alone explains.",
    ]
    assert "Airport" not in " ".join(said)
    assert plain(units_sentences(units, words_of(survey, "ar"))[1]) == (
        f"ينخفض متوسط «الرضا العام» في فرع «المرفأ» عن متوسط البقية بمقدار {d} نقطة (فترة الثقة 95%: من {low} "
        f"إلى {high})، وهو فرق أكبر مما تفسّره الصدفة وحدها."
    )
    assert [plain(one) for one in apart_sentences(units, words_of(survey))] == [
        "Among so many units some lie that far out, so that it does not by itself point to a cause peculiar to one."
    ]


def test_no_unit_is_named_where_none_differs(survey: Survey, results: dict[str, Any]) -> None:
    none = replace(results["units"], p_adjusted=np.ones(24), hidden=2)
    assert [plain(one) for one in units_sentences(none, words_of(survey))] == [
        "Units compared (Branch): 24.",
        "None of them clearly differs from the average of the others on “Overall satisfaction”: the differences "
        "seen may be chance.",
        "Units not shown, to protect the participants' privacy: 2.",
    ]
    assert apart_sentences(none, words_of(survey)) == []


def test_a_selected_unit_alone_is_named(survey: Survey, selected: UnitsResult) -> None:
    words = words_of(survey)
    shown = piece(selected, words, "funnel") + piece(selected, words, "adjusted")
    branches = {words.labels.text("unit", name, "en") for name in (f"b{k:02}" for k in range(1, 25))}
    assert {name for name in branches if re.search(rf"\b{name}\b", text(shown))} == {"Harbour"}
    records = bundle(selected, words, as_="funnel")[SHOWN]["records"]
    assert {record["unit"] for record in records} == {"", "b17"}
    drawn = {plain(label) for label, _ in kda.figures.units_funnel(selected, words).canvas(WIDE).texts}
    assert "Harbour" in drawn and not drawn & (branches - {"Harbour"})


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_dots_stand_where_the_units_are(survey: Survey, results: dict[str, Any], language: str, width: float) -> None:
    units = results["units"]
    drawing = kda.figures.units_funnel(units, words_of(survey, language)).canvas(width)
    dots = [a for a in drawing.figure.get_children() if isinstance(a, Line2D) and a.get_marker() == "o"]
    assert len(dots) == 24 and sum(dot.get_markerfacecolor() == STRONG for dot in dots) == 2
    across = sorted(float(np.asarray(dot.get_xdata())[0]) for dot in dots)
    up = sorted(float(np.asarray(dot.get_ydata())[0]) for dot in dots)
    roots, values = np.sort(np.sqrt(units.n_equivalent)), np.sort(units.estimate)
    slope, start = np.polyfit(roots if language == "en" else np.sort(-roots), across, 1)
    assert slope > 0  # sizes run with the reading
    assert slope * (roots if language == "en" else np.sort(-roots)) + start == pytest.approx(across, abs=1e-9)
    slope, start = np.polyfit(values, up, 1)
    assert slope > 0 and slope * values + start == pytest.approx(up, abs=1e-9)
    check_room(drawing, width)
    assert ("Harbour" if language == "en" else "المرفأ") in {plain(label) for label, _ in drawing.texts}


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(("least", "most"), [(14, 26), (18, 21), (5, 40), (90, 110), (20, 20_000)])
def test_sizes_of_any_range_have_numbers_along_their_axis(
    survey: Survey, results: dict[str, Any], least: float, most: float, width: float
) -> None:
    units = results["units"]
    sized = replace(units, n_equivalent=np.linspace(least, most, len(units.n_equivalent)))
    drawing = kda.figures.units_funnel(sized, words_of(survey)).canvas(width)
    places = {plain(label): artist.get_position()[1] for label, artist in drawing.texts}
    axis = places["Effective number of answers"]
    below = [
        float(label.replace(",", ""))
        for label, place in places.items()
        if axis < place < axis + 26 / drawing.height and label[0].isdigit()
    ]
    assert len(below) >= 2 and all(0.8 * least <= size <= 1.15 * most for size in below)
    check_room(drawing, width)


def check_room(drawing: Any, width: float) -> None:
    boxes = [drawing.box(artist) for _, artist in drawing.texts]
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]
    assert all(box.left >= 0 and box.right <= width and box.bottom <= drawing.height for box in boxes)


FIGURES = {"units": "adjusted_units", "pooled": "pooled_dots", "unit_effects": "effect_spread", "staff": "staff_dots"}


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW, 320.0])
def test_rows_have_room(survey: Survey, results: dict[str, Any], kind: str, language: str, width: float) -> None:
    drawing = getattr(kda.figures, FIGURES[kind])(results[kind], words_of(survey, language))
    check_room(drawing.canvas(width), width)
    assert drawing.alt and plain(drawing.alt) == drawing.alt


def many(units: UnitsResult, k: int) -> UnitsResult:
    """The same comparison with many more units, each third of which differs."""
    rng = np.random.default_rng(1)
    picked = rng.integers(0, 24, k)
    columns = {
        name: np.asarray(value)[picked]
        for name in UnitsResult.__dataclass_fields__
        if isinstance(value := getattr(units, name), np.ndarray)
    }
    columns["estimate"] = columns["estimate"] + rng.normal(0, 3, k)
    columns["n_equivalent"] = columns["n_equivalent"] * rng.uniform(0.2, 3, k)
    columns["p_adjusted"] = np.where(np.arange(k) % 3 == 0, rng.uniform(0, 0.04, k), 1.0)
    return replace(units, names=tuple(f"u{i}" for i in range(k)), **columns)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_hundreds_of_units_fit(survey: Survey, results: dict[str, Any], width: float) -> None:
    units = many(results["units"], 300)
    words = words_of(survey)
    drawing = kda.figures.units_funnel(units, words).canvas(width)
    dots = [a for a in drawing.figure.get_children() if isinstance(a, Line2D) and a.get_marker() == "o"]
    named = {plain(label) for label, _ in drawing.texts} & set(units.names)
    assert len(dots) == 300 and len(named) <= MOST_NAMED
    check_room(drawing, width)
    rows = kda.figures.adjusted_units(units, words).canvas(width)
    assert len({plain(label) for label, _ in rows.texts} & set(units.names)) == MOST_ROWS


def test_a_selected_unit_is_a_ring(survey: Survey, selected: UnitsResult) -> None:
    drawing = kda.figures.units_funnel(selected, words_of(survey)).canvas(WIDE)
    dots = [a for a in drawing.figure.get_children() if isinstance(a, Line2D) and a.get_marker() == "o"]
    rings = [dot for dot in dots if dot.get_markerfacecolor() == PAPER]
    # Those that do not differ are rings as well, smaller and in another colour.
    assert sum(ring.get_markeredgecolor() == INK for ring in rings) == 1 and len(dots) == 24


def test_tables_hold_the_results_numbers(survey: Survey, results: dict[str, Any]) -> None:
    words = words_of(survey)
    units = results["units"]
    rows = [[plain(cell) for cell in row] for row in tables.units_table(units, words).rows]
    i = units.names.index("b17")
    assert rows[i][0] == "Harbour" and rows[i][1] == f"{units.estimate[i]:.1f}" and rows[i][8] == "lower"
    assert rows[i][9] == f"{units.adjusted[i]:.1f}" and rows[i][-2:] == [
        str(units.rank_low[i]),
        str(units.rank_high[i]),
    ]
    assert len(tables.pooled_table(results["pooled"], words).rows) == 12
    assert len(tables.pooled_effects_table(results["pooled"], words).rows) == 24
    assert len(tables.unit_effects_table(results["unit_effects"], words).rows) == 9
    links = [[plain(cell) for cell in row] for row in tables.staff_table(results["staff"], words).rows]
    assert ["Training", "Information"] in [row[:2] for row in links if row[-1] == "higher together"]
    assert len(tables.staff_reliability_table(results["staff"], words).rows) == 5


def test_effects_and_groups_in_words(survey: Survey, results: dict[str, Any]) -> None:
    words, effects = words_of(survey), results["unit_effects"]
    assert [plain(one) for one in effects_sentences(effects, words)] == [
        "That the aspects matter more in some units than in others is not shown (Branch; compared: 23): what differs "
        "may be chance, and what holds for all is the best guess for each.",
        "Whether people differ in what matters to them cannot be told here: each answered once.",
        "Units with fewer than 30 complete answers, which are too few for this question: 1.",
    ]
    sure = tuple(replace(one, sd_low=0.01) for one in effects.between)
    p = np.where(np.arange(9) == 2, 0.001, 1.0)
    assert plain(effects_sentences(replace(effects, between=sure, p_adjusted=p), words)[0]).endswith(
        "by more than chance alone explains: “Respect”."
    )
    said = plain(pooled_sentences(results["pooled"], words)[0])
    assert said.startswith("The groups by “Age” and “Region” (12) truly differ in “Overall satisfaction”")
    alike = replace(results["pooled"].terms[0], between=replace(results["pooled"].terms[0].between, sd_low=0.0))
    told = pooled_sentences(replace(results["pooled"], terms=(alike,), hidden=3), words)
    assert plain(told[0]).startswith(
        "That the groups by “Age” and “Region” (12) differ in “Overall satisfaction” is not"
    )
    assert plain(told[-1]) == "Groups not shown, to protect the participants' privacy: 3."


def test_staff_and_customers_in_words(survey: Survey, results: dict[str, Any]) -> None:
    staff, words = results["staff"], words_of(survey)
    assert "(20,000 times)" in text(piece(staff, words, "method"))
    first = staff.clear[0]
    d, low, high = (
        f"{10 * x:.1f}" for x in (first.across.corrected, first.across.corrected_low, first.across.corrected_high)
    )
    said = [plain(one) for one in staff_sentences(staff, words)]
    assert said[:2] == [
        "Units with answers of staff and of customers (Branch): 24.",
        f"Where staff rate “Training” 10 points higher, customers rate “Information” {d} points higher (95% confidence "
        f"interval: {low} to {high}), more than chance alone explains.",
    ]
    assert "no employee is set beside a customer" in text(piece(staff, words, "links"))
    links = tuple(replace(link, p_adjusted=1.0) for link in staff.links)
    assert "No rating of the staff clearly goes with a rating of the customers" in plain(
        " ".join(staff_sentences(replace(staff, links=links), words))
    )
    nothing = replace(staff, links=(), alike=staff.staff_measures)
    assert "<svg" not in piece(nothing, words, "links") and piece(nothing, words, "links")
    turned = replace(
        first,
        across=replace(
            first.across,
            slope=-0.3,
            conf_low=-0.4,
            conf_high=-0.2,
            corrected=-0.4,
            corrected_low=-0.6,
            corrected_high=-0.2,
        ),
    )
    less = plain(staff_sentences(replace(staff, links=(turned, *staff.links[1:])), words)[-2])
    assert "4.0 points lower (95% confidence interval: 2.0 to 6.0)" in plain(
        " ".join(staff_sentences(replace(staff, links=(turned, *staff.links[1:])), words))
    ), less


@pytest.mark.parametrize(
    ("analysis", "way", "code", "told"),
    [
        ("compare_units", "funnel", Code("no_units_named"), "Units are not compared: the survey does not tell units"),
        (
            "compare_units",
            "funnel",
            Code("few_units_shown", {"needed": 4}),
            "Units are not compared: fewer than 4 units",
        ),
        (
            "pooled_segments",
            "adjusted",
            Code("few_groups_shown", {"needed": 4}),
            "Ratings of segments are not adjusted",
        ),
        (
            "unit_effects",
            "spread",
            Code("few_units_fitted", {"needed": 4, "answers": 30}),
            "Whether the same matters in all units cannot be told: fewer than 4 units have the 30 complete answers",
        ),
        ("unit_effects", "spread", Code("persons_answer_once"), "Whether the same matters in all units cannot be told"),
        ("staff_and_customers", "links", Code("no_staff"), "Staff cannot be set beside customers: no survey of the"),
        (
            "staff_and_customers",
            "links",
            Code("few_units_joined", {"needed": 10, "answers": 10}),
            "Staff cannot be set beside customers: fewer than 10 units have 10 answers or more of both",
        ),
        ("staff_and_customers", "links", Code("suppressed", {"needed": 10}), ""),
    ],
)
def test_without_an_answer_the_reason_is_told(survey: Survey, analysis: str, way: str, code: Code, told: str) -> None:
    nothing = Unanswered(analysis=analysis, reasons=(code,))
    said = text(piece(nothing, words_of(survey), way))
    assert said.startswith(told) and bool(said) == bool(told)
    assert bool(piece(nothing, words_of(survey, "ar"), way)) == bool(told)
    assert not piece(nothing, words_of(survey), "method")
