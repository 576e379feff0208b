"""One survey in every format, encoding, language and system of digits comes back cell for cell."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from drivers.errors import SurveyError
from drivers.survey.codebook.model import Codebook
from drivers.survey.reading import ReadAs, read_table
from drivers.survey.synthetic.service_model import MISSING_CODES
from tests.survey import written as w

WAYS = [(labels, digits) for labels in ("", "en", "ar") for digits in w.DIGITS]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"]
DELIMITERS = [",", ";", "\t", "|", "،"]


def save(folder: Path, content: bytes, name: str = "answers") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def some(labels: str = "", digits: str = "latn", every: int = w.EVERY) -> pd.DataFrame:
    return w.written(labels, digits, every)[list(w.SOME)]


def without_kinds(book: Codebook) -> Codebook:
    """A codebook that leaves it to the file to say which answers are missing, and why."""
    scales = {name: scale.model_copy(update={"missing": {}}) for name, scale in book.scales.items()}
    return book.model_copy(update={"scales": scales})


def test_the_answers_hold_every_kind() -> None:
    kinds = w.expected().missing.to_numpy()
    assert set(kinds.ravel().tolist()) == {0, 1, 2, 3, 4, 5}
    assert len(w.answers()) == 300


@pytest.mark.parametrize(("labels", "digits"), WAYS)
def test_every_way_of_writing_is_the_same_survey(tmp_path: Path, labels: str, digits: str) -> None:
    frame = w.written(labels, digits)
    table = read_table(save(tmp_path, w.as_delimited(frame)))
    pd.testing.assert_frame_equal(table.frame, frame)
    w.assert_same(table)


# The same cells are the same survey, so that the other files need to show the cells only.


def test_many_rows_delimited_and_packed(tmp_path: Path) -> None:
    frame = some("ar", "arab", every=12)
    content = w.as_delimited(frame, encoding="utf-16", delimiter=";", line_end="\r\n")
    pd.testing.assert_frame_equal(read_table(save(tmp_path, gzip.compress(content, 1))).frame, frame)


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    frame = w.encodable(some("ar", "latn" if encoding == "cp1256" else "arab", every=120), encoding)
    content = w.as_delimited(frame, encoding=encoding, delimiter=delimiter, line_end="\r\n")
    pd.testing.assert_frame_equal(read_table(save(tmp_path, content)).frame, frame)


@pytest.mark.parametrize("encoding", ["iso-8859-6", "mac-arabic"])
def test_encodings_that_the_codebook_states(tmp_path: Path, encoding: str) -> None:
    frame = w.encodable(some("ar", every=120), encoding)
    path = save(tmp_path, w.as_delimited(frame, encoding=encoding))
    pd.testing.assert_frame_equal(read_table(path, ReadAs(encoding=encoding)).frame, frame)
    with pytest.raises(SurveyError) as refused:
        read_table(path)
    assert "write its encoding under data.encoding" in str(refused.value)


@pytest.mark.parametrize(("labels", "digits"), WAYS)
@pytest.mark.parametrize("write", [w.as_workbook, w.as_parquet, w.as_feather], ids=["xlsx", "parquet", "feather"])
def test_files_with_texts(tmp_path: Path, write: Callable, labels: str, digits: str) -> None:
    frame = some(labels, digits, every=240)
    pd.testing.assert_frame_equal(read_table(save(tmp_path, write(frame))).frame, frame)


@pytest.mark.parametrize("labels", ["", "en", "ar"])
@pytest.mark.parametrize("write", [w.as_workbook, w.as_parquet, w.as_feather], ids=["xlsx", "parquet", "feather"])
def test_files_with_numbers(tmp_path: Path, write: Callable, labels: str) -> None:
    frame = some(labels, every=240)
    pd.testing.assert_frame_equal(read_table(save(tmp_path, write(w.typed(frame)))).frame, frame)


@pytest.mark.parametrize("labels", ["en", "ar"])
@pytest.mark.parametrize("write", [w.as_parquet, w.as_feather], ids=["parquet", "feather"])
def test_files_with_ordered_categories(tmp_path: Path, write: Callable, labels: str) -> None:
    frame = some(labels, every=120)
    order = tuple(w.labels_of("speed", labels).values())
    typed = frame.assign(speed=pd.Categorical(frame["speed"].replace("", None), order, ordered=True))
    table = read_table(save(tmp_path, write(typed)))
    assert table.ordered == {"speed": order}
    pd.testing.assert_frame_equal(table.frame, frame)


@pytest.mark.parametrize(("labels", "digits"), WAYS)
@pytest.mark.parametrize("ending", ["sav", "zsav", "dta"])
def test_statistical_files_with_texts(tmp_path: Path, ending: str, labels: str, digits: str) -> None:
    frame = some(labels, digits, every=240)
    back = read_table(w.as_statistical(tmp_path, frame, ending)).frame
    pd.testing.assert_frame_equal(back, frame.map(lambda cell: cell.rstrip(" ")))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_spss_declares_the_kinds(tmp_path: Path, ending: str, language: str) -> None:
    said = {
        column: {int(code): label for code, label in w.labels_of(column, language).items() if code}
        for column in w.item_columns()
    }
    path = w.as_statistical(
        tmp_path,
        w.typed(w.written()),
        ending,
        variable_value_labels=said,
        missing_ranges={column: [{"lo": 96, "hi": 98}, 99] for column in w.item_columns()},
    )
    table = read_table(path)
    assert table.missing["speed"] == {code: kind for kind, code in MISSING_CODES.items() if code}
    w.assert_same(table, codebook=without_kinds(w.book()))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_stata_declares_the_kinds(tmp_path: Path, language: str) -> None:
    # A first row without letters, by which pyreadstat tells columns of numbers from columns of texts.
    plain = w.written().iloc[:1].assign(**dict.fromkeys(w.item_columns(), "1"))
    frame = w.typed(pd.concat([plain, w.written()], ignore_index=True))
    letters = dict(zip("abcd", w.MISSING_LABELS[language], strict=True))
    codes = {MISSING_CODES[kind]: letter for letter, kind in letters.items()}
    said, used = {}, {}
    for column in w.item_columns():
        cells = w.answers()[column]
        if cells.isin(list(codes)).any():
            values = [1, *(codes.get(cell, None if cell == "" else int(cell)) for cell in cells)]
            frame[column] = pd.Series(values, dtype=object)
        here = {code: letter for code, letter in codes.items() if cells.eq(code).any()}
        used[column] = sorted(here.values())
        said[column] = {
            here.get(code) or int(code): label
            for code, label in w.labels_of(column, language).items()
            if code in here or (code and code not in codes)
        }
    path = w.as_statistical(
        tmp_path,
        frame,
        "dta",
        variable_value_labels=said,
        missing_user_values={column: letters for column, letters in used.items() if letters},
    )
    table = read_table(path)
    assert table.missing["access"] == {".a": "not_asked", ".b": "not_applicable"}
    w.assert_same(table.rows(table.lines > 1), codebook=without_kinds(w.book()))


def test_spss_portable(tmp_path: Path) -> None:
    frame = w.typed(some(every=120)).drop(columns="comment")
    names = {name: f"V{number}" for number, name in enumerate(frame.columns)}
    path = w.as_statistical(tmp_path, frame.rename(columns=names), "por")
    table = read_table(path)
    back = table.frame.rename(columns={short: name for name, short in names.items()})
    pd.testing.assert_frame_equal(back, w.answers(120)[list(w.SOME)].drop(columns="comment"))
