"""The names of the waves below an axis: as many as fit, always the first and the last."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from drivers.present.figures.canvas import MUTED, RULE, Canvas
from drivers.present.figures.importance import SMALL
from drivers.present.figures.lettering import text_width, wrapped
from drivers.present.isolation import plain
from drivers.present.words import Words

LINE = 17.0
"""Pixels from one line of a name to the next."""

_LONGEST, _SHORTEST, _MOST_LINES = 96.0, 60.0, 3
"""Pixels that a wave's name takes at most, what it gets at least, and lines that it may have."""


def chosen_names(words: Words, waves: list[str], apart: float) -> tuple[list[int], list[list[str]]]:
    """Which waves are named, as many as fit and always the first and the last, and the lines of each name."""
    last = len(waves) - 1
    labels = [words.label("wave", wave) for wave in waves]
    for step in range(1, last + 1):
        # From the last backwards; the one that would stand too near the first gives way to it.
        chosen = [0, *(k for k in range(last, 0, -step) if k >= step)][: last + 1]
        chosen.sort()
        room = min(b - a for a, b in pairwise(chosen)) * apart - 8
        names = _broken([labels[k] for k in chosen], min(room, _LONGEST))
        if names is not None:
            return chosen, names
    chosen = [0, last] if last and (last * apart > 2 * _SHORTEST) else [last]
    return chosen, [wrapped(labels[k], max(min(last * apart - 8, _LONGEST), _SHORTEST), SMALL) for k in chosen]


def _broken(labels: list[str], room: float) -> list[list[str]] | None:
    """The labels in lines that fit the room, broken at the same word where they can be; None where words are too long.

    Labels of waves are alike ("First quarter 2023"), and a reader compares them best where they break alike.
    """
    parts = [plain(label).split(" ") for label in labels]
    if max(text_width(word, SMALL) for words in parts for word in words) > room:
        return None
    if all(text_width(label, SMALL) <= room for label in labels):
        return [wrapped(label, room, SMALL) for label in labels]
    if len({len(words) for words in parts}) == 1:
        for at in range(len(parts[0]) - 1, 0, -1):
            halves = [(" ".join(words[:at]), " ".join(words[at:])) for words in parts]
            if all(text_width(half, SMALL) <= room for pair in halves for half in pair):
                return [[line for half in pair for line in wrapped(half, room, SMALL)] for pair in halves]
    names = [wrapped(label, room, SMALL) for label in labels]
    return names if max(map(len, names)) <= _MOST_LINES else None


def write_wave_names(
    canvas: Canvas, chosen: list[int], names: list[list[str]], across: Callable[[int], float], y: float
) -> None:
    """The names of the chosen waves below the axis."""
    for k, lines in zip(chosen, names, strict=True):
        x = _within(canvas, across(k), max(text_width(line, SMALL) for line in lines))
        canvas.line([(across(k), y), (across(k), y + 4)], color=RULE)
        for position, line in enumerate(lines):
            canvas.write(x, y + 14 + position * LINE, line, size=SMALL, color=MUTED, anchor="middle")


def _within(canvas: Canvas, x: float, width: float) -> float:
    return min(max(x, width / 2 + 1), canvas.width - width / 2 - 1)
