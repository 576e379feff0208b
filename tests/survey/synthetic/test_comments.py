"""Comments: what is recorded of each is what it says, and nobody real can be reached by any of them."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.comments import (
    CLOSED,
    GENERAL,
    MOODS,
    OPENED,
    WITH_CONTACT,
    _phrases,
)
from tests.survey.synthetic.samples import STANDARD_ERRORS, crowd, off_rate, shipped

LANGUAGES = ("en", "ar")
INVENTED = {"0500000000", "000000000000"}
"""The only telephone numbers that may stand anywhere, their signs and spaces taken out: 050 followed by naughts
belongs to nobody, and +000 is no country."""


def sentences(theme: str, language: str, mood: str) -> list[str]:
    part = _phrases()[GENERAL] if theme == GENERAL else _phrases()["themes"][theme]
    return part[language].get(mood, [])


def themed(language: str) -> Iterator[str]:
    for theme in (*model.ATTRIBUTES, GENERAL):
        for mood in MOODS:
            yield from sentences(theme, language, mood)


def all_texts(language: str) -> Iterator[str]:
    yield from themed(language)
    for part in ("openings", "closings", "contact"):
        yield from _phrases()[part][language]


# The phrases


def test_every_theme_has_praise_and_blame_in_both_languages() -> None:
    assert set(_phrases()) == {"themes", GENERAL, "openings", "closings", "contact"}
    assert list(_phrases()["themes"]) == list(model.ATTRIBUTES)
    for theme in model.ATTRIBUTES:
        assert set(_phrases()["themes"][theme]) == set(LANGUAGES)
        for language in LANGUAGES:
            assert set(_phrases()["themes"][theme][language]) == {"praise", "blame"}
            assert min(len(sentences(theme, language, mood)) for mood in ("praise", "blame")) >= 10
    for language in LANGUAGES:
        assert set(_phrases()[GENERAL][language]) == set(MOODS)
        assert min(len(sentences(GENERAL, language, mood)) for mood in MOODS) >= 5
        assert all(len(_phrases()[part][language]) >= 5 for part in ("openings", "closings", "contact"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_there_twice_or_within_another(language: str) -> None:
    texts = [text.casefold() for text in all_texts(language)]
    assert len(texts) == len(set(texts))
    # So a comment tells its theme by the one sentence that it holds; neutral ones stand alone, and may be a dash.
    neutral = {text.casefold() for text in sentences(GENERAL, language, "neutral")}
    told = [text.casefold() for text in themed(language) if text.casefold() not in neutral]
    assert len(told) > 200
    assert not [(a, b) for a in told for b in told if a != b and a in b]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_in_their_language(language: str) -> None:
    for text in all_texts(language):
        assert text == text.strip() and text
    for text in themed(language):
        if text != "-":
            assert bool(re.search("[\u0600-\u06ff]", text)) == (language == "ar"), text


def test_every_address_and_number_is_an_invented_one() -> None:
    texts = [*all_texts("en"), *all_texts("ar"), *shipped().comments.text]
    addresses = {address for text in texts for address in re.findall(r"\S+@\S+", text)}
    numbers = {
        re.sub(r"\D", "", number).translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789"))
        for text in texts
        for number in re.findall(r"\+?\d[\d\s()/-]{5,}\d", text)
    }
    assert addresses and numbers
    assert all(re.fullmatch(r"[\w.-]+@example\.(com|org)[.,;]?", address) for address in addresses), addresses
    assert numbers == INVENTED
    assert not [text for text in texts if re.search(r"https?:|www\.", text)]


# What is recorded of a comment


def test_a_comment_holds_a_sentence_of_its_theme_mood_and_language() -> None:
    comments, english = shipped().comments, shipped().people.english
    written = np.flatnonzero(comments.text != "")
    assert len(written) > 3000
    for row in written:
        told = sentences(comments.theme[row], "en" if english[row] else "ar", comments.mood[row])
        text = comments.text[row].casefold()
        # A sentence behind an opening starts small.
        assert any(sentence.casefold() in text for sentence in told), comments.text[row]


def test_nothing_else_is_in_a_comment_but_what_belongs_around_it() -> None:
    comments, english = shipped().comments, shipped().people.english
    phrases = _phrases()
    found = dict.fromkeys(("openings", "closings", "contact"), 0)
    decorated = 0
    for row in np.flatnonzero(comments.text != ""):
        language = "en" if english[row] else "ar"
        rest = comments.text[row].casefold()
        told = [s.casefold() for s in sentences(comments.theme[row], language, comments.mood[row])]
        rest = rest.replace(max((s for s in told if s in rest), key=len), "", 1)
        decorated += comments.mood[row] != "neutral"
        for part in ("contact", "closings", "openings"):
            held = [p.casefold() for p in phrases[part][language] if p.casefold() in rest]
            if held:
                rest = rest.replace(max(held, key=len), "", 1)
                found[part] += 1
        assert rest.strip(" .") == "", comments.text[row]
        assert "\n" not in comments.text[row]
    rates = {"openings": OPENED, "closings": CLOSED, "contact": WITH_CONTACT}
    for part, rate in rates.items():
        error = np.sqrt(rate * (1 - rate) / decorated)
        assert abs(found[part] / decorated - rate) < STANDARD_ERRORS * error, part


def test_rows_without_a_comment_have_neither_theme_nor_mood() -> None:
    comments = crowd().comments
    empty = comments.text == ""
    assert ((comments.theme == "") == empty).all() and ((comments.mood == "") == empty).all()
    assert set(comments.mood[~empty]) == set(MOODS)
    assert set(comments.theme[~empty]) == {*model.ATTRIBUTES, GENERAL}
    assert set(comments.theme[comments.mood == "neutral"]) == {GENERAL}


def test_straight_liners_write_nothing_and_others_as_often_as_planted() -> None:
    written, care = crowd().comments.text != "", crowd().people.care
    assert not written[care == 1].any()
    for kind in (0, 2):
        assert off_rate(written[care == kind], model.COMMENTED) < STANDARD_ERRORS


def meant(name: str) -> np.ndarray:
    """How a customer means a rating: backward readers tick the wrong end but write what they mean."""
    given = crowd().ratings.satisfaction if name == GENERAL else crowd().ratings.of(name)
    # Straight-liners, who mean something else as well, write nothing.
    return np.where(crowd().people.care == 2, 6 - given, given)


def test_the_mood_goes_with_the_rating() -> None:
    comments, wave = crowd().comments, crowd().people.wave
    for name in (*model.ATTRIBUTES, GENERAL):
        about = comments.theme == name
        if name == model.THEME:
            about &= wave < model.THEME_WAVE  # later most of it is the surge
        rating = meant(name)
        assert (comments.mood[about & (rating <= 2)] == "blame").all()
        assert not (comments.mood[about & (rating >= 4)] == "blame").any()
        assert off_rate(comments.mood[about & (rating == 3)] == "blame", 0.7) < STANDARD_ERRORS


@pytest.mark.parametrize(("wave", "surge"), [(6, 0.0), (7, model.THEME_SURGE), (8, model.THEME_SURGE)])
def test_unkept_promises_come_up_in_comments_from_one_wave_on(wave: int, surge: float) -> None:
    comments = crowd().comments
    rows = (comments.text != "") & (crowd().people.wave == wave)
    # Of those who find that promises are kept, nobody blames but in the surge.
    content = rows & (meant(model.THEME) >= 4)
    blamed = (comments.theme[content] == model.THEME) & (comments.mood[content] == "blame")
    assert blamed.sum() == 0 if surge == 0 else off_rate(blamed, surge) < STANDARD_ERRORS


def test_what_was_poor_is_written_about_more_than_what_was_fair() -> None:
    comments = crowd().comments
    rows = (comments.text != "") & (crowd().people.wave < model.THEME_WAVE)
    for name in model.ATTRIBUTES:
        parts = [(comments.theme[rows & (meant(name) == rating)] == name).mean() for rating in range(1, 6)]
        assert parts[0] > parts[1] > parts[4] > max(parts[2], parts[3])
