"""A questionnaire: every question once, in an order that does not colour the answers."""

from pathlib import Path

import pytest

import drivers as kda
from drivers.errors import CodebookError
from drivers.survey.codebook.model import Codebook
from drivers.survey.codebook.scales import Scale
from drivers.survey.examples import example_path
from drivers.survey.forms.questionnaire import (
    SECTIONS,
    points,
    questionnaire_of,
    service_model_path,
    ways_out,
    without_words,
)
from drivers.survey.forms.questionnaire_codebook import codebook_text
from tests.survey.small_survey import CODEBOOK, changed, write_survey

ATTRIBUTES = [
    "presence",
    "welcome",
    "respect",
    "empathy",
    "fairness",
    "information",
    "alternatives",
    "speed",
    "honesty",
]


@pytest.fixture(scope="module")
def model() -> Codebook:
    return kda.read_codebook(service_model_path())


def small(folder: Path, text: str = CODEBOOK) -> Codebook:
    return kda.read_codebook(write_survey(folder, codebook=text, answers=None))


def test_the_service_model_is_whole_and_in_both_languages(model: Codebook) -> None:
    assert list(model.drivers) == [*ATTRIBUTES, "access"]
    assert model.outcomes["loyalty"].items == ["comes_back", "recommends", "defends", "forgives"]
    assert model.scales[model.items["recommends"].scale].type == "nps"
    assert set(model.expectations) == set(model.drivers)
    assert {f"stated_{name}" for name in model.drivers} <= set(model.items)
    asked = questionnaire_of(model)
    assert not list(without_words(asked.questions, ["ar", "en"]))
    assert asked.not_asked == ()
    assert not asked.renamed
    for kind, keys in model.labels().texts.items():
        for key, text in keys.items():
            assert set(text) == {"ar", "en"}, (kind, key)


def test_the_words_of_the_service_model_are_those_of_the_examples(model: Codebook) -> None:
    example = kda.read_codebook(example_path("service_center"))
    assert {name: driver.label for name, driver in model.drivers.items()} == {
        name: driver.label for name, driver in example.drivers.items()
    }
    assert model.scales["quality5"].codes == example.scales["quality5"].codes


def test_what_is_to_be_explained_comes_before_what_explains_it(model: Codebook) -> None:
    sections = [section.key for section in questionnaire_of(model).sections]
    assert sections == [
        *("contact", "overall", "loyalty", "aspects", "comment", "desired", "adequate", "stated", "about"),
    ]


@pytest.mark.parametrize("name", ["service_center", "customersat", "judges", "nyc311", "service_center_staff"])
def test_every_item_is_asked_once(name: str) -> None:
    book = kda.read_codebook(example_path(name))
    asked = questionnaire_of(book)
    items = [question.key for question in asked.questions if question.kind == "scale"]
    # What was recorded is not asked.
    recorded = {item for outcome in book.outcomes.values() if outcome.kind == "event" for item in outcome.items}
    assert sorted(items) == sorted(set(book.items) - recorded)
    columns = [question.column for question in asked.questions]
    assert len(set(columns)) == len(columns)
    assert {*columns, *asked.not_asked} == book.columns
    names = [question.name.casefold() for question in asked.questions]
    assert len(set(names)) == len(names)


def test_sections_that_are_chosen(model: Codebook) -> None:
    core = questionnaire_of(model, ["core"])
    assert [section.key for section in core.sections] == [
        *("contact", "overall", "loyalty", "aspects", "comment", "about"),
    ]
    # What is left out by choice is nothing to be added later.
    assert core.not_asked == ()
    more = questionnaire_of(model, ["importance"])
    assert [section.key for section in more.sections] == [
        *("contact", "overall", "loyalty", "aspects", "comment", "stated", "about"),
    ]


def test_a_section_that_does_not_exist(model: Codebook) -> None:
    with pytest.raises(CodebookError) as refused:
        questionnaire_of(model, ["core", "expectation"])
    assert str(refused.value) == (
        "Expected sections among core, expectations, importance, more, found 'expectation'; did you mean "
        "'expectations'?"
    )


