"""A codebook as YAML text: its content, and the line on which each part stands."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.errors import CodebookError

# What the parser says, and what a writer of codebooks needs to hear; {0} is the pattern's first group.
_FAULTS = (
    (r"found character '\\t'", "expected spaces, found a tab; indent with spaces only"),
    (r'found duplicate key "(.*?)"', "expected each key once, found {0!r} again; remove or rename it"),
    (
        r"mapping values are not allowed here",
        "expected one 'key: value' pair, found a second ': '; put a text that holds ': ' in quotes",
    ),
    (
        r"expected ',' or '[\]}]'",
        "expected the bracket that opens here to be closed, found something else; close it, or put a text "
        "that holds brackets, commas or quotes in quotes",
    ),
    (
        r"found unexpected end of stream",
        "expected the quote that opens here to be closed, found the end of the file; close it",
    ),
    (r"constructor for the tag '(.*)'", "expected plain YAML, found the tag {0!r}; remove it"),
    (
        r"found undefined alias '?(.*?)'?$",
        "expected a known anchor, found the alias {0!r}; define it or write it out",
    ),
    (r"but found another document", "expected one document, found a second one; remove the line '---'"),
)
# For these the place where something was opened is the line to look at.
_OPENED = re.compile(r"expected ',' or|unexpected end of stream")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class YamlSource:
    """A YAML file: its name, its content and the same content with lines."""

    name: str
    content: Mapping[Any, Any]
    text: str


_CODEBOOK = "a codebook, a mapping that starts with 'survey:'"
_START = "draft one from a file of answers with 'drivers init FILE', or start from the codebook of an example survey"


def read_yaml(path: Path, *, expected: str = _CODEBOOK, remedy: str = _START) -> YamlSource:
    """The mapping in a YAML file.

    Parameters
    ----------
    expected, remedy
        What the file should be, and what to do where it is no mapping.

    Raises
    ------
    CodebookError
        Where the file cannot be read, is not UTF-8, is no YAML or holds no mapping.
    """
    text = _read_text(path)
    try:
        content = _load(text, "safe")
    except Exception as error:  # on odd tags the parser raises whatever its constructors stumble over
        raise CodebookError(_fault(path.name, text, error)) from None
    if not isinstance(content, dict):
        found = "an empty file" if content is None else "a list" if isinstance(content, list) else "a single value"
        raise CodebookError(f"{path.name}: expected {expected}, found {found}; {remedy}.")
    return YamlSource(name=path.name, content=content, text=text)


def _read_text(path: Path) -> str:
    try:
        if path.is_dir():
            raise CodebookError(f"Expected a codebook file, found the folder {path}; name the YAML file in it.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise CodebookError(
            f"Expected a codebook at {path}, found no such file; check the path or name an example survey."
        ) from None
    except (OSError, ValueError) as error:
        raise CodebookError(
            f"Expected a codebook at {str(path)!r}, found that it cannot be read "
            f"({getattr(error, 'strerror', None) or error}); check the path and its permissions."
        ) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CodebookError(
            f"{path.name}, line {line}: expected text in UTF-8, found byte {content[error.start]:#04x}; "
            "save the codebook as UTF-8."
        ) from None


def _load(text: str, kind: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", YAMLWarning)  # an anchor may be used again
        return YAML(typ=kind, pure=True).load(text)


def _fault(name: str, text: str, error: Exception) -> str:
    from ruamel.yaml.error import YAMLError

    if isinstance(error, RecursionError):
        return f"{name}: expected a few levels, found brackets within brackets without end; correct them."
    character = getattr(error, "character", None)
    if character is not None:  # the reader's error, which has a position instead of a line
        line = text.count("\n", 0, error.position) + 1  # type: ignore[attr-defined]
        return f"{name}, line {line}: expected text, found the control character U+{character:04X}; remove it."
    if not isinstance(error, YAMLError | ValueError):
        return f"{name}: expected plain YAML, found a tag (!!…) that does not fit its value; remove the tag."
    problem = str(getattr(error, "problem", None) or error).strip().split("\n")[0]
    opened = getattr(error, "context_mark", None) if _OPENED.search(problem) else None
    mark = opened or getattr(error, "problem_mark", None)
    place = f"{name}, line {mark.line + 1}" if mark is not None else name
    for pattern, sentence in _FAULTS:
        if match := re.search(pattern, problem):
            return f"{place}: {sentence.format(*match.groups())}."
    return f"{place}: expected valid YAML, found a fault ({problem}); correct it."


class Lines:
    """Line numbers of the parts of a YAML text, counted from 1."""

    def __init__(self, text: str) -> None:
        try:
            self._root = _load(text, "rt")
        except Exception:  # what the safe loader reads, this one may not; then there are no lines
            self._root = None

    @property
    def known(self) -> bool:
        """Whether lines could be found at all."""
        return self._root is not None

    def has(self, path: Sequence[object]) -> bool:
        """Whether the text has this part."""
        return self._walk(path)[1] == len(path)

    def find(self, path: Sequence[object]) -> int | None:
        """The line of the deepest part of the path that exists, or None where none does."""
        return self._walk(path)[0]

    def _walk(self, path: Sequence[object]) -> tuple[int | None, int]:
        """Line and depth of the deepest part of the path that exists."""
        node, line = self._root, None
        for depth, part in enumerate(path):
            if isinstance(node, list) and isinstance(part, int) and part < len(node):
                line, node = _line(node, "item", part) or line, node[part]
            elif isinstance(node, dict) and (keys := [key for key in node if _same(key, part)]):
                line, node = _line(node, "key", keys[0]) or line, node[keys[0]]
            else:
                return line, depth
        return line, len(path)


def _line(node: Any, kind: str, part: object) -> int | None:
    """The line that ruamel notes for a key or an item; it notes none for what a merge brought in."""
    try:
        return int(getattr(node.lc, kind)(part)[0]) + 1
    except (AttributeError, KeyError, IndexError, TypeError):
        return None


def _same(key: object, part: object) -> bool:
    """Whether a key is a part of pydantic's path, which writes some keys as text."""
    return key == part or str(key) == str(part)
