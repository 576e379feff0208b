"""Pieces on must-haves and bonuses, of drivers and of features: what they say, and their figures."""

import math
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
from drivers.labels import LANGUAGES
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, PAPER, WIDE, Canvas
from drivers.present.isolation import plain
from drivers.present.sentences.uneven import feature_sentences, uneven_sentences
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.models.asymmetry.asked_features import answers_of, ask_features
from tests.models.asymmetry.test_kano_features import counts
from tests.models.asymmetry.test_penalty_reward import few_low, ratings, satisfaction
from tests.shown import HOSTILE, IN_WORDS, LONG, labelled
from tests.simulated import make_survey

PIECES = (
    ("asymmetry", "bars"),
    ("asymmetry", "table"),
    ("asymmetry", "method"),
    ("asymmetry", "glossary"),
    ("kano", "map"),
    ("kano", "table"),
    ("kano", "method"),
    ("kano", "glossary"),
)
NAMES = {
    "a": ("Being there", "التواجد في مكان الخدمة"),
    "b": ("Choice", "توفير البدائل والخيارات"),
    "c": ("Speed", "سرعة الاستجابة"),
    "d": ("Fairness", "العدالة في الإجراءات"),
    "e": ("Parking", "موقف السيارات"),
}
FEATURES = {
    "safe": ("Data kept safe", "حفظ البيانات بأمان"),
    "gloves": ("Usable with gloves", "الاستخدام بالقفازات"),
    "touch": ("Exact touch", "لمس دقيق"),
    "looks": ("Looks attractive", "مظهر جذاب"),
    "advert": ("Advertisements", "الإعلانات"),
    "odd": ("Odd answers", "إجابات غريبة"),
    "open": ("A call button", "زر لاستدعاء موظف"),
    "few": ("Asked of few", "سُئل عنها القليل"),
}
MADE = {
    "safe": counts(A=20, O=40, M=120, I=20),
    "gloves": counts(A=130, O=30, M=10, I=30),
    "touch": counts(A=30, O=120, M=30, I=20),
    "looks": counts(A=40, O=10, M=10, I=140),
    "advert": counts(A=10, I=40, R=150),
    "odd": counts(A=10, I=40, Q=150),
    "open": counts(A=80, O=20, M=20, I=80),
    "few": counts(A=9, none=191),
}


@pytest.fixture(scope="module")
def drivers_survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """A must-have, a bonus, a straight line, one of few low ratings and one of two answers."""
    x = ratings(500, 1)
    rng = np.random.default_rng(3)
    rare = few_low(5, 500)[0][:, 0]
    columns = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "d": rare, "e": 100.0 * rng.integers(0, 2, 500)}
    folder = tmp_path_factory.mktemp("drivers")
    make_survey(folder, drivers=columns, outcomes={"satisfaction": satisfaction(x, 2)})
    labels = {name: {"en": en, "ar": ar} for name, (en, ar) in NAMES.items()}
    return labelled(folder, labels | {"satisfaction": {"en": "Overall satisfaction", "ar": "الرضا العام"}})


@pytest.fixture(scope="module")
def features_survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return ask_features(
        tmp_path_factory.mktemp("features"),
        {name: answers_of(found) for name, found in MADE.items()},
        labels={name: {"en": en, "ar": ar} for name, (en, ar) in FEATURES.items()},
    )


@pytest.fixture(scope="module")
def surveys(drivers_survey: Survey, features_survey: Survey) -> dict[str, Survey]:
    return {"asymmetry": drivers_survey, "kano": features_survey}


@pytest.fixture(scope="module")
def results(drivers_survey: Survey, features_survey: Survey) -> dict[str, Any]:
    return {"asymmetry": kda.asymmetry(drivers_survey), "kano": kda.kano(features_survey)}


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
def test_pieces_speak_both_languages(surveys: dict[str, Survey], results: dict[str, Any], kind: str, way: str) -> None:
    english, arabic = (piece(results[kind], words_of(surveys[kind], language), way) for language in ("en", "ar"))
    assert english and len(paragraphs(english)) == len(paragraphs(arabic))
    assert english.count("<tr>") == arabic.count("<tr>") and english.count("<dt>") == arabic.count("<dt>")
    own = re.sub(r'<bdi dir="ltr">.*?</bdi>', "", arabic)
    assert not re.search("[A-Za-z]", text(own)), text(own)


