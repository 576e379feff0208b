"""A publication whose reports take a second, and what is in its folder."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

PARAMETERS = """codebook: str = "service_center"  # codebook
language: str = "en"  # language
unit: str = ""  # unit
wave: str = ""  # wave
only: dict = {}  # filter
digits: str = "latn"  # digits
conf_level: float = 0.95  # level
"""
SHORT = (
    "import drivers as kda",
    "survey = kda.read_survey(codebook).select(unit=unit, wave=wave, only=only)\n"
    "words = kda.wording(language, survey.labels, digits=digits)",
    "about = kda.describe(survey, report='manager', conf_level=conf_level)\n"
    "scores = kda.attempt(kda.outcome_scores, survey, conf_level=conf_level)",
    "kda.show(about, words, as_='masthead')",
    "kda.show(scores, words, as_='cards')",
)
BROKEN = "1 / (unit != 'b03')"
"""A cell that fails for one unit."""


def write_notebook(path: Path, *more: str) -> Path:
    """A short report, with cells of one's own at its end."""
    cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}, id="c00")]
    cells += [new_code_cell(source, id=f"c{i:02d}") for i, source in enumerate([*SHORT, *more], start=1)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def write_publication(folder: Path, units: str, *more: str, extra: str = "", output: str = "out") -> Path:
    """A publication of some units of `service_center`, by a short notebook beside it."""
    write_notebook(folder / "short.ipynb", *more)
    path = folder / "publication.yml"
    path.write_text(
        f"codebook: service_center\noutput: {output}\nindex: null\n{extra}"
        f"reports:\n  - {{notebook: short.ipynb, units: {units}}}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def publication(tmp_path: Path) -> Callable[..., Path]:
    """Write a publication into the folder of the test."""
    return partial(write_publication, tmp_path)


def bytes_in(folder: Path) -> dict[str, str]:
    """Every file of a publication by its fingerprint, without the logs of runs and the lock."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "runs" not in path.parts and path.name != "lock"
    }
