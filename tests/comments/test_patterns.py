"""Words of comments found by patterns, and what one comment says by the lexicon."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.comments.patterns import Patterns, tokens_of
from drivers.comments.reading_moods import said_in
from drivers.survey.lexicon.reading import Lexicon, read_lexicon

LEXICON = read_lexicon()
ALONE = tuple(key for key, theme in LEXICON.themes.items() if theme.alone)


@pytest.fixture(scope="module")
def patterns() -> Patterns:
    return Patterns(LEXICON)


def own(folder: Path, text: str) -> Lexicon:
    (folder / "words.yml").write_text(text, encoding="utf-8")
    return read_lexicon(folder / "words.yml")


@pytest.mark.parametrize(
    ("text", "moods"),
    [
        ("The waiting took hours", {"speed": "blame"}),
        ("They were quick", {"speed": "praise"}),
        ("Not quick at all", {"speed": "blame"}),
        ("He was never rude", {"respect": "praise"}),
        ("no respect whatsoever", {"respect": "blame"}),
        ("The clerk was rude but the answer came quickly", {"respect": "blame", "speed": "praise"}),
        ("Rude staff, unfair queue", {"respect": "blame", "fairness": "blame"}),
        ("Thank you, all good", {"general": "praise"}),
        ("Fast sometimes, slow sometimes", {"speed": "mixed"}),
        ("السيستم دايما واقف وزحمة", {"speed": "blame"}),
        ("مافي أحد على الشبابيك", {"presence": "blame"}),
        ("كله بالواسطة", {"fairness": "blame"}),
        ("بدون واسطة والكل سواسية", {"fairness": "praise"}),
        ("الموظفون محترمون ومعاملتهم راقية", {"respect": "praise"}),
        ("وبسرعتهم أنهيت كل شيء", {"speed": "praise"}),
        ("وعدوني ولم يلتزموا", {"honesty": "blame"}),
        ("staff was وقح", {"respect": "blame"}),
        ("👍", {}),
    ],
)
def test_comments_are_read_as_people_mean_them(text: str, moods: dict[str, str], patterns: Patterns) -> None:
    said = said_in(text, patterns, ALONE)
    assert said is not None
    assert dict(said.moods) == moods


@pytest.mark.parametrize(
    ("text", "moods"),
    [
        ("Prices are fair", {"price": "none"}),
        ("A fairly good experience", {"general": "praise"}),
        ("It turned out fine", {"general": "praise"}),
        ("To be honest I loved it", {}),
        ("My favourite branch", {}),
        ("I will recommend it and ill give five stars", {"general": "praise"}),
        ("The human resources office sent me", {"general": "none"}),
        ("My internet connections are bad", {"general": "blame"}),
        ("The person in charge was polite", {"respect": "praise"}),
        ("Last time was great", {"general": "praise"}),
        ("Nobody was rude", {"respect": "praise"}),
        ("Staff were fair and friendly", {"fairness": "praise", "welcome": "praise"}),
        ("They treat everyone fairly", {"fairness": "praise"}),
        ("We are sent from one desk to another", {"information": "blame"}),
        ("السلام عليكم، الخدمة ممتازة", {"general": "praise"}),
        ("الله يوفقكم آمين", {"general": "praise"}),
        ("للأمانة الخدمة جيدة", {"general": "praise"}),
        ("ترحيب حار", {"welcome": "praise"}),
        ("يوم السبت", {}),
        ("عطلة نهاية الأسبوع", {}),
        ("الخدمة صارت أسرع من قبل", {"speed": "praise"}),
        ("نتمنى أن تكون الخدمة أسرع", {"speed": "blame"}),
        ("كنت فاضي اليوم", {}),
        ("درجة الحرارة مرتفعة", {"cleanliness": "blame"}),
        ("الرسوم مرتفعة", {"price": "blame"}),
        ("ما قدرت أحجز موعد", {"access": "blame"}),
        ("راجعت قبل أسبوع", {}),
        ("واحد دخل قبلي", {"fairness": "blame"}),
        ("راجعت أختي قبلي", {}),
        ("نصحت أصدقائي بكم", {}),
        ("لهم دور كبير في النجاح", {}),
        ("تجاوزت التوقعات", {}),
        ("استنينا ساعتين", {"speed": "blame"}),
        ("مفيش حد على الشباك", {"presence": "blame"}),
        ("الموظف زعق فيا", {"respect": "blame"}),
        ("محدش شرحلي", {"information": "blame"}),
        ("الخدمة ثقيلة بزاف", {"speed": "blame"}),
        ("خدمة زوينة", {"general": "praise"}),
        ("ما لقيت موقف", {"access": "blame"}),
    ],
)
def test_everyday_words_are_not_taken_for_what_they_do_not_say(
    text: str, moods: dict[str, str], patterns: Patterns
) -> None:
    said = said_in(text, patterns, ALONE)
    assert said is not None
    assert dict(said.moods) == moods


@pytest.mark.parametrize(
    "text", ["", "  ", "-", "...", "None", "n/a", "No comment.", "لا يوجد", "لا يوجد.", "ما عندي تعليق", "لايوجد", "؟"]
)
def test_empty_comments_are_none(text: str, patterns: Patterns) -> None:
    assert said_in(text, patterns, ALONE) is None


def test_letters_that_are_written_in_many_ways_are_one(patterns: Patterns) -> None:
    ways = ["مُعَامَلَة سيّئة", "معاملة سيئة", "معامله سييه", "مـعـامـلة سيئـة", "معاملة   سيئة!!!"]
    assert [dict(said.moods) for text in ways if (said := said_in(text, patterns, ALONE))] == [{"respect": "blame"}] * 5
    assert tokens_of("SLOOOOW") == tokens_of("slow") == ["slow"]


def test_signs_of_patterns(tmp_path: Path) -> None:
    lexicon = own(
        tmp_path,
        "themes:\n  tea:\n    label: {en: Tea}\n    about: {en: [tea*, '*kettle', '*herb*']}\n"
        "    blame: {en: [cold .. tea, 'no tea']}\n",
    )
    patterns = Patterns(lexicon)

    def moods(text: str) -> dict[str, str]:
        said = said_in(text, patterns, ())
        return dict(said.moods) if said else {}

    assert moods("teapot") == moods("superkettle") == moods("superherbal") == {"tea": "none"}
    assert moods("kettles") == moods("steam") == {}
    assert moods("cold tea") == moods("cold and quite weak tea") == moods("no tea") == {"tea": "blame"}
    assert moods("cold and very very very weak tea") == {"tea": "none"}


def test_a_word_of_the_service_as_a_whole_counts_only_alone(patterns: Patterns) -> None:
    whole, both = (said_in(text, patterns, ALONE) for text in ("great service", "great service and very polite"))
    assert whole is not None and dict(whole.moods) == {"general": "praise"}
    assert both is not None and dict(both.moods) == {"respect": "praise"}


@given(text=st.text(max_size=200))
def test_nothing_that_is_written_breaks_the_reading(patterns: Patterns, text: str) -> None:
    said = said_in(text, patterns, ALONE)
    assert said is None or set(said.moods) <= set(LEXICON.themes)


def test_hostile_comments_are_read(patterns: Patterns) -> None:
    for text in ("<script>alert(1)</script> rude", "\u202erude\u202c", "rude " * 2500, "😀" * 3000 + " rude"):
        said = said_in(text, patterns, ALONE)
        assert said is not None and dict(said.moods) == {"respect": "blame"}


def test_general_words_turn_or_feel_and_never_both() -> None:
    for language in ("en", "ar"):
        praise, blame, negation = (set(LEXICON.general[part][language]) for part in ("praise", "blame", "negation"))
        assert not praise & blame and not praise & negation and not blame & negation


def test_no_pattern_of_a_theme_praises_and_blames() -> None:
    for theme in LEXICON.themes.values():
        for language in ("en", "ar"):
            assert not set(theme.words["praise"][language]) & set(theme.words["blame"][language])
