"""Figures: read from their artists, in both languages, both kinds of digits and both widths."""

import re
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

import drivers as kda
from drivers.present.figures.axis import Scale, limits_with_air, round_ticks
from drivers.present.figures.canvas import (
    BAND,
    INK,
    MUTED,
    NARROW,
    PAPER,
    PLAIN,
    RULE,
    SOFT,
    STRONG,
    WIDE,
    Box,
    Canvas,
    Drawing,
)
from drivers.present.figures.importance import display_order
from drivers.present.figures.lettering import drawable, text_width, wrapped
from drivers.present.figures.naming import name_places
from drivers.present.figures.svg import share_letters
from drivers.present.isolation import LEFT, RIGHT, isolate, plain
from drivers.present.sentences.findings import rank_text, statistic_value, trend_points, verdict_sentence
from drivers.present.words import Words
from tests.shown import CASES, Case

pytestmark = pytest.mark.drawn

PIXEL = 0.51
"""Boxes are told by half pixels: matplotlib sets letters on whole ones."""

Figure = Callable[[Case, Words], Drawing]

FIGURES: dict[str, Figure] = {
    "bars": lambda case, words: kda.figures.importance_bars(case.importance, words),
    "map": lambda case, words: kda.figures.importance_performance_map(case.map, words),
    "correlations": lambda case, words: kda.figures.correlation_grid(case.importance, words),
}
WITH_WAVES = ("long", "hostile", "level")
WAYS = [(name, figure) for name in CASES for figure in FIGURES] + [
    (name, f"trend-{place}") for name in WITH_WAVES for place in range(2) if (name, place) != ("level", 1)
]
WORDS = [("en", "latn"), ("ar", "latn"), ("ar", "arab")]


def drawing(case: Case, figure: str, words: Words) -> Drawing:
    if figure in FIGURES:
        return FIGURES[figure](case, words)
    followed = [score for score in case.waves.results[-1].scores if score.statistic in ("mean", "nps")]
    score = followed[int(figure.removeprefix("trend-"))]
    return kda.figures.wave_trend(case.waves, words, outcome=score.outcome, statistic=score.statistic)


@pytest.fixture(scope="module")
def canvases(cases: dict[str, Case]) -> dict[tuple[str, str, str, str, int], Canvas]:
    """Every figure of every case, in all languages, digits and widths."""
    return {
        (name, figure, language, digits, width): drawing(
            cases[name], figure, cases[name].words(language, digits)
        ).canvas(width)
        for name, figure in WAYS
        for language, digits in (WORDS if name in ("customersat", "long") else WORDS[:2])
        for width in (NARROW, WIDE)
    }


def boxes(canvas: Canvas) -> list[tuple[str, Box]]:
    """Each text and where its letters stand."""
    return [(plain(text), canvas.box(artist)) for text, artist in canvas.texts]


@pytest.fixture(scope="module")
def stands(canvases: dict[tuple, Canvas]) -> dict[tuple, list[tuple[str, Box]]]:
    return {way: boxes(canvas) for way, canvas in canvases.items()}


def written(canvas: Canvas) -> list[str]:
    return [plain(text) for text, _ in canvas.texts]


def pixels(canvas: Canvas, artist: Line2D) -> np.ndarray:
    """The points of a line in pixels from the left and the top; float (n, 2)."""
    points = np.asarray(artist.get_xydata(), dtype=float)
    return np.column_stack([points[:, 0] * canvas.width, (1 - points[:, 1]) * canvas.height])


def lines(canvas: Canvas, color: str) -> list[np.ndarray]:
    found = [artist for artist in canvas.figure.artists if isinstance(artist, Line2D)]
    found = [artist for artist in found if artist.get_marker() == "None" and artist.get_color() == color]
    return [pixels(canvas, artist) for artist in found]


def dots(canvas: Canvas) -> list[tuple[float, float, str, str]]:
    """Middle, fill and edge of each dot."""
    found = [artist for artist in canvas.figure.artists if isinstance(artist, Line2D) and artist.get_marker() == "o"]
    return [
        (*map(float, pixels(canvas, artist)[0]), str(artist.get_markerfacecolor()), str(artist.get_markeredgecolor()))
        for artist in found
    ]


