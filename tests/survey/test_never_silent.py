"""Whatever is in the files, reading ends in a survey that accounts for every cell, or in one clear refusal."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drivers.errors import CodebookError, DriversError, SurveyError
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.data import Survey, read_survey, survey_of
from drivers.survey.import_log import COUNTED
from drivers.survey.reading import read_table
from tests.survey.small_survey import ANSWERS, CODEBOOK, write_survey

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# What some texts are on the scale 'quality' of the small survey, told by hand.
QUALITY: dict[str, float | str] = {
    "Poor": 1, "poor.": 1, "سيئ": 1, "1": 1, "١": 1, "۱": 1,
    "Average": 2, "  AVERAGE ": 2, "متوسّط": 2, "2": 2, "2.0": 2, "٢": 2,
    "Good": 3, "جيد": 3, "جيّد": 3, "3": 3,
    "98": "not_applicable", "٩٨": "not_applicable", "N/A": "not_applicable", "لا ينطبق": "not_applicable",
    "99": "dont_know", "لا أعرف": "dont_know", "don't know": "dont_know",
    "no comment": "refused", "أفضل عدم الإجابة": "refused",
    "": "blank", " ": "blank", "-": "blank",
}  # fmt: skip
TEN: dict[str, float | str] = {
    **{str(number): number for number in range(11)},
    "٠": 0, "١٠": 10, "۷": 7, "5.0": 5, "+4": 4, "3 stars": 3, "★★★": 3, "10 - محتمل جدًا": 10,
    "": "blank", "لم يُسأل": "not_asked", "refused": "refused",
}  # fmt: skip
# Texts that no rule of the codebook and no known ladder defines.
UNKNOWN = (
    "4",
    "Goood",
    "Good Poor",
    "NA",
    "0",
    "-1",
    "2.5",
    "97",
    "جيد نوعا ما",
    "?",
    "11",
    "1e1",
    "nan",
    "3 - 4",
    "ملاحظة",
)
ITEM_COLUMNS = {"Waiting": ("waiting", QUALITY), "Calls": ("calls", TEN)}


def answers_with(waiting: list[str], calls: list[str]) -> str:
    """Rows of the small survey with these texts in two columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    header, first, *_ = csv.reader(io.StringIO(ANSWERS))
    writer.writerow(header)
    for texts in zip(waiting, calls, strict=True):
        writer.writerow([*texts, *first[2:]])
    return out.getvalue()


def assert_accounts_for_every_cell(survey: Survey) -> None:
    """The counts of the log add up to the rows, column by column, and say what the survey holds."""
    log, rows = survey.import_log, len(survey.raw)
    counted = log[log["action"].isin(COUNTED)].groupby(["column", "used_for"])["count"].sum()
    assert (counted == rows).all(), counted[counted != rows]
    assert set(counted.index.get_level_values("column")) == set(survey.raw.columns)
    for name, item in survey.codebook.items.items():
        lines = log[(log["column"] == item.column) & (log["used_for"] == f"item {name!r}")]
        missing = lines[lines["action"] == "set missing"].groupby("became")["count"].sum()
        held = survey.missing[name].to_numpy()
        assert int(lines.loc[lines["action"] == "read", "count"].sum()) == int((held == 0).sum())
        for position, kind in enumerate(MISSING_KINDS, start=1):
            assert int(missing.get(kind, 0)) == int((held == position).sum()), (name, kind)
        assert np.array_equal(np.isnan(survey.codes[name].to_numpy()), held != 0)


def read_texts(codebook: str, answers: str | bytes) -> Survey:
    with tempfile.TemporaryDirectory() as folder:
        path = write_survey(Path(folder), codebook=codebook, answers=answers)
        if codebook != CODEBOOK:
            return read_survey(path)
        return survey_of(small_book(), read_table(path.parent / "answers.csv"))


@cache
def small_book() -> Codebook:
    with tempfile.TemporaryDirectory() as folder:
        return read_codebook(write_survey(Path(folder)))


# Texts that are known, and some that are not

cells = st.lists(
    st.tuples(
        st.sampled_from([*QUALITY, *UNKNOWN[:3]]) | st.sampled_from(list(QUALITY)),
        st.sampled_from([*TEN, *UNKNOWN[-5:]]) | st.sampled_from(list(TEN)),
    ),
    min_size=1,
    max_size=12,
)


@settings(PATIENT, max_examples=80)
@given(cells)
@example([("Good", "5"), ("", "")])
@example([("4", "5")])
def test_a_text_becomes_what_it_means_or_is_refused_by_name(rows: list[tuple[str, str]]) -> None:
    waiting, calls = map(list, zip(*rows, strict=True))
    texts: Mapping[str, list[str]] = {"Waiting": waiting, "Calls": calls}
    wrong = {
        column: [text for text in texts[column] if text not in known] for column, (_, known) in ITEM_COLUMNS.items()
    }
    if any(wrong.values()):
        with pytest.raises(SurveyError) as refused:
            read_texts(CODEBOOK, answers_with(waiting, calls))
        sentences = str(refused.value).splitlines()
        assert len(sentences) == sum(bool(found) for found in wrong.values())
        for column, found in wrong.items():
            own = "".join(line for line in sentences if f"column {column!r}" in line)
            for text in found:
                assert repr(text) in own
                times = found.count(text)
                assert f"{text!r} in {f'{times} rows' if times > 1 else 'line'}" in own
        return
    survey = read_texts(CODEBOOK, answers_with(waiting, calls))
    assert survey.raw["Waiting"].tolist() == waiting and survey.raw["Calls"].tolist() == calls
    for column, (name, known) in ITEM_COLUMNS.items():
        for row, text in enumerate(texts[column]):
            meant = known[text]
            code, kind = survey.codes[name].iloc[row], survey.missing[name].iloc[row]
            if isinstance(meant, str):
                assert np.isnan(code) and MISSING_KINDS[kind - 1] == meant, text
            else:
                assert (code, kind) == (meant, 0), text
    assert_accounts_for_every_cell(survey)


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_means_nothing_is_never_guessed(text: str) -> None:
    for known in (QUALITY, TEN):
        assert text not in known or known is TEN  # the lists above do not contradict each other
    with pytest.raises(SurveyError) as refused:
        read_texts(CODEBOOK, answers_with(["Good", text], ["5", "5"]))
    assert f"found {text!r} in line 3;" in str(refused.value)


