"""Forms of other programs: what they ask is understood in every spelling, and a bad one ends in one sentence."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.errors import CodebookError
from drivers.survey.forms.reading import Form, read_xlsform
from drivers.survey.forms.types import TYPES
from tests.survey.forms.written_forms import CHOICES, SETTINGS, SURVEY, Rows, rewritten, with_row, write_form


def form(folder: Path, survey: Rows | None = SURVEY, choices: Rows | None = CHOICES, **more: Rows) -> Form:
    return read_xlsform(write_form(folder / "form.xlsx", survey, choices, **more))


def sentence(path: Path) -> str:
    with pytest.raises(CodebookError) as refused:
        read_xlsform(path)
    return str(refused.value)


# Understood


def test_questions_choices_and_settings(tmp_path: Path) -> None:
    read = form(tmp_path, settings=SETTINGS)
    assert [(q.type, q.name, q.path, q.choices) for q in read.questions] == [
        ("start", "start", (), ""),
        ("select_one", "speed", ("service",), "quality"),
        ("select_one", "respect", ("service",), "quality"),
        ("integer", "age", (), ""),
    ]
    assert [q.name for q in read.asked] == ["speed", "respect", "age"]
    assert read.questions[1].labels == {"en": "Speed", "ar": "السرعة"}
    assert read.questions[1].row == 4
    assert read.questions[1].cells["required"] == "yes"
    assert [(c.row, c.name, dict(c.labels)) for c in read.choices["quality"]] == [
        (2, "1", {"en": "Poor", "ar": "سيئ"}),
        (3, "2", {"en": "Good", "ar": "جيد"}),
    ]
    assert read.settings == {"form_title": "A form", "form_id": "a_form", "default_language": "English (en)"}
    assert read.languages == ("en", "ar")
    assert read.groups == {("service",): {"en": "Service", "ar": "الخدمة"}}


@pytest.mark.parametrize(
    ("heading", "language"),
    [
        ("label::Arabic (ar)", "ar"),
        ("Label::Arabic(ar)", "ar"),
        ("label :: ar", "ar"),
        ("label:Arabic", "ar"),
        ("label::العربية", "ar"),
        ("label::Arabic (ar-EG)", "ar"),
        ("label::Français (fr)", "fr"),
        ("label::Tok Pisin", "Tok Pisin"),
    ],
)
def test_languages_of_labels(tmp_path: Path, heading: str, language: str) -> None:
    survey = (("type", "name", heading), ("text", "remark", "ملاحظة"))
    assert form(tmp_path, survey, None).questions[0].labels == {language: "ملاحظة"}


@pytest.mark.parametrize(
    ("settings", "label", "language"),
    [
        ((), "ملاحظة", "ar"),
        ((), "Remark", "en"),
        ((("default_language",), ("Arabic (ar)",)), "Remark", "ar"),
    ],
)
def test_a_label_without_a_language(tmp_path: Path, settings: Rows, label: str, language: str) -> None:
    survey = (("type", "name", "label"), ("text", "remark", label))
    assert form(tmp_path, survey, None, settings=settings).questions[0].labels == {language: label}


@pytest.mark.parametrize(
    ("written", "kind", "choices", "other"),
    [
        ("select_one quality", "select_one", "quality", False),
        ("select one quality", "select_one", "quality", False),
        ("Select_One  quality", "select_one", "quality", False),
        ("select one from quality", "select_one", "quality", False),
        ("select1 quality", "select_one", "quality", False),
        ("select_one quality or_other", "select_one", "quality", True),
        ("select one from quality or specify other", "select_one", "quality", True),
        ("select_multiple quality", "select_multiple", "quality", False),
        ("select all that apply from quality", "select_multiple", "quality", False),
        ("rank quality", "rank", "quality", False),
        ("select_one_from_file towns.csv", "select_one", "", False),
        ("select_one ${names}", "select_one", "", False),
        ("int", "integer", "", False),
        ("string", "text", "", False),
        ("dateTime", "datetime", "", False),
        ("range", "range", "", False),
    ],
)
def test_types_in_their_spellings(tmp_path: Path, written: str, kind: str, choices: str, other: bool) -> None:
    survey = (("type", "name", "label"), (written, "it", "It"))
    question = form(tmp_path, survey).questions[0]
    assert (question.type, question.choices, question.or_other) == (kind, choices, other)


@pytest.mark.parametrize(("begin", "end"), [("begin_group", "end_group"), ("begin group", "end group")])
def test_groups_repeats_and_notes(tmp_path: Path, begin: str, end: str) -> None:
    survey = (
        ("Type", "Name", "label"),
        (begin, "a", "A"),
        ("note", None, "Hello"),
        ("begin repeat", "visits", "Visits"),
        ("text", "remark", "Remark"),
        ("end repeat", None, None),
        (end, None, None),
        (None, None, "a row of remarks"),
        ("calculate", "sum", None),
    )
    read = form(tmp_path, survey, None)
    assert [(q.name, q.path, q.repeated) for q in read.questions] == [
        ("remark", ("a", "visits"), True),
        ("sum", (), False),
    ]
    assert [q.name for q in read.asked] == ["remark"]


def test_headings_in_older_spellings_and_other_sheets(tmp_path: Path) -> None:
    choices = (("list name", "value", "label"), ("quality", 1.0, "Poor"), (None, None, None), ("quality", 2, "Good"))
    survey = (
        (None, None, None),
        ("type", "name", "label", "media::image", "hint", "parameters"),
        ("select_one quality", "speed", "Speed", "a.png", "Think", None),
        ("range", "score", "Score", None, None, "start=0;end=10 step=1"),
    )
    read = form(tmp_path, survey, choices, remarks=(("by", "text"), ("me", "fine")))
    assert [choice.name for choice in read.choices["quality"]] == ["1", "2"]
    assert read.questions[0].row == 3
    assert read.questions[1].parameters == {"start": "0", "end": "10", "step": "1"}
    assert [(row.line, row.cells) for row in read.sheets["remarks"]] == [(2, {"by": "me", "text": "fine"})]


def test_one_name_in_two_groups_is_two_columns(tmp_path: Path) -> None:
    survey = (
        ("type", "name", "label"),
        *(row for group in "ab" for row in (("begin_group", group, group), ("text", "x", "X"), ("end_group", None))),
    )
    assert [q.path for q in form(tmp_path, survey, None).questions] == [("a",), ("b",)]


# Refused

HEAD = ("type", "name", "label")
FAULTS: dict[str, tuple[Rows | None, Rows | None, str]] = {
    "no survey": (
        None,
        CHOICES,
        "form.xlsx: expected an XLSForm with the sheet 'survey', found 'choices'; name the workbook of the form, not "
        "that of the answers.",
    ),
    "empty survey": ((), CHOICES, "form.xlsx, sheet 'survey': expected questions, found an empty sheet; add them."),
    "no questions": (
        (HEAD, ("start", "start"), ("note", "hello", "Hello")),
        None,
        "form.xlsx, sheet 'survey': expected questions, found none; name the workbook of a form.",
    ),
    "no types": (
        (("kind", "name"), ("text", "x")),
        None,
        "form.xlsx, sheet 'survey', row 1: expected the heading 'type', found 'kind', 'name'; add the column.",
    ),
    "no names": (
        (("type", "label"), ("text", "X")),
        None,
        "form.xlsx, sheet 'survey', row 1: expected the heading 'name', found 'type', 'label'; add the column.",
    ),
    "heading twice": (
        (("type", "name", "label::Arabic (ar)", "Label::Arabic (ar)"), ("text", "x")),
        None,
        "form.xlsx, sheet 'survey', row 1: expected each heading once, found 'Label::Arabic (ar)' again; remove or "
        "rename one of the columns.",
    ),
    "unknown type": (
        (HEAD, ("selct_one quality", "x", "X")),
        CHOICES,
        "form.xlsx, sheet 'survey', row 2: expected a type of question, found 'selct_one quality'; did you mean "
        "'select_one'?",
    ),
    "no such type": (
        (HEAD, ("slider", "x", "X")),
        CHOICES,
        "form.xlsx, sheet 'survey', row 2: expected a type of question, found 'slider'; write one that XLSForm knows, "
        "such as text.",
    ),
    "name without a type": (
        (HEAD, (None, "x", "X")),
        None,
        "form.xlsx, sheet 'survey', row 2: expected a type for 'x', found none; write one, such as select_one.",
    ),
    "type without a name": (
        (HEAD, ("text", None, "X")),
        None,
        "form.xlsx, sheet 'survey', row 2: expected a name for the question of type 'text', found none; write one.",
    ),
    "name that none may have": (
        (HEAD, ("text", "my remark", "X")),
        None,
        "form.xlsx, sheet 'survey', row 2: expected a name of letters, digits, _ and - that starts with a letter, "
        "found 'my remark'; rename it, for a form cannot have it.",
    ),
    "name twice": (
        (HEAD, ("text", "x", "X"), ("text", "X", "Again")),
        None,
        "form.xlsx, sheet 'survey', row 3: expected each name once, found 'X' also in row 2; rename one of them.",
    ),
    "select without a list": (
        (HEAD, ("select_one", "x", "X")),
        CHOICES,
        "form.xlsx, sheet 'survey', row 2: expected a list of choices after select_one, found none; write select_one "
        "and the list's name.",
    ),
    "misspelt list": (
        (HEAD, ("select_one qualiti", "x", "X")),
        CHOICES,
        "form.xlsx, sheet 'survey', row 2: expected a list of the sheet 'choices', found 'qualiti'; did you mean "
        "'quality'?",
    ),
    "unknown list": (
        (HEAD, ("select_one towns", "x", "X")),
        CHOICES,
        "form.xlsx, sheet 'survey', row 2: expected a list of the sheet 'choices', found 'towns'; there are 'quality'.",
    ),
    "no choices at all": (
        (HEAD, ("select_one towns", "x", "X")),
        None,
        "form.xlsx, sheet 'survey', row 2: expected a list of the sheet 'choices', found 'towns'; there are none, so "
        "add its choices.",
    ),
    "open group": (
        (HEAD, ("begin_group", "a", "A"), ("text", "x", "X")),
        None,
        "form.xlsx, sheet 'survey', row 2: expected an end_group for 'a', found none; add a row of type end_group.",
    ),
    "end without a beginning": (
        (HEAD, ("text", "x", "X"), ("end_group", None)),
        None,
        "form.xlsx, sheet 'survey', row 3: expected a begin_group before end_group, found none; add it above, or "
        "remove this row.",
    ),
    "wrong end": (
        (HEAD, ("begin_repeat", "a", "A"), ("text", "x", "X"), ("end_group", None)),
        None,
        "form.xlsx, sheet 'survey', row 4: expected the end of the repeat 'a' from row 2, found end_group; write "
        "end_repeat, or close what is open in its order.",
    ),
    "choice without a list": (
        SURVEY,
        with_row(CHOICES, 3, (None, 2, "Good", "جيد")),
        "form.xlsx, sheet 'choices', row 3: expected the list of the choice '2', found none; write it.",
    ),
    "choice without a name": (
        SURVEY,
        with_row(CHOICES, 3, ("quality", None, "Good", "جيد")),
        "form.xlsx, sheet 'choices', row 3: expected a name for the choice of 'quality', found none; write it.",
    ),
    "choice twice": (
        SURVEY,
        with_row(CHOICES, 3, ("quality", 1, "Good", "جيد")),
        "form.xlsx, sheet 'choices', row 3: expected each choice of 'quality' once, found '1' also in row 2; rename "
        "one of them.",
    ),
    "choices without lists": (
        SURVEY,
        (("list", "name"), ("quality", 1)),
        "form.xlsx, sheet 'choices', row 1: expected the heading 'list_name', found 'list', 'name'; add the column.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_form_ends_in_one_sentence(tmp_path: Path, fault: str) -> None:
    survey, choices, expected = FAULTS[fault]
    assert sentence(write_form(tmp_path / "form.xlsx", survey, choices)) == expected


def test_no_file(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    assert sentence(path) == f"Expected a form at {path}, found no such file; check the path."


def test_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.mkdir()
    assert sentence(path) == f"Expected the workbook of a form, found the folder {path}; name the file in it."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"type,name\n",
            "form.xlsx: expected a workbook (.xlsx), found another kind of file; save it as .xlsx.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "form.xlsx: expected a workbook of the kind .xlsx, found one of old Excel's, or one with a password; save "
            "it as .xlsx without a password.",
        ),
        (b"PK\x03\x04 cut off", "form.xlsx: expected a workbook (.xlsx), found a damaged one; save it again."),
        (b"", "form.xlsx: expected a workbook (.xlsx), found another kind of file; save it as .xlsx."),
    ],
)
def test_no_workbook(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    assert sentence(path) == expected


def test_a_workbook_that_is_not_as_excel_writes_it(tmp_path: Path) -> None:
    path = write_form(tmp_path / "form.xlsx")
    path.write_bytes(rewritten(path, "xl/workbook.xml", b"<workbook"))
    assert sentence(path) == (
        "form.xlsx: expected a workbook (.xlsx), found one that is not as Excel writes it; save it again."
    )


def test_a_damaged_sheet(tmp_path: Path) -> None:
    path = write_form(tmp_path / "form.xlsx")
    main = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    cell = b'<row r="1"><c r="A1" t="s"><v>9999</v></c></row></sheetData></worksheet>'  # a text that is nowhere
    path.write_bytes(rewritten(path, "xl/worksheets/sheet1.xml", main + cell))
    assert sentence(path) == (
        "form.xlsx, sheet 'survey': expected rows of cells, found a damaged sheet; save the workbook again."
    )


# Anything at all

WORDS = st.sampled_from(
    [
        *("", "text", "note", "select_one quality", "select_one", "select_multiple x", "begin_group", "end_group"),
        *("begin repeat", "end repeat", "range", "calculate", "a", "b", "A", "my name", "${a}", "سؤال", "\u202e", "=1"),
        *("quality", "1", "98", "start=0 end=ten", "or_other"),
    ]
)
SHEETS = st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), max_size=7)
NOISE = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.dates())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(survey=SHEETS, choices=SHEETS, noise=st.lists(NOISE, max_size=4), headed=st.booleans())
def test_whatever_stands_in_a_form_is_read_or_refused(
    tmp_path: Path, survey: list, choices: list, noise: list, headed: bool
) -> None:
    heads = (
        (("type", "name", "label", "parameters"), ("list_name", "name", "label::ar", "label")) if headed else ((), ())
    )
    path = write_form(tmp_path / "form.xlsx", [heads[0], *survey, noise], [heads[1], noise, *choices])
    try:
        read = read_xlsform(path)
    except CodebookError as error:
        assert str(error).startswith("form.xlsx")
        assert "\n" not in str(error)
        return
    names = [row[1].strip() for row in survey if row[0].strip() and row[0] != "note" and not row[0].startswith("end")]
    assert {question.name for question in read.questions} <= {*names, *map(str, noise)}
    assert all(question.type in TYPES for question in read.questions)
    assert all(question.choices in read.choices for question in read.questions if question.choices)
