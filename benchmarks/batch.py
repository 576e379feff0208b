"""Hundreds of reports: pages a minute beside the loop that everybody writes, and what makes the difference.

    python benchmarks/batch.py             # three branches of service_center by eight quarters, and over all
    python benchmarks/batch.py --all       # the whole publication, 400 pages: most of an hour on two cores

The plain loop runs papermill and then nbconvert for every page, each by its command line, over the same notebook and
the same branches; a few pages are enough for its pace, half of them before the batch and half after it. Beside it, in
the same run: `drivers report` for each report (both languages from one run of the notebook), then `drivers batch` with
one process, then with two, and the reading of the survey by itself. Memory is what all processes of a batch hold
together, shared pages counted once, every few seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from drivers.publish.batch.planning import About
from drivers.publish.notebooks import find_notebook
from drivers.survey.data import example_survey, read_survey
from drivers.survey.examples import example_path
from drivers.survey.prepared import open_survey, survey_bytes
from drivers.survey.untold import people

PUBLICATION = """codebook: service_center
output: {output}
reports:
  - {{notebook: 00_manager_report, units: each, waves: each}}
  - {{notebook: 00_manager_report, units: each}}
  - {{notebook: 00_manager_report}}
"""
LANGUAGES = 2
SOME = "b0[1-3]"
LOOK = 3.0
"""Seconds between two looks at the memory."""


def seconds(*command: object) -> float:
    """Seconds of a command that must succeed."""
    begun = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def plain_page(folder: Path, about: About, language: str) -> float:
    """Papermill and then nbconvert for one page."""
    out = folder / f"{about.unit}{about.wave}.{language}.ipynb"
    values = {"codebook": example_path("service_center"), "unit": about.unit, "wave": about.wave, "language": language}
    given = [part for name, value in values.items() if value for part in ("-p", name, value)]
    took = seconds(sys.executable, "-m", "papermill", find_notebook("00_manager_report"), out, *given)
    return took + seconds(sys.executable, "-m", "nbconvert", "--to", "html", out)


def some_reports(n: int) -> list[About]:
    """Reports of the publication, drawn by chance: those of a quarter are quicker than those of all quarters."""
    survey = example_survey("service_center")
    every = [About(*place) for place in people(survey) if place[0] and place not in survey.untold]
    return [every[place] for place in np.random.default_rng(1).permutation(len(every))[:n]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A batch: its seconds, its pages, and the memory of all of its processes each time one looked, in MB."""

    seconds: float
    pages: int
    memory: np.ndarray

    @property
    def a_page(self) -> float:
        """Seconds of a page."""
        return self.seconds / self.pages


def batch(folder: Path, only: str, workers: int) -> Ran:
    """A batch into an empty folder."""
    out = folder / f"out{workers}"
    path = folder / f"publication{workers}.yml"
    path.write_text(PUBLICATION.format(output=out), encoding="utf-8")
    command = [sys.executable, "-m", "drivers.cli", "batch", str(path), "--only", only, "--workers", str(workers)]
    memory = []
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            memory.append(held(running.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(LOOK)
    took = time.perf_counter() - begun
    if running.returncode:
        raise SystemExit(f"The batch ended with {running.returncode}: {' '.join(command)}")
    return Ran(seconds=took, pages=len(list(out.glob("*_*.html"))), memory=np.array(memory))


def held(pid: int) -> float:
    """Memory of a process and all that came of it, in MB; pages that several share are counted once."""
    total = 0
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total / 2**20


def reading() -> tuple[float, float]:
    """Seconds to read and score the survey, and to open it prepared."""
    with tempfile.NamedTemporaryFile(suffix=".arrow") as file:
        begun = time.perf_counter()
        survey = read_survey(example_path("service_center"))
        read = time.perf_counter() - begun
        file.write(survey_bytes(survey))
        file.flush()
        begun = time.perf_counter()
        open_survey(Path(file.name))
        return read, time.perf_counter() - begun


def main() -> None:
    """Print pages a minute, the ratio, its causes, and memory over the time of the batch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="two processes make the whole publication")
    parser.add_argument("--plain", type=int, default=6, help="pages of the plain loop (default: %(default)s)")
    options = parser.parse_args()
    chosen, half = some_reports(options.plain), options.plain // 2
    fitting = "*" if options.all else SOME
    memory = psutil.virtual_memory().total / 2**30
    print(f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        before = [plain_page(folder, about, "en") for about in chosen[:half]]
        report = [sys.executable, "-m", "drivers.cli", "report", "service_center", "--output", folder / "single"]
        asked = [("--unit", about.unit, *(("--wave", about.wave) if about.wave else ())) for about in chosen]
        single = statistics.mean(seconds(*report, *part) / LANGUAGES for part in asked)
        one, two = batch(folder, SOME, 1), batch(folder, fitting, 2)
        command = [sys.executable, "-m", "drivers.cli", "batch", folder / "publication2.yml", "--only", fitting]
        again = seconds(*command)
        after = [plain_page(folder, about, "ar") for about in chosen[half:]]
        read, opened = reading()
    plain = statistics.mean([*before, *after])
    told = ", ".join(f"{took:.1f}" for took in (*before, *after))
    print(f"plain loop (papermill, nbconvert): {plain:.2f} s a page ({told}), {60 / plain:.1f} pages a minute")
    print(f"drivers report, one after the other: {single:.2f} s a page; both languages from one run:", end=" ")
    print(f"{plain / single:.2f} times as fast")
    print(
        f"drivers batch, one process: {one.a_page:.2f} s a page ({one.pages} pages), forking and reading once:", end=" "
    )
    print(f"{single / one.a_page:.2f} times; of it reading once {(read - opened) / LANGUAGES:.2f} s a page", end=" ")
    print(f"({read:.2f} s to read the survey, {1000 * opened:.0f} ms to open it)")
    print(f"drivers batch, two processes: {two.a_page:.2f} s a page ({two.pages} pages), the second core:", end=" ")
    print(f"{one.a_page / two.a_page:.2f} times")
    print(f"in all: {60 / two.a_page:.1f} pages a minute, {plain / two.a_page:.1f} times the plain loop")
    print(f"the same batch again, nothing changed: {again:.1f} s")
    parts = ", ".join(f"{part.mean():.0f}" for part in np.array_split(two.memory, 10))
    print(f"memory of all processes, mean of each tenth of the time: {parts} MB; at most {two.memory.max():.0f} MB")


if __name__ == "__main__":
    main()
