"""Pieces on experience and expectation together: what is said, the tables, and the map of the surface."""

import re
from dataclasses import replace
from html import unescape
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.models.expectations.surface_region import Region, observed_region
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import INK, NARROW, WIDE, Box, Canvas
from drivers.present.figures.surface_bands import Rectangle, bands, contouring, cut_at, isolines, joined
from drivers.present.isolation import plain
from drivers.present.sentences.surface import (
    bend_sentence,
    best_sentence,
    difference_sentence,
    hidden_sentences,
    slope_sentences,
)
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.models.expectations.surfaces import answers, expecting, heights
from tests.shown import HOSTILE, IN_WORDS, LONG, labelled

WAYS = ("finding", "map", "table", "method", "glossary")
PIXEL = 0.51
SIDE = 400.0
UNSEEN = observed_region(np.linspace(0, 100, 9), np.linspace(0, 100, 9))
"""A region without a cell."""


def made(folder: Path, n: int = 900) -> Survey:
    """One driver whose surface is a hill, and one whose gap is all there is."""
    rng = np.random.default_rng(17)
    (x, y), (x2, y2) = answers(rng, n, steps=5), answers(rng, n)
    z = np.clip(heights((1.5, 1.0, -0.9, 0.3, -0.8), x, y, 55) + 0.25 * (x2 - y2) + rng.normal(0, 6, n), 0, 100)
    expecting(folder, perceived={"a": x, "b": x2}, desired={"a": y, "b": y2}, outcome=z)
    return labelled(
        folder,
        {
            "a": {"en": "Respect", "ar": "الاحترام"},
            "b": {"en": "Speed", "ar": "سرعة الاستجابة"},
            "satisfaction": {"en": "Overall satisfaction", "ar": "الرضا العام"},
        },
    )


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return made(tmp_path_factory.mktemp("surface"))


@pytest.fixture(scope="module")
def result(survey: Survey) -> Any:
    return kda.response_surface(survey, n_boot=100)


@pytest.fixture(params=["en", "ar"])
def words(request: pytest.FixtureRequest, survey: Survey) -> Words:
    return words_of(survey, request.param)


def words_of(survey: Survey, language: str) -> Words:
    return kda.wording(language, survey.labels)


def piece(result: Result, words: Words, as_: str) -> str:
    return str(bundle(result, words, as_=as_)["text/html"])


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def paragraphs(html: str) -> list[str]:
    return [text(found) for found in re.findall(r"<p[^>]*>(.*?)</p>", html)]


def with_slopes(result: Any, *slopes: tuple[float, float, float]) -> Any:
    """The main surface with other mean slopes: estimate and limits of each."""
    values = result.main.slopes.copy()
    for k, (estimate, low, high) in enumerate(slopes):
        values[[0, 2, 3], k] = estimate, low, high
    return replace(result.main, slopes=values)


# Every piece


@pytest.mark.parametrize("way", WAYS)
def test_pieces_speak_both_languages(survey: Survey, result: Any, way: str) -> None:
    english, arabic = (piece(result, words_of(survey, language), way) for language in ("en", "ar"))
    assert english and len(paragraphs(english)) == len(paragraphs(arabic))
    assert english.count("<tr>") == arabic.count("<tr>")
    own = re.sub(r"<svg.*?</svg>", "", re.sub(r'<bdi dir="ltr">.*?</bdi>', "", arabic), flags=re.DOTALL)
    assert not re.search("[A-Za-z]", text(own)), text(own)


@pytest.mark.parametrize("way", WAYS)
def test_numbers_travel_with_their_piece(survey: Survey, result: Any, way: str) -> None:
    shown = bundle(result, words_of(survey, "en"), as_=way)
    (numbers,) = (value for key, value in shown.items() if key.endswith("json"))
    assert len(numbers["records"]) == (len(result.tidy()) if way not in IN_WORDS else 0) and len(numbers["model"]) == 3
    assert numbers["details"]["verdicts"]["a"] == [result.surface("a").verdict, *result.surface("a").reasons]
    assert len(numbers["details"]["cells"]) == len(result.cells())
    assert {"method": "method", "glossary": "glossary"}.get(way, "surface") == numbers["section"]


# What is said