def rectangles(canvas: Canvas, *colors: str) -> list[Box]:
    """Filled rectangles of these colours, from the top down."""
    found = []
    for artist in canvas.figure.artists:
        if isinstance(artist, Rectangle) and to_hex(artist.get_facecolor()) in colors:
            left, bottom = artist.get_x() * canvas.width, (1 - artist.get_y()) * canvas.height
            right, top = left + artist.get_width() * canvas.width, bottom - artist.get_height() * canvas.height
            found.append(Box(left, top, right, bottom))
    return sorted(found, key=lambda box: box.top)


# Every figure


def test_no_two_texts_overlap(stands: dict[tuple, list[tuple[str, Box]]]) -> None:
    for way, texts in stands.items():
        for (one, box), (other, another) in combinations(texts, 2):
            assert not box.overlaps(another, -PIXEL), f"{way}: {one!r} and {other!r}"


def test_no_text_leaves_the_figure(canvases: dict[tuple, Canvas], stands: dict[tuple, list[tuple[str, Box]]]) -> None:
    for way, texts in stands.items():
        paper = Box(-PIXEL, -PIXEL, canvases[way].width + PIXEL, canvases[way].height + PIXEL)
        for text, box in texts:
            assert box.inside(paper), f"{way}: {text!r} at {box}"


def test_no_line_or_shape_leaves_the_figure(canvases: dict[tuple, Canvas]) -> None:
    for way, canvas in canvases.items():
        for artist in canvas.figure.artists:
            points = (
                np.asarray(artist.get_xydata())
                if isinstance(artist, Line2D)
                else artist.get_path().transformed(artist.get_patch_transform()).vertices  # type: ignore[attr-defined]
            )
            assert np.all((points > -1e-9) & (points < 1 + 1e-9)), way


def test_nothing_is_drawn_but_what_the_canvas_knows(canvases: dict[tuple, Canvas]) -> None:
    for way, canvas in canvases.items():
        assert [artist for _, artist in canvas.texts] == list(canvas.figure.texts), way
        assert {type(artist) for artist in canvas.figure.artists} <= {Line2D, Rectangle, Polygon}, way


def test_texts_are_large_enough_to_read(canvases: dict[tuple, Canvas]) -> None:
    for way, canvas in canvases.items():
        assert min(artist.get_fontsize() for _, artist in canvas.texts) >= 11, way


def test_a_figure_has_its_width(canvases: dict[tuple, Canvas]) -> None:
    for (*_, width), canvas in canvases.items():
        assert canvas.width == width
        assert canvas.figure.get_size_inches() * 72 == pytest.approx([canvas.width, canvas.height])


def test_digits_are_those_of_the_page(canvases: dict[tuple, Canvas]) -> None:
    for way, canvas in canvases.items():
        if way[0] not in ("customersat", "judges", "long"):
            continue  # their labels have digits inside words, which stay
        mixed = "[0-9]" if way[3] == "arab" else "[٠-٩]"
        assert not [text for text in written(canvas) if re.search(mixed, text)], way


def test_letters_contrast_with_what_is_under_them(
    canvases: dict[tuple, Canvas], stands: dict[tuple, list[tuple[str, Box]]]
) -> None:
    seen = set()
    for way, canvas in canvases.items():
        grounds = [
            (over_paper(a.get_facecolor()), box_of(canvas, a))
            for a in canvas.figure.artists
            if isinstance(a, Rectangle)
        ]
        for (_, artist), (_, box) in zip(canvas.texts, stands[way], strict=True):
            under = [color for color, area in grounds if box.overlaps(area)]
            seen |= {(str(artist.get_color()), color) for color in under or ["#ffffff"]}
    assert len(seen) > 10
    for pair in seen:
        assert contrast(*pair) >= 4.5, pair


def over_paper(color: Any) -> str:
    """What is seen of a colour that lets the paper through."""
    return to_hex([color[3] * part + 1 - color[3] for part in color[:3]])


