"""Answers written as codes, such as A1 to A5, of which the file does not say what they stand for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from drivers.survey.drafting.findings import Sureness
from drivers.survey.drafting.names import language_of, series_of
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.rating_scales import DraftScale, Rated, fitting
from drivers.survey.drafting.segment_words import segment_of
from drivers.survey.drafting.vocabulary import says

FEWEST_CODES, MOST_CODES = 3, 11
FEWEST_COLUMNS = 2
"""Columns with the same codes from which these are answers of a scale; one alone may as well be groups."""
ENOUGH = 100
"""Answers among which the last code of a scale would occur."""
ASKED = "which end is the best answer? Replace the labels by the answers' words"
_CODE = re.compile(r"([^\W\d_]{1,2})(\d{1,2})")
_QUARTERS = ("q", "ق")

_Coded = Mapping[int, str]
"""Number → the code as it is written."""


def coded(profiles: Sequence[Profile]) -> dict[str, Rated]:
    """The columns whose answers are codes of one stem with numbers from 1: column → what it is.

    Parameters
    ----------
    profiles
        The columns whose labels tell no scale.
    """
    families: dict[tuple[str, str], list[tuple[Profile, _Coded]]] = defaultdict(list)
    for profile in profiles:
        if (found := _codes_of(profile)) is not None:
            stem, codes = found
            series = series_of(profile.name)
            families[stem, series.stem if series else profile.name].append((profile, codes))
    alike: dict[tuple[str, int], list[tuple[Profile, _Coded]]] = defaultdict(list)
    for (stem, _), members in families.items():
        alike[stem, max(max(codes) for _, codes in members)] += members
    rated: dict[str, Rated] = {}
    for (stem, last), members in sorted(alike.items(), key=lambda entry: -entry[0][1]):
        if last < FEWEST_CODES or len(members) < FEWEST_COLUMNS:
            continue
        # In a small file nobody may have given the last answer to a question that stands alone.
        below = [one for one in alike.get((stem, last - 1), ()) if one[0].filled < ENOUGH and one[0].name not in rated]
        if len(below) < FEWEST_COLUMNS:
            members = [*members, *below]
        written = {number: code for _, codes in members for number, code in codes.items()}
        if sorted(written) != list(range(1, last + 1)):
            continue
        scale = _scale(written)
        for profile, _ in members:
            if one := fitting(Rated(profile=profile, scale=scale)):
                rated[profile.name] = one
    return rated


def _codes_of(profile: Profile) -> tuple[str, _Coded] | None:
    """The stem and the codes of a column; None where it holds other answers, or names groups."""
    if says(profile.words, "unit") or says(profile.words, "wave") or segment_of(profile.words):
        return None
    matches = [_CODE.fullmatch(text) for text in profile.answers]
    if not 2 <= len(matches) <= MOST_CODES or profile.distinct > 2 * MOST_CODES:
        return None
    stems = {match[1] for match in matches if match}
    if None in matches or len(stems) != 1 or (stem := stems.pop()).casefold() in _QUARTERS:
        return None
    codes = {int(match[2]): match[0] for match in matches if match}
    if len(codes) < len(matches) or not 1 <= min(codes) <= max(codes) <= MOST_CODES:
        return None
    return stem, codes


def _scale(written: _Coded) -> DraftScale:
    last = len(written)
    return DraftScale(
        key=f"answers{last}",
        type="likert",
        codes={float(number): {language_of(written[number]): written[number]} for number in sorted(written)},
        sureness=Sureness.GUESS,
        reason=f"answers are the codes {written[1]} to {written[last]}, and the file has no words for them",
        confirm=ASKED,
        written={written[number]: float(number) for number in sorted(written)},
    )