@pytest.mark.parametrize(("kind", "way"), PIECES)
def test_numbers_travel_with_their_piece(
    surveys: dict[str, Survey], results: dict[str, Any], kind: str, way: str
) -> None:
    shown = bundle(results[kind], words_of(surveys[kind], "en"), as_=way)
    (numbers,) = (value for key, value in shown.items() if key.endswith("json"))
    tidy = results[kind].tidy()
    assert not numbers["empty"]
    estimates = [math.nan if one["estimate"] is None else one["estimate"] for one in numbers["records"]]
    assert estimates == pytest.approx(list(tidy["estimate"]) if way not in IN_WORDS else [], nan_ok=True)


# What is said of drivers


def test_each_driver_is_spoken_of_by_its_shape(drivers_survey: Survey, results: dict[str, Any]) -> None:
    result, words = results["asymmetry"], words_of(drivers_survey, "en")
    told = [plain(sentence) for sentence in uneven_sentences(result, words)]
    penalty, low, high = (f"{value:.1f}" for value in result.penalty[[0, 2, 3], 0])
    reward, reward_low, reward_high = (plain(words.number(value, 1)) for value in result.reward[[0, 2, 3], 0])
    assert told[0] == (
        f"“Being there” is a must-have. Between a middling and the worst rating, overall satisfaction is {penalty} "
        f"points lower (95% confidence interval {low} to {high}); between a middling and the best rating, the "
        f"difference is {reward} ({reward_low} to {reward_high})."
    )
    assert told[1].startswith("“Choice” is a bonus. Between a middling and the best rating, overall satisfaction is ")
    assert told[2:] == [
        "The more the better: overall satisfaction differs between middling and low ratings and between middling and "
        "high ones, and neither difference is more than twice the other. This holds for “Speed”.",
        "Low ratings are too few to tell what goes with weakness: “Fairness”.",
        "Not rated on a scale with a middle, so that the two sides cannot be told apart: “Parking”.",
    ]


def test_arabic_says_the_same(drivers_survey: Survey, results: dict[str, Any]) -> None:
    result = results["asymmetry"]
    told = [plain(sentence) for sentence in uneven_sentences(result, words_of(drivers_survey, "ar"))]
    assert told[0].startswith("جانب «التواجد في مكان الخدمة» من الأساسيات. يقل الرضا العام عند أدنى تقييم عنه عند ")
    assert told[1].startswith("جانب «توفير البدائل والخيارات» من المزايا الإضافية. الرضا العام عند أعلى تقييم أعلى ")
    assert told[2].endswith("وذلك في «سرعة الاستجابة».")


def test_where_nothing_is_decided_that_is_all_that_is_said(drivers_survey: Survey, results: dict[str, Any]) -> None:
    result = results["asymmetry"]
    open_ = replace(result, shapes=("undecided",) * 4, straight=())
    told = [plain(sentence) for sentence in uneven_sentences(open_, words_of(drivers_survey, "en"))]
    assert told == [
        "These answers do not tell whether these are must-haves, bonuses or in between: “Being there”, “Choice” and "
        "“Speed”.",
        "Low ratings are too few to tell what goes with weakness: “Fairness”.",
    ]


def test_groups_are_spoken_of_as_groups(drivers_survey: Survey) -> None:
    words = words_of(drivers_survey, "en")
    result = kda.asymmetry(drivers_survey, method="contrast")
    told = " ".join(paragraphs(piece(result, words, "bars")))
    assert "Where it is rated low, overall satisfaction is" in told and "worst" not in told
    assert "Points between the middling ratings and the low ones (penalty) or the high ones (reward)" in told
    assert "groups, all aspects together (Brandt)" in " ".join(paragraphs(piece(result, words, "method")))


@pytest.mark.parametrize("errors", ["HC3", "linearised", "replicates"])
def test_method_says_which_errors(drivers_survey: Survey, results: dict[str, Any], errors: str) -> None:
    result = replace(results["asymmetry"], errors=errors)
    told = [paragraphs(piece(result, words_of(drivers_survey, language), "method"))[1] for language in LANGUAGES]
    key = {"HC3": "HC3", "linearised": "linearised", "replicates": "replicate weights"}[errors]
    assert key in told[LANGUAGES.index("en")] and told[LANGUAGES.index("ar")]


def test_few_answers_are_told_without_their_number(drivers_survey: Survey, results: dict[str, Any]) -> None:
    rows = {row[0]: row for row in _cells(tables.shapes_table(results["asymmetry"], words_of(drivers_survey, "en")))}
    assert rows["Fairness"][2:] == ["—", "—", "—", "—", "< 10", rows["Fairness"][-1]]
    assert rows["Being there"][1] == "Must-have"
    assert float(rows["Speed"][2].replace("−", "-")) == pytest.approx(results["asymmetry"].index[0, 2], abs=0.005)
    tests = {
        row[0]: row for row in _cells(tables.shape_tests_table(results["asymmetry"], words_of(drivers_survey, "en")))
    }
    assert tests["Being there"][2] == "< 0.001" and tests["Fairness"][2] == "—"


