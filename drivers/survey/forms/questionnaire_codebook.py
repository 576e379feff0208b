"""The codebook of a questionnaire: the file it was made of, without what is not asked."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.survey.forms.questionnaire import Questionnaire


def codebook_text(path: Path, questionnaire: Questionnaire) -> str:
    """The text of a codebook's file without the items that a questionnaire leaves out; its comments stay."""
    text = path.read_text(encoding="utf-8")
    kept = {question.key for question in questionnaire.questions if question.kind == "scale"}
    if kept == set(questionnaire.book.items):
        return text
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.width = 10_000
    yaml.preserve_quotes = True
    content: dict[str, Any] = yaml.load(text)
    for key in [key for key in content["items"] if key not in kept]:
        del content["items"][key]
    used = {item["scale"] for item in content["items"].values()}
    for name in [name for name in content["scales"] if name not in used]:
        del content["scales"][name]
    _keep(content, "outcomes", lambda entry: set(entry["items"]) <= kept)
    for levels in content.get("expectations", {}).values():
        for level in [level for level, items in levels.items() if not _listed(items) <= kept]:
            del levels[level]
    _keep(content, "expectations", bool)
    _keep(content, "stated_importance", lambda items: _listed(items) <= kept)
    for rival in content.get("rivals", {}).values():
        _keep(rival, "items", lambda items: _listed(items) <= kept)
    _keep(content, "rivals", lambda rival: "items" in rival or "rows" in rival)
    for name in [
        name for name in content.get("benchmarks", {}) if name not in {**content["drivers"], **content["outcomes"]}
    ]:
        del content["benchmarks"][name]
    _keep(content, "kano", lambda pair: {pair["functional"], pair["dysfunctional"]} <= kept)
    _keep(content, "indicators", lambda entry: entry.get("outcome") in (None, *content["outcomes"]))
    out = io.StringIO()
    yaml.dump(content, out)
    return out.getvalue()


def _listed(items: str | list[str]) -> set[str]:
    return {items} if isinstance(items, str) else set(items)


def _keep(content: dict[str, Any], part: str, asked: Callable[[Any], object]) -> None:
    """Take out of a part of the codebook what is not asked, and the part where nothing is left of it."""
    for name in [name for name, entry in content.get(part, {}).items() if not asked(entry)]:
        del content[part][name]
    if not content.get(part, True):
        del content[part]
