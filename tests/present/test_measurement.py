"""Pieces on measurement: what they say of scores, items and pairs, and the figure of reliabilities."""

import re
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, PAPER, WIDE, Canvas
from drivers.present.isolation import plain
from drivers.present.sentences.constructs import consistency_sentences, construct_label
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.models.test_reliability import congeneric
from tests.shown import HOSTILE, IN_WORDS, LONG, labelled
from tests.simulated import make_survey

PIECES = (
    ("reliability", "finding"),
    ("reliability", "dots"),
    ("reliability", "items"),
    ("reliability", "method"),
    ("reliability", "glossary"),
    ("dimensionality", "dimensions"),
    ("dimensionality", "method"),
    ("dimensionality", "glossary"),
    ("discriminant", "pairs"),
    ("discriminant", "method"),
    ("discriminant", "glossary"),
)
ENGLISH = {
    "good": "Courtesy",
    "turned": "Speed",
    "poor": "Fairness",
    "few": "Choice",
    "lone": "Welcome",
    "satisfaction": "Overall satisfaction",
}
ARABIC = {
    "good": "اللباقة",
    "turned": "السرعة",
    "poor": "العدالة",
    "few": "البدائل",
    "lone": "الترحيب",
    "satisfaction": "الرضا العام",
}


def scores(folder: Path) -> Survey:
    """A good score, one with an item turned round, one of unrelated items, one of few answers, and single items."""
    rng = np.random.default_rng(31)
    n = 400
    common = rng.normal(size=n)
    turned = congeneric(rng, n, np.full(4, 0.8), 0.6 * common + 0.8 * rng.normal(size=n))
    turned[:, 3] = 100 - turned[:, 3]
    few = congeneric(rng, n, np.full(3, 0.8))
    few[5:, 0] = np.nan
    good = congeneric(rng, n, np.full(5, 0.8), common)
    poor = congeneric(rng, n, np.full(3, 0.4))
    answers = {"good": good, "turned": turned, "poor": poor, "few": few, "lone": good[:, 0]}
    satisfaction = congeneric(rng, n, np.full(3, 0.8), common)
    make_survey(folder, drivers=answers, outcomes={"satisfaction": satisfaction}, min_items=1)
    return labelled(folder, {name: {"en": en, "ar": ARABIC[name]} for name, en in ENGLISH.items()})


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return scores(tmp_path_factory.mktemp("scores"))


@pytest.fixture(scope="module")
def results(survey: Survey) -> dict[str, Any]:
    return {
        "reliability": kda.reliability(survey, n_boot=200),
        "dimensionality": kda.dimensionality(survey),
        "discriminant": kda.discriminant_validity(
            survey, constructs=["good", "turned", "poor", "satisfaction"], n_boot=200
        ),
    }


def words_of(survey: Survey, language: str) -> Words:
    return kda.wording(language, survey.labels)


def piece(result: Result, words: Words, as_: str) -> str:
    return str(bundle(result, words, as_=as_)["text/html"])


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def paragraphs(html: str) -> list[str]:
    return [text(found) for found in re.findall(r"<p[^>]*>(.*?)</p>", html)]


# Every piece


@pytest.mark.parametrize(("kind", "way"), PIECES)
def test_pieces_speak_both_languages(survey: Survey, results: dict[str, Any], kind: str, way: str) -> None:
    english, arabic = (piece(results[kind], words_of(survey, language), way) for language in ("en", "ar"))
    assert english and len(paragraphs(english)) == len(paragraphs(arabic))
    assert english.count("<tr>") == arabic.count("<tr>")
    own = re.sub(r'<bdi dir="ltr">.*?</bdi>', "", arabic)
    # Items have no label in this survey, so their keys stand there.
    assert not re.search("[A-Za-z]", re.sub(r"\b[a-z]+_\d\b", "", text(own))), text(own)


@pytest.mark.parametrize(("kind", "way"), PIECES)
def test_numbers_travel_with_their_piece(survey: Survey, results: dict[str, Any], kind: str, way: str) -> None:
    shown = bundle(results[kind], words_of(survey, "en"), as_=way)
    (numbers,) = (value for key, value in shown.items() if key.endswith("json"))
    assert not numbers["empty"]
    assert len(numbers["records"]) == (len(results[kind].tidy()) if way not in IN_WORDS else 0)
    if kind == "reliability":
        assert len(numbers["details"]["items"]) == len(results[kind].items())


