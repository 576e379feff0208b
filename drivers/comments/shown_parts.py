"""Which of a theme's parts may be shown without telling of fewer than ten people."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.results import FEWEST_SHOWN


def shown_parts(counts: Mapping[str, int]) -> tuple[str, ...]:
    """The parts that may be shown, of some that add up to a whole whose size is shown.

    A part of 1 to 9 is not. As it could be told from what the others leave, the smallest of these go with it until 10
    or more are hidden together, and two parts at least.

    >>> shown_parts({"praise": 40, "blame": 30, "mixed": 3, "unclear": 12})
    ('praise', 'blame')
    >>> shown_parts({"praise": 40, "blame": 30, "mixed": 0, "unclear": 12})
    ('praise', 'blame', 'mixed', 'unclear')
    """
    hidden = [part for part, count in counts.items() if 0 < count < FEWEST_SHOWN]
    rest = sorted((part for part, count in counts.items() if count >= FEWEST_SHOWN), key=lambda part: counts[part])
    while hidden and rest and (len(hidden) < 2 or sum(counts[part] for part in hidden) < FEWEST_SHOWN):
        hidden.append(rest.pop(0))
    return tuple(part for part in counts if part not in hidden)