def _cells(table: Any) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in table.rows]


# What is said of features


def test_features_are_spoken_of_by_their_class(features_survey: Survey, results: dict[str, Any]) -> None:
    told = [plain(sentence) for sentence in feature_sentences(results["kano"], words_of(features_survey, "en"))]
    assert told == [
        "Must-haves, missed if lacking and not noticed if present: “Data kept safe”.",
        "Bonuses, pleasing if present and not missed if lacking: “Usable with gloves”.",
        "The more the better, pleasing if present and missed if lacking: “Exact touch”.",
        "No difference to the largest group: “Looks attractive”.",
        "Unwanted by the largest group: “Advertisements”.",
        "Contradictory answers in the largest group: “Odd answers”.",
        "No group is clearly the largest: “A call button”.",
        "Left out, as fewer than 10 answered both questions: “Asked of few”.",
    ]


def test_many_features_are_left_to_the_table(features_survey: Survey, results: dict[str, Any]) -> None:
    many = replace(results["kano"], left_out=tuple(f"f{i}" for i in range(9)))
    told = plain(feature_sentences(many, words_of(features_survey, "en"))[-1])
    assert told.endswith("answered both questions: 9 features, which the table names.")


def test_answers_of_a_rating_are_warned_of(features_survey: Survey, results: dict[str, Any]) -> None:
    words = words_of(features_survey, "en")
    rated = paragraphs(piece(replace(results["kano"], rated=True), words, "map"))
    assert rated[-1] == (
        "Answers were given on a rating scale, which has no answer for what is taken for granted, so that must-haves "
        "are told less surely."
    )
    assert rated[:-1] == paragraphs(piece(results["kano"], words, "map"))


def test_tables_of_features_hold_their_shares(features_survey: Survey, results: dict[str, Any]) -> None:
    result, words = results["kano"], words_of(features_survey, "en")
    rows = _cells(tables.categories_table(result, words))
    assert rows[0] == ["Data kept safe", "Must-have", "60%", "10%", "20%", "10%", "0%", "0%", "200"]
    headings = [plain(heading) for heading in tables.categories_table(result, words).headings]
    assert headings[2:8] == ["Must-have", "Bonus", "The more the better", "No difference", "Unwanted", "Contradictory"]
    assert _cells(tables.coefficients_table(result, words))[1][:3] == ["Usable with gloves", "Bonus", "80%"]
    assert _cells(tables.strength_table(result, words))[0][1] == "40%"


# Without an answer


@pytest.mark.parametrize(
    ("analysis", "way", "reason", "told"),
    [
        (
            "asymmetry",
            "bars",
            Code("no_middle"),
            "These answers do not tell what is a must-have and what is a bonus: no aspect has ratings on "
            "both sides of the middle of its scale.",
        ),
        (
            "kano",
            "map",
            Code("no_kano_pairs"),
            "What people would miss and what would please them is not shown: the survey does not ask how people would "
            "feel with a feature and without it.",
        ),
        (
            "asymmetry",
            "bars",
            Code("few_on_a_side", {"needed": 20}),
            "These answers do not tell what is a must-have and what is a bonus: no aspect has 20 ratings (effective "
            "number) below the middle of its scale, or above it.",
        ),
        ("asymmetry", "bars", Code("suppressed", {"needed": 10}), ""),
        ("kano", "map", Code("suppressed", {"needed": 10}), ""),
        ("asymmetry", "table", Code("no_middle"), ""),
        ("asymmetry", "method", Code("no_middle"), ""),
        ("kano", "table", Code("no_kano_pairs"), ""),
        ("kano", "glossary", Code("no_kano_pairs"), ""),
    ],
)
def test_without_an_answer_the_reason_is_told_once(
    features_survey: Survey, analysis: str, way: str, reason: Code, told: str
) -> None:
    nothing = Unanswered(analysis=analysis, reasons=(reason,))
    assert text(piece(nothing, words_of(features_survey, "en"), way)) == told
    assert bool(piece(nothing, words_of(features_survey, "ar"), way)) == bool(told)


# The figures


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[WIDE, NARROW])
def bars(request: pytest.FixtureRequest, drivers_survey: Survey, results: dict[str, Any], language: str) -> Canvas:
    words = words_of(drivers_survey, language)
    return kda.figures.penalty_reward_bars(results["asymmetry"], words).canvas(request.param)


