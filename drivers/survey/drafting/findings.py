"""What was found out about a file, how sure it is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sureness(StrEnum):
    """How sure a finding is: told by the file, told by names and values together, or by one of them alone."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement about the file.

    Parameters
    ----------
    part
        The part of the codebook that it concerns, such as ``outcomes.satisfaction``.
    columns
        The columns of the file.
    found
        What they were taken for, in a few words.
    sureness
        How sure that is.
    reason
        Why, in a few words.
    confirm
        What only the user can say; "" where nothing is asked.
    """

    part: str
    columns: tuple[str, ...]
    found: str
    sureness: Sureness
    reason: str
    confirm: str = ""

    @property
    def comment(self) -> str:
        """The finding as a comment beside its entry."""
        start = "a guess" if self.sureness is Sureness.GUESS else str(self.sureness)
        words = f"{start}: {self.reason}" if self.reason else start
        return f"{words}; TO CONFIRM: {self.confirm}" if self.confirm else words


def quoted(names: tuple[str, ...] | list[str], most: int = 4) -> str:
    """Names one after the other, the first of them where there are many."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{names[0]}, {names[1]} … {names[-1]} ({len(names)} in all)"
