"""A form is the codebook of its answers: what was written comes back, and so do the answers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
import pytest

import drivers as kda
from drivers.errors import CodebookError
from drivers.labels import LANGUAGES
from drivers.publish.questionnaire import form_words
from drivers.survey.codebook.model import Codebook
from drivers.survey.examples import example_path
from drivers.survey.forms.codebook import codebook_of_form
from drivers.survey.forms.questionnaire import SECTIONS, questionnaire_of, service_model_path
from drivers.survey.forms.reading import read_xlsform
from drivers.survey.forms.writing import xlsform_bytes
from tests.survey.forms.written_forms import edited, exported, row_of, write_form
from tests.survey.small_survey import CODEBOOK, changed, write_survey

PERSONS = 24


def form_of(book: Codebook, path: Path, sections: Sequence[str] = SECTIONS) -> Path:
    words = form_words(book, {language: kda.wording(language, book.labels()) for language in LANGUAGES})
    path.write_bytes(xlsform_bytes(questionnaire_of(book, sections), words, LANGUAGES))
    return path


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return form_of(kda.read_codebook(service_model_path()), tmp_path_factory.mktemp("form") / "service.xlsx")


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shorter form, which is quicker to change."""
    path = tmp_path_factory.mktemp("core") / "core.xlsx"
    return form_of(kda.read_codebook(service_model_path()), path, ["core"])


def whole(book: Codebook) -> dict:
    """A codebook as plain values, but for the name of its file of answers."""
    return {part: content for part, content in book.model_dump().items() if part != "data"}


def test_the_service_model_comes_back_whole(form: Path) -> None:
    book = kda.read_codebook(form)
    model = kda.read_codebook(service_model_path())
    assert whole(book) == whole(model)
    assert list(book.drivers) == list(model.drivers)
    assert list(book.outcomes) == list(model.outcomes)
    assert book.data.file == "service.csv"


@pytest.mark.parametrize("name", ["service_center", "judges", "customersat", "nyc311", "kiosk"])
def test_what_is_asked_of_an_example_comes_back(name: str, tmp_path: Path) -> None:
    example = kda.read_codebook(example_path(name))
    book = codebook_of_form(form_of(example, tmp_path / "form.xlsx"))
    assert book.survey == example.survey
    assert book.drivers == example.drivers
    assert book.outcomes == example.said_outcomes
    assert book.expectations == example.expectations
    assert book.expectations_asked == example.expectations_asked
    assert book.stated_importance == example.stated_importance
    assert book.recovery == example.recovery
    assert book.kano == example.kano
    assert book.design.sample == example.design.sample
    asked = {question.key: question for question in questionnaire_of(example).questions}
    recorded = {item for outcome in example.outcomes.values() if outcome.kind == "event" for item in outcome.items}
    for key, item in example.items.items():
        if key in recorded:
            assert key not in book.items
            continue
        assert book.items[key].scale == item.scale
        assert book.items[key].reversed == item.reversed
        assert book.items[key].answers == item.answers
        assert book.items[key].column == asked[key].name
        assert book.scales[item.scale].ends == example.scales[item.scale].ends
        assert set(book.scales[item.scale].codes or ()) >= set(example.scales[item.scale].codes or ())
    assert set(book.controls) == set(example.controls)
    for key, segment in example.segments.items():
        assert book.segments[key].values == segment.values


def test_the_label_of_empty_cells_is_no_choice(tmp_path: Path) -> None:
    example = kda.read_codebook(example_path("hints_pr"))
    book = codebook_of_form(form_of(example, tmp_path / "form.xlsx"))
    labels = dict(example.segments["education"].values)
    assert labels.pop("") == {"en": "Not known", "ar": "غير معروف"}
    assert book.segments["education"].values == labels


def test_numbers_that_are_typed_come_back(tmp_path: Path) -> None:
    text = changed(
        CODEBOOK,
        "  recommend: {type: nps}\n",
        "  recommend: {type: nps}\n"
        "  wide: {type: numeric, min: 0, max: 100, codes: {0: {en: None}}, missing: {999: dont_know}}\n",
    )
    text = changed(text, "column: Calls, scale: ten", "column: Calls, scale: wide, answers: {many: 90}")
    source = kda.read_codebook(write_survey(tmp_path, codebook=text, answers=None))
    book = codebook_of_form(form_of(source, tmp_path / "form.xlsx"))
    assert book.items["calls"].scale == "wide"
    assert book.items["calls"].answers == {"many": 90}
    assert book.scales["wide"] == source.scales["wide"]
    assert book.items["courtesy"].reversed


