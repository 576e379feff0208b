"""The colours: every one of the figures' has its place in both schemes, and letters can be read in both."""

import re
from importlib import resources

import pytest

from drivers.present.figures import canvas
from drivers.present.style import stylesheet
from tests.present.test_figures import contrast

LETTERS = ("ink", "muted", "strong", "good", "care", "bad")
PAPERS = ("paper", "ground", "band")
READABLE = 4.5
"""Contrast of letters by WCAG 2, level AA."""
VISIBLE = 3.0
"""Contrast of what is no letter but must be seen."""


def tokens(scheme: str) -> dict[str, str]:
    """Name → colour of the light or the dark scheme."""
    plain, both = stylesheet().split("@supports", 1)
    light = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", plain))
    pairs = {name: (one, other) for name, one, other in re.findall(r"--([a-z]+): light-dark\((#\w+), (#\w+)\)", both)}
    assert {name: one for name, (one, _) in pairs.items()} == light
    return light if scheme == "light" else {name: dark for name, (_, dark) in pairs.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_can_be_read(scheme: str) -> None:
    colours = tokens(scheme)
    for letters in LETTERS:
        for paper in PAPERS:
            assert contrast(colours[letters], colours[paper]) >= READABLE, (letters, paper)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_focused_and_what_bars_say_can_be_seen(scheme: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours["focus"], colours["paper"]) >= VISIBLE
    assert contrast(colours["strong"], colours["paper"]) >= VISIBLE
    # In grey, too, what may be called first is told from the others.
    assert contrast(colours["strong"], colours["soft"]) >= 1.9


def test_every_colour_of_a_figure_follows_the_scheme() -> None:
    light = tokens("light")
    for name in ("ink", "muted", "rule", "paper", "strong", "soft", "plain", "band"):
        colour = getattr(canvas, name.upper())
        assert light[name] == colour
        for what in ("fill", "stroke"):
            assert f'.drivers svg [{what}="{colour}"] {{ {what}: var(--{name}); }}' in stylesheet()


def test_no_colour_stands_outside_the_palette() -> None:
    shown = resources.files("drivers.present").joinpath("shown.css").read_text(encoding="utf-8")
    assert "var(--ink)" in shown
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", shown)
