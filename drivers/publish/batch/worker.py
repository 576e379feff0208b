"""What a Dask worker does with a report: it hands it to a process of its own, which stays for the next one.

Workers are daemons, which may not start processes that start others, and have an event loop in which a notebook's would
be in the way. A runner is an ordinary process, started by its command line.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
from typing import Any

_idle: queue.SimpleQueue[subprocess.Popen[str]] = queue.SimpleQueue()
_busy: set[subprocess.Popen[str]] = set()


def run_job(asked: dict[str, Any]) -> dict[str, Any]:
    """How a report went, as its runner says; another runner is started where one ends on the way."""
    for _ in range(2):
        runner = _runner()
        _busy.add(runner)
        try:
            assert runner.stdin is not None and runner.stdout is not None
            runner.stdin.write(json.dumps(asked) + "\n")
            runner.stdin.flush()
            if line := runner.stdout.readline():
                answer: dict[str, Any] = json.loads(line)
                _idle.put(runner)
                return answer
        except (BrokenPipeError, ValueError):
            pass
        finally:
            wanted = runner in _busy
            _busy.discard(runner)
        runner.kill()
        runner.wait()
        if not wanted:
            return failed_in_passing(asked["stem"], "Expected a run that goes on, found that it was stopped.")
    return failed_in_passing(
        asked["stem"],
        f"Expected a process that ends by itself, found that it was killed (exit code {runner.returncode}), twice; see "
        "whether the machine has memory left, or run fewer workers.",
    )


def failed_in_passing(stem: str, error: str) -> dict[str, Any]:
    """An answer for a runner that gave none: nothing is known against the report."""
    return {"stem": stem, "seconds": 0.0, "status": "failed", "error": error, "passing": True}


def end_runners() -> None:
    """End the processes that wait for another report, and at once those that still make one: nobody waits for it."""
    while _busy:
        _busy.pop().kill()
    while True:
        try:
            runner = _idle.get_nowait()
        except queue.Empty:
            return
        if runner.stdin is not None:
            runner.stdin.close()
        runner.wait()


def _runner() -> subprocess.Popen[str]:
    while True:
        try:
            runner = _idle.get_nowait()
        except queue.Empty:
            return subprocess.Popen(
                [sys.executable, "-m", "drivers.publish.batch.runner"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        if runner.poll() is None:
            return runner
