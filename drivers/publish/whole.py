"""A file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

PART = ".part"
"""What the name of a file ends in that is not finished; a run that was killed may leave one."""


def write_whole(path: Path, content: str | bytes) -> Path:
    """Put the content in the place of a file, in one step; where that fails, what was there stays.

    Parameters
    ----------
    path
        In a folder that is there.
    content
        A text is written in UTF-8, its line ends as they are.
    """
    part = write_part(path, content)
    try:
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path


def write_part(path: Path, content: str | bytes) -> Path:
    """The file beside it that is to take its place, whole; nothing is there where that fails."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
        os.chmod(name, 0o644)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
    return Path(name)
