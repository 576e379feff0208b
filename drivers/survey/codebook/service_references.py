"""Whether what a codebook says of the service model and its indicators refers to something that it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.survey.codebook.errors import Problem, suggest
from drivers.survey.codebook.errors import reference_problem as _problem

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook

Path = tuple[str | int, ...]
KANO_ANSWERS = 5
"""Answers of a question of Kano's questionnaire."""


def broken_service_model(codebook: Codebook) -> Iterator[Problem]:
    """Every name among expectations, importance, recovery, features, records and indicators that refers to nothing."""
    used = _used_by(codebook)
    asked: dict[str, str] = {}
    yield from _expectations(codebook, used, asked)
    yield from _stated(codebook, used, asked)
    yield from _recovery(codebook, used)
    yield from _kano(codebook, used)
    yield from _records(codebook)
    yield from _indicators(codebook)


def _used_by(codebook: Codebook) -> dict[str, str]:
    parts = (("drivers", codebook.drivers), ("outcomes", codebook.outcomes))
    return {
        item: f"{part}.{name}"
        for part, constructs in reversed(parts)
        for name, construct in constructs.items()
        for item in construct.items
    }


def _expectations(codebook: Codebook, used: Mapping[str, str], asked: dict[str, str]) -> Iterator[Problem]:
    for name, expectation in codebook.expectations.items():
        if name not in codebook.drivers:
            yield _unknown(("expectations", name), "a driver", name, codebook.drivers)
        if not expectation.levels:
            yield _problem(("expectations", name), "expected 'desired', 'adequate' or both, found neither; add one")
        for level, items in expectation.levels.items():
            written = getattr(expectation, level)
            yield from _own_items(
                codebook, ("expectations", name, level), items, written, "asks for this expectation only", used, asked
            )


def _stated(codebook: Codebook, used: Mapping[str, str], asked: dict[str, str]) -> Iterator[Problem]:
    for name, written in codebook.stated_importance.items():
        if name not in codebook.drivers:
            yield _unknown(("stated_importance", name), "a driver", name, codebook.drivers)
        items = (written,) if isinstance(written, str) else tuple(written)
        yield from _own_items(
            codebook, ("stated_importance", name), items, written, "asks how much this driver matters only", used, asked
        )


def _own_items(
    codebook: Codebook,
    path: Path,
    items: Sequence[str],
    written: object,
    purpose: str,
    used: Mapping[str, str],
    asked: dict[str, str],
) -> Iterator[Problem]:
    """Items that serve one purpose, and nothing else of those that are looked at together."""
    if not items:
        yield _problem(path, "expected at least one entry, found none; add one")
    for position, item in enumerate(items):
        place = path if isinstance(written, str) else (*path, position)
        if item not in codebook.items:
            yield _unknown(place, "an item", item, codebook.items)
        elif user := used.get(item) or asked.get(item):
            yield _problem(place, f"expected an item that {purpose}, found {item!r} also in {user}; correct one")
        asked.setdefault(item, ".".join(map(str, path)))


def _recovery(codebook: Codebook, used: Mapping[str, str]) -> Iterator[Problem]:
    recovery = codebook.recovery
    if recovery is None:
        return
    for name, types in (("problem", ("binary",)), ("solved", ("binary",)), ("days", ("numeric",))):
        item = getattr(recovery, name)
        if item is None:
            continue
        path: Path = ("recovery", name)
        if item not in codebook.items:
            yield _unknown(path, "an item", item, codebook.items)
            continue
        if item in used:
            yield _problem(
                path,
                f"expected an item that asks about a problem only, found {item!r} also in {used[item]}; name another",
            )
        scale = codebook.scales.get(codebook.items[item].scale)
        if scale is not None and scale.type not in types:
            yield _problem(
                path, f"expected an item on a {types[0]} scale, found {item!r} on a {scale.type} one; correct the scale"
            )
    if (recovery.days is None) != (recovery.fast_within is None):
        absent, given = ("days", "fast_within") if recovery.days is None else ("fast_within", "days")
        yield _problem(("recovery", given), f"expected {absent!r} beside it, found none; write both or neither")


