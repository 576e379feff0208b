"""The answer ladders that are known by their words, and the texts that say why there is no answer.

Texts are written here as people write them; `drivers.survey.answers.codes` compares them after its
normalisation, so vowel marks, forms of alef and letter case need no entries of their own. A text
that could mean two things on one ladder is in no table: it is asked about, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two groups of texts of which neither is read by its ladder where both occur.

    Parameters
    ----------
    one, other
        The texts of the two groups.
    with_labels
        Whether a text also occurs by being a label of the codebook, and not only as an answer.
    """

    one: frozenset[str]
    other: frozenset[str]
    with_labels: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """Every known text of each point of a scale.

    Parameters
    ----------
    name
        What the scale asks about, and its number of points.
    points
        The texts of each point in both languages, from the lowest point to the highest.
    doubts
        Texts that are not read where certain others occur.
    """

    name: str
    points: tuple[frozenset[str], ...]
    doubts: tuple[Doubt, ...] = ()


_STRONGLY = ("بشدة", "بقوة", "جدًا", "للغاية", "تمامًا")
# «لا أوافق تمامًا» is "I do not agree at all" to some and "I do not quite agree" to others: it is asked about.
_STRONGLY_NOT = ("بشدة", "بقوة", "جدًا", "للغاية")
_SOMEWHAT = ("إلى حد ما", "بعض الشيء", "نوعًا ما")
_NOT_AT_ALL = ("إطلاقًا", "أبدًا", "على الإطلاق")
_MIDDLE = frozenset({"Neutral", "محايد", "محايدة"})
# A manqūṣ noun is often written with its ya, and «سيئ» with a lone hamza or a ya as its seat.
_SATISFIED = ("راضٍ", "راضي", "راضية")
_BAD = ("سيئ", "سيء", "سئ", "سيئة")


def _not(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"غير {word}" for word in words)


def _pairs(words: Iterable[str], endings: Iterable[str]) -> frozenset[str]:
    endings = tuple(endings)
    return frozenset(f"{word} {ending}" for word in words for ending in endings)


_AGREEMENT = (
    frozenset({"Strongly disagree"})
    | _pairs(("لا أوافق", "غير موافق", "غير موافقة", "لا أتفق"), _STRONGLY_NOT)
    | _pairs(("أعارض", "معارض", "معارضة"), _STRONGLY)
    | _pairs(("لا أوافق",), _NOT_AT_ALL)
    | _pairs(("غير موافق", "غير موافقة"), ("إطلاقًا",)),
    frozenset({"Disagree", "لا أوافق", "غير موافق", "غير موافقة", "لا أتفق", "أعارض", "معارض", "معارضة"}),
    _MIDDLE
    | {
        "Neither agree nor disagree",
        "لا أوافق ولا أعارض",
        "لا أتفق ولا أختلف",
        "بين بين",
    },
    frozenset({"Agree", "أوافق", "موافق", "موافقة", "أتفق"}),
    frozenset({"Strongly agree"}) | _pairs(("أوافق", "موافق", "موافقة", "أتفق"), _STRONGLY),
)

_SATISFACTION = (
    frozenset({"Very dissatisfied"})
    | _pairs(_not(_SATISFIED), _STRONGLY + _NOT_AT_ALL)
    | _pairs(("مستاء", "مستاءة"), _STRONGLY),
    frozenset({"Dissatisfied", "مستاء", "مستاءة", *_not(_SATISFIED)}),
    _MIDDLE
    | {
        "Neither satisfied nor dissatisfied",
        "لا راضٍ ولا غير راضٍ",
        "لا راضي ولا غير راضي",
        "لا راضية ولا غير راضية",
    },
    frozenset({"Satisfied", *_SATISFIED}),
    frozenset({"Very satisfied"}) | _pairs(_SATISFIED, _STRONGLY),
)

_FREQUENCY = (
    frozenset({"Never", "أبدًا", "إطلاقًا", "مطلقًا", "ولا مرة", "لم يحدث"}),
    frozenset({"Rarely", "نادرًا", "قليلًا ما"}),
    frozenset({"Sometimes", "أحيانًا", "بعض الأحيان", "في بعض الأحيان"}),
    frozenset({"Often", "غالبًا", "في الغالب", "كثيرًا", "عادة"}),
    frozenset({"Always", "دائمًا", "دومًا", "باستمرار", "في كل مرة"}),
)

_QUALITY_BALANCED = (
    frozenset({"Very poor"}) | _pairs((*_BAD, "ضعيف", "ضعيفة", "رديء", "رديئة"), _STRONGLY),
    frozenset({"Poor", "ضعيف", "ضعيفة", "رديء", "رديئة", *_BAD}),
    frozenset({"Average", "Fair", "متوسط", "متوسطة", "وسط", "عادي", "عادية", "لا بأس"}),
    frozenset({"Good", "جيد", "جيدة", "حسن", "حسنة"}),
    frozenset({"Very good", "ممتاز", "ممتازة"}) | _pairs(("جيد", "جيدة"), _STRONGLY),
)

