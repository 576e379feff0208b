"""Groups of respondents that many surveys have: their labels and those of their usual values, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from drivers.survey.answers.texts import normalise
from drivers.survey.drafting.names import words_of

SEGMENTS: Mapping[str, tuple[str, str, str]] = {
    "age": ("Age", "العمر", "age | ages | agegroup | ageband | عمر | عمرك | عمريه | السن"),
    "sex": ("Sex", "الجنس", "sex | gender | جنس | نوع اجتماعي"),
    "language": ("Language", "اللغة", "language | lang | locale | userlanguage | لغه"),
    "region": (
        "Region",
        "المنطقة",
        (
            "region | area | province | governorate | city | state | district | zone | emirate | منطقه | محافظه | "
            "مدينه | اماره | ولايه"
        ),
    ),
    "country": ("Country", "الدولة", "country | دوله | بلد"),
    "nationality": ("Nationality", "الجنسية", "nationality | جنسيه"),
    "education": ("Education", "المستوى التعليمي", "education | educ | degree | تعليم | مؤهل | موهل"),
    "income": ("Income", "الدخل", "income | دخل"),
    "customer": ("Type of customer", "نوع العميل", "customer | client | tier | عميل"),
    "channel": ("Channel", "القناة", "channel | قناه"),
    "service": ("Service", "الخدمة", "service | خدمه"),
    "product": ("Product", "المنتج", "product | منتج"),
    "frequency_of_use": ("Frequency of use", "تكرار الاستخدام", "freq | frequency | usage"),
}
"""Key → English label, Arabic label, words of names."""

VALUES: tuple[tuple[str, str, str], ...] = (
    ("Men", "الرجال", "m | male | man | men | ذكر | رجل | ذكور | رجال"),
    ("Women", "النساء", "f | female | woman | women | أنثى | امرأة | إناث | نساء | سيدات"),
    ("Yes", "نعم", "yes | y | نعم | true"),
    ("No", "لا", "no | n | لا | false | not true"),
    ("Arabic", "العربية", "ar | arabic | العربية | عربي | العربيه"),
    ("English", "الإنجليزية", "en | english | english (united states) | الإنجليزية | الانجليزية | إنجليزي"),
    ("French", "الفرنسية", "fr | french | français | français (france) | الفرنسية"),
    ("Spanish", "الإسبانية", "es | spanish | español | español (españa, alfabetización internacional) | الإسبانية"),
    ("Urdu", "الأردية", "ur | urdu | اردو | اُردُو | الأردية"),
    ("Hindi", "الهندية", "hi | hindi | हिन्दी | الهندية"),
    ("Bengali", "البنغالية", "bn | bengali | বাংলা | البنغالية"),
    ("Chinese", "الصينية", "zh | chinese | 中文 | الصينية"),
    ("Chinese (simplified)", "الصينية المبسطة", "中文(简体) | zh-hans | zh-cn"),
    ("Chinese (traditional)", "الصينية التقليدية", "中文(繁體) | zh-hant | zh-tw"),
    ("Russian", "الروسية", "ru | russian | русский | pусский | الروسية"),
    ("Korean", "الكورية", "ko | korean | 한국어 | الكورية"),
    ("Japanese", "اليابانية", "ja | japanese | 日本語 | اليابانية"),
    ("Polish", "البولندية", "pl | polish | polski | البولندية"),
    ("Haitian Creole", "الكريولية الهايتية", "ht | haitian creole | kreyòl ayisyen"),
    ("Filipino", "الفلبينية", "tl | fil | filipino | tagalog | الفلبينية"),
    ("Turkish", "التركية", "tr | turkish | türkçe | التركية"),
    ("Persian", "الفارسية", "fa | persian | farsi | فارسی | الفارسية"),
    ("North", "الشمال", "north | شمال | الشمال"),
    ("South", "الجنوب", "south | جنوب | الجنوب"),
    ("East", "الشرق", "east | شرق | الشرق"),
    ("West", "الغرب", "west | غرب | الغرب"),
    ("Centre", "الوسط", "centre | center | central | وسط | الوسط"),
    ("New customers", "عملاء جدد", "new | جديد"),
    ("Returning customers", "عملاء سبق لهم التعامل", "returning | عائد"),
)
"""English, Arabic, and the texts that stand for it."""

_LANGUAGES = "ar | en | fr | es | ur | hi | bn | zh | ru | ko | ja | pl | ht | tl | tr | fa"
"""Codes of languages, which mean nothing else in a column that is about languages."""
_SEXES = ("m", "f")


def segment_of(words: Sequence[str]) -> str:
    """The usual group that words name, or ""."""
    for key, known in _segments().items():
        if any(word in known for word in words):
            return key
    return ""


def value_label(text: str, segment: str) -> dict[str, str]:
    """The label of a value in both languages; empty where it is not known."""
    plain = normalise(text)
    if plain in _LANGUAGES.split(" | ") and segment != "language":
        return {}
    if plain in _SEXES and segment != "sex":
        return {}
    return dict(_values().get(plain, {}))


@cache
def _segments() -> Mapping[str, frozenset[str]]:
    return {
        key: frozenset(name for text in names.split(" | ") if len(name := "".join(words_of(text))) > 1)
        for key, (_, _, names) in SEGMENTS.items()
    }


@cache
def _values() -> Mapping[str, Mapping[str, str]]:
    return {normalise(text): {"en": en, "ar": ar} for en, ar, texts in VALUES for text in texts.split(" | ")}
