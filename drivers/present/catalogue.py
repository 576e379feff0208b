"""The gettext catalogues: every word of the reports, read with Babel and compiled in memory."""

from __future__ import annotations

import gettext
import io
from functools import cache
from importlib import resources
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from drivers.errors import PublishError
from drivers.labels import LANGUAGES


@cache
def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language as its file has it."""
    if language not in LANGUAGES:
        raise PublishError(
            f"Expected a language among {', '.join(LANGUAGES)}, found {language!r}; choose one of these."
        )
    content = resources.files("drivers.present").joinpath("locale", f"{language}.po").read_bytes()
    return read_po(io.BytesIO(content), locale=language, abort_invalid=True)


@cache
def translations(language: str) -> gettext.GNUTranslations:
    """The catalogue of a language, ready to look things up in."""
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def look_up(language: str, context: str, key: str) -> str:
    """The text of a key; an absent key is an error of ours, never shown as its own name."""
    text = translations(language).pgettext(context, key)
    if text == key and (context, key) not in _keys(language):
        raise KeyError(f"The {language} catalogue has no {context} {key!r}.")
    return text


def placeholders(text: str) -> frozenset[str]:
    """The names in braces in a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


@cache
def _keys(language: str) -> frozenset[tuple[str, str]]:
    return frozenset((str(m.context), str(m.id)) for m in read_catalogue(language) if m.id)
