"""What is said of a unit, a wave or a group that a survey does not have."""

from __future__ import annotations

from drivers.errors import remedy

MOST_COMPARED = 1_000
"""Values among which a similar one is looked for; a column may have millions."""


def not_in_codebook(what: str, name: str) -> str:
    """That the codebook names no such thing at all."""
    return f"Expected a codebook with '{what}:' to select {what} {name!r}, found none; add it or drop {what}=."


def no_such(what: str, name: str, known: tuple[str, ...]) -> str:
    """That it is none of those that there are, with the nearest."""
    shown = ", ".join(repr(k) for k in known[:8]) + (f" and {len(known) - 8} more" if len(known) > 8 else "")
    return f"Expected {what} to be one of {shown}, found {name!r}; {remedy(name, known[:MOST_COMPARED])}"
