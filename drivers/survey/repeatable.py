"""Zips and workbooks that have the same bytes whenever and wherever they are written."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(?=<)")


def without_times(workbook: bytes) -> bytes:
    """The workbook without the times at which it was written."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(parts | {_CORE: _WRITTEN.sub(rb"\g<1>1980-01-01T00:00:00Z", parts[_CORE])})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            # Alike on every system, and stored as it is: what compression makes of it differs between machines.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, part)
    return content.getvalue()
