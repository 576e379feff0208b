"""A published report stands or does not: every number is made again."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.cli import main
from drivers.errors import PublishError
from drivers.publish import verification
from drivers.publish.verification import verify_report
from tests.kernels import Kernels
from tests.publish.conftest import Report


@pytest.fixture(autouse=True)
def shared(kernels: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "started_kernel", kernels.started)


def test_a_report_stands_until_a_number_is_another(
    publishing: Callable[[str, str], Report], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = publishing("judges", "03_drivers")
    found = verify_report(report.page("ar"))
    assert found.stands and found.compared > 500 and not found.changed
    content = report.numbers("ar")
    changed = json.loads(json.dumps(content))
    piece = next(one for one in changed["shown"] if one["id"] == "importance-bars")
    piece["records"][2]["share"] += 0.01
    piece["records"][0]["driver"] = "another"
    for one in changed["shown"]:
        if "codebook_sha256" in one.get("details", {}):
            one["details"]["codebook_sha256"] = "0"
    path = tmp_path / "03_drivers.ar.json"
    path.write_text(json.dumps(changed), encoding="utf-8")
    assert main(["verify", str(path)]) == 1
    said = capsys.readouterr().out
    assert said.startswith("2 values differ;")
    assert "importance-bars, records[2].share: published" in said and "published another, now " in said
    assert "Changed since: the codebook." in said


@pytest.mark.parametrize("text", ["", "{}", '{"shown": []}', "[1]", '{"shown": [1], "parameters": {}}'])
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PublishError, match="expected the numbers of a report, found something else"):
        verify_report(path)
    with pytest.raises(PublishError, match="found no file; they lie beside its page"):
        verify_report(tmp_path / "none.html")


def test_a_survey_of_its_own_needs_its_codebook(publishing: Callable[[str, str], Report]) -> None:
    report = publishing("long", "00_manager_report")
    with pytest.raises(PublishError, match="add --codebook FILE"):
        verify_report(report.page("en"))
