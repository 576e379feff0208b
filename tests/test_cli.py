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


pytestmark = pytest.mark.usefixtures("shared_kernel")


@pytest.fixture(autouse=True)
def usual_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed is broken into lines by the terminal's width, which is the test runner's own otherwise."""
    monkeypatch.setenv("COLUMNS", "110")


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
    assert all(command in out for command in ("report", "check", "fetch", "questionnaire"))


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
    assert out.splitlines() == [
        "clinic: 120 rows, 3 items",
        "",
        "File",
        "  format       CSV, UTF-8, separated by commas",
        "  rows    120  answers.csv",
        "",
        "Column  Used for        Read  What was done",
        "Q1      item 'polite'    120",
        "Q2      item 'quick'     120",
        "Q3      item 'overall'   120",
        "",
        "Health",
        "  Respondents: 120.",
        "  Missing answers: none to the 3 scored questions.",
        "  Ends of the scale: the best answer is at most 20.0% of the answers (polite), the worst at most 25.0%",
        "    (quick).",
        "  Same answer throughout: cannot be judged, as fewer than five questions on aspects share a scale.",
        "  Copies: none (looked for: all answers of another row, beyond chance).",
        "  Fewer than half of the answers: 0 respondents (0.0%).",
        "  Scale used backwards: contradictions from end to end by 0 respondents, no more than is honest.",
        "",
        "No warnings.",
    ]


def test_check_warns_of_a_score_that_few_have(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = "".join(f"{a if i < 20 else ''},{b},{c}\n" for i, (a, b, c) in enumerate(ROWS))
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3\n" + few, encoding="utf-8")
    code, out, _ = spoken(capsys, "check", clinic)
    assert code == 1
    assert "warning: respect: only 17% of those who were asked have a score" in out.splitlines()


def test_check_does_not_count_who_was_not_asked(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = "".join(f"{a if i < 20 else 'not asked'},{b},{c}\n" for i, (a, b, c) in enumerate(ROWS))
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3\n" + few, encoding="utf-8")
    _, out, _ = spoken(capsys, "check", clinic)
    assert "have a score" not in out
    (clinic.parent / "answers.csv").write_text(
        "Q1,Q2,Q3\n" + "".join(f"not asked,{b},{c}\n" for _, b, c in ROWS), encoding="utf-8"
    )
    code, out, _ = spoken(capsys, "check", clinic)
    assert code == 1
    assert "warning: respect: nobody was asked" in out.splitlines()


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
            "answers.csv: expected a whole workbook, found a damaged one; copy it again, or open it and save it as "
            ".xlsx.",
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
    assert out == ("" if command == "check" else "clinic: running 00_manager_report.ipynb\n")
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
    assert [path.name for path in (out / "clinic").iterdir()] == [f"{number}_{notebook}.failed.ipynb"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["report", "nowhere"],
            "Expected a codebook file or an example survey (bank, customersat, hints_pr, judges, kiosk, mobile, "
            "nyc311, service_center, service_center_staff, sfo), found 'nowhere'; "
            "write the path with its .yml ending or one of these names.",
        ),
        (
            ["report", "customersat", "--notebook", "manager_reprot"],
            "Expected a notebook among 00_manager_report, 01_data_quality, 02_measurement, 03_drivers, 04_loyalty, "
            "05_expectations, 06_scorecard, 07_priorities, 08_segments, 09_trends, 10_units, found "
            "'manager_reprot'; did you mean '00_manager_report'?",
        ),
        (
            ["report", "customersat", "-p", "n_bot=500"],
            "00_manager_report.ipynb: expected a parameter among codebook, language, unit, wave, only, digits, "
            "fewest, conf_level, n_boot, seed, found 'n_bot'; did you mean 'n_boot'?",
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
        self.open.append(tag in ("style", "script") or (tag == "bdi" and given.get("dir") == "ltr"))
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


# Questionnaire


def test_questionnaire_of_the_service_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    code, told, err = spoken(capsys, "questionnaire", "--output", out, "--sections", "core", "--language", "ar")
    assert (code, err) == (0, "")
    assert told.splitlines() == [
        "service_model: 28 questions (contact 5, overall 1, loyalty 4, aspects 13, comment 1, about 4)",
        f"form for KoBo and ODK: {out / 'service_model.xlsx'}",
        f"page to print (ar): {out / 'service_model.ar.html'}",
        f"codebook of the answers: {out / 'service_model.yml'}",
        f"then: drivers check {out / 'service_model.xlsx'} --data ANSWERS.csv",
    ]
    assert sorted(path.name for path in out.iterdir()) == [
        "service_model.ar.html",
        "service_model.xlsx",
        "service_model.yml",
    ]


def test_questionnaire_of_a_codebook_warns_of_wordings_that_are_absent(
    clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = clinic.parent / "out"
    text = CODEBOOK.replace("overall: {column: Q3,", "overall: {column: Q 3, text: {en: All in all?},")
    clinic.write_text(text + "design: {weight: w}\n", encoding="utf-8")
    code, told, err = spoken(capsys, "questionnaire", clinic, "--output", out)
    assert (code, err) == (1, "")
    lines = told.splitlines()
    assert lines[:3] == [
        "clinic: 3 questions (overall 1, aspects 2)",
        "column 'Q 3' is called overall in the form, which cannot have such a name",
        "not asked, to be added to the answers: 'w'",
    ]
    rest = "warning: no wording in {}; another language's, or the column's name, stands: {}"
    assert lines[-2:] == [rest.format("ar", "Q 3, Q1, Q2"), rest.format("en", "Q1, Q2")]


def test_questionnaire_that_cannot_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told, err = spoken(capsys, "questionnaire", "--output", tmp_path, "--sections", "core,hopes")
    assert (code, told) == (BAD_INPUT, "")
    assert err == (
        "drivers: Expected sections among core, expectations, importance, more, found 'hopes'; write these names with "
        "commas.\n"
    )


# Checking a survey


HEALTH = CODEBOOK.replace("  polite: {column: Q1, scale: five}\n", "  polite: {column: Q1, scale: labels}\n").replace(
    "  five: {type: numeric, min: 1, max: 5}\n",
    """\
  five: {type: numeric, min: 1, max: 5}
  labels:
    type: likert
    codes:
      1: {en: Very poor, ar: سيئ جدًا}
      2: {en: Poor, ar: سيئ}
      3: {en: Average, ar: متوسط}
      4: {en: Good, ar: جيد}
      5: {en: Very good, ar: جيد جدًا}
