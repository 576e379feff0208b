"""The parts that a draft is made of: names, words, waves and YAML."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from drivers.survey.codebook.types import KEY_PATTERN
from drivers.survey.drafting.batteries import batteries_of, series_in
from drivers.survey.drafting.names import cleaned, distinct, has_words, key_of, language_of, readable, short
from drivers.survey.drafting.off_scale import end_code
from drivers.survey.drafting.vocabulary import FACES, asks_for_an_outcome, hits, tells_duration, words_of
from drivers.survey.drafting.wave_labels import place_in_time, wave_label
from drivers.survey.drafting.yaml_text import aligned, flow, remarks, wrapped_list

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)


@given(st.dictionaries(TEXTS, st.one_of(TEXTS, st.booleans(), st.integers(-99, 9999), st.lists(TEXTS)), max_size=4))
def test_yaml_comes_back_as_it_was(content: dict[str, object]) -> None:
    assert YAML(typ="safe", pure=True).load(flow(content)) == content


@given(TEXTS)
def test_every_name_makes_a_key(name: str) -> None:
    import re

    key = key_of(name, otherwise="item_3", taken={"item_3"})
    assert re.fullmatch(KEY_PATTERN, key) and key != "item_3"


def test_keys_labels_and_words() -> None:
    assert key_of("HS07aAskQuestions", otherwise="x", taken=()) == "ask_questions"
    assert key_of("سرعة", otherwise="driver_4", taken=()) == "driver_4"
    assert key_of("1st visit", otherwise="item_2", taken=()) == "item_2_1st_visit"
    assert key_of("How satisfied are you with the way that we work?", otherwise="x", taken=()) == (
        "how_satisfied_are_you_with_the"
    )
    assert readable("ease_wayfinding") == "Ease wayfinding"
    assert readable("NPS") == "NPS"
    assert has_words("HS07aAskQuestions") and not has_words("per_01") and not has_words("DMNR")
    assert cleaned("-->EducA. What is the highest level?", "EducA") == "What is the highest level?"
    assert short("a word " * 20) == "a word a word a word a word a word a word a word a word a…"
    assert distinct({"en": "Speed", "ar": "سرعة"}, {("en", "Speed")}, "q2") == {"en": "Speed (q2)", "ar": "سرعة"}


def test_languages_by_their_letters() -> None:
    assert [language_of(text) for text in ("Good", "جيد", "키오스크", "サービス", "服务", "хорошо", "5")] == [
        "en",
        "ar",
        "ko",
        "ja",
        "zh",
        "ru",
        "en",
    ]


def test_arabic_words_with_what_is_written_before_them() -> None:
    assert hits(words_of("سأعود للتعامل مع المركز"), FACES["repeat"])
    assert hits(words_of("ما احتمال أن توصي بنا؟"), FACES["recommend"])
    assert not hits(words_of("impression"), "imp")


@pytest.mark.parametrize(
    "name", ["سرعة التوصيل", "الالتزام بالوعود", "نظافة الأرضيات", "استمرارية الخدمة", "مدة الانتظار"]
)
def test_arabic_words_that_only_look_alike(name: str) -> None:
    assert not asks_for_an_outcome(words_of(name))
    assert not tells_duration(words_of(name))


@pytest.mark.parametrize("name", ["المدة", "مدة الإجابة بالدقائق", "الوقت المستغرق", "Duration (in seconds)"])
def test_names_of_the_time_that_answering_took(name: str) -> None:
    assert tells_duration(words_of(name))


def test_series_and_batteries() -> None:
    assert series_in(["imag1", "imag2", "q1", "q2", "Q3_1", "speed"]) == {"imag": ["imag1", "imag2"]}
    names = ["speed", "respect", "fairness", "hoped_speed", "hoped_respect", "hoped_fairness", "clean_floor"]
    (battery,) = batteries_of(names)
    assert (battery.prefix, battery.level) == ("hoped", "desired")
    assert battery.columns["speed"] == "hoped_speed"


@pytest.mark.parametrize(
    ("value", "name", "place", "label"),
    [
        ("2023Q1", "wave", (2023, 1), {"en": "First quarter 2023", "ar": "الربع الأول 2023"}),
        ("Q4 2024", "wave", (2024, 4), {"en": "Fourth quarter 2024", "ar": "الربع الرابع 2024"}),
        ("2024-03", "month", (2024, 3), {"en": "March 2024", "ar": "مارس 2024"}),
        ("March 2024", "wave", (2024, 3), {"en": "March 2024", "ar": "مارس 2024"}),
        ("مارس", "month", (3, 0), {"en": "March", "ar": "مارس"}),
        ("الربع الثالث 2024", "دورة", (2024, 3), {"en": "Third quarter 2024", "ar": "الربع الثالث 2024"}),
        ("تشرين الأول 2024", "دورة", (2024, 10), {"en": "October 2024", "ar": "تشرين الأول 2024"}),
        ("كانون الثاني", "شهر", (1, 0), {"en": "January", "ar": "كانون الثاني"}),
        ("2", "quarter", (2, 0), {"en": "Second quarter", "ar": "الربع الثاني"}),
        ("3", "wave", (3, 0), {"en": "Wave 3", "ar": "دورة القياس 3"}),
        ("Campaign 2", "campaign", (2, 0), {"en": "Campaign 2", "ar": "الحملة 2"}),
        ("Pilot", "campaign", None, {"en": "Pilot", "ar": "المرحلة التجريبية"}),
        ("before the move", "wave", None, {"en": "before the move"}),
    ],
)
def test_waves(value: str, name: str, place: tuple[float, ...] | None, label: dict[str, str]) -> None:
    assert place_in_time([value], [words_of(name)]) == place
    assert wave_label([value], [words_of(name)]) == label


def test_a_code_is_compared_with_its_neighbour() -> None:
    rng = np.random.default_rng(2)
    mood = rng.normal(3, 1, 1000)
    columns = [np.clip(np.round(mood + rng.normal(0, 0.5, 1000)), 1, 5) for _ in range(3)]
    above = end_code(columns, 5, 4, (1, 4))
    below = end_code(columns, 1, 2, (2, 5))
    assert above is not None and above.on and not above.off
    assert below is not None and below.on
    columns[0][rng.random(1000) < 0.3] = 6
    stray = end_code(columns, 6, 5, (1, 5))
    assert stray is not None and stray.off
    assert stray.of_code == pytest.approx(3, abs=0.2)
    assert end_code(columns[:1], 6, 5, (1, 5)) is None  # no other answers
    assert end_code(columns, 7, 5, (1, 5)) is None  # nobody wrote it


def test_comments_stand_under_one_another() -> None:
    assert aligned([("  a: 1", "sure"), ("  bcd: 22", "likely"), ("  e: 3", "")]) == [
        "  a: 1     # sure",
        "  bcd: 22  # likely",
        "  e: 3",
    ]
    assert all(len(line) <= 118 for line in remarks("word " * 100, 2))
    lines = wrapped_list("columns", [f"R12WGT{number}" for number in range(1, 49)], 2)
    assert len(lines) > 1 and all(len(line) <= 118 for line in lines)
    assert YAML(typ="safe", pure=True).load("a:\n" + "\n".join(lines))["a"]["columns"][-1] == "R12WGT48"
