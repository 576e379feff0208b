"""The words by which aspects of a service, outcomes and levels of expectation are known, in both languages.

A word is compared with the beginning of the words of a name or a question, after the normalisation that answers have.
Lists of words are written with | between them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """An aspect of the service, or a construct of a known model.

    Parameters
    ----------
    key
        Its key in the codebook.
    en, ar
        Its label.
    words
        Beginnings of words, or several words, any of which names it.
    stems
        Stems of numbered columns by which questionnaires name it.
    lever
        Who can move it; "" where that depends.
    """

    key: str
    en: str
    ar: str
    words: str
    stems: str = ""
    lever: str = ""

    @property
    def label(self) -> dict[str, str]:
        """Its label in both languages."""
        return {"en": self.en, "ar": self.ar}


ASPECTS = (
    Aspect(
        key="presence",
        en="Being there",
        ar="التواجد في مكان الخدمة",
        words=(
            "presence | present at | being there | staff available | at their counter | تواجد | حضور | وجود موظف | "
            "توفر موظف"
        ),
        lever="process",
    ),
    Aspect(
        key="welcome",
        en="Welcome",
        ar="الترحيب",
        words="welcom | greet | friendl | smil | warmth | ترحيب | استقبال | بشاش | ابتسام | حسن ضياف",
        lever="front_line",
    ),
    Aspect(
        key="respect",
        en="Respect",
        ar="الاحترام",
        words=(
            "respect | courte | polite | dignity | customer service | demeanor | demeanour | احترام | لباق | "
            "ادب | تهذيب | كرام | حسن معامل"
        ),
        lever="front_line",
    ),
    Aspect(
        key="empathy",
        en="Understanding",
        ar="التفهم والتعاطف",
        words=(
            "empath | understanding of | sympath | feelings | emotion | caring | listen | تفهم | تعاطف | اصغاء | مراعا"
        ),
        lever="front_line",
    ),
    Aspect(
        key="fairness",
        en="Fairness",
        ar="العدالة في الإجراءات",
        words=(
            "fair | justice | integrity | impartial | same rules | equal treatment | عدال | عادل | انصاف | مساوا | نزاه"
        ),
        lever="process",
    ),
    Aspect(
        key="information",
        en="Information",
        ar="توفير المعلومات",
        words=(
            "informat | knowledg | explain | explanation | clear answer | clarity | understood | معلومات | "
            "وضوح | شرح | معرف | المام"
        ),
        lever="front_line",
    ),
    Aspect(
        key="alternatives",
        en="Choice",
        ar="توفير البدائل والخيارات",
        words="alternativ | options | choices offered | another way | بدائل | خيارات | حلول اخري",
        lever="back_office",
    ),
    Aspect(
        key="speed",
        en="Speed",
        ar="سرعة الاستجابة",
        words=(
            "speed | wait | queue | prompt | quick | response time | on time | delay | سرع | انتظار | طابور | "
            "مده انجاز | تاخير"
        ),
        lever="back_office",
    ),
    Aspect(
        key="honesty",
        en="Realistic promises",
        ar="واقعية الوعود",
        words="honest | promis | kept their word | صدق | وعد | وعود | واقعي",
        lever="front_line",
    ),
    Aspect(
        key="access",
        en="Easy access",
        ar="سهولة الوصول إلى الخدمة",
        words="access | easy to reach | ease of reaching | reaching the | سهول وصول | سهوله وصول | وصول",
        lever="environment",
    ),
)
"""The service model's own aspects."""

CONSTRUCTS = (
    Aspect(
        key="image",
        en="Image",
        ar="الصورة الذهنية",
        words="image | reputation | صوره ذهني | سمعه",
        stems="imag | img",
    ),
    Aspect(
        key="quality",
        en="Perceived quality",
        ar="الجودة المدركة",
        words="quality | جود",
        stems="qual | perq | pq",
    ),
    Aspect(
        key="value",
        en="Value for money",
        ar="القيمة مقابل السعر",
        words="value for | قيمه مقابل | قيم مقابل",
        stems="val | perv | pv",
    ),
    Aspect(
        key="complaints",
        en="Complaint handling",
        ar="معالجة الشكاوى",
        words="complaint | شكاوي | شكوي",
        stems="cusco | comp | compl",
    ),
    Aspect(
        key="trust",
        en="Trust",
        ar="الثقة",
        words="trust | ثقه | ثقت | يثق | اثق | تثق | موثوق",
        stems="trust | tru",
    ),
    Aspect(
        key="price",
        en="Price",
        ar="السعر",
        words="price | cost | fees | سعر | اسعار | رسوم | تكلف",
        stems="price | pric",
    ),
    Aspect(
        key="cleanliness",
        en="Cleanliness",
        ar="النظافة",
        words="cleanl | hygien | نظاف",
    ),
    Aspect(
        key="safety",
        en="Safety",
        ar="الأمان",
        words="safety | safe | امان | سلام",
    ),
    Aspect(
        key="privacy",
        en="Privacy",
        ar="الخصوصية",
        words="privacy | خصوصي",
    ),
    Aspect(
        key="comfort",
        en="Comfort",
        ar="الراحة",
        words="comfort | راح",
    ),
    Aspect(
        key="staff",
        en="Staff",
        ar="الموظفون",
        words="staff | employee | موظفون | موظفين",
    ),
    Aspect(
        key="parking",
        en="Parking",
        ar="مواقف السيارات",
        words="parking | مواقف",
    ),
    Aspect(
        key="signs",
        en="Signs",
        ar="اللوحات الإرشادية",
        words="signs | signage | لوحات ارشادي",
    ),
    Aspect(
        key="restaurants",
        en="Restaurants",
        ar="المطاعم",
        words="restaurants | مطاعم",
    ),
    Aspect(
        key="shops",
        en="Shops",
        ar="المتاجر",
        words="shops | متاجر | محلات",
    ),
    Aspect(
        key="wifi",
        en="Wi-Fi",
        ar="شبكة الإنترنت اللاسلكية",
        words="wifi | واي فاي | انترنت لاسلكي",
    ),
)
"""What other questionnaires often ask about, so that labels come in both languages."""
