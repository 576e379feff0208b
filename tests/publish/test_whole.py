"""A file is written whole or not at all."""

from pathlib import Path
from typing import Any

import pytest

from drivers.publish.whole import write_whole


@pytest.mark.parametrize("content", ["later\n", b"later\r\n"])
def test_a_file_takes_the_place_of_an_earlier_one(tmp_path: Path, content: str | bytes) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(b"earlier")
    assert write_whole(file, content) == file
    assert file.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert file.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize("content", ["later", b"later"])
@pytest.mark.parametrize("step", ["os.replace", "os.chmod"])
def test_where_that_fails_what_was_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | bytes, step: str
) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(b"earlier\r\n")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, content)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert file.read_bytes() == b"earlier\r\n"
