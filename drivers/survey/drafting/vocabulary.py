"""The words that tell outcomes, batteries of expectations and the columns beside the questions, in both languages.

Lists of words are written with | between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from drivers.survey.drafting.aspects import Aspect
from drivers.survey.drafting.names import words_of

OVERALL = (
    "overall | all in all | in general | generally | as a whole | everything considered | عموما | بشكل عام | "
    "اجمالا | بصفه عام | بوجه عام | اجمالي | ككل | رضا عام | رضا كلي"
)
# Bare «رضي» would begin «أرضيات», floors.
SATISFACTION = "satisf | csat | رضا | رضاك | راض | رضيت | يرضي | ترضي"
OVERALL_WITH = (
    "overall | satisf | rating | rate | score | quality | experience | service | evaluation | impression | "
    "general | total | all | in | with | of | the | my | your | our | us | how | are | you | is | was | q | "
    "care"
)
"""Words of a name that leave an overall question an overall one: "clean overall" is about cleanliness."""

# Arabic words are long enough not to begin «توصيل» (delivery), «وعود» (promises) or «استمرارية الخدمة» (continuity).
FACES = {
    "recommend": (
        "recommend | nps | net promoter | refer a friend | اوصي | يوصي | ستوصي | ان توصي | هل توصي | توصيه | "
        "توصيت | توصيات | تنصح | انصح | ترشيح | ترشح | ارشح"
    ),
    "repeat": (
        "repeat | come back | comes back | return to | use again | visit again | continue | renew | "
        "repurchase | choose again | remain | عوده | عودت | اعود | تعود | يعود | تكرار | مجددا | مره اخري | "
        "استمرار في | استمر في | تستمر في | تجديد"
    ),
    "defend": "defend | speak up | stand up for | ادافع | دفاع | تدافع",
    "tolerance": "toleranc | forgiv | overlook | اسامح | تسامح | اعذر | تغاضي",
}
"""The faces of loyalty."""
FACE_LABELS = {
    "recommend": {"en": "Recommends us", "ar": "التوصية"},
    "repeat": {"en": "Comes back", "ar": "تكرار التعامل"},
    "defend": {"en": "Speaks up for us", "ar": "الدفاع عن الجهة"},
    "tolerance": {"en": "Forgives a slip", "ar": "التسامح مع الخطأ"},
}
SATISFACTION_STEMS = "sat | satis | satisfaction | cusa | csat | رضا"
LOYALTY_STEMS = "loy | loyal | loyalty | cusl | ولاء"

LEVELS = {
    "desired": (
        "hoped | hope | desired | expected | expectation | expect | exp | expe | cuex | ideal | wished | "
        "مامول | متوقع | توقع | توقعات | منشود"
    ),
    "adequate": "least | adequate | minimum | min | acceptable | حد ادني | ادني",
    "importance": "stated | importance | important | imp | impt | matters | اهميه | اهم",
    "perceived": (
        "per | perf | perc | perceived | performance | perception | actual | experienced | real | received | "
        "اداء | فعلي"
    ),
    "satisfaction": "sat | satisfaction | satisf",
    "kano": "kano",
}
"""What a battery of questions asks about the same aspects, by the word that starts its names."""

SPARE_STEMS = (
    "a | answer | b | c | col | column | d | e | f | field | i | item | itm | q | qn | qu | que | question | "
    "r | rating | row | s | sq | v | var | x | y | بند | س | سؤال | سوال | عمود"
)
"""Stems that number the questions of a form and name nothing."""

ROLE_WORDS: Mapping[str, str] = {
    "weight": (
        "weight | weights | wt | wgt | weighting | wgts | pweight | finalwgt | pond | ponderation | peso | وزن | ترجيح"
    ),
    "replicates": "rw | rep | repwt | repwgt | repw | brr | jk | replicate | bsw | wgt | weight | wt",
    "strata": "stratum | strata | strat | طبقه",
    "cluster": "cluster | psu | clusterid | عنقود",
    "respondent": (
        "respondent | respid | resp | respnum | responseid | respondentid | id | uuid | case | caseid | "
        "participant | serial | token | معرف | رقم"
    ),
    "unit": (
        "branch | centre | center | site | store | office | unit | department | clinic | hospital | hotel | "
        "station | outlet | فرع | مركز | اداره | قسم | عياده | وحده | محطه | مكتب | مستشفي"
    ),
    "year": "year | yr | سنه | عام",
    "wave": "wave | round | موجه | دوره | جوله",
    "part_of_year": "campaign | quarter | qtr | month | season | week | half | حمله | ربع | شهر | فصل | اسبوع",
    "date": (
        "date | time | day | timestamp | start | end | submitted | completed | completion | recorded | تاريخ | "
        "طابع | وقت | يوم"
    ),
    "contact_date": (
        "visit | contact | service | transaction | purchase | call | stay | appointment | زياره | خدمه | "
        "تواصل | معامله | شراء"
    ),
    "duration": "duration | seconds | elapsed | interviewtime | loi | completiontime",
    "mode": "mode | channel | method | قناه | وسيله",
    "metadata": "finished | status | progress | distribution | consent | nps",
    "comment": (
        "anything | comment | comments | feedback | suggestion | suggestions | remarks | verbatim | ملاحظات | ملاحظه | "
        "تعليق | تعليقات | اقتراح | اقتراحات | راي"
    ),
    "personal": (
        "email | mail | phone | mobile | telephone | tel | ip | ipaddress | firstname | lastname | surname | "
        "fullname | recipient | latitude | longitude | gps | geolocation | address | passport | iban | بريد | "
        "هاتف | جوال | عنوان | هويه"
    ),
}
"""What names say a column is for, beside the questions; whole words."""

ANSWERING_TIME = (
    "مده استبيان | مده استطلاع | مده اجاب | مده مقابل | مده تعبئ | مده ملء | مده مستغرق | وقت مستغرق | زمن مستغرق"
)
"""Arabic names of the time that answering took; «مدة» may as well be that of a wait, which people rate."""


_BEFORE = "ب ل و ف ك س سا سي ست سن ا ت ي ن"


def hits(words: Sequence[str], phrases: str) -> int:
    """How many of the phrases occur among the words, each word beginning as the phrase's does."""
    return sum(_occurs(words, parts) for parts in _phrases(phrases))


