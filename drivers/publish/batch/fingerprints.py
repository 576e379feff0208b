"""What a report depends on, as fingerprints: a report whose fingerprints are those of its record is not run again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from drivers import __version__
from drivers.publish.batch.place import MACHINERY, Place
from drivers.publish.request import ReportRequest
from drivers.survey.data import Survey

_CODE = (".py", ".po", ".css", ".js", ".j2", ".json", ".ttf", ".otf", ".csv", ".yml", ".toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of a report that was run.

    Parameters
    ----------
    fingerprint
        What it was made from; see `fingerprint`.
    status
        ``published`` or ``failed``.
    files
        File → SHA-256 of what was written.
    error
        Why it failed; empty where it did not.
    """

    fingerprint: Mapping[str, Any]
    status: str
    files: Mapping[str, str]
    error: str = ""


def sha256(content: bytes) -> str:
    """The fingerprint of some bytes."""
    return hashlib.sha256(content).hexdigest()


@cache
def code_sha256() -> str:
    """The fingerprint of this package, words and template included; while it is written a version may have many."""
    root = Path(str(resources.files("drivers")))
    found = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in _CODE and "__pycache__" not in path.parts and path.is_file():
            found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def fingerprint(request: ReportRequest, survey: Survey, *, for_index: bool = False) -> dict[str, Any]:
    """All that decides what a report says and looks like.

    Pages compare their unit with the others, so what they depend on is the whole of the data and not their own rows.
    """
    return {
        "data": survey.data_sha256,
        "codebook": survey.codebook_sha256,
        "beside": dict(survey.beside_sha256),
        "notebook": sha256(request.source.read_bytes()),
        "parameters": json.loads(json.dumps(dict(request.given), default=str)),
        "languages": list(request.languages),
        "show_code": request.show_code,
        "for_index": for_index,
        "version": __version__,
        "code": code_sha256(),
    }


def record_name(stem: str) -> str:
    """Where the record of a report is."""
    return f"{MACHINERY}/records/{stem}.json"


def read_record(place: Place, stem: str) -> Record | None:
    """The record of a report; None where there is none that can be read."""
    content = place.read(record_name(stem))
    try:
        return None if content is None else Record(**json.loads(content))
    except (ValueError, TypeError):
        return None


def record_bytes(record: Record) -> bytes:
    """A record as it is kept: the same report has the same bytes."""
    told = {name: getattr(record, name) for name in ("fingerprint", "status", "files", "error")}
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def stands(record: Record | None, wanted: Mapping[str, Any], place: Place) -> bool:
    """Whether a published report is what it would be if it were run now, to the last byte of its files."""
    if record is None or record.status != "published" or record.fingerprint != dict(wanted):
        return False
    return all((found := place.read(name)) is not None and sha256(found) == kept for name, kept in record.files.items())
