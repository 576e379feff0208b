"""YAML as people write it: short entries on one line, texts in quotes only where they need them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

WIDTH = 118
# Letters with the marks that may follow them, and what may stand between words without meaning anything to YAML.
_PLAIN = re.compile(r"[^\W\d_](?:[\w\u064B-\u0652\u0670 \-./()+؟?!%…'’]*[\w\u064B-\u0652\u0670).؟?!%…])?|\d{4}Q\d")
_WORDS_OF_YAML = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def scalar(value: object) -> str:
    """A text, a number or a truth value as it stands within brackets.

    >>> scalar("لا أوافق"), scalar("1"), scalar(1.0), scalar("a, b")
    ('لا أوافق', '"1"', '1', '"a, b"')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if float(value) == float(f"{value:g}") else repr(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS_OF_YAML and text.isprintable() and "  " not in text:
        return text
    return _in_quotes(text)


def flow(value: object) -> str:
    """A value on one line, mappings and lists within brackets."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(entry) for entry in value) + "]"
    return scalar(value)


def aligned(lines: Sequence[tuple[str, str]], most: int = 100) -> list[str]:
    """Lines with their comments under one another; behind a long line the comment follows at once.

    Parameters
    ----------
    lines
        Each line with its comment; "" for none.
    most
        The column behind which a long line ends where comments stand at the latest.
    """
    widths = [len(line) for line, comment in lines if comment and len(line) <= most]
    column = max(widths, default=0)
    return [f"{line:<{column}}  # {comment}" if comment else line for line, comment in lines]


def remarks(text: str, indent: int = 0) -> list[str]:
    """A comment on lines of its own, broken between words."""
    start = " " * indent + "# "
    lines, line = [], ""
    for word in text.split():
        if line and len(start) + len(line) + 1 + len(word) > WIDTH:
            lines.append(start + line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, start + line]


def wrapped_list(key: str, values: Iterable[str], indent: int) -> list[str]:
    """A list within brackets over as many lines as it needs."""
    start = " " * indent
    lines, line = [], f"{start}{key}: ["
    entries = [scalar(value) for value in values]
    for position, entry in enumerate(entries):
        piece = entry + ("]" if position == len(entries) - 1 else ", ")
        if len(line) + len(piece.rstrip()) > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = start + "  "
        line += piece
    return [*lines, line]


def one_line(text: str) -> str:
    """A text of the file as it may stand in a comment: no line ends, nothing invisible."""
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))


def _in_quotes(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escaped(char) for char in quoted)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"