def is_one_of(text: str, words: str) -> bool:
    """Whether a name, its words drawn together, is one of a list."""
    return "".join(words_of(text)) in {"".join(parts) for parts in _phrases(words)}


def names_aspect(words: Sequence[str], aspect: Aspect) -> int:
    """How strongly words name an aspect: its key alone counts most, then the stem that stands for it."""
    if tuple(words) == (aspect.key,) or tuple(words) == words_of(aspect.ar):
        return 100
    if words and aspect.stems and is_one_of(" ".join(words), aspect.stems):
        return 50
    return hits(words, aspect.words)


def level_of(words: Sequence[str]) -> str:
    """What a prefix asks about the aspects that follow it: a key of `LEVELS`, or ""."""
    return next((level for level, names in LEVELS.items() if tuple(words) in _phrases(names)), "")


def aspect_by_stem(stem: str, aspects: Iterable[Aspect]) -> Aspect | None:
    """The construct that a stem of numbered columns stands for."""
    return next((aspect for aspect in aspects if is_one_of(stem, f"{aspect.stems} | {aspect.key}")), None)


def says(words: Sequence[str], role: str) -> bool:
    """Whether any of the words is one of those of a role."""
    known = _role(role)
    return any(word in known for word in words)


def tells_duration(words: Sequence[str]) -> bool:
    """Whether a name says that a column holds how long answering took."""
    return says(words, "duration") or tuple(words) == ("مده",) or hits(words, ANSWERING_TIME) > 0


def asks_for_an_outcome(words: Sequence[str]) -> bool:
    """Whether a name speaks of satisfaction or of a face of loyalty."""
    return any(hits(words, phrases) for phrases in (SATISFACTION, *FACES.values()))


@cache
def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(parts for phrase in text.split(" | ") if (parts := words_of(phrase)))


def _occurs(words: Sequence[str], parts: tuple[str, ...]) -> bool:
    width = len(parts)
    return any(
        all(_begins(word, part) for word, part in zip(words[start : start + width], parts, strict=True))
        for start in range(len(words) - width + 1)
    )


def _begins(word: str, part: str) -> bool:
    if word == part:
        return True
    if part.isascii():
        return len(part) >= 4 and word.startswith(part)  # "imp" is no "improvement"
    # Arabic writes prepositions, the future and the persons of a verb before the word: «باحترام», «سأعود».
    return len(part) >= 3 and any(word.startswith(before + part) for before in ("", *_BEFORE.split()))


@cache
def _role(role: str) -> frozenset[str]:
    return frozenset("".join(parts) for parts in _phrases(ROLE_WORDS[role]))