# What is said


def test_scores_are_named_by_what_may_be_said_of_them(survey: Survey, results: dict[str, Any]) -> None:
    told = [plain(sentence) for sentence in consistency_sentences(results["reliability"], words_of(survey, "en"))]
    assert told == [
        "The items go together well enough to compare groups (the whole 95% confidence interval of omega is at 0.70 or "
        "above): “Courtesy” and “Overall satisfaction”.",
        "Whether the items go together well enough to compare groups is not certain (the 95% confidence interval of "
        "omega reaches from below 0.70 to above it): “Speed”.",
        "The items do not go together well enough to compare groups (the whole 95% confidence interval of omega is "
        "below 0.70): “Fairness”.",
    ]


def test_without_an_interval_none_is_spoken_of(survey: Survey) -> None:
    result = kda.reliability(survey, n_boot=0)
    told = " ".join(plain(sentence) for sentence in consistency_sentences(result, words_of(survey, "en")))
    assert "confidence" not in told
    assert told.count("no interval was computed") == 2


def test_an_uncertain_score_is_called_so(survey: Survey, results: dict[str, Any]) -> None:
    one = results["reliability"].constructs[0]
    unsure = replace(one, omega=np.array([0.72, 0.02, 0.66, 0.78]))
    result = replace(results["reliability"], constructs=(unsure,))
    assert [plain(sentence) for sentence in consistency_sentences(result, words_of(survey, "en"))] == [
        "Whether the items go together well enough to compare groups is not certain (the 95% confidence interval of "
        "omega reaches from below 0.70 to above it): “Courtesy”."
    ]


def test_the_finding_warns_of_items_worded_the_other_way_round(survey: Survey, results: dict[str, Any]) -> None:
    told = paragraphs(piece(results["reliability"], words_of(survey, "en"), "finding"))
    assert told[-1] == (
        "Run against the other items of their score, and are probably worded the other way round; if so, they are to "
        "be marked as reversed in the codebook: “turned_4”."
    )
    fine = replace(results["reliability"], constructs=results["reliability"].constructs[:1])
    assert len(paragraphs(piece(fine, words_of(survey, "en"), "finding"))) == 1


def test_what_cannot_be_told_is_said(survey: Survey, results: dict[str, Any]) -> None:
    told = paragraphs(piece(results["reliability"], words_of(survey, "en"), "dots"))
    assert "Measured by a single item, so that these answers cannot tell how reliable it is: “Welcome”." in told
    assert "Left out: “Choice” (fewer than 10 answered)." in told


def test_items_are_told_by_what_is_wrong_with_them(survey: Survey, results: dict[str, Any]) -> None:
    (told,) = paragraphs(piece(results["reliability"], words_of(survey, "en"), "items"))
    assert "Run against the other items" in told and "“turned_4”" in told
    fine = replace(results["reliability"], constructs=results["reliability"].constructs[:1])
    assert paragraphs(piece(fine, words_of(survey, "en"), "items")) == [
        "Every item goes with the others of its score (correlation with their sum: 0.30 or above)."
    ]


def test_dimensions_are_told_score_by_score(survey: Survey, results: dict[str, Any]) -> None:
    told = paragraphs(piece(results["dimensionality"], words_of(survey, "en"), "dimensions"))
    assert told[0].startswith("One thing stands behind the items: “Courtesy”, “Speed”, “Fairness” and “Overall")
    assert told[1:] == [
        "Left out: “Choice” (fewer than 10 answered).",
        "Left out: “All aspects together” (fewer than 10 answered).",
    ]


@pytest.mark.parametrize(
    ("name", "english", "arabic"),
    [
        ("customersat", "several dimensions beyond chance (number: 2)", "العدد: 2"),
        ("judges", "holds 92% of their variation", "يحمل 92% من تباينها"),
        ("service_center_staff", "holds 39% of their variation", "ويحمل بُعد واحد 39% من تباينها"),
    ],
)
def test_all_aspects_together_have_a_sentence(name: str, english: str, arabic: str) -> None:
    survey = kda.example_survey(name)
    result = kda.dimensionality(survey)
    for language, expected in (("en", english), ("ar", arabic)):
        (told, *_) = paragraphs(piece(result, words_of(survey, language), "dimensions"))
        assert expected in told


