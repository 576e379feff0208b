"""Isolation: numbers, labels and Latin runs stay whole, and nothing from data gets out of its place."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from drivers.present.isolation import (
    AUTO,
    END,
    LEFT,
    RIGHT,
    clean,
    html,
    isolate,
    isolate_latin,
    own_direction,
    plain,
)

CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_html_escapes_everything_that_is_not_ours() -> None:
    hostile = '<script>alert("1")</script>&\'"><img src=x onerror=alert(1)>'
    shown = html(hostile)
    assert isinstance(shown, Markup)
    assert not re.search(r"[<>\"']", shown)
    assert shown.unescape() == hostile


@pytest.mark.parametrize(("mark", "tag"), [(LEFT, '<bdi dir="ltr">'), (RIGHT, '<bdi dir="rtl">'), (AUTO, "<bdi>")])
def test_isolates_become_bdi(mark: str, tag: str) -> None:
    assert html(f"a {isolate('<b>', mark)} c") == f"a {tag}&lt;b&gt;</bdi> c"


def test_nothing_in_a_text_can_pose_as_a_bdi() -> None:
    assert html('<bdi dir="rtl">') == "&lt;bdi dir=&#34;rtl&#34;&gt;"


def test_clean_drops_direction_controls() -> None:
    assert clean(f"safe\u202etxet{CONTROLS}") == "safetxet"
    assert "\u202e" not in html(isolate(clean("a\u202eb")))


@pytest.mark.parametrize("control", ["\n", "\r\n", "\t", "\x00", "\x1b", "\x85", "\u2028"])
def test_clean_keeps_a_label_on_one_line(control: str) -> None:
    assert clean(f" two{control}words ") == "two words"


def test_clean_keeps_what_people_write() -> None:
    for text in ("سرعة الاستجابة", "Qualité à l’accueil", "答え 😀", "می\u200cخواهم", "A & B <C>"):
        assert clean(text) == text


@given(st.text())
def test_clean_leaves_no_control_and_can_be_repeated(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not any(c in CONTROLS or unicodedata.category(c) in ("Cc", "Cs", "Co") for c in once)


def test_plain_drops_isolates() -> None:
    assert plain(f"{isolate('5', LEFT)} من {isolate('7', RIGHT)}") == "5 من 7"


def test_latin_runs_are_isolated_to_the_left() -> None:
    assert isolate_latin("طريقة [[LMG]] و[[R²]]") == f"طريقة {LEFT}LMG{END} و{LEFT}R²{END}"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("سرعة", RIGHT),
        ("WiFi سريع", LEFT),
        ("5 نقاط", RIGHT),
        ("5 points", LEFT),
        ("12", LEFT),
        ("", LEFT),
        ("«أ»", RIGHT),
    ],
)
def test_own_direction_is_that_of_the_first_letter(text: str, mark: str) -> None:
    assert own_direction(text) == mark
