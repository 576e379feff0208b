from pathlib import Path

import pytest

from tests.survey.formats.small_files import Files


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)
