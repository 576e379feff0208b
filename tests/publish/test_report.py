"""Reports: files, names, numbers and failures."""

import html
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

import drivers as kda
from drivers import __version__
from drivers.labels import LANGUAGES
from drivers.present.isolation import clean, plain
from drivers.present.numerals import MINUS
from drivers.publish import report
from drivers.publish.notebooks import find_notebook
from drivers.publish.report import publish_report
from drivers.publish.request import ReportRequest
from tests.publish.conftest import NOTEBOOKS, Report
from tests.simulated import make_survey

Shelf = Callable[..., list[report.Published]]

KINDS = ("html", "json", "xlsx", "csv.zip")
"""Endings of what is written for each language; every report that is tested has a table."""
SAME = 1e-12
"""Kernels calculate on one thread, this process on several, whose sums differ in their last digits."""


# Files


def test_each_language_has_a_page_its_numbers_and_its_tables(published: Report) -> None:
    made = {path.name for path in published.pages.iterdir()}
    stem = published.page("en").name.removesuffix(".en.html")
    assert made == {f"{stem}.{language}.{kind}" for language in LANGUAGES for kind in KINDS}
    assert (stem == published.notebook) == (not published.selection)


def test_numbers_name_what_they_belong_to(published: Report) -> None:
    for language in LANGUAGES:
        content = published.numbers(language)
        assert list(content) == sorted(content)
        assert content["notebook"] == published.notebook
        assert content["language"] == language
        assert content["version"] == __version__
        assert content["parameters"] == published.parameters
        assert content["shown"][0]["id"] == "survey-masthead"
        assert not {"heading", "section", "empty"} & {key for piece in content["shown"] for key in piece}


def leaves(value: Any) -> Iterator[Any]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict | list):
        for child in children:
            yield from leaves(child)
    else:
        yield value


def test_numbers_are_plain_json(published: Report) -> None:
    for language in LANGUAGES:
        text = published.page(language).with_suffix(".json").read_text(encoding="utf-8")
        assert not re.search(r"\b(NaN|Infinity)\b", text)
        assert not re.search("[\u2066-\u2069]", text)
        assert all(math.isfinite(value) for value in leaves(json.loads(text)) if isinstance(value, float))


def test_both_languages_have_the_same_numbers(published: Report) -> None:
    one, other = (published.numbers(language) for language in LANGUAGES)
    assert {**one, "language": ""} == {**other, "language": ""}


def test_numbers_are_those_of_the_analysis(customersat: Report) -> None:
    survey = kda.example_survey("customersat")
    importance = kda.relative_importance(survey)
    shown = {piece["id"]: piece for piece in customersat.numbers("en")["shown"]}
    bars, cards = (shown[name]["records"] for name in ("importance-bars", "outcome_scores-cards"))
    assert [record["share"] for record in bars] == pytest.approx(importance.share, rel=SAME)
    assert [record["conf_low"] for record in bars] == pytest.approx(importance.share_low, rel=SAME)
    assert cards[0]["estimate"] == pytest.approx(kda.outcome_scores(survey).scores[0].level.estimate, rel=SAME)
    about = shown["survey-footer"]["details"]
    assert (about["data_sha256"], about["codebook_sha256"]) == (survey.data_sha256, survey.codebook_sha256)
    assert about["parameters"] == {"conf_level": 0.95, "n_boot": 1000, "seed": 1}


