"""Surveys made from arrays, written as a codebook and a file of answers and read the way every survey is read."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import drivers as kda
from drivers.survey.data import Survey

Columns = Mapping[str, np.ndarray]


def make_survey(
    folder: Path,
    *,
    drivers: Columns,
    outcomes: Columns,
    scale: tuple[float, float] = (0, 100),
    step: float | str = "any",
    nps: Sequence[str] = (),
    min_items: int | None = None,
    weights: np.ndarray | None = None,
    strata: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
    fpc: np.ndarray | None = None,
    replicates: np.ndarray | None = None,
    waves: np.ndarray | None = None,
    unit: np.ndarray | None = None,
    segments: Columns | None = None,
    controls: Sequence[str] = (),
    design: Mapping[str, object] | None = None,
) -> Survey:
    """A survey whose answers are the given columns.

    Parameters
    ----------
    folder
        Where ``codebook.yml`` and ``answers.csv`` are written.
    drivers, outcomes
        Name → answers; float (n,) for one item, (n, items) for several; NaN = not answered. With the
        default ``scale`` a score of one item is the number that was given.
    scale, step
        Ends and step of every item's scale.
    nps
        Outcomes of kind nps, on 0 to 10.
    min_items
        Items that a score needs; all unless given.
    weights, strata, clusters, fpc, waves, unit
        One value per row; waves are in order of their first appearance.
    replicates
        Replicate weights; float (n, R). Their method and scales stand in ``design``.
    segments
        Name → one value per row.
    controls
        Names of the codebook's controls.
    design
        Further entries of the codebook's design.
    """
    table: dict[str, list[str]] = {}
    items: dict[str, dict] = {}
    constructs: dict[str, list[str]] = {}
    for name, answers in {**drivers, **outcomes}.items():
        answers = np.asarray(answers, dtype=float)
        parts = answers[:, None] if answers.ndim == 1 else answers
        constructs[name] = [f"{name}_{j + 1}" for j in range(parts.shape[1])]
        for item, part in zip(constructs[name], parts.T, strict=True):
            table[item] = [_written(value) for value in part]
            items[item] = {"column": item, "scale": "nps" if name in nps else "rating"}

    def construct(name: str) -> dict:
        need = {} if min_items is None else {"min_items": min_items}
        return {"items": constructs[name], "label": {"en": name}, **need}

    book: dict = {
        "survey": {"id": "simulated", "title": {"en": "Simulated"}},
        "data": {"file": "answers.csv"},
        "scales": {"rating": {"type": "numeric", "min": scale[0], "max": scale[1], "step": step}},
        "items": items,
        "drivers": {name: construct(name) for name in drivers},
        "outcomes": {name: {**construct(name), "kind": "nps" if name in nps else "score"} for name in outcomes},
        "controls": list(controls),
        "design": dict(design or {}),
    }
    if nps:
        book["scales"]["nps"] = {"type": "nps"}
    if weights is not None:
        table["w"] = [_written(value) for value in weights]
        book["design"]["weight"] = "w"
    for key, values in {"strata": strata, "cluster": clusters}.items():
        if values is not None:
            table[key] = [str(value) for value in values]
            book["design"][key] = key
    if fpc is not None:
        table["fpc"] = [_written(value) for value in fpc]
        book["design"]["fpc"] = "fpc"
    if replicates is not None:
        # Written from the last to the first: their order is by number, not by place.
        for r in reversed(range(replicates.shape[1])):
            table[f"rw_{r + 1}"] = ["" if value != value else repr(value) for value in replicates[:, r].tolist()]
        book["design"]["replicate_weights"] = "rw_*"
    if waves is not None:
        table["wave"] = [str(value) for value in waves]
        order = [{"values": [value], "label": {"en": value}} for value in dict.fromkeys(table["wave"])]
        book["wave"] = {"columns": ["wave"], "order": order}
    if unit is not None:
        table["unit"] = [str(value) for value in unit]
        book["unit"] = {"column": "unit", "label": {"en": "Unit"}}
    if segments:
        for key, values in segments.items():
            table[key] = [str(value) for value in values]
        book["segments"] = {key: {"column": key, "label": {"en": key}} for key in segments}
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))
    path = folder / "codebook.yml"
    path.write_text(json.dumps(book), encoding="utf-8")  # YAML 1.2 holds all of JSON
    return kda.read_survey(path)


def _written(value: float) -> str:
    """The shortest text that is read back as the same number; empty for no answer."""
    return "" if np.isnan(value) else np.format_float_positional(value, trim="-")
