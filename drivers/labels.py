"""Labels: what a survey calls its things, in every language it speaks.

A label is looked up by kind ("driver", "outcome", "wave", …) and key. It is all that the
presenting half knows of a survey.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

LANGUAGES = tuple(sorted(file.stem for file in (Path(__file__).parent / "present" / "locale").glob("*.po")))
"""The languages of the reports: those that have a catalogue of words."""

Text = Mapping[str, str]
"""Language code → text."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Texts by kind, key and language.

    Parameters
    ----------
    texts
        ``{kind: {key: {language: text}}}``; a language may be missing for a key.
    """

    texts: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frozen = {
            kind: MappingProxyType({key: MappingProxyType(dict(text)) for key, text in entries.items()})
            for kind, entries in self.texts.items()
        }
        object.__setattr__(self, "texts", MappingProxyType(frozen))

    def find(self, kind: str, key: str, language: str) -> str | None:
        """The text in this language, or None where the survey has no such label or no text for it."""
        return self.texts.get(kind, {}).get(key, {}).get(language)

    def text(self, kind: str, key: str, language: str) -> str:
        """The text in this language, else in any language the survey has, else the key itself."""
        entry = self.texts.get(kind, {}).get(key, {})
        if language in entry:
            return entry[language]
        return next(iter(entry.values()), key)

    def keys(self, kind: str) -> Iterator[str]:
        """The keys of one kind, in the codebook's order."""
        return iter(self.texts.get(kind, {}))