def box_of(canvas: Canvas, artist: Rectangle) -> Box:
    left, bottom = artist.get_x() * canvas.width, (1 - artist.get_y()) * canvas.height
    return Box(left, bottom - artist.get_height() * canvas.height, left + artist.get_width() * canvas.width, bottom)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 defines it."""

    def luminance(color: str) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# Bars


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_bars_grow_with_the_reading(case: Case, words: Words, width: int) -> None:
    canvas = kda.figures.importance_bars(case.importance, words).canvas(width)
    bars = rectangles(canvas, STRONG, SOFT, PLAIN)
    shares = case.importance.share[display_order(case.importance)]
    assert len(bars) == len(shares)
    for bar in bars:
        assert (bar.left if words.direction == "ltr" else canvas.width - bar.right) == pytest.approx(12)
    lengths = np.array([bar.right - bar.left for bar in bars])
    assert lengths / lengths.max() == pytest.approx(shares / shares.max())


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_intervals_are_drawn_where_they_are(case: Case, words: Words, width: int) -> None:
    importance = case.importance
    canvas = kda.figures.importance_bars(importance, words).canvas(width)
    bars = rectangles(canvas, STRONG, SOFT, PLAIN)
    order = display_order(importance)
    flat = [line for line in lines(canvas, INK) if line[0, 1] == pytest.approx(line[1, 1])]
    assert len(flat) == len(order)
    scale = (bars[0].right - bars[0].left) / importance.share[order[0]]
    for i, bar, line in zip(order, bars, sorted(flat, key=lambda line: line[0, 1]), strict=True):
        ends = np.sort(12 + scale * np.array([importance.share_low[i], importance.share_high[i]]))
        seen = np.sort(line[:, 0] if words.direction == "ltr" else canvas.width - line[:, 0])
        assert seen == pytest.approx(ends)
        assert bar.top < line[0, 1] < bar.bottom


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_value_below_zero_has_its_bar_before_zero(cases: dict[str, Case], language: str) -> None:
    survey = cases["customersat"].survey
    pratt = kda.relative_importance(survey, method="pratt", n_boot=100)
    canvas = kda.figures.importance_bars(pratt, cases["customersat"].words(language)).canvas(NARROW)
    bars = rectangles(canvas, STRONG, SOFT, PLAIN)
    order = display_order(pratt)
    for i, bar in zip(order, bars, strict=True):
        zero = next(line for line in lines(canvas, RULE) if line[:, 1].min() < bar.top < line[:, 1].max())[0, 0]
        before = bar.right <= zero + PIXEL if language == "en" else bar.left >= zero - PIXEL
        assert before == (pratt.share[i] < 0)
    paper = Box(-PIXEL, -PIXEL, canvas.width + PIXEL, canvas.height + PIXEL)
    assert all(box.inside(paper) for _, box in boxes(canvas))
    assert not [pair for pair in combinations(boxes(canvas), 2) if pair[0][1].overlaps(pair[1][1], -PIXEL)]


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_bars_stand_in_the_order_that_may_be_shown_with_their_values(case: Case, words: Words, width: int) -> None:
    importance = case.importance
    canvas = kda.figures.importance_bars(importance, words).canvas(width)
    order = display_order(importance)
    if importance.verdict.status == "not_rankable":
        assert order == list(range(len(importance.drivers)))
    else:
        assert list(importance.share[order]) == sorted(importance.share, reverse=True)
    shown = written(canvas)
    assert [text for text in shown if re.fullmatch(r"[\d٠-٩]+[%٪]", text)] == [
        plain(words.percent(importance.share[i])) for i in order
    ]
    labels = [text for i in order for text in wrapped_label(words, importance.drivers[i], shown)]
    places = [shown.index(text) for text in labels]
    assert places == sorted(places)


def wrapped_label(words: Words, driver: str, shown: list[str]) -> list[str]:
    """The first line of a driver's label, as it is written."""
    label = drawable(plain(words.label("driver", driver)))
    return [max((text for text in shown if label.startswith(text)), key=len)]


