"""What themes of comments are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drivers.labels import Labels
from drivers.survey.lexicon.reading import Lexicon, shipped_lexicon, theme_driver

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook


def with_theme_labels(book: Codebook, lexicons: Mapping[str, Lexicon]) -> Labels:
    """Every label of a codebook, and those of the themes where it has comments or reviews."""
    labels = book.labels()
    if book.comments is None and book.reviews is None:
        return labels
    themes: dict[str, Mapping[str, str]] = {}
    for of, part in (("reviews", book.reviews), ("comments", book.comments)):
        if part is not None:
            themes |= theme_labels(lexicon_of(of, lexicons), book)
    return Labels({**labels.texts, "theme": themes})


def lexicon_of(of: str, lexicons: Mapping[str, Lexicon]) -> Lexicon:
    """The words for ``comments`` or ``reviews``: their own, else those of the comments, else the package's."""
    return lexicons.get(of) or lexicons.get("comments") or shipped_lexicon()


def theme_labels(lexicon: Lexicon, book: Codebook) -> dict[str, Mapping[str, str]]:
    """What each theme is called: as its driver, else as the lexicon has it."""
    found: dict[str, Mapping[str, str]] = {}
    for key, theme in lexicon.themes.items():
        driver = theme_driver(key, theme, book)
        found[key] = book.drivers[driver].label if driver is not None else theme.label
    return found