def test_slopes_are_told_by_their_intervals(survey: Survey, result: Any) -> None:
    surface = with_slopes(result, (5.04, 4.0, 6.0), (-1.96, -3.0, -0.9), (0.5, -0.2, 1.2))
    assert [plain(one) for one in slope_sentences(result, surface, words_of(survey, "en"))] == [
        "At the same level hoped for, an experience rated higher by 10 points goes with 5.0 points more overall "
        "satisfaction (95% confidence interval: 4.0 to 6.0).",
        "At the same experience, the level hoped for being higher by 10 points goes with 2.0 points less overall "
        "satisfaction (95% confidence interval: 0.9 to 3.0).",
        "Where both are higher by as much, so that the gap stays the same, there is no clear difference in overall "
        "satisfaction.",
    ]
    assert [plain(one) for one in slope_sentences(result, surface, words_of(survey, "ar"))] == [
        "عند تساوي المستوى المأمول، يرتبط ارتفاع تقييم الأداء الفعلي بمقدار 10 نقاط بارتفاع مقداره 5.0 نقطة في الرضا "
        "العام (فترة الثقة 95%: من 4.0 إلى 6.0).",
        "وعند تساوي الأداء الفعلي، يرتبط ارتفاع المستوى المأمول بمقدار 10 نقاط بانخفاض مقداره 2.0 نقطة في الرضا العام "
        "(فترة الثقة 95%: من 0.9 إلى 3.0).",
        "وحيث يرتفع الاثنان معًا بالمقدار نفسه، فتبقى الفجوة كما هي، لا فرق مؤكد في الرضا العام.",
    ]


def test_the_least_acceptable_level_has_words_of_its_own(survey: Survey, result: Any) -> None:
    least = replace(result, level="adequate")
    surface = with_slopes(result, (0.1, -1.0, 1.2), (2.0, 1.0, 3.0), (2.1, 1.0, 3.2))
    told = [plain(one) for one in slope_sentences(least, surface, words_of(survey, "en"))]
    assert told == [
        "At the same least acceptable level, there is no clear difference in overall satisfaction between a better and "
        "a worse experience.",
        "At the same experience, the least acceptable level being higher by 10 points goes with 2.0 points more "
        "overall satisfaction (95% confidence interval: 1.0 to 3.0).",
        "Where both are higher by 10 points, so that the gap stays the same, there is still 2.1 points more overall "
        "satisfaction (95% confidence interval: 1.0 to 3.2).",
    ]
    assert "الحد الأدنى المقبول" in slope_sentences(least, surface, words_of(survey, "ar"))[1]


def judged(result: Any, verdict: str) -> Any:
    """The main surface with numbers that lead to a verdict."""
    kept = {"enough": (0.96, 0.92, 0.99), "hides": (0.4, 0.3, 0.5), "open": (0.8, 0.6, 0.95), "unknown": (0.8,)}
    values = kept.get(verdict, (0.4, 0.3, 0.5))
    changed: dict[str, Any] = {
        "kept": np.array([*values, *[np.nan] * (3 - len(values))]),
        "straight_kept": np.array([0.1, np.nan, np.nan]),
        "explained": np.array([0.3, 0.25, 0.35]),
        "p_adjusted": 0.001 if verdict in ("hides", "enough") else 0.4,
        "r2": 0.3,
    }
    if verdict == "nothing":
        all_terms = replace(result.main.tests["all_terms"], p_value=0.3)
        changed["tests"] = {**result.main.tests, "all_terms": all_terms}
    return replace(result.main, **changed)


