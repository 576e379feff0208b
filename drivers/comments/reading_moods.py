"""What one comment is about by the lexicon, and how it is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from drivers.comments.patterns import Match, Patterns, tokens_of

PRAISE, BLAME, MIXED, NONE = "praise", "blame", "mixed", "none"
MOODS = (PRAISE, BLAME, MIXED, NONE)
"""How a comment speaks of a theme."""

_STOPS = frozenset(".!?…؟;؛,،:\n()")
_AND = frozenset({"and", "&", "also", "plus", "ايضا", "كذلك"})
_REACH = {PRAISE: 5, BLAME: 1, "about": 2}
"""Words, but for those that only strengthen, within which a negation stands before what it turns round. Blame is turned
round only where it stands right behind: «not … late» is less often praise than one blame beside another."""
_FLIPPED = {PRAISE: BLAME, BLAME: PRAISE}
_FIRST = {BLAME: 0, PRAISE: 1}
_TURNING = ("negation", "intensifiers", "contrast")
_MOODY = (PRAISE, BLAME)


@dataclass(frozen=True, slots=True)
class Said:
    """What the lexicon finds in a comment.

    Parameters
    ----------
    moods
        Theme → how it is meant.
    tokens
        The comment's words.
    telling
        Places of the words by which themes were told.
    feeling
        Places of the general words that tell how something is meant.
    sure
        Whether there is one theme, and words that tell it together with a mood.
    plain
        Whether it is sure, and no praise beside a negation that no pattern holds: then it may stand for others.
    """

    moods: Mapping[str, str]
    tokens: tuple[str, ...]
    telling: frozenset[int]
    feeling: frozenset[int]
    sure: bool
    plain: bool


def is_nothing(tokens: Sequence[str], patterns: Patterns) -> bool:
    """Whether a comment is none: no word and no picture, or words that say so."""
    words = [token for token in tokens if token not in _STOPS]
    return not words or " ".join(words) in patterns.nothing


def said_in(text: str, patterns: Patterns, alone: Sequence[str]) -> Said | None:
    """What a comment says by the lexicon; None where it is no comment.

    Parameters
    ----------
    alone
        Themes that count only where there is no other, the first of them first.
    """
    tokens = tokens_of(text)
    if is_nothing(tokens, patterns):
        return None
    kept = _longest(patterns.matches(tokens))
    parts, clauses = _places(tokens, kept)
    turned = _turned(kept, clauses)
    general = [
        (match, _FLIPPED[match.sense.part] if match in turned else match.sense.part)
        for match in kept
        if not match.sense.theme and match.sense.part in _MOODY
    ]
    themed = [match for match in kept if match.sense.theme]
    strong = {parts[match.start] for match in themed if match.sense.part in _MOODY and match.sense.theme not in alone}
    found: dict[str, set[str]] = {}
    telling: dict[str, set[int]] = {}
    with_mood: set[str] = set()
    for match in themed:
        theme, part = match.sense.theme, match.sense.part
        if part in _MOODY:
            mood = _FLIPPED[part] if match in turned else part
            with_mood.add(theme)
        elif parts[match.start] in strong:
            continue  # a word that is about much stands beside one that says what is meant
        elif match in turned:
            mood = BLAME
        else:
            mood = _nearest(match, general, parts, clauses)
        found.setdefault(theme, set()).add(mood)
        telling.setdefault(theme, set()).update(range(match.start, match.end))
    named = _counted(found, alone)
    everywhere = {sign for _, sign in general}
    moods = {theme: _one(found[theme], everywhere) for theme in named}
    sure = len(named) == 1 and named[0] in with_mood and moods[named[0]] in _MOODY
    negated = any(match.sense.part == "negation" for match in kept)
    return Said(
        moods=moods,
        tokens=tuple(tokens),
        telling=frozenset().union(*(telling[theme] for theme in named)) if named else frozenset(),
        feeling=frozenset(place for match, _ in general for place in range(match.start, match.end)),
        sure=sure,
        plain=sure and not (negated and moods[named[0]] == PRAISE),
    )


def _longest(matches: Iterable[Match]) -> list[Match]:
    """Matches that lie in no longer one of the same theme; general words that lie in no longer one at all.

    Of two of a theme in the same place, the one that tells a mood stays, and blame before praise.
    """
    ranked = sorted(matches, key=_order)
    covered: dict[str, set[int]] = {}
    phrases: set[int] = set()
    kept = []
    for match in ranked:
        places = range(match.start, match.end)
        theme = match.sense.theme
        group = theme or (match.sense.part if match.sense.part in _TURNING else "mood")
        taken = covered.setdefault(group, set())
        if taken.issuperset(places) or (not theme and len(places) == 1 and phrases.issuperset(places)):
            continue
        taken.update(places)
        if len(places) > 1:
            phrases.update(places)
        kept.append(match)
    return kept


def _order(match: Match) -> tuple[int, int, int, str]:
    (theme, part), start, end = match
    return start - end, _FIRST.get(part, 2), start, theme or part


def _places(tokens: Sequence[str], kept: Sequence[Match]) -> tuple[list[int], list[int]]:
    """The part of a clause, and the clause, that each word stands in."""
    turns = {match.start for match in kept if match.sense.part == "contrast"}
    hits = {match.start for match in kept}
    parts, clauses, part, clause = [], [], 0, 0
    for place, token in enumerate(tokens):
        if token in _STOPS or place in turns:
            part, clause = part + 1, clause + 1
        elif token in _AND or (place in hits and len(token) > 3 and token.startswith("و")):
            part += 1
        parts.append(part)
        clauses.append(clause)
    return parts, clauses


def _turned(kept: Sequence[Match], clauses: Sequence[int]) -> frozenset[Match]:
    """Matches that a negation before them, in the same clause, turns round."""
    negations = [match for match in kept if match.sense.part == "negation"]
    if not negations:
        return frozenset()
    strengthening = {
        place for match in kept if match.sense.part == "intensifiers" for place in range(match.start, match.end)
    }
    found: set[Match] = set()
    for negation in negations:
        reach = {}
        steps = 0
        for place in range(negation.end, len(clauses)):
            if clauses[place] != clauses[negation.end - 1] or steps >= max(_REACH.values()):
                break
            steps += place not in strengthening
            reach[place] = max(steps, 1)
        found.update(
            match
            for match in kept
            if match.sense.part in _REACH and reach.get(match.start, len(clauses) + 1) <= _REACH[match.sense.part]
        )
    return frozenset(found)


def _nearest(match: Match, general: Sequence[tuple[Match, str]], parts: Sequence[int], clauses: Sequence[int]) -> str:
    """The mood of the general words in the same part of the clause, else in the same clause."""
    for level in (parts, clauses):
        signs = {sign for other, sign in general if level[other.start] == level[match.start]}
        if len(signs) == 1:
            return signs.pop()
        if signs:
            return MIXED
    return NONE


def _counted(found: Mapping[str, set[str]], alone: Sequence[str]) -> list[str]:
    named = [theme for theme in found if theme not in alone]
    return named or [theme for theme in alone if theme in found][:1]


def _one(moods: set[str], everywhere: set[str]) -> str:
    """One mood of all that was found of a theme."""
    told = moods - {NONE}
    if len(told) == 1:
        return next(iter(told))
    if told:
        return MIXED
    return next(iter(everywhere)) if len(everywhere) == 1 else NONE
