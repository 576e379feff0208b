"""What tests share: where the real surveys are, and which browser there is."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.publish import report
from tests.kernels import Kernels

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def field_data() -> Path:
    """The folder of real surveys that are not part of the repository."""
    folder = os.environ.get("DRIVERS_DATA")
    if not folder:
        pytest.skip("needs real surveys: DRIVERS_DATA is not set to their folder")
    if not Path(folder).is_dir():
        pytest.fail(f"DRIVERS_DATA must name a folder of surveys, but {folder} is none: correct or unset it.")
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser of this machine, for playwright's ``executable_path``."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    reason = f"needs a browser: none of {', '.join(BROWSERS)} is on the path"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{reason}, and under CI a browser test may not be skipped.")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def kernels() -> Iterator[Kernels]:
    """The kernel that all reports of this process share."""
    shared = Kernels()
    yield shared
    shared.close()


@pytest.fixture
def shared_kernel(kernels: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish in the shared kernel instead of a fresh one."""
    monkeypatch.setattr(report, "started_kernel", kernels.started)