@pytest.mark.parametrize(
    ("verdict", "english", "arabic"),
    [
        (
            "hides",
            "The plain gap would not have been enough: it explains 12% of the differences in overall satisfaction, "
            "while experience and expectation, kept apart, explain 30%.",
            "لا تكفي الفجوة وحدها: فهي تفسّر 12% من الفروق في الرضا العام، أما الأداء الفعلي والتوقعات منفصلَين "
            "فيفسّران 30%.",
        ),
        (
            "enough",
            "The plain gap would have been enough: it keeps 96% of what experience and expectation explain of the "
            "differences in overall satisfaction (95% confidence interval: 92% to 99%).",
            "تكفي الفجوة وحدها: فهي تحتفظ بنسبة 96% مما يفسّره الأداء الفعلي والتوقعات من الفروق في الرضا العام (فترة "
            "الثقة 95%: من 92% إلى 99%).",
        ),
        (
            "open",
            "Whether the plain gap would have been enough is undecided: it keeps 80% of what experience and "
            "expectation explain of the differences in overall satisfaction (95% confidence interval: 60% to 95%).",
            "لا تحسم البيانات هل تكفي الفجوة وحدها: فهي تحتفظ بنسبة 80% مما يفسّره الأداء الفعلي والتوقعات من الفروق في "
            "الرضا العام (فترة الثقة 95%: من 60% إلى 95%).",
        ),
        (
            "unknown",
            "Whether the plain gap would have been enough is undecided: it keeps 80% of what experience and "
            "expectation explain of the differences in overall satisfaction, and how sure that is was not computed.",
            "لا تحسم البيانات هل تكفي الفجوة وحدها: فهي تحتفظ بنسبة 80% مما يفسّره الأداء الفعلي والتوقعات من الفروق في "
            "الرضا العام، ولم تُحسب فترة الثقة لهذه النسبة.",
        ),
        (
            "nothing",
            "Experience and expectation explain no more of the differences in overall satisfaction than chance alone "
            "might, so that nothing can be said of the gap.",
            "لا يفسّر الأداء الفعلي والتوقعات من الفروق في الرضا العام أكثر مما تفسّره الصدفة وحدها، فلا يمكن قول شيء عن "
            "الفجوة.",
        ),
    ],
)
def test_the_gap_is_judged_in_words(survey: Survey, result: Any, verdict: str, english: str, arabic: str) -> None:
    surface = judged(result, verdict)
    for language, expected in (("en", english), ("ar", arabic)):
        assert plain(difference_sentence(result, surface, words_of(survey, language))) == expected
    changed = replace(result, surfaces=(surface, *result.surfaces[1:]))
    told = paragraphs(piece(changed, words_of(survey, "en"), "finding"))
    assert told[-1].endswith(english) and len(told) == (1 if verdict == "nothing" else 2)
    assert told[0].startswith("All aspects together, by each participant's averages: ")
    assert bool(hidden_sentences(surface, words_of(survey, "en"))) == (verdict == "hides")


def test_a_gap_that_explains_next_to_nothing_is_not_said_to_explain_nothing(survey: Survey, result: Any) -> None:
    surface = replace(judged(result, "hides"), kept=np.array([0.001, 0.0, 0.01]), straight_kept=np.zeros(3))
    assert "it explains under 1% of" in plain(difference_sentence(result, surface, words_of(survey, "en")))


def test_a_driver_is_named_in_its_language(survey: Survey) -> None:
    one = kda.response_surface(survey, driver="a", n_boot=0)
    assert paragraphs(piece(one, words_of(survey, "en"), "finding"))[0].startswith("“Respect”: At the same level")
    assert paragraphs(piece(one, words_of(survey, "ar"), "finding"))[0].startswith("لجانب «الاحترام»: عند تساوي")


def test_the_highest_place_is_one_with_answers(survey: Survey, result: Any) -> None:
    surface = result.surface("a")
    x, y, n, height = surface.cells
    k = int(np.argmax(height))
    told = plain(best_sentence(result, surface, words_of(survey, "en")))
    place = "as expected" if x[k] == y[k] else "above" if x[k] > y[k] else "below"
    assert told.startswith("Where there are enough answers, overall satisfaction is highest (about")
    assert f"the experience is about {x[k]:.0f} and the level hoped for about {y[k]:.0f}, that is, where" in told
    assert place in told and n[k] >= 10


@pytest.mark.parametrize(
    ("place", "told"), [((90.0, 60.0), "above the"), ((60.0, 90.0), "below the"), ((80.0, 78.0), "as expected")]
)
def test_the_highest_place_is_set_against_the_line(
    survey: Survey, result: Any, place: tuple[float, float], told: str
) -> None:
    ends = np.array([0.0]), np.array([100.0])
    region = Region(
        left=ends[0],
        right=ends[1],
        low=ends[0],
        high=ends[1],
        x=np.array(place[:1]),
        y=np.array(place[1:]),
        count=np.array([30]),
    )
    surface = replace(result.main, region=region)
    assert told in plain(best_sentence(result, surface, words_of(survey, "en")))
    unseen = replace(surface, region=UNSEEN)
    assert plain(best_sentence(result, unseen, words_of(survey, "en"))) == (
        "No place on the map has enough answers to be shown."
    )


def test_where_the_surface_turns_is_told(survey: Survey, result: Any) -> None:
    words, main = words_of(survey, "en"), result.surface("a")
    assert main.stationary == "inside"
    assert re.fullmatch(
        r"The surface bends, and turns where the experience is about \d+ and the expectation about \d+\.",
        plain(bend_sentence(main, words)),
    )
    turning = main.turning.copy()
    turning[:, 2:] = [[140, 50], [110, 20], [190, 70]]
    outside = replace(main, turning=turning)
    assert plain(bend_sentence(outside, words)).startswith("The surface bends, and turns only outside the scale")
    turning = turning.copy()
    turning[1, 2] = 60
    assert plain(bend_sentence(replace(main, turning=turning), words)).endswith("do not tell where it turns.")
    second = replace(main.tests["second_order"], p_value=0.4)
    plane = replace(main, tests={**main.tests, "second_order": second})
    assert plain(bend_sentence(plane, words)).endswith("it is an even slope.")


