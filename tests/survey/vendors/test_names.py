"""Names of columns: readable and unique, every change noted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.survey.vendors.names import numbered, simplified, tidied, tidy


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("How was it?\xa0", "How was it?"),
        ("  ما مدى\n رضاك؟ \u200f", "ما مدى رضاك؟"),
        ('<p dir="rtl">كيف كانت <strong>الخدمة</strong>؟</p>', "كيف كانت الخدمة؟"),
        ("Wait<br/>and speed", "Wait and speed"),
        ('<span style="color:red">Price</span>&nbsp;&amp; value', "Price & value"),
        ("Shorter than <5 minutes> or a < b", "Shorter than <5 minutes> or a < b"),
        ("Between <a and b>", "Between <a and b>"),
        ("AT&T; R&D", "AT&T; R&D"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Q1[SQ001]", "Q1[SQ001]"),
    ],
)
def test_markup_and_spare_spaces_go_and_nothing_else(written: str, name: str) -> None:
    assert tidy(written) == name


def test_what_goes_is_noted() -> None:
    names, notes = tidied("answers.csv, line 1", ["Name\xa0", "<b>Why</b>?", "Score", " City  of birth"])
    assert names == ["Name", "Why?", "Score", "City of birth"]
    assert [(note.action, note.found, note.became, note.count) for note in notes] == [
        ("markup dropped", "<b>Why</b>?", "Why?", 1),
        ("spaces dropped", "names of columns with spaces or marks to spare", "'Name', 'City of birth'", 2),
    ]


def test_names_that_occur_again_are_numbered_and_noted() -> None:
    names, notes = numbered(["Why?", "Why? (2)", "Why?", "Why?", "Score"])
    assert names == ["Why?", "Why? (2)", "Why? (3)", "Why? (4)", "Score"]
    assert [(note.found, note.became) for note in notes] == [
        ("Why? (column 3)", "Why? (3)"),
        ("Why? (column 4)", "Why? (4)"),
    ]


@given(st.lists(st.sampled_from(["a", "a (2)", "a (3)", "b", "b (2)"]), max_size=12))
def test_numbered_names_are_unique_and_keep_what_was_unique(names: list[str]) -> None:
    unique, notes = numbered(names)
    assert len(set(unique)) == len(names)
    assert all(new == old or new.startswith(f"{old} (") for new, old in zip(unique, names, strict=True))
    assert len(notes) == sum(new != old for new, old in zip(unique, names, strict=True))
    assert all(name in unique for name in names)


@given(st.text())
def test_a_tidy_text_stays_as_it_is(text: str) -> None:
    once = tidy(text.replace("&", "").replace("<", ""))
    assert tidy(once) == once


def test_spellings_of_one_name() -> None:
    assert {simplified(name) for name in ("Start Date", "StartDate", "start_date", " Start\xa0Date ")} == {"startdate"}
