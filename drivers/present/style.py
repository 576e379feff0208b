"""The style sheet of pages and notebooks."""

from __future__ import annotations

from functools import cache
from importlib import resources

_NOTEBOOK = ".drivers { color-scheme: light; background: var(--paper); padding: 0.75rem; }"
"""A notebook's own theme says nothing of the reader's: what is shown stands on paper there."""


@cache
def stylesheet(*, notebook: bool = False) -> str:
    """The CSS of everything that `show` puts out, on a page or in a notebook."""
    folder = resources.files("drivers.present")
    parts = [folder.joinpath(name).read_text(encoding="utf-8") for name in ("tokens.css", "shown.css")]
    return "".join([*parts, _NOTEBOOK] if notebook else parts)
