"""The lexicon of comments: the one that comes with the package, and a survey's own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import ValidationError

from drivers.errors import CodebookError
from drivers.survey.codebook.errors import Problem, describe, reference_problem, suggest
from drivers.survey.codebook.yaml_source import YamlSource, read_yaml
from drivers.survey.lexicon.model import ByLanguage, LexiconFile, ThemeWords

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook

MOODS = ("about", "praise", "blame")
"""What a word of a theme tells beside the theme."""

GENERAL_PARTS = ("praise", "blame", "negation", "intensifiers", "contrast", "nothing")
"""Words that belong to no theme."""

Patterns = Mapping[str, tuple[str, ...]]
"""Language → patterns, in the letters in which they are compared."""

_EXPECTED = "a lexicon, a mapping with 'themes:'"
_REMEDY = "start from the package's own, which read_lexicon() shows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The words of one theme.

    Parameters
    ----------
    label
        Language → text; empty where the codebook's driver has one.
    driver
        The driver that it is about, or None.
    alone
        Whether a comment is about it only where it is about nothing else.
    words
        ``about``, ``praise`` and ``blame`` → language → patterns.
    """

    label: Mapping[str, str]
    driver: str | None
    alone: bool
    words: Mapping[str, Patterns]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """Themes of comments and the words that tell them; `read_lexicon` makes one.

    Parameters
    ----------
    themes
        By key, in order.
    general
        ``praise``, ``blame``, ``negation``, ``intensifiers``, ``contrast``, ``nothing`` → language → patterns.
    name
        Of the file.
    sha256
        Fingerprint of all files that it was read from.
    """

    name: str
    themes: Mapping[str, Theme]
    general: Mapping[str, Patterns]
    sha256: str

    def __repr__(self) -> str:
        return f"Lexicon({len(self.themes)} themes, {len(self.frame())} patterns)"

    def frame(self) -> pd.DataFrame:
        """One row for each pattern: theme (empty where it belongs to none), part, language, pattern."""
        rows = [
            (theme, part, language, pattern)
            for theme, part, patterns in self._parts()
            for language, found in patterns.items()
            for pattern in found
        ]
        return pd.DataFrame(rows, columns=["theme", "part", "language", "pattern"])

    def _parts(self) -> Iterator[tuple[str, str, Patterns]]:
        for key, theme in self.themes.items():
            for part, patterns in theme.words.items():
                yield key, part, patterns
        for part, patterns in self.general.items():
            yield "", part, patterns


def read_lexicon(path: str | Path | None = None) -> Lexicon:
    """The lexicon in a YAML file, validated; the one that comes with the package where none is named.

    Parameters
    ----------
    path
        A YAML 1.2 file in UTF-8.

    Raises
    ------
    CodebookError
        Where the file cannot be read, is no YAML, or breaks a rule; every broken rule is listed with its line.

    Notes
    -----
    A file has ``themes:``, each with ``label``, ``about``, ``praise`` and ``blame``, and general words under
    ``praise``, ``blame``, ``negation``, ``intensifiers``, ``contrast`` and ``nothing`` (comments that are none); each
    by language, as a list or with commas. With ``extends: true`` it is added to the package's own, less the themes
    under ``leave_out``; else it stands alone. ``*`` stands for any letters at an end of a word, ``..`` for up to three
    words. Words hold letters and digits only, since comments are split at all other signs.
    A theme whose key is a driver's is about that driver; ``driver:`` names another.

    Examples
    --------
    >>> import drivers as kda
    >>> lexicon = kda.read_lexicon()
    >>> list(lexicon.themes)[:3], "rude*" in lexicon.themes["respect"].words["blame"]["en"]
    (['presence', 'welcome', 'respect'], True)
    """
    return shipped_lexicon() if path is None else _read(Path(path), None)


@cache
def shipped_lexicon() -> Lexicon:
    """The lexicon that comes with the package."""
    return _read(Path(__file__).with_name("words.yml"), None)


