"""Whether what a codebook says of costs and actions refers to something that it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from drivers.survey.codebook.errors import Problem, suggest
from drivers.survey.codebook.errors import reference_problem as _problem

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook

Path = tuple[str | int, ...]


def broken_decisions(codebook: Codebook) -> Iterator[Problem]:
    """Every cost and every action that contradicts the rest of the codebook."""
    for name in codebook.budget.costs if codebook.budget else ():
        if name not in codebook.drivers:
            yield _unknown_driver(("budget", "costs", name), name, codebook)
    for place, action in enumerate(codebook.actions):
        if action.driver not in codebook.drivers:
            yield _unknown_driver(("actions", place, "driver"), action.driver, codebook)
        path: Path = ("actions", place, "since")
        if codebook.wave is None:
            yield _problem(
                path, "expected 'wave:' in the codebook to tell since when, found none; add it or remove the action"
            )
            continue
        waves = {entry.key: entry for entry in codebook.wave.order}
        if action.since_wave not in waves:
            yield _problem(
                path,
                f"expected the values of a wave, found {action.since_wave!r}; {suggest(action.since_wave, waves)}",
            )


def _unknown_driver(path: Path, name: str, codebook: Codebook) -> Problem:
    return _problem(path, f"expected the name of a driver, found {name!r}; {suggest(name, codebook.drivers)}")
