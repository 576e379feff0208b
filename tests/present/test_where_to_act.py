"""Pieces on priorities and on stated importance: what they say in both languages, their figures, and what they hide."""

import re
from dataclasses import replace
from html import unescape
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import drivers as kda
from drivers.decisions.importance_performance import MapResult
from drivers.decisions.priority_result import PriorityResult
from drivers.decisions.stated_result import StatedResult
from drivers.labels import LANGUAGES
from drivers.present import tables
from drivers.present.channel import SHOWN, bundle
from drivers.present.figures.canvas import BAND, NARROW, SOFT, STRONG, WIDE, Canvas
from drivers.present.isolation import plain
from drivers.present.sentences.map_lines import lines_sentence
from drivers.present.sentences.priorities import priority_sentences, yardstick_sentence
from drivers.present.sentences.stated import stated_sentences
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered, Verdict
from drivers.survey.data import Survey

WAYS = (
    *(("priorities", as_) for as_ in ("finding", "list", "by_point", "table", "method", "glossary")),
    *(("stated", as_) for as_ in ("compared", "method", "glossary")),
    *(("map", as_) for as_ in ("map", "method")),
)


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def results(survey: Survey) -> dict[str, Any]:
    importance = kda.relative_importance(survey, n_boot=200)
    place = kda.importance_performance_map(importance, survey, ratings="now")
    return {
        "importance": importance,
        "map": place,
        "priorities": kda.priorities(importance, survey, asymmetry=kda.asymmetry(survey), place=place),
        "stated": kda.stated_and_derived(importance, survey),
    }


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest, survey: Survey) -> Words:
    return kda.wording(request.param, survey.labels)


@pytest.fixture(scope="module")
def english(survey: Survey) -> Words:
    return kda.wording("en", survey.labels)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def piece(shown: Result, words: Words, as_: str) -> str:
    return str(bundle(shown, words, as_=as_)["text/html"])


def blocked(result: Any) -> Any:
    """The same result where drivers cannot be ranked."""
    k = len(result.drivers)
    verdict = Verdict(
        status="not_rankable",
        drivers=result.drivers,
        leader=None,
        top_group=(),
        above=np.zeros((k, k), dtype=bool),
        rank_low=np.ones(k, dtype=int),
        rank_high=np.full(k, k),
        reasons=(Code("few_respondents", {"n_effective": 70, "needed": 90}),),
    )
    changed: dict[str, Any] = {"verdict": verdict}
    if isinstance(result, PriorityResult):
        changed |= {"above": np.zeros((k, k), dtype=bool)}
    if isinstance(result, StatedResult):
        changed |= {"agreements": ("undecided",) * k}
    if isinstance(result, MapResult):
        changed |= {"quadrant": ("undecided",) * k}
    return replace(result, **changed)


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_pieces_speak_both_languages(survey: Survey, results: dict[str, Any], kind: str, way: str) -> None:
    made = {language: piece(results[kind], kda.wording(language, survey.labels), way) for language in LANGUAGES}
    pages = {language: re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL) for language, html in made.items()}
    for mark in ("<p", "<tr", "<li", "<dt"):
        assert pages["en"].count(mark) == pages["ar"].count(mark)
    assert text(pages["en"]) and not re.search("[A-Za-z]", text(pages["ar"]))


def test_what_comes_first_is_said_with_its_condition(results: dict[str, Any], english: Words) -> None:
    found = results["priorities"]
    i = found.drivers.index("respect")
    worth = [f"{value:.1f}" for value in found.worth[[0, 2, 3], i]]
    first, beside = (plain(sentence) for sentence in priority_sentences(found, english))
    assert first == (
        f"If the association is causal, raising “Respect” from {found.performance[0, i]:.1f} to 100 would go with an "
        f"improvement of {worth[0]} points in overall satisfaction (95% confidence interval {worth[1]} to {worth[2]}), "
        "more than closing the gap of any other aspect that qualifies as a priority."
    )
    assert beside == (
        "On the map “Respect” is not in “Improve first”, because it is rated above the line; it comes first here "
        "because each of its points goes with more than a point of any other aspect that qualifies."
    )


def test_ties_are_said_as_ties(results: dict[str, Any], english: Words) -> None:
    found = results["priorities"]
    k = len(found.drivers)
    none = np.zeros((k, k), dtype=bool)
    offered = np.array([name == "offered" for name in found.candidacies])
    level = replace(found, above=none, place_low=offered.astype(int), place_high=8 * offered)
    assert plain(priority_sentences(level, english)[0]).startswith(
        "Only these show a clear association of their own and room to improve: “Respect”, “Speed”, "
    )
    two = none.copy()
    pair = [found.drivers.index(name) for name in ("respect", "speed")]
    for i in pair:
        two[i, offered] = True
        two[i, pair] = False
    shared = replace(found, above=two, place_low=np.where(np.isin(np.arange(k), pair), 1, 3) * offered)
    assert [plain(sentence) for sentence in priority_sentences(shared, english)] == [
        "Two aspects come before the others: “Respect” and “Speed”. The data cannot put one of them before the other."
    ]
    assert plain(yardstick_sentence(shared, english)) == (
        "Counted up to the best answer, these may come first, and none can be put before another: “Respect” and "
        "“Speed”."
    )


