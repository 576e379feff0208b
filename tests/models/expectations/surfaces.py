"""Surveys with a planted surface over experience and expectation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import drivers as kda
from drivers.models.expectations.surface_geometry import quadratic_columns
from drivers.survey.data import Survey
from tests.simulated import make_survey

FLAT = (1.0, -1.0, -0.1, 0.2, -0.1)
"""b1 to b5 of a surface that goes by the difference and its square alone."""


def expecting(
    folder: Path,
    *,
    perceived: Mapping[str, np.ndarray],
    desired: Mapping[str, np.ndarray],
    outcome: np.ndarray,
    adequate: Mapping[str, np.ndarray] | None = None,
    **how: object,
) -> Survey:
    """A survey of drivers whose expectations were asked.

    Parameters
    ----------
    perceived, desired, adequate
        Driver → answers; float (n,) or (n, items).
    outcome
        Answers on ``satisfaction``; float (n,).
    **how
        Passed on to `make_survey`.
    """
    asked = {"desired": desired, "adequate": adequate or {}}
    hopes = {f"{level}_{name}": values for level, of in asked.items() for name, values in of.items()}
    make_survey(folder, drivers={**perceived, **hopes}, outcomes={"satisfaction": outcome}, **how)  # type: ignore[arg-type]
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    items = {name: book["drivers"].pop(name)["items"] for name in hopes}
    book["expectations"] = {
        name: {level: items[f"{level}_{name}"] for level, of in asked.items() if name in of} for name in perceived
    }
    path.write_text(json.dumps(book), encoding="utf-8")
    return kda.read_survey(path)


def answers(rng: np.random.Generator, n: int, *, steps: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Experience and expectation that go together, 0–100, in so many steps where told; float (n,) each."""
    together = rng.normal(size=n)
    x, y = (np.clip(50 + 20 * (0.5 * together + rng.normal(size=n)) + shift, 0, 100) for shift in (0, 10))
    if steps:
        x, y = (np.round(part / 100 * (steps - 1)) * 100 / (steps - 1) for part in (x, y))
    return x, y


def heights(b: np.ndarray | tuple[float, ...], x: np.ndarray, y: np.ndarray, constant: float = 50.0) -> np.ndarray:
    """The surface with these coefficients; float (n,)."""
    return constant + quadratic_columns(x, y) @ np.asarray(b)


def planted(
    folder: Path, b: tuple[float, ...], *, n: int = 400, noise: float = 8.0, seed: int = 1, **how: object
) -> Survey:
    """One driver ``a`` over whose experience and hope satisfaction has a surface."""
    rng = np.random.default_rng(seed)
    x, y = answers(rng, n)
    z = np.clip(heights(b, x, y) + rng.normal(0, noise, n), 0, 100)
    return expecting(folder, perceived={"a": x}, desired={"a": y}, outcome=z, **how)
