"""A batch: what it makes, what it leaves alone, and that whatever ends it, the next run finishes."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from drivers.cli import main
from drivers.errors import PublishError
from drivers.publish.batch.place import MACHINERY, place_at
from drivers.publish.batch.running import Batch, run_batch
from tests.publish.batch.conftest import BROKEN, bytes_in, write_notebook, write_publication

Publication = Callable[..., Path]

UNITS = "[b01, b02, b03, b04]"


def stems(found: list[str]) -> list[str]:
    return [stem.split("--")[1].split("-")[0] for stem in found]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Batch, list[str]]:
    """The folder of a publication that was run once, how it went and what was told on the way."""
    folder = tmp_path_factory.mktemp("made")
    told: list[str] = []
    batch = run_batch(write_publication(folder, UNITS), workers=2, progress=lambda batch, stem: told.append(stem))
    return folder / "out", batch, told


@pytest.fixture
def copied(made: tuple[Path, Batch, list[str]], tmp_path: Path) -> Path:
    """A copy of it that a test may do with as it likes."""
    shutil.copytree(made[0], tmp_path / "out", symlinks=True)
    return tmp_path / "out"


def test_every_report_is_made_and_written_down(made: tuple[Path, Batch, list[str]]) -> None:
    out, batch, told = made
    assert stems(sorted(batch.published)) == ["b01", "b02", "b03", "b04"] and not batch.errors
    assert told[0] == "" and sorted(told[1:]) == sorted(batch.published)
    files = bytes_in(out)
    assert {name.split(".", 1)[1] for name in files if "--b01" in name and not name.startswith(MACHINERY)} == {
        f"{language}.{ending}" for language in ("ar", "en") for ending in ("html", "json")
    }
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    schema = resources.files("drivers.publish.batch").joinpath("manifest.schema.json").read_text(encoding="utf-8")
    jsonschema.validate(manifest, json.loads(schema))
    assert [entry["status"] for entry in manifest["reports"]] == ["published"] * 4
    assert all(files[name] == kept for entry in manifest["reports"] for name, kept in entry["files"].items())
    log = [json.loads(line) for line in Path(batch.log).read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in log] == ["started", *["published"] * 4, "ended"]
    assert log[0]["data_sha256"] and all(line["seconds"] > 0 for line in log[1:])
    assert not list(out.rglob("*.arrow"))


def test_what_stands_is_not_made_again(publication: Publication, copied: Path, tmp_path: Path) -> None:
    path, before = publication(UNITS), bytes_in(copied)
    second = run_batch(path)
    assert (second.planned, len(second.kept), second.log) == ([], 4, "")
    assert bytes_in(copied) == before
    # A page that was changed by hand, or a file that is gone, is made again.
    next(copied.glob("*--b01*.en.html")).write_text("changed", encoding="utf-8")
    next(copied.glob("*--b02*.ar.json")).unlink()
    assert stems(run_batch(path, dry_run=True).planned) == ["b01", "b02"]
    assert stems(run_batch(path, workers=1).published) == ["b01", "b02"]
    assert bytes_in(copied) == before
    # So is all of it when the notebook changes, or a parameter, or where it is asked for.
    assert len(run_batch(publication(UNITS, extra="parameters: {conf_level: 0.9}\n"), dry_run=True).planned) == 4
    assert len(run_batch(publication(UNITS, extra="languages: [ar]\n"), dry_run=True).planned) == 4
    assert stems(run_batch(publication(UNITS), dry_run=True, force=True, only=["b0[34]"]).planned) == ["b03", "b04"]
    assert len(run_batch(publication(UNITS, "'another cell'"), dry_run=True).planned) == 4
    assert bytes_in(copied) == before


def test_one_that_fails_stops_no_other_and_is_kept_for_who_mends_it(
    publication: Publication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = publication("[b02, b03, b04]", BROKEN)
    out = tmp_path / "out"
    assert main(["batch", str(path), "--workers", "1"]) == 1
    said = capsys.readouterr().out
    assert "2 made, 0 up to date, 1 failed" in said and "ZeroDivisionError" in said and "--retry-failed" in said
    (broken,) = out.glob("*.failed.ipynb")
    assert "b03" in broken.name and "ZeroDivisionError" in broken.read_text(encoding="utf-8")
    assert str(broken) in said
    assert not list(out.glob("*b03*.html"))
    # The same again fails the same way, and is not tried before something is mended.
    again = run_batch(path)
    assert (again.planned, stems(again.failed)) == ([], ["b03"])
    assert stems(run_batch(path, retry_failed=True, dry_run=True).planned) == ["b03"]
    write_notebook(tmp_path / "short.ipynb")
    mended = run_batch(path, only=["b03"], workers=1)
    assert stems(mended.published) == ["b03"] and not list(out.glob("*.failed.ipynb"))
    # What was not asked for is out of date, and says so.
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert [entry["status"] for entry in manifest["reports"]] == ["outdated", "published", "outdated"]


def test_a_killed_run_ends_with_the_bytes_of_one_never_killed(
    publication: Publication, made: tuple[Path, Batch, list[str]], tmp_path: Path
) -> None:
    path, out = publication(UNITS), tmp_path / "out"
    command = [sys.executable, "-m", "drivers.cli", "batch", str(path), "--workers", "1"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    while not list(out.glob("*.html")) and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not (out / "manifest.json").exists()
    finished = run_batch(path, workers=1)
    assert 0 < len(finished.published) <= 4 and not finished.errors
    assert bytes_in(out) == bytes_in(made[0])
    # No process of the killed run lives on.
    left = subprocess.run(["pgrep", "-s", str(running.pid)], capture_output=True, text=True, check=False).stdout
    assert left == ""


def test_two_at_once_on_one_folder_refuse(publication: Publication, tmp_path: Path) -> None:
    path = publication("[b01]")
    (tmp_path / "out" / MACHINERY).mkdir(parents=True)
    with (tmp_path / "out" / MACHINERY / "lock").open("w") as file:
        file.write("process 12 on elsewhere")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(PublishError, match=r"expected no other batch .* found one \(process 12 on elsewhere\)"):
            run_batch(path)
    # Without the other's lock nothing of it is in the way, not even the part of a file.
    part = tmp_path / "out" / ".page.html.x.part"
    part.write_text("half", encoding="utf-8")
    with place_at(str(tmp_path / "out")).locked():
        assert not part.exists()


def test_a_place_by_its_url_is_locked_as_long_as_its_run_lives(tmp_path: Path) -> None:
    place = place_at(f"local://{tmp_path}/far")
    with place.locked(), pytest.raises(PublishError, match="expected no other batch"), place.locked():
        pass
    with place.locked():
        place.write("a.html", b"1")
        place.write("a.html", b"2")
    assert (place.read("a.html"), place.read("b.html"), place.names()) == (b"2", None, ["a.html"])
    place.remove("a.html")
    place.remove("a.html")
    assert place.names() == [] and place.names("nowhere") == []
    place.write(f"{MACHINERY}/lock", json.dumps({"who": "one that died", "at": time.time() - 300}).encode())
    with place.locked():
        pass


def test_on_a_cluster_a_killed_worker_costs_nothing(
    publication: Publication, made: tuple[Path, Batch, list[str]], tmp_path: Path
) -> None:
    from distributed import LocalCluster

    path = publication(UNITS, output=f"local://{tmp_path}/far")
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        workers = [nanny.process.process.pid for nanny in cluster.workers.values()]
        killed: list[int] = []

        def kill(batch: Batch, stem: str) -> None:
            if stem and not killed:
                os.kill(workers[0], signal.SIGKILL)
                killed.append(workers[0])

        batch = run_batch(path, scheduler=cluster.scheduler_address, progress=kill)
    assert killed and len(batch.published) == 4 and not batch.errors
    assert bytes_in(tmp_path / "far") == bytes_in(made[0])


def test_what_is_no_longer_asked_for_is_told_and_what_may_not_be_told_goes(
    publication: Publication, copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(copied.glob("*b02*.html"))
    assert main(["batch", str(publication("[b02]"))]) == 0
    said = capsys.readouterr().out
    assert "1 up to date" in said and "3 no longer asked for" in said and "--b01" in said
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    assert [stem.split("--")[1][:3] for stem in manifest["stale"]] == ["b01", "b03", "b04"]
    assert list(copied.glob("*b01*.html"))
    # Nothing of them stays that may not be told, asked for or not, whatever is known of it.
    next((copied / MACHINERY / "records").glob("*b02*")).unlink()
    (copied / next(copied.glob("*b02*.en.html")).name.replace(".en.", ".fr.")).write_text("as it was", encoding="utf-8")
    assert main(["batch", str(publication("[b02]", extra="fewest: 5000\n"))]) == 0
    assert "1 withheld (too few people)" in capsys.readouterr().out
    assert not list(copied.rglob("*--b0*"))
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    assert [(entry["status"], entry["reason"], entry["n"]) for entry in manifest["reports"]] == [
        ("withheld", "few", None)
    ]
    assert manifest["stale"] == []


def test_what_changes_leaves_nothing_of_what_was(publication: Publication, copied: Path) -> None:
    assert (copied / "index.ar.html").exists() and list(copied.glob("*.ar.html"))
    run_batch(publication(UNITS, extra="languages: [en]\n"), workers=1)
    assert not list(copied.glob("*.ar.*"))
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["index"]) == {"index.en.html"}
    # One that fails keeps what was published, and says that it is old.
    run_batch(publication("[b03]", BROKEN, extra="languages: [en]\n"), workers=1)
    (entry,) = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))["reports"]
    assert entry["status"] == "failed" and entry["error"] and entry["files"]
    assert all((copied / name).exists() for name in entry["files"])


def test_a_report_is_made_from_the_notebook_that_the_run_was_started_with(
    publication: Publication, tmp_path: Path
) -> None:
    path = publication("[b01, b02, b03]", "import time\ntime.sleep(1)")

    def edit(batch: Batch, stem: str) -> None:
        if stem and len(batch.published) == 1:
            write_notebook(tmp_path / "short.ipynb", "'edited'")

    batch = run_batch(path, workers=1, progress=edit)
    assert batch.errors and batch.published
    assert all("Expected the notebook that the run was started with, found" in said for said in batch.errors.values())
    again = run_batch(path, workers=1)
    assert len(again.published) == 3 and not again.errors
