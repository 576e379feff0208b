"""Columns whose letters were lost when the file was saved in an encoding that does not have them."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.survey.drafting.findings import Finding, Sureness, quoted
from drivers.survey.drafting.profile import Profile

LOST = "\ufffd"
"""What stands for a letter that could not be read."""
MANY = 0.2
"""Part of the answers from which a column is of no use."""
WHY = "letters were lost when the file was saved"


def has_lost_letters(profile: Profile) -> bool:
    """Whether many of a column's texts are only question marks, or have marks of letters that could not be read."""
    lost = sum(count for text, count in profile.counts.items() if _is_lost(text))
    return lost > MANY * profile.filled


def lost_letters(profiles: Sequence[Profile]) -> tuple[Finding, ...]:
    """What is said of the columns that lost their letters."""
    names = tuple(profile.name for profile in profiles)
    if not names:
        return ()
    return (
        Finding(
            part="data",
            columns=names,
            found="not used",
            sureness=Sureness.SURE,
            reason=f"{WHY}: {quoted(names)}; export it again as UTF-8",
        ),
    )


def _is_lost(text: str) -> bool:
    marks = text.count("?") + text.count(LOST)
    # A person may write one question mark, or two, in place of an answer.
    return LOST in text or (marks >= 3 and not any(char.isalnum() for char in text))
