"""A questionnaire's health on a page: figures that can be read, tables that add up, sentences with what was found."""

from dataclasses import replace

import numpy as np
import pytest

import drivers as kda
from drivers.errors import PublishError
from drivers.present import tables
from drivers.present.channel import SHOWN, bundle
from drivers.present.figures.canvas import NARROW, WIDE, Box, Canvas
from drivers.present.figures.quality import ends_bars, missing_bars
from drivers.present.isolation import plain
from drivers.present.pieces import quality
from drivers.present.sentences.health import gathering_sentences, misread_sentences, missing_sentence, trust_sentence
from drivers.present.words import Words
from drivers.results import Check
from drivers.survey.quality.gathering import Gathering, ModeAnswers, ResponseRates
from drivers.survey.quality.health import QualityResult, survey_quality
from tests.shown import Case
from tests.survey.quality.made import made
from tests.survey.synthetic.samples import example

FIGURES = {"missing": missing_bars, "ends": ends_bars}
WIDTHS = (WIDE, 360.0, NARROW)


@pytest.fixture(scope="module")
def health() -> QualityResult:
    return survey_quality(example())


@pytest.fixture(params=["en", "ar"])
def spoken(request: pytest.FixtureRequest) -> Words:
    return kda.wording(request.param, example().labels)


def boxes(canvas: Canvas) -> list[Box]:
    return [canvas.box(artist) for _, artist in canvas.texts]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", FIGURES)
def test_letters_stay_inside_and_apart(name: str, width: float, health: QualityResult, spoken: Words) -> None:
    canvas = FIGURES[name](health, spoken).canvas(width)
    found = boxes(canvas)
    frame = Box(0, 0, canvas.width, canvas.height)
    assert len(found) > 2 * len(health.scored)
    assert all(box.inside(frame) for box in found)
    assert not [(i, j) for i in range(len(found)) for j in range(i) if found[i].overlaps(found[j])]


def test_hostile_and_long_labels_stay_inside(case: Case, words: Words) -> None:
    for draw in FIGURES.values():
        if draw is ends_bars and not any(one.has_steps for one in case.quality.scored):
            continue
        canvas = draw(case.quality, words).canvas(NARROW)
        frame = Box(0, 0, canvas.width, canvas.height)
        assert all(box.inside(frame) for box in boxes(canvas))


def test_bars_are_as_long_as_their_parts(health: QualityResult) -> None:
    words = kda.wording("en", example().labels)
    canvas = ends_bars(health, words).canvas(WIDE)
    texts = [plain(text) for text, _ in canvas.texts]
    shown = [one for one in health.scored if one.has_steps]
    assert texts[3 : 3 + 2 * len(shown)].count("30%") == sum(round(100 * one.ceiling) == 30 for one in shown)
    # The whole of each bar runs from the first number of the axis to the last.
    widths = [
        patch.get_width() * WIDE
        for patch in canvas.figure.patches + canvas.figure.artists
        if hasattr(patch, "get_width")
    ]
    longest = max(widths)
    best = [one.ceiling * longest for one in shown]
    assert all(min(abs(width - part) for width in widths) < 1.5 for part in best)


def test_figures_are_for_quality_alone() -> None:
    words = kda.wording("en", example().labels)
    with pytest.raises(PublishError, match="Expected a result of kind 'quality', found 'outcome_scores'"):
        missing_bars(kda.outcome_scores(kda.example_survey("judges")), words)


def test_the_table_of_missing_answers_has_every_question(health: QualityResult, spoken: Words) -> None:
    table = tables.missing_table(health, spoken)
    assert len(table.rows) == len(health.items)
    fairness = next(row for row in table.rows if row[0] == spoken.label("item", "fairness_rating"))
    one = health.item("fairness_rating")
    parts = [one.shares[kind] for kind in ("blank", "refused", "dont_know")]
    assert [plain(cell) for cell in fairness[1:]] == [
        *(f"{100 * part:.1f}%" for part in parts),
        *("—", "—"),
        f"{100 * sum(parts):.1f}%",
        "11,599",
    ]


@pytest.mark.parametrize(
    ("light", "start"),
    [("green", "Nothing was found"), ("amber", "These answers can be relied on with care"), ("red", "Before anything")],
)
def test_the_worst_light_is_told(light: str, start: str) -> None:
    class Lit:
        checks = (Check("copies", "green", {"value": 0.0}), Check("late", light, {"value": 0.3}))  # type: ignore[arg-type]

    assert trust_sentence(Lit, kda.wording("en", example().labels)).startswith(start)


def test_backward_reading_is_told_with_its_numbers() -> None:
    pairs = [(1, 10)] * 40 + [(1, 0)] * 40 + [(2, 3)] * 40 + [(4, 8)] * 60
    ratings = {name: [3] * len(pairs) for name in "ab"}
    survey = made(ratings, overall=[s for s, _ in pairs], recommend=[r for _, r in pairs])
    found = survey_quality(survey)
    said = " ".join(misread_sentences(found, kda.wording("en", survey.labels)))
    assert plain(said) == (
        "Participants with the lowest rating of overall satisfaction: 80. Among them, with the highest of the measure "
        "“Recommends”: 40; about 0 would be expected if all meant what they ticked. Some of them are likely to have "
        "read a scale backwards."
    )
    content = bundle(found, kda.wording("ar", survey.labels), as_="misread")[SHOWN]
    assert content["details"]["contradictions"][0]["found"] == 40


def test_nothing_is_missing_is_said(spoken: Words) -> None:
    found = survey_quality(kda.example_survey("customersat"))
    assert missing_sentence(found, spoken) == spoken.sentence("missing_nothing")
    assert "<figure" not in quality.missing(found, spoken, "x")


def test_fieldwork_is_told(health: QualityResult, spoken: Words) -> None:
    rates = ResponseRates(
        answers=150, asked=500, response_rate=0.3, complete_rate=0.24, cooperation_rate=0.68, refusal_rate=0.1
    )
    mode = ModeAnswers(mode="web", n=120, share=0.8, performance=71.5)
    found = Gathering(
        n_timed=150,
        median_seconds=252.0,
        modes=(mode,),
        n_dated=150,
        median_days=3.0,
        before_contact=2,
        most_days=30.0,
        late_share=0.001,
        rates=rates,
    )
    said = [plain(sentence) for sentence in gathering_sentences(found, spoken)]
    assert len(said) == 6
    for number in ("4.2", "30.0%", "150", "500", "24.0%", "68.0%", "10.0%"):
        assert any(number in sentence for sentence in said), number
    page = quality.gathering(replace(health, gathering=found), spoken, "x")
    assert "71.5" in page
    assert quality.gathering(replace(health, gathering=None), spoken, "x") == ""


def test_a_page_shows_counts_and_never_rows(health: QualityResult, spoken: Words) -> None:
    content = bundle(health, spoken, as_="careless")[SHOWN]
    assert len(content["records"]) == len(health.items)
    assert {len(np.atleast_1d(np.asarray(list(flag.values())))) for flag in content["details"]["flags"].values()} == {2}


def test_nothing_about_fewer_than_ten_is_in_the_numbers(health: QualityResult) -> None:
    few = replace(health.contradictions[0], n=9)
    content = replace(health, contradictions=(few,)).details
    assert content["contradictions"] == []
    assert (
        tables.contradictions_table(replace(health, contradictions=(few,)), kda.wording("en", example().labels)).rows
        == ()
    )