_QUALITY_GRADES = (
    frozenset({"Poor", "ضعيف", "ضعيفة"}),
    frozenset({"Fair", "مقبول", "مقبولة"}),
    frozenset({"Good", "جيد", "جيدة"}),
    frozenset({"Very good", "جيد جدًا", "جيدة جدًا"}),
    frozenset({"Excellent", "ممتاز", "ممتازة"}),
)

_LIKELIHOOD = (
    frozenset({"Very unlikely", "بالتأكيد لا"})
    | _pairs(("غير محتمل", "غير محتملة", "من غير المرجح"), ("إطلاقًا",))
    | _pairs(("مستبعد", "مستبعدة"), _STRONGLY),
    frozenset(
        {
            "Unlikely",
            "غير محتمل",
            "غير محتملة",
            "من غير المرجح",
            "مستبعد",
            "مستبعدة",
            "على الأرجح لا",
        }
    ),
    _MIDDLE | {"Neither likely nor unlikely", "ربما", "ممكن"},
    frozenset({"Likely", "محتمل", "محتملة", "من المرجح", "من المحتمل", "على الأرجح نعم"}),
    frozenset({"Very likely", "بالتأكيد نعم"}) | _pairs(("محتمل", "محتملة", "من المرجح", "من المحتمل"), _STRONGLY),
)

_EXPECTATION = (
    frozenset({"Much worse than expected", "أقل بكثير من توقعاتي", "أسوأ بكثير مما توقعت"}),
    frozenset({"Worse", "Worse than expected", "أقل من توقعاتي", "أسوأ مما توقعت"}),
    frozenset(
        {
            "As expected",
            "مساوٍ لتوقعاتي",
            "مساوية لتوقعاتي",
            "كما توقعت",
            "حسب التوقعات",
        }
    ),
    frozenset({"Better", "Better than expected", "أعلى من توقعاتي", "أفضل مما توقعت"}),
    frozenset({"Much better than expected", "أعلى بكثير من توقعاتي", "أفضل بكثير مما توقعت"}),
)

_AGREEMENT_7 = (
    frozenset({"Strongly disagree"}) | _pairs(("لا أوافق", "غير موافق", "غير موافقة"), _STRONGLY_NOT),
    frozenset({"Disagree", "لا أوافق", "غير موافق", "غير موافقة"}),
    frozenset({"Somewhat disagree"}) | _pairs(("لا أوافق", "غير موافق", "غير موافقة"), _SOMEWHAT),
    _MIDDLE | {"Neither agree nor disagree"},
    frozenset({"Somewhat agree"}) | _pairs(("أوافق", "موافق", "موافقة"), _SOMEWHAT),
    frozenset({"Agree", "أوافق", "موافق", "موافقة"}),
    frozenset({"Strongly agree"}) | _pairs(("أوافق", "موافق", "موافقة"), _STRONGLY),
)

_SATISFACTION_7 = (
    frozenset({"Extremely dissatisfied"}) | _pairs(_not(_SATISFIED), ("إطلاقًا",)),
    frozenset({"Dissatisfied", *_not(_SATISFIED)}),
    frozenset({"Somewhat dissatisfied"}) | _pairs(_not(_SATISFIED), _SOMEWHAT),
    _MIDDLE | {"Neither", "Neither satisfied nor dissatisfied"},
    frozenset({"Somewhat satisfied"}) | _pairs(_SATISFIED, _SOMEWHAT),
    frozenset({"Satisfied", *_SATISFIED}),
    frozenset({"Extremely satisfied"}) | _pairs(_SATISFIED, _STRONGLY),
)

_FREQUENCY_7 = (
    frozenset({"Never", "أبدًا"}),
    frozenset({"Rarely", "نادرًا"}),
    frozenset({"Occasionally", "قليلًا"}),
    frozenset({"Sometimes", "أحيانًا"}),
    frozenset({"Often", "غالبًا"}),
    frozenset({"Usually", "في معظم الأحيان"}),
    frozenset({"Always", "دائمًا"}),
)

# Here «للغاية» and «جدًا» are two points, so the words for "strongly" do not stand for each other.
_QUALITY_7 = (
    frozenset({"Extremely poor"}) | _pairs(_BAD, ("للغاية",)),
    frozenset({"Very poor"}) | _pairs(_BAD, ("جدًا",)),
    frozenset({"Poor", *_BAD}),
    frozenset({"Average", "متوسط", "متوسطة"}),
    frozenset({"Good", "جيد", "جيدة"}),
    frozenset({"Very good", "جيد جدًا", "جيدة جدًا"}),
    frozenset({"Excellent", "ممتاز", "ممتازة"}),
)

_LIKELIHOOD_7 = (
    frozenset({"Extremely unlikely", "غير محتمل إطلاقًا", "غير محتملة إطلاقًا"}),
    frozenset({"Unlikely", "غير محتمل", "غير محتملة"}),
    frozenset({"Somewhat unlikely"}) | _pairs(("غير محتمل", "غير محتملة"), _SOMEWHAT),
    _MIDDLE | {"Neither", "Neither likely nor unlikely"},
    frozenset({"Somewhat likely"}) | _pairs(("محتمل", "محتملة"), _SOMEWHAT),
    frozenset({"Likely", "محتمل", "محتملة"}),
    frozenset({"Extremely likely"}) | _pairs(("محتمل", "محتملة"), _STRONGLY),
)

