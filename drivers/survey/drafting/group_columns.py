"""The columns that split respondents, or hold what they wrote in their own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from drivers.survey.answers.texts import to_number
from drivers.survey.drafting.findings import Finding, Sureness
from drivers.survey.drafting.ladder_labels import ladder_of
from drivers.survey.drafting.names import (
    LONGEST_LABEL,
    free_key,
    has_words,
    key_of,
    language_of,
    readable,
    row_of,
    short,
)
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.segment_words import SEGMENTS, segment_of, value_label
from drivers.survey.drafting.vocabulary import asks_for_an_outcome, says

MOST_GROUPS = 12
"""Values of a column that may be segments."""
ROWS_PER_UNIT = 5
LEAST_IN_GROUP = 2
_CODED = ("age", "sex", "language", "region", "country", "nationality", "education", "income")
"""Groups that files often write as numbers without labels."""
_UNIT_LABELS = {
    "branch": {"en": "Branch", "ar": "فرع"},
    "centre": {"en": "Centre", "ar": "مركز"},
    "center": {"en": "Centre", "ar": "مركز"},
    "department": {"en": "Department", "ar": "إدارة"},
    "clinic": {"en": "Clinic", "ar": "عيادة"},
    "hospital": {"en": "Hospital", "ar": "مستشفى"},
    "hotel": {"en": "Hotel", "ar": "فندق"},
    "store": {"en": "Store", "ar": "متجر"},
    "station": {"en": "Station", "ar": "محطة"},
    "office": {"en": "Office", "ar": "مكتب"},
    "site": {"en": "Site", "ar": "موقع"},
    "unit": {"en": "Unit", "ar": "وحدة"},
    "فرع": {"en": "Branch", "ar": "فرع"},
    "مركز": {"en": "Centre", "ar": "مركز"},
    "اداره": {"en": "Department", "ar": "إدارة"},
    "قسم": {"en": "Department", "ar": "قسم"},
    "عياده": {"en": "Clinic", "ar": "عيادة"},
    "وحده": {"en": "Unit", "ar": "وحدة"},
    "محطه": {"en": "Station", "ar": "محطة"},
    "مكتب": {"en": "Office", "ar": "مكتب"},
    "مستشفي": {"en": "Hospital", "ar": "مستشفى"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftGroup:
    """A column that splits respondents, as it would stand in the codebook."""

    key: str
    column: str
    label: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftGroups:
    """Everything about respondents that is no answer to the questions themselves.

    Parameters
    ----------
    duration
        Column and unit.
    comments
        The column of open answers.
    """

    unit: DraftGroup | None = None
    segments: tuple[DraftGroup, ...] = ()
    mode: DraftGroup | None = None
    duration: tuple[str, str] | None = None
    comments: str | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it uses."""
        groups = (*self.segments, *(group for group in (self.unit, self.mode) if group))
        names = [group.column for group in groups]
        names += [self.duration[0]] if self.duration else []
        return (*names, *((self.comments,) if self.comments else ()))


