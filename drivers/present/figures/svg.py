"""A figure as SVG of few bytes: each line of text is defined once, and may be shared by all figures of a page.

Matplotlib draws every letter of every text by itself, with coordinates of six decimals. A page has dozens of figures in
two widths that name the same drivers, and would weigh megabytes.
"""

from __future__ import annotations

import hashlib
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PIECE = re.compile(r"([MLQCz])([^MLQCz]*)")
_FONT_UNITS = 64
"""Matplotlib's letters are drawn this many times larger than its text, and scaled back one by one."""
_KEPT = ("fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "opacity")
_ROOT = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
_DEFS = re.compile(r'<defs class="letters">(.*?)</defs>', re.DOTALL)
_DEFINED = re.compile(r'<path id="([^"]+)"[^>]*/>|<g id="([^"]+)">.*?</g>')


def drawn(figure: Figure, identity: str, width: float, height: float, halos: Mapping[Text, str]) -> str:
    """The figure as one ``<svg>`` element that needs nothing outside itself.

    Parameters
    ----------
    identity
        The element's id.
    width, height
        In pixels.
    halos
        Texts with the colour of a halo, which SVG draws better than matplotlib: as an outline under the letters.
    """
    for position, artist in enumerate(halos):
        artist.set_path_effects([])
        artist.set_gid(f"halo-{position}")
    stream = io.StringIO()
    settings: dict[Any, Any] = {"svg.fonttype": "path", "svg.hashsalt": identity, "svg.id": identity}
    with mpl.rc_context(settings):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    rewriting = _Rewriting(list(halos.values()))
    body = "".join(rewriting.rewrite(ET.fromstring(stream.getvalue())))
    attributes = " ".join(f'{name}="{value}"' for name, value in _ROOT.items())
    definitions = "".join(rewriting.letters.values()) + "".join(rewriting.runs.values())
    return (
        f'<svg id="{identity}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_short(width)} {_short(height)}" '
        f'{attributes} style="max-width:{_short(width)}px" aria-hidden="true" focusable="false">'
        f'<defs class="letters">{definitions}</defs>{body}</svg>'
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


@dataclass(slots=True)
class _Rewriting:
    """The state of one rewriting: halos by the number in their id, and what was defined so far."""

    halos: list[str]
    letters: dict[str, str] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    radii: dict[str, float] = field(default_factory=dict)

    def rewrite(self, element: ET.Element, halo: str = "") -> Iterator[str]:
        """What is drawn by an element, as SVG."""
        for child in element:
            name = child.tag.removeprefix(_SVG)
            if name == "g":
                label = child.get("id", "")
                inside = self.halos[int(label[5:])] if label.startswith("halo-") else halo
                if child.get("transform"):
                    yield self._text(child, inside)
                else:
                    yield from self.rewrite(child, inside)
            elif name == "defs":
                # Markers are round: the first point of theirs is as far below the middle as they reach.
                for path in child.iter(f"{_SVG}path"):
                    self.radii[path.get("id", "")] = abs(float(_NUMBER.findall(path.get("d", ""))[1]))
            elif name == "use":
                place = {"cx": float(child.get("x", 0)), "cy": float(child.get("y", 0))}
                radius = self.radii[child.get(_HREF, "")[1:]]
                shape = " ".join(f'{key}="{_short(value)}"' for key, value in {**place, "r": radius}.items())
                yield f"<circle {shape}{_look(child)}/>"
            elif name == "path":
                yield f'<path d="{_outline(child.get("d", ""), 2)}"{_look(child)}/>'

    def _text(self, group: ET.Element, halo: str) -> str:
        """A line of text: where it stands, and the run of letters that it is."""
        x, y, size, _ = (float(number) for number in _NUMBER.findall(group.get("transform", "")))
        for path in group.iter(f"{_SVG}path"):
            name = _letter(path.get("id", ""))
            self.letters[name] = f'<path id="{name}" d="{_outline(path.get("d", ""), 0)}"/>'
        parts = []
        for use in group.iter(f"{_SVG}use"):
            moved = [float(number) for number in _NUMBER.findall(use.get("transform", ""))] or [0.0, 0.0]
            across, up = (_short(_FONT_UNITS * value, 0) for value in moved)
            place = (f' x="{across}"' if across != "0" else "") + (f' y="{up}"' if up != "0" else "")
            parts.append(f'<use href="#{_letter(use.get(_HREF, "")[1:])}"{place}/>')
        content = "".join(parts)
        name = f"t{hashlib.sha256(content.encode()).hexdigest()[:10]}"
        self.runs[name] = f'<g id="{name}">{content}</g>'
        scale = size / _FONT_UNITS
        outline = f' stroke="{halo}" stroke-width="{_short(3 / scale, 0)}" paint-order="stroke"' if halo else ""
        place = f"translate({_short(x)} {_short(y)})scale({scale:.6f} {-scale:.6f})"
        return f'<use href="#{name}" transform="{place}"{_look(group)}{outline}/>'


def _letter(name: str) -> str:
    """A short name of a letter in one of the two fonts."""
    font, _, number = name.rpartition("-")
    return f"{font[:1].lower()}{number}"


def _look(element: ET.Element) -> str:
    """Colours and lines as attributes, which a style sheet may overrule."""
    style = dict(part.strip().split(": ", 1) for part in element.get("style", "").split(";") if part.strip())
    return "".join(f' {name}="{style[name]}"' for name in _KEPT if name in style)


def _short(value: float, decimals: int = 2) -> str:
    """A number without what nobody sees."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _outline(path: str, decimals: int) -> str:
    """The path relative to where its pen stands, which takes fewer digits."""
    unit = 10**decimals
    pen = start = (0, 0)
    out = []
    for command, numbers in _PIECE.findall(path):
        if command == "z":
            out.append("z")
            pen = start
            continue
        values = [round(float(number) * unit) for number in _NUMBER.findall(numbers)]
        points = list(zip(values[::2], values[1::2], strict=True))
        moved = [value for x, y in points for value in (x - pen[0], y - pen[1])]
        out.append(command.lower() + _joined([_short(value / unit, decimals) for value in moved]))
        pen = points[-1]
        if command == "M":
            start = pen
    return "".join(out)


def _joined(numbers: list[str]) -> str:
    """Numbers of a path; a minus parts them as well as a space does."""
    return "".join(
        number if position == 0 or number.startswith("-") else f" {number}" for position, number in enumerate(numbers)
    )
