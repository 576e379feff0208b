"""Whatever bytes a file has, it is read or refused with a sentence; what is read is what is there."""

import functools
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drivers.errors import SurveyError
from drivers.survey.formats.options import ReadAs
from drivers.survey.raw_table import RawTable
from drivers.survey.reading import read_table
from tests.survey import written as w
from tests.survey.formats.workbooks import workbook

FRAME = pd.DataFrame({"q1": ["1", "2", "نعم"], "name": ["Nora", "", "x;y"], "wait": ["5", "4.5", "12"]}, dtype="str")
FAST = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bytes")


def read_or_refused(folder: Path, content: bytes, how: ReadAs | None = None) -> RawTable | None:
    """The table, or None where the file is refused with a whole sentence; anything else fails the test."""
    path = folder / "answers"
    path.write_bytes(content)
    try:
        table = read_table(path, how)
    except SurveyError as refused:
        assert "\n" not in str(refused)
        assert str(refused).startswith("answers")
        assert str(refused).endswith((".", "?"))
        return None
    assert len(table.frame) == len(table.lines) > 0
    assert all(isinstance(cell, str) for cell in table.frame.to_numpy().ravel())
    return table


@functools.cache
def contents() -> dict[str, bytes]:
    import tempfile

    made = {
        "csv": w.as_delimited(FRAME),
        "utf-16": w.as_delimited(FRAME, encoding="utf-16"),
        "windows": w.as_delimited(FRAME, encoding="cp1256"),
        "gzip": gzip.compress(w.as_delimited(FRAME)),
        "xlsx": workbook(list(FRAME.columns), *FRAME.to_numpy().tolist()),
        "parquet": w.as_parquet(FRAME),
        "feather": w.as_feather(FRAME),
    }
    with tempfile.TemporaryDirectory() as place:
        for ending in ("sav", "zsav", "dta"):
            made[ending] = w.as_statistical(Path(place), FRAME, ending).read_bytes()
        numbers = pd.DataFrame({"Q1": [1.0, 2.0], "Q2": [1.5, None]})
        made["por"] = w.as_statistical(Path(place), numbers, "por").read_bytes()
    return made


KINDS = ["csv", "utf-16", "windows", "gzip", "xlsx", "parquet", "feather", "sav", "zsav", "dta", "por"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "por"])
def test_the_files_to_be_spoilt_are_read(folder: Path, kind: str) -> None:
    table = read_or_refused(folder, contents()[kind])
    assert table is not None
    pd.testing.assert_frame_equal(table.frame, FRAME)


START = [b"", b"PK\x03\x04", b"PAR1", b"ARROW1\x00\x00", b"$FL2@(#)", b"$FL3@(#)", b"<stata_dta>", b"s\x02\x01\x00"]
START += [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1f\x8b\x08", b"sep=;\n", b"\xd0\xcf\x11\xe0"]


@FAST
@given(start=st.sampled_from(START), rest=st.binary(max_size=300))
def test_any_bytes(folder: Path, start: bytes, rest: bytes) -> None:
    read_or_refused(folder, start + rest)


@FAST
@given(
    content=st.text('ab1,;\t|،"\n\r =ñنعم', max_size=60).map(str.encode),
    encoding=st.sampled_from([None, "utf-8", "windows-1256", "utf-16", "utf-7", "shift_jis", "x\0y", "", "hex"]),
    delimiter=st.sampled_from([None, ";", "\t", " ", "\n", "a", "،"]),
)
@example(content=b"a\n1", encoding="utf-8", delimiter=" ")
def test_any_text_and_any_statement(folder: Path, content: bytes, encoding: str | None, delimiter: str | None) -> None:
    read_or_refused(folder, content, ReadAs(encoding=encoding, delimiter=delimiter))


def spoilt(content: bytes, changes: list[tuple[int, int]], end: int) -> bytes:
    changed = bytearray(content)
    for where, value in changes:
        changed[where % len(changed)] = value
    return bytes(changed[: max(1, len(changed) - end)])


CHANGES = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=4)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(changes=CHANGES, end=st.integers(0, 40))
def test_spoilt_files(folder: Path, kind: str, changes: list[tuple[int, int]], end: int) -> None:
    read_or_refused(folder, spoilt(contents()[kind], changes, end))


NAMES = st.lists(st.text(st.characters(categories=["L", "Nd"]), min_size=1), min_size=2, max_size=4, unique=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12)
TABLES = NAMES.flatmap(
    lambda names: st.lists(st.tuples(st.just("k"), *[TEXTS] * (len(names) - 1)), min_size=1, max_size=4).map(
        lambda rows: pd.DataFrame(rows, columns=names, dtype="str")
    )
)


def as_semicolons(frame: pd.DataFrame) -> bytes:
    content = io.StringIO()
    frame.to_csv(content, sep=";", index=False, quoting=1)
    return content.getvalue().encode("utf-16")


@pytest.mark.parametrize("write", [as_semicolons, w.as_parquet, w.as_feather, w.as_workbook])
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(frame=TABLES)
def test_what_is_read_is_what_was_written(folder: Path, write: Callable, frame: pd.DataFrame) -> None:
    # A text that starts with = would be written as a formula.
    assume_text = frame.map(lambda cell: cell.lstrip("=") if write is w.as_workbook else cell)
    table = read_or_refused(folder, write(assume_text))
    assert table is not None
    pd.testing.assert_frame_equal(table.frame, assume_text)
