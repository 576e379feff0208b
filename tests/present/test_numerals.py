"""Numbers and dates as they are written: digits, marks, signs, halves."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers as kda
from drivers.labels import Labels
from drivers.present.isolation import END, LEFT, RIGHT, isolate, plain
from drivers.present.numerals import MINUS, date_text, number_text, own_digits, plural_category, rounded, year_text

WESTERN = re.compile("[0-9]")


def number(value: float, decimals: int = 0, digits: str = "latn", **how: bool) -> str:
    return plain(number_text(value, decimals=decimals, digits=digits, **how))


@pytest.mark.parametrize(
    ("value", "decimals", "western", "arabic"),
    [
        (0, 0, "0", "٠"),
        (7, 0, "7", "٧"),
        (1234.5, 1, "1,234.5", "١٬٢٣٤٫٥"),
        (22791, 0, "22,791", "٢٢٬٧٩١"),
        (1234567.891, 2, "1,234,567.89", "١٬٢٣٤٬٥٦٧٫٨٩"),
        (4.0, 1, "4.0", "٤٫٠"),
        (-4.2, 1, "−4.2", "−٤٫٢"),
        (-1234, 0, "−1,234", "−١٬٢٣٤"),
    ],
)
def test_digits_and_marks(value: float, decimals: int, western: str, arabic: str) -> None:
    assert number(value, decimals) == western
    assert number(value, decimals, "arab") == arabic


@pytest.mark.parametrize(
    ("fraction", "decimals", "western", "arabic"),
    [(0.45, 0, "45%", "٤٥٪"), (1.0, 0, "100%", "١٠٠٪"), (0.1234, 1, "12.3%", "١٢٫٣٪"), (-0.05, 0, "−5%", "−٥٪")],
)
def test_percent_stands_behind_its_number(fraction: float, decimals: int, western: str, arabic: str) -> None:
    assert number(fraction, decimals, percent=True) == western
    assert number(fraction, decimals, "arab", percent=True) == arabic


def test_minus_is_the_minus_sign() -> None:
    assert MINUS == "\u2212"
    assert "-" not in number(-3.5, 1)
    assert number(-3.5, 1).startswith(MINUS)


def test_plus_is_shown_on_request_only() -> None:
    assert number(3.5, 1) == "3.5"
    assert number(3.5, 1, sign=True) == "+3.5"
    assert number(-3.5, 1, sign=True) == "−3.5"
    assert number(0, 1, sign=True) == "0.0"


@pytest.mark.parametrize("value", [-0.0, -0.04, -1e-9, 0.04])
def test_zero_has_no_sign(value: float) -> None:
    assert number(value, 1) == number(value, 1, sign=True) == "0.0"
    assert str(rounded(value, 1)) == "0.0"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (0.285, 2, "0.29"),
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
    ],
)
def test_halves_go_away_from_zero(value: float, decimals: int, shown: str) -> None:
    assert number(value, decimals) == shown


def test_percent_keeps_decimal_halves_too() -> None:
    assert number(0.285, percent=True) == "29%"
    assert number(0.145, percent=True) == "15%"


@given(st.decimals(min_value=-100_000, max_value=100_000, places=4), st.integers(0, 3))
def test_rounding_is_that_of_the_written_number(value: Decimal, decimals: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert Decimal(repr(rounded(float(value), decimals))) == expected
    shown = number(float(value), decimals).replace(",", "").replace(MINUS, "-")
    assert Decimal(shown) == expected


@given(st.floats(-1e9, 1e9, allow_nan=False), st.integers(0, 2))
def test_arabic_indic_is_the_western_number_sign_by_sign(value: float, decimals: int) -> None:
    arabic = number(value, decimals, "arab")
    assert not WESTERN.search(arabic)
    assert arabic.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,")) == number(value, decimals)
    # Persian digits are read and never written; the Arabic comma is no thousands mark.
    assert not re.search("[۰-۹،]", arabic)


def test_isolation_follows_the_digits() -> None:
    assert number_text(-4.2, decimals=1, digits="latn") == f"{LEFT}−4.2{END}"
    assert number_text(-4.2, decimals=1, digits="arab") == f"{RIGHT}−٤٫٢{END}"


def test_years_have_no_thousands_mark() -> None:
    assert plain(year_text(2024, digits="latn")) == "2024"
    assert plain(year_text(2024, digits="arab")) == "٢٠٢٤"


@pytest.mark.parametrize(
    ("language", "digits", "shown"),
    [
        ("en", "latn", "5 January 2024"),
        ("ar", "latn", "5 يناير 2024"),
        ("ar", "arab", "٥ يناير ٢٠٢٤"),
    ],
)
def test_dates_have_their_month_in_words_and_the_page_s_digits(language: str, digits: str, shown: str) -> None:
    text = date_text(datetime.date(2024, 1, 5), language=language, digits=digits)
    assert plain(text) == shown
    # Babel puts marks into some dates; whatever stands between the isolates is visible.
    assert text == isolate(shown)


def test_no_arabic_date_keeps_a_western_digit() -> None:
    for month in range(1, 13):
        assert not WESTERN.search(date_text(datetime.date(1999, month, 28), language="ar", digits="arab"))


def test_a_day_may_be_a_year() -> None:
    words = kda.wording("ar", Labels(), digits="arab")
    assert plain(words.day(1977)) == "١٩٧٧"
    assert plain(words.day(datetime.date(1977, 1, 14))) == "١٤ يناير ١٩٧٧"


@pytest.mark.parametrize(
    ("value", "english", "arabic"),
    [
        (0, "other", "zero"),
        (1, "one", "one"),
        (-1, "one", "one"),
        (2, "other", "two"),
        (7, "other", "few"),
        (11, "other", "many"),
        (100, "other", "other"),
    ],
)
def test_plural_categories(value: float, english: str, arabic: str) -> None:
    assert plural_category("en", value, 0) == english
    assert plural_category("ar", value, 0) == arabic
    assert plural_category("en", value, 1) == plural_category("ar", value, 1) == "other"


def test_own_digits_of_a_text_follow_the_page() -> None:
    assert own_digits("من 0 إلى 100", digits="latn") == "من 0 إلى 100"
    assert own_digits("من 0 إلى 100", digits="arab") == "من ٠ إلى ١٠٠"
    assert own_digits("الحملة الأولى 2021", digits="arab") == "الحملة الأولى ٢٠٢١"


def test_digits_of_a_latin_word_stay() -> None:
    for text in ("[[R2]]", "A-12", "ISO9001", "{n_2}"):
        assert own_digits(text, digits="arab") == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_is_no_number_is_said_to_be_not_available(language: str, value: float) -> None:
    words = kda.wording(language, Labels())
    assert words.number(value, 2) == words.percent(value) == words.ui("not_available")
