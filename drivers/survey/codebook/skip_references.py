"""Whether what a codebook says of skipped questions and missing weights refers to something that it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from drivers.survey.codebook.errors import Problem, suggest
from drivers.survey.codebook.errors import reference_problem as _problem

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook
    from drivers.survey.codebook.skips import Where

Path = tuple[str | int, ...]


def broken_skips(codebook: Codebook) -> Iterator[Problem]:
    """Every skip, and every statement about missing weights, that contradicts the rest of the codebook."""
    for position, skip in enumerate(codebook.skips):
        path: Path = ("skips", position)
        asked = skip.items if skip.items is not None else list(codebook.items)
        for place, name in enumerate(skip.items or ()):
            if name not in codebook.items:
                yield _problem(
                    (*path, "items", place),
                    f"expected the name of an item, found {name!r}; {suggest(name, codebook.items)}",
                )
        own = {codebook.items[name].column: name for name in asked if name in codebook.items}
        for column in skip.where:
            if column in own:
                yield _problem(
                    (*path, "where", column),
                    "expected a column that says who was asked, found that of the skipped item "
                    f"{own[column]!r}; name another column, or take the item off the list",
                )
        yield from _waves(codebook, skip.where, (*path, "where"))
    design = codebook.design
    if design.unweighted is None:
        return
    if design.weight is None:
        yield _problem(
            ("design", "unweighted"), "expected it beside 'weight', found none; name the column of weights or remove it"
        )
    if design.replicate_weights is not None:
        yield _problem(
            ("design", "unweighted"),
            "expected it without replicate weights, which such rows lack too, found 'replicate_weights'; remove one of "
            "them",
        )
    yield from _waves(codebook, design.unweighted, ("design", "unweighted"))


def _waves(codebook: Codebook, where: Where, path: Path) -> Iterator[Problem]:
    """Values of a wave's column that no wave has."""
    columns = codebook.wave.columns if codebook.wave else []
    for column, values in where.items():
        if column not in columns or codebook.wave is None:
            continue
        place = columns.index(column)
        known = [str(entry.values[place]) for entry in codebook.wave.order if len(entry.values) == len(columns)]
        for position, value in enumerate(values):
            if str(value) not in known:
                yield _problem(
                    (*path, column, position),
                    f"expected the value of a wave under wave.order, found {str(value)!r}; "
                    f"{suggest(str(value), dict.fromkeys(known))}",
                )