def test_ranks_stand_beside_the_bars_only_where_there_are_any(case: Case, words: Words) -> None:
    canvas = kda.figures.importance_bars(case.importance, words).canvas()
    far = "right" if words.direction == "ltr" else "left"
    shown = [plain(text) for text, artist in canvas.texts if artist.get_ha() == far]
    # The leader's rank is told by the band around it, and not again.
    ranks = [
        plain(rank_text(case.importance, words, i))
        for i in display_order(case.importance)
        if case.importance.drivers[i] != case.importance.verdict.leader
    ]
    if case.importance.verdict.status == "not_rankable":
        assert set(ranks) == {""}
        assert not shown
    else:
        assert shown == ranks


def test_colour_says_what_may_be_claimed(case: Case, words: Words) -> None:
    canvas = kda.figures.importance_bars(case.importance, words).canvas()
    verdict, order = case.importance.verdict, display_order(case.importance)
    bars = rectangles(canvas, STRONG, SOFT, PLAIN)
    strong = rectangles(canvas, STRONG)
    if verdict.status == "not_rankable":
        assert len(rectangles(canvas, PLAIN)) == len(bars)
        assert not rectangles(canvas, BAND)
        return
    assert not rectangles(canvas, PLAIN)
    first = [case.importance.drivers[i] for i, bar in zip(order, bars, strict=True) if bar in strong]
    if verdict.status == "ranked":
        assert set(first) == set(verdict.top_group)
        (band,) = rectangles(canvas, BAND)
        assert [bar for bar in bars if bar.top >= band.top and bar.bottom <= band.bottom] == strong
    else:
        assert not rectangles(canvas, BAND)
        assert {case.importance.drivers[i] for i in order if case.importance.verdict.rank_low[i] == 1} == set(first)


