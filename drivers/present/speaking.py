"""The languages in which a notebook that is being published puts out what it shows."""

from __future__ import annotations

import os
from collections.abc import Sequence

_PUBLISHED = "DRIVERS_PUBLISHED"


def speak(languages: Sequence[str]) -> None:
    """Let everything shown in this process from now on be put into the words of these languages."""
    os.environ[_PUBLISHED] = ",".join(languages)


def spoken() -> list[str]:
    """The languages of the pages that are being made; none where nothing is published."""
    return [language for language in os.environ.get(_PUBLISHED, "").split(",") if language]
