"""Small parts of HTML that pieces of a page are made of."""

from __future__ import annotations

from markupsafe import Markup

from drivers.present.isolation import html


def paragraph(text: str, css: str = "") -> Markup:
    """A paragraph of wording."""
    return Markup("<p{}>{}</p>").format(Markup(' class="{}"').format(css) if css else "", html(text))


def left_to_right(text: str) -> Markup:
    """A fingerprint, a version or a seed: Latin and whole on every page."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)
