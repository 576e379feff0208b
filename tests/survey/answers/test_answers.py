"""What a person wrote, in either language and any digits, against the code it must become."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import CodebookError
from drivers.survey.answers.codes import (
    MISSING_KINDS,
    UNREADABLE,
    AnswerRule,
    Answers,
    normalise,
    read_answers,
    to_number,
)
from drivers.survey.answers.ladders import LADDERS, MISSING_TEXTS

# The row of own labels of each ladder, lowest point first: English, then Arabic.
OWN_LABELS = {
    "agreement_5": (
        ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"),
        ("لا أوافق بشدة", "لا أوافق", "محايد", "أوافق", "أوافق بشدة"),
    ),
    "satisfaction_5": (
        (
            "Very dissatisfied",
            "Dissatisfied",
            "Neither satisfied nor dissatisfied",
            "Satisfied",
            "Very satisfied",
        ),
        ("غير راضٍ إطلاقًا", "غير راضٍ", "محايد", "راضٍ", "راضٍ جدًا"),
    ),
    "frequency_5": (
        ("Never", "Rarely", "Sometimes", "Often", "Always"),
        ("أبدًا", "نادرًا", "أحيانًا", "غالبًا", "دائمًا"),
    ),
    "quality_balanced_5": (
        ("Very poor", "Poor", "Average", "Good", "Very good"),
        ("سيئ جدًا", "سيئ", "متوسط", "جيد", "جيد جدًا"),
    ),
    "quality_grades_5": (
        ("Poor", "Fair", "Good", "Very good", "Excellent"),
        ("ضعيف", "مقبول", "جيد", "جيد جدًا", "ممتاز"),
    ),
    "likelihood_5": (
        ("Very unlikely", "Unlikely", "Neither likely nor unlikely", "Likely", "Very likely"),
        ("غير محتمل إطلاقًا", "غير محتمل", "محايد", "محتمل", "محتمل جدًا"),
    ),
    "expectation_5": (
        ("Much worse than expected", "Worse", "As expected", "Better", "Much better than expected"),
        (
            "أقل بكثير من توقعاتي",
            "أقل من توقعاتي",
            "مساوٍ لتوقعاتي",
            "أعلى من توقعاتي",
            "أعلى بكثير من توقعاتي",
        ),
    ),
    "agreement_somewhat_5": (
        ("Strongly disagree", "Somewhat disagree", "Neither agree nor disagree", "Somewhat agree", "Strongly agree"),
        ("لا أوافق بشدة", "لا أوافق إلى حد ما", "محايد", "أوافق إلى حد ما", "أوافق بشدة"),
    ),
    "satisfaction_somewhat_5": (
        (
            "Extremely dissatisfied",
            "Somewhat dissatisfied",
            "Neither satisfied nor dissatisfied",
            "Somewhat satisfied",
            "Extremely satisfied",
        ),
        ("غير راضٍ إطلاقًا", "غير راضٍ إلى حد ما", "محايد", "راضٍ إلى حد ما", "راضٍ جدًا"),
    ),
    "satisfaction_very_somewhat_5": (
        (
            "Very dissatisfied",
            "Somewhat dissatisfied",
            "Neither satisfied nor dissatisfied",
            "Somewhat satisfied",
            "Very satisfied",
        ),
        ("غير راضٍ جدًا", "غير راضٍ إلى حد ما", "محايد", "راضٍ إلى حد ما", "راضٍ جدًا"),
    ),
    "likelihood_somewhat_5": (
        (
            "Extremely unlikely",
            "Somewhat unlikely",
            "Neither likely nor unlikely",
            "Somewhat likely",
            "Extremely likely",
        ),
        ("غير محتمل إطلاقًا", "غير محتمل إلى حد ما", "محايد", "محتمل إلى حد ما", "محتمل جدًا"),
    ),
    "agreement_7": (
        (
            "Strongly disagree",
            "Disagree",
            "Somewhat disagree",
            "Neutral",
            "Somewhat agree",
            "Agree",
            "Strongly agree",
        ),
        (
            "لا أوافق بشدة",
            "لا أوافق",
            "لا أوافق إلى حد ما",
            "محايد",
            "أوافق إلى حد ما",
            "أوافق",
            "أوافق بشدة",
        ),
    ),
    "satisfaction_7": (
        (
            "Extremely dissatisfied",
            "Dissatisfied",
            "Somewhat dissatisfied",
            "Neither",
            "Somewhat satisfied",
            "Satisfied",
            "Extremely satisfied",
        ),
        (
            "غير راضٍ إطلاقًا",
            "غير راضٍ",
            "غير راضٍ إلى حد ما",
            "محايد",
            "راضٍ إلى حد ما",
            "راضٍ",
            "راضٍ جدًا",
        ),
    ),
    "frequency_7": (
        ("Never", "Rarely", "Occasionally", "Sometimes", "Often", "Usually", "Always"),
        ("أبدًا", "نادرًا", "قليلًا", "أحيانًا", "غالبًا", "في معظم الأحيان", "دائمًا"),
    ),
    "quality_7": (
        ("Extremely poor", "Very poor", "Poor", "Average", "Good", "Very good", "Excellent"),
        ("سيئ للغاية", "سيئ جدًا", "سيئ", "متوسط", "جيد", "جيد جدًا", "ممتاز"),
    ),
    "likelihood_7": (
        (
            "Extremely unlikely",
            "Unlikely",
            "Somewhat unlikely",
            "Neither",
            "Somewhat likely",
            "Likely",
            "Extremely likely",
        ),
        (
            "غير محتمل إطلاقًا",
            "غير محتمل",
            "غير محتمل إلى حد ما",
            "محايد",
            "محتمل إلى حد ما",
            "محتمل",
            "محتمل جدًا",
        ),
    ),
    "agreement_3": (("Disagree", "Neutral", "Agree"), ("غير موافق", "محايد", "موافق")),
    "yes_no": (("No", "Yes"), ("لا", "نعم")),
}

# Other texts of each point, as people write them.
OTHER_TEXTS = {
    "agreement_5": {
        1: "لا اوافق بشده · غير موافق بشدة · غير موافقة بشدة · لا أوافق إطلاقًا"
        " · لا أوافق أبدًا · لا أوافق على الإطلاق"
        " · غير موافق إطلاقًا · لا أتفق بشدة · أعارض بشدة · معارض بشدة · معارضة بقوة · غير موافقة للغاية",
        2: "لا اوافق · غير موافق · غير موافقة · لا أتفق · أعارض · معارض · معارضة · غير موافق/ة",
        3: "محايدة · Neither agree nor disagree · لا أوافق ولا أعارض · لا أتفق ولا أختلف · بين بين · محايد/ة",
        4: "اوافق · موافق · موافقة · أتفق · موافق (ة) · موافق/ـة · موافق(ة) · موافق / موافقة · موافقة/موافق",
        5: "أوافق تمامًا · موافق تمامًا · موافقة تماماً · موافق جدًا · أتفق بشدة · أتفق تمامًا · اوافق بقوة"
        " · موافق للغاية · موافق(ة) بشدة · موافق بشدة / موافقة بشدة",
    },
    "satisfaction_5": {
        1: "غير راضية إطلاقًا · غير راضٍ أبدًا · غير راضٍ على الإطلاق · غير راضي اطلاقا · مستاء جدًا · مستاءة جدًا",
        2: "غير راضية · غير راضي · غير راض · مستاء · مستاءة · غير راضٍ/راضية",
        3: "محايد · محايدة · لا راضٍ ولا غير راضٍ · لا راضية ولا غير راضية · Neutral",
        4: "راضية · راضي · راضى · راض · راضٍ/راضية · راضي/راضية · راضية/راضٍ · راضٍ/ية",
        5: "راضية جدًا · راضي جدًا · راضٍ تمامًا · راضٍ للغاية · راضية تمامًا · راض جدا"
        " · راضٍ جدًا/راضية جدًا"
        " · راضٍ/راضية جدًا · راضٍ بشدة",
    },
    "frequency_5": {
        1: "ابدا · أبداً · إطلاقًا · مطلقًا · ولا مرة · لم يحدث",
        2: "نادرا · قليلًا ما",
        3: "احيانا · بعض الأحيان · في بعض الأحيان",
        4: "غالبا · في الغالب · كثيرًا · عادة · عادةً",
        5: "دايما · دائما · دومًا · باستمرار · في كل مرة",
    },
    "quality_balanced_5": {
        1: "سيئة جدًا · ضعيف جدًا · ضعيفة جدا · رديء جدًا · سيء جدًا · سيئ للغاية",
        2: "سيئة · ضعيف · ضعيفة · رديء · رديئة · سيء · سئ",
        3: "متوسطة · Fair · وسط · عادي · عادية · لا بأس",
        4: "جيدة · حسن · حسنة",
        5: "جيدة جدًا · جيد للغاية",
    },
    "quality_grades_5": {1: "ضعيفة", 2: "مقبولة", 3: "جيدة", 4: "جيدة جدا", 5: "ممتازة"},
    "likelihood_5": {
        1: "من غير المرجح إطلاقًا · مستبعد جدًا · بالتأكيد لا",
        2: "من غير المرجح · مستبعد · على الأرجح لا",
        3: "ربما · ممكن · Neutral",
        4: "من المرجح · من المحتمل · على الأرجح نعم",
        5: "من المرجح جدًا · من المحتمل جدًا · محتمل للغاية · بالتأكيد نعم",
    },
    "expectation_5": {
        1: "أسوأ بكثير مما توقعت",
        2: "أسوأ مما توقعت · Worse than expected",
        3: "كما توقعت · حسب التوقعات · مساو لتوقعاتي",
        4: "أفضل مما توقعت · Better than expected",
        5: "أفضل بكثير مما توقعت",
    },
    "agreement_somewhat_5": {1: "غير موافق بشدة", 2: "غير موافقة نوعًا ما", 4: "موافقة بعض الشيء", 5: "موافق جدا"},
    "satisfaction_somewhat_5": {1: "غير راضية إطلاقًا", 2: "غير راضي نوعا ما", 4: "راضية إلى حد ما", 5: "راضية جدًا"},
    "satisfaction_very_somewhat_5": {1: "غير راضية جدًا", 2: "غير راضية إلى حد ما", 4: "راضي بعض الشيء"},
    "likelihood_somewhat_5": {2: "غير محتملة إلى حد ما", 4: "محتملة إلى حد ما", 5: "محتمل للغاية"},
    "agreement_7": {
        1: "غير موافقة بشدة",
        2: "غير موافق",
        3: "غير موافق إلى حد ما · غير موافقة نوعًا ما · لا أوافق بعض الشيء",
        4: "محايدة",
        5: "موافق إلى حد ما · موافقة بعض الشيء · أوافق نوعا ما · موافق(ة) إلى حد ما",
        6: "موافقة",
        7: "موافق بشدة · موافق جدا",
    },
    "satisfaction_7": {
        1: "غير راضية إطلاقًا",
        2: "غير راضية",
        3: "غير راضية إلى حد ما · غير راضي نوعا ما",
        4: "محايدة",
        5: "راضية إلى حد ما · راضي بعض الشيء",
        6: "راضية",
        7: "راضية جدًا · راضٍ للغاية",
    },
    "frequency_7": {3: "قليلا", 6: "في معظم الاحيان"},
    "quality_7": {
        1: "سيئة للغاية · سيء للغاية",
        2: "سيئة جدًا · سيء جدا",
        3: "سيئة",
        4: "متوسطة",
        5: "جيدة",
        6: "جيدة جدًا",
        7: "ممتازة",
    },
    "likelihood_7": {3: "غير محتمل نوعًا ما", 5: "محتمل بعض الشيء", 7: "محتمل للغاية"},
    "agreement_3": {1: "لا أوافق · غير موافقة", 2: "محايدة · بين بين", 3: "أوافق · موافقة"},
    "yes_no": {0: "كلا · خطأ · False · FALSE · لا.", 1: "أجل · أيوه · ايوة · صح · True · yes · نعم!"},
}

MISSING_ANSWERS = {
    "not_applicable": "لا ينطبق · لا ينطبق عليّ · لا ينطبق على · لا تنطبق · غير منطبق"
    " · لم أستخدم هذه الخدمة · لم استخدمها"
    " · لم أستخدم · لم أجرب · لم أحتج إليها · N/A · n/a · Not applicable · does not apply"
    " · never used · did not use",
    "dont_know": "لا أعرف · لا اعلم · لا أدري · لست متأكدًا · لست متأكدة · لا أتذكر"
    " · لا رأي لي · ليس لدي رأي · ما أدري"
    " · ما بعرف · مش عارف · مش عارفة · مش عارف/ة · Don't know · don’t know · DK · not sure · no opinion"
    " · can't remember · can’t remember",
    "refused": "أفضل عدم الإجابة · أفضّل ألا أجيب · لا أرغب في الإجابة · لا أريد الإجابة"
    " · أرفض الإجابة · رفض الإجابة"
    " · امتنع · امتنعت · prefer not to say · Prefer not to answer · Refused",
    "not_asked": "لم يُسأل · لم تُسأل · لم يُطرح السؤال · غير مشمول بالسؤال · Not asked · skipped by design",
    "blank": "بدون إجابة · بلا إجابة · لم يُجب · لم تُجب · فارغ · empty · no answer · - · — · .",
}

NEVER_GUESSED = (
    "NA · غير متوفر · لا شيء · لا يوجد · إلى حد ما · بعض الشيء · نوعًا ما · غير متأكد · غير متأكدة · ?"
    " · 0 · 6 · 7 · 9 · 98 · 99 · 999 · -99 · −99 · 2.5 · 4,5 · nan · inf · 1e0"
    " · لا أوافق إلى حد ما · لا أوافق تمامًا · غير موافق تمامًا · rather good"
)


def texts_of(cell: str) -> list[str]:
    return cell.split(" · ")


def code_of(name: str, point: int, *, reverse: bool = False) -> float:
    points = len(OWN_LABELS[name][0])
    first = 0 if name == "yes_no" else 1
    return float(2 * first + points - 1 - point if reverse else point)


def rule_of(name: str, *, languages: Sequence[int] = (0, 1), reverse: bool = False, **more: object) -> AnswerRule:
    first = 0 if name == "yes_no" else 1
    labels = zip(*(OWN_LABELS[name][language] for language in languages), strict=True)
    codes = {code_of(name, point, reverse=reverse): texts for point, texts in enumerate(labels, start=first)}
    return AnswerRule(codes=codes, **more)  # type: ignore[arg-type]


def numbers_rule(low: float, high: float, **more: object) -> AnswerRule:
    return AnswerRule(**{"minimum": low, "maximum": high, "step": 1.0, **more})  # type: ignore[arg-type]


def read(texts: Sequence[str | None], rule: AnswerRule) -> Answers:
    return read_answers(pd.Series(texts, dtype="str"), rule)


def read_one(text: str, rule: AnswerRule) -> float | str | None:
    """The code, the kind of missing answer, or None for a text that could not be read."""
    answers = read([text], rule)
    if answers.missing[0] == UNREADABLE:
        assert [unread.text for unread in answers.unreadable] == [text]
        return None
    assert not answers.unreadable
    if answers.missing[0]:
        assert np.isnan(answers.values[0])
        return MISSING_KINDS[answers.missing[0] - 1]
    return float(answers.values[0])


# ---------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أُوافِقُ بِشِدَّة", "اوافق بشده"),
        ("تماماً", "تمامًا"),
        ("تمامًا", "تماما"),
        ("أحيانـــًا", "احيانا"),
        ("دائمًا", "دايما"),
        ("مؤكد", "موكد"),
        ("سيء", "سي"),
        ("راضى", "راضي"),
        ("کثیر", "كثير"),
        ("ٱلآن", "الان"),
        ("رٰضي", "رضي"),
        ("\u200fموافق\u200e", "موافق"),
        ("\u2067موافق\u2069", "موافق"),
        ("\u202bموافق\u202c", "موافق"),
        ("\ufeffموافق", "موافق"),
        ("\u061cموافق", "موافق"),
        ("غير\u00a0 موافق ", "غير موافق"),
        ("غير\t\nموافق", "غير موافق"),
        ("موافق.", "موافق"),
        ("موافق؟!", "موافق"),
        ("موافق ،", "موافق"),
        ("ﻣﻮﺍﻓﻖ", "موافق"),
        ("ا\u0654وافق", "أوافق"),
        ("STRONGLY  Agree.", "strongly agree"),
    ],
)
def test_texts_that_are_alike(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("لا أوافق", "أوافق"), ("راضي", "راضٍ"), ("سيء", "سيئ"), ("مرتان", "مرةان"), ("N/A", "NA"), ("?", "")],
)
def test_texts_that_stay_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_a_ta_marbuta_inside_a_word_stays() -> None:
    assert normalise("مرةان مرة") == "مرةان مره"


@pytest.mark.parametrize("text", ["", " ", "\u00a0\t", "\u200f", "ـ"])
def test_nothing_visible_is_nothing(text: str) -> None:
    assert normalise(text) == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5.0),
        (" 5 ", 5.0),
        ("٥", 5.0),
        ("۵", 5.0),
        ("٩٨", 98.0),
        ("4.0", 4.0),
        ("4.", 4.0),
        (".5", 0.5),
        ("٤٫٥", 4.5),
        ("۴٫۵", 4.5),
        ("4٫5", 4.5),
        ("-99", -99.0),
        ("\u221299", -99.0),
        ("\u2066-99\u2069", -99.0),
        ("\u200f٥\u200f", 5.0),
        ("+5", 5.0),
        ("007", 7.0),
        ("1,234", 1234.0),
        ("12,345,678.5", 12345678.5),
        ("١٬٢٣٤٫٥", 1234.5),
        ("1234567", 1234567.0),
    ],
)
def test_numbers(text: str, number: float) -> None:
    assert to_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "-",
            ".",
            "+",
            "five",
            "5 stars",
            "10%",
            "4,5",
            "1,23",
            "1,2345",
            "0,500",
            "1٬5",
            "٣،٥",
            "1,234٬567",
        ),
        *(
            "1234,567",
            "1.234.567",
            "2-3",
            "3/5",
            "- 5",
            "5-",
            "--5",
            "nan",
            "NaN",
            "inf",
            "-inf",
            "1e5",
            "1_000",
        ),
        *("0x10", "5²", "²", "½", "①", "９", "五", "9" * 400),
    ],
)
def test_no_numbers(text: str) -> None:
    assert to_number(text) is None


def test_minus_zero_is_zero() -> None:
    assert str(to_number("-0")) == "0.0"


# -------------------------------------------------------------------------------------- ladders


def test_every_ladder_has_its_table() -> None:
    assert {ladder.name for ladder in LADDERS} == set(OWN_LABELS) == set(OTHER_TEXTS)


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: ladder.name)
def test_no_text_stands_on_two_points(ladder) -> None:
    normal = [normalise(text) for point in ladder.points for text in {normalise(text) for text in point}]
    assert len(normal) == len(set(normal))
    missing = {normalise(text) for texts in MISSING_TEXTS.values() for text in texts}
    assert not missing & set(normal)


def test_no_missing_text_has_two_kinds() -> None:
    assert tuple(MISSING_TEXTS) == MISSING_KINDS
    normal = [normalise(text) for kind in MISSING_KINDS for text in {normalise(t) for t in MISSING_TEXTS[kind]}]
    assert len(normal) == len(set(normal))


def test_texts_that_are_never_guessed_are_in_no_table() -> None:
    known = {normalise(t) for ladder in LADDERS for point in ladder.points for t in point}
    known |= {normalise(t) for texts in MISSING_TEXTS.values() for t in texts}
    never = (
        "NA · غير متوفر · لا شيء · لا يوجد · إلى حد ما · بعض الشيء · نوعًا ما"
        " · غير متأكد · لا أوافق تمامًا · غير موافق تمامًا · 0 · 9 · 98 · 99 · 999"
    )
    assert not known & {normalise(text) for text in texts_of(never)}


@pytest.mark.parametrize("reverse", [False, True], ids=["upwards", "downwards"])
@pytest.mark.parametrize("languages", [(0,), (1,), (0, 1), (1, 0)], ids=["en", "ar", "en+ar", "ar+en"])
@pytest.mark.parametrize("name", OWN_LABELS)
def test_every_text_of_a_ladder_is_its_point(name: str, languages: tuple[int, ...], reverse: bool) -> None:
    rule = rule_of(name, languages=languages, reverse=reverse)
    first = 0 if name == "yes_no" else 1
    expected = {
        text: code_of(name, point, reverse=reverse)
        for language in (0, 1)
        for point, text in enumerate(OWN_LABELS[name][language], start=first)
    }
    for point, cell in OTHER_TEXTS[name].items():
        expected |= dict.fromkeys(texts_of(cell), code_of(name, point, reverse=reverse))
    answers = read(list(expected), rule)
    found = dict(zip(expected, answers.values.tolist(), strict=True))
    assert found == expected


@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: ladder.name)
def test_every_text_in_the_tables_is_read_alone(ladder) -> None:
    """One text to a column, where no doubt can arise but from the labels; these are English here."""
    rule = rule_of(ladder.name, languages=(0,))
    for point, texts in enumerate(ladder.points, start=0 if ladder.name == "yes_no" else 1):
        for text in texts:
            assert read_one(text, rule) == point, text


def test_not_agreeing_is_never_agreeing() -> None:
    rule = rule_of("agreement_5")
    answers = read(["أوافق", "لا أوافق", "لا أوافق ولا أعارض", "لا اوافق بشدة"], rule)
    assert answers.values.tolist() == [4.0, 2.0, 3.0, 1.0]


def test_very_good_depends_on_the_ladder() -> None:
    texts = ["جيد جدًا", "جيد", "ضعيف", "Very good", "Poor"]
    grades = read(texts, rule_of("quality_grades_5", languages=(0,)))
    balanced = read(texts, rule_of("quality_balanced_5", languages=(0,)))
    assert grades.values.tolist() == [4.0, 3.0, 1.0, 4.0, 1.0]
    assert balanced.values.tolist() == [5.0, 4.0, 2.0, 5.0, 2.0]


def test_a_reversed_scale_keeps_its_codes() -> None:
    rule = rule_of("agreement_5", languages=(0,), reverse=True)
    answers = read(["Strongly agree", "أوافق بشدة", "لا أوافق", "1", "٥"], rule)
    assert answers.values.tolist() == [1.0, 1.0, 4.0, 1.0, 5.0]


def test_codes_need_not_be_consecutive() -> None:
    labels = OWN_LABELS["agreement_5"][0]
    rule = AnswerRule(codes={code: (text,) for code, text in zip((-2, -1, 0, 1, 2), labels, strict=True)})
    assert read(["غير موافق بشدة", "محايد", "أوافق", "-2", "−1"], rule).values.tolist() == [-2, 0, 1, -2, -1]


def test_one_language_that_fits_is_enough() -> None:
    third = ("Pas du tout d'accord", "Pas d'accord", "Neutre", "D'accord", "Tout à fait d'accord")
    pairs = zip(third, OWN_LABELS["agreement_5"][1], strict=True)
    rule = AnswerRule(codes={float(code): pair for code, pair in enumerate(pairs, start=1)})
    assert read(["D'ACCORD", "Agree", "موافقة"], rule).values.tolist() == [4.0, 4.0, 4.0]


@pytest.mark.parametrize(
    "codes",
    [
        {1.0: (), 2.0: (), 3.0: (), 4.0: (), 5.0: ()},
        {1.0: ("Strongly disagree",), 2.0: (), 3.0: (), 4.0: (), 5.0: ("Strongly agree",)},
        {1.0: ("Disagree",), 2.0: ("Agree",)},
        # The languages contradict each other: the Arabic form calls point 5 what the ladder calls 4.
        {
            1.0: ("Strongly disagree",),
            2.0: ("Disagree",),
            3.0: ("Neutral",),
            4.0: ("Agree", "أميل إلى الموافقة"),
            5.0: ("Strongly agree", "أوافق"),
        },
    ],
    ids=["no labels", "only the ends", "two points", "contradiction"],
)
def test_an_unrecognised_ladder_lends_no_words(codes: Mapping[float, tuple[str, ...]]) -> None:
    assert read_one("موافق", AnswerRule(codes=codes)) is None


def test_where_two_ladders_fit_only_common_words_count() -> None:
    texts = (("Neither",), ("محايد",))
    seven = [
        ("Extremely dissatisfied", "Extremely unlikely"),
        ("Dissatisfied", "Unlikely"),
        ("Somewhat dissatisfied", "Somewhat unlikely"),
        *texts[:1],
        ("Somewhat satisfied", "Somewhat likely"),
        ("Satisfied", "Likely"),
        ("Extremely satisfied", "Extremely likely"),
    ]
    rule = AnswerRule(codes={float(code): labels for code, labels in enumerate(seven, start=1)})
    assert read_one("محايد", rule) == 4.0
    assert read_one("راضٍ", rule) is None
    assert read_one("محتمل", rule) is None
    assert read_one("Likely", rule) == 6.0


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("satisfaction_5", ("غير راضٍ جدًا", "غير راضٍ إطلاقًا")),
        ("satisfaction_5", ("غير راضية جدا", "غير راضي ابدا")),
        ("quality_balanced_5", ("ممتاز", "جيد جدًا")),
        ("quality_grades_5", ("مقبول", "متوسط")),
    ],
)
def test_two_texts_that_put_each_other_in_doubt(name: str, texts: tuple[str, str]) -> None:
    rule = rule_of(name, languages=(0,))
    assert [unread.text for unread in read([*texts, "3"], rule).unreadable] == list(texts)
    assert read_one(texts[0], rule) is not None


def test_a_label_can_put_an_answer_in_doubt() -> None:
    assert read_one("ممتاز", rule_of("quality_balanced_5")) is None
    assert read_one("ممتاز", rule_of("quality_balanced_5", languages=(0,))) == 5.0
    assert read_one("غير راضٍ جدًا", rule_of("satisfaction_5")) == 1.0


def test_a_doubt_does_not_touch_own_labels() -> None:
    answers = read(["ممتاز", "جيد جدًا"], rule_of("quality_balanced_5"))
    assert [unread.text for unread in answers.unreadable] == ["ممتاز"]
    assert answers.values[1] == 5.0


# -------------------------------------------------------------------------------------- missing


@pytest.mark.parametrize("kind", MISSING_KINDS)
@pytest.mark.parametrize("name", ["agreement_5", "frequency_5", "quality_7", "yes_no"])
def test_kinds_of_missing_stay_apart(name: str, kind: str) -> None:
    texts = texts_of(MISSING_ANSWERS[kind])
    answers = read(texts, rule_of(name))
    assert answers.missing.tolist() == [MISSING_KINDS.index(kind) + 1] * len(texts)
    assert np.isnan(answers.values).all()


def test_the_order_of_kinds() -> None:
    assert MISSING_KINDS == ("not_applicable", "dont_know", "refused", "not_asked", "blank")


@pytest.mark.parametrize("text", texts_of(NEVER_GUESSED))
@pytest.mark.parametrize("name", ["agreement_5", "quality_grades_5", "quality_balanced_5"])
def test_what_is_not_known_is_asked(name: str, text: str) -> None:
    assert read_one(text, rule_of(name)) is None


def test_never_used_is_not_never() -> None:
    answers = read(["Never", "never used", "لم أستخدم"], rule_of("frequency_5"))
    assert answers.values[0] == 1.0
    assert answers.missing.tolist() == [0, 1, 1]


def test_no_alone_is_an_answer() -> None:
    assert read_one("لا", rule_of("yes_no")) == 0.0
    assert read_one("لا", rule_of("agreement_5")) is None


def test_both_answers_in_one_cell_are_no_answer() -> None:
    assert read_one("نعم/لا", rule_of("yes_no")) is None
    assert read_one("نعم/ربما", rule_of("yes_no")) is None


@pytest.mark.parametrize("nothing", ["", "  ", "\u200f", None])
def test_an_empty_cell_is_blank(nothing: str | None) -> None:
    answers = read([nothing, "4"], rule_of("agreement_5"))
    assert answers.missing.tolist() == [5, 0]
    assert answers.recoded == {nothing or "": ("blank", 1)}


# ----------------------------------------------------------------------------------- precedence


def test_the_items_own_answers_come_first() -> None:
    rule = rule_of(
        "agreement_5",
        missing={"5": "refused", "hmm": "refused"},
        answers={
            "5": 1.0,
            "hmm": 2,
            "Agree": "dont_know",
            "لا أعرف": 3.0,
            "": "not_asked",
            "NA": "not_applicable",
        },
    )
    assert read_one("5", rule) == 1.0
    assert read_one("٥", rule) == 1.0
    assert read_one("Hmm.", rule) == 2.0
    assert read_one("agree", rule) == "dont_know"
    assert read_one("لا اعرف", rule) == 3.0
    assert read_one("", rule) == "not_asked"
    assert read_one("na", rule) == "not_applicable"


def test_the_exact_text_wins_among_answers_that_are_alike() -> None:
    rule = rule_of("agreement_5", answers={"Mixed": 3.0, "MIXED": "refused", "1": 2.0, "1.0": "refused"})
    assert read_one("Mixed", rule) == 3.0
    assert read_one("MIXED", rule) == "refused"
    assert read_one("mixed", rule) is None
    assert read_one("1", rule) == 2.0
    assert read_one("1.0", rule) == "refused"
    assert read_one("١", rule) is None


@pytest.mark.parametrize("text", ["98", "98.0", "٩٨", "۹۸", " 98"])
def test_missing_numbers_are_compared_as_numbers(text: str) -> None:
    assert read_one(text, rule_of("agreement_5", missing={"98": "not_applicable"})) == "not_applicable"
    assert read_one(text, rule_of("agreement_5", missing={"98.0": "not_applicable"})) == "not_applicable"


def test_a_missing_number_comes_before_the_scale() -> None:
    rule = numbers_rule(0, 10, missing={"0": "not_applicable", "−1": "refused"})
    assert [read_one(text, rule) for text in ("0", "1", "-1")] == ["not_applicable", 1.0, "refused"]


def test_a_label_is_never_a_missing_text() -> None:
    rule = AnswerRule(codes={1.0: ("Yes", "نعم"), 2.0: ("Not sure", "لا أعرف"), 3.0: ("No", "لا")})
    assert read_one("not sure", rule) == 2.0
    assert read_one("لا أعرف", rule) == 2.0
    assert read_one("لا أعلم", rule) == "dont_know"


def test_labels_come_before_the_ladder() -> None:
    codes = dict(rule_of("agreement_5").codes)
    codes[3.0] = ("Neutral", "غير متأكد")
    rule = AnswerRule(codes=codes)
    assert read_one("غير متأكد", rule) == 3.0
    assert read_one("محايد", rule) == 3.0


def test_the_label_of_a_missing_code_is_missing() -> None:
    codes = dict(rule_of("agreement_5").codes) | {9.0: ("Cannot judge", "لا أستطيع الحكم")}
    rule = AnswerRule(codes=codes, missing={"9": "dont_know"})
    assert read_one("9", rule) == "dont_know"
    assert read_one("cannot judge", rule) == "dont_know"
    assert read_one("غير موافق", rule) == 2.0


def test_a_label_for_two_codes_is_refused() -> None:
    with pytest.raises(CodebookError) as error:
        AnswerRule(codes={3.0: ("Good", "جيد"), 4.0: ("Very good", "جيّد.")})
    assert str(error.value) == (
        "Expected each label to stand for one code, found 'جيّد.' for both 3 and 4; "
        "give one of them another label in the scale's codes."
    )


def test_one_label_in_two_languages_is_no_conflict() -> None:
    assert read_one("OK", AnswerRule(codes={0.0: ("No", "No"), 1.0: ("OK", "ok", "")})) == 1.0


# -------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("0", 0.0),
        ("10", 10.0),
        ("١٠", 10.0),
        ("7.0", 7.0),
        ("7.5", None),
        ("11", None),
        ("-1", None),
        ("99", None),
    ],
)
def test_whole_numbers_in_a_range(text: str, reading: float | None) -> None:
    assert read_one(text, numbers_rule(0, 10)) == reading


def test_steps_count_from_the_minimum() -> None:
    assert [read_one(t, numbers_rule(1, 9, step=2.0)) for t in ("1", "3", "2")] == [1.0, 3.0, None]
    assert [read_one(t, numbers_rule(0, 1, step=0.1)) for t in ("0.3", "٠٫٧", "0.35")] == [0.3, 0.7, None]
    assert [read_one(t, numbers_rule(0, 5, step=None)) for t in ("2.37", "5.01")] == [2.37, None]


def test_a_scale_without_ends_takes_any_number() -> None:
    assert [read_one(text, AnswerRule(step=1.0)) for text in ("-3", "1,234", "0.5")] == [-3.0, 1234.0, None]
    assert read_one("9" * 308, AnswerRule(step=0.1)) is None
    assert read_one("9" * 308, AnswerRule()) == float("9" * 308)


def test_labelled_ends_of_a_range() -> None:
    rule = numbers_rule(0, 10, codes={0.0: ("غير محتمل إطلاقًا",), 10.0: ("محتمل جدًا",)}, leading_number=True)
    texts = ["غير محتمل اطلاقا", "محتمل جدا", "7", "10 - محتمل جدًا", "0 - Not at all likely"]
    assert read(texts, rule).values.tolist() == [0, 10, 7, 10, 0]
    assert read_one("0 - محتمل جدًا", rule) is None


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("10 - محتمل جدًا", 10.0),
        ("\u200f١٠ – محتمل جدًا\u200f", 10.0),
        ("3 stars", 3.0),
        ("٣ نجوم", 3.0),
        ("5 (Excellent)", 5.0),
        ("5: excellent", 5.0),
        ("5. excellent", 5.0),
        ("5=excellent", 5.0),
        ("★★★", 3.0),
        ("★ ★ ★", 3.0),
        ("★★★☆☆", 3.0),
        ("⭐️⭐️", 2.0),
        ("☆☆☆", None),
        ("99 - لا أعرف", None),
        ("7 - لا أعرف", None),
        ("3.5 stars", None),
        ("11 stars", None),
        ("2 - 3", None),
        ("2 or 3", None),
        ("4 out of 5", None),
        ("4,5 stars", None),
        ("3/5", None),
        ("10%", None),
        ("10 %", None),
        ("1st", None),
        ("about 3", None),
        ("3 -", None),
    ],
)
def test_leading_numbers(text: str, reading: float | None) -> None:
    assert read_one(text, numbers_rule(0, 10, leading_number=True)) == reading
    assert read_one(text, numbers_rule(0, 10)) is None


def test_a_leading_number_may_be_a_missing_one() -> None:
    rule = numbers_rule(0, 10, leading_number=True, missing={"99": "dont_know"}, answers={"11": 10.0})
    assert read_one("99 - لا أعرف", rule) == "dont_know"
    assert read_one("99 - رفض الإجابة", rule) is None
    assert read_one("11 stars", rule) == 10.0


# --------------------------------------------------------------------------------------- column


def test_counts_and_rows() -> None:
    texts = ["٤", "4", "what", "", "أوافق", "hm", "hm", None, "موافق"] + ["hm"] * 6
    answers = read(texts, rule_of("agreement_5"))
    assert [(u.text, u.count, u.first_rows) for u in answers.unreadable] == [
        ("hm", 8, (5, 6, 9, 10, 11)),
        ("what", 1, (2,)),
    ]
    assert answers.missing.tolist() == [0, 0, -1, 5, 0, -1, -1, 5, 0] + [-1] * 6
    assert answers.recoded == {"": ("blank", 2), "أوافق": (4.0, 1), "موافق": (4.0, 1)}


def test_a_kind_written_out_is_recoded() -> None:
    assert read(["Refused", "refused"], rule_of("yes_no")).recoded == {
        "Refused": ("refused", 1),
        "refused": ("refused", 1),
    }


def test_the_shapes_of_the_result() -> None:
    answers = read(["1", "x"], rule_of("agreement_5"))
    assert answers.values.dtype == np.float64 and answers.missing.dtype == np.int8
    with pytest.raises(ValueError, match="read-only"):
        answers.values[0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        answers.missing[0] = 2


def test_an_empty_column() -> None:
    answers = read([], rule_of("agreement_5"))
    assert answers.values.shape == answers.missing.shape == (0,)
    assert answers.unreadable == () and answers.recoded == {}


def test_the_index_of_the_column_does_not_matter() -> None:
    column = pd.Series(["موافق", None, "zz"], index=[7, 7, 3], dtype=object)
    answers = read_answers(column, rule_of("agreement_5"))
    assert answers.missing.tolist() == [0, 5, -1]
    assert answers.unreadable[0].first_rows == (2,)


SOME_TEXTS = sorted(
    {t for ladder in LADDERS for point in ladder.points for t in point}
    | {t for texts in MISSING_TEXTS.values() for t in texts}
    | {t for texts in MISSING_ANSWERS.values() for t in texts_of(texts)}
    | set(texts_of(NEVER_GUESSED))
    | {"10 - محتمل جدًا", "★★", "٥", "5", "راضٍ/راضية", "a\0b", "(", "/", "(ة)", "/ة"}
)
RULES = [
    *(rule_of(name, reverse=reverse) for name in OWN_LABELS for reverse in (False, True)),
    numbers_rule(0, 10, leading_number=True, missing={"99": "dont_know"}, answers={"x": 3.0, "X": "refused"}),
    AnswerRule(),
]
ANY_TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=12), st.sampled_from(SOME_TEXTS)), max_size=30)


@given(texts=ANY_TEXTS, rule=st.sampled_from(RULES))
def test_every_row_is_answered_missing_or_unreadable(texts: list[str | None], rule: AnswerRule) -> None:
    answers = read(texts, rule)
    answered, missing = answers.missing == 0, answers.missing > 0
    unread = sum(unreadable.count for unreadable in answers.unreadable)
    assert len(answers.values) == len(answers.missing) == len(texts)
    assert answered.sum() + missing.sum() + unread == len(texts)
    assert unread == (answers.missing == UNREADABLE).sum()
    np.testing.assert_array_equal(np.isfinite(answers.values), answered)
    for unreadable in answers.unreadable:
        rows = [row for row, text in enumerate(texts) if text == unreadable.text]
        assert (unreadable.count, unreadable.first_rows) == (len(rows), tuple(rows[:5]))
    for text, (reading, count) in answers.recoded.items():
        rows = [row for row, written in enumerate(texts) if (written or "") == text]
        assert count == len(rows)
        for row in rows:
            if isinstance(reading, str):
                assert MISSING_KINDS[answers.missing[row] - 1] == reading
            else:
                assert answers.values[row] == reading


@given(texts=ANY_TEXTS, rule=st.sampled_from(RULES))
def test_the_order_of_the_rows_does_not_matter(texts: list[str | None], rule: AnswerRule) -> None:
    answers, backwards = read(texts, rule), read(texts[::-1], rule)
    np.testing.assert_array_equal(answers.values, backwards.values[::-1])
    np.testing.assert_array_equal(answers.missing, backwards.missing[::-1])


@given(st.text())
def test_any_text_is_normalised_and_is_a_finite_number_or_none(text: str) -> None:
    normal = normalise(text)
    assert normal == " ".join(normal.split())
    assert not any("\u064b" <= char <= "\u0652" or char in "\u0640\u200f\u2067" for char in normal)
    number = to_number(text)
    assert number is None or np.isfinite(number)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_a_number_is_the_same_in_all_digits(number: float) -> None:
    text = f"{number:.6f}"
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"):
        eastern = text.translate(str.maketrans("0123456789.-", digits + "٫\u2212"))
        assert to_number(eastern) == to_number(text) == float(text)