def unit_of(profiles: Sequence[Profile], taken: Collection[str]) -> DraftGroup | None:
    """The column whose values get a report of their own."""
    for profile in profiles:
        if profile.name in taken or not says(profile.words, "unit"):
            continue
        if profile.is_question and not _asks_which(profile):
            continue
        if asks_for_an_outcome(profile.words):  # "satisfied with the branch"
            continue
        if not 2 <= profile.distinct <= max(2, profile.filled // ROWS_PER_UNIT):
            continue
        known = next((_UNIT_LABELS[word] for word in profile.words if word in _UNIT_LABELS), None)
        return DraftGroup(
            key="unit",
            column=profile.name,
            label=known or own_label(profile),
            values=labels_of_values(profile, ""),
            finding=Finding(
                part="unit",
                columns=(profile.name,),
                found=f"{profile.distinct} units",
                sureness=Sureness.LIKELY,
                reason=f"its name; {profile.filled // profile.distinct} rows each on average",
            ),
        )
    return None


def _asks_which(profile: Profile) -> bool:
    """Whether a question asks for a unit's name, as "Which branch did you visit?" does."""
    if profile.numbers and not profile.labels:
        return False
    pairs = zip(profile.words, profile.words[1:], strict=False)
    return any(first in _WHICH and says((second,), "unit") for first, second in pairs)


_WHICH = frozenset(("which", "what", "اي", "باي", "لاي", "ما", "ماهو"))


def segments_of(profiles: Sequence[Profile], taken: Collection[str]) -> tuple[DraftGroup, ...]:
    """The columns with few values by which respondents can be compared."""
    found: list[DraftGroup] = []
    keys: set[str] = set()
    for profile in profiles:
        if profile.name in taken or not 2 <= profile.distinct <= MOST_GROUPS:
            continue
        group = _segment(profile, keys)
        if group is not None:
            found.append(group)
            keys.add(group.key)
    return tuple(found)


def ages_of(profiles: Sequence[Profile], taken: Collection[str]) -> tuple[Finding, ...]:
    """What is said of columns with ages in years, which are segments once they are in groups."""
    return tuple(
        Finding(
            part="segments.age",
            columns=(profile.name,),
            found="a segment, not used",
            sureness=Sureness.LIKELY,
            reason=f"its name; {profile.distinct} ages are too many for groups",
            confirm="write a column with the ages in groups (18–29, 30–44 …) to the file, and add it to segments",
        )
        for profile in profiles
        if profile.name not in taken and is_age(profile)
    )


def is_age(profile: Profile) -> bool:
    """Whether a column holds so many ages in years that they are no groups."""
    words = profile.all_words
    if not profile.all_numbers or not (segment_of(words) == "age" or {"how", "old"} <= set(words)):
        return False
    return profile.distinct > MOST_GROUPS and 10 <= float(np.nanmedian(profile.values)) <= 100


def named_segments(profiles: Sequence[Profile]) -> frozenset[str]:
    """The columns whose names say that they are groups, whatever their values look like."""
    return frozenset(
        profile.name
        for profile in profiles
        if 2 <= profile.distinct <= MOST_GROUPS and len(profile.words) <= 3 and segment_of(profile.words) in _CODED
        and ladder_of(tuple(profile.answers)) is None
    )  # fmt: skip


def _segment(profile: Profile, taken: Collection[str]) -> DraftGroup | None:
    if (says(profile.all_words, "comment") and not profile.numbers) or says(profile.words, "metadata"):
        return None
    usual = segment_of(profile.words if not profile.is_question else profile.all_words)
    numeric = bool(profile.numbers) and all(to_number(text) is not None for text in profile.answers)
    labels = profile.labels
    if numeric and not labels and usual not in _CODED:
        return None
    average = sum(len(text) * count for text, count in profile.counts.items()) / profile.filled
    if average > 60 or (profile.filled // profile.distinct < LEAST_IN_GROUP and not usual):
        return None
    if usual and (profile.is_question or _is_only(profile.words, usual)):
        english, arabic, _ = SEGMENTS[usual]
        key, label = free_key(usual, taken), {"en": english, "ar": arabic}
        if key != usual:
            label = own_label(profile)
    else:
        key, label = key_of(profile.name, otherwise=f"group_{profile.position}", taken=taken), own_label(profile)
    sureness = Sureness.LIKELY if usual or labels else Sureness.GUESS
    reason = f"its name; {profile.distinct} values" if usual else f"{profile.distinct} values"
    if labels:
        reason = f"{profile.distinct} values with labels"
    return DraftGroup(
        key=key,
        column=profile.name,
        label=label,
        values=labels_of_values(profile, usual),
        finding=Finding(
            part=f"segments.{key}", columns=(profile.name,), found="segments", sureness=sureness, reason=reason
        ),
    )


def _is_only(words: Sequence[str], usual: str) -> bool:
    """Whether a name speaks of a usual group alone: "boarding area" is no region."""
    return all(segment_of((word,)) == usual or word in _COMPANIONS or word.isdigit() for word in words)


_COMPANIONS = frozenset(
    ("survey", "user", "respondent", "interview", "group", "band", "code", "range", "category", "of", "your", "the")
)


def own_label(profile: Profile) -> dict[str, str]:
    """A label of the words that the file has for a column."""
    texts = {language: row_of(text) for language, text in profile.wording.texts.items()}
    if row_of(profile.name) != profile.name:
        row = short(row_of(profile.name))
        return {language_of(row): row}
    if texts and all(len(text) > LONGEST_LABEL for text in texts.values()) and has_words(profile.name):
        return {language_of(profile.name): readable(profile.name)}
    if texts:
        return {language: short(text) for language, text in sorted(texts.items())}
    if profile.is_question:
        return {language_of(profile.name): short(profile.name)}
    name = readable(profile.name)
    return {language_of(name): name}


def labels_of_values(profile: Profile, usual: str) -> dict[str, dict[str, str]]:
    """Labels of the values in the order of the file's labels, else of their frequency."""
    labels: dict[str, dict[str, str]] = {}
    own = {_same(code): dict(texts) for code, texts in profile.wording.labels.items()}
    for text in sorted(profile.counts, key=lambda value: (_order(value), value)):
        known = own.get(_same(text)) or {}
        absent = value_label(next(iter(known.values()), text), usual)
        merged = {**absent, **known}
        if merged:
            labels[text] = merged
    return labels


def _same(text: str) -> float | str:
    number = to_number(text)
    return text if number is None else number


def _order(text: str) -> float:
    number = to_number(text)
    return np.inf if number is None else number


_STAMP = re.compile(r"\s*\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}\D+\d{1,2}:\d{2}")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def comments_of(profiles: Sequence[Profile], taken: Collection[str]) -> tuple[str | None, list[Finding]]:
    """The column of open answers, by its name or by the length of what stands in it."""
    best: tuple[tuple[bool, float], Profile] | None = None
    for profile in profiles:
        if profile.name in taken or not profile.filled or profile.numbers or profile.all_numbers:
            continue
        texts = list(profile.counts)
        if all(_STAMP.match(text.translate(_DIGITS)) for text in texts):
            continue  # times of answers in words of a language whose form is not known
        length = float(np.mean([len(text) for text in texts]))
        spaces = float(np.mean([" " in text for text in texts]))
        named = says(profile.words, "comment")
        long = length >= 20 and spaces > 0.5 and profile.distinct >= 5 and profile.distinct > 0.1 * profile.filled
        if (named or long) and (best is None or (named, length) > best[0]):
            best = (named, length), profile
    if best is None:
        return None, []
    (named, length), profile = best
    return profile.name, [
        Finding(
            part="comments",
            columns=(profile.name,),
            found=f"{profile.filled} open answers",
            sureness=Sureness.SURE if named and length >= 10 else Sureness.LIKELY if named else Sureness.GUESS,
            reason=f"{'its name; ' if named else ''}texts of {length:.0f} characters on average",
        )
    ]