def test_method_says_how_intervals_were_made_and_what_was_held(survey: Survey, result: Any) -> None:
    told = paragraphs(piece(result, words_of(survey, "en"), "method"))
    assert "Standard errors are robust (HC3)." in told
    assert any("90% or more of what both explain" in one for one in told)
    assert any("(resamples: 100, seed: 1)" in one for one in told)
    held = kda.response_surface(survey, driver="a", always=["b"], n_boot=0)
    told = paragraphs(piece(held, words_of(survey, "en"), "method"))
    assert "Held at their averages in the surface: Speed." in told
    assert not any("resamples" in one for one in told)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            Code("constant_expectation", {"driver": "a"}),
            "What experience and expectation say together cannot be told from these answers: nearly all participants "
            "expect the same of “Respect”.",
        ),
        (
            Code("few_levels", {"driver": "a"}),
            "What experience and expectation say together cannot be told from these answers: the answers on “Respect” "
            "take too few different values together.",
        ),
        (Code("no_expectations"), ""),
        (Code("suppressed", {"needed": 10}), ""),
    ],
)
def test_without_a_surface_the_reason_is_told_once(survey: Survey, code: Code, told: str) -> None:
    nothing = Unanswered(analysis="response_surface", reasons=(code,))
    assert text(piece(nothing, words_of(survey, "en"), "finding")) == told
    assert bool(piece(nothing, words_of(survey, "ar"), "finding")) == bool(told)
    assert not any(piece(nothing, words_of(survey, "en"), way) for way in WAYS[1:])


# Tables


def test_tables_hold_the_result_s_numbers(survey: Survey, result: Any) -> None:
    words = words_of(survey, "en")
    rows = [[plain(cell) for cell in row] for row in tables.surfaces_table(result, words).rows]
    assert [row[0] for row in rows] == ["All aspects together", "Respect", "Speed"]
    for row, one in zip(rows, result.surfaces, strict=True):
        assert row[2] == f"{100 * (one.explained[0] - one.lost):.0f}%" and row[3] == f"{100 * one.explained[0]:.0f}%"
        assert row[4:7] == [f"{100 * value:.0f}%" for value in one.kept]
        assert row[7] == "900"
    values = [[plain(cell) for cell in row] for row in tables.surface_values_table(result, words).rows]
    assert [float(row[1].replace("−", "-").replace(",", "")) for row in values[:6]] == pytest.approx(
        result.main.coefficients[0], abs=0.005
    )
    assert len(values) == 18 and values[-1][4] == "—"
    tests = [[plain(cell) for cell in row] for row in tables.surface_tests_table(result, words).rows]
    assert [int(row[2]) for row in tests] == [5, 3, 3, 3, 4]
    cells = tables.surface_cells_table(result, words, driver="a").rows
    assert len(cells) == len(result.surface("a").region.count)


def test_tables_and_figure_refuse_another_result(survey: Survey) -> None:
    words, other = words_of(survey, "en"), kda.outcome_scores(survey)
    for make in (
        kda.figures.response_surface_map,
        tables.surfaces_table,
        tables.surface_values_table,
        tables.surface_tests_table,
    ):
        with pytest.raises(kda.PublishError, match="found 'outcome_scores'"):
            make(other, words)


def test_tables_of_one_page_have_captions_of_their_own(survey: Survey, result: Any) -> None:
    for language in LANGUAGES:
        words = words_of(survey, language)
        captions = [
            one for way in ("map", "table") for one in re.findall("<caption>(.*?)</caption>", piece(result, words, way))
        ]
        assert len(captions) == len(set(captions)) == 4


# The map


@pytest.fixture(params=[WIDE, NARROW])
def canvas(request: pytest.FixtureRequest, result: Any, words: Words) -> Canvas:
    return kda.figures.response_surface_map(result, words, driver="a").canvas(request.param)