def test_pairs_are_counted_and_named(survey: Survey, results: dict[str, Any]) -> None:
    result = results["discriminant"]
    (told, footnote) = paragraphs(piece(result, words_of(survey, "en"), "pairs"))
    assert told == (
        "Pairs of scores that measure different things (the whole 95% confidence interval of the HTMT ratio is below "
        "0.90): 2 of 6. Measure the same thing, as far as these answers tell: “Courtesy” / “Overall satisfaction”. "
        "Without a ratio, because the items of one of the two do not go together: “Courtesy” / “Speed”, “Speed” / "
        "“Fairness” and “Speed” / “Overall satisfaction”."
    )
    assert footnote == "Participants: 400. Not weighted."


def test_many_pairs_are_left_to_the_table(survey: Survey, results: dict[str, Any]) -> None:
    result = results["discriminant"]
    unsure = replace(result, htmt=np.array([[0.9] * 6, [0.1] * 6, [0.8] * 6, [1.0] * 6]))
    (told, _) = paragraphs(piece(unsure, words_of(survey, "en"), "pairs"))
    assert told.endswith("0 of 6. Not certain: 6 of the pairs, which the table names.")


def test_method_says_how_intervals_were_made(survey: Survey, results: dict[str, Any]) -> None:
    told = " ".join(paragraphs(piece(results["reliability"], words_of(survey, "en"), "method")))
    assert "Intervals of alpha are Feldt's" in told
    assert "percentile intervals from bootstrap resamples of the participants (resamples: 200, seed: 1)" in told
    designed = " ".join(
        paragraphs(piece(replace(results["reliability"], design=True), words_of(survey, "en"), "method"))
    )
    assert "rescaled after Rao and Wu" in designed


# Without an answer


@pytest.mark.parametrize(
    ("analysis", "way", "reason", "told"),
    [
        (
            "reliability",
            "finding",
            Code("single_questions"),
            "How reliable the scores are cannot be told from these answers: every score rests on a single item.",
        ),
        (
            "reliability",
            "finding",
            Code("suppressed", {"needed": 10}),
            "The results are not shown, to protect the participants' privacy: fewer than 10 answered.",
        ),
        (
            "dimensionality",
            "dimensions",
            Code("few_items", {"n": 2, "needed": 3}),
            "How many things the items measure cannot be told from these answers: the number of questions on the "
            "aspects is 2 and at least 3 are needed.",
        ),
        (
            "discriminant_validity",
            "pairs",
            Code("one_construct"),
            "Whether the scores measure different things cannot be told from these answers: only one score is made of "
            "several items.",
        ),
        ("dimensionality", "dimensions", Code("suppressed", {"needed": 10}), ""),
        ("discriminant_validity", "pairs", Code("suppressed", {"needed": 10}), ""),
        ("discriminant_validity", "pairs", Code("single_questions"), ""),
        ("reliability", "dots", Code("single_questions"), ""),
        ("reliability", "items", Code("single_questions"), ""),
        ("discriminant_validity", "method", Code("one_construct"), ""),
    ],
)
def test_without_an_answer_the_reason_is_told_once(
    survey: Survey, analysis: str, way: str, reason: Code, told: str
) -> None:
    nothing = Unanswered(analysis=analysis, reasons=(reason,))
    assert text(piece(nothing, words_of(survey, "en"), way)) == told
    assert bool(piece(nothing, words_of(survey, "ar"), way)) == bool(told)


# Tables


