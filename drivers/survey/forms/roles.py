"""What a form of ours says for itself: which driver, outcome or group a question is for, and the rest of the codebook.

Programs for forms take no notice of columns and sheets that they do not know. `ROLE` and `KEY` are columns of the sheet
of questions, `KIND` one of the sheet of choices, `SHEET` a sheet with one row for each part of the codebook: its key,
its labels, and its other settings as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from drivers.survey.forms.questionnaire import Questionnaire, points

LANGUAGE_NAMES = {"en": "English (en)", "ar": "Arabic (ar)"}
"""How a form calls the languages."""
ROLE, KEY, KIND, SHEET = "drivers_role", "drivers_key", "drivers_missing", "drivers"
AGREED, DECLINED = "1", "0"
"""The choices of who takes part and who does not."""
ITEM = "item"
"""The role of an item that is only asked."""
LISTS = "scale_"
"""What stands before the name of a scale in the name of its list of choices."""
KEYED = ("scales", "items", "drivers", "outcomes", "segments", "kano")
"""The parts of a codebook that hold several things by their keys."""
SINGLE = ("survey", "unit", "comments", "design", "period", "fieldwork", "recovery", "expectations")
"""Those that are one thing."""

Cells = Mapping[str, str]
"""Heading → text of one row."""

# A form takes "${" for the beginning of a question's name.
_REFERENCE = re.compile(r"\$\{")


def safe(text: str) -> str:
    """A text in which a form finds no name of a question."""
    return _REFERENCE.sub("$ {", text)


def role_rows(questionnaire: Questionnaire, languages: Sequence[str]) -> Iterator[Cells]:
    """The rows of the sheet `SHEET`: what questions and choices do not say of the codebook."""
    content = _kept(questionnaire)
    for part in (*KEYED, *SINGLE):
        entries = content.get(part)
        if not entries:
            continue
        for key, entry in entries.items() if part in KEYED else ((part, entries),):
            labels = entry.pop("label", {})
            yield {
                "part": part,
                "key": key,
                **{f"label::{LANGUAGE_NAMES[code]}": safe(labels[code]) for code in languages if code in labels},
                "settings": json.dumps(entry, ensure_ascii=False, sort_keys=True),
            }


def _kept(questionnaire: Questionnaire) -> dict[str, dict[str, Any]]:
    """The parts of the codebook that are asked for, as plain values, without what the other sheets say."""
    asked = {question.column: question.name for question in questionnaire.questions}
    whole = questionnaire.book.model_dump(mode="json", exclude_unset=True)
    kept: dict[str, dict[str, Any]] = {
        "scales": _scales(questionnaire, whole["scales"]),
        "items": _items(questionnaire, whole["items"]),
        "survey": {key: value for key, value in whole["survey"].items() if key != "id"},
        "segments": {
            key: _without(segment, "column", "values")
            for key, segment in whole.get("segments", {}).items()
            if segment["column"] in asked
        },
    }
    items = {question.key for question in questionnaire.questions if question.kind == "scale"}
    for part in ("drivers", "outcomes"):
        kept[part] = {
            key: _without(entry, "items") for key, entry in whole[part].items() if items & set(entry["items"])
        }
    kept["kano"] = {
        key: _without(pair, "functional", "dysfunctional")
        for key, pair in whole.get("kano", {}).items()
        if {pair["functional"], pair["dysfunctional"]} <= items
    }
    if "fast_within" in (recovery := whole.get("recovery") or {}) and recovery["days"] in items:
        kept["recovery"] = {"fast_within": recovery["fast_within"]}
    if "expectations_asked" in whole:
        kept["expectations"] = {"asked": whole["expectations_asked"]}
    for part in ("unit", "comments"):
        if (entry := whole.get(part)) and entry["column"] in asked:
            kept[part] = _without(entry, "column", "values")
    if (comments := kept.get("comments")) and "language" in comments:
        comments["language"] = asked.get(comments["language"], comments["language"])
    if sample := whole.get("design", {}).get("sample"):
        kept["design"] = {"sample": sample}
    period = whole.get("period") or {}
    if "start" in period:
        kept["period"] = period
    kept["fieldwork"] = _fieldwork(whole.get("fieldwork") or {}, asked)
    return kept


def _scales(questionnaire: Questionnaire, whole: Mapping[str, Any]) -> dict[str, Any]:
    scales = {question.scale_name: question.scale for question in questionnaire.questions if question.scale is not None}
    return {
        # What a list of choices shows, its codes and its missing answers, stands there alone.
        name: whole[name] if points(scale) is None else _without(whole[name], "codes", "missing")
        for name, scale in scales.items()
    }


def _items(questionnaire: Questionnaire, whole: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for question in questionnaire.questions:
        if question.scale is None:
            continue
        item = whole[question.key]
        kept = {name: item[name] for name in ("reversed", "answers") if item.get(name)}
        if points(question.scale) is None:
            kept["scale"] = question.scale_name
        if kept:
            found[question.key] = kept
    return found


def _fieldwork(work: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    kept = {"invited": work["invited"]} if "invited" in work else {}
    if "most_days" in work and work.get("contact", {}).get("column") in asked:
        kept["most_days"] = work["most_days"]
    if (mode := work.get("mode")) and mode["column"] in asked and "label" in mode:
        kept["mode_label"] = mode["label"]
    return kept


def _without(entry: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in names}
