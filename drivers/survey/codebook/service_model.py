"""The part of a codebook that says which questions belong to the service model: expectations, recovery, features."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from drivers.survey.codebook.types import Key, Number, Part, Text


class Expectation(Part):
    """The items that ask what was hoped for and what would just be accepted."""

    desired: Key | list[Key] | None = None
    adequate: Key | list[Key] | None = None

    @property
    def levels(self) -> dict[str, tuple[str, ...]]:
        """The items of each level that was asked: `desired`, `adequate`."""
        asked = {"desired": self.desired, "adequate": self.adequate}
        return {
            level: (items,) if isinstance(items, str) else tuple(items)
            for level, items in asked.items()
            if items is not None
        }


class Recovery(Part):
    """The items that ask whether something went wrong, whether it was put right, and how fast."""

    problem: Key
    """On a binary scale: 1 = there was a problem."""
    solved: Key
    """On a binary scale: 1 = it was put right."""
    days: Key | None = None
    """On a numeric scale: days until it was."""
    fast_within: Annotated[Number, Field(gt=0)] | None = None
    """Days within which putting it right counts as fast."""


class KanoPair(Part):
    """Two questions on one feature: how it would be with it, and how without.

    Their scale has the five answers of Kano's questionnaire, from "I like it that way", "it must be that way", "I do
    not mind" and "I can live with it that way" to "I dislike it that way". The lowest code is "I like it that way";
    items of files that have it the other way round are ``reversed``.
    """

    functional: Key
    dysfunctional: Key
    label: Text | None = None
    """Of the feature; not needed where its key is that of a driver."""
    driver: Key | None = None
    """The driver that the feature belongs to."""
