"""A survey of 50 million rows in Parquet files: LMG with intervals, seconds and memory, beside DuckDB.

    python benchmarks/streaming.py                          # 50,000,000 rows of 12 drivers, outcome and weight
    python benchmarks/streaming.py --rows 1000000
    python benchmarks/streaming.py --folder FOLDER          # keeps the files there, and takes them if they are there

Each step runs in a process of its own. DuckDB does less: one query for the weighted covariance matrix of the complete
answers, without scales, missing answers by kind, importance or intervals. It is no dependency of the package.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numpy as np

ROWS, DRIVERS = 50_000_000, 12
FILE_ROWS, GROUP_ROWS = 10_000_000, 1_000_000
NOT_SAID = 99
NAMES = [*(f"driver{i}" for i in range(1, DRIVERS + 1)), "satisfaction"]
MISSING_DUCKDB = (
    "DuckDB is not there, so that its lines are left out: 'pip install --target FOLDER duckdb', and PYTHONPATH=FOLDER."
)
AGREEMENT = 1e-9
"""Relative: two ways of summing 50 million products."""


def write_answers(folder: Path, rows: int, seed: int = 1) -> None:
    """Files of ratings from 0 to 10 as int8, one in 200 not given (99), and log-normal weights."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = [(name, pa.int8()) for name in NAMES]
    schema = pa.schema([*kinds, ("weight", pa.float64())])
    slopes = np.linspace(0.1, 0.6, DRIVERS)
    for number, begin in enumerate(range(0, rows, FILE_ROWS)):
        with pq.ParquetWriter(folder / f"answers{number:03d}.parquet", schema) as writer:
            for start in range(begin, min(begin + FILE_ROWS, rows), GROUP_ROWS):
                n = min(GROUP_ROWS, rows - start)
                rng = np.random.default_rng([seed, start])
                common = rng.normal(size=n)
                total = rng.normal(size=n) * 1.5
                columns = []
                for slope in slopes:
                    opinion = 0.7 * common + rng.normal(size=n)
                    total += slope * opinion
                    columns.append(_ratings(6.5 + 1.8 * opinion, rng))
                columns.append(_ratings(6.5 + 0.6 * total, rng))
                weights = np.round(np.exp(0.5 * rng.normal(size=n)), 4) + 1e-4
                writer.write_table(pa.table([*columns, weights], schema=schema), row_group_size=GROUP_ROWS)


def _ratings(opinion: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    ratings = np.clip(np.rint(opinion), 0, 10).astype(np.int8)
    ratings[rng.random(len(ratings)) < 0.005] = NOT_SAID
    return ratings


def write_codebook(path: Path) -> None:
    """The codebook of those files."""
    named = [f"{name}: {{items: [{name}_rating], label: {{en: {name.title()}}}}}" for name in NAMES]
    path.write_text(
        "\n".join(
            [
                "survey: {id: streamed, title: {en: Streamed}}",
                "data: {file: answers000.parquet}",
                f"scales: {{ten: {{type: numeric, min: 0, max: 10, missing: {{{NOT_SAID}: dont_know}}}}}}",
                "items:",
                *(f"  {name}_rating: {{column: {name}, scale: ten}}" for name in NAMES),
                "drivers:",
                *(f"  {line}" for line in named[:-1]),
                "outcomes:",
                f"  {named[-1]}",
                "design: {weight: weight}",
            ]
        ),
        encoding="utf-8",
    )


def untold(done: float, left: float) -> None:
    """In place of a bar."""


def moments(folder: str) -> np.ndarray:
    """Weighted moments, one pass."""
    import drivers as kda

    return kda.stream_moments(Path(folder) / "codebook.yml", data=folder, progress=untold).moments.covariance


def importance(folder: str) -> np.ndarray:
    """LMG of all drivers with linearised intervals, verdict and checks, two passes."""
    import drivers as kda

    streamed = kda.stream_moments(Path(folder) / "codebook.yml", data=folder, progress=untold)
    result = kda.relative_importance(streamed, progress=untold)
    assert np.isfinite(result.tidy()["conf_low"]).all()
    return streamed.moments.covariance


def duckdb_covariance(folder: str) -> np.ndarray:
    """The weighted covariance matrix of the complete answers, by DuckDB, in points of 100."""
    import duckdb

    pairs = [(i, j) for i in range(len(NAMES)) for j in range(i, len(NAMES))]
    sums = ["sum(weight)", "sum(weight * weight)", *(f"sum(weight * {name})" for name in NAMES)]
    sums += [f"sum(weight * ({NAMES[i]}::INTEGER * {NAMES[j]}))" for i, j in pairs]
    known = f"greatest({', '.join(NAMES)}) <= 10"
    query = f"SELECT {', '.join(sums)} FROM read_parquet('{folder}/*.parquet') WHERE {known}"
    connection = duckdb.connect(config={"threads": os.cpu_count() or 1})
    found = np.array(connection.execute(query).fetchone(), dtype=float)
    total, squares, firsts, products = found[0], found[1], found[2 : 2 + len(NAMES)], found[2 + len(NAMES) :]
    matrix = np.empty((len(NAMES), len(NAMES)))
    for (i, j), product in zip(pairs, products, strict=True):
        matrix[i, j] = matrix[j, i] = product - firsts[i] * firsts[j] / total
    return 100.0 * matrix / (total * (1 - squares / total**2))


STEPS: dict[str, Callable[[str], np.ndarray]] = {
    "DuckDB: covariance matrix": duckdb_covariance,
    "stream_moments": moments,
    "LMG with intervals": importance,
}


def measured(step: str, folder: str) -> tuple[float, float, float, np.ndarray]:
    """Wall-clock seconds, seconds of the processors, the peak memory in MB, and the covariance matrix of a step."""
    started, worked = time.perf_counter(), time.process_time()
    matrix = STEPS[step](folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.perf_counter() - started, time.process_time() - worked, peak, matrix


def main() -> None:
    """Print a line per step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not list(folder.glob("*.parquet")):
            started = time.perf_counter()
            write_answers(folder, options.rows)
            print(f"written in {time.perf_counter() - started:.0f} s")
        write_codebook(folder / "codebook.yml")
        size = sum(path.stat().st_size for path in folder.glob("*.parquet")) / 1e6
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {size:,.0f} MB")
        print(f"{'step':<28} {'seconds':>9} {'processors':>11} {'MB':>7} {'times DuckDB':>13}")
        first, matrix = 0.0, None
        for step in STEPS:
            if step.startswith("DuckDB") and find_spec("duckdb") is None:
                print(MISSING_DUCKDB)
                continue
            with get_context("spawn").Pool(1) as alone:
                seconds, processors, memory, found = alone.apply(measured, (step, str(folder)))
            if step.startswith("DuckDB"):
                first, matrix = seconds, found
            elif matrix is not None and not np.allclose(found, matrix, rtol=AGREEMENT):
                raise SystemExit("Expected the covariance matrix of DuckDB, found another one.")
            ratio = f"{seconds / first:.1f}" if first else ""
            print(f"{step:<28} {seconds:>9.1f} {processors:>11.1f} {memory:>7.0f} {ratio:>13}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
