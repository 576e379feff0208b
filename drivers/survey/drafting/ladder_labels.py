"""The labels that known ladders are written with, and the ladder that the labels of a column belong to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from drivers.survey.answers.ladders import LADDERS
from drivers.survey.answers.texts import gender_forms

LABELS: Mapping[str, tuple[str, str]] = {
    "agreement_5": (
        "Strongly disagree | Disagree | Neutral | Agree | Strongly agree",
        "لا أوافق بشدة | لا أوافق | محايد | أوافق | أوافق بشدة",
    ),
    "satisfaction_5": (
        "Very dissatisfied | Dissatisfied | Neither satisfied nor dissatisfied | Satisfied | Very satisfied",
        "غير راضٍ إطلاقًا | غير راضٍ | محايد | راضٍ | راضٍ جدًا",
    ),
    "frequency_5": (
        "Never | Rarely | Sometimes | Often | Always",
        "أبدًا | نادرًا | أحيانًا | غالبًا | دائمًا",
    ),
    "quality_balanced_5": (
        "Very poor | Poor | Average | Good | Very good",
        "سيئ جدًا | سيئ | متوسط | جيد | جيد جدًا",
    ),
    "quality_grades_5": (
        "Poor | Fair | Good | Very good | Excellent",
        "ضعيف | مقبول | جيد | جيد جدًا | ممتاز",
    ),
    "likelihood_5": (
        "Very unlikely | Unlikely | Neither likely nor unlikely | Likely | Very likely",
        "غير محتمل إطلاقًا | غير محتمل | محايد | محتمل | محتمل جدًا",
    ),
    "expectation_5": (
        "Much worse than expected | Worse | As expected | Better | Much better than expected",
        "أقل بكثير من توقعاتي | أقل من توقعاتي | مساوٍ لتوقعاتي | أعلى من توقعاتي | أعلى بكثير من توقعاتي",
    ),
    "agreement_7": (
        ("Strongly disagree | Disagree | Somewhat disagree | Neutral | Somewhat agree | Agree | Strongly agree"),
        "لا أوافق بشدة | لا أوافق | لا أوافق إلى حد ما | محايد | أوافق إلى حد ما | أوافق | أوافق بشدة",
    ),
    "satisfaction_7": (
        (
            "Extremely dissatisfied | Dissatisfied | Somewhat dissatisfied | "
            "Neither satisfied nor dissatisfied | Somewhat satisfied | Satisfied | Extremely satisfied"
        ),
        "غير راضٍ إطلاقًا | غير راضٍ | غير راضٍ إلى حد ما | محايد | راضٍ إلى حد ما | راضٍ | راضٍ جدًا",
    ),
    "frequency_7": (
        "Never | Rarely | Occasionally | Sometimes | Often | Usually | Always",
        "أبدًا | نادرًا | قليلًا | أحيانًا | غالبًا | في معظم الأحيان | دائمًا",
    ),
    "quality_7": (
        "Extremely poor | Very poor | Poor | Average | Good | Very good | Excellent",
        "سيئ للغاية | سيئ جدًا | سيئ | متوسط | جيد | جيد جدًا | ممتاز",
    ),
    "likelihood_7": (
        (
            "Extremely unlikely | Unlikely | Somewhat unlikely | Neither likely nor unlikely | "
            "Somewhat likely | Likely | Extremely likely"
        ),
        "غير محتمل إطلاقًا | غير محتمل | غير محتمل إلى حد ما | محايد | محتمل إلى حد ما | محتمل | محتمل جدًا",
    ),
    "agreement_somewhat_5": (
        "Strongly disagree | Somewhat disagree | Neither agree nor disagree | Somewhat agree | Strongly agree",
        "لا أوافق بشدة | لا أوافق إلى حد ما | محايد | أوافق إلى حد ما | أوافق بشدة",
    ),
    "satisfaction_somewhat_5": (
        (
            "Extremely dissatisfied | Somewhat dissatisfied | Neither satisfied nor dissatisfied | "
            "Somewhat satisfied | Extremely satisfied"
        ),
        "غير راضٍ إطلاقًا | غير راضٍ إلى حد ما | محايد | راضٍ إلى حد ما | راضٍ جدًا",
    ),
    "satisfaction_very_somewhat_5": (
        (
            "Very dissatisfied | Somewhat dissatisfied | Neither satisfied nor dissatisfied | "
            "Somewhat satisfied | Very satisfied"
        ),
        "غير راضٍ جدًا | غير راضٍ إلى حد ما | محايد | راضٍ إلى حد ما | راضٍ جدًا",
    ),
    "likelihood_somewhat_5": (
        "Extremely unlikely | Somewhat unlikely | Neither likely nor unlikely | Somewhat likely | Extremely likely",
        "غير محتمل إطلاقًا | غير محتمل إلى حد ما | محايد | محتمل إلى حد ما | محتمل جدًا",
    ),
    "agreement_3": (
        "Disagree | Neutral | Agree",
        "لا أوافق | محايد | أوافق",
    ),
    "yes_no": (
        "No | Yes",
        "لا | نعم",
    ),
}
"""Ladder → the English and the Arabic labels of its points, from the lowest, with | between them."""

KEYS = {
    "agreement_5": "agree5",
    "satisfaction_5": "satisfaction5",
    "frequency_5": "often5",
    "quality_balanced_5": "quality5",
    "quality_grades_5": "grades5",
    "likelihood_5": "likely5",
    "expectation_5": "expected5",
    "agreement_7": "agree7",
    "satisfaction_7": "satisfaction7",
    "frequency_7": "often7",
    "quality_7": "quality7",
    "likelihood_7": "likely7",
    "agreement_somewhat_5": "agree5",
    "satisfaction_somewhat_5": "satisfaction5",
    "satisfaction_very_somewhat_5": "satisfaction5",
    "likelihood_somewhat_5": "likely5",
    "agreement_3": "agree3",
    "yes_no": "yes_no",
}
"""Ladder → the key of its scale in a draft."""

WORST = "not at all | never | none | worst | terrible | very bad | extremely bad | bad | لا  | غير  | سيئ"
BEST = "very | extremely | always | completely | excellent | best | definitely | totally | a lot | جدًا | تمامًا | ممتاز"
"""Words by which the ends of other scales are told apart, with | between them."""


@dataclass(frozen=True, slots=True)
class LadderMatch:
    """The ladder that some texts belong to.

    Parameters
    ----------
    name
        Name of the ladder.
    points
        Text → its point, from 0 for the lowest.
    others
        Other ladders that fit the texts as well.
    """

    name: str
    points: Mapping[str, int]
    others: tuple[str, ...]


def points_of(ladder: str) -> tuple[tuple[str, str], ...]:
    """The English and the Arabic label of each point of a ladder, from the lowest."""
    english, arabic = (labels.split(" | ") for labels in LABELS[ladder])
    return tuple(zip(english, arabic, strict=True))


def ladder_of(texts: Collection[str], preferred: Sequence[str] = ()) -> LadderMatch | None:
    """The ladder with a point for every text; None where none has.

    Of several, the one with the fewest points that do not occur and the fewest texts that share a point.

    Parameters
    ----------
    preferred
        Ladders that other questions of the file are on, which come first.
    """
    fitting: list[tuple[int, int, LadderMatch]] = []
    for position, (name, points) in enumerate(_points().items()):
        found: dict[str, int] = {}
        for text in texts:
            of_text = {points[form] for form in gender_forms(text) if form in points}
            if len(of_text) == 1:
                found[text] = of_text.pop()
        occurring = len(set(found.values()))
        if len(found) == len(texts) and occurring >= 2:
            left = len(points_of(name)) - occurring + len(texts) - occurring
            fitting.append((left, position, LadderMatch(name, found, ())))
    if not fitting:
        return None
    if known := [entry for entry in fitting if entry[2].name in preferred]:
        fitting = known
    absent, _, best = min(fitting, key=lambda entry: entry[:2])
    others = tuple(match.name for left, _, match in fitting if left == absent and match.name != best.name)
    return LadderMatch(best.name, best.points, others)


def direction(labels: Sequence[str]) -> int:
    """1 where labels run from the worst to the best, -1 the other way, 0 where their words do not say."""
    match = ladder_of(labels)
    if match is not None and len(set(match.points.values())) == len(labels):
        points = [match.points[label] for label in labels]
        if points == sorted(points):
            return 1
        if points == sorted(points, reverse=True):
            return -1
    first, last = labels[0].casefold(), labels[-1].casefold()
    low, high = _valence(first), _valence(last)
    return (high > low) - (high < low) if low * high < 0 else 0


def _valence(text: str) -> int:
    if any(word in text for word in WORST.split(" | ")):
        return -1
    return 1 if any(word in text for word in BEST.split(" | ")) else 0


@cache
def _points() -> Mapping[str, Mapping[str, int]]:
    """Ladder → normalised text → its point."""
    return {
        ladder.name: {
            form: point for point, texts in enumerate(ladder.points) for text in texts for form in gender_forms(text)
        }
        for ladder in LADDERS
    }
