"""The outcomes among the rated columns: satisfaction, loyalty and whether people recommend the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from drivers.survey.drafting.constructs import DraftConstruct
from drivers.survey.drafting.findings import Finding, Sureness
from drivers.survey.drafting.names import words_of
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.rating_scales import Rated
from drivers.survey.drafting.vocabulary import (
    FACE_LABELS,
    FACES,
    LOYALTY_STEMS,
    OVERALL,
    OVERALL_WITH,
    SATISFACTION,
    SATISFACTION_STEMS,
    hits,
    is_one_of,
)

SATISFACTION_LABEL = {"en": "Overall satisfaction", "ar": "الرضا العام"}
LOYALTY_LABEL = {"en": "Loyalty", "ar": "الولاء"}


def outcomes_of(candidates: Mapping[str, Rated], constructs: Mapping[str, Sequence[str]]) -> list[DraftConstruct]:
    """The outcomes, the main one first; at least one of at least one candidate.

    Parameters
    ----------
    constructs
        Stem of a series → its columns.
    """
    outcomes: list[DraftConstruct] = []
    satisfaction = _satisfaction(candidates, constructs)
    used = set(satisfaction.columns) if satisfaction else set()
    loyalty, recommend = _loyalty({n: r for n, r in candidates.items() if n not in used}, constructs)
    if satisfaction is None:
        taken = {name for outcome in (loyalty, recommend) if outcome for name in outcome.columns}
        left = {name: one for name, one in candidates.items() if name not in taken}
        if len(left) >= 2 or not taken:
            satisfaction = _stand_in(left or candidates)
    outcomes += [outcome for outcome in (satisfaction, loyalty, recommend) if outcome is not None]
    quality = _second_overall({n: r for n, r in candidates.items() if all(n not in o.columns for o in outcomes)})
    outcomes[1:1] = [quality] if quality is not None and satisfaction is not None else []
    return outcomes


def _satisfaction(candidates: Mapping[str, Rated], constructs: Mapping[str, Sequence[str]]) -> DraftConstruct | None:
    ranked = sorted(
        ((_overall_score(one.profile), -one.profile.position, name) for name, one in candidates.items()), reverse=True
    )
    stem = next((stem for stem in constructs if is_one_of(stem, SATISFACTION_STEMS)), None)
    if (ranked and ranked[0][0] >= 3) or (ranked and ranked[0][0] >= 2 and stem is None):
        score, _, name = ranked[0]
        sureness = Sureness.SURE if score >= 4 else Sureness.LIKELY
        return _outcome("satisfaction", (name,), SATISFACTION_LABEL, sureness, _why(candidates[name].profile))
    if stem is not None:
        return _outcome(
            "satisfaction",
            tuple(constructs[stem]),
            SATISFACTION_LABEL,
            Sureness.LIKELY,
            f"names that begin with {stem!r}",
        )
    return None


def _overall_score(profile: Profile) -> int:
    """How much a column speaks of satisfaction as a whole: from 4 it says so in words."""
    name, texts = profile.words, [words_of(text) for text in profile.wording.texts.values()]
    if profile.is_question:
        name, texts = (), [*texts, profile.words]
    if "".join(name) in ("satisfaction", "csat", "overall", "overallsatisfaction", "رضا", "رضاعام"):
        return 5
    only_overall = all(is_one_of(word, OVERALL_WITH) or word.startswith("satisf") or word.isdigit() for word in name)
    score = 0
    if hits(name, OVERALL) and (only_overall or not name[0].isascii()):
        score = 3 + hits(name, SATISFACTION)
    for words in texts:
        overall, satisfied = hits(words, OVERALL) > 0, hits(words, SATISFACTION) > 0
        begins = hits(words[:6], OVERALL) > 0
        score = max(score, 4 if overall and satisfied else 3 if begins else 2 if satisfied and len(words) <= 4 else 0)
    return score


def _why(profile: Profile) -> str:
    if profile.is_question or hits(profile.words, OVERALL) or hits(profile.words, SATISFACTION):
        return "its name" if not profile.is_question else "its question"
    return "its question's text"


def _second_overall(left: Mapping[str, Rated]) -> DraftConstruct | None:
    for name, one in left.items():
        if _overall_score(one.profile) >= 3 and hits(one.profile.all_words, "quality | جود"):
            return _outcome(
                "quality", (name,), {"en": "Overall quality", "ar": "الجودة العامة"}, Sureness.LIKELY, _why(one.profile)
            )
    return None


def _loyalty(
    candidates: Mapping[str, Rated], constructs: Mapping[str, Sequence[str]]
) -> tuple[DraftConstruct | None, DraftConstruct | None]:
    """Loyalty from all its faces, and the recommendation on its own where it is a net promoter score."""
    stem = next((stem for stem in constructs if is_one_of(stem, LOYALTY_STEMS)), None)
    faces: dict[str, str] = {}
    for face, words in FACES.items():
        named = [n for n, one in candidates.items() if hits(one.profile.words, words) and not one.profile.is_question]
        asked = [n for n, one in candidates.items() if hits(one.profile.all_words, words)]
        if found := next((n for n in (*named, *asked) if n not in faces.values()), None):
            faces[face] = found
    recommend = None
    if name := faces.get("recommend"):
        nps = candidates[name].scale.type == "nps"
        if nps or len(faces) == 1:
            sureness = (
                Sureness.SURE if nps and candidates[name].scale.sureness is not Sureness.GUESS else Sureness.LIKELY
            )
            reason = (
                "asks for a recommendation, from 0 to 10" if nps else "asks for a recommendation, but not from 0 to 10"
            )
            recommend = _outcome(
                "recommend", (name,), FACE_LABELS["recommend"], sureness, reason, kind="nps" if nps else ""
            )
    if stem is not None:
        return (
            _outcome(
                "loyalty", tuple(constructs[stem]), LOYALTY_LABEL, Sureness.LIKELY, f"names that begin with {stem!r}"
            ),
            recommend,
        )
    items = tuple(faces[face] for face in ("repeat", "recommend", "defend", "tolerance") if face in faces)
    if (len(items) < 2 and "recommend" in faces) or not items:
        return None, recommend
    said = ", ".join(face for face in ("repeat", "recommend", "defend", "tolerance") if face in faces)
    return _outcome("loyalty", items, LOYALTY_LABEL, Sureness.LIKELY, f"names or questions: {said}"), recommend


def _stand_in(candidates: Mapping[str, Rated]) -> DraftConstruct:
    """An outcome where no name says which it is: the first or the last rated column, whichever goes with the rest."""
    names = list(candidates)
    ends = (names[0], names[-1])
    values = np.column_stack([candidates[name].values for name in names])
    by_name = {name: _with_rest(values, names.index(name)) for name in ends}
    chosen = max(ends, key=lambda name: (round(by_name[name], 6), name == names[0]))
    other = ends[0] if chosen == ends[1] else ends[1]
    reason = "no name or question says which column is the overall one"
    if other != chosen:
        place = "first" if chosen == names[0] else "last"
        reason += (
            f"; overall questions stand first or last, and the {place} goes with the rest more closely (correlation "
            f"{by_name[chosen]:.2f}, {other} {by_name[other]:.2f})"
        )
    return _outcome(
        "satisfaction",
        (chosen,),
        SATISFACTION_LABEL,
        Sureness.GUESS,
        reason,
        confirm="which column is the outcome? Take it here and make this one a driver",
    )


def _with_rest(values: np.ndarray, column: int) -> float:
    """Correlation of a column with the mean of all others; -2 where there is none."""
    if values.shape[1] < 2:
        return -2.0
    rest = np.delete(values, column, axis=1)
    known = np.isfinite(values[:, column]) & np.isfinite(rest).any(axis=1)
    if known.sum() < 3:
        return -2.0
    means = np.nanmean(rest[known], axis=1)
    own = values[known, column]
    if np.ptp(own) == 0 or np.ptp(means) == 0:
        return -2.0
    return float(np.corrcoef(own, means)[0, 1])


def _outcome(
    key: str,
    columns: tuple[str, ...],
    label: Mapping[str, str],
    sureness: Sureness,
    reason: str,
    *,
    kind: str = "",
    confirm: str = "",
) -> DraftConstruct:
    return DraftConstruct(
        key=key,
        columns=columns,
        label=label,
        kind=kind,
        finding=Finding(
            part=f"outcomes.{key}",
            columns=columns,
            found=label["en"].lower(),
            sureness=sureness,
            reason=reason,
            confirm=confirm,
        ),
    )


def without_column(outcomes: Sequence[DraftConstruct], column: str) -> list[DraftConstruct]:
    """The outcomes that do not use a column; the first one without it where all do."""
    kept = [outcome for outcome in outcomes if column not in outcome.columns]
    if kept:
        return kept
    first = outcomes[0]
    columns = tuple(name for name in first.columns if name != column)
    return [replace(first, columns=columns, finding=replace(first.finding, columns=columns))]
