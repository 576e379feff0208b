"""The style sheet of pages and notebooks."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def stylesheet() -> str:
    """The CSS of everything that `show` puts out."""
    return resources.files("drivers.present").joinpath("shown.css").read_text(encoding="utf-8")
