"""Questions answered with numbers: their ranges, found from all columns that belong together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from drivers.survey.drafting.findings import Sureness
from drivers.survey.drafting.names import series_of
from drivers.survey.drafting.off_scale import EndCode, end_code
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.rating_scales import DraftScale, Missing, Rated, fitting

USUAL_CODES = frozenset((66, 77, 88, *range(95, 100), 666, 777, 888, *range(990, 1000), 8888, *range(9990, 10000)))
"""Codes that stand for missing answers in many files; what each stands for must be asked."""
LEAST_USUAL = 66.0
TOPS = (3, 4, 5, 7, 10)
"""Highest answers of usual scales."""
MANY = 100
"""Answers among which a step of a scale that nobody chose is no step of it."""
HINT = "which kind of missing answer is each? Often 96 not_asked, 97 not_applicable, 98 dont_know, 99 refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column of whole numbers, its usual codes for missing answers apart."""

    profile: Profile
    steps: Mapping[float, int]
    codes: tuple[float, ...]

    @property
    def top(self) -> float:
        return max(self.steps)


def ranged(
    profiles: Sequence[Profile], *, named: Collection[str], families: Mapping[str, str], recommend: Collection[str]
) -> dict[str, Rated]:
    """The columns of numbers that are ratings: column → what it is.

    Parameters
    ----------
    named
        Columns whose names or questions say that they are about satisfaction, loyalty or an aspect.
    families
        Column → what it belongs together with: the stem of its series, or the beginning of its battery.
    recommend
        Columns that ask whether somebody recommends the service.
    """
    found: dict[str, Rated] = {}
    columns = [column for profile in profiles if (column := _column(profile))]
    by_family: dict[str, list[_Column]] = defaultdict(list)
    for column in columns:
        name = column.profile.name
        family = f"recommend {name}" if name in recommend else families.get(name, f"to {column.top:g}")
        by_family[family].append(column)
    by_top: dict[float, list[str]] = defaultdict(list)
    for family, members in by_family.items():
        by_top[max(column.top for column in members)].append(family)
    widest = [_zeros_to_ten(by_family[family]) for family in by_top.get(10.0, ())]
    for top, names in by_top.items():
        together = [column for family in names for column in by_family[family]]
        beside = [column for column in columns if column.top == top - 1]
        ends = _ends(together, top, beside)
        for family in names:
            members = by_family[family]
            wanted = [column for column in members if column.profile.name in named]
            if len(members) < 3 and not wanted:
                continue
            kept = members if len(members) >= 3 else wanted
            scale = _scale(members, top, ends, ten_from_zero=any(widest), recommended=family.startswith("recommend "))
            if scale is None:
                continue
            for column in kept:
                if rated := fitting(Rated(profile=column.profile, scale=_for(column, scale, ends))):
                    found[column.profile.name] = rated
    return found | _means([profile for profile in profiles if profile.name not in found], named)


def family_of(names: Sequence[str], batteries: Mapping[str, str]) -> dict[str, str]:
    """Column → the battery or the series that it belongs to."""
    families = {name: f"battery {prefix}" for name, prefix in batteries.items()}
    for name in names:
        if name not in families and (series := series_of(name)) is not None:
            families[name] = f"series {series.stem.casefold()}"
    sizes = Counter(families.values())
    return {name: family for name, family in families.items() if sizes[family] >= 2}


def _column(profile: Profile) -> _Column | None:
    if not profile.whole or profile.labels or len(profile.numbers) > 105:
        return None
    numbers = profile.numbers
    small = [number for number in numbers if 0 <= number <= 11]
    # 66 or 99 may be an answer where answers run to 100.
    wide = any(12 <= number <= 100 and number not in USUAL_CODES for number in numbers)
    codes = [n for n in numbers if n < 0 or (n in USUAL_CODES and not (wide and n <= 100))]
    steps = {number: count for number, count in numbers.items() if number not in codes}
    if len(steps) < 2 or not small or max(steps) > 100:
        return None
    return _Column(profile=profile, steps=steps, codes=tuple(codes))


def _zeros_to_ten(members: Sequence[_Column]) -> bool:
    return any(0.0 in column.steps and column.top == 10 for column in members)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """The ends of the ranges of all columns with one highest number, and the codes beyond them."""

    high: float
    off: Mapping[float, str]
    """Code → why it is no step."""
    kinds: Mapping[float, str]
    """Code → the kind of missing answer that it may stand for."""
    open: Mapping[float, str]
    """Code → what is asked about it, where it stays a step."""


def _ends(columns: Sequence[_Column], top: float, beside: Sequence[_Column]) -> _Ends:
    counts: Counter[float] = Counter()
    for column in columns:
        counts.update(column.steps)
    off: dict[float, str] = {}
    still_open: dict[float, str] = {}
    high = top
    total = sum(counts.values())
    if top == 11:
        off[11.0], high = "it lies beyond 10", 10.0
    elif total >= MANY and (last := _before_gap(counts, top)) is not None:
        off |= {code: f"nobody wrote {last + 1:g}" for code in counts if code > last}
        high = last
    values = [column.profile.leading_values for column in columns]
    others = [column.profile.leading_values for column in beside]
    low_core = 1.0 if 1.0 in counts else min(counts)
    while high in (6, 8, 9):
        end = end_code(values, high, high - 1, (low_core, high - 1), others)
        if end is not None and end.off:
            off[high] = _told(end)
            high -= 1
            continue
        if end is None or not end.on:
            still_open[high] = f"is {high:g} an answer, or a code for a missing one?"
        break
    if 0.0 in counts and 1.0 in counts and high in (5, 6, 7):
        end = end_code(values, 0.0, 1.0, (1.0, high))
        if end is not None and end.off:
            off[0.0] = _told(end)
        elif end is None or not end.on:
            still_open[0.0] = "is 0 an answer, or a code for a missing one?"
    return _Ends(
        high=high, off=off, kinds={code: _kind([*columns, *beside], code, high) for code in off}, open=still_open
    )