def _kano(codebook: Codebook, used: Mapping[str, str]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for key, pair in codebook.kano.items():
        if pair.label is None and key not in codebook.drivers:
            yield _problem(("kano", key), "expected 'label' for a feature that is no driver, found none; write it")
        if pair.driver is not None and pair.driver not in codebook.drivers:
            yield _unknown(("kano", key, "driver"), "a driver", pair.driver, codebook.drivers)
        for part in ("functional", "dysfunctional"):
            item, path = getattr(pair, part), ("kano", key, part)
            if item not in codebook.items:
                yield _unknown(path, "an item", item, codebook.items)
                continue
            if user := used.get(item) or seen.get(item):
                yield _problem(
                    path, f"expected an item of this question only, found {item!r} also in {user}; correct one"
                )
            seen.setdefault(item, f"kano.{key}.{part}")
            scale = codebook.scales.get(codebook.items[item].scale)
            if scale is not None and (scale.type != "likert" or len(scale.codes or ()) != KANO_ANSWERS):
                yield _problem(
                    path,
                    f"expected an item on a likert scale with the {KANO_ANSWERS} answers from I like it that way to I "
                    f"dislike it that way, found {item!r} on {codebook.items[item].scale!r}; write the scale so",
                )


def _records(codebook: Codebook) -> Iterator[Problem]:
    for key, records in codebook.records.items():
        if records.unit is not None and codebook.unit is None:
            yield _problem(
                ("records", key, "unit"),
                "expected 'unit:' in the codebook to tell units by, found none; add it or remove this",
            )
        if records.wave is None:
            continue
        if codebook.wave is None:
            yield _problem(
                ("records", key, "wave"),
                "expected 'wave:' in the codebook to tell waves by, found none; add it or remove this",
            )
            continue
        columns = [records.wave] if isinstance(records.wave, str) else records.wave
        if len(columns) != len(codebook.wave.columns):
            yield _problem(
                ("records", key, "wave"),
                f"expected a column for each of the wave's ({', '.join(codebook.wave.columns)}), found {len(columns)}; "
                "write them in the same order",
            )


def _indicators(codebook: Codebook) -> Iterator[Problem]:
    for key, indicator in codebook.indicators.items():
        path: Path = ("indicators", key)
        if indicator.label is None and indicator.outcome is None:
            yield _problem(path, "expected 'label' for an indicator that is no outcome, found none; write it")
        if indicator.records is not None and indicator.records not in codebook.records:
            yield _unknown((*path, "records"), "records", indicator.records, codebook.records)
        if indicator.outcome is None:
            continue
        if indicator.outcome not in codebook.outcomes:
            yield _unknown((*path, "outcome"), "an outcome", indicator.outcome, codebook.outcomes)
            continue
        kind = codebook.outcomes[indicator.outcome].kind
        fitting = {"score": ("mean", "top2box"), "nps": ("nps",), "event": ("share",)}[kind]
        if indicator.statistic not in fitting:
            yield _problem(
                (*path, "statistic"),
                f"expected a statistic of an outcome of kind {kind} ({', '.join(fitting)}), found "
                f"{indicator.statistic!r}; choose one of these",
            )
    if (value := codebook.value) is None:
        return
    if value.lost not in codebook.indicators:
        yield _unknown(("value", "lost"), "an indicator", value.lost, codebook.indicators)
    elif codebook.indicators[value.lost].records is None:
        yield _problem(
            ("value", "lost"),
            f"expected an indicator of records, which count the customers lost, found {value.lost!r}; name another",
        )


def _unknown(path: Path, what: str, name: str, known: Mapping[str, object]) -> Problem:
    article = "the name of " if what != "records" else "the name of some "
    return _problem(path, f"expected {article}{what}, found {name!r}; {suggest(name, known)}")