def test_tables_hold_the_result_s_numbers(survey: Survey, results: dict[str, Any]) -> None:
    words = words_of(survey, "en")
    reliable = results["reliability"]
    cells = [[plain(cell) for cell in row] for row in tables.reliability_table(reliable, words).rows]
    one = reliable.constructs[0]
    assert cells[0][:2] == ["Courtesy", "Omega"] and cells[1][:2] == ["Courtesy", "Cronbach's alpha"]
    assert [float(cell) for cell in cells[0][2:]] == pytest.approx(one.omega[[0, 2, 3]], abs=0.005)
    assert [float(cell) for cell in cells[1][2:]] == pytest.approx(one.alpha[[0, 2, 3]], abs=0.005)
    scored = [[plain(cell) for cell in row] for row in tables.scores_table(reliable, words).rows]
    assert [row[:4] for row in scored] == [
        ["Courtesy", "Reliable enough", "5", "400"],
        ["Speed", "Not certain", "4", "400"],
        ["Fairness", "Not reliable enough", "3", "400"],
        ["Overall satisfaction", "Reliable enough", "3", "400"],
    ]
    items = [[plain(cell) for cell in row] for row in tables.items_table(reliable, words).rows]
    assert items[8][:3] == ["turned_4", "Speed", "Runs against the others: reversed?"]
    assert float(items[8][3].replace("−", "-")) == pytest.approx(reliable.constructs[1].item_rest[0, 3], abs=0.005)
    loadings = [[plain(cell) for cell in row] for row in tables.loadings_table(reliable, words).rows]
    assert [float(row[3]) for row in loadings[:5]] == pytest.approx(one.alpha_dropped, abs=0.005)


def test_fit_of_three_items_is_a_dash(survey: Survey, results: dict[str, Any]) -> None:
    rows = {plain(row[0]): row[1:] for row in tables.fit_table(results["dimensionality"], words_of(survey, "en")).rows}
    assert [plain(cell) for cell in rows["Fairness"][:6]] == ["—", "0", "—", "—", "—", "—"]
    fit = results["dimensionality"].constructs[0].fit
    assert float(rows["Courtesy"][3].strip("\u2066\u2069")) == pytest.approx(fit.cfi, abs=0.0005)


def test_pairs_stand_closest_first(survey: Survey, results: dict[str, Any]) -> None:
    result, words = results["discriminant"], words_of(survey, "en")
    table = tables.distinct_table(result, words)
    ratios = [plain(row[3]) for row in table.rows]
    known = [float(ratio.replace("−", "-")) for ratio in ratios if ratio != "—"]
    assert known == sorted(known, reverse=True)
    assert ratios[len(known) :] == ["—"] * 3
    assert [row[:2] for row in tables.extracted_table(result, words).rows] == [row[:2] for row in table.rows]


def test_tables_of_one_page_have_captions_of_their_own(survey: Survey, results: dict[str, Any]) -> None:
    for language in LANGUAGES:
        words = words_of(survey, language)
        captions = [
            caption
            for kind, way in PIECES
            for caption in re.findall("<caption>(.*?)</caption>", piece(results[kind], words, way))
        ]
        assert len(captions) == len(set(captions)) == 8


def test_tables_and_figure_refuse_another_result(survey: Survey, results: dict[str, Any]) -> None:
    words = words_of(survey, "en")
    made = (
        kda.figures.reliability_dots,
        tables.reliability_table,
        tables.scores_table,
        tables.items_table,
        tables.loadings_table,
        tables.distinct_table,
        tables.extracted_table,
    )
    for make in made:
        with pytest.raises(kda.PublishError, match="found 'dimensionality'"):
            make(results["dimensionality"], words)
    for make in (tables.dimensions_table, tables.fit_table):
        with pytest.raises(kda.PublishError, match="found 'reliability'"):
            make(results["reliability"], words)


# The figure


@pytest.fixture(params=["en", "ar"])
def words(request: pytest.FixtureRequest, survey: Survey) -> Words:
    return words_of(survey, request.param)


@pytest.fixture(params=[WIDE, NARROW])
def canvas(request: pytest.FixtureRequest, results: dict[str, Any], words: Words) -> Canvas:
    return kda.figures.reliability_dots(results["reliability"], words).canvas(request.param)


def dots(canvas: Canvas, words: Words) -> list[tuple[float, float, bool]]:
    """Place from the reading start, height, and whether it is a ring, of each dot; the legend's two come first."""
    found = []
    for line in canvas.figure.artists:
        if isinstance(line, Line2D) and line.get_marker() == "o":
            x, y = line.get_xdata()[0] * canvas.width, line.get_ydata()[0]
            ring = line.get_markerfacecolor() == PAPER
            found.append((canvas.width - x if words.direction == "rtl" else x, y, ring))
    return found