def own_lexicon(path: Path, book: Codebook) -> Lexicon:
    """The lexicon that a codebook names; its themes must be drivers or have a label."""
    return _read(path, book)


def theme_driver(key: str, theme: Theme, book: Codebook) -> str | None:
    """The driver of the codebook that a theme is about, or None."""
    name = theme.driver or key
    return name if name in book.drivers else None


def _read(path: Path, book: Codebook | None) -> Lexicon:
    if not path.is_file():
        raise CodebookError(f"Expected a lexicon at {path}, found no such file; check the path.")
    source = read_yaml(path, expected=_EXPECTED, remedy=_REMEDY)
    try:
        file = LexiconFile.model_validate(source.content)
    except ValidationError as error:
        raise CodebookError(describe(source, error.errors(), LexiconFile)) from None
    if broken := list(_broken(file, book)):
        raise CodebookError(describe(source, broken, LexiconFile))
    return _lexicon(file, source)


def _broken(file: LexiconFile, book: Codebook | None) -> Iterator[Problem]:
    known = set(shipped_lexicon().themes) if file.extends else set()
    if not file.themes and not file.extends:
        yield reference_problem(("themes",), "expected at least one theme, found none; add one or write extends: true")
    if file.leave_out and not file.extends:
        yield reference_problem(
            ("leave_out",), "expected it beside 'extends: true', found none; write that or remove this"
        )
    for position, name in enumerate(file.leave_out):
        if file.extends and name not in known:
            yield reference_problem(
                ("leave_out", position), f"expected the name of a theme, found {name!r}; {suggest(name, sorted(known))}"
            )
    seen: dict[tuple[str, str], str] = {}
    for key, theme in file.themes.items():
        for language, label in (theme.label or {}).items():
            first = seen.setdefault((language, label), key)
            if first != key:
                yield reference_problem(
                    ("themes", key, "label", language),
                    f"expected different labels, found {label!r} for {first!r} and {key!r}; change one",
                )
        if key not in known and not any(any(getattr(theme, part).values()) for part in MOODS):
            yield reference_problem(
                ("themes", key), "expected words under 'about', 'praise' or 'blame', found none; write some"
            )
        if theme.driver is not None and book is not None and theme.driver not in book.drivers:
            yield reference_problem(
                ("themes", key, "driver"),
                f"expected the name of a driver, found {theme.driver!r}; {suggest(theme.driver, book.drivers)}",
            )
        named = theme.label is not None or theme.driver is not None or key in known
        if not named and (book is None or key not in book.drivers):
            yield reference_problem(
                ("themes", key), "expected 'label' for a theme that is no driver, found none; write it"
            )


def _lexicon(file: LexiconFile, source: YamlSource) -> Lexicon:
    base = shipped_lexicon() if file.extends else None
    themes = {key: theme for key, theme in base.themes.items() if key not in file.leave_out} if base else {}
    for key, words in file.themes.items():
        themes[key] = _joined(themes.get(key), words)
    general = {part: _both(base.general[part] if base else {}, getattr(file, part)) for part in GENERAL_PARTS}
    digest = hashlib.sha256(source.text.encode())
    if base is not None:
        digest.update(base.sha256.encode())
    return Lexicon(
        name=source.name, themes=MappingProxyType(themes), general=MappingProxyType(general), sha256=digest.hexdigest()
    )


def _joined(theme: Theme | None, words: ThemeWords) -> Theme:
    return Theme(
        label=MappingProxyType(dict(words.label or (theme.label if theme else {}))),
        driver=words.driver or (theme.driver if theme else None),
        alone=words.alone if "alone" in words.model_fields_set or theme is None else theme.alone,
        words=MappingProxyType(
            {part: _both(theme.words[part] if theme else {}, getattr(words, part)) for part in MOODS}
        ),
    )


def _both(first: Patterns, second: ByLanguage) -> Patterns:
    """The patterns of two lists, each once."""
    languages = dict.fromkeys([*first, *second])
    return MappingProxyType(
        {name: tuple(dict.fromkeys([*first.get(name, ()), *second.get(name, [])])) for name in languages}
    )
