"""Pieces on the service chain: what they say of each path, the figure of parts and totals, the tables."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.models.chain.path_result import PathsResult
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, SOFT, STRONG, WIDE, Canvas
from drivers.present.isolation import plain
from drivers.present.sentences.chain import link_sentences, pattern_sentences, share_sentences
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.models.chain.test_path_analysis import chain_answers_of, survey_of, with_event
from tests.shown import HOSTILE, LONG, labelled

DRAWN: dict[tuple[Result, str, str], str] = {}
WAYS = ("finding", "bars", "serial", "table", "method", "glossary")
LABELS = {
    "through": {"en": "Speed", "ar": "سرعة الاستجابة"},
    "both": {"en": "Respect", "ar": "الاحترام"},
    "direct": {"en": "Fairness", "ar": "العدالة في الإجراءات"},
    "opposed": {"en": "Choice", "ar": "توفير البدائل والخيارات"},
    "none": {"en": "Welcome", "ar": "الترحيب"},
    "satisfaction": {"en": "Overall satisfaction", "ar": "الرضا العام"},
    "loyalty": {"en": "Loyalty", "ar": "الولاء"},
    "far": {"en": "Customers lost", "ar": "فقدان العملاء"},
}


def make(folder: Path, labels: dict[str, dict[str, str]]) -> Survey:
    """A chain of which the end is an event, seldom where loyalty is high."""
    answers = chain_answers_of(500)
    happened = np.random.default_rng(8).random(500) < (90 - answers["loyalty"]) / 100
    survey_of(folder, answers)
    return with_event(labelled(folder, labels), "far", happened.astype(float))


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return make(tmp_path_factory.mktemp("chain"), LABELS)


@pytest.fixture(scope="module")
def result(survey: Survey) -> PathsResult:
    return kda.paths(survey, n_boot=200)


@pytest.fixture(scope="module")
def onward(survey: Survey) -> PathsResult:
    return kda.paths(survey, through=["satisfaction", "loyalty"], n_boot=200)


def words_of(survey: Survey, language: str) -> Words:
    return kda.wording(language, survey.labels)


def piece(result: Result, words: Words, as_: str) -> str:
    """The HTML of a piece; figures take their time, so that each is drawn once."""
    key = (result, words.language, as_)
    if key not in DRAWN:
        DRAWN[key] = str(bundle(result, words, as_=as_)["text/html"])
    return DRAWN[key]


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def paragraphs(html: str) -> list[str]:
    return [text(found) for found in re.findall(r"<p[^>]*>(.*?)</p>", html)]


# Every piece


@pytest.mark.parametrize("way", WAYS)
def test_pieces_speak_both_languages(survey: Survey, result: PathsResult, onward: PathsResult, way: str) -> None:
    shown = onward if way == "serial" else result
    english, arabic = (piece(shown, words_of(survey, language), way) for language in ("en", "ar"))
    assert english and len(paragraphs(english)) == len(paragraphs(arabic))
    assert english.count("<tr>") == arabic.count("<tr>")
    own = re.sub(r'<bdi dir="ltr">.*?</bdi>', "", arabic)
    assert not re.search("[A-Za-z]", text(own)), text(own)


def test_numbers_travel_with_their_piece(survey: Survey, result: PathsResult) -> None:
    shown = bundle(result, words_of(survey, "en"), as_="finding")
    (numbers,) = (value for key, value in shown.items() if key.endswith("json"))
    assert len(numbers["records"]) == len(result.tidy()) == 2 * 3 * 5
    assert numbers["details"]["patterns"]["loyalty"] == ["through", "both", "direct", "opposed", "none"]


def test_ids_of_a_chain_and_a_longer_one_do_not_meet(survey: Survey, result: PathsResult, onward: PathsResult) -> None:
    words = words_of(survey, "en")
    found = [
        identity
        for shown, way in ((result, "bars"), (onward, "serial"))
        for identity in re.findall(r'\bid="([^"]+)"', piece(shown, words, way))
    ]
    assert found and len(found) == len(set(found))
    captions = re.findall("<caption>(.*?)</caption>", piece(result, words, "bars") + piece(onward, words, "serial"))
    assert len(captions) == len(set(captions))


# What is said


def test_what_is_said_of_each_aspect(survey: Survey, result: PathsResult) -> None:
    words = words_of(survey, "en")
    part = result.paths_to("loyalty")
    assert [plain(sentence) for sentence in pattern_sentences(result, part, words)] == [
        "Associated with the measure “Loyalty” through satisfaction only: “Speed”.",
        "Associated with the measure “Loyalty” both through satisfaction and directly: “Respect”.",
        "Associated with the measure “Loyalty” through satisfaction in one direction and directly in the other: "
        "“Choice”.",
        "Associated with the measure “Loyalty” directly only: “Fairness”.",
        "No certain association with the measure “Loyalty”, neither through satisfaction nor directly: “Welcome”.",
    ]
    share, low, high = (round(100 * part.mediated[row, 1]) for row in (0, 2, 3))
    assert [plain(sentence) for sentence in share_sentences(result, part, words)] == [
        "Of the association with the measure “Loyalty” this part goes through satisfaction (95% confidence intervals "
        f"in brackets): “Respect” {share}% ({low}% to {high}%)."
    ]


def test_arabic_lets_no_label_govern(survey: Survey, result: PathsResult) -> None:
    words = words_of(survey, "ar")
    part = result.paths_to("loyalty")
    assert [plain(sentence) for sentence in pattern_sentences(result, part, words)][:2] == [
        "ما يرتبط بمؤشر «الولاء» عبر الرضا فقط: «سرعة الاستجابة».",
        "ما يرتبط بمؤشر «الولاء» عبر الرضا وارتباطًا مباشرًا أيضًا: «الاحترام».",
    ]
    (link,) = link_sentences(result, result.paths_to("far"), words)
    assert "في نسبة «فقدان العملاء»" in plain(link) and "نقطة مئوية" in plain(link)


def test_links_rise_fall_or_are_open(survey: Survey, result: PathsResult, onward: PathsResult) -> None:
    words = words_of(survey, "en")
    part = result.paths_to("loyalty")
    slope = 10 * part.steps[-1].slope[:, -1]
    rise = (
        "All else in the chain being equal, where overall satisfaction is 10 points higher, the measure “Loyalty” is "
    )
    assert [plain(sentence) for sentence in link_sentences(result, part, words)] == [
        f"{rise}{slope[0]:.1f} points higher (95% confidence interval {slope[2]:.1f} to {slope[3]:.1f})."
    ]
    links = [plain(sentence) for sentence in link_sentences(onward, onward.outcomes[0], words)]
    assert len(links) == 2 and links[0].startswith(rise)
    fall = 10 * onward.outcomes[0].steps[-1].slope[:, -1]
    assert links[1] == (
        "All else in the chain being equal, where the measure “Loyalty” is 10 points higher, the share of “Customers "
        f"lost” is {-fall[0]:.1f} percentage points lower (95% confidence interval {-fall[3]:.1f} to {-fall[2]:.1f})."
    )
    assert [plain(one) for one in link_sentences(onward, onward.outcomes[0], words, last=True)] == links[1:]
    step = part.steps[-1]
    for limits, told in (((-1.0, 1.0), "it is not certain that"), ((np.nan, np.nan), "no interval was computed")):
        slopes = np.array(step.slope)
        slopes[2:, -1] = limits
        other = replace(part, steps=(*part.steps[:-1], replace(step, slope=slopes)))
        (sentence,) = link_sentences(result, other, words)
        assert told in plain(sentence)


def test_small_numbers_have_two_digits(survey: Survey, result: PathsResult) -> None:
    part = result.paths_to("loyalty")
    step = part.steps[-1]
    slopes = np.array(step.slope)
    slopes[:, -1] = [0.012, 0.001, 0.01, 0.014]
    other = replace(part, steps=(*part.steps[:-1], replace(step, slope=slopes)))
    (sentence,) = link_sentences(result, other, words_of(survey, "en"))
    assert plain(sentence).endswith("is 0.12 points higher (95% confidence interval 0.10 to 0.14).")


def test_the_page_says_that_answers_have_no_order_in_time(
    survey: Survey, result: PathsResult, onward: PathsResult
) -> None:
    told = "The answers were given at one time, so that they cannot show what comes first: the order of the chain"
    words = words_of(survey, "en")
    for way in ("finding", "bars"):
        assert told in text(piece(result, words, way))
    assert "Only what was recorded afterwards is known to come later." in text(piece(result, words, "bars"))
    assert "What happened was recorded after the answers." in text(piece(onward, words, "serial"))


def test_without_intervals_nothing_is_claimed(survey: Survey) -> None:
    result, words = kda.paths(survey, outcomes=["loyalty"], n_boot=0), words_of(survey, "en")
    said = text(piece(result, words, "finding") + piece(result, words, "bars"))
    assert "Associated with" not in said and "confidence" not in said
    assert "How sure the paths to the measure “Loyalty” are is not known, as no interval was computed." in said
    assert "Intervals are" not in text(piece(result, words, "method"))


def test_method_says_how_intervals_were_made(survey: Survey, result: PathsResult) -> None:
    words = words_of(survey, "en")
    told = text(piece(result, words, "method"))
    assert "percentile intervals from bootstrap resamples of the participants (resamples: 200, seed: 1)" in told
    assert "straight lines too, in percentage points" in told
    assert "rescaled after Rao and Wu" in text(piece(replace(result, design=True), words, "method"))
    loyalty = replace(result, outcomes=result.outcomes[:1])
    assert "percentage points" not in text(piece(loyalty, words, "method"))


def test_an_outcome_without_paths_is_named(survey: Survey, result: PathsResult) -> None:
    left = replace(result, left_out={"far": Code("few_events", {"needed": 10})})
    assert (
        "The paths to the measure “Customers lost” cannot be shown: those to whom it happened, or those to whom it did "
        "not, are fewer than 10."
    ) in text(piece(left, words_of(survey, "en"), "bars"))


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (
            Code("one_outcome"),
            "The service chain cannot be shown: the survey has no outcome beyond satisfaction, such as loyalty.",
        ),
        (
            Code("suppressed", {"needed": 10}),
            "The results are not shown, to protect the participants' privacy: fewer than 10 answered.",
        ),
    ],
)
def test_without_an_answer_the_reason_is_told_once(survey: Survey, reason: Code, told: str) -> None:
    nothing = Unanswered(analysis="paths", reasons=(reason,))
    assert text(piece(nothing, words_of(survey, "en"), "finding")) == told
    assert piece(nothing, words_of(survey, "ar"), "finding")
    assert not any(piece(nothing, words_of(survey, "en"), way) for way in WAYS[1:])


# Tables


def number(cell: str) -> float:
    return float(plain(cell).replace("−", "-").replace("%", ""))


def test_tables_hold_the_result_s_numbers(survey: Survey, result: PathsResult, onward: PathsResult) -> None:
    words = words_of(survey, "en")
    part = result.paths_to("loyalty")
    table = tables.paths_table(result, words, "loyalty")
    assert [plain(name) for name in table.headings][:4] == ["Aspect", "Through satisfaction", "Direct", "Total"]
    for i, row in enumerate(table.rows):
        expected = [part.indirect.points[0, i], part.direct.points[0, i], *part.total.points[[0, 2, 3], i]]
        assert [number(cell) for cell in row[1:6]] == pytest.approx([10 * value for value in expected], abs=0.005)
    assert [plain(row[6]) for row in table.rows[3:]] == ["in two directions", "the total is not certain"]
    assert number(table.rows[1][6]) == pytest.approx(100 * part.mediated[0, 1], abs=0.5)
    every = tables.path_effects_table(onward, words, "far")
    assert [plain(row[1]) for row in every.rows[:6]] == [
        "Direct",
        "Through satisfaction",
        "Through “Loyalty”",
        "Through “Overall satisfaction” and “Loyalty”",
        "All ways together",
        "Total",
    ]
    standardised = [one.standardised[0, 0] for one in onward.outcomes[0].effects]
    assert [number(row[5]) for row in every.rows[:6]] == pytest.approx(standardised, abs=0.005)


def test_tables_and_figure_refuse_another_result(survey: Survey) -> None:
    words, other = words_of(survey, "en"), kda.outcome_scores(survey)
    for make_one in (kda.figures.path_bars, tables.paths_table, tables.path_effects_table):
        with pytest.raises(kda.PublishError, match="Expected a result of kind 'paths', found 'outcome_scores'"):
            make_one(other, words, "loyalty")


# The figure


@pytest.fixture(params=["en", "ar"])
def words(request: pytest.FixtureRequest, survey: Survey) -> Words:
    return words_of(survey, request.param)


@pytest.fixture(params=[WIDE, NARROW])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def place(canvas: Canvas, x: float, words: Words) -> float:
    """Pixels from the reading start for a part of the figure's width."""
    return canvas.width * (1 - x) if words.direction == "rtl" else canvas.width * x