@pytest.fixture(params=[WIDE, NARROW])
def chart(request: pytest.FixtureRequest, features_survey: Survey, results: dict[str, Any], language: str) -> Canvas:
    return kda.figures.feature_map(results["kano"], words_of(features_survey, language)).canvas(request.param)


def inside_and_apart(canvas: Canvas) -> None:
    boxes = [canvas.box(artist) for _, artist in canvas.texts]
    assert all(box.left >= 0 and box.right <= canvas.width for box in boxes)
    assert all(box.top >= 0 and box.bottom <= canvas.height for box in boxes)
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i]), canvas.texts[i][0]


def test_texts_of_the_bars_stay_inside_and_apart(bars: Canvas) -> None:
    inside_and_apart(bars)


def test_texts_of_the_map_stay_inside_and_apart(chart: Canvas) -> None:
    inside_and_apart(chart)


def test_bars_run_from_one_line_to_either_side(bars: Canvas, results: dict[str, Any], language: str) -> None:
    result = results["asymmetry"]
    found = [patch for patch in bars.figure.artists if isinstance(patch, Rectangle)]
    # By shape, and the penalty that is not known has no bar.
    order = [0, 1, 2, 3]
    expected = [
        (side, getattr(result, side)[0, i])
        for i in order
        for side in ("penalty", "reward")
        if np.isfinite(getattr(result, side)[0, i])
    ]
    assert len(found) == len(expected) == 7
    ends = []
    for patch, (side, value) in zip(found, expected, strict=True):
        left, right = (x * bars.width for x in (patch.get_x(), patch.get_x() + patch.get_width()))
        start, end = (bars.width - right, bars.width - left) if language == "ar" else (left, right)
        towards_start = (side == "penalty") == (value > 0)
        ends.append((start, end) if towards_start else (end, start))
        assert end - start == pytest.approx(abs(value) * (ends[0][1] - ends[0][0]) / expected[0][1], abs=1e-6)
    # All of them begin at the same line, from the reading start.
    zeros = [
        max(pair) if (side == "penalty") == (value > 0) else min(pair)
        for pair, (side, value) in zip(ends, expected, strict=True)
    ]
    assert np.ptp(zeros) < 1e-6


def test_drivers_stand_under_the_heading_of_their_shape(bars: Canvas, drivers_survey: Survey, language: str) -> None:
    words = words_of(drivers_survey, language)
    written = [plain(shown) for shown, _ in bars.texts]
    heads = [plain(words.text("shape_group", shape)) for shape in ("must_have", "bonus", "proportional", "undecided")]
    names = [plain(words.label("driver", name)) for name in "abcd"]
    at = [written.index(entry) for pair in zip(heads, names, strict=True) for entry in pair]
    assert at == sorted(at)
    assert plain(words.ui("too_few")) in written


def test_dots_of_the_map_stand_where_their_numbers_are(chart: Canvas, results: dict[str, Any], language: str) -> None:
    result = results["kano"]
    found = [line for line in chart.figure.artists if isinstance(line, Line2D) and line.get_marker() == "o"]
    shown = np.flatnonzero(np.isfinite(result.better[0]))
    assert len(found) == len(shown)
    x = np.array([line.get_xdata()[0] for line in found])
    y = np.array([line.get_ydata()[0] for line in found])
    for places, values in ((x, result.worse[0, shown]), (y, result.better[0, shown])):
        slope, start = np.polyfit(values, places, 1)
        np.testing.assert_allclose(places, start + slope * values, atol=1e-9)
    # To the right in English, to the left in Arabic, and up.
    assert (np.polyfit(result.worse[0, shown], x, 1)[0] > 0) == (language == "en")
    assert np.polyfit(result.better[0, shown], y, 1)[0] > 0
    rings = [line.get_markerfacecolor() == PAPER for line in found]
    assert rings == [result.classes[i] == "undecided" for i in shown]