def test_dots_stand_where_their_numbers_are(results: dict[str, Any], canvas: Canvas, words: Words) -> None:
    shown = dots(canvas, words)[2:]
    values = [value for one in results["reliability"].constructs for value in (one.omega[0], one.alpha[0])]
    assert [ring for *_, ring in shown] == [False, True] * 4
    places = np.array([x for x, *_ in shown])
    # Pixels are a straight line of the values, and grow with the reading.
    slope, start = np.polyfit(values, places, 1)
    assert slope > 0
    assert places == pytest.approx(start + slope * np.array(values), abs=0.01)


def test_texts_stay_inside_and_apart(canvas: Canvas) -> None:
    boxes = [canvas.box(artist) for _, artist in canvas.texts]
    assert all(box.left >= 0 and box.right <= canvas.width for box in boxes)
    assert all(box.top >= 0 and box.bottom <= canvas.height for box in boxes)
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_the_limit_is_drawn_at_its_place(results: dict[str, Any], canvas: Canvas, words: Words) -> None:
    dashed = [line for line in canvas.figure.artists if isinstance(line, Line2D) and line.get_linestyle() == "--"]
    assert len(dashed) == len(results["reliability"].constructs)
    places = {round(float(line.get_xdata()[0]) * canvas.width, 3) for line in dashed}
    assert len(places) == 1
    (place,) = places
    place = canvas.width - place if words.direction == "rtl" else place
    one = results["reliability"].constructs[0]
    x_omega = dots(canvas, words)[2][0]
    assert (place < x_omega) == (one.omega[0] > 0.70)


def test_scores_stand_in_the_codebook_s_order(results: dict[str, Any], canvas: Canvas, words: Words) -> None:
    heights = [y for _, y, ring in dots(canvas, words)[2:] if not ring]
    assert all(above > below for above, below in pairwise(heights))
    written = [plain(shown) for shown, _ in canvas.texts]
    names = [plain(construct_label(one.construct, words)) for one in results["reliability"].constructs]
    assert [name for name in written if name in names] == names


def test_the_alternative_text_states_the_finding(results: dict[str, Any], words: Words) -> None:
    alt = kda.figures.reliability_dots(results["reliability"], words).alt
    assert plain(consistency_sentences(results["reliability"], words)[0]) in alt


def test_alpha_far_below_zero_stays_in_the_figure(results: dict[str, Any], words: Words) -> None:
    one = results["reliability"].constructs[0]
    absurd = replace(one, alpha=np.array([-7.5, 0.5, -9.0, -6.0]), omega=np.full(4, np.nan))
    canvas = kda.figures.reliability_dots(replace(results["reliability"], constructs=(absurd,)), words).canvas(NARROW)
    (place,) = [x for x, *_ in dots(canvas, words)[2:]]
    assert 0 < place < canvas.width
    written = [plain(shown) for shown, _ in canvas.texts]
    assert "−7.50" in written and "—" in written


def test_long_and_hostile_labels_break_nothing(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    names = ("a", "b", "c")
    answers = {name: congeneric(rng, 60, np.full(3, 0.7)) for name in names}
    make_survey(tmp_path, drivers=answers, outcomes={"y": answers["a"][:, 0]})
    labels = {
        "a": {"en": LONG[0][0], "ar": LONG[0][1]},
        "b": {"en": HOSTILE[0], "ar": HOSTILE[2]},
        "c": {"en": HOSTILE[3], "ar": HOSTILE[4]},
    }
    survey = labelled(tmp_path, labels)
    result = kda.reliability(survey, n_boot=100)
    for language in LANGUAGES:
        words = words_of(survey, language)
        html = piece(result, words, "dots")
        assert "<script" not in html
        canvas = kda.figures.reliability_dots(result, words).canvas(NARROW)
        boxes = [canvas.box(artist) for _, artist in canvas.texts]
        assert all(box.left >= 0 and box.right <= canvas.width for box in boxes)
        for i, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[:i])