class Tables(HTMLParser):
    """The texts in the cells of all tables of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self.inside = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data


def test_tables_show_the_same_numbers_in_both_languages(published: Report) -> None:
    number = re.compile(rf"{MINUS}?[\d,]+(\.\d+)?%?")
    one, other = ([c for c in Tables(published.html(language)).cells if number.fullmatch(c)] for language in LANGUAGES)
    assert one == other
    # A part of a survey with few answers shows next to none; other reports may lack what they ask for, or need less.
    # What surrounds a unit, such as the others beside it, is on its manager report however few answered there.
    if published.survey != "few" and (published.notebook in NOTEBOOKS or published.survey == "suppressed"):
        assert (len(one) > 20) == (not published.selection)


def told(page: str) -> dict[str, Counter[str]]:
    """Section → the numbers in all that is said there, alternatives of figures included."""
    found = {}
    for name, content in re.findall(r'<section id="([^"]+)"[^>]*>(.*?)</section>', page, flags=re.DOTALL):
        said = clean(
            html.unescape(" ".join([re.sub("<[^>]*>", " ", content), *re.findall('aria-label="([^"]*)"', content)]))
        )
        found[name] = Counter(re.findall(rf"[{MINUS}+]?\d+(?:,\d{{3}})*(?:\.\d+)?%?", said))
    return found


def test_what_is_said_has_the_same_numbers_in_both_languages(published: Report) -> None:
    one, other = (told(published.html(language)) for language in LANGUAGES)
    assert list(one) == list(other)
    for name, numbers in one.items():
        # Up to ten a number may be a word, and Arabic has forms of their own for one and two.
        differing = {number for number in numbers | other[name] if numbers[number] != other[name][number]}
        assert differing <= {str(number) for number in range(11)}, name


def test_every_number_of_a_table_is_in_the_numbers(customersat: Report) -> None:
    known = [value for value in leaves(customersat.numbers("en")) if isinstance(value, int | float)]
    for cell in Tables(customersat.html("en")).cells:
        if match := re.fullmatch(rf"({MINUS}?)([\d,]+(?:\.\d+)?)(%?)", cell):
            sign, digits, percent = match.groups()
            value = float(digits.replace(",", "")) * (-1 if sign else 1) / (100 if percent else 1)
            half = 0.5 * 10 ** -(len(digits.partition(".")[2]) + (2 if percent else 0)) * 1.000001
            assert any(abs(value - other) <= half for other in known), cell


@pytest.mark.parametrize(
    ("survey", "notebook", "language"),
    [("customersat", "00_manager_report", "ar"), ("judges", "03_drivers", "en"), ("judges", "02_measurement", "ar")],
)
def test_the_same_inputs_give_the_same_bytes(
    survey: str, notebook: str, language: str, publishing: Callable[[str, str], Report], tmp_path: Path
) -> None:
    # Here a fresh kernel runs for one language; there one kernel ran for both, after other reports.
    again = publish_report(survey, notebook=notebook, languages=(language,), output=tmp_path)[0]
    earlier = publishing(survey, notebook).page(language)
    # One language alone has no other page to point to; everything else is the same.
    link = re.compile(r'<p class="language">.*?</p>')
    assert link.sub("", earlier.read_text(encoding="utf-8")) == again.page.read_text(encoding="utf-8")
    assert earlier.with_suffix(".json").read_bytes() == again.numbers.read_bytes()


def test_no_page_tells_when_it_was_made(published: Report) -> None:
    for language in LANGUAGES:
        files = (published.page(language), published.page(language).with_suffix(".json"))
        for text in (path.read_text(encoding="utf-8") for path in files):
            assert not re.search(r"20\d\d-\d\d-\d\dT\d\d|\d\d:\d\d:\d\d", text)
            assert str(published.folder) not in text
            assert "/tmp/" not in text


def test_files_can_be_read_by_whoever_serves_them(customersat: Report) -> None:
    assert customersat.page("ar").stat().st_mode & 0o777 == 0o644


# Names


@pytest.mark.parametrize(
    "parameters",
    [
        {"unit": "N1"},
        {"wave": "2024 spring"},
        {"only": {"language": "Arabic"}},
        {"only": {"language": "English"}},
        {"unit": "N1", "wave": "2024 spring"},
        {"unit": "فرع الرياض"},
        {"unit": "فرع جدة"},
        {"unit": "../../etc/passwd"},
        {"unit": "n" * 300},
        {"digits": "arab"},
    ],
)
def test_a_selection_has_a_file_of_its_own(parameters: dict[str, Any], shelf: Shelf, tmp_path: Path) -> None:
    whole = shelf(output=tmp_path)
    part = shelf(output=tmp_path, parameters=parameters)
    for one, other in zip(whole, part, strict=True):
        assert one.page != other.page
        assert other.page.parent == tmp_path / "judges"
        assert re.fullmatch(r"00_manager_report--[a-z0-9-]+\.(ar|en)\.html", other.page.name)
        assert len(other.page.name) < 100
        assert other.numbers == other.page.with_suffix(".json")
        assert json.loads(other.numbers.read_text(encoding="utf-8"))["parameters"] == parameters


def test_no_two_selections_share_a_file(shelf: Shelf, tmp_path: Path) -> None:
    selections: list[dict[str, Any]] = [
        {},
        {"unit": "N1"},
        {"wave": "N1"},
        {"unit": "n1"},
        {"unit": "N 1"},
        {"only": {"a": "N1"}},
        {"only": {"b": "N1"}},
        {"unit": "فرع الرياض"},
        {"unit": "فرع جدة"},
        {"unit": "N1", "digits": "arab"},
    ]
    names = {shelf(output=tmp_path, languages=["ar"], parameters=chosen)[0].page.name for chosen in selections}
    assert len(names) == len(selections)


@pytest.mark.parametrize("parameters", [{"digits": "latn"}, {"unit": "", "only": {}}, {"seed": 2}])
def test_what_selects_nobody_changes_no_name(parameters: dict[str, Any], shelf: Shelf, tmp_path: Path) -> None:
    assert shelf(output=tmp_path, parameters=parameters)[0].page.name == "00_manager_report.ar.html"


def test_a_default_that_is_said_changes_no_name(shelf: Shelf, tmp_path: Path) -> None:
    said = shelf(output=tmp_path, parameters={"unit": "N1", "digits": "latn"})
    assert said[0].page == shelf(output=tmp_path, parameters={"unit": "N1"})[0].page


def test_a_pdf_goes_where_another_page_takes_the_place_of_its_own(shelf: Shelf, tmp_path: Path) -> None:
    (made,) = shelf(output=tmp_path, languages=["en"])
    pdf = made.page.with_suffix(".pdf")
    pdf.write_bytes(b"%PDF-")
    shelf(output=tmp_path, languages=["en"])
    assert pdf.exists()  # the same page again
    shelf(output=tmp_path, languages=["en", "ar"])
    assert not pdf.exists()  # which now leads to an Arabic one


def test_a_language_is_published_once(shelf: Shelf, tmp_path: Path) -> None:
    made = shelf(output=tmp_path, languages=["en", "ar", "en"])
    assert [report.language for report in made] == ["en", "ar"]


def test_pages_point_to_each_other_where_both_are_made(shelf: Shelf, tmp_path: Path) -> None:
    ar, en = shelf(output=tmp_path, parameters={"unit": "N1"})
    assert f'href="{en.page.name}" hreflang="en"' in ar.page.read_text(encoding="utf-8")
    assert f'href="{ar.page.name}" hreflang="ar"' in en.page.read_text(encoding="utf-8")
    (alone,) = shelf(output=tmp_path / "alone", languages=["en"])
    assert "hreflang" not in alone.page.read_text(encoding="utf-8")


def test_the_run_speaks_arabic_where_a_page_does_and_has_arabic_digits_only_then(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    give = report.execute

    def listen(request: ReportRequest, *more: Any) -> Any:
        asked.append((request.values["language"], request.values.get("digits")))
        return give(request, *more)

    monkeypatch.setattr(report, "execute", listen)
    shelf(output=tmp_path, languages=["en", "ar"], parameters={"digits": "arab"})
    shelf(output=tmp_path, languages=["en"])
    assert asked == [("ar", "arab"), ("en", None)]


def test_progress_is_told(shelf: Shelf, tmp_path: Path) -> None:
    told: list[str] = []
    shelf(output=tmp_path, languages=["en"], progress=told.append)
    assert told == [
        "judges: running 00_manager_report.ipynb",
        f"judges · en: {tmp_path / 'judges' / '00_manager_report.en.html'}",
    ]


@pytest.mark.usefixtures("shared_kernel")
def test_a_report_on_one_wave(publishing: Callable[[str, str], Report], tmp_path: Path) -> None:
    codebook = publishing("long", "00_manager_report").folder / "made" / "codebook.yml"
    (made,) = publish_report(codebook, languages=["en"], output=tmp_path, parameters={"wave": "w3", "n_boot": 200})
    assert re.fullmatch(r"00_manager_report--w3-[0-9a-f]{8}\.en\.html", made.page.name)
    shown = {piece["id"]: piece for piece in json.loads(made.numbers.read_text(encoding="utf-8"))["shown"]}
    about = shown["survey-masthead"]["details"]
    assert (about["wave"], about["rows_read"]) == ("w3", 1500)
    assert about["rows_domain"] == shown["outcome_scores-cards"]["records"][0]["n"] < 1500
    # Earlier waves stay for the trend, later ones are not known yet.
    assert {record["wave"] for record in shown["waves-trend"]["records"]} == {"w1", "w2", "w3"}
    assert "Campaign number 3, spring 2024" in made.page.read_text(encoding="utf-8")


def written(report: Report, language: str) -> str:
    """The text of a page."""
    return plain(html.unescape(re.sub(r"<[^>]+>", "", report.html(language))))


def test_a_suppressed_unit_says_so_and_shows_no_number_of_it(publishing: Callable[[str, str], Report]) -> None:
    report = publishing("suppressed", "00_manager_report")
    for language, sentence in (
        ("en", "The results of Branch “Airport” are not shown, to protect the participants' privacy: fewer than 10"),
        ("ar", "لا تُعرض نتائج فرع «المطار» حفاظًا على خصوصية المشاركين: عدد المشاركين أقل من 10"),
    ):
        assert sentence in written(report, language)
        shown = {piece["id"]: piece for piece in report.numbers(language)["shown"]}
        assert shown["survey-masthead"]["details"]["rows_domain"] is None
        assert shown["survey-masthead"]["details"]["period"] == []
        assert not any(piece["records"] for name, piece in shown.items() if not name.startswith("survey"))


def test_a_unit_with_few_answers_gets_its_scores_but_no_shares(publishing: Callable[[str, str], Report]) -> None:
    report = publishing("few", "00_manager_report")
    shown = {piece["id"]: piece for piece in report.numbers("en")["shown"]}
    assert shown["outcome_scores-cards"]["records"][0]["n"] == 18
    # Two answers a wave are no change to speak of.
    assert not any(record["wave_from"] for record in shown["outcome_scores-cards"]["records"])
    assert shown["importance-summary"]["verdict"]["status"] == "not_rankable"
    assert "importance-bars" not in shown
    assert "Their shares are therefore not shown." in written(report, "en")


# Failures


def failing(folder: Path, *cells: str) -> Path:
    """A notebook whose last cell fails."""
    first = nbformat.read(find_notebook("00_manager_report"), as_version=4).cells[1]
    path = folder / "failing.ipynb"
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[first, *(nbformat.v4.new_code_cell(cell) for cell in cells)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        ),
        path,
    )
    return path


@pytest.mark.usefixtures("shared_kernel")
def test_a_failing_notebook_is_kept_and_the_earlier_page_stays(tmp_path: Path) -> None:
    earlier = tmp_path / "out" / "judges" / "failing.en.html"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("earlier", encoding="utf-8")
    notebook = failing(tmp_path, "made = 'so far'\nmade", "1 / 0")
    with pytest.raises(kda.PublishError) as caught:
        publish_report("judges", notebook=notebook, languages=["en"], output=tmp_path / "out")
    kept = earlier.parent / "failing.failed.ipynb"
    assert str(caught.value) == (
        "failing.ipynb: expected every cell to run, found ZeroDivisionError in cell 4: division by zero; "
        f"look at {kept}."
    )
    assert caught.value.__cause__ is None
    assert earlier.read_text(encoding="utf-8") == "earlier"
    assert {path.name for path in earlier.parent.iterdir()} == {earlier.name, kept.name}
    outputs = [output for cell in nbformat.read(kept, as_version=4).cells for output in cell.get("outputs", ())]
    assert [output.output_type for output in outputs][-2:] == ["execute_result", "error"]


@pytest.mark.usefixtures("shared_kernel")
def test_our_errors_keep_their_kind_and_their_sentence(tmp_path: Path) -> None:
    make_survey(
        tmp_path,
        drivers={"a": np.tile([1.0, 2, 3, 4], 30), "b": np.tile([5.0, 1, 4], 40)},
        outcomes={"satisfaction": np.tile([2.0, 3, 1, 4], 30)},
    )
    with pytest.raises(kda.ModelError) as caught:
        publish_report(
            tmp_path / "codebook.yml",
            notebook="03_drivers",
            languages=["ar"],
            output=tmp_path / "out",
            parameters={"n_boot": 50},
        )
    assert str(caught.value) == "Expected n_boot of 0 or at least 100 replicates, found 50; use 1000 or more."
    assert [path.name for path in (tmp_path / "out" / "simulated").iterdir()] == ["03_drivers.failed.ipynb"]


def test_a_run_that_succeeds_clears_what_failed(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "judges" / "00_manager_report.failed.ipynb"
    kept.parent.mkdir()
    kept.touch()
    monkeypatch.undo()
    publish_report("judges", languages=["en"], output=tmp_path, parameters={"n_boot": 100})
    assert not kept.exists()


def test_a_codebook_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(kda.CodebookError) as caught:
        publish_report(tmp_path / "none.yml", output=tmp_path / "out")
    assert str(caught.value) == (
        f"Expected a codebook at {tmp_path / 'none.yml'}, found no such file; check the path or name an example survey."
    )
    assert not (tmp_path / "out").exists()
