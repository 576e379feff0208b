"""KoBoToolbox and ODK: group/name paths or labels as header, the program's own columns in English beside them.

A question with several answers also has a column of 0 and 1 for each option. Repeated groups come as sheets of their
own. Older exports write n/a in every cell without an answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.survey.raw_table import Note, RawTable, listed
from drivers.survey.vendors.header import Header, Row, Vendor
from drivers.survey.vendors.marks import gaps, lowered, marked
from drivers.survey.vendors.names import numbered, tidied

_KOBO = frozenset(
    {
        *("_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by", "_tags"),
        *("_index", "__version__", "_xform_id_string", "formhub/uuid", "meta/instanceID", "meta/rootUuid"),
        *("_submission__id", "_submission__uuid", "_submission__submission_time", "_parent_table_name"),
        *("_parent_index",),
    }
)
_KOBO_PROOF = frozenset({"_uuid", "_submission_time", "_submission__uuid", "formhub/uuid", "_parent_table_name"})
_ODK = frozenset(
    {
        *("SubmissionDate", "KEY", "PARENT_KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent"),
        *("AttachmentsExpected", "ReviewState", "DeviceID", "FormVersion", "Edits", "instanceID", "meta-instanceID"),
        *("meta:instanceID", "meta.instanceID", "meta_instanceID"),
    }
)
_OWN_GAPS = ("_notes", "_tags", "_validation_status", "_submitted_by", "_status", "formhub/uuid")
_SEPARATORS = "/.-:"
_GAP = "n/a"
_REJECTED = frozenset({"not approved", "validation_status_not_approved", "rejected"})
"""What reviewers say of rows that are not to be used, in KoBoToolbox and in ODK."""


def _recognise(head: Sequence[Row]) -> str:
    names = [name.strip() for name in head[0][1]]
    kobo = [name for name in names if name in _KOBO]
    if len(kobo) >= 3 and any(name in _KOBO_PROOF for name in kobo):
        return f"columns {', '.join(kobo[:4])}"
    odk = [name for name in names if name in _ODK]
    return f"columns {', '.join(odk[:4])}" if "KEY" in odk and len(odk) >= 2 else ""


def _accepts(head: Sequence[Row]) -> str:
    own = [name for name in head[0][1] if name.strip() in _KOBO | _ODK]
    return _recognise(head) or (f"columns {', '.join(own[:4])}" if own else "")


def _header(place: str, head: Sequence[Row]) -> Header:
    line, cells = head[0]
    tidy_names, notes = tidied(f"{place} {line}", cells)
    names, more = numbered(tidy_names)
    return Header(
        names=tuple(names),
        rows=1,
        texts={name: text for name, text in zip(names, tidy_names, strict=True) if " " in text},
        notes=(Note("vendor", _accepts(head), "kobo", len(names)), *notes, *more),
    )


def _finish(table: RawTable) -> RawTable:
    names = list(table.frame.columns)
    for column in ("_validation_status", "ReviewState"):
        if column in names:
            rejected = lowered(table.frame[column]).isin(list(_REJECTED)).to_numpy(dtype=bool)
            table = marked(table, column, {"rejected": rejected})
    if parts := _options(names):
        options = sum(len(found) for found in parts.values())
        table = table.noted(Note("several answers", listed(list(parts)), "one column for each option", options))
    if parent := next((name for name in ("_parent_table_name", "PARENT_KEY") if name in names), None):
        groups = table.frame[parent].nunique()
        table = table.noted(Note("repeated group", f"{parent} of {groups}", "rows of a group, not of respondents", 1))
    if any((table.frame[column] == _GAP).any() for column in _OWN_GAPS if column in names):
        # The program itself left its own column so: elsewhere, n/a may be an answer.
        table = gaps(table, _GAP, "blank", [name for name in names if not (table.frame[name] == "N/A").any()])
    return table


def _options(names: Sequence[str]) -> dict[str, list[str]]:
    """Question with several answers → the columns of its options."""
    known = set(names)
    parts: dict[str, list[str]] = {}
    for name in names:
        for separator in _SEPARATORS:
            question, _, option = name.rpartition(separator)
            if option and question in known:
                parts.setdefault(question, []).append(name)
                break
    return {question: found for question, found in parts.items() if len(found) > 1}


KOBO = Vendor(
    key="kobo",
    title="KoBoToolbox or ODK",
    expects="columns such as _id, _uuid and _submission_time, or SubmissionDate and KEY",
    recognise=_recognise,
    accepts=_accepts,
    header=_header,
    finish=_finish,
)