def test_the_list_says_who_can_move_each_and_what_to_beware_of(results: dict[str, Any], english: Words) -> None:
    said = text(piece(results["priorities"], english, "list"))
    assert "Who can move it: Front line." in said
    assert "A must-have: where it is weak, overall satisfaction is lower by more" in said
    assert "Ratings are those of wave “Fourth quarter 2024”." in said
    assert (
        "With the other aspects held, no association of its own larger than chance shows for: “Welcome”. These answers "
        "give no reason to begin there, however low the rating."
    ) in said
    listed = re.findall(r'<span class="quadrant">(.*?)</span>', piece(results["priorities"], english, "list"))
    assert text(listed[0]) == "Respect: rank 1" and len(listed) == 8
    assert not any("Welcome" in entry for entry in listed)


def test_nothing_is_a_priority_where_nothing_may_be_ranked(results: dict[str, Any], words: Words) -> None:
    found = blocked(results["priorities"])
    assert piece(found, words, "by_point") == "" and "<figure" not in piece(found, words, "list")
    assert '<ol class="actions">' not in piece(found, words, "list")
    if words.language == "en":
        assert text(piece(found, words, "finding")) == (
            "No priorities are set, because the aspects cannot be ranked: the effective sample is 70 and at least 90 "
            "are needed. The figures describe, and no more."
        )
    columns = tables.priorities_table(found, words).headings
    assert not {words.term("possible_places"), words.term("worth_gap")} & set(columns)


def test_where_shares_are_noise_the_list_is_hidden(results: dict[str, Any], english: Words) -> None:
    for name, way in (
        ("priorities", "list"),
        ("priorities", "table"),
        ("priorities", "method"),
        ("stated", "compared"),
    ):
        found = blocked(results[name])
        weak = replace(found, verdict=replace(found.verdict, reasons=(Code("weak_model", {"r2": 0.01}),)))
        made = bundle(weak, english, as_=way)
        assert made["text/html"] == "" and made[SHOWN]["records"] == []


def test_without_an_answer_the_reason_is_told(survey: Survey, english: Words) -> None:
    nothing: Any = Unanswered(analysis="priorities", reasons=(Code("few_answers", {"n": 5, "needed": 11}),))
    assert text(piece(nothing, english, "finding")).startswith("No priorities can be told: ")
    assert piece(nothing, english, "list") == ""
    stated: Any = Unanswered(analysis="stated_and_derived", reasons=(Code("no_stated_importance"),))
    assert text(piece(stated, english, "compared")) == (
        "What people say matters cannot be set against what goes with their answers: people were not asked how much "
        "the aspects matter to them."
    )


def test_word_and_answers_part_where_they_do(results: dict[str, Any], english: Words) -> None:
    said = [plain(sentence) for sentence in stated_sentences(results["stated"], english)]
    assert said[0] == (
        "By what people say, “Speed” matters most; what goes most closely with overall satisfaction is “Respect”."
    )
    assert said[1].startswith(
        "Said to matter more than the average aspect, but going less closely with overall satisfaction: "
    )
    assert "“Welcome”" in said[1]
    assert not any("“Welcome”" in sentence for sentence in said[2:])
    assert text(piece(blocked(results["stated"]), english, "compared")).startswith(
        "What people say matters is shown, but not set against what goes with their answers"
    )


def test_the_line_that_is_meant_is_said(survey: Survey, results: dict[str, Any], english: Words) -> None:
    importance = results["importance"]
    targets = dict.fromkeys(importance.drivers, 70.0) | {"speed": 60.0}
    mean = plain(lines_sentence(results["map"], english))
    rating = f"{results['map'].crosshair_performance:.1f}"
    assert mean == (
        f"The vertical dashed line stands at the mean rating of all aspects, {rating}. The horizontal one stands at "
        "the mean importance of all aspects, 11%. Ratings are those of wave “Fourth quarter 2024”."
    )
    outside = kda.importance_performance_map(importance, performance_line="benchmark", benchmark=targets)
    assert plain(lines_sentence(outside, english)).startswith(
        "Each aspect is compared with a benchmark from outside this survey; at the vertical dashed line both are equal."
    )
    rival = replace(outside, benchmark_of="bank")
    assert "with its rating at the competitor “bank”" in plain(lines_sentence(rival, english))
    chosen = kda.importance_performance_map(importance, performance_line=65.0, importance_line="median")
    said = plain(lines_sentence(chosen, english))
    assert "stands at a chosen rating, 65.0." in said and "half of the aspects lie above it" in said
    own = replace(outside, performance_line="target", benchmark_of="")
    assert "with its own target" in plain(lines_sentence(own, english))
    table = tables.map_table(own, english)
    assert english.term("map_line") in table.headings
    assert tables.map_table(results["map"], english).headings.count(english.term("map_line")) == 0


