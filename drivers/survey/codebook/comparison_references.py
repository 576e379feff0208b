"""Whether what a codebook says of rivals and of figures from outside refers to something that it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from drivers.survey.codebook.errors import Problem, suggest
from drivers.survey.codebook.errors import reference_problem as _problem

if TYPE_CHECKING:
    from drivers.survey.codebook.comparison import Rival
    from drivers.survey.codebook.model import Codebook

Path = tuple[str | int, ...]

FIGURES = {"score": (0.0, 100.0), "nps": (-100.0, 100.0)}
"""What an outside figure of each kind of outcome can be, in points."""


def broken_comparisons(codebook: Codebook) -> Iterator[Problem]:
    """Every rival and every figure from outside that contradicts the rest of the codebook."""
    used = _used_by(codebook)
    for key, rival in codebook.rivals.items():
        yield from _items(codebook, key, rival, used)
        yield from _rows(codebook, key, rival)
    yield from _rival_labels(codebook)
    yield from _figures(codebook)


def _used_by(codebook: Codebook) -> dict[str, str]:
    """Item → what asks it of us, as a path."""
    used: dict[str, str] = {}
    for part, constructs in (("drivers", codebook.drivers), ("outcomes", codebook.outcomes)):
        for name, construct in constructs.items():
            for item in construct.items:
                used.setdefault(item, f"{part}.{name}")
    for name, expectation in codebook.expectations.items():
        for level, items in expectation.levels.items():
            for item in items:
                used.setdefault(item, f"expectations.{name}.{level}")
    for name, written in codebook.stated_importance.items():
        for item in (written,) if isinstance(written, str) else written:
            used.setdefault(item, f"stated_importance.{name}")
    return used


def _items(codebook: Codebook, key: str, rival: Rival, used: dict[str, str]) -> Iterator[Problem]:
    known = {**codebook.drivers, **codebook.outcomes}
    for name, items in rival.asked.items():
        path: Path = ("rivals", key, "items", name)
        if name not in known:
            yield _problem(path, f"expected the name of a driver or an outcome, found {name!r}; {suggest(name, known)}")
            continue
        if name in codebook.outcomes and codebook.outcomes[name].kind == "event":
            yield _problem(
                path, f"expected an outcome that people speak of themselves, found the event {name!r}; remove it"
            )
            continue
        own = codebook.construct(name).items
        if len(items) != len(own):
            yield _problem(
                path,
                f"expected as many items as {name!r} has, in the same order ({', '.join(own)}), found {len(items)}; "
                "complete them, or remove the entry",
            )
            continue
        for position, (item, ours) in enumerate(zip(items, own, strict=True)):
            place = path if isinstance(rival.items[name], str) else (*path, position)
            if item not in codebook.items:
                yield _problem(place, f"expected the name of an item, found {item!r}; {suggest(item, codebook.items)}")
                continue
            if item in used:
                yield _problem(
                    place,
                    f"expected an item that asks about this rival only, found {item!r} also in {used[item]}; "
                    "correct one",
                )
            elif ours in codebook.items and codebook.items[item].scale != codebook.items[ours].scale:
                yield _problem(
                    place,
                    f"expected an item on scale {codebook.items[ours].scale!r}, as {ours!r} is, found {item!r} on "
                    f"{codebook.items[item].scale!r}; ask both alike, or remove the entry",
                )
            used.setdefault(item, ".".join(map(str, path)))


def _rows(codebook: Codebook, key: str, rival: Rival) -> Iterator[Problem]:
    if rival.rows is None:
        return
    path: Path = ("rivals", key, "rows")
    if codebook.design.respondent is None:
        yield _problem(
            path,
            "expected 'design.respondent' beside it, found none; name the column that says whose rows belong together",
        )
    for column in rival.rows:
        if any(column == item.column for item in codebook.items.values()):
            yield _problem(
                (*path, column),
                f"expected a column that says whom a row is about, found that of an item, {column!r}; name another",
            )


def _rival_labels(codebook: Codebook) -> Iterator[Problem]:
    """Two rivals that a reader could not tell apart."""
    seen: dict[tuple[str, str], str] = {}
    for key, rival in codebook.rivals.items():
        for language, label in rival.label.items():
            first = seen.setdefault((language, label), key)
            if first != key:
                yield _problem(
                    ("rivals", key, "label", language),
                    f"expected different labels, found {label!r} for {first!r} and {key!r}; change one",
                )


def _figures(codebook: Codebook) -> Iterator[Problem]:
    known = {**codebook.drivers, **codebook.outcomes}
    twice = codebook.indicator_benchmarks
    for name, figure in codebook.benchmarks.items():
        path: Path = ("benchmarks", name)
        if name not in known:
            yield _problem(path, f"expected the name of a driver or an outcome, found {name!r}; {suggest(name, known)}")
            continue
        if name in codebook.outcomes and codebook.outcomes[name].kind == "event":
            yield _problem(
                path,
                f"expected an outcome that people speak of themselves, found the event {name!r}; write the benchmark "
                "of an event under an indicator",
            )
            continue
        low, high = FIGURES[codebook.outcomes[name].kind if name in codebook.outcomes else "score"]
        if not low <= figure.value <= high:
            yield _problem(
                (*path, "value"),
                f"expected a number from {low:g} to {high:g}, as {name!r} is told, found {figure.value:g}; correct it",
            )
        if name in twice:
            yield _problem(
                path,
                f"expected the figure of {name!r} once, found it also under indicators.{twice[name]}.benchmark; remove "
                "one",
            )
