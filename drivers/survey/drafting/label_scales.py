"""The scales that labels tell: ladders of texts, labelled codes, ordered categories."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from drivers.survey.answers.texts import leading_number, normalise, to_number
from drivers.survey.drafting.constructs import asks_to_recommend
from drivers.survey.drafting.findings import Sureness
from drivers.survey.drafting.ladder_labels import KEYS, LadderMatch, direction, ladder_of, points_of
from drivers.survey.drafting.missing_labels import kind_in_label
from drivers.survey.drafting.names import language_of
from drivers.survey.drafting.profile import Profile, Texts
from drivers.survey.drafting.rating_scales import (
    MOST_STRANGE_ROWS,
    MOST_STRANGE_TEXTS,
    DraftScale,
    Missing,
    Rated,
    fitting,
)


def labelled(profiles: Sequence[Profile]) -> dict[str, Rated]:
    """The columns whose labels tell their scale: column → what it is."""
    texts = [profile for profile in profiles if profile.listed and not profile.numbers and not profile.labels]
    ladders = _ladders([profile for profile in texts if not profile.ordered])
    found: dict[str, Rated] = {}
    for profile in profiles:
        rated: Rated | None = None
        if profile.labels:
            rated = _by_value_labels(profile)
        elif profile.ordered:
            rated = _by_order(profile)
        elif profile.name in ladders:
            rated = _by_ladder(profile, ladders[profile.name], _own_labels(texts, ladders))
        checked = rated and fitting(rated)
        if checked:
            found[profile.name] = checked
    return found


def _ladders(profiles: Sequence[Profile]) -> dict[str, LadderMatch]:
    """Column → the ladder that its texts belong to, a few strange texts aside."""
    certain: Counter[str] = Counter()
    first: dict[str, tuple[str, ...]] = {}
    for profile in profiles:
        texts = _texts_of_ladder(profile)
        if texts and (match := ladder_of(texts)):
            first[profile.name] = texts
            if not match.others:
                certain[match.name] += 1
    preferred = [name for name, _ in certain.most_common()]
    return {name: match for name, texts in first.items() if (match := ladder_of(texts, preferred))}


def _texts_of_ladder(profile: Profile) -> tuple[str, ...]:
    """The texts of a column without those that are rare and belong to nothing."""
    texts = tuple(profile.answers)
    if not 2 <= len(texts) <= 30:
        return ()
    if ladder_of(texts):
        return texts
    total, strange = sum(profile.answers.values()), 0
    for kept in range(len(texts) - 1, 1, -1):
        strange += profile.answers[texts[kept]]
        if strange > MOST_STRANGE_ROWS * total or len(texts) - kept > MOST_STRANGE_TEXTS:
            return ()
        if ladder_of(texts[:kept]):
            return texts[:kept]
    return ()


def _own_labels(profiles: Sequence[Profile], ladders: Mapping[str, LadderMatch]) -> dict[tuple[str, int, str], str]:
    """Ladder, point, language → the text that the file writes, where it writes one, and not for women alone."""
    texts: dict[tuple[str, int, str], Counter[str]] = defaultdict(Counter)
    for profile in profiles:
        if match := ladders.get(profile.name):
            for text, point in match.points.items():
                texts[match.name, point, language_of(text)][text] += profile.counts.get(text, 0)
    found: dict[tuple[str, int, str], str] = {}
    for place, counts in texts.items():
        name, point, language = place
        if len({normalise(text) for text in counts}) > 1:
            continue
        text = min(counts, key=lambda text: (-counts[text], text))
        usual = dict(zip(("en", "ar"), points_of(name)[point], strict=True)).get(language, "")
        if _feminine_words(text) <= _feminine_words(usual) or language != "ar":
            found[place] = text
    return found


def _feminine_words(text: str) -> int:
    return sum(word.endswith("ه") for word in normalise(text).split())


def _by_ladder(profile: Profile, match: LadderMatch, own: Mapping[tuple[str, int, str], str]) -> Rated:
    name = match.name
    codes: dict[float, Texts] = {}
    for point, (en, ar) in enumerate(points_of(name)):
        start = 0 if name == "yes_no" else 1
        codes[float(point + start)] = {
            "en": own.get((name, point, "en"), en),
            "ar": own.get((name, point, "ar"), ar),
        }
    occurring = len(set(match.points.values()))
    all_occur = occurring == len(codes)
    reason = f"labels are the {len(codes)} answers of one known scale"
    if not all_occur:
        reason = f"labels belong to a known scale, {occurring} of its {len(codes)} answers occur"
    confirm = ""
    if match.others:
        confirm = "two scales have these labels: is the list of answers complete?"
    scale = DraftScale(
        key=KEYS[name],
        type="binary" if name == "yes_no" else "likert",
        codes=codes,
        sureness=Sureness.SURE if all_occur else Sureness.GUESS if match.others else Sureness.LIKELY,
        reason=reason,
        confirm=confirm,
    )
    return Rated(profile=profile, scale=scale)


def _by_order(profile: Profile) -> Rated | None:
    points = [text for text in profile.ordered if profile.missing_kind(text) is None]
    if len(points) < 3:
        return None
    match = ladder_of(points)
    codes: dict[float, Texts] = {}
    for position, text in enumerate(points, start=1):
        codes[float(position)] = _both(text, match)
    way = direction(points)
    scale = DraftScale(
        key=_key(match, len(points)),
        type="likert",
        codes=codes,
        sureness=Sureness.SURE if way else Sureness.LIKELY,
        reason="the file orders its answers",
    )
    return Rated(profile=profile, scale=scale, reversed=way < 0)


def _by_value_labels(profile: Profile) -> Rated | None:
    missing: dict[float | str, Missing] = {}
    points: dict[float, Texts] = {}
    for written, texts in profile.labels.items():
        code = to_number(written)
        kind = next((kind for text in texts.values() if (kind := _kind_in_label(profile, written, text))), None)
        if kind is not None:
            missing[written if code is None else code] = Missing(kind=kind, told=True)
        elif code is not None:
            points[code] = texts
    if len(points) < 2 or not profile.numbers:
        return None
    points = dict(sorted(points.items()))
    numbers = [number for number in profile.numbers if number not in missing]
    first = [next(iter(texts.values())) for texts in points.values()]
    languages = sorted({language for texts in points.values() for language in texts})
    ways = {way for language in languages if (way := _way(points, language))}
    way = ways.pop() if len(ways) == 1 else 0
    low, high = min(points), max(points)
    whole = all(number.is_integer() for number in (*numbers, *points))
    between = [number for number in numbers if number not in points and low < number < high]
    if whole and (between or (len(points) > 2 and _repeat_their_codes(points))):
        nps = (low, high) == (0.0, 10.0) and asks_to_recommend(profile)
        scale = DraftScale(
            key="recommend" if nps else f"rating_{low:g}_{high:g}",
            type="nps" if nps else "numeric",
            low=low,
            high=high,
            missing=missing,
            sureness=Sureness.SURE,
            reason=f"the file labels the ends {low:g} ({first[0]}) and {high:g} ({first[-1]})",
        )
        return Rated(profile=profile, scale=scale, reversed=way < 0)
    if way == 0 or len(points) < 3:
        return None
    match = ladder_of(first)
    codes = {code: dict(texts) | _absent(texts, match) for code, texts in points.items()}
    extra: dict[float | str, Missing] = {
        number: Missing(kind="blank", told=False) for number in numbers if number not in points
    }
    scale = DraftScale(
        key=_key(match, len(points)),
        type="likert",
        codes=codes,
        missing=missing | extra,
        sureness=Sureness.SURE if match else Sureness.LIKELY,
        reason="the file labels its codes" + (", 1 is the best" if way < 0 and low == 1 else ""),
    )
    return Rated(profile=profile, scale=scale, reversed=way < 0)


def _key(match: LadderMatch | None, points: int) -> str:
    return f"{KEYS[match.name].rstrip('0123456789') if match else 'steps'}{points}"


def _repeat_their_codes(points: Mapping[float, Texts]) -> bool:
    """Whether labels are numbers themselves, such as "0 - Not at all likely", 1, 2 … 10."""
    return all(
        code in (to_number(text), leading_number(text)[0]) for code, texts in points.items() for text in texts.values()
    )


def _way(points: Mapping[float, Texts], language: str) -> int:
    labels = [texts[language] for texts in points.values() if language in texts]
    return direction(labels) if len(labels) == len(points) else 0


def _kind_in_label(profile: Profile, written: str, label: str) -> str | None:
    """The kind of missing answer that a label names; declared without a kind counts as left blank."""
    if kind := profile.missing_kind(label):
        return kind
    if profile.missing.get(written):
        return profile.missing[written]
    return kind_in_label(label) or None


def _both(text: str, match: LadderMatch | None) -> dict[str, str]:
    own = {language_of(text): text}
    return own | _absent(own, match)


def _absent(texts: Texts, match: LadderMatch | None) -> dict[str, str]:
    """The labels of a ladder's point in the languages that the file does not have."""
    if match is None:
        return {}
    point = next((match.points[text] for text in texts.values() if text in match.points), None)
    if point is None:
        return {}
    en, ar = points_of(match.name)[point]
    return {language: text for language, text in (("en", en), ("ar", ar)) if language not in texts}
