"""Studies: what is looked at in thousands of surveys, run on all cores, and tables of what came out."""

from __future__ import annotations

import argparse
import csv
import datetime
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from simulation import Draw, drawn
from truths import Truth, truth

import drivers as kda
from drivers.importance.result import ImportanceResult
from drivers.importance.uncertainty import IntervalKind

TABLES = Path(__file__).parent / "tables"


class Cell(NamedTuple):
    """Surveys that are drawn and analysed in one way."""

    draw: Draw
    intervals: IntervalKind | None = None
    """None for the default."""


class Study(NamedTuple):
    """What is looked at in the importance of drivers, survey by survey.

    Parameters
    ----------
    name
        Of its table.
    cells
        The surveys it looks at.
    seen
        What is kept of one result, beside the truth.
    rows
        The lines of a cell, from all that was kept.
    settings
        What a reader of the table must know.
    """

    name: str
    cells: tuple[Cell, ...]
    seen: Callable[[ImportanceResult, Truth], Any]
    rows: Callable[[Cell, Sequence[Any]], list[dict[str, Any]]]
    settings: str


def run(description: str | None, *studies: Study, samples: int) -> None:
    """The command of one study, or of several that look at the same surveys."""
    chosen = arguments(description, samples)
    cells = tuple(dict.fromkeys(cell for study in studies for cell in study.cells))
    looks = {cell: tuple(study.seen for study in studies if cell in study.cells) for cell in cells}
    jobs = [(cell, chosen.seed + number, looks[cell]) for cell in cells for number in range(chosen.samples)]
    found = in_parallel(_looked_at, jobs)
    kept = {cell: list(islice(found, chosen.samples)) for cell in cells}
    for study in studies:
        rows: list[dict[str, Any]] = []
        for cell in study.cells:
            rows += study.rows(cell, [seen[looks[cell].index(study.seen)] for seen in kept[cell]])
        table(study.name, rows, keep=chosen.keep, settings=f"{study.settings}, first seed {chosen.seed}")


def _looked_at(job: tuple[Cell, int, tuple[Callable[[ImportanceResult, Truth], Any], ...]]) -> list[Any]:
    """What several studies keep of one survey."""
    (draw, intervals), seed, looks = job
    result = kda.relative_importance(drawn(draw, seed), intervals=intervals, seed=seed)
    return [seen(result, truth(draw.truth, seed)) for seen in looks]


def in_parallel(task: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[Any]:
    """The task done for each job, in the order of the jobs, on all cores."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(task, jobs, chunksize=max(1, min(25, len(jobs) // 8)))


def error_of_rate(rate: float, n: int) -> float:
    """Monte-Carlo standard error of a rate from n samples; of one more and one less where none or all were counted."""
    rate = (rate * n + 1) / (n + 2) if rate in (0.0, 1.0) else rate
    return float(np.sqrt(rate * (1 - rate) / n))


def error_of_mean(values: Sequence[float]) -> float:
    """Monte-Carlo standard error of a mean."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values)))


def arguments(description: str | None, samples: int) -> argparse.Namespace:
    """The command line that the studies share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=samples, help=f"samples a cell (default {samples})")
    parser.add_argument("--seed", type=int, default=1001, help="seed of the first sample (default 1001)")
    parser.add_argument("--keep", action="store_true", help="write the table to benchmarks/tables")
    return parser.parse_args()


def table(name: str, rows: Iterable[Mapping[str, Any]], *, keep: bool, settings: str) -> None:
    """Print the rows; with ``keep``, write them to the table of this name with date, machine and settings."""
    rows = [{key: _short(value) for key, value in row.items()} for row in rows]
    head = (
        f"{datetime.date.today().isoformat()}, {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, numpy {np.__version__}; {settings}"
    )
    print(head)
    print(pd.DataFrame(rows).to_string(index=False))
    if keep:
        TABLES.mkdir(exist_ok=True)
        with (TABLES / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(f"# {head}\n")
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _short(value: Any) -> Any:
    return round(float(value), 4) if isinstance(value, float | np.floating) else value
