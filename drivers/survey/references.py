"""Whether the names in a codebook refer to something that it has, and each to what it may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.errors import CodebookError
from drivers.survey.codebook_errors import Problem, suggest

if TYPE_CHECKING:
    from drivers.survey.codebook import Codebook, Construct
    from drivers.survey.scales import Scale

UsedBy = Mapping[str, str]
"""Item → the driver or outcome that uses it, as a path."""


def broken_references(codebook: Codebook) -> Iterator[Problem]:
    """Every name that refers to nothing, or to what it may not."""
    yield from _scales(codebook)
    yield from _items(codebook)
    used_by: dict[str, str] = {}
    yield from _constructs("drivers", codebook.drivers, codebook, used_by)
    yield from _constructs("outcomes", codebook.outcomes, codebook, used_by)
    if not codebook.default_drivers:
        yield _problem(("drivers",), "expected a driver that is not optional, found none; remove 'optional' from one")
    yield from _labels(codebook)
    yield from _outcome_kinds(codebook)
    yield from _controls(codebook, used_by)
    yield from _expectations(codebook, used_by)
    yield from _waves(codebook)


def _scales(codebook: Codebook) -> Iterator[Problem]:
    for name, scale in codebook.scales.items():
        try:
            scale.rule({})
        except CodebookError as error:
            message = str(error)
            yield _problem(("scales", name, "codes"), f"{message[0].lower()}{message[1:].rstrip('.')}")


def _items(codebook: Codebook) -> Iterator[Problem]:
    columns: dict[str, str] = {}
    for key, item in codebook.items.items():
        if item.scale not in codebook.scales:
            yield _unknown(("items", key, "scale"), "a scale", item.scale, codebook.scales)
        else:
            yield from _answers(codebook, key, codebook.scales[item.scale])
        if item.column in columns:
            yield _problem(
                ("items", key, "column"),
                f"expected each column in one item, found {item.column!r} in {columns[item.column]!r} and "
                f"{key!r}; name another column or remove one of the items",
            )
        columns.setdefault(item.column, key)


def _answers(codebook: Codebook, key: str, scale: Scale) -> Iterator[Problem]:
    item = codebook.items[key]
    low, high = scale.ends
    codes = scale.codes if scale.type in ("likert", "binary") else None
    for text, value in item.answers.items():
        if isinstance(value, str):
            continue
        if not low <= value <= high or (codes is not None and value not in codes):
            yield _problem(
                ("items", key, "answers", text),
                f"expected a code of scale {item.scale!r} ({scale.answers_in_words}) or a kind of missing, "
                f"found {value:g}; correct it",
            )


def _constructs(
    part: str, constructs: Mapping[str, Construct], codebook: Codebook, used_by: dict[str, str]
) -> Iterator[Problem]:
    for name, construct in constructs.items():
        own = f"{part}.{name}"
        if part == "outcomes" and name in codebook.drivers:
            yield _problem(
                (part, name),
                f"expected different names for drivers and outcomes, found {name!r} in both; rename one",
            )
        for position, item in enumerate(construct.items):
            path = (part, name, "items", position)
            user = used_by.get(item)
            if item not in codebook.items:
                yield _unknown(path, "an item", item, codebook.items)
            elif user == own:
                yield _problem(path, f"expected each item once, found {item!r} again; remove it")
            elif user is not None and (part == "drivers" or user.startswith("drivers.")):
                yield _problem(
                    path,
                    f"expected an item in one driver only and never in a driver and an outcome, found "
                    f"{item!r} also in {user}; remove it from one",
                )
            used_by.setdefault(item, own)
        if construct.min_items is not None and construct.min_items > len(construct.items):
            yield _problem(
                (part, name, "min_items"),
                f"expected at most {len(construct.items)}, the number of items, found {construct.min_items}; "
                "lower it or add items",
            )


def _labels(codebook: Codebook) -> Iterator[Problem]:
    """Two drivers, or two outcomes, that a reader could not tell apart."""
    for part, constructs in (("drivers", codebook.drivers), ("outcomes", codebook.outcomes)):
        seen: dict[tuple[str, str], str] = {}
        for name, construct in constructs.items():
            for language, label in construct.label.items():
                first = seen.setdefault((language, label), name)
                if first != name:
                    yield _problem(
                        (part, name, "label", language),
                        f"expected different labels, found {label!r} for {first!r} and {name!r}; change one",
                    )


def _outcome_kinds(codebook: Codebook) -> Iterator[Problem]:
    for name, outcome in codebook.outcomes.items():
        if outcome.kind != "nps":
            continue
        if len(outcome.items) > 1:
            yield _problem(
                ("outcomes", name, "kind"),
                f"expected one item for 'kind: nps', found {len(outcome.items)}; keep one or use kind: score",
            )
        item = codebook.items.get(outcome.items[0])
        scale = codebook.scales.get(item.scale) if item is not None else None
        if scale is not None and scale.type != "nps":
            yield _problem(
                ("outcomes", name, "kind"),
                f"expected an item on a scale of type nps for 'kind: nps', found {outcome.items[0]!r} on a "
                f"scale of type {scale.type}; change the scale or use kind: score",
            )


def _controls(codebook: Codebook, used_by: UsedBy) -> Iterator[Problem]:
    known = [*codebook.items, *codebook.segments]
    for position, name in enumerate(codebook.controls):
        path = ("controls", position)
        if name not in known:
            yield _unknown(path, "an item or segment", name, known)
        elif name in used_by:
            yield _problem(
                path,
                f"expected a control that is in no driver and no outcome, found {name!r} in {used_by[name]}; "
                "remove it from one",
            )
        elif name in codebook.controls[:position]:
            yield _problem(path, f"expected each control once, found {name!r} again; remove it")


def _expectations(codebook: Codebook, used_by: UsedBy) -> Iterator[Problem]:
    asked: dict[str, str] = {}
    for name, expectation in codebook.expectations.items():
        if name not in codebook.drivers:
            yield _unknown(("expectations", name), "a driver", name, codebook.drivers)
        levels = {"desired": expectation.desired, "adequate": expectation.adequate}
        if not any(levels.values()):
            yield _problem(("expectations", name), "expected 'desired', 'adequate' or both, found neither; add one")
        for level, item in levels.items():
            path = ("expectations", name, level)
            if item is None:
                continue
            if item not in codebook.items:
                yield _unknown(path, "an item", item, codebook.items)
            elif user := used_by.get(item) or asked.get(item):
                yield _problem(
                    path,
                    f"expected an item that asks for this expectation only, found {item!r} also in {user}; correct one",
                )
            asked.setdefault(item, f"expectations.{name}.{level}")


def _waves(codebook: Codebook) -> Iterator[Problem]:
    if codebook.wave is None:
        return
    columns, seen = codebook.wave.columns, set()
    for position, entry in enumerate(codebook.wave.order):
        if len(entry.values) != len(columns):
            yield _problem(
                ("wave", "order", position, "values"),
                f"expected one value for each of the wave's columns ({', '.join(columns)}), found "
                f"{len(entry.values)}; write them in the order of the columns",
            )
        if entry.key in seen:
            yield _problem(
                ("wave", "order", position), f"expected each wave once, found {entry.key!r} again; remove it"
            )
        seen.add(entry.key)


def _problem(path: Sequence[str | int], message: str) -> Problem:
    return {"type": "reference", "loc": tuple(path), "msg": message}


def _unknown(path: Sequence[str | int], what: str, name: str, known: Iterable[str]) -> Problem:
    return _problem(path, f"expected the name of {what}, found {name!r}; {suggest(name, known)}")
