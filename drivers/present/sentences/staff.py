"""What may be said of staff beside customers, in words: of units, never of persons."""

from __future__ import annotations

from typing import Any

from drivers.present.words import Words

POINTS = 10.0
"""Points of the staff's measure that a slope is told for."""


def staff_label(result: Any, name: str, words: Words) -> str:
    """What a measure of the staff is called."""
    kind = "staff:outcome" if name == result.staff_outcome else "staff:driver"
    return words.label(kind, name)


def customers_label(result: Any, name: str, words: Words) -> str:
    """What a measure of the customers is called."""
    return words.label("outcome" if name == result.outcome else "driver", name)


def staff_sentences(result: Any, words: Words) -> list[str]:
    """What goes together over units, surest first."""
    found = [words.sentence("staff_joined", unit_kind=words.label("unit_kind", "unit"), n=words.number(result.joined))]
    for link in result.clear:
        one, sign = link.across, 1.0 if link.across.corrected > 0 else -1.0
        low, high = sorted(sign * POINTS * end for end in (one.corrected_low, one.corrected_high))
        found.append(
            words.sentence(
                "staff_more" if sign > 0 else "staff_less",
                staff=staff_label(result, link.staff, words),
                customers=customers_label(result, link.customers, words),
                step=words.counted("point", POINTS, case="gen"),
                d=words.counted("point", POINTS * abs(one.corrected), case="gen", decimals=1),
                low=words.number(low, 1),
                high=words.number(high, 1),
                level=words.percent(result.conf_level),
            )
        )
    if not result.clear:
        found.append(words.sentence("staff_none"))
    if result.alike:
        named = words.listed([words.quoted(staff_label(result, name, words)) for name in result.alike])
        found.append(words.sentence("staff_alike", list=named))
    return found
