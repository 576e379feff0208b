"""The one font of the figures: how wide a line is, and how a label breaks into lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path

from drivers.present.isolation import LEFT, isolate, own_direction, plain

_FONT_FILE = Path(__file__).parent.parent / "fonts" / "Vazirmatn-Regular.ttf"
_FALLBACK_FILE = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
_FALLBACK_NAME = "drivers fallback"
_IGNORABLE = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")
"""Joiners, marks and variation selectors: they shape their neighbours and are never drawn themselves."""
_MARKED_NUMBER = re.compile(r"[+\N{MINUS SIGN}]?[0-9]+(?:[.,][0-9]+)*%|[+\N{MINUS SIGN}][0-9]+(?:[.,][0-9]+)*")
"""Numbers whose sign changes sides beside Arabic letters."""

LETTER_SIZE = float(text_to_path.FONT_SCALE)
"""The size in which letters are placed and outlined."""

_OUTLINES: dict[str, tuple[np.ndarray, np.ndarray]] = {}
"""Letters by their name → points and codes of their outline; filled as they are needed."""


def wrapped(text: str, room: float, size: float) -> list[str]:
    """The text in lines no wider than the room, broken between words, and inside a word only where it must be.

    Each line is isolated in the direction of the whole text, so that a line that starts with a number
    or a foreign word does not turn around; a number is isolated together with its sign.
    """
    bare = drawable(plain(text))
    lines: list[str] = []
    for word in bare.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines += _cut(word, room, size)
    mark = own_direction(bare)
    return [isolate(_MARKED_NUMBER.sub(lambda number: isolate(number[0], LEFT), line), mark) for line in lines]


def in_rows(entries: Sequence[tuple[str, str]], needs: Sequence[float], room: float) -> list[list[tuple[str, str]]]:
    """Entries of a legend in as few rows as the room allows, in their order.

    Parameters
    ----------
    needs
        The width of each entry in pixels.
    """
    rows: list[list[tuple[str, str]]] = [[]]
    used = 0.0
    for entry, need in zip(entries, needs, strict=True):
        if rows[-1] and used + need > room:
            rows.append([])
            used = 0.0
        rows[-1].append(entry)
        used += need
    return rows


def text_width(text: str, size: float) -> float:
    """The width of a line of text in pixels."""
    return _measure(text, size)


@cache
def letters_height(text: str, size: float) -> tuple[float, float]:
    """How far the letters of a line reach above and below its baseline, in pixels."""
    points, _ = text_to_path.get_text_path(font(size), text)
    heights = [float(y) * size / text_to_path.FONT_SCALE for _, y in points] or [0.0]
    return max(heights), -min(heights)


def placed_letters(text: str) -> list[tuple[str, float, float]]:
    """The letters of a line, shaped and from left to right: the name of each, and where it stands at `LETTER_SIZE`."""
    letters = font_manager.get_font([str(_FONT_FILE), str(_FALLBACK_FILE)])
    letters.set_size(LETTER_SIZE, text_to_path.DPI)
    placed, _, _ = text_to_path.get_glyphs_with_font(letters, text, glyph_map=_OUTLINES)
    return [(name, float(x), float(y)) for name, x, y, _ in placed]


def outline_of(letter: str) -> tuple[np.ndarray, np.ndarray]:
    """The outline of a letter that `placed_letters` named, at `LETTER_SIZE`: points and matplotlib's codes."""
    return _OUTLINES[letter]


def unit_width(text: str) -> float:
    """The width of a line of text for a size of 1, as it is drawn: without hinting."""
    width, _, _ = text_to_path.get_text_width_height_descent(text, font(LETTER_SIZE), False)
    return float(width) / LETTER_SIZE


def drawable(text: str) -> str:
    """The text with □ for each character that neither font has; the data table beside a figure has them all."""
    known = _characters()
    return "".join(c if ord(c) in known or _IGNORABLE.match(c) else "□" for c in text)


@cache
def font(size: float) -> font_manager.FontProperties:
    """The font at a size; matplotlib's own stands in for scripts that it lacks."""
    return font_manager.FontProperties(family=list(_register()), size=size)


def _cut(word: str, room: float, size: float) -> list[str]:
    """A word in parts that fit the room: the longest that does, again and again."""
    parts = []
    while text_width(word, size) > room and len(word) > 1:
        fitting, cut = 1, len(word)
        while fitting < cut - 1:
            middle = (fitting + cut) // 2
            fitting, cut = (middle, cut) if text_width(word[:middle], size) <= room else (fitting, middle)
        parts.append(word[:fitting])
        word = word[fitting:]
    return [*parts, word]


@cache
def _measure(text: str, size: float) -> float:
    figure = Figure(figsize=(1, 1), dpi=72)
    canvas = FigureCanvasAgg(figure)
    artist = figure.text(0, 0, text, fontproperties=font(size), parse_math=False)
    return float(artist.get_window_extent(canvas.get_renderer()).width)


@cache
def _register() -> tuple[str, str]:
    """The names of the one font file of the figures, and of matplotlib's own for other scripts.

    Both are registered by file, so that a font of the machine never takes their place.
    """
    manager = font_manager.fontManager
    for name, file in (("drivers", _FONT_FILE), (_FALLBACK_NAME, _FALLBACK_FILE)):
        manager.ttflist.append(font_manager.FontEntry(fname=str(file), name=name, size="scalable"))
    return "drivers", _FALLBACK_NAME


@cache
def _characters() -> frozenset[int]:
    """Every character that one of the fonts can draw."""
    return frozenset(
        code for file in (_FONT_FILE, _FALLBACK_FILE) for code in font_manager.get_font(str(file)).get_charmap()
    )
