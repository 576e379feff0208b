"""What was published before and may not be published now is taken away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from drivers.errors import SurveyError
from drivers.publish.batch.fingerprints import Record, read_record, record_name
from drivers.publish.batch.place import Place
from drivers.results import FEWEST_SHOWN
from drivers.survey.data import Survey

if TYPE_CHECKING:
    from drivers.publish.batch.running import Batch

_OF_REPORT = re.compile(r"\.(failed\.ipynb|[a-z]{2,3}\.(html|json|xlsx|csv\.zip|pdf))$")
"""What the names of a report's files end in."""


def withdraw(batch: Batch, wanted: Mapping[str, Any], place: Place, survey: Survey, fewest: int) -> bool:
    """Take away what was published before and may not be published now, asked for or not; whether there was any."""
    stems = {job.stem for job in batch.withheld}
    made = {*batch.planned, *batch.kept}
    for stem in batch.stale:
        record = read_record(place, stem)
        if record is not None and _may_not_stay(record, survey, fewest):
            stems.add(stem)
    for stem in set(wanted) - made - stems:
        # Made when fewer people were told of, and not made again now.
        record = read_record(place, stem)
        if record is not None and _told_of(record) < wanted[stem]["parameters"].get("fewest", FEWEST_SHOWN):
            stems.add(stem)
    batch.stale = [stem for stem in batch.stale if stem not in stems]
    # By their names: whatever became of its record, nothing of a report stays.
    files = [name for name in place.names() if _OF_REPORT.sub("", name) in stems and _OF_REPORT.search(name)]
    for stem in sorted(stems):
        record = read_record(place, stem)
        files += [name for name in (record.files if record is not None else ()) if name not in files]
        place.remove(record_name(stem))
    for name in files:
        place.remove(name)
    return bool(files)


def _told_of(record: Record) -> int:
    return int(record.fingerprint.get("parameters", {}).get("fewest", FEWEST_SHOWN))


def _may_not_stay(record: Record, survey: Survey, fewest: int) -> bool:
    """Whether a report that is no longer asked for would not be published if it were."""
    given = record.fingerprint.get("parameters", {})
    if record.fingerprint.get("codebook") != survey.codebook_sha256:
        # Of another survey, which this one knows nothing of.
        return False
    place = str(given.get("unit", "")), str(given.get("wave", ""))
    try:
        part = survey.select(only=given.get("only") or {}, fewest=fewest)
    except SurveyError:
        # Of nobody by now.
        return False
    return place in part.untold or _told_of(record) < fewest
