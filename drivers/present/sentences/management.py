"""What may be said of management's guesses, in words."""

from __future__ import annotations

from typing import Any

from drivers.present.words import Words


def opinion_sentences(compared: Any, words: Words, subject: str) -> list[str]:
    """Of which drivers managers think more than was measured, of which less, and where it cannot be told.

    Parameters
    ----------
    compared
        Performance or importance of a `ManagementResult`.
    subject
        ``performance`` or ``importance``.
    """
    opinions = compared.opinions
    sentences = []
    for opinion in ("higher", "lower", "open"):
        names = [name for name, found in zip(compared.drivers, opinions, strict=True) if found == opinion]
        if names:
            listed = words.listed([words.name("driver", name) for name in names])
            sentences.append(words.sentence(f"guess_{subject}_{opinion}", list=listed))
    return sentences
