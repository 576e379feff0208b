"""Whatever goes wrong on the way, the folder is one that the next run finishes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.cli import main
from drivers.publish.batch.fingerprints import sha256
from drivers.publish.batch.place import place_at
from drivers.publish.batch.runner import _prepared
from drivers.publish.batch.running import run_batch
from tests.publish.batch.conftest import bytes_in

Publication = Callable[..., Path]

UNITS = "[b01, b02]"
FULL = """
import errno, os, pathlib
out, replace = pathlib.Path({out!r}), os.replace
def full(source, target, **more):
    crowded = list(out.glob(".batch/records/*.json")) and not (out.parent / "room").exists()
    if crowded and out in pathlib.Path(target).parents:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))
    replace(source, target, **more)
os.replace = full
"""
"""A disk that is full after the first report, for every process started with it, until there is a file ``room``."""


def test_a_full_disk_ends_the_run_and_the_next_one_finishes(
    publication: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = publication(UNITS), tmp_path / "out"
    (tmp_path / "site").mkdir()
    code = FULL.format(out=str(out))
    (tmp_path / "site" / "sitecustomize.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setattr(os, "replace", os.replace)
    exec(code, {})
    assert main(["batch", str(path), "--workers", "1"]) == 1
    said = capsys.readouterr().out
    assert f"{out}: expected room for more reports, found none; free some and run the same command again." in said
    assert "1 made" in said and len(list(out.glob("*.html"))) == 2
    assert not list(out.rglob("*.part")) and not list(out.rglob("*.arrow"))
    (tmp_path / "room").touch()
    assert len(run_batch(path, workers=1).published) == 1
    finished = bytes_in(out)
    shutil.rmtree(out)
    run_batch(path, workers=1)
    assert bytes_in(out) == finished


def test_a_kernel_that_dies_is_no_fault_of_the_report(publication: Publication, tmp_path: Path) -> None:
    died = tmp_path / "died"
    cell = f"import os, pathlib\nif unit == 'b02' and not pathlib.Path({str(died)!r}).exists():\n"
    cell += f"    pathlib.Path({str(died)!r}).touch()\n    os.kill(os.getpid(), 9)"
    path = publication(UNITS, cell)
    batch = run_batch(path, workers=1)
    assert [stem[-14:-9] for stem in batch.published] != [] and len(batch.errors) == 1
    (error,) = batch.errors.values()
    assert "expected a kernel that runs to the end, found" in error and "try again" in error
    # It is tried again without being asked for, and the folder shows no trace of it.
    again = run_batch(path, workers=1)
    assert len(again.published) == len(again.kept) == 1 and not again.errors
    assert not list((tmp_path / "out").glob("*.failed.ipynb"))


def test_whoever_stops_a_run_by_hand_goes_on_with_it(publication: Publication, tmp_path: Path) -> None:
    slow = "import time\ntime.sleep(1)"
    path, out = publication("[b01, b02, b03]", slow), tmp_path / "out"
    command = [sys.executable, "-m", "drivers.cli", "batch", str(path), "--workers", "1"]
    running = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where these tests themselves run in the background of a shell, the key does nothing unless that is undone.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not list(out.glob("*.html")) and running.poll() is None:
        time.sleep(0.02)
    # As a terminal does: all that the command has started hear of it.
    os.killpg(running.pid, signal.SIGINT)
    said, complaints = running.communicate(timeout=60)
    assert running.returncode == 130, complaints
    assert "Stopped; the same command goes on where this run ended." in said
    assert "Traceback" not in said + complaints
    until = time.monotonic() + 10
    while time.monotonic() < until and _of_session(running.pid):
        time.sleep(0.1)
    assert not _of_session(running.pid)
    assert not list(out.rglob("*.part")) and not list(out.rglob("*.failed.ipynb")) and not list(out.rglob("*.arrow"))
    finished = run_batch(path, workers=1)
    assert not finished.errors and len(finished.published) + len(finished.kept) == 3 and finished.kept


def _of_session(session: int) -> str:
    return subprocess.run(["pgrep", "-s", str(session)], capture_output=True, text=True, check=False).stdout


def test_a_prepared_survey_that_somebody_changed_is_not_opened(tmp_path: Path) -> None:
    place = place_at(str(tmp_path))
    place.write("survey.arrow", b"changed")
    asked = {"survey": "survey.arrow", "survey_sha256": sha256(b"as it was")}
    with pytest.raises(OSError, match="Expected the survey that this run has prepared, found another file"):
        _prepared(asked, place, tmp_path)
    assert _prepared(asked | {"survey_sha256": sha256(b"changed")}, place, tmp_path) == tmp_path / "survey.arrow"