# Answers


@pytest.fixture(scope="module")
def expected(form: Path) -> pd.DataFrame:
    """Item → the code of each person, by the form's own names of choices; NaN where they chose a way out."""
    read = read_xlsform(form)
    columns = {}
    for place, question in enumerate(read.questions):
        if question.cells.get("drivers_role", "").split(":")[0] in ("driver", "outcome", "desired", "adequate", "item"):
            choices = read.choices[question.choices]
            chosen = [choices[(person + place) % len(choices)] for person in range(PERSONS)]
            key = question.cells["drivers_key"]
            columns[key] = [float("nan") if c.cells.get("drivers_missing") else float(c.name) for c in chosen]
    return pd.DataFrame(columns)


@dataclass(frozen=True)
class Export:
    """How answers are exported: labels and header as names ("") or in a language, and what stands behind groups.

    Wordings as header are told from one another by the form alone, names by any codebook.
    """

    labels: str = ""
    groups: str = ""
    header: str = ""


@pytest.mark.parametrize(
    "export",
    [Export(), Export(groups="-"), Export("ar", "/"), Export("en"), Export("ar", "", "ar"), Export("en", "/", "en")],
    ids=str,
)
def test_answers_come_back(form: Path, expected: pd.DataFrame, tmp_path: Path, export: Export) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_bytes(exported(read_xlsform(form), PERSONS, **asdict(export)))
    for book in [form] if export.header or export == Export("en") else [service_model_path()]:
        survey = kda.read_survey(answers, codebook=book)
        pd.testing.assert_frame_equal(survey.codes[list(expected)], expected)
        kinds = {1: "not_applicable", 2: "dont_know"}
        found = {kinds[kind] for kind in survey.missing["hoped_speed"].unique() if kind}
        assert found == {"not_applicable", "dont_know"}
        assert set(survey.raw["branch"]) == {"b1", "b2", "b3"}
        assert set(survey.raw["age"]) == {"18-29", "30-49", "50+", "not_said"}
        assert len(survey.select(unit="b1").raw) == PERSONS
        assert str(survey.period[0]) == "2024-05-09"  # type: ignore[index]
        assert survey.raw["comment"].unique().tolist() == ["شكرًا; جدًا"]


def test_who_does_not_agree_is_no_respondent(form: Path, tmp_path: Path) -> None:
    read = read_xlsform(form)
    place = [question.name for question in read.questions].index("consent")
    header, first, *others = exported(read, PERSONS).decode("utf-8-sig").splitlines()
    cells = ["" if at > place else cell for at, cell in enumerate(first.strip('"').split('";"'))]
    cells[place] = "0"
    answers = tmp_path / "answers.csv"
    answers.write_text("\n".join([header, '"{}"'.format('";"'.join(cells)), *others]), encoding="utf-8")
    survey = kda.read_survey(answers, codebook=form)
    assert len(survey.raw) == PERSONS - 1
    log = survey.import_log
    assert log.loc[log.action == "left out", ["found", "became", "count"]].values.tolist() == [["0", "refused", 1]]


# Changed by hand


def test_what_is_changed_in_the_form_changes_the_codebook(core: Path, tmp_path: Path) -> None:
    welcome = row_of(core, "survey", "name", "welcome")
    palms = row_of(core, "choices", "name", "b1")
    path = edited(core, tmp_path / "one.xlsx", "survey", {(welcome, "label::English (en)"): "The greeting"})
    path = edited(path, tmp_path / "two.xlsx", "choices", {(palms, "label::Arabic (ar)"): "النخيل"})
    book = kda.read_codebook(path)
    assert book.items["welcome_rating"].text == {"en": "The greeting", "ar": "الاستقبال في بداية التعامل"}
    assert book.unit is not None
    assert book.unit.values["b1"] == {"en": "First branch", "ar": "النخيل"}


def refused(path: Path) -> str:
    with pytest.raises(CodebookError) as error:
        kda.read_codebook(path)
    return str(error.value)


def test_a_form_of_another_origin(tmp_path: Path) -> None:
    assert refused(write_form(tmp_path / "form.xlsx")) == (
        "form.xlsx: expected a form that says what its questions are for (sheet 'drivers'), found a form of another "
        "origin; run 'drivers init ANSWERS --form form.xlsx' to draft a codebook from both."
    )


ROLES = "roles such as driver:respect, outcome:satisfaction, segment:age or item"