def test_without_a_bootstrap_there_is_no_interval_and_no_claim(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    bare = kda.relative_importance(case.survey, n_boot=0)
    canvas = kda.figures.importance_bars(bare, case.words("en")).canvas()
    assert not lines(canvas, INK)
    assert len(rectangles(canvas, PLAIN)) == 9


# Map


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_names_cover_no_dot_and_no_quadrant_s_name(case: Case, words: Words, width: int) -> None:
    canvas = kda.figures.importance_performance_map(case.map, words).canvas(width)
    middles = [Box(x - 4, y - 4, x + 4, y + 4) for x, y, *_ in dots(canvas)]
    assert len(middles) == len(case.map.drivers)
    for text, box in boxes(canvas):
        assert not [middle for middle in middles if middle.overlaps(box)], text


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_name_is_nearest_to_its_own_dot(case: Case, words: Words, width: int) -> None:
    canvas = kda.figures.importance_performance_map(case.map, words).canvas(width)
    keyed = [plain(words.number(k + 1)) for k in range(len(case.map.drivers))]
    places = [(x, y) for x, y, *_ in dots(canvas)]
    named = 0
    for i, driver in enumerate(case.map.drivers):
        texts = (keyed[i], *lines_of(words, driver, width))
        own = [canvas.box(artist) for text, artist in names_of_dots(canvas) if plain(text) in texts]
        named += bool(own)
        if own:
            whole = Box(
                min(box.left for box in own),
                min(box.top for box in own),
                max(box.right for box in own),
                max(box.bottom for box in own),
            )
            gaps = [gap(whole, place) for place in places]
            assert gaps[i] <= min(gaps) + 2, driver
            assert gaps[i] < 40, driver
    assert named == len(case.map.drivers)


def names_of_dots(canvas: Canvas) -> list[tuple[str, Text]]:
    """The texts in ink with a halo: names, or the numbers that stand for them."""
    return [(text, artist) for text, artist in canvas.texts if artist.get_path_effects() and artist.get_color() == INK]


def lines_of(words: Words, driver: str, width: int) -> list[str]:
    narrow = width == NARROW
    return [
        plain(line) for line in wrapped(words.label("driver", driver), 104 if narrow else 190, 12 if narrow else 13)
    ]


def gap(box: Box, place: tuple[float, float]) -> float:
    x = max(box.left - place[0], 0.0, place[0] - box.right)
    y = max(box.top - place[1], 0.0, place[1] - box.bottom)
    return float(np.hypot(x, y))


@pytest.mark.parametrize(("width", "numbered"), [(NARROW, True), (WIDE, False)])
def test_dots_are_numbered_where_names_have_no_room(cases: dict[str, Case], width: int, numbered: bool) -> None:
    case = cases["customersat"]
    for language in ("en", "ar"):
        words = case.words(language)
        canvas = kda.figures.importance_performance_map(case.map, words).canvas(width)
        below = max(y for _, y, *_ in dots(canvas))
        shown = written(canvas)
        for k, driver in enumerate(case.map.drivers):
            label = plain(words.label("driver", driver))
            assert (shown.count(plain(words.number(k + 1))) == 2) == numbered
            own = [text for text, box in boxes(canvas) if text in label and (not numbered or box.top > below)]
            assert "".join(own).replace(" ", "") == label.replace(" ", "")


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_dots_stand_where_their_numbers_are(case: Case, words: Words, width: int) -> None:
    canvas = kda.figures.importance_performance_map(case.map, words).canvas(width)
    found = np.array([(x if words.direction == "ltr" else -x, -y) for x, y, *_ in dots(canvas)])
    # Both axes are linear: better rated is further in reading direction, more important is higher.
    for place, value in zip(found.T, (case.map.performance, case.map.share), strict=True):
        slope, start = np.polyfit(value, place, 1)
        assert slope > 0
        assert place == pytest.approx(start + slope * value, abs=1e-6)


def test_dots_tell_their_quadrant(case: Case, words: Words) -> None:
    canvas = kda.figures.importance_performance_map(case.map, words).canvas()
    colors = {"improve_first": STRONG, "undecided": MUTED}
    shown = written(canvas)
    for (*_, fill, edge), quadrant in zip(dots(canvas), case.map.quadrant, strict=True):
        if case.map.verdict.status == "not_rankable":
            assert fill == PLAIN
        elif quadrant == "undecided":
            assert (fill, edge) == ("#ffffff", MUTED)
        else:
            assert fill == colors.get(quadrant, SOFT)
    named = {name: plain(words.text("quadrant", name)) for name in ("improve_first", "keep_up", "can_wait", "enough")}
    ranked = case.map.verdict.status != "not_rankable"
    assert {name for name, text in named.items() if text in shown} == (set(named) if ranked else set())
    assert bool(rectangles(canvas, BAND)) == ranked


def test_both_intervals_of_a_dot_are_drawn(case: Case, words: Words) -> None:
    canvas = kda.figures.importance_performance_map(case.map, words).canvas()
    drawn = lines(canvas, SOFT)
    assert len(drawn) == 2 * len(case.map.drivers)
    for (x, y, *_), flat, upright in zip(dots(canvas), drawn[::2], drawn[1::2], strict=True):
        assert flat[:, 1] == pytest.approx([y, y])
        assert upright[:, 0] == pytest.approx([x, x])
        assert flat[:, 0].min() - PIXEL <= x <= flat[:, 0].max() + PIXEL
        assert upright[:, 1].min() - PIXEL <= y <= upright[:, 1].max() + PIXEL


def test_names_find_a_place_in_any_crowd() -> None:
    rng = np.random.default_rng(30)
    crowd = [(float(x), float(y)) for x, y in rng.uniform(95, 105, size=(30, 2))]
    frame = Box(0, 0, 200, 200)
    sizes = [(12.0, 15.0)] * 30
    how = {"taken": [], "lines": [], "frame": frame, "direction": "ltr"}
    assert name_places(crowd, sizes, **how) is None  # type: ignore[arg-type]
    places = name_places(crowd, sizes, **how, crowded=True)  # type: ignore[arg-type]
    assert places is not None
    assert all(place.inside(frame) for place in places)


def test_names_begin_on_the_reading_side() -> None:
    how = {"taken": [], "lines": [], "frame": Box(0, 0, 200, 200)}
    for direction, after in (("ltr", True), ("rtl", False)):
        (place,) = name_places([(100.0, 100.0)], [(40.0, 15.0)], direction=direction, **how) or []  # type: ignore[arg-type]
        assert (place.left > 100) == after
        assert (place.right < 100) != after


# Trend


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", WITH_WAVES)
def test_time_runs_with_the_reading(cases: dict[str, Case], name: str, width: int) -> None:
    for language, digits in WORDS:
        case, words = cases[name], cases[name].words(language, digits)
        canvas = drawing(case, "trend-0", words).canvas(width)
        (line,) = [line for line in lines(canvas, STRONG) if len(line) == len(case.waves.waves)]
        steps = np.diff(line[:, 0])
        assert np.all(steps > 0) if language == "en" else np.all(steps < 0)
        assert steps == pytest.approx([steps[0]] * len(steps))


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", WITH_WAVES)
def test_line_band_and_values_are_the_result_s(cases: dict[str, Case], name: str, width: int) -> None:
    for language, digits in WORDS:
        case, words = cases[name], cases[name].words(language, digits)
        canvas = drawing(case, "trend-0", words).canvas(width)
        levels = [level for _, level in trend_points(case.waves, "satisfaction", "mean")]
        (line,) = [line for line in lines(canvas, STRONG) if len(line) == len(levels)]
        estimates = np.array([level.estimate for level in levels])
        slope, start = np.polyfit(estimates, line[:, 1], 1)
        assert slope < 0
        assert line[:, 1] == pytest.approx(start + slope * estimates, abs=1e-6)
        (band,) = [artist for artist in canvas.figure.artists if isinstance(artist, Polygon)]
        heights = (1 - band.get_xy()[: 2 * len(levels), 1]) * canvas.height
        upper, lower = heights[: len(levels)], heights[len(levels) :][::-1]
        assert upper == pytest.approx([start + slope * level.conf_high for level in levels], abs=1e-6)
        assert lower == pytest.approx([start + slope * level.conf_low for level in levels], abs=1e-6)
        shown = written(canvas)
        for level in (levels[0], levels[-1]):
            assert plain(statistic_value("mean", level.estimate, words)) in shown
        waves = " ".join(shown)
        for wave in (case.waves.waves[0], case.waves.waves[-1]):
            first = drawable(plain(words.label("wave", wave))).split(" ")[0]
            assert first[:8] in waves


def test_ticks_are_written_once(canvases: dict[tuple, Canvas]) -> None:
    for way, canvas in canvases.items():
        if not way[1].startswith("trend"):
            continue
        # Names of waves, of which a line may be a year, stand centred.
        muted = [plain(text) for text, a in canvas.texts if a.get_color() == MUTED and a.get_ha() != "center"]
        ticks = [text for text in muted if re.fullmatch(r"[−\d٠-٩]+[%٪]?", text)]
        assert len(ticks) == len(set(ticks)), way
        assert ticks, way


# Correlations


def test_grid_writes_each_correlation_where_there_is_room(case: Case, words: Words) -> None:
    grid = case.importance.correlation
    canvas = kda.figures.correlation_grid(case.importance, words).canvas(WIDE)
    numbers = [plain(words.number(grid[i, j], 2)) for i in range(len(grid)) for j in range(len(grid)) if i != j]
    assert [text for text in written(canvas) if text in set(numbers)] == numbers


def test_grid_marks_what_is_below_zero_in_every_width(
    cases: dict[str, Case], tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.simulated import make_survey

    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 12))
    x[:, 1] -= x[:, 0]
    folder = tmp_path_factory.mktemp("below")
    answers = {f"d{k}": 50 + 8 * x[:, k] for k in range(12)}
    survey = make_survey(folder, drivers=answers, outcomes={"satisfaction": 50 + 5 * x.sum(axis=1)}, scale=(-1e3, 1e3))
    importance = kda.relative_importance(survey, n_boot=0)
    drawn = kda.figures.correlation_grid(importance, kda.wording("en", survey.labels))
    below = np.count_nonzero(np.round(importance.correlation, 2) < 0)
    assert written(drawn.canvas(NARROW)).count("\u2212") == below
    # Twelve columns still have their numbers, none on another.
    heads = [box for text, box in boxes(drawn.canvas(NARROW)) if text.isdigit() and box.top < 20]
    assert not [1 for one, other in pairwise(heads) if one.overlaps(other)]