def dots(canvas: Canvas, words: Words) -> list[float]:
    """The places of the totals, in the drivers' order; the first dot is the key's."""
    found = [
        place(canvas, float(line.get_xdata()[0]), words)
        for line in canvas.figure.artists
        if isinstance(line, Line2D) and line.get_marker() == "o"
    ]
    return found[1:]


def bars(canvas: Canvas, color: str, words: Words) -> list[tuple[float, float]]:
    """Both ends of each bar of a colour, from the reading start; the first is the key's."""
    from matplotlib.colors import to_hex

    found = []
    for artist in canvas.figure.artists:
        if isinstance(artist, Rectangle) and to_hex(artist.get_facecolor()) == color:
            ends = (artist.get_x(), artist.get_x() + artist.get_width())
            low, high = sorted(place(canvas, end, words) for end in ends)
            found.append((low, high))
    return found[1:]


def test_parts_and_totals_stand_where_their_numbers_are(result: PathsResult, words: Words, width: int) -> None:
    part = result.paths_to("loyalty")
    canvas = kda.figures.path_bars(result, words, "loyalty").canvas(width)
    total = 10 * part.total.points[0]
    slope, start = np.polyfit(total, dots(canvas, words), 1)
    # Pixels are a straight line of the values, and grow with the reading.
    assert slope > 0
    assert dots(canvas, words) == pytest.approx(start + slope * total, abs=0.01)
    indirect, direct = (10 * one.points[0] for one in (part.indirect, part.direct))
    for value, (low, high) in zip(indirect, bars(canvas, STRONG, words), strict=True):
        assert (low, high) == pytest.approx((start + slope * min(value, 0), start + slope * max(value, 0)), abs=0.01)
    for through, beside, (low, high) in zip(indirect, direct, bars(canvas, SOFT, words), strict=True):
        # End to end in one direction, on both sides of 0 in two.
        begin = through if through * beside >= 0 else 0.0
        ends = sorted((begin, begin + beside))
        assert (low, high) == pytest.approx((start + slope * ends[0], start + slope * ends[1]), abs=0.01)


