"""A figure as SVG of few bytes: each line of text is defined once, and may be shared by all figures of a page.

A figure is made of few kinds of shapes, whose SVG is written here from matplotlib's artists. Its own SVG took ten times
as long, drew every letter of every text anew, and a page has dozens of figures in two widths that name the same
drivers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.text import Text

from drivers.present.figures.lettering import LETTER_SIZE, outline_of, placed_letters, unit_width

DASHES = (4.0, 3.0)
"""A dash and the gap after it, in widths of the line."""

_FONT_UNITS = 64
"""Letters are outlined this many times larger than their size, in whole numbers."""
_ROOT = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
_DEFS = re.compile(r'<defs class="letters">(.*?)</defs>', re.DOTALL)
_DEFINED = re.compile(r'<path id="([^"]+)"[^>]*/>|<g id="([^"]+)">.*?</g>')
_COMMANDS = {
    Path.MOVETO: ("m", 1),
    Path.LINETO: ("l", 1),
    Path.CURVE3: ("q", 2),
    Path.CURVE4: ("c", 3),
    Path.CLOSEPOLY: ("z", 1),
}
"""A code of matplotlib's → the command that it is, and its points."""

_Point = tuple[float, float]
_Step = tuple[str, Any]  # a command and its points: pairs of numbers


def drawn(figure: Figure, identity: str, width: float, height: float, halos: Mapping[Text, str]) -> str:
    """The figure as one ``<svg>`` element that needs nothing outside itself.

    Parameters
    ----------
    figure
        Of texts, round markers, lines, rectangles and polygons.
    identity
        The element's id.
    width, height
        In pixels.
    halos
        Texts with the colour of a halo: an outline under the letters.
    """
    letters: dict[str, str] = {}
    runs: dict[str, str] = {}
    body = []
    for artist in sorted(figure.get_children(), key=lambda each: each.get_zorder()):
        if isinstance(artist, Text):
            run = _run(artist.get_text())
            if run.content:
                letters |= run.letters
                runs[run.name] = f'<g id="{run.name}">{run.content}</g>'
                body.append(_placed(artist, run, width, height, halos.get(artist, "")))
        else:
            body.append(_shape(artist, height))
    attributes = " ".join(f'{name}="{value}"' for name, value in _ROOT.items())
    definitions = "".join(letters.values()) + "".join(runs.values())
    return (
        f'<svg id="{identity}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_short(width)} {_short(height)}" '
        f'{attributes} style="max-width:{_short(width)}px" aria-hidden="true" focusable="false">'
        f'<defs class="letters">{definitions}</defs>{"".join(body)}</svg>'
    )


def share_letters(html: str) -> tuple[str, str]:
    """The HTML of pieces with the letters of all figures taken out, and one hidden ``<svg>`` that defines them."""
    found: dict[str, str] = {}
    for block in _DEFS.finditer(html):
        for definition in _DEFINED.finditer(block[1]):
            found.setdefault(definition[1] or definition[2], definition[0])
    if not found:
        return html, ""
    defined = "".join(found.values())
    hidden = 'width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"'
    return _DEFS.sub("", html), f"<svg {hidden}><defs>{defined}</defs></svg>"


# Texts


@dataclass(frozen=True, slots=True)
class _Run:
    """A line of text: its name, what it is made of, the outlines that this needs, and its width for a size of 1."""

    name: str
    content: str
    letters: Mapping[str, str]
    width: float


@lru_cache(maxsize=10_000)
def _run(text: str) -> _Run:
    """The line of letters that a text is; without content where there is nothing to see."""
    letters, parts = {}, []
    for letter, x, y in placed_letters(text):
        outline = _outline(letter)
        if outline:
            font, _, number = letter.rpartition("-")
            name = f"{font[:1].lower()}{number}"
            letters[name] = f'<path id="{name}" d="{outline}"/>'
            across, up = (round(_FONT_UNITS * value) for value in (x, y))
            place = (f' x="{across}"' if across else "") + (f' y="{up}"' if up else "")
            parts.append(f'<use href="#{name}"{place}/>')
    content = "".join(parts)
    name = f"t{hashlib.sha256(content.encode()).hexdigest()[:10]}"
    return _Run(name, content, letters, unit_width(text))


