"""A driver or an outcome as it would stand in the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.survey.drafting.aspects import ASPECTS, CONSTRUCTS
from drivers.survey.drafting.findings import Finding
from drivers.survey.drafting.names import series_of
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.vocabulary import (
    FACES,
    LOYALTY_STEMS,
    OVERALL,
    SATISFACTION,
    SATISFACTION_STEMS,
    aspect_by_stem,
    hits,
    is_one_of,
    names_aspect,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftConstruct:
    """A driver or an outcome as it would stand in the codebook; its items are columns."""

    key: str
    columns: tuple[str, ...]
    label: Mapping[str, str]
    kind: str = ""
    lever: str = ""
    optional: bool = False
    finding: Finding


def is_named(profile: Profile) -> bool:
    """Whether a column's name or question is about satisfaction, loyalty or a known aspect."""
    words = profile.all_words
    series = series_of(profile.name)
    stem = series.stem if series else profile.name
    return bool(
        hits(words, OVERALL)
        or hits(words, SATISFACTION)
        or any(hits(words, face) for face in FACES.values())
        or any(names_aspect(words, aspect) for aspect in (*ASPECTS, *CONSTRUCTS))
        or aspect_by_stem(stem, CONSTRUCTS)
        or is_one_of(stem, SATISFACTION_STEMS)
        or is_one_of(stem, LOYALTY_STEMS)
    )


def asks_to_recommend(profile: Profile) -> bool:
    """Whether a column asks whether somebody recommends the service."""
    return hits(profile.all_words, FACES["recommend"]) > 0
