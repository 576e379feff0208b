"""Surveys with expectations, made from arrays."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import drivers as kda
from drivers.survey.data import Survey
from tests.simulated import make_survey

Levels = Mapping[str, Mapping[str, np.ndarray]]


def expecting_survey(
    folder: Path,
    *,
    perceived: Mapping[str, np.ndarray],
    expected: Levels,
    outcomes: Mapping[str, np.ndarray],
    stated: Mapping[str, np.ndarray] | None = None,
    asked: str = "after",
    labels: Mapping[str, Mapping[str, str]] | None = None,
    **how: object,
) -> Survey:
    """A survey of experience, expectations and outcomes.

    Parameters
    ----------
    perceived
        Driver → scores; float (n,), or (n, items) for several items.
    expected
        Driver → level → scores, as above.
    stated
        Driver → how much it matters.
    labels
        Driver or outcome → language → label.
    **how
        Passed on to `make_survey`: scale, weights, strata, clusters, replicates, design …
    """
    asides = {f"{name}_{level}": values for name, levels in expected.items() for level, values in levels.items()}
    asides |= {f"{name}_stated": values for name, values in (stated or {}).items()}
    make_survey(folder, drivers={**perceived, **asides}, outcomes=outcomes, **how)  # type: ignore[arg-type]
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    items = {name: book["drivers"].pop(name)["items"] for name in asides}
    book["expectations"] = {
        name: {level: items[f"{name}_{level}"] for level in levels} for name, levels in expected.items()
    }
    book["expectations_asked"] = asked
    if stated:
        book["stated_importance"] = {name: items[f"{name}_stated"] for name in stated}
    for name, label in (labels or {}).items():
        (book["drivers"] if name in book["drivers"] else book["outcomes"])[name]["label"] = dict(label)
    path.write_text(json.dumps(book), encoding="utf-8")
    return kda.read_survey(path)


def five(rng: np.random.Generator, n: int, middle: float) -> np.ndarray:
    """Answers of five steps, in points of 0–100."""
    return 25.0 * np.clip(np.round(middle / 25 + rng.normal(size=n)), 0, 4)