def places(canvas: Canvas, words: Words, points: np.ndarray) -> np.ndarray:
    """Points of the figure as experience and expectation, by the map's own ends; float (n, 2)."""
    left, top = 40.0, 34.0
    side = min(canvas.width - 54.0, SIDE)
    x, y = np.asarray(points, dtype=float).T
    x = x * canvas.width
    x = canvas.width - x if words.direction == "rtl" else x
    return 100 * np.column_stack([(x - left) / side, (top + side - (1 - y) * canvas.height) / side])


def polygons(canvas: Canvas, words: Words) -> list[tuple[np.ndarray, str]]:
    return [
        (places(canvas, words, artist.get_xy()), to_hex(artist.get_facecolor()))
        for artist in canvas.figure.artists
        if isinstance(artist, Polygon)
    ]


def drawn_lines(canvas: Canvas, words: Words, width: float) -> list[np.ndarray]:
    return [
        places(canvas, words, artist.get_xydata())
        for artist in canvas.figure.artists
        if isinstance(artist, Line2D) and artist.get_color() == INK and artist.get_linewidth() == width
    ]


def test_texts_stay_inside_and_apart(canvas: Canvas) -> None:
    boxes = [(plain(told), canvas.box(artist)) for told, artist in canvas.texts]
    paper = Box(-PIXEL, -PIXEL, canvas.width + PIXEL, canvas.height + PIXEL)
    assert all(box.inside(paper) for _, box in boxes)
    for (one, box), (other, another) in combinations(boxes, 2):
        assert not box.overlaps(another, -PIXEL), (one, other)
    assert min(artist.get_fontsize() for _, artist in canvas.texts) >= 11


def test_isolines_lie_at_the_surface_s_heights(result: Any, canvas: Canvas, words: Words) -> None:
    surface = result.surface("a")
    found = [line for line in drawn_lines(canvas, words, 0.8) if len(line) > 2]
    assert len(found) >= 3
    written = {plain(told) for told, _ in canvas.texts}
    for line in found:
        inside = line[(line >= 0).all(axis=1) & (line <= 100).all(axis=1)]
        if len(inside) < 3:
            continue  # the sample beside its name
        tall = surface.height(*inside.T)
        assert np.ptp(tall) < 0.1
        assert f"{round(float(tall.mean()), 1):g}" in written


def test_nothing_is_drawn_where_there_are_few_answers(result: Any, canvas: Canvas, words: Words) -> None:
    surface = result.surface("a")
    assert not surface.region.holds(2, 98) or not surface.region.holds(98, 2)
    for polygon, _ in polygons(canvas, words):
        # A little inwards, as edges belong to both cells.
        middle = polygon.mean(axis=0)
        for point in np.vstack([middle + 0.98 * (polygon - middle)]):
            assert surface.region.holds(*point), point


def test_bands_are_dark_where_the_surface_is_high(result: Any, canvas: Canvas, words: Words) -> None:
    surface = result.surface("a")
    shapes = polygons(canvas, words)
    x, y, _, height = surface.cells

    def luminance(color: str) -> float:
        return float(np.dot([0.2126, 0.7152, 0.0722], to_rgb(color)))

    from matplotlib.path import Path as Outline

    seen = []
    for point in zip(np.clip(x, 1, 99), np.clip(y, 1, 99), strict=True):
        # What is drawn last is what is seen.
        (*_, color) = (color for polygon, color in shapes if Outline(polygon).contains_point(point))
        seen.append(luminance(color))
    order = np.argsort(height)
    assert np.all(np.diff(np.array(seen)[order]) < 0.08)
    assert seen[order[0]] > seen[order[-1]] + 0.2


def test_the_line_of_agreement_goes_from_corner_to_corner(canvas: Canvas, words: Words) -> None:
    dashed = drawn_lines(canvas, words, 1.4)
    assert any(np.allclose(line, [[0, 0], [100, 100]], atol=1e-6) for line in dashed)


def test_experience_grows_with_the_reading(canvas: Canvas, words: Words) -> None:
    ticks = {
        plain(told): canvas.x(artist.get_position()[0] * canvas.width)
        for told, artist in canvas.texts
        if artist.get_ha() == "center"
    }
    along = [ticks[number] for number in ("0", "25", "50", "75", "100")]
    assert along == sorted(along)
    left = [artist.get_position()[0] for told, artist in canvas.texts if plain(told) in ("0", "100")]
    assert (max(left) > 0.5) if words.direction == "rtl" else (min(left) < 0.5)


def test_the_alternative_text_states_the_finding(result: Any, words: Words) -> None:
    alt = kda.figures.response_surface_map(result, words).alt
    assert plain(difference_sentence(result, result.main, words)) in alt
    assert plain(best_sentence(result, result.main, words)) in alt


