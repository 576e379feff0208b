"""A canvas in pixels that mirrors itself for right-to-left languages, and the drawing made on it.

Positions run from the reading start: x = 0 is the left edge in English and the right edge in Arabic.
Matplotlib shapes Arabic itself; text is given unshaped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from drivers.present.figures.lettering import font, letters_height
from drivers.present.figures.svg import DASHES, drawn

WIDE, NARROW = 720, 284
"""Widths in CSS pixels: a desktop column, and what the smallest phone (320) leaves between margins."""

INK, MUTED, RULE, PAPER = "#1c2733", "#51606f", "#c5ced6", "#ffffff"
STRONG, SOFT, PLAIN, BAND = "#0a5c7a", "#6fa3b8", "#93a1ad", "#e6f0f4"
"""STRONG: may be called first; SOFT: the others; PLAIN: no order is claimed; BAND: what belongs together."""

Anchor = Literal["start", "middle", "end"]

_MIDDLE = 0.36
"""From the middle of a capital or a digit down to its baseline, in parts of the size."""


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
    halos: dict[Text, str] = field(init=False, default_factory=dict)
    """Texts with a halo → its colour."""

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
        halo: str = "",
    ) -> Text:
        """A line of text whose letters have their middle at y; a halo of this colour keeps it readable on lines."""
        side = {"start": "left", "middle": "center", "end": "right"}[anchor]
        if self.direction == "rtl":
            side = {"left": "right", "center": "center", "right": "left"}[side]
        # By the baseline: matplotlib's middle of a line depends on its letters, so lines would not level.
        artist = self.figure.text(
            *self._place(x, y + _MIDDLE * size),
            text,
            fontproperties=font(size),
            color=color,
            ha=side,
            va="baseline",
            parse_math=False,
        )
        if halo:
            artist.set_path_effects([withStroke(linewidth=3, foreground=halo)])
            self.halos[artist] = halo
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
            linestyle=(0, DASHES) if dashed else "-",
            transform=self.figure.transFigure,
            solid_capstyle="butt",
        )
        self.figure.add_artist(artist)
        return artist

    def rectangle(
        self, x: float, y: float, width: float, height: float, *, color: str, opacity: float = 1.0
    ) -> Rectangle:
        """A filled rectangle that grows from x in reading direction and down from y."""
        left = min(self.x(x), self.x(x + width))
        artist = Rectangle(
            (left / self.width, 1 - (y + height) / self.height),
            width / self.width,
            height / self.height,
            facecolor=color,
            alpha=None if opacity == 1 else opacity,
            linewidth=0,
            transform=self.figure.transFigure,
        )
        self.figure.add_artist(artist)
        return artist

    def area(self, points: Sequence[tuple[float, float]], *, color: str, seam: float = 0.0) -> Polygon:
        """A filled polygon; an edge of its own colour closes the seam to the next."""
        artist = Polygon(
            [self._place(x, y) for x, y in points],
            closed=True,
            facecolor=color,
            edgecolor=color,
            linewidth=seam,
            transform=self.figure.transFigure,
        )
        self.figure.add_artist(artist)
        return artist

    def dot(self, x: float, y: float, *, color: str = STRONG, size: float = 8, hollow: bool = False) -> Line2D:
        """A round dot; a hollow one is a ring."""
        place = self._place(x, y)
        artist = Line2D(
            [place[0]],
            [place[1]],
            marker="o",
            markersize=size,
            markerfacecolor=PAPER if hollow else color,
            markeredgecolor=color if hollow else PAPER,
            markeredgewidth=min(2.0, size / 4) if hollow else 1,
            linestyle="none",
            transform=self.figure.transFigure,
        )
        self.figure.add_artist(artist)
        return artist

    def box(self, artist: Text) -> Box:
        """Where the letters of a text stand, in pixels from the left and the top."""
        extent = artist.get_window_extent(self.figure.canvas.get_renderer())  # type: ignore[attr-defined]
        baseline = self.height * (1 - artist.get_position()[1])
        above, below = letters_height(artist.get_text(), float(artist.get_fontsize()))
        return Box(extent.x0, baseline - above, extent.x1, baseline + below)


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
        """The figure as SVG: the same bytes for the same content.

        Its id is the identity; those of its letters name what they look like, so that they are the same in all figures.

        Parameters
        ----------
        identity
            Letters, digits and hyphens; unique on a page.
        """
        canvas = self.canvas(width)
        return drawn(canvas.figure, identity, canvas.width, canvas.height, canvas.halos)

    def _repr_html_(self) -> str:
        return f'<div style="max-width:{WIDE}px">{self.svg("drawing")}</div>'
