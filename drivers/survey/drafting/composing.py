"""A draft put together: each column of the file gets the one use that fits it best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from drivers.errors import SurveyError
from drivers.survey.drafting.answer_codes import coded
from drivers.survey.drafting.batteries import batteries_of, plain_battery
from drivers.survey.drafting.constructs import asks_to_recommend, is_named
from drivers.survey.drafting.content import DraftContent
from drivers.survey.drafting.design_columns import design_of
from drivers.survey.drafting.fieldwork_columns import fieldwork_of
from drivers.survey.drafting.findings import Finding, Sureness
from drivers.survey.drafting.form_words import FormWords
from drivers.survey.drafting.group_columns import (
    DraftGroups,
    ages_of,
    comments_of,
    is_age,
    named_segments,
    segments_of,
    unit_of,
)
from drivers.survey.drafting.item_columns import items_of
from drivers.survey.drafting.label_scales import labelled
from drivers.survey.drafting.lost_letters import WHY, has_lost_letters, lost_letters
from drivers.survey.drafting.model import model_of
from drivers.survey.drafting.number_ranges import family_of, ranged
from drivers.survey.drafting.profile import Profile, profiles_of
from drivers.survey.drafting.rating_scales import Rated
from drivers.survey.drafting.scale_keys import shared_scales
from drivers.survey.drafting.time_columns import time_of
from drivers.survey.drafting.unasked import optional_where_skipped, skips_of
from drivers.survey.drafting.vocabulary import says
from drivers.survey.raw_table import RawTable, listed
from drivers.survey.vendors import personal_columns

_LEFT_OUT = ("preview", "test", "spam")
"""Marks of rows that are no respondents."""


def content_of(table: RawTable, form: FormWords, stated: Mapping[str, str]) -> DraftContent:
    """Everything that a draft says of a table.

    Parameters
    ----------
    form
        What a form says of the columns.
    stated
        How the user says that the file is to be read, as in `data` of a codebook.
    """
    table, data, findings = _data(table, stated)
    profiles = profiles_of(table, form.for_columns(list(table.frame.columns)))
    personal = personal_columns(table)
    empty = {p.name for p in profiles if not p.filled}
    filled = [p for p in profiles if p.name not in personal and p.name not in empty]
    lost = [p for p in filled if has_lost_letters(p)]
    open_profiles = [p for p in filled if p not in lost]
    design = design_of(open_profiles, ())
    taken = {*design.columns}
    time = time_of(open_profiles, taken)
    taken |= {*time.dates, *(time.wave.columns if time.wave else ())}
    named = named_segments(open_profiles)
    told = labelled([p for p in open_profiles if p.name not in taken])
    told |= coded([p for p in open_profiles if p.name not in taken and p.name not in told])
    ratings = {name for name, rated in told.items() if rated.scale.type != "binary"}
    mode, duration, found = fieldwork_of(open_profiles, taken | ratings)
    taken |= {*(group.column for group in (mode,) if group), *((duration[0],) if duration else ())}
    unit = unit_of(open_profiles, taken | ratings)
    taken |= {unit.column} if unit else set()
    rated = _rated([p for p in open_profiles if p.name not in taken], told, named, table.name, lost)
    taken |= set(rated)
    segments = segments_of(open_profiles, taken)
    taken |= {group.column for group in segments}
    comments, about = comments_of(open_profiles, taken)
    taken |= {comments} if comments else set()
    names = [p.name for p in open_profiles]
    batteries = batteries_of([name for name in names if name in rated])
    model = model_of(rated, batteries, plain_battery(batteries, [name for name in names if name in rated]))
    skips = skips_of(list(rated), profiles, time.wave)
    model = optional_where_skipped(model, skips)
    scales, keys = shared_scales(rated)
    stem = table.name.split(".")[0] or table.name
    return DraftContent(
        name=table.name,
        rows=len(table.frame),
        columns=len(profiles),
        id=_id(table.name),
        title=form.title or {"en": f"Survey {stem}", "ar": f"استطلاع {stem}"},
        title_known=bool(form.title),
        data=data,
        scales=scales,
        items=items_of(rated, keys, scales, model),
        model=model,
        skips=skips,
        design=design,
        time=time,
        groups=DraftGroups(
            unit=unit,
            segments=segments,
            mode=mode,
            duration=duration,
            comments=comments,
            findings=(*found, *ages_of(open_profiles, taken), *about),
        ),
        idle={
            p.name: WHY if p in lost else _why_idle(p)
            for p in profiles
            if p.name not in taken and p.name not in personal
        },
        personal=personal,
        findings=(*findings, *lost_letters(lost)),
    )


def _data(table: RawTable, stated: Mapping[str, str]) -> tuple[RawTable, dict[str, object], tuple[Finding, ...]]:
    data: dict[str, object] = {"file": table.name, **stated}
    findings = []
    if table.vendor != "plain" and "vendor" not in stated:
        data["vendor"] = table.vendor
        reason = next((note.found for note in table.notes if note.action == "vendor"), "its header")
        findings.append(
            Finding(
                part="data.vendor",
                columns=(),
                found=table.vendor,
                sureness=Sureness.LIKELY,
                reason=f"vendor, by {reason}",
            )
        )
    gone = [flag for flag in _LEFT_OUT if flag in table.flags and table.flags[flag].any()]
    kept = np.ones(len(table.frame), dtype=bool)
    for flag in gone:
        kept &= ~table.flags[flag]
    if gone and kept.any():
        data["leave_out"] = gone
        findings.append(
            Finding(
                part="data.leave_out",
                columns=(),
                found=", ".join(gone),
                sureness=Sureness.SURE,
                reason=f"{int((~kept).sum())} rows are marked {' or '.join(gone)} and are no respondents",
            )
        )
        table = table.rows(kept)
    if "unfinished" in table.flags and (left := int(table.flags["unfinished"].sum())):
        findings.append(
            Finding(
                part="data.leave_out",
                columns=(),
                found="unfinished rows are kept",
                sureness=Sureness.SURE,
                reason=f"{left} rows are unfinished and are kept",
                confirm="add unfinished to leave_out to read without them",
            )
        )
    return table, data, tuple(findings)


def _rated(
    profiles: Sequence[Profile],
    told: Mapping[str, Rated],
    named: frozenset[str],
    file: str,
    lost: Sequence[Profile],
) -> dict[str, Rated]:
    """The rated columns in the order of the file; yes or no, and any few numbers, only where nothing else is rated."""
    names = [profile.name for profile in profiles]
    batteries = {name: battery.prefix for battery in batteries_of(names) for name in battery.columns.values()}
    recommend = [profile.name for profile in profiles if asks_to_recommend(profile)]
    free = [profile for profile in profiles if profile.name not in told and profile.name not in named]
    about = [profile.name for profile in free if is_named(profile)]
    families = family_of([profile.name for profile in free], {n: b for n, b in batteries.items() if n not in told})
    ladders = {name: rated for name, rated in told.items() if rated.scale.type != "binary" and name in names}
    found = ladders | ranged(free, named=about, families=families, recommend=recommend)
    if len(found) < 2:
        others = {name: rated for name, rated in told.items() if name in names}
        found = others | ranged(free, named=[p.name for p in free], families={}, recommend=recommend) | found
    if len(found) < 2:
        seen = listed([profile.name for profile in profiles], 6) if profiles else "no columns with answers"
        if lost:
            raise SurveyError(
                f"{file}: expected letters in the columns {listed([profile.name for profile in lost], 6)}, found "
                "question marks, as letters were lost when the file was saved; export it again as UTF-8."
            )
        raise SurveyError(
            f"{file}: expected at least two columns with ratings to draft a codebook from (labels of a known scale, "
            f"or whole numbers such as 1 to 5 or 0 to 10), found {len(found)} among {seen}; name the file of answers, "
            "or write the codebook by hand."
        )
    return {profile.name: found[profile.name] for profile in profiles if profile.name in found}


def _why_idle(profile: Profile) -> str:
    if not profile.filled:
        return "empty"
    if profile.distinct == 1:
        text = next(iter(profile.counts))
        return f"the same in all rows that have it: {text[:40]}"
    if says(profile.words, "respondent"):
        return f"{profile.distinct} different texts in {profile.filled} rows, so it names no respondent by itself"
    if profile.all_numbers:
        values = profile.values[np.isfinite(profile.values)]
        if is_age(profile):
            return f"ages from {values.min():g} to {values.max():g}: a segment, once they are in groups"
        if set(values) <= {0.0, 1.0}:
            return "0 or 1: an indicator or a segment?"
        return f"numbers from {values.min():g} to {values.max():g}: an indicator?"
    return f"{profile.distinct} different texts in {profile.filled} rows"


def _id(file: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", file.split(".")[0].casefold()).strip("_")
    return stem if stem and stem[0].isalpha() and stem.isascii() else f"survey_{stem}".rstrip("_")
