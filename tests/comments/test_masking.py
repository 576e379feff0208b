"""Masking: nothing that tells who somebody is survives, whatever the script and the signs in between."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.comments.masking import FEWEST_DIGITS, MASK, hides, masked

DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३๐๑๒０１２３４５①②③⑴⑵⁰¹²³₁₂𝟏𝟐𝟑"
SIGNS = " -–—./()+,_:\u00a0\u200f\u202e\u2066\u20e3\ufe0f·•"


def digits_in_a_row(text: str) -> int:
    """The longest run of digits of any script with no letter in between, counted by hand."""
    longest = run = 0
    for char in text:
        if char.isdigit() or unicodedata.category(char) in ("Nd", "No"):
            run += 1
        elif char.isalpha():
            run = 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Call me on 050-123 4567 today", f"Call me on {MASK} today"),
        ("رقمي ٠٥٠١٢٣٤٥٦٧ اتصلوا", f"رقمي {MASK} اتصلوا"),
        ("رقمي ۰۹۱۲ ۳۴۵ ۶۷۸۹", f"رقمي {MASK}"),
        ("write to a.b+c@mail.example please", f"write to {MASK} please"),
        ("sami @ mail.example", MASK),
        ("sami (at) mail.example", MASK),
        ("sami at gmail dot com", MASK),
        ("my IBAN is SA03 8000 0000 6080 1016 7519 ok", f"my IBAN is {MASK} ok"),
        ("GB82 WEST 1234 5698 7654 32", MASK),
        ("see https://x.example/sami.khan?id=1 there", f"see {MASK} there"),
        ("see facebook.com/sami there", f"see {MASK} there"),
        ("case AB12C34D56 is open", f"case {MASK} is open"),
        ("Mr. Sami Khan was kind", f"Mr. {MASK} was kind"),
        ("السيد محمد العتيبي متعاون", f"السيد {MASK} متعاون"),
        ("1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣", MASK),
    ],
)
def test_what_tells_who_somebody_is_is_masked(text: str, shown: str) -> None:
    assert masked(text).replace("\ufe0f", "").replace("\u20e3", "") == shown
    assert hides(text)


@pytest.mark.parametrize(
    "text", ["I waited 30 minutes at counter 12", "انتظرت ٤٥ دقيقة", "Very good, thanks", "في 2024 كان أفضل", ""]
)
def test_what_tells_nothing_stays(text: str) -> None:
    assert masked(text) == text
    assert not hides(text)


@given(
    st.lists(st.sampled_from(DIGITS), min_size=6, max_size=20),
    st.lists(st.text(SIGNS, max_size=3), min_size=20, max_size=20),
    st.text(max_size=10),
    st.text(max_size=10),
)
def test_no_run_of_digits_survives(digits: list[str], between: list[str], before: str, after: str) -> None:
    text = before + "".join(d + sign for d, sign in zip(digits, between, strict=False)) + after
    assert digits_in_a_row(text) >= FEWEST_DIGITS
    assert digits_in_a_row(masked(text)) < FEWEST_DIGITS


@given(st.text(max_size=60))
def test_no_address_and_no_number_survives_in_any_text(text: str) -> None:
    shown = masked(text)
    assert not re.search("[@＠﹫]", shown)
    assert digits_in_a_row(shown) < FEWEST_DIGITS


@given(
    st.from_regex(r"[a-z0-9._%+-]{1,12}@[a-z0-9-]{1,10}\.[a-z]{2,6}", fullmatch=True),
    st.sampled_from(["{}", "mail {} now", "({})", "بريدي {} شكرًا", "a,{};b", "<{}>"]),
)
def test_no_mail_address_survives(address: str, around: str) -> None:
    shown = masked(around.format(address))
    assert "@" not in shown
    name = address.split("@")[0]
    assert len(name) < 3 or name not in shown


@given(st.text(max_size=60))
def test_what_is_masked_stays_as_it_is(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_a_very_long_comment_is_masked_in_no_time() -> None:
    long = "a" * 5000 + "@" + "b.c" * 1500
    shown = masked(long)
    assert "@" not in shown and MASK in shown
