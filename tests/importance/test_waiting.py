"""What is told of a long calculation, to whom, and how it is stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.importance import relative, waiting
from drivers.importance.relative import ADVICE
from drivers.importance.waiting import duration
from drivers.survey.data import Survey
from tests.simulated import make_survey

PROMPT = 5.0
"""Seconds from Ctrl-C to the end of the process on a busy machine: parts take tenths of a second each."""


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    rng = np.random.default_rng(1)
    x = np.clip(50 + 8 * (rng.normal(size=(200, 1)) + rng.normal(size=(200, 21))), 0, 100)
    y = np.clip(50 + (x - 50) @ np.linspace(0.1, 0, 21) + rng.normal(0, 6, 200), 0, 100)
    drivers = {f"d{j:02d}": x[:, j] for j in range(21)}
    return make_survey(tmp_path_factory.mktemp("waiting"), drivers=drivers, outcomes={"y": y})


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.01, "1 second"),
        (1.4, "1 second"),
        (42, "42 seconds"),
        (61, "1 minute"),
        (150, "2 minutes"),
        (3600, "1 hour"),
        (7300, "2 hours"),
        (86400, "1 day"),
        (86400 * 2000, "2,000 days"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


# Who is told


def test_a_function_of_the_callers_is_called_and_nothing_else_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[float, float]] = []
    with waiting.waiting(lambda done, left: told.append((done, left)), expected=1e6, advice="") as progress:
        progress(0.5, 1e6)
    assert told == [(0.5, 1e6)]
    assert capfd.readouterr() == ("", "")


def test_a_short_wait_is_silent(survey: Survey, capfd: pytest.CaptureFixture[str]) -> None:
    kda.relative_importance(survey, drivers=["d00", "d01", "d02"], n_boot=100)
    kda.relative_importance(survey, orderings=512, n_boot=100)
    assert capfd.readouterr() == ("", "")


def test_a_long_wait_is_announced_with_what_else_could_be_done(
    survey: Survey, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relative, "expected_seconds", lambda k, matrices: 7300.0)
    kda.relative_importance(survey, n_boot=0)
    out, err = capfd.readouterr()
    assert out == ""
    assert f"This takes about 2 hours. {ADVICE}" in err
    assert ADVICE == "Ctrl-C stops it; orderings=8192 takes a sample of the orders of entry, which is quicker."


def test_time_is_told_from_the_number_of_drivers_and_resamples(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def expected(k: int, matrices: int) -> float:
        asked.append((k, matrices))
        return 0.0

    monkeypatch.setattr(relative, "expected_seconds", expected)
    some = [f"d{j:02d}" for j in range(20)]
    kda.relative_importance(survey, n_boot=100)
    kda.relative_importance(survey, n_boot=0, drivers=some)
    kda.relative_importance(survey, n_boot=0, drivers=some[:5])
    kda.relative_importance(survey, n_boot=0, orderings=256)
    kda.relative_importance(survey, n_boot=0, method="pratt")
    # More than 20 drivers are walked in all orders once, and their resamples in few.
    assert asked == [(21, 1), (20, 1)]


def test_the_bar_can_be_silenced(
    survey: Survey, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TQDM_DISABLE", "1")
    # The variable is read where tqdm is imported.
    code = (
        "from drivers.importance.waiting import waiting\n"
        "with waiting(None, expected=1e6, advice='Wait.') as told:\n"
        "    for done in (0.1, 0.5, 1.0):\n"
        "        told(done, 1e5)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("", "")
    monkeypatch.delenv("TQDM_DISABLE")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "This takes about 12 days. Wait." in ran.stderr and "50 %" in ran.stderr
    assert ran.stdout == ""


# The bar


def bar_at(times: list[tuple[float, float, float]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Call the bar with (seconds since the start, part done, seconds left)."""
    now = [0.0]
    monkeypatch.setattr(waiting.time, "perf_counter", lambda: now[0])
    with waiting.waiting(None, expected=0.0, advice="") as told:
        for passed, done, left in times:
            now[0] = passed
            told(done, left)


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        ([(1, 0.5, 1), (2, 1.0, 0)], False),
        # What is compiled at the first call: a long rest is not believed before five seconds have passed.
        ([(4, 0.01, 400), (4.5, 0.9, 0.5), (5, 1.0, 0)], False),
        ([(6, 0.1, 54), (30, 0.5, 30), (60, 1.0, 0)], True),
        # A stage that is nearly done needs no bar, however long it took.
        ([(9, 0.99, 0.1), (9.1, 1.0, 0)], False),
        # The clock of the next stage starts anew.
        ([(9, 1.0, 0), (12, 0.5, 3), (15, 1.0, 0)], False),
        ([(9, 1.0, 0), (16, 0.5, 7), (23, 1.0, 0)], True),
    ],
)
def test_the_bar_appears_where_ten_seconds_pass(
    times: list, shown: bool, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bar_at(times, monkeypatch)
    out, err = capfd.readouterr()
    assert out == ""
    assert bool(err) == shown
    if shown:
        assert "left" in err
        # The bar is taken away at the end.
        assert err.endswith("\r")


def test_patience_can_be_short(
    survey: Survey, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    kda.relative_importance(survey, orderings=8192, n_boot=100)
    assert "% |" in capfd.readouterr().err


# Ctrl-C


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
def test_ctrl_c_ends_a_long_calculation_at_once(tmp_path: Path) -> None:
    code = f"""
import signal
import numpy as np
from pathlib import Path
import drivers as kda
from tests.simulated import make_survey
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are started deaf to it
rng = np.random.default_rng(1)
x = np.clip(50 + 8 * (rng.normal(size=(100, 1)) + rng.normal(size=(100, 30))), 0, 100)
y = np.clip(x.mean(axis=1) + rng.normal(0, 6, 100), 0, 100)
drivers = {{f"d{{j:02d}}": x[:, j] for j in range(30)}}
survey = make_survey(Path({str(tmp_path)!r}), drivers=drivers, outcomes={{"y": y}})
print("ready", flush=True)
told = lambda done, left: print("at work", flush=True)
kda.relative_importance(survey, n_boot=0, progress=told)
kda.relative_importance(survey, n_boot=0, precision=1e-6, progress=told)
print("done", flush=True)
"""
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert process.stdout.readline() == "at work\n"
    begun = time.perf_counter()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert time.perf_counter() - begun < PROMPT
    assert "done" not in out
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode in (-signal.SIGINT, 130)