# SVG and alternative texts


@pytest.fixture(scope="module", params=["judges", "long", "hostile"])
def svgs(request: pytest.FixtureRequest, cases: dict[str, Case]) -> list[str]:
    """Every figure of a case as SVG, in one width of each language."""
    case = cases[request.param]
    figures = [figure for name, figure in WAYS if name == request.param]
    return [
        drawing(case, figure, case.words(language)).svg("figure-1", width)
        for language, width in (("en", WIDE), ("ar", NARROW))
        for figure in figures
    ]


def test_svg_is_the_same_at_every_call(cases: dict[str, Case]) -> None:
    for language in ("en", "ar"):
        case = cases["long"]
        for figure in (*FIGURES, "trend-0"):
            one, other = (drawing(case, figure, case.words(language)).svg("figure-1", NARROW) for _ in range(2))
            assert one == other


def test_svg_brings_nothing_along(svgs: list[str]) -> None:
    for svg in svgs:
        assert svg.startswith("<svg ")
        assert svg.endswith("</svg>")
        assert not re.search(r"<metadata|<\?xml|<!|<text|<script|<image|<style|font-family|font:|matplotlib", svg)
        assert not re.search(r"\b20\d\d-\d\d-\d\d", svg)
        assert not re.search(r"\ssrc=|href=\"(?!#)|url\(|on\w+=", svg)


