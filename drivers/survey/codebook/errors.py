"""What is wrong with a codebook, in sentences: expected, found, what to do."""

from __future__ import annotations

import datetime
import re
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel

from drivers.survey.codebook.types import FILE_PATTERN, KEY_PATTERN, LANGUAGE_PATTERN, SURVEY_ID_PATTERN
from drivers.survey.codebook.yaml_source import Lines, YamlSource

Problem = Mapping[str, Any]
"""As pydantic gives it: `type`, `loc`, `msg`, `input`, `ctx`."""
Path = tuple[str | int, ...]

_NAMES = {
    KEY_PATTERN: ("a name of Latin letters, digits and _ that starts with a letter", "rename it"),
    SURVEY_ID_PATTERN: ("a name of small Latin letters, digits and _", "rename it"),
    FILE_PATTERN: ("a name of up to 60 small Latin letters, digits, _ and -", "rename it"),
    LANGUAGE_PATTERN: ("a language as two small letters", "write en, ar or another code"),
}
# What each kind of value is called; a place that allows several of them gives one problem for each.
_VALUES = {
    "string_type": "text",
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "date_type": "a date such as 2024-01-31",
    "date_from_datetime_inexact": "a date such as 2024-01-31",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "literal_error": "",
}


def describe(source: YamlSource, problems: Sequence[Problem], model: type[BaseModel]) -> str:
    """One sentence for each problem, with the file, the line and the path."""
    lines = Lines(source.text)
    places: dict[Path, list[Problem]] = {}
    for problem in problems:
        places.setdefault(_real_path(problem, lines), []).append(problem)
    sentences: dict[str, None] = {}
    for path, found in places.items():
        values = [problem for problem in found if problem["type"] in _VALUES]
        # Where a list may stand instead of a number, its entries have problems of their own.
        inside = any(len(other) > len(path) and other[: len(path)] == path for other in places)
        line = lines.find(path)
        place = f"{source.name}, line {line}, {_dotted(path)}" if line else f"{source.name}, {_dotted(path)}"
        if values and not inside:
            sentences[f"{place}: {_wrong_value(values)}"] = None
        for problem in found:
            if problem not in values:
                sentences[f"{place}: {_sentence(problem, path, model)}"] = None
    return "\n".join(sentences)


def reference_problem(path: Sequence[str | int], message: str) -> Problem:
    """A problem that is found after the types are right, such as a name that refers to nothing."""
    return {"type": "reference", "loc": tuple(path), "msg": message}


def suggest(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a question, or all of them."""
    names = list(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    if len(names) == 1:
        return f"there is only {names[0]}"
    return f"there are {', '.join(names)}" if names else "there are none"


def _wrong_value(problems: Sequence[Problem]) -> str:
    """One sentence for a value of a wrong type, whatever the number of types that are allowed."""
    found = problems[0]["input"]
    literals = [problem["ctx"]["expected"] for problem in problems if problem["type"] == "literal_error"]
    options = re.findall(r"'([^']*)'", literals[0]) if literals else []
    names = [_VALUES[problem["type"]] for problem in problems if problem["type"] != "literal_error"]
    expected = " or ".join(dict.fromkeys(names + literals))
    close = get_close_matches(found, options, n=1) if isinstance(found, str) else []
    if close:
        return f"expected {expected}, found {found!r}; did you mean {close[0]!r}?"
    return f"expected {expected}, found {_shown(found)}; {_remedy(problems, found, options)}."


def _remedy(problems: Sequence[Problem], found: object, options: Sequence[str]) -> str:
    kinds = {problem["type"] for problem in problems}
    if "string_type" in kinds and isinstance(found, bool | int | float | datetime.date):
        return "put it in quotes"
    if kinds & {"float_type", "int_type", "date_type"} and isinstance(found, str) and found[:1].isdigit():
        return "remove the quotes" if found.isascii() else "write it with the digits 0 to 9, without quotes"
    if "dict_type" in kinds or "model_type" in kinds:
        return "write it as {key: value}"
    if kinds == {"string_type"}:
        return "write a text"
    if kinds == {"list_type"}:
        return "write it as [a, b]"
    if kinds == {"literal_error"}:
        return "write one of them" if len(options) > 1 else "write it so"
    return "correct it"


def _sentence(problem: Problem, path: Path, model: type[BaseModel]) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind in ("extra_forbidden", "invalid_key"):
        remedy = suggest(str(path[-1]), _keys_at(model, path[:-1]))
        message = f"expected a known key, found {_shown(path[-1])}; {remedy}"
    elif kind == "missing":
        message = f"expected the key {path[-1]!r}, found none; add it"
    elif kind in ("reference", "value_error"):
        message = problem["msg"].removeprefix("Value error, ")
    elif kind == "string_pattern_mismatch":
        expected, remedy = _NAMES[context["pattern"]]
        message = f"expected {expected}, found {_shown(problem['input'])}; {remedy}"
    elif kind == "string_too_short":
        message = "expected text, found an empty one; write it or remove the key"
    elif kind == "too_short":
        message = "expected at least one entry, found none; add one"
    elif kind == "greater_than_equal":
        message = f"expected {context['ge']:g} or more, found {_shown(problem['input'])}; correct it"
    elif kind == "greater_than":
        message = f"expected a number above {context['gt']:g}, found {_shown(problem['input'])}; correct it"
    elif kind == "less_than_equal":
        message = f"expected {context['le']:g} or less, found {_shown(problem['input'])}; correct it"
    else:
        message = f"expected another value ({problem['msg']}), found {_shown(problem['input'])}; correct it"
    return message if message.endswith("?") else f"{message}."


def _shown(value: object) -> str:
    """The value in a few characters, whatever its size; aliases can make it endless."""
    if value is None:
        return "nothing"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict | list | set) and not value:
        return "an empty entry"
    if isinstance(value, bool):
        return str(value).lower()
    short = reprlib.Repr()
    short.maxlevel, short.maxstring, short.maxother = 1, 60, 60
    return short.repr(value)


def _dotted(path: Path) -> str:
    out = ""
    for part in path:
        # A key may hold a line break, and a sentence has one line.
        text = str(part) if isinstance(part, int) else " ".join(part.split())
        out += f"[{text}]" if isinstance(part, int) else f".{text}" if out else text
    return out or "(whole file)"


def _real_path(problem: Problem, lines: Lines) -> Path:
    """The path without the parts that are pydantic's own, such as '[key]' and the names of types."""
    if not lines.known:
        return tuple(problem["loc"])
    path: Path = ()
    for part in problem["loc"]:
        if lines.has((*path, part)):
            path = (*path, part)
    return (*path, problem["loc"][-1]) if problem["type"] == "missing" else path


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the model knows at this path."""
    current: Any = model
    for part in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(part))
            current = field.annotation if field else None
        else:
            arguments = [a for a in get_args(current) if a is not type(None)]
            current = arguments[-1] if arguments else None
        current = _unwrap(current)
    return list(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else []


def _unwrap(annotation: Any) -> Any:
    models = [a for a in get_args(annotation) if isinstance(a, type) and issubclass(a, BaseModel)]
    is_mapping = getattr(annotation, "__origin__", None) in (dict, list)
    return models[0] if models and not is_mapping else annotation
