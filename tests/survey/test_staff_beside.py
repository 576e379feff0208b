"""The staff's survey beside the customers': read, fingerprinted, and refused where it cannot be joined."""

import json
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.errors import CodebookError
from tests.simulated import make_survey


def folders(folder: Path, *, units: tuple[bool, bool] = (True, True), staff_book: dict | None = None) -> Path:
    """Customers in a folder, their staff in another one inside it."""
    rng = np.random.default_rng(1)
    unit, inside = np.repeat([f"u{i}" for i in range(12)], 12), folder / "staff"
    inside.mkdir()
    for where, with_unit in ((folder, units[0]), (inside, units[1])):
        y = rng.uniform(0, 100, len(unit)).round()
        make_survey(where, drivers={"a": y}, outcomes={"satisfaction": y}, unit=unit if with_unit else None)
    for where, extra in ((folder, {"staff": {"codebook": "staff/codebook.yml"}}), (inside, staff_book or {})):
        path = where / "codebook.yml"
        path.write_text(json.dumps(json.loads(path.read_text()) | extra))
    return folder / "codebook.yml"


def test_staff_are_read_beside_the_customers(tmp_path: Path) -> None:
    survey = kda.read_survey(folders(tmp_path))
    assert survey.staff is not None and len(survey.staff.weights) == 144 and survey.staff.staff is None
    assert survey.beside_sha256["staff/codebook.yml"] == survey.staff.codebook_sha256
    assert survey.data_sha256 != survey.staff.data_sha256 in survey.beside_sha256.values()
    assert survey.labels.text("staff:driver", "a", "en") == "a"
    assert survey.select(unit="u1").staff is survey.staff


def refused(path: Path) -> str:
    with pytest.raises(CodebookError) as error:
        kda.read_survey(path)
    return str(error.value)


def test_customers_without_units_have_no_staff(tmp_path: Path) -> None:
    assert "staff: expected 'unit:' in the codebook to join the staff's survey by, found none; add it or remove" in (
        refused(folders(tmp_path, units=(False, True)))
    )


def test_staff_without_units_cannot_be_joined(tmp_path: Path) -> None:
    assert refused(folders(tmp_path, units=(True, False))) == (
        "codebook.yml, staff.codebook: expected a codebook with 'unit:' to join it by, found 'staff/codebook.yml' "
        "without; add it there."
    )


def test_staff_have_no_staff(tmp_path: Path) -> None:
    assert refused(folders(tmp_path, staff_book={"staff": {"codebook": "other.yml"}})) == (
        "codebook.yml, staff.codebook: expected a codebook without 'staff:' of its own, found 'staff/codebook.yml' "
        "with one; name the staff's, or remove it there."
    )


def test_a_codebook_that_is_not_there_or_lies_outside_is_refused(tmp_path: Path) -> None:
    path = folders(tmp_path)
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"staff": {"codebook": "none.yml"}}))
    assert refused(path) == (
        f"codebook.yml, staff.codebook: expected a codebook at {tmp_path / 'none.yml'}, found no such file; correct "
        "the name, or put the file there."
    )
    path.write_text(json.dumps(content | {"staff": {"codebook": "../codebook.yml"}}))
    assert refused(path).startswith("codebook.yml, staff.codebook: expected a file in the codebook's folder, found")