""",
)
LABELS = ("سيئ جدًا", "سيئ", "متوسط", "جيد", "جيد جدًا")


def with_labels(clinic: Path) -> None:
    clinic.write_text(HEALTH, encoding="utf-8")
    rows = "".join(f"{LABELS[a - 1]},{b},{c}\n" for a, b, c in ROWS)
    (clinic.parent / "answers.csv").write_text(f"Q1,Q2,Q3\n{rows},1,2\n97,1,2\n", encoding="utf-8")
    clinic.write_text(
        HEALTH.replace("ar: جيد جدًا}", "ar: جيد جدًا}\n    missing: {97: not_applicable}"), encoding="utf-8"
    )


def test_check_writes_arabic_labels_in_line(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_labels(clinic)
    _, out, _ = spoken(capsys, "check", clinic)
    lines = out.splitlines()
    start = lines.index(next(line for line in lines if line.startswith("Q1")))
    said = " ".join(line.strip("\u200e ") for line in lines[start : start + 3])
    for code, label in enumerate(LABELS, start=1):
        assert f"“{label}” → {code} (24)" in said
    assert "“97” → not_applicable (1)" in said
    assert "empty → blank (1)" in said
    # Marks of direction keep the cells in their order, and the table within its width.
    assert all(len(line.replace("\u200e", "")) <= 120 for line in lines)
    assert lines[start].rstrip().endswith("\u200e")


def test_check_shows_nothing_that_moves_the_cursor(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "good\x1b[2J\x07"
    clinic.write_text(CODEBOOK.replace("scale: five}", f"scale: five, answers: {{{json.dumps(evil)}: 4}}}}", 1))
    (clinic.parent / "answers.csv").write_text(ANSWERS + f"{evil},1,1\n", encoding="utf-8")
    code, out, _ = spoken(capsys, "check", clinic)
    assert code == 0
    assert "\x1b" not in out
    assert r"“good\x1b[2J\x07” → 4 (1)" in out


def warned(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[str]:
    code, out, _ = spoken(capsys, "check", *arguments)
    found = [line.removeprefix("warning: ") for line in out.splitlines() if line.startswith("warning: ")]
    assert code == (1 if found else 0)
    return found


def test_check_warns_of_a_constant_score(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = "".join(f"{a},4,{c}\n" for a, _, c in ROWS)
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3\n" + same, encoding="utf-8")
    assert warned(capsys, clinic) == ["speed: every score is 75 of 100; a report needs differences"]


def test_check_warns_of_answers_that_pile_up_or_are_missing(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    piled = "".join(f"{5 if i % 3 else 1},{'' if i % 4 == 0 else b},{c}\n" for i, (_, b, c) in enumerate(ROWS))
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3\n" + piled, encoding="utf-8")
    assert warned(capsys, clinic) == [
        "many answers are missing of those concerned: quick 25.0%; check the missing codes, or name optional drivers",
        "answers pile up at the best one: polite 66.7%; improvement can hardly show there",
    ]


def test_check_warns_of_a_question_that_is_worded_the_other_way_round(
    clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turned = "".join(f"{1 + i % 5},{5 - i % 5},{1 + i % 5}\n" for i in range(120))
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3\n" + turned, encoding="utf-8")
    assert (
        "quick: answers run against all other questions (correlation -1.00); if it is worded the other way round, "
        "write reversed: true"
    ) in warned(capsys, clinic)


def test_check_warns_of_labels_that_are_missing(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clinic.write_text(CODEBOOK.replace("{en: Speed, ar: سرعة الاستجابة}", "{en: Speed}"), encoding="utf-8")
    assert warned(capsys, clinic) == ["driver 'speed': no label in ar; pages there show another language's"]


def test_check_warns_of_respondents_who_are_there_twice(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clinic.write_text(CODEBOOK + "design: {respondent: id}\n", encoding="utf-8")
    rows = "".join(f"{a},{b},{c},p{max(i, 9)}\n" for i, (a, b, c) in enumerate(ROWS))
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3,id\n" + rows, encoding="utf-8")
    assert warned(capsys, clinic) == [
        "9 rows (7.5%) with a respondent who is there already; keep one row each, or correct design.respondent"
    ]


def test_check_warns_of_the_fieldwork(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clinic.write_text(
        CODEBOOK
        + """\
