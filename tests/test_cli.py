"""The command line: exit codes, whole sentences, and a start that imports nothing heavy."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from drivers import __version__
from drivers.cli import BAD_INPUT, main

CODEBOOK = """
survey: {id: clinic, title: {en: Our clinic, ar: عيادتنا}}
data: {file: answers.csv}
scales:
  five: {type: numeric, min: 1, max: 5}
items:
  polite: {column: Q1, scale: five}
  quick: {column: Q2, scale: five}
  overall: {column: Q3, scale: five}
drivers:
  respect: {items: [polite], label: {en: Respect, ar: الاحترام}}
  speed: {items: [quick], label: {en: Speed, ar: سرعة الاستجابة}}
outcomes:
  satisfaction: {items: [overall], label: {en: Satisfaction, ar: الرضا}}
"""

ROWS = [(1 + i % 5, 1 + (i * 7) % 4, 1 + (i * 3 + i % 2) % 5) for i in range(120)]
ANSWERS = "Q1,Q2,Q3\n" + "".join(f"{a},{b},{c}\n" for a, b, c in ROWS)


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    (tmp_path / "clinic.yml").write_text(CODEBOOK, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    return tmp_path / "clinic.yml"


def spoken(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"drivers {__version__}\n"


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = spoken(capsys)
    assert code == BAD_INPUT
    assert all(command in out for command in ("report", "check", "fetch"))


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["report", "--help"]], ids=" ".join)
def test_start_imports_nothing_heavy(arguments: list[str]) -> None:
    heavy = ("numpy", "pandas", "matplotlib", "numba", "papermill", "nbconvert", "pydantic", "babel", "scipy")
    code = (
        "import sys\nfrom drivers.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.splitlines()[-1] == "[]"


def test_check_prints_what_was_done_to_every_column(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = spoken(capsys, "check", clinic)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "clinic: 120 rows, 3 items"
    assert [line.split()[0] for line in lines[2:]] == ["Q1", "Q2", "Q3"]


def test_check_warns_of_a_score_that_few_have(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = "".join(f"{a if i < 20 else ''},{b},{c}\n" for i, (a, b, c) in enumerate(ROWS))
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3\n" + few, encoding="utf-8")
    code, out, _ = spoken(capsys, "check", clinic)
    assert code == 1
    assert out.splitlines()[-1] == "warning: respect: only 17% of the rows have a score"


def test_check_of_answers_beside_their_codebook(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = clinic.parent / "wave2.csv"
    other.write_text(ANSWERS + "5,5,5\n", encoding="utf-8")
    code, out, _ = spoken(capsys, "check", clinic, "--data", other)
    assert (code, out.splitlines()[0]) == (0, "clinic: 121 rows, 3 items")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "answers.csv: expected a header row and answers, found an empty file; export the survey again."),
        (
            ANSWERS.replace("Q2", "Q7", 1),
            "answers.csv: expected the column 'Q2' (item 'quick'), found 'Q1', 'Q7', 'Q3'; did you mean 'Q7'? "
            "Correct the codebook.",
        ),
        (
            ANSWERS + "1,sometimes,3\n",
            "answers.csv, column 'Q2': expected answers on scale 'five' (whole numbers from 1 to 5), found 'sometimes' "
            "in line 122; correct the scale, or map each text under items.quick.answers in the codebook to a code or "
            "to one of not_applicable, dont_know, refused, not_asked, blank.",
        ),
        (
            "PK\x03\x04" + 200 * "\x00",
            "answers.csv: expected a CSV file in UTF-8, found an Excel workbook or a ZIP archive; "
            "save it as CSV (UTF-8).",
        ),
    ],
    ids=["empty file", "missing column", "unknown label", "no CSV"],
)
@pytest.mark.parametrize("command", ["check", "report"])
def test_bad_answers_end_in_one_sentence(
    command: str, content: str, sentence: str, clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clinic.parent / "answers.csv").write_text(content, encoding="utf-8")
    where = ["--language", "en", "--output", clinic.parent / "out"] if command == "report" else []
    code, out, err = spoken(capsys, command, clinic, *where)
    assert (code, err) == (BAD_INPUT, f"drivers: {sentence}\n")
    assert out == ("" if command == "check" else "clinic · en: running 00_manager_report.ipynb\n")
    assert not list(clinic.parent.glob("out/**/*.html"))


def test_a_wrong_codebook_ends_in_one_sentence_with_its_line(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clinic.write_text(CODEBOOK.replace("items: [quick]", "items: [quik]"), encoding="utf-8")
    code, _, err = spoken(capsys, "report", clinic, "--output", clinic.parent / "out")
    assert code == BAD_INPUT
    assert err == (
        "drivers: clinic.yml, line 12, drivers.speed.items[0]: expected the name of an item, found 'quik'; "
        "did you mean 'quick'?\n"
    )


@pytest.mark.parametrize("notebook", ["manager_report", "drivers"])
def test_a_constant_driver_is_told_by_the_page(notebook: str, clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = "".join(f"{a},4,{c}\n" for a, _, c in ROWS)
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3\n" + same, encoding="utf-8")
    out = clinic.parent / "out"
    code, _, _ = spoken(capsys, "report", clinic, "--notebook", notebook, "--language", "en", "--output", out)
    assert code == 0
    page = next((out / "clinic").glob(f"*_{notebook}.en.html")).read_text(encoding="utf-8")
    assert "Which aspects matter most cannot be told from these answers" in page


@pytest.mark.parametrize("notebook", ["manager_report", "drivers"])
def test_a_question_at_fault_ends_in_one_sentence_and_no_page(
    notebook: str, clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = clinic.parent / "out"
    asked = ("--notebook", notebook, "--language", "en", "--output", out, "-p", "n_boot=50")
    code, _, err = spoken(capsys, "report", clinic, *asked)
    assert code == BAD_INPUT
    assert err == "drivers: Expected n_boot of 0 or at least 100 replicates, found 50; use 1000 or more.\n"
    # What ran is kept for the researcher; nothing is published.
    number = {"manager_report": "00", "drivers": "03"}[notebook]
    assert [path.name for path in (out / "clinic").iterdir()] == [f"{number}_{notebook}.en.failed.ipynb"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["report", "nowhere"],
            "Expected a codebook file or an example survey (customersat, judges, nyc311, "
            "service_center, service_center_staff), found 'nowhere'; "
            "write the path with its .yml ending or one of these names.",
        ),
        (
            ["report", "customersat", "--notebook", "manager_reprot"],
            "Expected a notebook among 00_manager_report, 03_drivers, found 'manager_reprot'; "
            "did you mean '00_manager_report'?",
        ),
        (
            ["report", "customersat", "-p", "n_bot=500"],
            "00_manager_report.ipynb: expected a parameter among codebook, language, unit, wave, only, digits, "
            "conf_level, n_boot, seed, found 'n_bot'; did you mean 'n_boot'?",
        ),
        (
            ["report", "customersat", "-p", "n_boot=many"],
            "00_manager_report.ipynb, parameter 'n_boot': expected int, found 'many' (str); the default is 1000.",
        ),
        (
            ["report", "customersat", "-p", "seed"],
            "Expected --parameter as NAME=VALUE, found 'seed'; write the name, =, and the value.",
        ),
        (
            ["report", "customersat", "--language", "fr"],
            "Expected a language among ar, en, found 'fr'; choose one of these.",
        ),
        (
            ["fetch", "judges"],
            "Expected an example to fetch, found 'judges', whose data come with the package; read it.",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_ends_in_one_sentence(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--output", str(tmp_path / "out")] if arguments[0] == "report" else []
    code, _, err = spoken(capsys, *arguments, *where)
    assert (code, err) == (BAD_INPUT, f"drivers: {sentence}\n")
    assert not (tmp_path / "out").exists()


class Readable(HTMLParser):
    """What is read of a page: its texts and alternative texts, without codes such as fingerprints."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.codes = 0
        self.open: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "path", "use"):
            return
        given = dict(attrs)
        self.open.append(tag == "style" or (tag == "bdi" and given.get("dir") == "ltr"))
        self.codes += self.open[-1]
        self.texts += [str(given["aria-label"])] if "aria-label" in given else []

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "path", "use"):
            self.codes -= self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.codes and data.strip():
            self.texts.append(data.strip())