def test_svg_ids_are_unique_and_every_reference_finds_one(svgs: list[str]) -> None:
    for svg in svgs:
        root = ElementTree.fromstring(svg)
        ids = [value for element in root.iter() if (value := element.get("id"))]
        assert ids[0] == "figure-1"
        assert len(ids) == len(set(ids))
        references = {value.removeprefix("#") for element in root.iter() if (value := element.get("href"))}
        assert references <= set(ids)


def test_letters_of_all_figures_are_shared_and_look_alike(svgs: list[str]) -> None:
    page, letters = share_letters("".join(svgs))
    assert "<defs" not in page
    shared = {element.get("id"): element for element in ElementTree.fromstring(letters).iter() if element.get("id")}
    for svg in svgs:
        root = ElementTree.fromstring(svg)
        own = [element for element in root.iter() if element.get("id") and element.get("id") != "figure-1"]
        for element in own:
            alone = ElementTree.tostring(element).replace(b' xmlns:ns0="http://www.w3.org/2000/svg"', b"")
            assert ElementTree.tostring(shared[element.get("id")]) == alone.replace(b"ns0:", b"")
    assert share_letters("<p>no figure</p>") == ("<p>no figure</p>", "")


def test_colours_of_figures_are_those_of_the_palette(svgs: list[str]) -> None:
    """A dark page gives each of them another."""
    palette = {INK, MUTED, RULE, PAPER, STRONG, SOFT, PLAIN, BAND, "none"}
    for svg in svgs:
        assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) <= palette


def test_svg_scales_and_leaves_reading_to_its_alternative(case: Case) -> None:
    svg = kda.figures.importance_bars(case.importance, case.words("en")).svg("f", NARROW)
    head = svg[: svg.index(">")]
    assert 'aria-hidden="true"' in head
    assert f"max-width:{NARROW}px" in head
    assert not re.search(r'\s(width|height)="', head)
    assert f'viewBox="0 0 {NARROW} ' in head


def test_alternative_text_states_the_finding(case: Case, words: Words) -> None:
    alt = kda.figures.importance_bars(case.importance, words).alt
    assert plain(verdict_sentence(case.importance, words)) in alt
    assert not re.search("[\u2066-\u2069\u202a-\u202e]", alt)
    placed = kda.figures.importance_performance_map(case.map, words).alt
    first = [name for name, place in zip(case.map.drivers, case.map.quadrant, strict=True) if place == "improve_first"]
    for name in first:
        assert plain(words.label("driver", name)) in placed
    if case.map.verdict.status == "not_rankable":
        assert plain(words.sentence("map_blocked")) in placed


