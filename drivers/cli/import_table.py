"""The import log as it is read in a terminal: what was done to the file, and to each column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.cli.terminal import columns_of, cut, fitting_widths, table, visible, wrapped

if TYPE_CHECKING:
    import pandas as pd

MOST_STEPS = 12
"""Steps of a column that are listed; a column of free texts may have thousands."""

_MOST = (26, 30, 11)
"""Columns that a column's name, its use and the number of its rows may take."""


def import_table(log: pd.DataFrame, width: int) -> list[str]:
    """Lines that tell what was done to the file, to each column that is used, and which are not."""
    lines = ["File"]
    whole = log[log["column"] == ""]
    rows = [
        (action, f"{count:,}" if count else "", _turned(found, became))
        for action, found, became, count in whole[["action", "found", "became", "count"]].itertuples(index=False)
    ]
    lines += [f"  {line}" for line in table(rows, fitting_widths(rows, (16, 11), width - 2), right=(1,))]
    used = log[(log["column"] != "") & (log["action"] != "not used")]
    columns = [("Column", "Used for", "Read", "What was done")]
    for (column, used_for), steps in used.groupby(["column", "used_for"], sort=False):
        read = steps.loc[steps["action"] == "read", "count"].sum()
        columns.append((str(column), str(used_for), f"{read:,}", _done(steps)))
    widths = fitting_widths(columns, _MOST, width)
    shown = _apart([row[0] for row in columns], widths[0])
    columns = [(name, *row[1:]) for name, row in zip(shown, columns, strict=True)]
    lines += ["", *table(columns, widths, right=(2,))]
    unused = log.loc[log["action"] == "not used", "column"]
    if len(unused):
        names = ", ".join(visible(str(name)) for name in unused)
        lines += ["", f"Columns not used: {len(unused)}", *(f"  {line}" for line in wrapped(names, width - 2))]
    return lines


def _apart(names: Sequence[str], width: int) -> list[str]:
    """The names as they are shown: by their ends where they would be cut to the same text as another."""
    plain = [visible(name) for name in names]
    starts = Counter(cut(name, width) for name in plain)
    return [
        f"…{cut(name[::-1], width - 1)[-2::-1]}" if starts[cut(name, width)] > 1 and columns_of(name) > width else name
        for name in plain
    ]


def _done(steps: pd.DataFrame) -> str:
    """What was done to a column beside reading it; texts in quotes are those of the file."""
    parts, recoded = [], []
    for action, found, became, count in steps[["action", "found", "became", "count"]].itertuples(index=False):
        if action == "read":
            parts += [became] if became else []
        elif action == "set missing":
            parts.append(f"{_shown(found)} → {became} ({count:,})" if found else f"empty → {became} ({count:,})")
        elif action == "recoded":
            recoded.append((float(became.split(",")[0]), f"{_shown(found)} → {became} ({count:,})"))
        else:
            parts.append(f"{action}{': ' if found or became else ''}{_turned(found, became)} ({count:,})")
    parts = [*(text for _, text in sorted(recoded)), *parts]
    if len(parts) > MOST_STEPS:
        parts = [*parts[:MOST_STEPS], f"and {len(parts) - MOST_STEPS} more steps (--log writes all)"]
    return "; ".join(parts)


def _turned(found: str, became: str) -> str:
    if found and became:
        return f"{found} → {became}"
    return found or became


def _shown(text: str, most: int = 40) -> str:
    """A text of the file in quotes, cut where it is long."""
    return f"“{text if len(text) <= most else text[:most] + '…'}”" if text else "empty"
