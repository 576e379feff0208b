"""The part of a codebook that says what can be done: what points of a driver cost, and what was begun when."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from drivers.survey.codebook.types import Key, Number, Part, Text

Lever = Literal["front_line", "back_office", "environment", "process", "customer_part"]
"""Who can move a driver."""

Returns = Literal["linear", "diminishing"]
RETURNS: tuple[Returns, ...] = get_args(Returns)


class Cost(Part):
    """What it costs to raise a driver's mean rating."""

    per_point: Annotated[Number, Field(gt=0)]
    """Of the first point of 100, in the budget's unit."""
    ceiling: Annotated[Number, Field(gt=0, le=100)]
    """Points by which it can be raised at most."""
    returns: Returns = "linear"
    """Whether all points cost the same, or each more than the one before: halfway to the ceiling twice as much."""


class Budget(Part):
    """What there is to spend, and what points of each driver cost."""

    amount: Annotated[Number, Field(gt=0)]
    currency: Text | None = None
    """The unit of the amount and of all costs, such as thousand riyals."""
    costs: Annotated[dict[Key, Cost], Field(min_length=1)]


class Action(Part):
    """Something that is done about a driver, from a wave on."""

    driver: Key
    what: Text
    lever: Lever | None = None
    """Who is to move it; the driver's own lever unless given."""
    owner: Text | None = None
    since: str | int | list[str | int]
    """The first wave in which it could show: its value, or its values where several columns name the wave."""
    goal: Annotated[Number, Field(gt=0, le=100)] | None = None
    """Points by which the driver is to rise."""

    @property
    def since_wave(self) -> str:
        """The key of the wave since which it could show."""
        return " ".join(map(str, self.since)) if isinstance(self.since, list) else str(self.since)
