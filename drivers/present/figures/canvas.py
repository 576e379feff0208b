"""A canvas in pixels that mirrors itself for right-to-left languages, and the drawing made on it.

Positions run from the reading start: x = 0 is the left edge in English and the right edge in Arabic.
Matplotlib shapes Arabic itself; text is given unshaped.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

WIDE, NARROW = 720, 284
"""Widths in CSS pixels: a desktop column, and what the smallest phone (320) leaves between margins."""

INK, MUTED, RULE, PAPER = "#1c2733", "#51606f", "#c5ced6", "#ffffff"
STRONG, SOFT, PLAIN, BAND = "#0a5c7a", "#6fa3b8", "#93a1ad", "#e6f0f4"
"""STRONG: may be called first; SOFT: the others; PLAIN: no order is claimed; BAND: what belongs together."""

Anchor = Literal["start", "middle", "end"]

_FONT_FILE = Path(__file__).parent.parent / "fonts" / "Vazirmatn-Regular.ttf"
_FALLBACK_NAME = "drivers fallback"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels from the left and the top."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Whether two boxes share any area, or come nearer than the gap."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )

    def inside(self, other: Box) -> bool:
        """Whether this box lies within the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(slots=True)
class Canvas:
    """A figure to draw on, in pixels from the top at the reading start."""

    width: float
    height: float
    direction: str
    figure: Figure = field(init=False)
    texts: list[tuple[str, Text]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        # 72 dots an inch make a point a pixel, in the picture and in its SVG alike.
        self.figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=72, facecolor=PAPER)
        FigureCanvasAgg(self.figure)

    def x(self, position: float) -> float:
        """Pixels from the left for pixels from the reading start."""
        return self.width - position if self.direction == "rtl" else position

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return self.x(x) / self.width, 1 - y / self.height

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 14,
        color: str = INK,
        anchor: Anchor = "start",
        halo: bool = False,
    ) -> Text:
        """A line of text whose letters have their middle at y; a halo keeps it readable across lines."""
        side = {"start": "left", "middle": "center", "end": "right"}[anchor]
        if self.direction == "rtl":
            side = {"left": "right", "center": "center", "right": "left"}[side]
        # The font's line is taller above than below its letters; without this they would sit too low.
        place = self._place(x, y - 0.14 * size)
        artist = self.figure.text(
            *place,
            text,
            fontproperties=_font(size),
            color=color,
            ha=side,
            va="center_baseline",
            parse_math=False,
        )
        if halo:
            artist.set_path_effects([withStroke(linewidth=3, foreground=PAPER)])
        self.texts.append((text, artist))
        return artist

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        color: str = RULE,
        width: float = 1.0,
        dashed: bool = False,
    ) -> Line2D:
        """A line through points."""
        places = [self._place(x, y) for x, y in points]
        artist = Line2D(
            [p[0] for p in places],
            [p[1] for p in places],
            color=color,
            linewidth=width,
            linestyle=(0, (4, 3)) if dashed else "-",
            transform=self.figure.transFigure,
            solid_capstyle="butt",
        )
        self.figure.add_artist(artist)
        return artist

    def rectangle(self, x: float, y: float, width: float, height: float, *, color: str) -> Rectangle:
        """A filled rectangle that grows from x in reading direction and down from y."""
        left = min(self.x(x), self.x(x + width))
        artist = Rectangle(
            (left / self.width, 1 - (y + height) / self.height),
            width / self.width,
            height / self.height,
            facecolor=color,
            linewidth=0,
            transform=self.figure.transFigure,
        )
        self.figure.add_artist(artist)
        return artist

    def area(self, points: Sequence[tuple[float, float]], *, color: str) -> Polygon:
        """A filled polygon."""
        artist = Polygon(
            [self._place(x, y) for x, y in points],
            closed=True,
            facecolor=color,
            linewidth=0,
            transform=self.figure.transFigure,
        )
        self.figure.add_artist(artist)
        return artist

    def dot(self, x: float, y: float, *, color: str = STRONG, size: float = 8) -> Line2D:
        """A round dot."""
        place = self._place(x, y)
        artist = Line2D(
            [place[0]],
            [place[1]],
            marker="o",
            markersize=size,
            markerfacecolor=color,
            markeredgecolor=PAPER,
            markeredgewidth=1,
            linestyle="none",
            transform=self.figure.transFigure,
        )
        self.figure.add_artist(artist)
        return artist

    def box(self, artist: Text) -> Box:
        """Where a text stands, in pixels from the left and the top."""
        extent = artist.get_window_extent(self.figure.canvas.get_renderer())  # type: ignore[attr-defined]
        return Box(extent.x0, self.height - extent.y1, extent.x1, self.height - extent.y0)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure that can be drawn at any width.

    Parameters
    ----------
    draw
        Width in pixels → canvas.
    alt
        What the figure shows and finds, in words.
    """

    draw: Callable[[float], Canvas]
    alt: str

    def canvas(self, width: float = WIDE) -> Canvas:
        """The figure at a width, with its artists."""
        return self.draw(width)

    def figure(self, width: float = WIDE) -> Figure:
        """The matplotlib figure at a width."""
        return self.canvas(width).figure

    def svg(self, identity: str, width: float = WIDE) -> str:
        """The figure as SVG: the same bytes for the same content, every id behind the identity.

        Parameters
        ----------
        identity
            Letters, digits and hyphens; unique on a page.
        """
        settings: dict[Any, Any] = {"svg.fonttype": "path", "svg.hashsalt": identity, "svg.id": identity}
        stream = io.StringIO()
        with mpl.rc_context(settings):
            self.figure(width).savefig(
                stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
            )
        return _embeddable(stream.getvalue(), identity, width)

    def _repr_html_(self) -> str:
        return f'<div style="max-width:{WIDE}px">{self.svg("drawing")}</div>'


def wrapped(text: str, room: float, size: float) -> list[str]:
    """The text in lines no wider than the room, broken between words."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def text_width(text: str, size: float) -> float:
    """The width of a line of text in pixels."""
    return _measure(text, size)


@cache
def _measure(text: str, size: float) -> float:
    figure = Figure(figsize=(1, 1), dpi=72)
    canvas = FigureCanvasAgg(figure)
    artist = figure.text(0, 0, text, fontproperties=_font(size), parse_math=False)
    return float(artist.get_window_extent(canvas.get_renderer()).width)


@cache
def _font(size: float) -> font_manager.FontProperties:
    family = _register()
    return font_manager.FontProperties(family=list(family), size=size)


@cache
def _register() -> tuple[str, str]:
    """The names of the one font file of the figures, and of matplotlib's own for other scripts.

    Both are registered by file, so that a font of the machine never takes their place.
    """
    manager = font_manager.fontManager
    fallback = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    for name, file in (("drivers", _FONT_FILE), (_FALLBACK_NAME, fallback)):
        manager.ttflist.append(font_manager.FontEntry(fname=str(file), name=name, size="scalable"))
    return "drivers", _FALLBACK_NAME


def _embeddable(svg: str, identity: str, width: float) -> str:
    """The ``<svg>`` element alone, its ids and references behind the identity."""
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(rf'\bid="(?!{re.escape(identity)}")([^"]+)"', rf'id="{identity}-\1"', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\1{identity}-", svg)
    svg = re.sub(r'(<svg\b[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg\b[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    return svg.replace("<svg", f'<svg style="max-width:{width:g}px" aria-hidden="true" focusable="false"', 1)