def _placed(artist: Text, run: _Run, width: float, height: float, halo: str) -> str:
    """A line of text where it stands."""
    across, up = artist.get_position()
    size = float(artist.get_fontsize())
    before = {"left": 0.0, "center": 0.5, "right": 1.0}[artist.get_horizontalalignment()]
    x, y = across * width - before * run.width * size, (1 - up) * height
    scale = size / LETTER_SIZE / _FONT_UNITS
    outline = f' stroke="{halo}" stroke-width="{round(3 / scale)}" paint-order="stroke"' if halo else ""
    place = f"translate({_short(x)} {_short(y)})scale({scale:.6f} {-scale:.6f})"
    return f'<use href="#{run.name}" transform="{place}" fill="{_color(artist.get_color())}"{outline}/>'


@cache
def _outline(letter: str) -> str:
    """The outline of a letter; empty for a space."""
    points, codes = outline_of(letter)
    places = np.rint(points * _FONT_UNITS)
    steps: list[_Step] = []
    at = 0
    while at < len(codes):
        command, count = _COMMANDS[codes[at]]
        steps.append((command, places[at : at + count] if command != "z" else []))
        at += count
    return _steps(steps, 0)


# Shapes


def _shape(artist: Artist, height: float) -> str:
    """Anything but a text."""
    if isinstance(artist, Line2D):
        points = [(x, height - y) for x, y in artist.get_transform().transform(np.asarray(artist.get_xydata()))]
        if artist.get_marker() == "o":
            return "".join(_marker(artist, x, y) for x, y in points)
        look = _stroke(_color(artist.get_color()), artist.get_linewidth())
        if artist.get_linestyle() == "--":
            dash, gap = (_short(part * artist.get_linewidth()) for part in DASHES)
            look += f' stroke-dasharray="{dash},{gap}"'
        return f'<path d="{_steps(_polyline(points), 2)}" fill="none"{look}/>'
    if not isinstance(artist, Patch):
        raise TypeError(f"Expected a text, a line or a patch on a figure, found {type(artist).__name__}.")
    corners = artist.get_transform().transform(artist.get_path().vertices)[:-1]
    points = [(x, height - y) for x, y in corners]
    look = f' fill="{_color(artist.get_facecolor())}"'
    if artist.get_linewidth():
        look += _stroke(_color(artist.get_edgecolor()), artist.get_linewidth())
    opacity = artist.get_alpha()
    if opacity is not None:
        look += f' opacity="{_short(opacity)}"'
    return f'<path d="{_steps([*_polyline(points), ("z", [])], 2)}"{look}/>'


def _marker(artist: Line2D, x: float, y: float) -> str:
    """A round marker."""
    place = " ".join(f'{key}="{_short(value)}"' for key, value in (("cx", x), ("cy", y)))
    look = _stroke(_color(artist.get_markeredgecolor()), artist.get_markeredgewidth())
    radius = _short(artist.get_markersize() / 2)
    return f'<circle {place} r="{radius}" fill="{_color(artist.get_markerfacecolor())}"{look}/>'


def _stroke(color: str, width: float) -> str:
    """A line's colour and, where it is not 1, its width: attributes, which a style sheet may overrule."""
    return f' stroke="{color}"' + (f' stroke-width="{_short(width)}"' if width != 1 else "")


@lru_cache(maxsize=1000)
def _color(color: Any) -> str:
    """A colour of matplotlib's as one of a page."""
    return to_hex(color)


def _polyline(points: Sequence[_Point]) -> list[_Step]:
    """From point to point."""
    return [("l" if position else "m", [point]) for position, point in enumerate(points)]


def _steps(steps: Iterable[_Step], decimals: int) -> str:
    """A path relative to where its pen stands, which takes fewer digits."""
    unit = 10**decimals
    pen = start = (0, 0)
    out = []
    for command, points in steps:
        places = [(round(float(x) * unit), round(float(y) * unit)) for x, y in points]
        moved = [value for x, y in places for value in (x - pen[0], y - pen[1])]
        out.append(command + _joined([_short(value / unit, decimals) for value in moved]))
        pen = places[-1] if places else start
        if command == "m":
            start = pen
    return "".join(out)


def _short(value: float, decimals: int = 2) -> str:
    """A number without what nobody sees."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _joined(numbers: list[str]) -> str:
    """Numbers of a path; a minus parts them as well as a space does."""
    return "".join(
        number if position == 0 or number.startswith("-") else f" {number}" for position, number in enumerate(numbers)
    )