# Figures


def drawn(canvas: Canvas, kind: type) -> list[Any]:
    return [artist for artist in canvas.figure.artists if isinstance(artist, kind)]


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_texts_of_figures_neither_meet_nor_leave(
    survey: Survey, results: dict[str, Any], words: Words, width: int
) -> None:
    targets = dict.fromkeys(results["importance"].drivers, 70.0) | {"speed": 60.0}
    outside = kda.importance_performance_map(results["importance"], performance_line="benchmark", benchmark=targets)
    for drawing in (
        kda.figures.priority_bars(results["priorities"], words),
        kda.figures.stated_map(results["stated"], words),
        kda.figures.importance_performance_map(outside, words),
    ):
        canvas = drawing.canvas(width)
        boxes = [(plain(label), canvas.box(artist)) for label, artist in canvas.texts]
        for label, box in boxes:
            assert box.left >= -0.5 and box.right <= canvas.width + 0.5, label
            assert box.top >= -0.5 and box.bottom <= canvas.height + 0.5, label
        for (one, box), (other, second) in combinations(boxes, 2):
            assert not box.overlaps(second), (one, other)


def test_bars_are_as_long_as_their_worth_and_the_first_stands_out(results: dict[str, Any], words: Words) -> None:
    found = results["priorities"]
    canvas = kda.figures.priority_bars(found, words).canvas()
    bars = [bar for bar in drawn(canvas, Rectangle) if bar.get_height() * canvas.height == pytest.approx(14.0)]
    colors = ["#%02x%02x%02x" % tuple(round(255 * part) for part in bar.get_facecolor()[:3]) for bar in bars]  # type: ignore[index]  # noqa: UP031
    assert colors == [STRONG] + [SOFT] * 7
    lengths = np.array([bar.get_width() for bar in bars])
    worth = np.array([found.worth[0, i] for i in found.order])
    assert lengths / lengths[0] == pytest.approx(worth / worth[0])
    assert any(
        "#%02x%02x%02x" % tuple(round(255 * part) for part in bar.get_facecolor()[:3]) == BAND  # noqa: UP031
        for bar in drawn(canvas, Rectangle)
    )


def test_dots_stand_where_both_kinds_of_importance_put_them(results: dict[str, Any], words: Words) -> None:
    found = results["stated"]
    canvas = kda.figures.stated_map(found, words).canvas()
    dots = [line for line in drawn(canvas, Line2D) if line.get_marker() == "o"]
    x, y = np.array([[line.get_xdata()[0], line.get_ydata()[0]] for line in dots]).T
    turn = -1 if words.direction == "rtl" else 1
    for place, value in ((turn * x, found.against_average[0]), (y, found.share[0])):
        slope, start = np.polyfit(value, place, 1)
        assert slope > 0 and place == pytest.approx(start + slope * value, abs=1e-9)
    assert plain(words.text("agreement", "hidden")) in " ".join(plain(label) for label, _ in canvas.texts)


def test_alternatives_tell_the_finding(results: dict[str, Any], english: Words) -> None:
    assert "raising “Respect” from" in kda.figures.priority_bars(results["priorities"], english).alt
    assert "“Speed” matters most" in kda.figures.stated_map(results["stated"], english).alt
    assert "mean rating of all aspects" in kda.figures.importance_performance_map(results["map"], english).alt


def test_tables_hold_the_numbers(results: dict[str, Any], english: Words) -> None:
    found = results["priorities"]
    table = tables.priorities_table(found, english)
    assert [plain(row[0]) for row in table.rows][:2] == ["Respect", "Speed"] and len(table.rows) == 9
    assert plain(table.rows[0][6]) == f"{found.worth[0, found.drivers.index('respect')]:.1f}"
    welcome = next(row for row in table.rows if plain(row[0]) == "Welcome")
    assert {plain(cell) for cell in welcome[6:]} == {plain(english.ui("none"))}
    reasons = tables.priority_reasons_table(found, english)
    assert plain(reasons.rows[-1][-1]) == "no association of its own shown"
    stated = tables.stated_table(results["stated"], english)
    assert plain(stated.rows[0][0]) == "Speed" and plain(stated.rows[0][5]) == "1"
