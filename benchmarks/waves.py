"""How sure the parts of a change are, and how often something is said to have changed that did not.

    python benchmarks/waves.py           # 400 samples a cell, about an hour on two cores
    python benchmarks/waves.py --keep    # writes benchmarks/tables/waves.csv

Three questions, each of `kda` functions on whole surveys.

*parts*: two waves that differ in who answered (two columns), in ratings, in the effects of two drivers and in noise.
Counted is how often the 95 % intervals of the change, who answered, performance and what is not explained hold their
true values, which are those of 400,000 people a wave.

*effects*: waves without a changed effect, whose noise differs up to fourfold in variance. Counted is how often any
pair, or all waves together, is said to have changed importance, at 5 %.

*levels*: waves without a lasting change, moved by sampling alone, or by as much again that is each wave's own. Counted
is how often any of five series is said to have changed for good, at 5 %; and, with a step of three standard errors of a
wave in one of them, how often it is found, and the true wave among those that are named.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from study import arguments, error_of_rate, in_parallel, table

import drivers as kda
from drivers.survey.codebook.model import Codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.raw_table import table_of

DRIVERS = ("a", "b", "c", "d")
OUTCOME = "satisfaction"
LEVEL = 0.95
UNIT = 10
"""Respondents of a sampling unit."""

WITHIN = 0.1
"""Part of the variance of ratings and of noise that lies between sampling units."""

SPREAD_OF_WEIGHTS = 0.5
"""Standard deviation of the logarithm of weights that have nothing to do with the answers."""

SAME = 0.5
"""Correlation of a person's ratings, and of their noise, from one wave to the next, where the same people answer."""

EFFECTS = np.array([0.4, 0.3, 0.1, 0.0])
ALIKE = 0.4
"""Correlation of any two ratings."""

CROWD = 400_000
N_BOOT = 499


class Cell(NamedTuple):
    """What is asked, and how people are drawn."""

    question: str
    waves: int
    n: int
    design: str = "simple"
    between: float = 0.0


PARTS = tuple(
    Cell("parts", 2, n, design) for n in (100, 300, 1000) for design in ("simple", "weights", "units", "panel")
)
SLOPES = tuple(Cell("effects", waves, n) for waves in (2, 8, 21) for n in (30, 100, 300))
SLOPES += tuple(Cell("effects", waves, n, "units") for waves in (2, 8) for n in (300, 600))
LEVELS = tuple(Cell("levels", waves, 100, between=between) for waves in (4, 8, 21) for between in (0.0, 1.0))
CELLS = (*PARTS, *SLOPES, *LEVELS)


@cache
def asked(waves: int, n: int, design: str) -> Survey:
    """A survey of so many waves of n respondents, whose answers are all alike."""
    names, total = (*DRIVERS, OUTCOME), waves * n
    parts = {name: {"items": [name], "label": {"en": name}} for name in names}
    codebook: dict[str, Any] = {
        "survey": {"id": "waves", "title": {"en": "Waves"}},
        "data": {"file": "none"},
        "scales": {"any": {"type": "numeric", "min": 0, "max": 100, "step": "any"}},
        "items": {name: {"column": name, "scale": "any"} for name in names},
        "drivers": {name: parts[name] for name in DRIVERS},
        "outcomes": {OUTCOME: parts[OUTCOME]},
        "segments": {key: {"column": key, "label": {"en": key}} for key in ("age", "sex")},
        "wave": {"columns": ["wave"], "order": [{"values": [f"w{k}"], "label": {"en": f"w{k}"}} for k in range(waves)]},
        "design": {"respondent": "person"} if design == "panel" else {},
    }
    columns = {name: ["50"] * total for name in names}
    columns |= {"age": ["0"] * total, "sex": ["0"] * total, "wave": [f"w{k}" for k in range(waves) for _ in range(n)]}
    columns["person"] = [str(person) for _ in range(waves) for person in range(n)]
    rows = pd.DataFrame(columns, dtype="str")
    return survey_of(Codebook.model_validate(codebook), table_of("waves", rows))


