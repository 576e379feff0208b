"""The form of a questionnaire: pyxform takes it without a word, it is the same each time, nothing in it is active."""

from pathlib import Path

import openpyxl
import pytest
from pyxform.xls2xform import convert

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.publish.questionnaire import form_words
from drivers.survey.codebook.model import Codebook
from drivers.survey.examples import example_path
from drivers.survey.forms.questionnaire import SECTIONS, questionnaire_of, service_model_path
from drivers.survey.forms.writing import version_of, xlsform_bytes
from tests.survey.forms.written_forms import cells_of
from tests.survey.small_survey import CODEBOOK, changed, write_survey

EN, AR = "label::English (en)", "label::Arabic (ar)"


def written(folder: Path, book: Codebook, languages: tuple[str, ...] = LANGUAGES, sections: object = SECTIONS) -> Path:
    """The form of a codebook, in a file."""
    path = folder / "form.xlsx"
    spoken = {language: kda.wording(language, book.labels()) for language in languages}
    questionnaire = questionnaire_of(book, sections)  # type: ignore[arg-type]
    path.write_bytes(xlsform_bytes(questionnaire, form_words(book, spoken), languages))
    return path


def small(folder: Path, text: str) -> Codebook:
    return kda.read_codebook(write_survey(folder, codebook=text, answers=None))


def row(path: Path, name: str) -> dict[str, str]:
    (found,) = [cells for cells in cells_of(path, "survey") if cells.get("name") == name]
    return found


@pytest.fixture(scope="module")
def model() -> Codebook:
    return kda.read_codebook(service_model_path())


@pytest.fixture(scope="module")
def form(model: Codebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("form"), model)


@pytest.mark.parametrize("name", ["service_model", "service_center", "nyc311", "judges", "customersat"])
def test_pyxform_takes_it_without_a_warning(name: str, tmp_path: Path) -> None:
    book = kda.read_codebook(service_model_path() if name == "service_model" else example_path(name))
    warnings: list[str] = []
    result = convert(written(tmp_path, book), warnings=warnings)
    assert warnings == []
    for language in ("English (en)", "Arabic (ar)"):
        assert f'<translation lang="{language}"' in result.xform
    for question in questionnaire_of(book).questions:
        assert f'/{question.name}"' in result.xform, question.name


@pytest.mark.parametrize("languages", [("en",), ("ar",), ("en", "ar")])
def test_languages_and_the_one_it_opens_in(model: Codebook, languages: tuple[str, ...], tmp_path: Path) -> None:
    path = written(tmp_path, model, languages, ["core"])
    warnings: list[str] = []
    convert(path, warnings=warnings)
    assert warnings == []
    (settings,) = cells_of(path, "settings")
    assert settings["default_language"] == {"en": "English (en)", "ar": "Arabic (ar)"}[languages[0]]
    assert settings["form_title"] == model.survey.title[languages[0]]
    headings = set(cells_of(path, "choices")[0])
    assert {EN, AR} & headings == {{"en": EN, "ar": AR}[language] for language in languages}


def test_every_text_is_there_in_both_languages(form: Path) -> None:
    for sheet in ("survey", "choices"):
        for cells in cells_of(form, sheet):
            for kind in ("label", "hint", "constraint_message"):
                found = {key for key in cells if key.startswith(f"{kind}::")}
                assert len(found) in (0, 2), cells
    for cells in cells_of(form, "survey"):
        assert AR in cells or cells["type"] in ("start", "end", "today", "end_group"), cells
        assert not any(mark in "".join(cells.values()) for mark in "\u2066\u2067\u2068\u2069"), cells


def test_the_same_questionnaire_gives_the_same_bytes(model: Codebook, form: Path, tmp_path: Path) -> None:
    assert written(tmp_path, model).read_bytes() == form.read_bytes()


def test_the_version_changes_with_a_word(tmp_path: Path) -> None:
    versions = set()
    for text in (CODEBOOK, changed(CODEBOOK, "en: Poor", "en: Bad"), changed(CODEBOOK, "kind: nps, ", "")):
        book = small(tmp_path, text)
        words = form_words(book, {"en": kda.wording("en", book.labels())})
        versions.add(version_of(questionnaire_of(book), words, ["en"]))
    assert len(versions) == 3
    path = written(tmp_path, small(tmp_path, CODEBOOK), ("en",))
    assert cells_of(path, "settings")[0]["version"] in versions


def test_nobody_answers_without_having_agreed(form: Path) -> None:
    cells = cells_of(form, "survey")
    consent = row(form, "consent")
    assert (consent["type"], consent["required"]) == ("select_one yes_no", "yes")
    groups = [found for found in cells if found["type"] == "begin_group"]
    assert len(groups) == 9
    assert {group["relevant"] for group in groups} == {"${consent} = '1'"}
    first = cells.index(groups[0])
    asked_before = [found["name"] for found in cells[:first] if found["type"].startswith("select")]
    assert asked_before == ["consent"]
    assert row(form, "note_declined")["relevant"] == "${consent} = '0'"
    assert "10" in row(form, "note_privacy")[EN]


