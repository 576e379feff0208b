"""Which reports may be published: none on a few people, and none from which a few could be worked out.

Whoever holds the report of all branches and those of all branches but one can subtract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Reason = Literal["few", "difference"]
"""few: on fewer people than may be shown; difference: with it, what few people said could be worked out."""


@dataclass(frozen=True, slots=True, order=True)
class About:
    """What a report is about: a unit, a wave, both, or neither; an empty text stands for all together."""

    unit: str = ""
    wave: str = ""

    def holds(self, other: About) -> bool:
        """Whether all that the other is about is also here."""
        return self.unit in ("", other.unit) and self.wave in ("", other.wave)


def withheld(counts: Mapping[About, int], wanted: Iterable[About], fewest: int) -> dict[About, Reason]:
    """The reports that may not be published, and why.

    Parameters
    ----------
    counts
        People by unit and wave, both named where the survey has them.
    wanted
        What reports are wanted of. Of what nobody belongs to there is no report and nothing to withhold.
    fewest
        Fewest people that a report, or the difference between reports, may be on.

    Returns
    -------
    dict
        Those with fewer people, and the smallest of the others without which nothing on fewer can be worked out: as
        long as a sum of published reports less others is on too few, or the numbers of a withheld one follow from those
        of published ones in any way, one more is withheld. The set is small; the smallest would be NP-hard to find.

    References
    ----------
    Cox (1980), Suppression methodology and statistical disclosure control, doi:10.1080/01621459.1980.10477481.
    """
    cells = sorted(cell for cell, n in counts.items() if n > 0)
    sizes = {one: sum(counts[cell] for cell in cells if one.holds(cell)) for one in dict.fromkeys(wanted)}
    found: dict[About, Reason] = {one: "few" for one, n in sizes.items() if 0 < n < fewest}
    few = list(found)
    published = {one for one, n in sizes.items() if n >= fewest}
    lines = _lines(cells)
    while (told := _told_too_much(lines, cells, counts, published, few, fewest)) is not None:
        victim = min(told, key=lambda one: (sizes[one], one))
        published.remove(victim)
        found[victim] = "difference"
    return found


def _lines(cells: Sequence[About]) -> list[tuple[About, tuple[About, ...]]]:
    """Each whole with the parts that make it up: all of its units, of its waves, of both."""
    units = sorted({cell.unit for cell in cells} - {""})
    waves = sorted({cell.wave for cell in cells} - {""})
    present = set(cells)
    lines = [(About(), tuple(About(unit) for unit in units)), (About(), tuple(About("", wave) for wave in waves))]
    if units and waves:
        lines += [(About(unit), tuple(About(unit, wave) for wave in waves)) for unit in units]
        lines += [(About("", wave), tuple(About(unit, wave) for unit in units)) for wave in waves]
        lines.append((About(), tuple(cells)))
    kept = [
        (whole, tuple(part for part in parts if any(part.holds(cell) for cell in present))) for whole, parts in lines
    ]
    return [(whole, parts) for whole, parts in kept if parts]


def _told_too_much(
    lines: Sequence[tuple[About, tuple[About, ...]]],
    cells: Sequence[About],
    counts: Mapping[About, int],
    published: set[About],
    few: Sequence[About],
    fewest: int,
) -> list[About] | None:
    """Published reports of which one must go, since together they tell of too few people; None where they do not."""
    for whole, parts in lines:
        if whole not in published:
            continue
        known = [part for part in parts if part in published]
        left = [cell for cell in cells if whole.holds(cell) and not any(part.holds(cell) for part in known)]
        if 0 < sum(counts[cell] for cell in left) < fewest:
            return known or [whole]
    told = next((one for one in few if _follows(one, cells, published)), None)
    return None if told is None else _that_hide(told, lines, cells, published)


def _that_hide(
    one: About,
    lines: Sequence[tuple[About, tuple[About, ...]]],
    cells: Sequence[About],
    published: set[About],
) -> list[About]:
    """Published reports of which one must go so that a withheld one no longer follows, or will not in the end."""
    told = [parts for whole, parts in lines if whole in published]
    open_lines = [parts for parts in told if not published.issuperset(parts)]
    near = sorted({part for parts in open_lines for part in parts} & published)
    if enough := [part for part in near if not _follows(one, cells, published - {part})]:
        return enough
    # None is enough by itself: first where nothing else hides it.
    own = [(parts, [part for part in parts if part in published]) for parts in told if one in parts]
    alone = [known for parts, known in own if len(known) == len(parts) - 1]
    beside = [part for known in alone or [known for _, known in own] for part in known]
    return beside or [other for other in published if other.holds(one)] or sorted(published)


def _follows(one: About, cells: Sequence[About], published: set[About]) -> bool:
    """Whether what is said of one is a sum and difference of what is said of published ones."""
    unknown = [cell for cell in cells if cell not in published]
    columns = {cell: i for i, cell in enumerate(unknown)}
    rows = [[columns[cell] for cell in unknown if other.holds(cell)] for other in sorted(published)]
    rows = [row for row in rows if row]
    asked = [columns[cell] for cell in unknown if one.holds(cell)]
    if not rows:
        return False
    matrix = np.zeros((len(rows), len(unknown)))
    for i, row in enumerate(rows):
        matrix[i, row] = 1.0
    # Cells that every published whole holds or leaves out together cannot be told apart: one column stands for them.
    target = np.zeros(len(unknown))
    target[asked] = 1.0
    groups, inverse = np.unique(matrix, axis=1, return_inverse=True)
    inverse = inverse.ravel()
    share = np.bincount(inverse, weights=target) / np.bincount(inverse)
    if np.any((share > 0) & (share < 1)):
        return False
    solution, *_ = np.linalg.lstsq(groups.T, share, rcond=None)
    return bool(np.allclose(groups.T @ solution, share, atol=1e-8))
