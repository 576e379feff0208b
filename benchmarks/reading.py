"""A large file of answers, from the file to the survey and its health: seconds and memory, beside pandas.

    python benchmarks/reading.py                    # 1,000,000 rows of 60 columns, answers as labels in both languages
    python benchmarks/reading.py --rows 100000

Each step runs in a process of its own. pandas.read_csv does less: it takes the cells for texts, and knows no answers.
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
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

ROWS, RATINGS = 1_000_000, 52
LABELS = {
    "en": ("Very poor", "Poor", "Average", "Good", "Very good", "", "Not applicable"),
    "ar": ("سيئ جدًا", "سيئ", "متوسط", "جيد", "جيد جدًا", "", "لا ينطبق"),
}
BLOCK = 50_000


def write_answers(path: Path, rows: int, seed: int = 1) -> None:
    """A file of 60 columns: id, weight, branch, wave, language, 53 rated questions, recommendation, comment."""
    rng = np.random.default_rng(seed)
    names = ["id", "weight", "branch", "wave", "language", *(f"q{i}" for i in range(1, RATINGS + 1))]
    names += ["overall", "nps", "comment"]
    texts = np.array([LABELS["en"], LABELS["ar"]])
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(names) + "\n")
        for start in range(0, rows, BLOCK):
            n = min(BLOCK, rows - start)
            language = rng.integers(0, 2, n)
            answers = texts[language[:, None], rng.integers(0, 7, (n, RATINGS + 1))].tolist()
            weights = np.round(rng.gamma(4, 0.25, n), 4).tolist()
            branches, waves = rng.integers(1, 200, n).tolist(), rng.integers(1, 9, n).tolist()
            nps, spoken = rng.integers(0, 11, n).tolist(), np.array(["en", "ar"])[language].tolist()
            file.writelines(
                f"{start + i},{weights[i]},b{branches[i]},{waves[i]},{spoken[i]},{','.join(answers[i])},{nps[i]},\n"
                for i in range(n)
            )


def write_codebook(path: Path, data: str) -> None:
    """The codebook of that file."""
    codes = ", ".join(
        f"{code}: {{en: {en}, ar: {ar}}}"
        for code, (en, ar) in enumerate(zip(LABELS["en"][:5], LABELS["ar"][:5], strict=True), start=1)
    )
    ratings = range(1, RATINGS + 1)
    path.write_text(
        "\n".join(
            [
                "survey: {id: large, title: {en: Large, ar: كبير}}",
                f"data: {{file: {data}}}",
                f"scales: {{quality5: {{type: likert, codes: {{{codes}}}}}, recommend: {{type: nps}}}}",
                "items:",
                *(f"  item{i}: {{column: q{i}, scale: quality5}}" for i in ratings),
                "  overall: {column: overall, scale: quality5}",
                "  recommends: {column: nps, scale: recommend}",
                "drivers:",
                *(f"  driver{i}: {{items: [item{i}], label: {{en: Aspect {i}, ar: الجانب {i}}}}}" for i in ratings),
                "outcomes:",
                "  satisfaction: {items: [overall], label: {en: Overall satisfaction, ar: الرضا العام}}",
                "  recommend: {items: [recommends], kind: nps, label: {en: Recommendation, ar: التوصية}}",
                "design: {weight: weight, respondent: id}",
                "wave:",
                "  columns: [wave]",
                "  order:",
                *(f"    - {{values: [{i}], label: {{en: Wave {i}, ar: الدورة {i}}}}}" for i in range(1, 9)),
                "unit: {column: branch, label: {en: Branch, ar: فرع}}",
                "segments: {language: {column: language, label: {en: Survey language, ar: لغة الاستطلاع}}}",
            ]
        ),
        encoding="utf-8",
    )


def read_with_pandas(folder: str) -> object:
    """The cells as texts, by pandas."""
    return pd.read_csv(Path(folder) / "answers.csv", dtype="str", keep_default_na=False)


def read_cells(folder: str) -> object:
    """The cells as texts, by the package: strict, with encoding, delimiter and vendor found."""
    from drivers.survey.reading import read_table

    return read_table(Path(folder) / "answers.csv")


def read_survey(folder: str) -> object:
    """The survey: answers in two languages as codes, missing kinds, scores, weights, waves."""
    import drivers as kda

    return kda.read_survey(Path(folder) / "codebook.yml")


def check(folder: str) -> object:
    """The whole command, with the health of the questionnaire."""
    import contextlib
    import io

    from drivers.cli import main as drivers

    with contextlib.redirect_stdout(io.StringIO()):
        return drivers(["check", str(Path(folder) / "codebook.yml")])


STEPS: dict[str, Callable[[str], object]] = {
    "pandas.read_csv": read_with_pandas,
    "read_table": read_cells,
    "read_survey": read_survey,
    "drivers check": check,
}


def measured(step: str, folder: str) -> tuple[float, float, float]:
    """Wall-clock seconds, seconds of the processor, and the peak memory in MB of a step."""
    started, worked = time.perf_counter(), time.process_time()
    STEPS[step](folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.perf_counter() - started, time.process_time() - worked, peak


def main() -> None:
    """Print a line per step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, pandas {pd.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        write_answers(Path(folder) / "answers.csv", options.rows)
        write_codebook(Path(folder) / "codebook.yml", "answers.csv")
        size = (Path(folder) / "answers.csv").stat().st_size / 1e6
        print(f"{options.rows:,} rows of {RATINGS + 8} columns, {size:,.0f} MB")
        print(f"{'step':<16} {'seconds':>9} {'processor':>10} {'MB':>7} {'times pandas':>13}")
        first = 0.0
        for step in STEPS:
            with get_context("spawn").Pool(1) as alone:
                wall, processor, memory = alone.apply(measured, (step, folder))
            first = first or wall
            print(f"{step:<16} {wall:>9.1f} {processor:>10.1f} {memory:>7.0f} {wall / first:>13.1f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
