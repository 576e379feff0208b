"""The columns that say when: dates with their format, and waves in their order in time."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from drivers.survey.drafting.findings import Finding, Sureness
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.vocabulary import says
from drivers.survey.drafting.wave_labels import place_in_time, wave_label

MOST_WAVES = 60
# With | between them; a time follows a day at once.
_DAYS = (
    "%Y-%m-%d|%Y/%m/%d|%d/%m/%Y|%m/%d/%Y|%d-%m-%Y|%m-%d-%Y|%d.%m.%Y|%d/%m/%y|%m/%d/%y|%d-%b-%Y|%d %b %Y|%d %B %Y|"
    "%b %d, %Y|%B %d, %Y"
)
_TIMES = (
    "| %H:%M| %H:%M:%S| %H:%M:%S.%f|T%H:%M|T%H:%M:%S|T%H:%M:%S.%f|T%H:%M:%S%z|T%H:%M:%S.%f%z| %I:%M %p| %I:%M:%S %p|"
    ", %H:%M|, %H:%M:%S|, %I:%M:%S %p"
)
_LOOKS_LIKE_A_DATE = re.compile(r"\d{1,4}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/., ]+\d{1,4}|[A-Za-z]{3,9} \d{1,2}, \d{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWave:
    """Waves in their order: the columns, and each wave's values with its label."""

    columns: tuple[str, ...]
    order: tuple[tuple[tuple[str, ...], Mapping[str, str]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTime:
    """When answers were given, as it would stand in the codebook.

    Parameters
    ----------
    period, contact
        Column and format; None where there is none, or the format cannot be told.
    """

    period: tuple[str, str] | None = None
    contact: tuple[str, str] | None = None
    wave: DraftWave | None = None
    findings: tuple[Finding, ...] = ()
    dates: frozenset[str] = field(default_factory=frozenset)
    """Every column of dates."""


def time_of(profiles: Sequence[Profile], taken: Collection[str]) -> DraftTime:
    """The dates and the waves that names and values point to."""
    free = [profile for profile in profiles if profile.name not in taken]
    dated = [(profile, formats) for profile in free if (formats := formats_of(profile))]
    period, contact, findings = _dates(dated)
    days = _days(next(p for p, _ in dated if p.name == period[0]), period[1]) if period else None
    wave, found = _waves([p for p in free if p.name not in {profile.name for profile, _ in dated}], days)
    return DraftTime(
        period=period,
        contact=contact,
        wave=wave,
        findings=(*findings, *found),
        dates=frozenset(profile.name for profile, _ in dated),
    )


def formats_of(profile: Profile) -> tuple[str, ...]:
    """The formats that read every date of a column; none where it holds no dates."""
    texts = list(profile.counts)[:20]
    if not texts or not all(6 <= len(text) <= 40 and _LOOKS_LIKE_A_DATE.search(text) for text in texts):
        return ()
    some = pd.Series(texts, dtype="str")
    likely = [day + time for day in _DAYS.split("|") for time in _TIMES.split("|") if _reads(some, day + time)]
    every = pd.Series(profile.cells[profile.cells != ""].unique(), dtype="str")
    return tuple(date_format for date_format in likely if _reads(every, date_format))


def _reads(texts: pd.Series, date_format: str) -> bool:
    try:
        return bool(pd.to_datetime(texts, format=date_format, errors="coerce").notna().all())
    except ValueError:  # several time zones in one column
        return False


def _days(profile: Profile, date_format: str) -> pd.Series:
    times = pd.to_datetime(profile.cells, format=date_format, errors="coerce")
    return times.dt.tz_localize(None)


def _dates(
    dated: Sequence[tuple[Profile, tuple[str, ...]]],
) -> tuple[tuple[str, str] | None, tuple[str, str] | None, list[Finding]]:
    findings: list[Finding] = []
    contacts = [
        (profile, formats)
        for profile, formats in dated
        if len(dated) > 1 and says(profile.words, "contact_date") and not {"start", "end"} & set(profile.words)
    ]
    answered = [pair for pair in dated if pair not in contacts]
    answered.sort(key=lambda pair: not says(pair[0].words, "date"))
    chosen: list[tuple[str, str] | None] = []
    for part, pairs, what in (
        ("period", answered[:1], "the day of the answer"),
        ("fieldwork.contact", contacts[:1], "the day of the contact"),
    ):
        if not pairs:
            chosen.append(None)
            continue
        profile, formats = pairs[0]
        if len(formats) > 1:
            findings.append(
                Finding(
                    part=part,
                    columns=(profile.name,),
                    found=f"{what}, not used",
                    sureness=Sureness.LIKELY,
                    reason=f"its dates fit {' and '.join(formats)}",
                    confirm="which of the formats is it?",
                )
            )
            chosen.append(None)
            continue
        reason = f"every date has the form {formats[0]}"
        if len(answered) > 1 and part == "period":
            others = ", ".join(other.name for other, _ in answered[1:3])
            reason += f"; there is also {others}"
        findings.append(
            Finding(
                part=part,
                columns=(profile.name,),
                found=what,
                sureness=Sureness.SURE if len(pairs) == len(answered) or part != "period" else Sureness.LIKELY,
                reason=reason,
            )
        )
        chosen.append((profile.name, formats[0]))
    return chosen[0], chosen[1], findings


def _waves(profiles: Sequence[Profile], days: pd.Series | None) -> tuple[DraftWave | None, list[Finding]]:
    usable = [p for p in profiles if p.listed and 2 <= p.distinct <= MOST_WAVES and not p.is_question]
    years = [p for p in usable if says(p.words, "year") and _are_years(p)]
    waves = [p for p in usable if says(p.words, "wave") and p not in years]
    parts = [p for p in usable if says(p.words, "part_of_year") and p not in years and p not in waves]
    columns = _columns_of_waves(years, waves, parts)
    if not columns:
        return None, []
    names = tuple(profile.name for profile in columns)
    if incomplete := [profile for profile in columns if not profile.complete]:
        profile = incomplete[0]
        reason = f"its name, but {profile.rows - profile.filled} of {profile.rows} rows name none"
        return None, [
            Finding(
                part="wave",
                columns=names,
                found="waves that are not used",
                sureness=Sureness.LIKELY,
                reason=reason,
                confirm="complete the column, then add wave:",
            )
        ]
    frame = pd.DataFrame({name: profile.cells for name, profile in zip(names, columns, strict=True)})
    combinations = sorted({tuple(map(str, row)) for row in frame.drop_duplicates().itertuples(index=False)})
    keys = {" ".join(values) for values in combinations}
    if len(keys) < len(combinations) or len(combinations) > MOST_WAVES:
        return None, []
    ordered, how, sureness = _in_time(frame, combinations, [profile.words for profile in columns], days)
    wave = DraftWave(
        columns=names,
        order=tuple((values, wave_label(values, [profile.words for profile in columns])) for values in ordered),
    )
    return wave, [
        Finding(
            part="wave",
            columns=names,
            found=f"{len(ordered)} waves, from {' '.join(ordered[0])} to {' '.join(ordered[-1])}",
            sureness=sureness,
            reason=f"its name; {how}" if len(names) == 1 else f"their names; {how}",
            confirm="" if sureness is not Sureness.GUESS else "is this their order in time?",
        )
    ]


def _columns_of_waves(
    years: Sequence[Profile], waves: Sequence[Profile], parts: Sequence[Profile]
) -> tuple[Profile, ...]:
    """One column whose values are waves, or a year and a part of it that comes again in other years."""
    if waves and not years:
        return (waves[0],)
    finer = [*waves, *parts]
    if years and finer:
        year, part = years[0], finer[0]
        pairs = pd.DataFrame({"year": year.cells, "part": part.cells}).drop_duplicates()
        again = bool(pairs["part"].duplicated().any())
        return (year, part) if again else (part,)
    if years:
        return (years[0],)
    return (parts[0],) if parts else ()


def _are_years(profile: Profile) -> bool:
    numbers = profile.numbers
    birth = {"birth", "born", "ميلاد", "ولاده"} & set(profile.words)
    return bool(numbers) and not birth and all(1950 <= n <= 2100 and n.is_integer() for n in numbers)


def _in_time(
    frame: pd.DataFrame,
    combinations: Sequence[tuple[str, ...]],
    words: Sequence[Sequence[str]],
    days: pd.Series | None,
) -> tuple[list[tuple[str, ...]], str, Sureness]:
    places = {values: place_in_time(values, words) for values in combinations}
    if all(place is not None for place in places.values()):
        return (
            sorted(combinations, key=lambda values: (places[values], values)),
            "their values tell the order",
            (Sureness.SURE),
        )
    if days is not None:
        means = days.groupby([frame[name] for name in frame.columns]).median()
        middle = {
            (key if isinstance(key, tuple) else (key,)): value for key, value in means.items() if not pd.isna(value)
        }
        if len(middle) == len(combinations):
            return (
                sorted(combinations, key=lambda values: (middle[values], values)),
                "in the order of their dates",
                (Sureness.SURE),
            )
    first = {
        tuple(map(str, row)): position
        for position, row in reversed(list(enumerate(frame.drop_duplicates().itertuples(index=False))))
    }
    return sorted(combinations, key=lambda values: first[values]), "in the order in which they occur", Sureness.GUESS
