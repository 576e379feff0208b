"""The log of a run: one JSON object a line, in a file of its own that is named by the time."""

from __future__ import annotations

import datetime
import json
import os
from typing import Any

from drivers.publish.batch.place import Place


class RunLog:
    """Gathers what happens, and writes it whole after every report, so that a killed run leaves what it knew."""

    def __init__(self, place: Place) -> None:
        now = datetime.datetime.now(datetime.UTC)
        self._place = place
        self.name = f"runs/{now:%Y%m%dT%H%M%SZ}-{os.getpid()}.jsonl"
        self._lines: list[str] = []

    def add(self, event: str, **values: Any) -> None:
        """One more line."""
        at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        self._lines.append(json.dumps({"at": at, "event": event, **values}, ensure_ascii=False, sort_keys=True))
        self._place.write(self.name, ("\n".join(self._lines) + "\n").encode())