def test_figures_refuse_another_result(cases: dict[str, Case]) -> None:
    words = cases["judges"].words("en")
    with pytest.raises(kda.PublishError) as caught:
        kda.figures.importance_bars(cases["judges"].map, words)
    assert str(caught.value) == (
        "Expected a result of kind 'importance', found 'map'; pass the result this figure is made for."
    )


# Letters


def test_lines_are_no_wider_than_their_room() -> None:
    for text in ("Prices that fit the volume", "W" * 300, "كلمة" * 60, "a " + "b" * 90, "سرعة الاستجابة"):
        parts = wrapped(text, 80, 12)
        assert max(text_width(part, 12) for part in parts) <= 80
        assert "".join(map(plain, parts)).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("number", ["21%", "−4.2", "+1,234.5%"])
def test_a_sign_stays_on_its_side_of_a_number_beside_arabic_letters(number: str) -> None:
    (line,) = wrapped(f"من {number} إلى 3.", 400, 12)
    assert line == isolate(f"من {isolate(number, LEFT)} إلى 3.", RIGHT)


def test_lines_keep_the_direction_of_the_whole() -> None:
    parts = wrapped(isolate("الدعم عبر NPS 5 نقاط"), 30, 12)
    assert len(parts) > 2
    assert {part[0] for part in parts} == {"\u2067"}
    assert {part[0] for part in wrapped("5 new points", 30, 12)} == {"\u2066"}


def test_characters_without_a_glyph_become_a_box() -> None:
    assert drawable("ok 漢字 سرعة") == "ok □□ سرعة"
    assert drawable("می\u200cخواهم ❤\ufe0f") == "می\u200cخواهم ❤\ufe0f"


def test_letters_have_their_middle_where_they_are_written() -> None:
    canvas = Canvas(100, 100, "ltr")
    for size in (11, 12, 14):
        box = canvas.box(canvas.write(10, 50, "H1", size=size))
        assert (box.top + box.bottom) / 2 == pytest.approx(50, abs=PIXEL)
        assert box.left == pytest.approx(10, abs=PIXEL)


def test_a_canvas_mirrors() -> None:
    left, right = Canvas(100, 50, "ltr"), Canvas(100, 50, "rtl")
    for canvas, anchor in ((left, "left"), (right, "right")):
        artist: Text = canvas.write(10, 20, "أ")
        assert artist.get_ha() == anchor
    assert (left.x(10), right.x(10)) == (10, 90)
    one, other = (canvas.rectangle(10, 5, 30, 10, color=STRONG) for canvas in (left, right))
    assert (one.get_x(), other.get_x()) == pytest.approx((0.1, 0.6))


# Axes


@pytest.mark.parametrize(
    ("low", "high", "most", "finest", "ticks"),
    [
        (0, 100, 4, 1, [0, 50, 100]),
        (43, 81, 4, 1, [50, 60, 70, 80]),
        (-12, 18, 4, 1, [-10, 0, 10]),
        (98.4, 99.6, 4, 1, [99]),
        (0.021, 0.16, 5, 0.01, [0.05, 0.1, 0.15]),
        (0.04, 0.06, 5, 0.01, [0.04, 0.05, 0.06]),
    ],
)
def test_ticks_are_round_and_few(low: float, high: float, most: int, finest: float, ticks: list[float]) -> None:
    assert round_ticks(low, high, most, finest=finest) == pytest.approx(ticks)


def test_limits_hold_what_is_shown_with_air() -> None:
    assert limits_with_air(40, 60, bounds=(0, 100), air=0.1, finest=1) == (38, 62)
    assert limits_with_air(99, 99.5, bounds=(0, 100), air=0.1, finest=1) == (98, 100)
    assert limits_with_air(95, 104, bounds=(0, 100), air=0.1, finest=1) == (94, 104)
    assert limits_with_air(50, 50, bounds=(0, 100), air=0.1, finest=1) == (49, 51)


def test_a_scale_is_linear() -> None:
    scale = Scale((0, 10), 100, 0)
    assert [scale(value) for value in (0, 5, 10)] == [100, 50, 0]