def normal(rng: np.random.Generator, cell: Cell, columns: int) -> np.ndarray:
    """Standard normal columns of all waves, alike within sampling units or persons; float (waves, n, columns)."""
    chance = rng.standard_normal((cell.waves, cell.n, columns))
    if cell.design == "units":
        shared = np.repeat(rng.standard_normal((cell.waves, cell.n // UNIT, columns)), UNIT, axis=1)
        return np.sqrt(WITHIN) * shared + np.sqrt(1 - WITHIN) * chance
    if cell.design == "panel":
        return np.sqrt(SAME) * rng.standard_normal((1, cell.n, columns)) + np.sqrt(1 - SAME) * chance
    return chance


def changing(cell: Cell, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Two waves of which the second has other people, other ratings, other effects and more noise."""
    chance = normal(rng, cell, len(DRIVERS) + 2)
    mixing = np.sqrt(ALIKE) * chance[..., :1]
    young, women = (rng.random((2, cell.n)) < np.array([[0.5], [part]]) for part in (0.3, 0.6))
    if cell.design == "panel":
        # Who answers twice is as old as before for most, as panels that lose some and win others are.
        stays = rng.random(cell.n) < SAME
        young[1] = np.where(stays, young[0], young[1])
        women[1] = np.where(stays, women[0], women[1])
    ratings = 6 * (mixing + np.sqrt(1 - ALIKE) * chance[..., 1:-1])
    ratings = 60 + ratings - 4 * young[..., None] + 2 * women[..., None]
    ratings[1] += np.array([1.5, 0.0, -1.0, 0.0])
    effects = np.stack([EFFECTS, EFFECTS + np.array([-0.2, 0.2, 0.0, 0.0])])
    outcome = (
        20 + np.einsum("wnk,wk->wn", ratings, effects) - 2 * young + 4 * np.array([[1.0], [1.5]]) * chance[..., -1]
    )
    outcome[1] += 0.7
    return {"ratings": ratings, "outcome": outcome, "age": young, "sex": women}


def steady(cell: Cell, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Waves with the same effects, whose noise differs in size."""
    chance = normal(rng, cell, len(DRIVERS) + 2)
    ratings = 60 + 6 * (np.sqrt(ALIKE) * chance[..., :1] + np.sqrt(1 - ALIKE) * chance[..., 1:-1])
    noise = 4 * rng.permutation(np.geomspace(0.71, 1.41, cell.waves))[:, None]
    if cell.between:
        # As large as what sampling makes of a wave of this size.
        ratings += cell.between * 6 / np.sqrt(cell.n) * rng.standard_normal((cell.waves, 1, len(DRIVERS)))
    outcome = 20 + ratings @ EFFECTS + noise * chance[..., -1]
    nobody = np.zeros((cell.waves, cell.n), dtype=bool)
    return {"ratings": ratings, "outcome": outcome, "age": nobody, "sex": nobody}


def survey_from(cell: Cell, found: dict[str, np.ndarray], rng: np.random.Generator) -> Survey:
    """A survey with these answers."""
    blank, total = asked(cell.waves, cell.n, cell.design), cell.waves * cell.n
    scores = np.column_stack([found["ratings"].reshape(total, -1), found["outcome"].reshape(total)])
    raw = blank.raw.copy()
    for key in ("age", "sex"):
        raw[key] = np.where(found[key].reshape(total), "1", "0")
    weights = np.exp(SPREAD_OF_WEIGHTS * rng.standard_normal(total)) if cell.design == "weights" else np.ones(total)
    return replace(
        blank,
        raw=raw,
        scores=pd.DataFrame(scores, columns=[*DRIVERS, OUTCOME]),
        weights=weights,
        clusters=np.repeat(np.arange(total // UNIT), UNIT) if cell.design == "units" else None,
    )


@cache
def true_parts(design: str) -> tuple[float, ...]:
    """The four parts among 400,000 people a wave."""
    rng = np.random.default_rng(1)
    found = changing(Cell("parts", 2, CROWD, design), rng)
    return tuple(kda.wave_change(survey_from(Cell("parts", 2, CROWD), found, rng)).reported.estimate)


def one(job: tuple[Cell, int, tuple[float, ...] | None]) -> dict[str, float]:
    """What is found in the survey with this seed."""
    cell, seed, truth = job
    rng = np.random.default_rng([seed, CELLS.index(cell)])
    if cell.question == "parts":
        assert truth is not None
        change = kda.wave_change(survey_from(cell, changing(cell, rng), rng), conf_level=LEVEL).reported
        held = (change.conf_low <= truth) & (truth <= change.conf_high)
        return dict(zip(("change", "who_answered", "performance", "unexplained"), map(float, held), strict=True))
    found = steady(cell, rng)
    if cell.question == "effects":
        survey = survey_from(cell, found, rng)
        n_boot = max(N_BOOT, 40 * cell.waves)
        effects = kda.wave_effects(survey, conf_level=LEVEL, n_boot=n_boot, seed=seed)
        flagged = any(map(effects.changed, effects.pairs))
        return {"flagged": float(flagged or effects.drifted)}
    levels = kda.change_points(survey_from(cell, found, rng), mix=(), conf_level=LEVEL, n_boot=N_BOOT, seed=seed)
    place = 1 + int(rng.integers(0, cell.waves - 1))
    deviation = float(np.sqrt(36 * (1 + cell.between**2) / cell.n))
    found["ratings"][place:, :, 0] += 3 * deviation
    after = kda.change_points(survey_from(cell, found, rng), mix=(), conf_level=LEVEL, n_boot=N_BOOT, seed=seed)
    steps = after.series[1].steps
    told = [step for step in steps if f"w{place}" in step.possible]
    return {
        "flagged": float(any(series.steps for series in levels.series)),
        "found": float(bool(steps)),
        "named": float(bool(told)) if steps else np.nan,
    }


def main() -> None:
    """The command."""
    chosen = arguments(__doc__, 400)
    # Sampling units and weights move samples, not what is true of all.
    truths = {panel: true_parts("panel" if panel else "simple") for panel in (False, True)}
    jobs = [
        (cell, chosen.seed + number, truths[cell.design == "panel"] if cell.question == "parts" else None)
        for cell in CELLS
        for number in range(chosen.samples)
    ]
    found = in_parallel(one, jobs)
    rows = []
    for cell in CELLS:
        seen = pd.DataFrame(list(islice(found, chosen.samples)))
        for what in seen.columns:
            rate = float(seen[what].mean())
            told = int(seen[what].notna().sum())
            error = error_of_rate(rate, told) if told else float("nan")
            rows.append({**cell._asdict(), "what": what, "samples": chosen.samples, "rate": rate, "error": error})
            print(rows[-1], flush=True)
    settings = f"level {LEVEL:g}, intervals, and at 5 % claims; {N_BOOT} draws or more, first seed {chosen.seed}"
    table("waves", rows, keep=chosen.keep, settings=settings)


if __name__ == "__main__":
    main()