def _kind(columns: Sequence[_Column], code: float, high: float) -> str:
    """Not applicable where a code above the scale is written for some questions only, as for what few use."""
    shares = [column.steps.get(code, 0) / max(1, sum(column.steps.values())) for column in columns]
    return "not_applicable" if code > high and max(shares) - min(shares) > 0.1 else "blank"


def _before_gap(counts: Mapping[float, int], top: float) -> float | None:
    """The usual highest answer before a gap among the numbers."""
    for end in TOPS:
        if end < top <= 11 and end in counts and end + 1 not in counts and all(n in counts for n in range(2, end)):
            return float(end)
    return None


def _told(end: EndCode) -> str:
    return (
        f"who wrote {end.code:g} answered the rest with {end.of_code:.1f} on average, "
        f"who wrote {end.neighbour:g} with {end.of_neighbour:.1f}"
    )


def _scale(
    members: Sequence[_Column], top: float, ends: _Ends, *, ten_from_zero: bool, recommended: bool
) -> DraftScale | None:
    counts: Counter[float] = Counter()
    for column in members:
        counts.update(column.steps)
    high = ends.high
    if high < 3 or (high > 11 and not (top == 100 or recommended)):
        return None
    low, sureness, confirm = 1.0, Sureness.LIKELY, ""
    if high > 11:
        low, high = 0.0, 100.0
    elif 0.0 in counts and 0.0 not in ends.off:
        low = 0.0
    elif (high == 10 and 1.0 not in counts and (ten_from_zero or recommended)) or (
        high == 10 and recommended and sum(counts.values()) < MANY
    ):
        low, sureness, confirm = 0.0, Sureness.GUESS, "does the scale begin at 0 or at 1?"
    reason = f"whole numbers from {min(code for code in counts if code >= low):g} to {min(high, max(counts)):g}"
    questions = [text for code, text in sorted(ends.open.items()) if code in counts]
    if high in (8, 9) or (recommended and low == 0 and 5 < high < 10):  # nobody gave the best answers
        asked = f"is {high:g} an answer of a scale to 10, or a code for a missing one?"
        questions = [asked if text.startswith(f"is {high:g} ") else text for text in questions]
        questions += [] if asked in questions else ["does the scale run to 10?"]
        high = 10.0
    for code, why in sorted(ends.off.items()):
        if code in counts:
            kind = ends.kinds[code]
            questions.append(f"{code:g} is taken for {'a missing answer' if kind == 'blank' else kind}: {why}.")
    usual = sorted({code for column in members for code in column.codes})
    if usual and questions:
        questions.append(f"{', '.join(f'{code:g}' for code in usual)}: {HINT}")
    if questions:
        sureness = Sureness.GUESS
    confirm = " ".join([*([confirm] if confirm else []), *questions])
    nps = recommended and (low, high) == (0.0, 10.0)
    return DraftScale(
        key="recommend" if nps else f"rating_{low:g}_{high:g}",
        type="nps" if nps else "numeric",
        low=low,
        high=high,
        sureness=sureness,
        reason=reason,
        confirm=confirm,
    )


def _for(column: _Column, scale: DraftScale, ends: _Ends) -> DraftScale:
    """The scale with the codes of this column that stand for missing answers."""
    beyond = [code for code in column.steps if code in ends.off or not scale.low <= code <= scale.high]
    missing: dict[float | str, Missing] = {
        code: Missing(kind=ends.kinds.get(code, "blank"), told=False) for code in sorted((*column.codes, *beyond))
    }
    return replace(scale, missing=missing)


def _means(profiles: Sequence[Profile], named: Collection[str]) -> dict[str, Rated]:
    """Columns of numbers that are not whole, such as means of several raters, where at least three are alike."""
    alike = []
    for profile in profiles:
        if profile.labels or (not profile.all_numbers and not profile.numbers):
            continue
        values = profile.values[profile.values == profile.values]
        if not profile.whole and len(values) and values.min() >= 0 and values.max() <= 10 and profile.distinct > 2:
            alike.append((profile, float(values.max())))
    if len(alike) < 3:
        return {}
    top = max(high for _, high in alike)
    scale = DraftScale(
        key="mean_0_10" if top > 5 else "mean_0_5",
        type="numeric",
        low=0.0,
        high=10.0 if top > 5 else 5.0,
        any_step=True,
        sureness=Sureness.GUESS,
        reason="numbers that are not whole, as means are",
        confirm="what are the ends of the scale?",
    )
    rated = {profile.name: fitting(Rated(profile=profile, scale=scale)) for profile, _ in alike}
    return {name: one for name, one in rated.items() if one is not None}
