"""Pieces on loyalty: what they say of the curve, the groups and what was observed, and their figures."""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.present.channel import bundle
from drivers.present.figures.canvas import INK, NARROW, STRONG, WIDE, Canvas
from drivers.present.isolation import plain
from drivers.present.sentences.loyalty import (
    fall_sentences,
    hidden_sentence,
    line_sentences,
    observed_sentences,
    shape_sentences,
    sizes_sentence,
    slope_sentence,
    unit_sentences,
)
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.simulated import make_survey

PIECES = (
    ("loyalty_curve", "finding"),
    ("loyalty_curve", "curve"),
    ("loyalty_curve", "recommending"),
    ("loyalty_curve", "method"),
    ("loyalty_curve", "glossary"),
    ("loyalty_groups", "finding"),
    ("loyalty_groups", "groups"),
    ("loyalty_groups", "method"),
    ("stated_and_observed", "finding"),
    ("stated_and_observed", "observed"),
    ("stated_and_observed", "method"),
    ("stated_and_observed", "glossary"),
)
LABELS = {
    "satisfaction": {"en": "Overall satisfaction", "ar": "الرضا العام"},
    "loyalty": {"en": "Loyalty", "ar": "الولاء"},
    "recommend": {"en": "Recommends us", "ar": "التوصية"},
    "left": {"en": "Left", "ar": "ترك التعامل"},
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Loyalty that starts to rise at 50, with people at 0 who would recommend, and losses that follow it."""
    folder = tmp_path_factory.mktemp("loyalty")
    rng = np.random.default_rng(21)
    step = rng.choice(5, 3000, p=[0.06, 0.1, 0.2, 0.34, 0.3])
    x = step * 25.0
    y = np.clip(np.round(np.array([30, 30, 32, 60, 88])[step] + rng.normal(0, 10, 3000)), 0, 100)
    y[(step < 3) & (rng.random(3000) < 0.08)] = 90
    recommend = np.clip(np.round(y / 10 + rng.normal(0, 1, 3000)), 0, 10)
    recommend[(step == 0) & (rng.random(3000) < 0.4)] = 10
    left = (rng.random(3000) < 0.4 - 0.003 * y).astype(float)
    outcomes = {"satisfaction": x, "loyalty": y, "recommend": recommend, "left": left}
    unit = np.array([f"u{k}" for k in rng.integers(0, 10, 3000)])
    make_survey(folder, drivers={"a": x}, outcomes=outcomes, nps=["recommend"], unit=unit)
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["scales"]["yes_no"] = {"type": "binary"}
    book["items"]["left_1"]["scale"] = "yes_no"
    book["outcomes"]["left"] |= {"kind": "event", "better": "lower"}
    for name, label in LABELS.items():
        book["outcomes"][name]["label"] = label
    rows = [f"u{k},{90 + 2 * k},1000" for k in range(10)]
    (folder / "records.csv").write_text("\n".join(["unit,lost,customers", *rows]), encoding="utf-8")
    book["records"] = {"branches": {"file": "records.csv", "unit": "unit"}}
    lost = {"records": "branches", "count": "lost", "per": "customers", "statistic": "share", "better": "lower"}
    book["indicators"] = {"churn": lost | {"label": {"en": "Customers lost", "ar": "معدل فقدان العملاء"}}}
    path.write_text(json.dumps(book, ensure_ascii=False), encoding="utf-8")
    return kda.read_survey(path)


@pytest.fixture(scope="module")
def results(survey: Survey) -> dict[str, Any]:
    found = (
        kda.loyalty_curve(survey, n_boot=100),
        kda.loyalty_groups(survey),
        kda.stated_and_observed(survey),
    )
    return {result.kind: result for result in found}


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
    for sentence in paragraphs(english):
        assert not re.search(r"[\u0600-\u06ff]", sentence)
        assert not re.search(r"p ?<|beta|signific|\bcaus|leads to|affect", sentence, flags=re.IGNORECASE)
    own = re.sub(r'<bdi dir="ltr">.*?</bdi>', "", arabic)
    for sentence in paragraphs(own):
        assert not re.search(r"[A-Za-z]{2,}", sentence), sentence


# Sentences


def test_the_curve_in_words(survey: Survey, results: dict[str, Any]) -> None:
    curve = results["loyalty_curve"]
    shape = curve.shape
    en = words_of(survey, "en")
    assert plain(slope_sentence(curve, en)) == (
        f"From the lowest step of overall satisfaction to the highest, every 10 points go with {10 * shape.slope:.1f} "
        f"points more in the measure “Loyalty” on average (95% confidence interval {10 * shape.slope_low:.1f} to "
        f"{10 * shape.slope_high:.1f})."
    )
    bend = shape.steeper
    assert plain(shape_sentences(curve, en)[0]) == (
        f"The rise sets in at 50 points of overall satisfaction: above that it is steeper than below by "
        f"{10 * bend.estimate:.1f} points for every 10 points (95% confidence interval {10 * bend.conf_low:.1f} to "
        f"{10 * bend.conf_high:.1f}, which holds for all steps at once)."
    )
    assert plain(shape_sentences(curve, words_of(survey, "ar"))[0]).startswith(
        "يبدأ الارتفاع عند الدرجة 50 في الرضا العام"
    )


def test_promoters_among_the_dissatisfied_are_told(survey: Survey, results: dict[str, Any]) -> None:
    curve = results["loyalty_curve"]
    first, second = (curve.steps[k].kinds["promoters"].estimate for k in (0, 1))
    (said,) = fall_sentences(curve, words_of(survey, "en"))
    assert plain(said) == (
        f"At 0 points of overall satisfaction there are more promoters ({first:.1%}) than at 25 points ({second:.1%}): "
        "a difference larger than chance alone explains, which the means shown here hide. Some of "
        "these participants may have read the scale the wrong way round."
    )


def shaped(curve: Any, mean: list[float], error: float) -> Any:
    """The same result with other means."""
    from drivers.models.loyalty.bends import shape_of

    position = np.array([step.position for step in curve.steps])
    shape = shape_of(position, np.array(mean), np.eye(5) * error**2, 500, conf_level=0.95, seed=1)
    return replace(curve, shape=shape)


@pytest.mark.parametrize(
    ("mean", "error", "said"),
    [
        ([20, 35, 50, 65, 80], 0.3, "The rise is even"),
        ([20, 35, 50, 65, 80], 9.0, "cannot be told from these answers, so that no step is named"),
        ([10, 40, 60, 70, 75], 0.5, "the rise is weaker than below, by"),
        ([40, 41, 55, 78, 100], 3.0, "it may be anywhere from 25 to"),
        ([50, 49, 51, 50, 50], 1.0, ""),
    ],
)
def test_each_shape_has_its_words(
    survey: Survey, results: dict[str, Any], mean: list[float], error: float, said: str
) -> None:
    curve = shaped(results["loyalty_curve"], mean, error)
    sentences = [plain(sentence) for sentence in shape_sentences(curve, words_of(survey, "en"))]
    assert said in " ".join(sentences)
    assert bool(sentences) == bool(said)
    assert len(sentences) == len(shape_sentences(curve, words_of(survey, "ar")))


def test_no_rise_and_a_fall_are_told(survey: Survey, results: dict[str, Any]) -> None:
    en = words_of(survey, "en")
    flat = shaped(results["loyalty_curve"], [50, 49, 51, 50, 50], 1.0)
    assert plain(slope_sentence(flat, en)).startswith(
        "From the lowest step of overall satisfaction to the highest, no rise in the measure “Loyalty” is larger than "
        "chance alone explains"
    )
    fallen = shaped(results["loyalty_curve"], [50, 30, 50, 70, 90], 0.5)
    said = plain(fall_sentences(fallen, en)[0])
    assert said.startswith(
        "From 0 to 25 points of overall satisfaction the mean of the measure “Loyalty” falls by 20.0 "
    )


def test_sizes_and_hidden_groups_in_words(survey: Survey, results: dict[str, Any]) -> None:
    groups = results["loyalty_groups"]
    said = plain(sizes_sentence(groups, words_of(survey, "en")))
    assert said.startswith("Participants by satisfaction and loyalty: “Satisfied and loyal” ")
    hidden = replace(groups, sizes={**groups.sizes, "leaving": None, "loyal_though_dissatisfied": None})
    assert plain(hidden_sentence(hidden, words_of(survey, "en"))) == (
        "Groups that are not shown, because they have fewer than 10 participants or would tell the size of one that "
        "has: “Loyal though not satisfied” and “Neither satisfied nor loyal”."
    )
    assert "“Neither" not in plain(sizes_sentence(hidden, words_of(survey, "en")))
    picture = kda.figures.loyalty_squares(hidden, words_of(survey, "en")).canvas(WIDE)
    assert [plain(shown) for shown, _ in picture.texts].count("Not shown (too few)") == 2


def test_small_shares_are_not_shown_as_none(survey: Survey, results: dict[str, Any]) -> None:
    groups = results["loyalty_groups"]
    tiny = replace(groups.sizes["loyal"], estimate=0.003, conf_low=0.002, conf_high=0.005)
    rest = replace(groups.sizes["leaving"], estimate=1 - 0.003 - groups.sizes["free_to_leave"].estimate)
    sizes = {**groups.sizes, "loyal": tiny, "loyal_though_dissatisfied": None, "leaving": rest}
    shown = replace(groups, sizes=sizes)
    assert "“Satisfied and loyal” 0.3%" in plain(sizes_sentence(shown, words_of(survey, "en")))


def test_what_was_observed_in_words(survey: Survey, results: dict[str, Any]) -> None:
    observed = results["stated_and_observed"]
    (one,) = observed.people
    en = words_of(survey, "en")
    slope = one.link.slope
    first, last = one.bands[0], one.bands[-1]
    assert [plain(sentence) for sentence in observed_sentences(observed, one, en)] == [
        f"The higher the measure “Loyalty”, the less often “Left” was observed: by {-1000 * slope.estimate:.1f} "
        f"percentage points for every 10 points (95% confidence interval {-1000 * slope.conf_high:.1f} to "
        f"{-1000 * slope.conf_low:.1f}).",
        f"It concerns {first.share.estimate:.0%} of those who stated a loyalty of {first.low:.0f} to {first.high:.0f} "
        f"points, and {last.share.estimate:.0%} of those at {last.low:.0f} to {last.high:.0f} points.",
    ]
    said = " ".join(plain(sentence) for sentence in line_sentences(observed, one, en))
    assert "50% would be chance" in said
    turned = replace(one, link=replace(one.link, slope=replace(slope, conf_low=-0.01, conf_high=0.01)))
    assert plain(observed_sentences(observed, turned, en)[0]).startswith(
        "Whether “Left” goes with the measure “Loyalty”"
    )


@pytest.mark.parametrize(
    ("auc", "said"),
    [
        ((0.2, 0.1, 0.25), "Stated loyalty tells single participants apart well."),
        ((0.3, 0.2, 0.4), "How well stated loyalty tells single participants apart is not certain."),
        ((0.45, 0.4, 0.49), "Stated loyalty tells much of groups, but little of what a single participant will do."),
    ],
)
def test_how_far_single_people_are_told_apart(
    survey: Survey, results: dict[str, Any], auc: tuple[float, float, float], said: str
) -> None:
    observed = results["stated_and_observed"]
    (one,) = observed.people
    changed = replace(one.link.auc, estimate=auc[0], conf_low=auc[1], conf_high=auc[2])
    one = replace(one, link=replace(one.link, auc=changed))
    assert plain(line_sentences(observed, one, words_of(survey, "en"))[-1]) == said


def test_units_in_words(survey: Survey, results: dict[str, Any]) -> None:
    observed = results["stated_and_observed"]
    (one,) = observed.units_linked
    assert one.mostly_chance
    en = words_of(survey, "en")
    assert plain(unit_sentences(observed, en)[0]) == (
        "Whether units with more stated loyalty have better figures cannot be told, as units differ in their figures "
        "or in stated loyalty by little more than chance (units: 10): “Customers lost”."
    )
    found = replace(
        one.correlation, estimate=-0.7, conf_low=-0.9, conf_high=-0.3, corrected=-0.85, reliability_stated=0.8
    )
    told = replace(observed, units_linked=(replace(one, correlation=found),))
    assert plain(unit_sentences(told, en)[0]) == (
        "Units with more stated loyalty have the better figure in “Customers lost”: the correlation is −0.70 (95% "
        "confidence interval −0.90 to −0.30), and without chance variation it would be −0.85 (units: 10)."
    )
    assert "contradicted" not in plain(unit_sentences(told, words_of(survey, "ar"))[0])


# Without a result


def test_a_survey_without_loyalty_says_so_once() -> None:
    survey = kda.example_survey("customersat")
    for language, said in (
        ("en", "How loyalty goes with satisfaction cannot be told from this survey: it asks nothing about loyalty."),
        ("ar", "لا يمكن من هذا الاستطلاع معرفة كيف يرتبط الولاء بالرضا: لا أسئلة فيه عن الولاء."),
    ):
        words = words_of(survey, language)
        found = {
            f.__name__: kda.attempt(f, survey) for f in (kda.loyalty_curve, kda.loyalty_groups, kda.stated_and_observed)
        }
        assert text(piece(found["loyalty_groups"], words, "finding")) == said
        ways = [("loyalty_curve", "finding"), ("loyalty_curve", "curve"), ("stated_and_observed", "observed")]
        assert [piece(found[name], words, way) for name, way in ways] == [""] * 3


@pytest.mark.parametrize(
    ("analysis", "way", "reason", "said"),
    [
        (
            "loyalty_curve",
            "curve",
            Code("few_steps", {"steps": 2, "needed": 3}),
            "Where loyalty starts to rise cannot be told from these answers: steps of satisfaction with enough "
            "answers: 2, needed: at least 3.",
        ),
        (
            "stated_and_observed",
            "observed",
            Code("nothing_observed"),
            "What people said cannot be set against what they did: the survey has no record of who left or came back.",
        ),
        ("loyalty_curve", "curve", Code("suppressed", {"needed": 10}), ""),
    ],
)
def test_a_missing_answer_is_told(survey: Survey, analysis: str, way: str, reason: Code, said: str) -> None:
    missing = Unanswered(analysis=analysis, reasons=(reason,))
    assert text(piece(missing, words_of(survey, "en"), way)) == said


def test_what_is_left_out_is_told(survey: Survey, results: dict[str, Any]) -> None:
    observed = replace(
        results["stated_and_observed"],
        people=(),
        units_linked=(),
        left_out={"left": Code("constant_outcome", {"outcome": "left"}), "units": Code("one_unit_alone")},
    )
    assert paragraphs(piece(observed, words_of(survey, "en"), "observed")) == [
        "“Left” is not compared with stated loyalty: every answer on “Left” is the same. Units are not compared: this "
        "report is about one unit."
    ]


# Figures


def lines(canvas: Canvas, color: str) -> list[Line2D]:
    return [
        artist for artist in canvas.figure.get_children() if isinstance(artist, Line2D) and artist.get_color() == color
    ]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_curve_runs_with_the_reading(survey: Survey, results: dict[str, Any], language: str, width: float) -> None:
    drawing = kda.figures.loyalty_curve(results["loyalty_curve"], words_of(survey, language))
    canvas = drawing.canvas(width)
    (curve,) = [line for line in lines(canvas, STRONG) if len(line.get_xdata()) == 5]
    across = np.diff(np.asarray(curve.get_xdata(), dtype=float))
    assert (across < 0).all() if language == "ar" else (across > 0).all()
    assert (np.diff(np.asarray(curve.get_ydata(), dtype=float)) >= -1e-9).all()
    dots = [
        artist
        for artist in canvas.figure.get_children()
        if isinstance(artist, Line2D) and artist.get_marker() == "o" and artist.get_markerfacecolor() == INK
    ]
    assert len(dots) == 5
    (dashed,) = [line for line in lines(canvas, INK) if line.is_dashed()]
    assert float(np.asarray(dashed.get_xdata())[0]) == pytest.approx(float(np.asarray(curve.get_xdata())[2]))
    assert drawing.alt.startswith("A rising curve" if language == "en" else "منحنى صاعد")


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["loyalty_curve", "recommending_bars", "loyalty_squares", "observed_bands"])
def test_no_text_leaves_its_figure_or_meets_another(
    survey: Survey, results: dict[str, Any], name: str, language: str, width: float
) -> None:
    words = words_of(survey, language)
    made = {
        "loyalty_curve": lambda: kda.figures.loyalty_curve(results["loyalty_curve"], words),
        "recommending_bars": lambda: kda.figures.recommending_bars(results["loyalty_curve"], words),
        "loyalty_squares": lambda: kda.figures.loyalty_squares(results["loyalty_groups"], words),
        "observed_bands": lambda: kda.figures.observed_bands(results["stated_and_observed"], words, event="left"),
    }
    canvas = made[name]().canvas(width)
    boxes = [(shown, canvas.box(artist)) for shown, artist in canvas.texts]
    for position, (shown, box) in enumerate(boxes):
        assert box.left >= 0 and box.right <= canvas.width, shown
        assert box.top >= 0 and box.bottom <= canvas.height, shown
        for other, another in boxes[position + 1 :]:
            assert not box.overlaps(another), (shown, other)


def test_satisfied_and_loyal_stand_at_the_far_end_above(survey: Survey, results: dict[str, Any]) -> None:
    for language in LANGUAGES:
        words = words_of(survey, language)
        canvas = kda.figures.loyalty_squares(results["loyalty_groups"], words).canvas(WIDE)
        place = {plain(shown): canvas.box(artist) for shown, artist in canvas.texts}
        best, worst = (place[words.text("loyalty_group", group)] for group in ("loyal", "leaving"))
        assert best.bottom < worst.top
        assert best.left > worst.right if language == "en" else best.right < worst.left


def test_only_its_own_result_is_drawn(survey: Survey, results: dict[str, Any]) -> None:
    with pytest.raises(kda.PublishError, match="Expected a result of kind 'loyalty_curve', found 'loyalty_groups'"):
        kda.figures.loyalty_curve(results["loyalty_groups"], words_of(survey, "en"))


def test_tables_have_the_numbers_of_the_results(survey: Survey, results: dict[str, Any]) -> None:
    words = words_of(survey, "en")
    curve, observed = results["loyalty_curve"], results["stated_and_observed"]
    table = kda.tables.steps_table(curve, words)
    assert [plain(row[2]) for row in table.rows] == [f"{step.loyalty.estimate:.1f}" for step in curve.steps]
    shares = kda.tables.observed_table(observed, words, event="left")
    assert [plain(row[2]) for row in shares.rows] == [f"{band.share.estimate:.1%}" for band in observed.people[0].bands]
    groups = kda.tables.groups_table(results["loyalty_groups"], words)
    assert [plain(heading) for heading in groups.headings] == ["Group", "Share of participants", "Left"]
    assert len(kda.tables.recommending_table(curve, words).rows) == 5
