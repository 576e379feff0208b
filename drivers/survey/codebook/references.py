"""Whether the names in a codebook refer to something that it has, and each to what it may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from drivers.errors import CodebookError
from drivers.survey.codebook.comparison_references import broken_comparisons
from drivers.survey.codebook.decision_references import broken_decisions
from drivers.survey.codebook.errors import Problem, suggest
from drivers.survey.codebook.errors import reference_problem as _problem
from drivers.survey.codebook.layout_references import broken_layout
from drivers.survey.codebook.open_answer_references import broken_open_answers
from drivers.survey.codebook.service_references import broken_service_model
from drivers.survey.codebook.skip_references import broken_skips
from drivers.survey.codebook.staff_references import broken_staff

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook, Construct, Design
    from drivers.survey.codebook.scales import Scale

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
    yield from broken_service_model(codebook)
    yield from broken_comparisons(codebook)
    yield from broken_decisions(codebook)
    yield from _strata(codebook.design)
    yield from _replicates(codebook.design)
    yield from _waves(codebook)
    yield from broken_layout(codebook)
    yield from broken_skips(codebook)
    yield from broken_staff(codebook)
    yield from broken_open_answers(codebook)


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
        if outcome.kind != "event" and "better" in outcome.model_fields_set:
            yield _problem(
                ("outcomes", name, "better"),
                f"expected 'better' for an event only, found it for 'kind: {outcome.kind}'; remove it",
            )
        if outcome.kind == "score":
            continue
        if len(outcome.items) > 1:
            yield _problem(
                ("outcomes", name, "kind"),
                f"expected one item for 'kind: {outcome.kind}', found {len(outcome.items)}; keep one or use kind: "
                "score",
            )
        wanted = {"nps": "nps", "event": "binary"}[outcome.kind]
        item = codebook.items.get(outcome.items[0])
        scale = codebook.scales.get(item.scale) if item is not None else None
        if scale is not None and scale.type != wanted:
            yield _problem(
                ("outcomes", name, "kind"),
                f"expected an item on a scale of type {wanted} for 'kind: {outcome.kind}', found "
                f"{outcome.items[0]!r} on a scale of type {scale.type}; change the scale or use kind: score",
            )
    main = codebook.outcomes[codebook.main_outcome]
    if main.kind == "event":
        yield _problem(
            ("outcomes", codebook.main_outcome, "kind"),
            "expected what people said as the first outcome, which reports are about, found an event; put another "
            "first",
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


def _strata(design: Design) -> Iterator[Problem]:
    for part in ("merge_strata", "certainty_strata"):
        if getattr(design, part) and design.strata is None:
            yield _problem(("design", part), "expected it beside 'strata', found none; name the column of strata")
    merged: dict[str, str] = {}
    for new, parts in design.merge_strata.items():
        if len(parts) < 2:
            yield _problem(
                ("design", "merge_strata", new),
                f"expected at least two strata to merge, found {len(parts)}; list those that count as one",
            )
        for position, part in enumerate(map(str, parts)):
            path = ("design", "merge_strata", new, position)
            if part in merged:
                yield _problem(
                    path,
                    f"expected each stratum once, found {part!r} also in {merged[part]!r}; remove it from one",
                )
            merged.setdefault(part, new)
    whole = [str(name) for name in design.certainty_strata]
    for position, name in enumerate(whole):
        place = ("design", "certainty_strata", position)
        if name in whole[:position]:
            yield _problem(place, f"expected each stratum once, found {name!r} again; remove it")
        elif name in merged and name not in design.merge_strata:
            yield _problem(
                place,
                f"expected a stratum as it is after merging, found {name!r}, which is part of {merged[name]!r}; take "
                "it out of one of them",
            )


def _replicates(design: Design) -> Iterator[Problem]:
    if design.replicate_weights is None:
        yield from _without_replicates(design)
        return
    path = ("design", "replicate_weights")
    if design.replicate_method is None:
        yield _problem(
            path,
            "expected 'replicate_method' beside it, found none; write how the weights were made: jk1, jkn, brr, fay "
            "or bootstrap",
        )
    if isinstance(design.replicate_weights, list):
        if len(design.replicate_weights) < 2:
            yield _problem(
                path, f"expected at least two columns, found {len(design.replicate_weights)}; list all of them"
            )
        for position, column in enumerate(design.replicate_weights):
            if column in design.replicate_weights[:position]:
                yield _problem((*path, position), f"expected each column once, found {column!r} again; remove it")
    if design.combined_replicates and design.weight is None:
        yield _problem(
            path,
            "expected 'weight' beside full replicate weights, found none; name its column, or write "
            "combined_replicates: false if they are factors",
        )
    for part in ("merge_strata", "certainty_strata"):
        if getattr(design, part):
            yield _problem(
                ("design", part),
                "expected strata as they were when the replicate weights were made, found some that change; remove it",
            )
    yield from _replicate_scales(design)


def _without_replicates(design: Design) -> Iterator[Problem]:
    parts = ("replicate_method", "replicate_scale", "replicate_rscales", "fay_rho")
    given = [part for part in parts if getattr(design, part) is not None]
    given += ["combined_replicates"] if not design.combined_replicates else []
    given += ["replicate_center"] if design.replicate_center != "estimate" else []
    for part in given:
        yield _problem(
            ("design", part),
            "expected it beside 'replicate_weights', found none; name their columns or remove it",
        )


def _replicate_scales(design: Design) -> Iterator[Problem]:
    method, rho = design.replicate_method, design.fay_rho
    if method == "fay" and rho is None:
        yield _problem(
            ("design", "replicate_method"), "expected 'fay_rho' for fay, found none; write the factor of Fay's method"
        )
    if rho is not None and method not in ("fay", None):
        yield _problem(("design", "fay_rho"), f"expected it for fay only, found {method}; remove it")
    if rho is not None and not 0 <= rho < 1:
        yield _problem(("design", "fay_rho"), f"expected a number from 0 to below 1, found {rho:g}; correct it")
    if design.replicate_scale is not None and design.replicate_scale <= 0:
        yield _problem(
            ("design", "replicate_scale"), f"expected a number above 0, found {design.replicate_scale:g}; correct it"
        )
    scales = design.replicate_rscales
    if scales is not None:
        for position, scale in enumerate(scales):
            if scale < 0:
                yield _problem(
                    ("design", "replicate_rscales", position), f"expected 0 or more, found {scale:g}; correct it"
                )
        if not any(scale > 0 for scale in scales):
            yield _problem(("design", "replicate_rscales"), "expected numbers above 0, found none; write them")
    elif method == "jkn" and design.strata is None:
        yield _problem(
            ("design", "replicate_method"),
            "expected 'replicate_rscales' for jkn, or 'strata' and 'cluster' to work them out, found neither; list "
            "(n - 1) / n of the stratum for each replicate, or name the columns",
        )
    if design.fpc is None:
        return
    if scales is not None or design.replicate_scale is not None:
        yield _problem(
            ("design", "fpc"),
            "expected it where the scales of replicates are worked out, found stated ones; multiply them by 1 less the "
            "sampled part, and remove fpc",
        )
    elif method in ("brr", "fay", "bootstrap"):
        yield _problem(
            ("design", "fpc"),
            f"expected it with replicates of jk1 or jkn, found {method}, whose weights hold the finite population "
            "where it counts; remove fpc",
        )


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


def _unknown(path: Sequence[str | int], what: str, name: str, known: Iterable[str]) -> Problem:
    return _problem(path, f"expected the name of {what}, found {name!r}; {suggest(name, known)}")