def test_roles_names_and_what_nobody_can_be_asked(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "column: Calls", "column: Number of calls")
    asked = questionnaire_of(small(tmp_path, text))
    roles = {question.key: question.roles for question in asked.questions}
    assert roles["waiting"] == ("driver:speed",)
    assert roles["nps"] == ("outcome:recommend",)
    assert roles["hoped"] == ("desired:respect",)
    assert roles["unit"] == ("unit",)
    assert roles["language"] == ("segment:language",)
    assert asked.renamed == {"Number of calls": "calls"}
    assert asked.not_asked == ("Region", "Round", "Weight", "Year")


def test_a_control_stands_with_what_is_told_of_oneself(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "items:\n  waiting", "items:\n  years: {column: Years, scale: ten}\n  waiting")
    text += "controls: [years, language]\n"
    asked = questionnaire_of(small(tmp_path, text), ["core"])
    about = asked.sections[-1]
    assert about.key == "about"
    assert [(question.key, question.roles) for question in about.questions] == [
        ("years", ("item", "control")),
        ("language", ("segment:language", "control")),
    ]


def test_names_differ_by_more_than_the_case_of_letters(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "column: Calls", "column: waiting")
    names = [question.name for question in questionnaire_of(small(tmp_path, text)).questions]
    assert "Waiting" in names
    assert "waiting_2" in names


def test_an_empty_cell_is_no_choice(tmp_path: Path) -> None:
    language = "language: {column: Language, label: {en: Language}"
    text = changed(CODEBOOK, f"{language}}}", f'{language}, values: {{ar: {{en: Arabic}}, "": {{en: Unknown}}}}}}')
    asked = questionnaire_of(small(tmp_path, text))
    (question,) = [question for question in asked.questions if question.key == "language"]
    assert question.values == {"ar": {"en": "Arabic"}}


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ({97.0: "not_applicable", 98.0: "dont_know"}, {"not_applicable": "97", "dont_know": "98"}),
        ({"no comment": "refused"}, {}),
        ({"no comment": "refused", "-1": "refused"}, {"refused": "-1"}),
        ({96.0: "not_asked", 95.0: "blank"}, {}),
        ({"DK": "dont_know"}, {"dont_know": "DK"}),
    ],
)
def test_ways_out_of_a_scale(missing: dict, expected: dict) -> None:
    assert ways_out(Scale(type="nps", missing=missing)) == expected


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (Scale(type="nps"), list(range(11))),
        (Scale(type="numeric", min=1, max=5), [1, 2, 3, 4, 5]),
        (Scale(type="numeric", min=0, max=0.3, step=0.1), [0, 0.1, 0.2, 0.3]),
        (Scale(type="numeric", min=0, max=11), None),
        (Scale(type="numeric", min=0, max=1, step="any"), None),
        (Scale(type="binary"), [0, 1]),
    ],
)
def test_points_of_a_scale(scale: Scale, expected: list[float] | None) -> None:
    assert points(scale) == expected


def test_the_codebook_of_everything_is_the_file_itself(model: Codebook) -> None:
    assert codebook_text(service_model_path(), questionnaire_of(model)) == service_model_path().read_text("utf-8")


@pytest.mark.parametrize("sections", [["core"], ["importance"], ["expectations"]])
def test_the_codebook_of_some_sections_asks_for_no_other_column(
    model: Codebook, sections: list[str], tmp_path: Path
) -> None:
    asked = questionnaire_of(model, sections)
    path = tmp_path / "model.yml"
    path.write_text(codebook_text(service_model_path(), asked), encoding="utf-8")
    book = kda.read_codebook(path)
    assert book.columns == {"consent", *(question.column for question in asked.questions)}
    assert questionnaire_of(book, SECTIONS).questions[0].name == asked.questions[0].name
    assert {name: driver.label for name, driver in book.drivers.items()} == {
        name: driver.label for name, driver in model.drivers.items()
    }
    assert "# Aspects are rated on their own quality" in path.read_text("utf-8")