def test_many_features_are_numbered_and_named_below(features_survey: Survey, results: dict[str, Any]) -> None:
    rng = np.random.default_rng(2)
    result, k = results["kano"], 29
    share = rng.dirichlet(np.ones(6), k)
    made = replace(
        result,
        features=tuple(f"the_feature_with_the_number_{i}" for i in range(k)),
        drivers=("",) * k,
        share=np.stack([share] * 3),
        better=np.stack([rng.uniform(0.05, 0.95, k)] * 3),
        worse=np.stack([rng.uniform(0.05, 0.95, k)] * 3),
        total_strength=np.zeros((3, k)),
        strength=np.zeros((3, k)),
        classes=("undecided",) * k,
        n=np.full(k, 200),
    )
    for width in (WIDE, NARROW):
        canvas = kda.figures.feature_map(made, words_of(features_survey, "en")).canvas(width)
        written = [plain(shown) for shown, _ in canvas.texts]
        assert all(written.count(str(i + 1)) == 2 for i in range(k))
        assert set(made.features) <= set(written)
        boxes = [canvas.box(artist) for _, artist in canvas.texts]
        assert all(box.left >= 0 and box.right <= canvas.width for box in boxes)


def test_alternative_texts_state_the_finding(
    drivers_survey: Survey, features_survey: Survey, results: dict[str, Any], language: str
) -> None:
    words = words_of(drivers_survey, language)
    alt = kda.figures.penalty_reward_bars(results["asymmetry"], words).alt
    assert plain(uneven_sentences(results["asymmetry"], words)[0]) in alt
    words = words_of(features_survey, language)
    assert plain(feature_sentences(results["kano"], words)[0]) in kda.figures.feature_map(results["kano"], words).alt


def test_bars_of_wide_intervals_and_wrong_signs_stay_inside(
    drivers_survey: Survey, results: dict[str, Any], language: str
) -> None:
    result = results["asymmetry"]
    penalty = np.array([[-30.0, 55.5, 0.01, np.nan], [9, 1, 1, np.nan], [-70, 54, -3, np.nan], [20, 57, 3, np.nan]])
    reward = np.array([[-0.5, 0.0, 88.8, 1.0], [9, 0, 1, 1], [-40, 0, 85, -90], [45, 0, 92, 92]])
    odd = replace(result, penalty=penalty, reward=reward, impact_range=penalty + reward, shapes=("undecided",) * 4)
    for width in (WIDE, NARROW):
        inside_and_apart(kda.figures.penalty_reward_bars(odd, words_of(drivers_survey, language)).canvas(width))


def test_long_and_hostile_labels_break_nothing(tmp_path: Path) -> None:
    language = "ar"
    x = ratings(300, 8)
    make_survey(
        tmp_path / "d", drivers=dict(zip("abc", x.T, strict=True)), outcomes={"satisfaction": satisfaction(x, 2)}
    )
    odd = (LONG[0], (HOSTILE[2], HOSTILE[0]), (HOSTILE[4], HOSTILE[5]))
    survey = labelled(tmp_path / "d", {name: {"en": en, "ar": ar} for name, (en, ar) in zip("abc", odd, strict=True)})
    result = kda.asymmetry(survey)
    assert "<script" not in piece(result, words_of(survey, language), "bars")
    inside_and_apart(kda.figures.penalty_reward_bars(result, words_of(survey, language)).canvas(NARROW))
    pairs = {name: answers_of(MADE[made]) for name, made in zip("abc", ("safe", "gloves", "looks"), strict=True)}
    labels = {name: {"en": en, "ar": ar} for name, (en, ar) in zip("abc", odd, strict=True)}
    asked = ask_features(tmp_path / "f", pairs, labels=labels)
    found = kda.kano(asked)
    assert "<script" not in piece(found, words_of(asked, language), "map")
    canvas = kda.figures.feature_map(found, words_of(asked, language)).canvas(NARROW)
    boxes = [canvas.box(artist) for _, artist in canvas.texts]
    assert all(box.left >= 0 and box.right <= canvas.width for box in boxes)


def test_tables_and_figures_refuse_another_result(surveys: dict[str, Survey], results: dict[str, Any]) -> None:
    made = {
        "asymmetry": (
            kda.figures.penalty_reward_bars,
            tables.penalty_reward_table,
            tables.shapes_table,
            tables.shape_tests_table,
        ),
        "kano": (
            kda.figures.feature_map,
            tables.coefficients_table,
            tables.categories_table,
            tables.strength_table,
        ),
    }
    for kind, makers in made.items():
        other = "kano" if kind == "asymmetry" else "asymmetry"
        for make in makers:
            with pytest.raises(kda.PublishError, match=f"found '{other}'"):
                make(results[other], words_of(surveys[other], "en"))  # type: ignore[operator]


def test_tables_of_one_page_have_captions_of_their_own(surveys: dict[str, Survey], results: dict[str, Any]) -> None:
    captions = [
        caption
        for kind, way in PIECES
        for caption in re.findall("<caption>(.*?)</caption>", piece(results[kind], words_of(surveys[kind], "ar"), way))
    ]
    assert len(captions) == len(set(captions)) == 6