# Files that are damaged

damage = st.lists(
    st.tuples(st.sampled_from(["cut", "put", "swap", "twice"]), st.integers(0, 10_000), st.sampled_from(
        ['"', ",", "\n", "\r", ";", "\t", "،", "\x00", "\ufeff", "\u202e", "é", "ع", "=1+1", "\n\n", '""', "٫"]
    )),
    min_size=1,
    max_size=4,
)  # fmt: skip


def damaged(text: str, steps: list[tuple[str, int, str]]) -> str:
    for action, place, put in steps:
        at = place % (len(text) + 1)
        if action == "cut":
            text = text[:at] + text[at + 1 :]
        elif action == "put":
            text = text[:at] + put + text[at:]
        elif action == "swap":
            text = text[:at] + put + text[at + 1 :]
        else:
            line_ends = [match.end() for match in re.finditer("\n", text)] or [len(text)]
            end = line_ends[place % len(line_ends)]
            start = text.rfind("\n", 0, end - 1) + 1
            text = text[:end] + text[start:end] + text[end:]
    return text


def assert_read_or_refused(read: Callable[[], Survey]) -> Survey | None:
    try:
        survey = read()
    except DriversError as refused:
        message = str(refused)
        assert message and "Traceback" not in message
        assert all(re.search(r"expected", line, re.IGNORECASE) for line in message.splitlines()), message
        return None
    assert_accounts_for_every_cell(survey)
    return survey


@settings(PATIENT, max_examples=120)
@given(damage)
def test_a_damaged_file_is_read_cell_by_cell_or_refused(steps: list[tuple[str, int, str]]) -> None:
    text = damaged(ANSWERS, steps)
    survey = assert_read_or_refused(lambda: read_texts(CODEBOOK, text))
    if survey is not None and "," in text.partition("\n")[0]:
        # What the standard library's reader finds in the cells is what the survey holds, every cell of it.
        plain = text.removeprefix("\ufeff")
        rows = [row for row in csv.reader(io.StringIO(plain, newline="")) if row]
        while not any(rows[-1]):  # what a spreadsheet leaves at the end is no respondent
            rows.pop()
        assert list(survey.raw.columns) == rows[0]
        assert survey.raw.to_numpy().tolist() == rows[1:]


@settings(PATIENT, max_examples=60)
@given(
    st.binary(max_size=60),
    st.integers(0, 10_000),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"]),
)
def test_a_file_with_foreign_bytes_is_read_or_refused(noise: bytes, place: int, encoding: str) -> None:
    content = ANSWERS.replace("٦", "6").encode(encoding)  # Windows-1256 has no Arabic-Indic digits
    at = place % (len(content) + 1)
    assert_read_or_refused(lambda: read_texts(CODEBOOK, content[:at] + noise + content[at:]))


# Codebooks that are damaged


@settings(PATIENT, max_examples=120)
@given(damage)
def test_a_damaged_codebook_is_read_or_refused(steps: list[tuple[str, int, str]]) -> None:
    assert_read_or_refused(lambda: read_texts(damaged(CODEBOOK, steps), ANSWERS))


KEYS = sorted(set(re.findall(r"\b([a-z_]+):", CODEBOOK)))


@settings(PATIENT, max_examples=100)
@given(
    st.sampled_from(KEYS),
    st.sampled_from(
        [
            "null",
            "[]",
            "{}",
            "''",
            "3",
            "true",
            "[a, b]",
            "{en: x}",
            "2024-01-31",
            "1e400",
            "-1",
            "'\u202e'",
            "*a",
            "!!python/x 1",
        ]
    ),
)
def test_a_codebook_with_a_foreign_value_is_read_or_refused(key: str, value: str) -> None:
    found = re.search(rf"\b{key}: *", CODEBOOK)
    assert found is not None
    rest = CODEBOOK[found.end() :]
    end = re.search(r"[,}\n]", rest)
    text = CODEBOOK[: found.end()] + value + rest[end.start() if end else 0 :]
    assert_read_or_refused(lambda: read_texts(text, ANSWERS))


def test_yaml_makes_no_objects() -> None:
    with pytest.raises(CodebookError) as refused:
        read_texts(CODEBOOK.replace("id: clinic", "id: !!python/object/apply:os.getcwd []"), ANSWERS)
    assert str(refused.value) == (
        "codebook.yml, line 2: expected plain YAML, found the tag 'tag:yaml.org,2002:python/object/apply:os.getcwd'; "
        "remove it."
    )