period: {column: day, format: "%Y-%m-%d"}
fieldwork:
  duration: {column: secs}
  contact: {column: visit, format: "%Y-%m-%d"}
  most_days: 30
  invited: 100
""",
        encoding="utf-8",
    )
    visits = ["2024-01-01" if i % 3 == 0 else "2024-03-11" if i == 1 else "2024-03-09" for i in range(120)]
    rows = "".join(
        f"{a},{b},{c},2024-03-10,{visit},{20 if i % 15 == 0 else 200}\n"
        for i, ((a, b, c), visit) in enumerate(zip(ROWS, visits, strict=True))
    )
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3,day,visit,secs\n" + rows, encoding="utf-8")
    code, out, _ = spoken(capsys, "check", clinic)
    assert code == 1
    assert [line for line in out.splitlines() if line.startswith("warning: ")] == [
        "warning: 8 respondents (6.7%) took less than a third of the median time; see kda.row_flags()",
        "warning: 33.3% answered more than 30 days after the contact; they may remember little of it",
        "warning: 1 respondent answered before the contact; correct the dates",
        "warning: 120 answered of 100 invited; correct fieldwork.invited, or look for copies",
    ]
    assert "  Time taken: 3.3 minutes in the median." in out
    assert "  Response rate: 120 of 100, 120.0%, in the whole survey." in out


def test_check_of_few_respondents_says_that_nothing_is_judged(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (clinic.parent / "answers.csv").write_text("Q1,Q2,Q3\n1,2,3\n3,2,1\n", encoding="utf-8")
    _, out, _ = spoken(capsys, "check", clinic)
    assert "Health\n  Not judged: there are fewer than ten respondents.\n" in out


def test_check_writes_the_import_log(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_labels(clinic)
    log = clinic.parent / "log.csv"
    code, _, err = spoken(capsys, "check", clinic, "--log", log)
    assert (code, err) == (0, "")
    text = log.read_text(encoding="utf-8-sig")
    assert text.startswith("column,used_for,action,found,became,count\n")
    assert "Q1,item 'polite',recoded,متوسط,3,24\n" in text


def test_check_of_a_file_outside_the_folder_needs_trust(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inner = clinic.parent / "books"
    inner.mkdir()
    moved = inner / "clinic.yml"
    moved.write_text(CODEBOOK.replace("answers.csv", "../answers.csv"), encoding="utf-8")
    code, _, err = spoken(capsys, "check", moved)
    assert code == BAD_INPUT
    assert "outside" in err
    assert spoken(capsys, "check", moved, "--outside")[0] == 0


def test_who_has_read_enough_is_not_bothered(clinic: Path) -> None:
    command = f"{sys.executable} -m drivers.cli check {clinic} | head -1; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("clinic: 120 rows, 3 items\n", "")
    # The command may have written everything before the reader left.
    assert run.returncode in (0, 141)


def test_answers_to_a_questionnaire_are_checked_by_its_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from drivers.survey.forms.reading import read_xlsform
    from tests.survey.forms.written_forms import exported

    spoken(capsys, "questionnaire", "--output", tmp_path, "--sections", "core", "--language", "ar")
    form, answers = tmp_path / "service_model.xlsx", tmp_path / "answers.csv"
    answers.write_bytes(exported(read_xlsform(form), 60, labels="ar", header="ar"))
    code, told, err = spoken(capsys, "check", form, "--data", answers)
    assert (code, err) == (1, "")  # answers one after the other contradict themselves
    assert told.splitlines()[0] == "service_model: 60 rows, 18 items"