def test_a_level_surface_has_one_number(survey: Survey, result: Any, words: Words) -> None:
    level = result.main.coefficients.copy()
    level[0] = [70.2, 0, 0, 0, 0, 0]
    flat = replace(result, surfaces=(replace(result.main, coefficients=level), *result.surfaces[1:]))
    for width in (WIDE, NARROW):
        canvas = kda.figures.response_surface_map(flat, words).canvas(width)
        assert [plain(told) for told, _ in canvas.texts].count("70") == 1
        assert len({color for _, color in polygons(canvas, words)}) == 1


def test_a_map_without_a_cell_is_empty(result: Any, words: Words) -> None:
    empty = replace(result, surfaces=(replace(result.main, region=UNSEEN), *result.surfaces[1:]))
    canvas = kda.figures.response_surface_map(empty, words).canvas(NARROW)
    assert not polygons(canvas, words)


def test_long_and_hostile_labels_break_nothing(tmp_path: Path) -> None:
    made(tmp_path, n=200)
    labels = {
        "a": {"en": HOSTILE[0], "ar": HOSTILE[2]},
        "b": {"en": LONG[0][0], "ar": LONG[0][1]},
        "satisfaction": {"en": LONG[1][0], "ar": LONG[1][1]},
    }
    survey = labelled(tmp_path, labels)
    result = kda.response_surface(survey, driver="a", n_boot=0)
    for language in LANGUAGES:
        words = words_of(survey, language)
        assert all("<script" not in piece(result, words, way) for way in ("finding", "map", "table"))
        canvas = kda.figures.response_surface_map(result, words).canvas(NARROW)
        boxes = [canvas.box(artist) for _, artist in canvas.texts]
        assert all(box.left >= -PIXEL and box.right <= canvas.width + PIXEL for box in boxes)
        assert all(box.bottom <= canvas.height + PIXEL for box in boxes)
        assert not any(one.overlaps(other, -PIXEL) for one, other in combinations(boxes, 2))


# Bands


def test_neighbours_are_joined_into_rectangles_that_cover_the_same_once() -> None:
    rng = np.random.default_rng(2)
    edges = np.linspace(0, 100, 10)
    middles = (edges[1:] + edges[:-1]) / 2
    for _ in range(20):
        shown = rng.random((9, 9)) < 0.7
        cells = [Rectangle(edges[i], edges[i + 1], edges[j], edges[j + 1]) for i, j in np.argwhere(shown)]
        parts = joined(cells)
        assert len(parts) < len(cells)
        for i, x in enumerate(middles):
            for j, y in enumerate(middles):
                assert sum(p.left < x < p.right and p.low < y < p.high for p in parts) == shown[i, j]
    assert joined([]) == []


def test_bands_around_a_top_are_cut_so_that_none_is_a_ring() -> None:
    whole = Rectangle(0, 100, 0, 100)

    def bowl(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return ((x - 50) ** 2 + (y - 50) ** 2) / 50

    halves = cut_at(whole, 50.0)
    found = [one for half in halves for one in bands(contouring(), half, bowl, [8.0, 20.0])]
    assert len(halves) == 2 and [number for number, _ in found] == [0, 1, 2] * 2
    # Between 8 and 20 lies a ring, whose halves are whole; above 20 all but a round hole.
    areas = [sum(abs(area_of(np.array(p))) for n, p in found if n == number) for number in range(3)]
    assert areas == pytest.approx([np.pi * 400, np.pi * 600, 100**2 - np.pi * 1000], rel=0.01)
    assert cut_at(whole, 130.0) == [whole]


def test_isolines_are_where_the_height_is() -> None:
    found = dict(isolines(contouring(), Rectangle(0, 100, 0, 100), lambda x, y: x + y / 2, [-5.0, 60.0, 90.0, 200.0]))
    assert list(found) == [60, 90]
    for level, line in found.items():
        assert np.array(line) @ [1, 0.5] == pytest.approx(level)


@pytest.mark.parametrize(("levels", "number"), [([130.0], 0), ([-1.0, 0.0, 130.0], 2), ([], 0)])
def test_a_rectangle_within_one_band_is_one_polygon(levels: list[float], number: int) -> None:
    square = [(0, 0), (50, 0), (50, 50), (0, 50)]
    assert list(bands(contouring(), Rectangle(0, 50, 0, 50), lambda x, y: x + y, levels)) == [(number, square)]


def area_of(polygon: np.ndarray) -> float:
    x, y = polygon.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
