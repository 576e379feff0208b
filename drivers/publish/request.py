"""What a report is asked for: a notebook, a survey, languages and parameters, checked before anything runs."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.labels import Labels
from drivers.present.words import wording
from drivers.publish.notebooks import check_parameters, find_notebook
from drivers.survey.examples import example_codebook

SELECTING = ("unit", "wave", "only", "digits")
"""Parameters that choose another part of a survey or another script, and therefore name another file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """A report that can be run.

    Parameters
    ----------
    codebook, source
        Files of the codebook and of the notebook.
    languages
        Of its pages, each once.
    given
        Parameters beside codebook and language, as they were asked for.
    stem
        What its files are called, before language and ending: ASCII, and another one for every selection.
    show_code
        Whether the code that made a piece stands under it, folded.
    """

    codebook: Path
    source: Path
    languages: tuple[str, ...]
    given: Mapping[str, Any]
    stem: str
    show_code: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the run; it speaks Arabic where a page does, since other pages have Western digits."""
        language = "ar" if "ar" in self.languages else self.languages[0]
        values = {**self.given, "codebook": str(self.codebook.resolve()), "language": language}
        if language != "ar":
            values.pop("digits", None)
        return values


def report_request(
    codebook: str | Path,
    *,
    notebook: str | Path,
    languages: Sequence[str],
    parameters: Mapping[str, Any] | None = None,
    name: str = "",
    show_code: bool = False,
) -> ReportRequest:
    """A request whose codebook file and notebook exist, whose languages have words and whose parameters fit.

    Parameters
    ----------
    codebook
        A codebook file or the name of an example survey.
    notebook
        Name or path of a notebook.
    languages, parameters, show_code
        As in `ReportRequest`.
    name
        What the report is called in the names of its files; the notebook's name where it is empty.

    Raises
    ------
    DriversError
        Where one of them is not as it must be.
    """
    path = example_codebook(codebook)
    source = find_notebook(notebook)
    given = dict(parameters or {})
    wanted = tuple(dict.fromkeys(languages))
    digits = str(given.get("digits", "latn"))
    for language in wanted:
        # Raises where there is no such language or no such digits.
        wording(language, Labels(), digits=digits if language == "ar" or len(wanted) == 1 else "latn")
    stem = (name or source.stem) + _selection_suffix(given)
    request = ReportRequest(codebook=path, source=source, languages=wanted, given=given, stem=stem, show_code=show_code)
    check_parameters(source, request.values)
    return request


def _selection_suffix(parameters: Mapping[str, Any]) -> str:
    """What tells reports on different parts of a survey apart in their file names; ASCII, never empty twice."""
    chosen = {name: parameters[name] for name in SELECTING if parameters.get(name)}
    if chosen.get("digits") == "latn":
        del chosen["digits"]  # the default, said or not
    if not chosen:
        return ""
    text = json.dumps(chosen, sort_keys=True, ensure_ascii=False, default=str)
    words = re.sub(r"[^a-z0-9]+", "-", " ".join(str(value) for value in chosen.values()).lower()).strip("-")[:40]
    return "--" + "-".join(part for part in (words, hashlib.sha256(text.encode()).hexdigest()[:8]) if part)