@pytest.mark.parametrize(
    ("sheet", "heading", "text", "became", "expected"),
    [
        (
            *("survey", "drivers_key", "welcome_rating", "presence_rating"),
            "form.xlsx, sheet 'survey', row {row}, drivers_key: expected each key once, found 'presence_rating'; write "
            "another key.",
        ),
        (
            *("survey", "drivers_role", "driver:welcome", "driver"),
            f"form.xlsx, sheet 'survey', row {{row}}, drivers_role: expected {ROLES}, found 'driver'; correct it.",
        ),
        (
            *("survey", "drivers_role", "driver:welcome", "unit:welcome"),
            f"form.xlsx, sheet 'survey', row {{row}}, drivers_role: expected {ROLES}, found 'unit:welcome'; "
            "correct it.",
        ),
        (
            *("survey", "drivers_role", "driver:welcome", "item"),
            "form.xlsx, sheet 'drivers', row 7: expected a question with the role 'driver:welcome', found none; remove "
            "the row, or give a question that role.",
        ),
        (
            *("survey", "drivers_role", "driver:welcome", "driver:welcome driver:smiles"),
            "form.xlsx, drivers.smiles.label: expected the key 'label', found none; add it.",
        ),
        (
            *("survey", "type", "select_one scale_satisfaction5", "text"),
            "form.xlsx, sheet 'survey', row {row}, type: expected select_one and a list of choices, found 'text'; "
            "restore the list.",
        ),
        (
            *("survey", "type", "select_one scale_satisfaction5", "select_one yes_no"),
            "form.xlsx, sheet 'survey', row {row}, type: expected a scale that the sheet 'drivers' describes, found "
            "'yes_no'; add it there.",
        ),
        (
            *("choices", "label::English (en)", "Very satisfied", None),
            "",
        ),
        (
            *("drivers", "key", "presence", "welcome"),
            "form.xlsx, sheet 'drivers', row 7: expected 'drivers' 'welcome' once, found it also in row 6; remove one "
            "of the rows.",
        ),
        (
            *("drivers", "settings", '{"kind": "nps"}', "nps"),
            "form.xlsx, sheet 'drivers', row {row}: expected settings such as {{\"type\": \"likert\"}}, found 'nps'; "
            "correct them.",
        ),
        (
            *("drivers", "part", "unit", "branch"),
            "form.xlsx, sheet 'drivers', row {row}: expected a part among scales, items, drivers, outcomes, segments, "
            "kano, survey, unit, comments, design, period, fieldwork, recovery, expectations, found 'branch'; "
            "correct it.",
        ),
        (
            *("drivers", "settings", '{"min_items": 3}', '{"min_items": 9}'),
            "form.xlsx, outcomes.loyalty.min_items: expected at most 4, the number of items, found 9; lower it or add "
            "items.",
        ),
    ],
)
def test_a_form_that_was_spoilt(
    core: Path, tmp_path: Path, sheet: str, heading: str, text: str, became: str | None, expected: str
) -> None:
    row = row_of(core, sheet, heading, text)
    path = edited(core, tmp_path / "form.xlsx", sheet, {(row, heading): became})
    if expected:
        assert refused(path) == expected.format(row=row)
    else:
        assert kda.read_codebook(path).scales["satisfaction5"].codes[5] == {"ar": "راضٍ جدًا"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("heading", "became", "expected"),
    [
        (
            *("drivers_missing", "no idea"),
            "form.xlsx, sheet 'choices', row {row}: expected in drivers_missing one of not_applicable, dont_know, "
            "refused, not_asked, blank, found 'no idea'; correct or clear it.",
        ),
        (
            *("name", "none"),
            "",
        ),
    ],
)
def test_choices_that_are_no_answers(core: Path, tmp_path: Path, heading: str, became: str, expected: str) -> None:
    row = row_of(core, "choices", "drivers_missing", "not_applicable")
    path = edited(core, tmp_path / "form.xlsx", "choices", {(row, heading): became})
    if expected:
        assert refused(path) == expected.format(row=row)
    else:
        assert kda.read_codebook(path).scales["quality5"].missing["none"] == "not_applicable"


def test_a_code_that_is_no_number(core: Path, tmp_path: Path) -> None:
    row = row_of(core, "choices", "label::English (en)", "Very poor")
    path = edited(core, tmp_path / "form.xlsx", "choices", {(row, "name"): "awful"})
    assert refused(path) == (
        f"form.xlsx, sheet 'choices', row {row}: expected a number as its name, found 'awful'; write its code."
    )
