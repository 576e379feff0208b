"""The codebook of a questionnaire: the file it was made of, without what is not asked."""

from __future__ import annotations

import io
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
    expectations = content.get("expectations", {})
    for name, levels in list(expectations.items()):
        for level in [level for level, item in levels.items() if item not in kept]:
            del levels[level]
        if not levels:
            del expectations[name]
    if not expectations:
        content.pop("expectations", None)
    out = io.StringIO()
    yaml.dump(content, out)
    return out.getvalue()
