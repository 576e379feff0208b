"""The manifest of a publication: every report with its files, or why there is none."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from drivers import __version__
from drivers.labels import Labels
from drivers.publish.batch.fingerprints import code_sha256, read_record, sha256, stands
from drivers.publish.batch.index_page import index_name, index_page
from drivers.publish.batch.place import MACHINERY, Place
from drivers.publish.batch.planning import Job
from drivers.publish.batch.publication import Publication
from drivers.survey.data import Survey

if TYPE_CHECKING:
    from drivers.publish.batch.running import Batch

MANIFEST = "manifest.json"
MANIFEST_SCHEMA = "drivers-manifest-1"


def manifest_of(
    batch: Batch, wanted: Mapping[str, Any], place: Place, publication: Publication, survey: Survey
) -> dict[str, Any]:
    """What is in the folder: nothing in it depends on when or in how many runs it was made."""
    return {
        "schema": MANIFEST_SCHEMA,
        "languages": list(publication.languages),
        "fewest": publication.fewest,
        "version": __version__,
        "code": code_sha256(),
        "codebook": survey.codebook_sha256,
        "reports": [_entry(job, batch, wanted[job.stem], place, survey.waves) for job in batch.jobs],
        "figure": _figure(batch, place),
        "stale": list(batch.stale),
    }


def write_manifest(manifest: Mapping[str, Any], place: Place, labels: Labels) -> None:
    """Write the manifest and the index in each language; nothing where both are there and say the same."""
    if _stands(manifest, place):
        return
    index = {}
    for language in manifest["languages"]:
        content = index_page(manifest, place, labels, language)
        place.write(index_name(language), content)
        index[index_name(language)] = sha256(content)
    for name in place.names():
        if re.fullmatch(r"index\.[a-z]{2,3}\.html", name) and name not in index:
            place.remove(name)
    told = {**manifest, "index": index}
    place.write(MANIFEST, (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())


def _stands(manifest: Mapping[str, Any], place: Place) -> bool:
    """Whether the manifest and the index need not be written; to read hundreds of reports for it takes seconds."""
    try:
        kept = json.loads(place.read(MANIFEST) or b"{}")
    except ValueError:
        return False
    index = kept.pop("index", {})
    if kept != json.loads(json.dumps(manifest)) or set(index) != set(map(index_name, manifest["languages"])):
        return False
    return all((found := place.read(name)) is not None and sha256(found) == one for name, one in index.items())


def _entry(job: Job, batch: Batch, wanted: Mapping[str, Any], place: Place, waves: Sequence[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "stem": job.stem,
        "notebook": job.request.source.stem,
        "unit": job.about.unit,
        "wave": job.about.wave,
        "wave_place": waves.index(job.about.wave) if job.about.wave else None,
        "only": json.loads(job.about.only) if job.about.only else None,
        # How many they are is part of what is withheld.
        "n": None if job.withheld else job.n,
        "files": {},
    }
    if job.withheld:
        return entry | {"status": "withheld", "reason": job.withheld}
    record = read_record(place, job.stem)
    if record is not None and record.status == "published":
        # What this run has looked at or made needs not be read once more.
        known = job.stem in batch.kept or job.stem in batch.published
        up_to_date = known or stands(record, wanted, place)
        files = {name: kept for name, kept in record.files.items() if not name.startswith(MACHINERY)}
        entry |= {"status": "published" if up_to_date else "outdated", "files": files}
    else:
        entry |= {"status": "missing"}
    if record is not None and record.status == "failed":
        # What was there before stays, and is as old as it is.
        files = {name: kept for name, kept in record.files.items() if not name.startswith(MACHINERY)}
        entry |= {"status": "failed", "error": record.error, "files": files}
    if job.stem in batch.errors:
        entry |= {"status": "failed", "error": batch.errors[job.stem]}
    return entry


def _figure(batch: Batch, place: Place) -> dict[str, str]:
    """The figure of the index in each language, where the report that it is of is up to date or was."""
    for job in batch.jobs:
        record = read_record(place, job.stem) if job.for_index and not job.withheld else None
        if record is not None and record.status == "published":
            return {name: kept for name, kept in record.files.items() if name.startswith(MACHINERY)}
    return {}