# The five points that Qualtrics offers first: the two beside the middle are "somewhat".
_AGREEMENT_SOMEWHAT = (_AGREEMENT_7[0], *_AGREEMENT_7[2:5], _AGREEMENT_7[6])
_SATISFACTION_SOMEWHAT = (_SATISFACTION_7[0], *_SATISFACTION_7[2:5], _SATISFACTION_7[6])
_SATISFACTION_VERY_SOMEWHAT = (
    frozenset({"Very dissatisfied"}) | _pairs(_not(_SATISFIED), _STRONGLY),
    *_SATISFACTION_7[2:5],
    frozenset({"Very satisfied"}) | _pairs(_SATISFIED, _STRONGLY),
)
_LIKELIHOOD_SOMEWHAT = (_LIKELIHOOD_7[0], *_LIKELIHOOD_7[2:5], _LIKELIHOOD_7[6])

_YES_NO = (
    frozenset({"No", "False", "لا", "كلا", "خطأ"}),
    frozenset({"Yes", "True", "نعم", "أجل", "أيوه", "صح"}),
)

LADDERS = (
    Ladder("agreement_5", _AGREEMENT),
    Ladder(
        "satisfaction_5",
        _SATISFACTION,
        # On a form that has both, one of them may be the point above the lowest.
        doubts=(
            Doubt(
                one=_pairs(_not(_SATISFIED), _STRONGLY),
                other=_pairs(_not(_SATISFIED), _NOT_AT_ALL),
                with_labels=False,
            ),
        ),
    ),
    Ladder("frequency_5", _FREQUENCY),
    Ladder(
        "quality_balanced_5",
        _QUALITY_BALANCED,
        # Together they are the two highest grades of another scale.
        doubts=(
            Doubt(
                one=frozenset({"ممتاز", "ممتازة"}),
                other=_pairs(("جيد", "جيدة"), _STRONGLY),
                with_labels=True,
            ),
        ),
    ),
    Ladder(
        "quality_grades_5",
        _QUALITY_GRADES,
        doubts=(
            Doubt(
                one=frozenset({"مقبول", "مقبولة"}),
                other=frozenset({"متوسط", "متوسطة"}),
                with_labels=True,
            ),
        ),
    ),
    Ladder("likelihood_5", _LIKELIHOOD),
    Ladder("expectation_5", _EXPECTATION),
    Ladder("agreement_7", _AGREEMENT_7),
    Ladder("satisfaction_7", _SATISFACTION_7),
    Ladder("frequency_7", _FREQUENCY_7),
    Ladder("quality_7", _QUALITY_7),
    Ladder("likelihood_7", _LIKELIHOOD_7),
    Ladder("agreement_somewhat_5", _AGREEMENT_SOMEWHAT),
    Ladder("satisfaction_somewhat_5", _SATISFACTION_SOMEWHAT),
    Ladder("satisfaction_very_somewhat_5", _SATISFACTION_VERY_SOMEWHAT),
    Ladder("likelihood_somewhat_5", _LIKELIHOOD_SOMEWHAT),
    Ladder("agreement_3", _AGREEMENT[1:4]),
    Ladder("yes_no", _YES_NO),
)

MISSING_TEXTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "not_applicable": frozenset(
            {
                "لا ينطبق",
                "لا ينطبق عليّ",
                "لا تنطبق",
                "غير منطبق",
                "لم أستخدم هذه الخدمة",
                "لم أستخدمها",
                "لم أستخدم",
                "لم أجرب",
                "لم أحتج إليها",
                "N/A",
                "not applicable",
                "does not apply",
                "never used",
                "did not use",
            }
        ),
        "dont_know": frozenset(
            {
                "لا أعرف",
                "لا أعلم",
                "لا أدري",
                "لست متأكدًا",
                "لست متأكدة",
                "لا أتذكر",
                "لا رأي لي",
                "ليس لدي رأي",
                "ما أدري",
                "ما بعرف",
                "مش عارف",
                "مش عارفة",
                "don't know",
                "don’t know",
                "DK",
                "not sure",
                "no opinion",
                "can't remember",
                "can’t remember",
            }
        ),
        "refused": frozenset(
            {
                "أفضل عدم الإجابة",
                "أفضل ألا أجيب",
                "لا أرغب في الإجابة",
                "لا أريد الإجابة",
                "أرفض الإجابة",
                "رفض الإجابة",
                "امتنع",
                "امتنعت",
                "prefer not to say",
                "prefer not to answer",
                "refused",
            }
        ),
        "not_asked": frozenset(
            {
                "لم يُسأل",
                "لم تُسأل",
                "لم يُطرح السؤال",
                "غير مشمول بالسؤال",
                "not asked",
                "skipped by design",
            }
        ),
        "blank": frozenset(
            {
                "بدون إجابة",
                "بلا إجابة",
                "لم يُجب",
                "لم تُجب",
                "فارغ",
                "empty",
                "no answer",
                "-",
                "—",
                ".",
            }
        ),
    }
)