def test_scales_and_the_ways_out_of_them(form: Path) -> None:
    choices = [found for found in cells_of(form, "choices") if found["list_name"] == "scale_quality5"]
    assert [(found["name"], found[EN], found.get("drivers_missing")) for found in choices] == [
        ("1", "Very poor", None),
        ("2", "Poor", None),
        ("3", "Average", None),
        ("4", "Good", None),
        ("5", "Very good", None),
        ("97", "Does not apply", "not_applicable"),
        ("98", "Don't know", "dont_know"),
    ]
    assert [found[AR] for found in choices[-2:]] == ["لا ينطبق", "لا أعرف"]
    # Only what has a way out must be answered.
    assert row(form, "welcome")["required"] == "yes"
    assert "required" not in row(form, "satisfaction")
    assert row(form, "satisfaction")["appearance"] == "likert"
    assert "appearance" not in row(form, "welcome")


def test_the_question_of_the_net_promoter_score(form: Path) -> None:
    choices = [found for found in cells_of(form, "choices") if found["list_name"] == "scale_recommend"]
    assert [found["name"] for found in choices] == [*map(str, range(11)), "98"]
    assert choices[0][EN] == "0 - Not at all likely"
    assert choices[10][AR] == "10 - محتمل جدًا"
    assert choices[5][AR] == "5"
    assert row(form, "recommend")["appearance"] == "columns-pack"


def test_days(form: Path) -> None:
    assert row(form, "answered")["type"] == "today"
    contact = row(form, "contact_day")
    assert (contact["type"], contact["constraint"]) == ("date", ". <= today()")


@pytest.mark.parametrize(
    ("scale", "kind", "constraint", "hint"),
    [
        ("{type: numeric, min: 0, max: 100}", "integer", ". >= 0 and . <= 100", "A number from 0 to 100"),
        (
            "{type: numeric, min: 0, max: 100, missing: {998: not_applicable, 999: dont_know}}",
            "integer",
            "((. >= 0 and . <= 100) or . = 998) or . = 999",
            "A number from 0 to 100 · 998: Does not apply · 999: Don't know",
        ),
        (
            "{type: numeric, min: 0, max: 100, step: 5}",
            "integer",
            ". >= 0 and . <= 100 and (. - 0) mod 5 = 0",
            "A number from 0 to 100",
        ),
        (
            "{type: numeric, min: 0.5, max: 9.5, step: any}",
            "decimal",
            ". >= 0.5 and . <= 9.5",
            "A number from 0.5 to 9.5",
        ),
    ],
)
def test_numbers_with_too_many_answers_to_show_are_typed(
    scale: str, kind: str, constraint: str, hint: str, tmp_path: Path
) -> None:
    text = changed(CODEBOOK, "  recommend: {type: nps}\n", f"  recommend: {{type: nps}}\n  wide: {scale}\n")
    text = changed(text, "column: Calls, scale: ten", "column: Calls, scale: wide")
    path = written(tmp_path, small(tmp_path, text))
    warnings: list[str] = []
    convert(path, warnings=warnings)
    assert warnings == []
    found = row(path, "Calls")
    assert (found["type"], found["constraint"]) == (kind, constraint)
    assert found["hint::English (en)"] == found["constraint_message::English (en)"] == hint


def test_texts_of_a_codebook_stay_texts(tmp_path: Path) -> None:
    text = changed(
        CODEBOOK,
        "waiting: {column: Waiting, scale: quality}",
        'waiting: {column: Waiting, scale: quality, text: {en: "=1+1 ${consent} \\x07", ar: "=2"}}',
    )
    text = changed(text, "en: A clinic, ar: عيادة", 'en: "=A1 \\x07", ar: "@\\x07"')
    path = written(tmp_path, small(tmp_path, text))
    warnings: list[str] = []
    convert(path, warnings=warnings)
    assert warnings == []
    sheet = openpyxl.load_workbook(path)["survey"]
    cells = [cell for cells in sheet.iter_rows() for cell in cells]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert row(path, "Waiting")[EN].startswith("=1+1 $ {consent}")


def test_names_that_the_form_needs_give_way(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "column: Calls", "column: Consent")
    text = changed(text, "column: Courtesy", "column: start")
    path = written(tmp_path, small(tmp_path, text))
    warnings: list[str] = []
    convert(path, warnings=warnings)
    assert warnings == []
    assert row(path, "start_")["type"] == "start"
    assert row(path, "consent_")["type"] == "select_one yes_no"
    assert row(path, "part_overall")["relevant"] == "${consent_} = '1'"


def test_a_yes_or_no_question_without_labels(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "ten: {type: numeric, min: 0, max: 10}", "ten: {type: binary}")
    choices = cells_of(written(tmp_path, small(tmp_path, text)), "choices")
    assert [(found["name"], found[AR]) for found in choices if found["list_name"] == "scale_ten"] == [
        ("0", "لا"),
        ("1", "نعم"),
    ]
