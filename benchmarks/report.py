"""A whole `drivers report`, from the command to the page on disk: seconds and memory, as its user meets them.

    python benchmarks/report.py                # customersat
    python benchmarks/report.py nyc311         # 22,791 rows; fetch it first, or set DRIVERS_DATA

One language. The first run compiles and fills caches and is not counted. Beside it, in turn, the time
that a bare kernel takes for a notebook that only says hello, run by papermill's own command line: what
any report of this kind costs before it computes anything.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5


def seconds(command: list[str]) -> float:
    """Wall-clock seconds of a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return time.perf_counter() - started


def hello(folder: Path) -> Path:
    """A notebook of one cell."""
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": ["print('hello')"]}
    cell |= {"outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    path = folder / "hello.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


def main() -> None:
    """Print medians, ranges and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("codebook", nargs="?", default="customersat")
    codebook = parser.parse_args().codebook
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        report = [sys.executable, "-m", "drivers.cli", "report", codebook, "--language", "en", "--output", str(folder)]
        bare = [sys.executable, "-m", "papermill", str(hello(folder)), str(folder / "out.ipynb"), "--no-progress-bar"]
        seconds(report), seconds(bare)
        own, other = zip(*((seconds(report), seconds(bare)) for _ in range(RUNS)), strict=True)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    named = ((f"drivers report {codebook}, one language", own), ("papermill, one cell that says hello", other))
    for name, times in named:
        print(f"{name}: median {statistics.median(times):.2f} s ({min(times):.2f} to {max(times):.2f})")
    print(f"ratio of medians: {statistics.median(own) / statistics.median(other):.2f}")
    print(f"largest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
