"""Columns whose names belong together: series that count, and batteries that ask the same aspects at several levels."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivers.survey.drafting.names import series_of, words_of
from drivers.survey.drafting.vocabulary import SPARE_STEMS, is_one_of, level_of

MOST_ITEMS = 9
"""Numbered columns that may be items of one construct; more of them are aspects of their own."""
LEAST_COLUMNS = 3
"""Columns from which names make a battery."""
_PREFIX = re.compile(r"^([^\W_]+?)[_\-. ]+(.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """Columns with one beginning, such as ``exp_01`` … ``exp_24``.

    Parameters
    ----------
    prefix
        The beginning of their names; "" for plain names that other batteries repeat.
    level
        What it asks, a key of `LEVELS`, or "".
    columns
        What follows the beginning → column.
    """

    prefix: str
    level: str
    columns: Mapping[str, str]


def batteries_of(names: Sequence[str]) -> tuple[Battery, ...]:
    """Every battery whose beginning names a level, or which asks about what other columns ask about."""
    by_prefix: dict[str, dict[str, str]] = defaultdict(dict)
    for name in names:
        if match := _PREFIX.match(name):
            by_prefix[match[1]][_ending(match[2])] = name
    plain = {_ending(name): name for name in names}
    found = []
    for prefix, columns in by_prefix.items():
        if len(columns) < LEAST_COLUMNS or is_one_of(prefix, SPARE_STEMS):
            continue
        level = level_of(words_of(prefix))
        mates = sum(ending in plain for ending in columns)
        if level or mates >= max(LEAST_COLUMNS, len(columns) // 2):
            found.append(Battery(prefix=prefix, level=level, columns=columns))
    return tuple(found)


def plain_battery(batteries: Sequence[Battery], names: Sequence[str]) -> Battery | None:
    """The columns without a beginning that the batteries repeat, such as ``speed`` beside ``hoped_speed``."""
    plain = {_ending(name): name for name in names}
    endings = Counter(ending for battery in batteries for ending in battery.columns if ending in plain)
    if len(endings) < LEAST_COLUMNS:
        return None
    return Battery(prefix="", level="perceived", columns={ending: plain[ending] for ending in endings})


def series_in(names: Sequence[str]) -> dict[str, list[str]]:
    """Stem → its columns in the order of their numbers, for stems that name something."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name in names:
        series = series_of(name)
        if series is not None and _names_something(series.stem):
            found[series.stem.rstrip("_-. ")].append((series.number, name))
    return {stem: [name for _, name in sorted(columns)] for stem, columns in found.items() if len(columns) >= 2}


def _names_something(stem: str) -> bool:
    words = [word for word in words_of(stem) if not word.isdigit()]
    return bool(words) and not is_one_of(words[-1], SPARE_STEMS)


def _ending(text: str) -> str:
    return text.casefold().strip()
