"""A run that is killed again and again, at random moments, ends with the bytes of one that never was.

    python benchmarks/kills.py              # 20 kills; a quarter of an hour on two cores
    python benchmarks/kills.py --kills 100 --seed 7

What is killed is drawn by chance as well: the run itself, all of its processes at once as when the power goes, or one
of those that it started. After each kill every file in the folder must be one of the run that never was killed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

PUBLICATION = """codebook: service_center
output: {output}
reports:
  - {{notebook: 00_manager_report, units: [b01, b02, b03], waves: each}}
  - {{notebook: 00_manager_report, units: [b01, b02, b03]}}
"""
FIRST, LAST = 2.0, 40.0
"""Seconds that a run lives, at least and at most; until the first report takes about ten."""
KINDS = ("the run", "all of its processes", "one process that it started")


def fingerprints(folder: Path, *, finished: bool) -> dict[str, str]:
    """Every file by its fingerprint, without logs, the lock, the prepared survey and what was never finished."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        passing = name.endswith((".part", ".arrow")) and not finished
        if path.is_file() and "runs" not in path.parts and path.name != "lock" and not passing:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def started(folder: Path, name: str) -> subprocess.Popen[bytes]:
    """A run into a folder of its own, in a session of its own."""
    path = folder / f"{name}.yml"
    path.write_text(PUBLICATION.format(output=name), encoding="utf-8")
    command = [sys.executable, "-m", "drivers.cli", "batch", str(path), "--workers", "2"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def of_session(session: int) -> list[psutil.Process]:
    """The processes of a run, whoever is their parent by now."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def kill(running: subprocess.Popen[bytes], kind: str, rng: np.random.Generator) -> None:
    """Kill what is to be killed; where it is but one of many, the run goes on to its end."""
    everyone = of_session(running.pid)
    others = [process for process in everyone if process.pid != running.pid]
    victims = everyone if kind == KINDS[1] else [rng.choice(others)] if kind == KINDS[2] and others else []
    for process in victims:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGKILL)
    if kind != KINDS[2]:
        running.kill()
    running.wait()


def main() -> None:
    """Print each kill and what was there after it; exit code 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        begun = time.perf_counter()
        if code := started(folder, "never").wait():
            raise SystemExit(f"The run that nobody killed ended with {code}.")
        print(f"never killed: {time.perf_counter() - begun:.0f} s")
        whole = fingerprints(folder / "never", finished=True)
        killed = 0
        while killed < options.kills:
            running = started(folder, "killed")
            kind, after = KINDS[rng.integers(len(KINDS))], rng.uniform(FIRST, LAST)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(after)
            if running.poll() is None:
                kill(running, kind, rng)
                killed += 1
                print(f"{killed:3}: {kind}, after {after:4.1f} s", end="")
            else:
                print(f"     ended by itself with {running.returncode}", end="")
                # Some report may be left that a kill of its process had taken with it; then all begin anew.
                if running.returncode == 0:
                    for path in sorted((folder / "killed").rglob("*"), reverse=True):
                        path.unlink() if path.is_file() else path.rmdir()
            until = time.monotonic() + 15
            while (left := of_session(running.pid)) and time.monotonic() < until:
                time.sleep(0.2)
            found = fingerprints(folder / "killed", finished=False)
            kept = {name: one for name, one in found.items() if not name.startswith(("manifest", "index"))}
            other = [name for name, one in kept.items() if whole.get(name) != one]
            pages = sum(name.endswith(".html") for name in kept)
            print(f"; {pages} pages, {len(other)} unlike those never killed, {len(left)} processes left", flush=True)
            if other or left:
                raise SystemExit(f"Not as it should be: {', '.join(other) or left}")
        ended = started(folder, "killed").wait()
        alike = fingerprints(folder / "killed", finished=True) == whole
        print(f"resumed: exit code {ended}, {len(whole)} files, {'the same' if alike else 'NOT the same'} bytes")
        raise SystemExit(0 if alike and not ended else 1)


if __name__ == "__main__":
    main()
