"""Surveys in which people rate us and a rival, written wide or stacked."""

import json
from pathlib import Path
from typing import Any

import numpy as np

import drivers as kda
from drivers.survey.data import Survey
from tests.simulated import make_survey

NAMES = ("a", "b", "y")


def answers(n: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Ratings of us and, under ``their_``, of a rival; a third of the people do not know it."""
    rng = np.random.default_rng(seed)
    habit = 12 * rng.standard_normal(n)
    found = {}
    for prefix, ahead in (("", 0.0), ("their_", 4.0)):
        a = 60 + ahead + habit + 10 * rng.standard_normal(n)
        b = 55 + habit + 10 * rng.standard_normal(n)
        y = 20 + 0.4 * a + 0.2 * b + 0.1 * ahead + 6 * rng.standard_normal(n)
        found |= {f"{prefix}{name}": np.clip(x, 0, 100) for name, x in zip(NAMES, (a, b, y), strict=True)}
    unknown = rng.random(n) < 1 / 3
    for name in NAMES:
        found[f"their_{name}"] = np.where(unknown | (rng.random(n) < 0.02), np.nan, found[f"their_{name}"])
    return found


def rated(folder: Path, columns: dict[str, np.ndarray], **options: Any) -> Survey:
    """The survey with a codebook that names the rival's items; ``book`` holds further parts of the codebook."""
    book = options.pop("book", {})
    theirs = {name: x for name, x in columns.items() if name.startswith("their_")}
    make_survey(
        folder,
        drivers={"a": columns["a"], "b": columns["b"], **theirs},
        outcomes={"y": columns["y"]},
        **options,
    )
    path = folder / "codebook.yml"
    content = json.loads(path.read_text(encoding="utf-8"))
    asked = {}
    for name in theirs:
        del content["drivers"][name]
        asked[name.removeprefix("their_")] = f"{name}_1"
    if asked:
        content["rivals"] = {"office": {"label": {"en": "Office", "ar": "مكتب"}, "items": asked}}
    path.write_text(json.dumps(content | book), encoding="utf-8")
    return kda.read_survey(path)
