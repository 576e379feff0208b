"""Labels: the text in a language, and what stands in for it."""

import pytest

from drivers.labels import LANGUAGES, Labels

TEXTS = {
    "driver": {
        "speed": {"en": "Speed", "ar": "سرعة الاستجابة"},
        "respect": {"ar": "الاحترام"},
        "welcome": {},
    },
    "wave": {"2024 spring": {"en": "Spring 2024"}},
}


@pytest.fixture
def labels() -> Labels:
    return Labels(TEXTS)


def test_the_suite_speaks_english_and_arabic() -> None:
    assert LANGUAGES == ("ar", "en")


@pytest.mark.parametrize(
    ("kind", "key", "language", "found", "text"),
    [
        ("driver", "speed", "ar", "سرعة الاستجابة", "سرعة الاستجابة"),
        ("driver", "speed", "en", "Speed", "Speed"),
        ("driver", "speed", "fr", None, "Speed"),
        ("driver", "respect", "en", None, "الاحترام"),
        ("driver", "welcome", "en", None, "welcome"),
        ("driver", "unknown", "en", None, "unknown"),
        ("wave", "2024 spring", "ar", None, "Spring 2024"),
        ("unit", "N1", "en", None, "N1"),
    ],
)
def test_what_a_survey_does_not_say_is_none_and_has_a_stand_in(
    labels: Labels, kind: str, key: str, language: str, found: str | None, text: str
) -> None:
    assert labels.find(kind, key, language) == found
    assert labels.text(kind, key, language) == text


def test_keys_come_in_the_order_they_were_given(labels: Labels) -> None:
    assert list(labels.keys("driver")) == ["speed", "respect", "welcome"]
    assert list(labels.keys("unit")) == []


def test_labels_do_not_change() -> None:
    texts = {"driver": {"speed": {"en": "Speed"}}}
    labels = Labels(texts)
    texts["driver"]["speed"]["en"] = "Haste"
    assert labels.text("driver", "speed", "en") == "Speed"
    with pytest.raises(AttributeError):
        labels.texts = {}
    with pytest.raises(TypeError):
        labels.texts["unit"] = {}
    with pytest.raises(TypeError):
        labels.texts["driver"]["respect"] = {}
    with pytest.raises(TypeError):
        labels.texts["driver"]["speed"]["en"] = "Haste"


def test_no_labels_at_all_give_back_the_keys() -> None:
    assert Labels().text("driver", "speed", "ar") == "speed"
    assert list(Labels().keys("driver")) == []
