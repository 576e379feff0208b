"""A process that makes one report after the other, each in a kernel forked for it, and says how each went.

It is asked on its standard input and answers on its standard output, one JSON object a line. When whoever started it
ends, in whatever way, the input ends, and so does it. Nothing heavy is imported before it is asked: kernels are forked
from a process that imports this module.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from drivers.publish.batch.kernel_process import begin_to_import
from drivers.publish.spared_imports import spare_imports

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""Numbers of the errors of a full disk, or of a part of it that is full."""
_known: set[str] = set()
"""Fingerprints of prepared surveys that this process has looked at."""


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    # What a library prints would stand between the answers.
    os.dup2(2, 1)
    spare_imports()
    begin_to_import()
    with tempfile.TemporaryDirectory(prefix="drivers-runner-") as scratch:
        for line in sys.stdin:
            print(json.dumps(_answer(json.loads(line), Path(scratch)), ensure_ascii=False), file=answers, flush=True)


def _answer(asked: dict[str, Any], scratch: Path) -> dict[str, Any]:
    """How one report went: ``published`` or ``failed``, its files, its seconds and what was warned of."""
    begun = time.perf_counter()
    try:
        found = _publish(asked, scratch)
    except Exception as error:
        found = _failure(asked, scratch, error)
    return {"stem": asked["stem"], "seconds": round(time.perf_counter() - begun, 3), **found}


def _publish(asked: dict[str, Any], scratch: Path) -> dict[str, Any]:
    from drivers.publish.batch.fingerprints import Record, read_record, record_bytes, record_name, sha256
    from drivers.publish.batch.forked_kernel import forked_kernel
    from drivers.publish.batch.index_page import figure_name
    from drivers.publish.batch.place import place_at
    from drivers.publish.contents import contents
    from drivers.publish.execution import execute
    from drivers.publish.kernel import prepare
    from drivers.publish.request import ReportRequest

    place = place_at(asked["output"])
    _check_alike(asked)
    request = ReportRequest(
        codebook=Path(asked["codebook"]),
        source=Path(asked["notebook"]),
        languages=tuple(asked["languages"]),
        given=asked["parameters"],
        stem=asked["stem"],
        show_code=asked["show_code"],
    )
    with forked_kernel() as kernel:
        data = _prepared(asked, place, scratch)
        opened = f"from drivers.survey.prepared import hold; hold({str(request.codebook)!r}, {str(data)!r})"
        if prepare(kernel, request.languages, first=opened) != "ok":
            from drivers.survey.prepared import open_survey

            open_survey(data)  # raises with what is wrong
        executed = execute(request, kernel, _failed(scratch, request.stem))
    files: dict[str, bytes | None] = {}
    for made in contents(executed, request):
        files |= made.files(request.stem)
        if asked["for_index"]:
            files[figure_name(request.stem, made.language)] = _figure(executed, made.language)
    before = read_record(place, request.stem)
    gone = {name: None for name in before.files if name not in files} if before is not None else {}
    place.replace({**gone, **files})
    place.remove(f"{request.stem}.failed.ipynb")
    written = {name: sha256(content) for name, content in files.items() if content is not None}
    record = Record(fingerprint=asked["fingerprint"], status="published", files=written)
    place.write(record_name(request.stem), record_bytes(record))
    return {"status": "published", "files": written, "warnings": _warnings(executed)}


def _check_alike(asked: dict[str, Any]) -> None:
    """Refuse to make a report from another notebook or package than the run was asked with."""
    from drivers import __version__
    from drivers.publish.batch.fingerprints import code_sha256, sha256

    wanted = asked["fingerprint"]
    here = {
        "notebook": sha256(Path(asked["notebook"]).read_bytes()),
        "version": __version__,
        "code": code_sha256(),
    }
    if other := [name for name, found in here.items() if wanted[name] != found]:
        what = "notebook" if other == ["notebook"] else "package"
        said = f"Expected the {what} that the run was started with, found another on {socket.gethostname()}"
        raise OSError(errno.ESTALE, f"{said}; have the same there, and run the command again", asked["notebook"])


def _prepared(asked: dict[str, Any], place: Any, scratch: Path) -> Path:
    """The prepared survey, once it is known to be the one that this run has written: it will be unpickled."""
    from drivers.publish.batch.fingerprints import sha256

    here = Path(asked["survey"])
    data: Path = here if here.is_absolute() else place.local(asked["survey"], scratch)
    if asked["survey_sha256"] not in _known:
        if sha256(data.read_bytes()) != asked["survey_sha256"]:
            said = "Expected the survey that this run has prepared, found another file; see who else writes there"
            raise OSError(errno.ESTALE, said, str(data))
        _known.add(asked["survey_sha256"])
    return data


def _figure(executed: Any, language: str) -> bytes | None:
    """The figure of the index; None where the survey allows none."""
    from drivers.publish.batch.index_page import FIGURE
    from drivers.publish.page import collect

    found = [piece.html for piece in collect(executed, language) if piece.numbers["id"] == FIGURE]
    return str(found[0]).encode() if found and found[0] else None


def _failure(asked: dict[str, Any], scratch: Path, error: Exception) -> dict[str, Any]:
    """What went wrong, kept for the next run where the notebook is at fault; its broken copy is kept in any case."""
    from drivers.errors import DriversError, KernelError
    from drivers.publish.batch.fingerprints import Record, read_record, record_bytes, record_name
    from drivers.publish.batch.place import place_at

    said = str(error) if isinstance(error, DriversError) else f"{type(error).__name__}: {error}"
    found: dict[str, Any] = {
        "status": "failed",
        "error": said,
        "passing": isinstance(error, KernelError | OSError | MemoryError),
    }
    if isinstance(error, OSError):
        found["error"] = f"{error.strerror or error}: {error.filename or asked['output']}"
        found["full"] = error.errno in NO_ROOM
        return found
    place = place_at(asked["output"])
    broken = _failed(scratch, asked["stem"])
    if broken.exists():
        name = f"{asked['stem']}.failed.ipynb"
        found["error"] = said.replace(str(broken), place.shown(name))
        try:
            place.write(name, broken.read_bytes())
        except OSError:
            return {**found, "passing": True}
        broken.unlink()
    if not found["passing"]:
        before = read_record(place, asked["stem"])
        # What was published before is still there, and to be taken away where it may no longer be told.
        files = before.files if before is not None else {}
        record = Record(fingerprint=asked["fingerprint"], status="failed", files=files, error=found["error"])
        try:
            place.write(record_name(asked["stem"]), record_bytes(record))
        except OSError as full:
            return {**found, "passing": True, "full": full.errno in NO_ROOM}
    return found


def _failed(scratch: Path, stem: str) -> Path:
    return scratch / f"{stem}.failed.ipynb"


def _warnings(executed: Any) -> list[str]:
    """What the notebook wrote to its error stream."""
    said = [
        output["text"].strip()
        for cell in executed.cells
        for output in cell.get("outputs", ())
        if output.get("output_type") == "stream" and output.get("name") == "stderr"
    ]
    return [text for text in said if text]


if __name__ == "__main__":
    main()
