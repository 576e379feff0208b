"""What a Dask worker does with a report: it hands it to a process of its own, which stays for the next one.

Workers are daemons, which may not start processes that start others, and have an event loop in which a notebook's would
be in the way. A runner is an ordinary process, started by its command line. Runs that share a cluster have runners of
their own, so that the end of one is nothing to another.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

_Runner = subprocess.Popen[str]


@dataclass(slots=True)
class _Runners:
    """The processes of a run on this worker, and whether it has ended."""

    idle: list[_Runner] = field(default_factory=list)
    busy: set[_Runner] = field(default_factory=set)
    ended: bool = False


_of_run: defaultdict[str, _Runners] = defaultdict(_Runners)


def run_job(asked: dict[str, Any]) -> dict[str, Any]:
    """How a report went, as its runner says; another runner is started where one ends on the way."""
    runners = _of_run[asked["run"]]
    code = None
    for _ in range(2):
        if runners.ended:
            return failed_in_passing(asked["stem"], "Expected a run that goes on, found that it was stopped.")
        runner = _runner(runners)
        runners.busy.add(runner)
        try:
            assert runner.stdin is not None and runner.stdout is not None
            runner.stdin.write(json.dumps(asked) + "\n")
            runner.stdin.flush()
            if line := runner.stdout.readline():
                answer: dict[str, Any] = json.loads(line)
                runners.idle.append(runner)
                return answer
        except (BrokenPipeError, ValueError):
            pass
        finally:
            runners.busy.discard(runner)
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
    runners = _of_run[run]
    runners.ended = True
    while runners.busy:
        runners.busy.pop().kill()
    while runners.idle:
        runner = runners.idle.pop()
        if runner.stdin is not None:
            runner.stdin.close()
        runner.wait()


def _runner(runners: _Runners) -> _Runner:
    while runners.idle:
        runner = runners.idle.pop()
        if runner.poll() is None:
            return runner
    return subprocess.Popen(
        [sys.executable, "-m", "drivers.publish.batch.runner"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
