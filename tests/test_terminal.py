"""Text for a terminal: nothing is lost, nothing is too wide, nothing moves the cursor."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cli.terminal import columns_of, cut, fitting_widths, table, terminal_width, visible, wrapped

words = st.text(alphabet="abc سيئ ًجدا漢字 ﷺ-", max_size=60)


@pytest.mark.parametrize(("text", "columns"), [("Good", 4), ("جيد جدًا", 7), ("漢字", 4), ("a\u200eb", 2), ("", 0)])
def test_columns(text: str, columns: int) -> None:
    assert columns_of(text) == columns


@settings(max_examples=60)
@given(words, st.integers(4, 30))
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(columns_of(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@settings(max_examples=60)
@given(words, st.integers(2, 30))
def test_what_is_cut_fits_and_says_so(text: str, width: int) -> None:
    found = cut(text, width)
    assert columns_of(found) <= width
    assert found == text or found.endswith("…")


@settings(max_examples=40)
@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=4))
def test_no_line_of_a_table_is_wider_than_asked(rows: list[tuple[str, str, str]]) -> None:
    widths = fitting_widths(rows, (12, 8), 50)
    assert all(columns_of(line) <= 50 for line in table(rows, widths, right=(1,)))


def test_the_last_column_is_wrapped_below_itself() -> None:
    rows = [("Q1", "3", "one two three"), ("Q2", "12", "four")]
    assert table(rows, (2, 2, 7), right=(1,)) == ["Q1   3  one two", "        three", "Q2  12  four"]


def test_signs_that_are_not_drawn_are_written_as_codes() -> None:
    assert visible("a\x1b[2J\nb\tc\u202ed") == r"a\x1b[2J\nb\tc\u202ed"


def test_the_width_is_neither_narrow_nor_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, width in (("40", 60), ("80", 80), ("400", 120)):
        monkeypatch.setenv("COLUMNS", columns)
        assert terminal_width() == width
