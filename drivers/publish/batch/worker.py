"""What a Dask worker does with a report: it hands it to a process of its own, which stays for the next one.

Workers are daemons, which may not start processes that start others, and have an event loop in which a notebook's would
be in the way. A runner is an ordinary process, started by its command line. Runs that share a cluster have runners of
their own, so that the end of one is nothing to another.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

_Runner = subprocess.Popen[str]


@dataclass(slots=True)
class _Runners:
    """The processes of a run on this worker, when it was last heard of, and whether it has ended."""

    idle: list[_Runner] = field(default_factory=list)
    busy: set[_Runner] = field(default_factory=set)
    heard: float = 0.0
    ended: bool = False


_of_run: dict[str, _Runners] = {}
_lock = threading.Lock()
"""A worker may have several threads, and ends a run in another than makes its reports."""
_FORGOTTEN = 600.0
"""Seconds after which the processes of a run that says nothing are ended: it was killed."""


def run_job(asked: dict[str, Any]) -> dict[str, Any]:
    """How a report went, as its runner says; another runner is started where one ends on the way."""
    code = None
    for _ in range(2):
        runner = _taken(asked["run"])
        if runner is None:
            return failed_in_passing(asked["stem"], "Expected a run that goes on, found that it was stopped.")
        try:
            assert runner.stdin is not None and runner.stdout is not None
            runner.stdin.write(json.dumps(asked) + "\n")
            runner.stdin.flush()
            if line := runner.stdout.readline():
                answer: dict[str, Any] = json.loads(line)
                _put_back(asked["run"], runner)
                return answer
        except (BrokenPipeError, ValueError):
            pass
        with _lock:
            _of_run[asked["run"]].busy.discard(runner)
        runner.kill()
        code = runner.wait()
    return failed_in_passing(
        asked["stem"],
        f"Expected a process that ends by itself, found that it was killed (exit code {code}), twice; see whether the "
        "machine has memory left, or run fewer workers.",
    )


def failed_in_passing(stem: str, error: str) -> dict[str, Any]:
    """An answer for a runner that gave none: nothing is known against the report."""
    return {"stem": stem, "seconds": 0.0, "status": "failed", "error": error, "passing": True}


def end_runners(run: str) -> None:
    """End a run's processes that wait for another report, and at once those that make one: nobody waits for it."""
    with _lock:
        runners = _of_run.setdefault(run, _Runners())
        runners.ended = True
        busy, idle = list(runners.busy), list(runners.idle)
        runners.busy.clear()
        runners.idle.clear()
    for runner in busy:
        runner.kill()
    for runner in idle:
        _end(runner)


def _taken(run: str) -> _Runner | None:
    """A runner of a run, started where none waits; None where the run has ended."""
    now = time.monotonic()
    with _lock:
        runners = _of_run.setdefault(run, _Runners())
        if runners.ended:
            return None
        runners.heard = now
        forgotten = [
            other for other in _of_run.values() if other.idle and not other.busy and now - other.heard > _FORGOTTEN
        ]
        left = [runner for other in forgotten for runner in other.idle]
        for other in forgotten:
            other.idle.clear()
        while runners.idle and (waiting := runners.idle.pop()):
            if waiting.poll() is None:
                runners.busy.add(waiting)
                return waiting
        runner = subprocess.Popen(
            [sys.executable, "-m", "drivers.publish.batch.runner"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        runners.busy.add(runner)
    for one in left:
        _end(one)
    return runner


def _put_back(run: str, runner: _Runner) -> None:
    with _lock:
        runners = _of_run[run]
        runners.busy.discard(runner)
        runners.heard = time.monotonic()
        if not runners.ended:
            runners.idle.append(runner)
            return
    _end(runner)


def _end(runner: _Runner) -> None:
    if runner.stdin is not None:
        runner.stdin.close()
    runner.wait()
