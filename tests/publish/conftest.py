"""Published reports, each made once for all tests: a run takes seconds."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import nbformat
import pytest

from drivers.labels import LANGUAGES
from drivers.publish import report
from drivers.publish.request import ReportRequest
from tests.kernels import Kernels
from tests.shown import MAKERS

NOTEBOOKS = ("00_manager_report", "03_drivers")
BY_DEFAULT = ("customersat", "judges")
AT_HAND = 6
"""Files that stay read: both languages of the report that tests look at, and of some that they compare it with."""
N_BOOT = 200
"""Resamples of all other surveys: what a page looks like does not hang on how many there are."""
RUNS = [
    *((survey, notebook) for survey in ("customersat", "judges", "service_center") for notebook in NOTEBOOKS),
    *((survey, "00_manager_report") for survey in ("service_center_staff", "long", "hostile", "few", "suppressed")),
    *((survey, "03_drivers") for survey in ("few", "suppressed")),
    ("judges", "02_measurement"),
    *((survey, "04_loyalty") for survey in ("service_center", "judges", "suppressed")),
    *((survey, "05_expectations") for survey in ("service_center", "judges", "few")),
    ("service_center", "06_scorecard"),
    *((survey, "07_priorities") for survey in ("service_center", "judges")),
    *((survey, "08_segments") for survey in ("service_center", "judges")),
    *((survey, "09_trends") for survey in ("service_center", "judges", "suppressed")),
    *((survey, "10_units") for survey in ("service_center", "judges")),
    *((survey, "01_data_quality") for survey in ("customersat", "suppressed")),
]
SELECTED: dict[str, tuple[str, dict[str, Any]]] = {
    "few": ("service_center", {"unit": "b09"}),
    "suppressed": ("service_center", {"unit": "b09", "wave": "2024Q4"}),
}
"""Parts of a survey that get a report of their own: survey and selection."""
ALL_RUNS = [
    *(pytest.param(run, id="-".join(run)) for run in RUNS),
    *(pytest.param(("nyc311", name), marks=pytest.mark.field, id=f"nyc311-{name}") for name in NOTEBOOKS),
]


@dataclass(frozen=True)
class Report:
    """A published report: its files in each language, in a folder that has the survey's own id."""

    survey: str
    notebook: str
    folder: Path

    def page(self, language: str) -> Path:
        (page,) = self.pages.glob(f"{self.notebook}*.{language}.html")
        return page

    @property
    def pages(self) -> Path:
        """The folder of the survey that was published."""
        return self.folder / SELECTED.get(self.survey, (self.survey, {}))[0]

    @property
    def selection(self) -> dict[str, Any]:
        """The part of the survey that the report is about."""
        return SELECTED.get(self.survey, ("", {}))[1]

    @property
    def parameters(self) -> dict[str, Any]:
        """What the notebook was told beside survey and language."""
        return {**resamples(self.survey), **self.selection}

    def html(self, language: str) -> str:
        return _read(self.page(language))

    def numbers(self, language: str) -> dict[str, Any]:
        content: dict[str, Any] = _parsed(self.page(language).with_suffix(".json"))
        return content

    def executed(self) -> Any:
        return _executed(self.folder / "executed.ipynb")


@lru_cache(maxsize=AT_HAND)
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=AT_HAND)
def _parsed(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=AT_HAND)
def _executed(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def resamples(survey: str) -> dict[str, int]:
    """How many resamples a report of the survey is told to make; nothing where it makes its own number."""
    return {} if survey in BY_DEFAULT else {"n_boot": N_BOOT}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One worker at a time; the others find what it made."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def publish(survey: str, notebook: str, folder: Path, kernels: Kernels) -> None:
    """Publish in all languages, and keep the executed notebooks, which a report throws away."""
    source: str | Path
    source, parameters = SELECTED.get(survey, (survey, {}))
    if survey in MAKERS:
        MAKERS[survey](folder / "made")
        source = folder / "made" / "codebook.yml"
    run = report.execute

    def keep(*asked: Any) -> Any:
        executed = run(*asked)
        nbformat.write(executed, folder / "executed.ipynb")
        return executed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "execute", keep)
        patch.setattr(report, "started_kernel", kernels.started)
        asked = {**resamples(survey), **parameters}
        report.publish_report(source, notebook=notebook, languages=LANGUAGES, output=folder, parameters=asked)


@pytest.fixture(scope="session")
def publishing(tmp_path_factory: pytest.TempPathFactory, kernels: Kernels) -> Callable[[str, str], Report]:
    """Survey and notebook → report, published when it is first asked for, by whichever worker asks."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    made: dict[tuple[str, str], Report] = {}

    def get(survey: str, notebook: str) -> Report:
        if (survey, notebook) not in made:
            folder = shared / "published" / f"{survey}-{notebook}"
            with locked(folder):
                if (folder / "broken").exists():
                    pytest.fail((folder / "broken").read_text(encoding="utf-8"))
                if not (folder / "done").exists():
                    try:
                        publish(survey, notebook, folder, kernels)
                    except Exception as error:
                        # Once is enough: every test that needs this report would wait for the same failure.
                        (folder / "broken").write_text(str(error), encoding="utf-8")
                        raise
                    (folder / "done").touch()
            made[survey, notebook] = Report(survey, notebook, folder)
        return made[survey, notebook]

    return get


@pytest.fixture(scope="module")
def field_survey(request: pytest.FixtureRequest) -> Iterator[Callable[[str], None]]:
    """Make the data of a real survey known, or skip where they are not at hand."""
    with pytest.MonkeyPatch.context() as patch:

        def ask(survey: str) -> None:
            if survey == "nyc311":
                patch.setenv("DRIVERS_DATA", str(request.getfixturevalue("field_data")))

        yield ask


@pytest.fixture(scope="module", params=ALL_RUNS)
def published(
    request: pytest.FixtureRequest,
    publishing: Callable[[str, str], Report],
    field_survey: Callable[[str], None],
) -> Report:
    """Every report, one after the other: all tests of a module that look at one do so before the next is read."""
    survey, notebook = request.param
    field_survey(survey)
    return publishing(survey, notebook)


@pytest.fixture
def customersat(publishing: Callable[[str, str], Report]) -> Report:
    return publishing("customersat", "00_manager_report")


@pytest.fixture
def judges(publishing: Callable[[str, str], Report]) -> Report:
    return publishing("judges", "00_manager_report")


@pytest.fixture
def shelf(judges: Report, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[report.Published]]:
    """Publishing without a run: every notebook gives what `judges` gave, so only files and names are new."""

    @contextmanager
    def no_kernel() -> Iterator[None]:
        yield None

    def executed(request: ReportRequest, kernel: Any, failed: Path) -> Any:
        return judges.executed()

    monkeypatch.setattr(report, "started_kernel", no_kernel)
    monkeypatch.setattr(report, "prepare", lambda kernel, languages: None)
    monkeypatch.setattr(report, "execute", executed)
    return partial(report.publish_report, "judges")