def test_a_report_of_a_new_survey_in_arabic_digits(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clinic.write_text(CODEBOOK + "period: {start: 2024-01-05, end: 2024-03-01}\n", encoding="utf-8")
    out = clinic.parent / "out"
    code, said, err = spoken(capsys, "report", clinic, "--digits", "arab", "-p", "n_boot=200", "--output", out)
    assert (code, err) == (0, "")
    ar, en = sorted((out / "clinic").glob("*.html"))
    assert said.rstrip().endswith(f"{ar.resolve()}\n  {en.resolve()}")
    pages = {page: Readable(page.read_text(encoding="utf-8")).texts for page in (ar, en)}
    assert not [text for text in pages[ar] if re.search("[0-9]", text)]
    assert not [text for text in pages[en] if re.search("[٠-٩]", text)]
    whole = " ".join(pages[ar])
    assert "٥ يناير ٢٠٢٤" in whole
    assert "١٢٠" in whole
    assert re.search("[٠-٩]+٪", whole)
    # A seed is typed in again as it stands, and so are versions and fingerprints.
    assert '<bdi dir="ltr">1</bdi>' in ar.read_text(encoding="utf-8")
    numbers = [json.loads(page.with_suffix(".json").read_text(encoding="utf-8")) for page in (ar, en)]
    assert numbers[0] == {**numbers[1], "language": "ar"}
    assert numbers[0]["parameters"] == {"digits": "arab", "n_boot": 200}