@pytest.mark.parametrize("outcome", ["loyalty", "far"])
def test_texts_stay_inside_and_apart(result: PathsResult, words: Words, width: int, outcome: str) -> None:
    check_texts(kda.figures.path_bars(result, words, outcome).canvas(width))


def check_texts(canvas: Canvas) -> None:
    boxes = [canvas.box(artist) for _, artist in canvas.texts]
    assert all(box.left >= 0 and box.right <= canvas.width for box in boxes)
    assert all(box.top >= 0 and box.bottom <= canvas.height for box in boxes)
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_drivers_stand_in_the_codebook_s_order(result: PathsResult, words: Words, width: int) -> None:
    canvas = kda.figures.path_bars(result, words, "loyalty").canvas(width)
    written = [plain(shown) for shown, _ in canvas.texts]
    names = [plain(words.label("driver", name)) for name in result.drivers]
    found = [name for name in written if name in names]
    assert found == names


def test_the_figure_says_in_words_what_it_shows(result: PathsResult, survey: Survey) -> None:
    alt = kda.figures.path_bars(result, words_of(survey, "en"), "far").alt
    assert alt.startswith("Bars of how each aspect goes with the share of “Customers lost”. Associated with")


@pytest.mark.parametrize("texts", ["long", "hostile"])
def test_labels_of_any_kind_find_room(texts: str, tmp_path: Path) -> None:
    long = [{"en": en, "ar": ar} for en, ar in LONG]
    hostile = [{"en": text, "ar": text} for text in HOSTILE]
    chosen = (long if texts == "long" else [*hostile, *hostile])[: len(LABELS)]
    survey = make(tmp_path, dict(zip(LABELS, chosen, strict=True)))
    result = kda.paths(survey, through=["satisfaction", "loyalty"], n_boot=0)
    for language in LANGUAGES:
        words = words_of(survey, language)
        check_texts(kda.figures.path_bars(result, words, "far").canvas(NARROW))
        html = piece(result, words, "finding") + piece(result, words, "table")
        assert "<script" not in html and "<img" not in html
