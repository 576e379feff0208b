"""Hundreds of reports: pages a minute beside the loop that everybody writes, and what makes the difference.

    python benchmarks/batch.py                 # three branches of service_center by eight quarters, and over all
    python benchmarks/batch.py --only 'b*'     # all 24 branches: 400 pages, half an hour on two cores

The plain loop runs papermill and then nbconvert for every page, each by its command line, over the same notebook and
the same branches; a few pages are enough for its pace. Beside it, in the same run: `drivers report` for each report
(both languages from one run of the notebook), then `drivers batch` with one process, then with two.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from drivers.publish.batch.planning import people
from drivers.publish.notebooks import find_notebook
from drivers.survey.data import example_survey
from drivers.survey.examples import example_path

PUBLICATION = """codebook: service_center
output: {output}
index: null
reports:
  - {{notebook: 00_manager_report, units: each, waves: each}}
  - {{notebook: 00_manager_report, units: each}}
"""
LANGUAGES = 2


def seconds(*command: object) -> float:
    """Seconds of a command that must succeed."""
    begun = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def plain_page(folder: Path, unit: str, language: str) -> float:
    """Papermill and then nbconvert for one page."""
    out = folder / f"{unit}.{language}.ipynb"
    values = {"codebook": example_path("service_center"), "unit": unit, "language": language}
    given = [part for name, value in values.items() for part in ("-p", name, value)]
    took = seconds(sys.executable, "-m", "papermill", find_notebook("00_manager_report"), out, *given)
    return took + seconds(sys.executable, "-m", "nbconvert", "--to", "html", out)


def batch(folder: Path, only: str, workers: int) -> tuple[float, int]:
    """Seconds of a batch into an empty folder, and its pages."""
    out = folder / f"out{workers}"
    path = folder / f"publication{workers}.yml"
    path.write_text(PUBLICATION.format(output=out), encoding="utf-8")
    took = seconds(sys.executable, "-m", "drivers.cli", "batch", path, "--only", only, "--workers", workers)
    return took, len(list(out.glob("00_*.html")))


def main() -> None:
    """Print pages a minute, the ratio and its causes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="b0[1-3]", help="branches (default: %(default)s)")
    parser.add_argument("--plain", type=int, default=3, help="pages of the plain loop (default: %(default)s)")
    options = parser.parse_args()
    survey = example_survey("service_center")
    units = sorted({about.unit for about in people(survey)})
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        chosen = units[: options.plain]
        plain = statistics.mean(plain_page(folder, unit, "en") for unit in chosen)
        report = [sys.executable, "-m", "drivers.cli", "report", "service_center", "--output", folder / "single"]
        single = statistics.mean(seconds(*report, "--unit", unit) / LANGUAGES for unit in chosen)
        found = {workers: batch(folder, options.only, workers) for workers in (1, 2)}
        again = seconds(
            sys.executable, "-m", "drivers.cli", "batch", folder / "publication2.yml", "--only", options.only
        )
    took = {workers: spent / pages for workers, (spent, pages) in found.items()}
    print(f"plain loop (papermill, nbconvert): {plain:.2f} s a page, {60 / plain:.1f} pages a minute")
    print(f"drivers report, one after the other: {single:.2f} s a page; {plain / single:.1f} times as fast")
    print(f"drivers batch, one process: {took[1]:.2f} s a page; forking and reading once: {single / took[1]:.1f} times")
    print(f"drivers batch, two processes: {took[2]:.2f} s a page; the second core: {took[1] / took[2]:.1f} times")
    print(
        f"in all: {60 / took[2]:.1f} pages a minute ({found[2][1]} pages), {plain / took[2]:.1f} times the plain loop"
    )
    print(f"the same batch again, nothing changed: {again:.1f} s")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"largest process: {most / 1024:.0f} MB")


if __name__ == "__main__":
    main()
