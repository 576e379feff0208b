"""A published report: one notebook, run with its parameters in each language, as pages with their numbers."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers import __version__
from drivers.errors import CodebookError, DriversError, ModelError, PublishError, SurveyError
from drivers.labels import LANGUAGES, Labels
from drivers.present.words import wording
from drivers.publish.kernel import STARTING, prepare, started_kernel
from drivers.publish.notebooks import check_parameters, find_notebook
from drivers.publish.whole import write_whole
from drivers.survey.codebook.model import read_codebook
from drivers.survey.codebook.yaml_source import read_yaml
from drivers.survey.examples import example_codebook
from drivers.survey.forms.sheets import is_workbook

_OURS: dict[str, type[DriversError]] = {
    error.__name__: error for error in (CodebookError, SurveyError, ModelError, PublishError)
}

NUMBERS_SCHEMA = "drivers-numbers-1"
"""What the JSON of numbers follows: ``numbers.schema.json``. Another number where a reader of it must change."""


@dataclass(frozen=True, slots=True)
class Published:
    """A page and the files beside it.

    Parameters
    ----------
    language
        Of the page.
    page
        ``{stem}.{language}.html``.
    numbers
        The JSON of every number on it.
    workbook, tables
        Its tables as an Excel workbook, and as CSV in a zip; None where it has no table.
    """

    language: str
    page: Path
    numbers: Path
    workbook: Path | None
    tables: Path | None


def publish_report(
    codebook: str | Path,
    *,
    notebook: str | Path = "00_manager_report",
    languages: Sequence[str] = LANGUAGES,
    output: str | Path = "reports/published",
    parameters: Mapping[str, Any] | None = None,
    show_code: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Published]:
    """The pages of a report, one per language, each with a JSON of its numbers, and its tables as Excel and CSV.

    Parameters
    ----------
    codebook
        A codebook file or the name of an example survey.
    notebook
        Name or path of a notebook.
    languages
        Languages to publish in.
    output
        Folder under which ``{survey id}/{notebook}.{language}.html`` is written.
    parameters
        Of the notebook, beside codebook and language.
    show_code
        Whether the code that made a piece stands under it, folded.
    progress
        Called with a line at each step.

    Raises
    ------
    DriversError
        Of the kind that the notebook met, with its sentence; the executed notebook is kept beside the
        page as ``….failed.ipynb``, and a page published before stays as it was.

    Notes
    -----
    The notebook runs once, and each piece is put into the words of every language.
    """
    path = example_codebook(codebook)
    source = find_notebook(notebook)
    given = dict(parameters or {})
    wanted = _wanted(languages, given)
    values = _values(path, wanted, given)
    check_parameters(source, values)
    stem = source.stem + _selection_suffix(given)
    published: list[Published] = []
    with started_kernel() as kernel:
        # While the kernel imports what it needs: what is slow to import, and to read.
        import drivers.publish.page  # noqa: F401

        name = _survey_name(path)
        folder = Path(output) / name
        folder.mkdir(parents=True, exist_ok=True)
        progress(f"{name}: running {source.name}")
        prepare(kernel, wanted)
        executed = _execute(source, values, kernel, folder / f"{stem}.failed.ipynb")
    for language in wanted:
        published.append(_write(executed, folder, stem, language, wanted, source.stem, given, show_code))
        progress(f"{name} · {language}: {published[-1].page}")
    return published


def _survey_name(codebook: Path) -> str:
    """The survey's own id, which names its folder; the notebook checks the rest of the codebook."""
    if is_workbook(codebook):
        return read_codebook(codebook).survey.id
    about = read_yaml(codebook).content.get("survey")
    name = about.get("id") if isinstance(about, Mapping) else None
    # Nothing but a plain name may become a folder.
    return name if isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_]*", name) else "survey"


def _wanted(languages: Sequence[str], given: Mapping[str, Any]) -> list[str]:
    """The languages to publish in, each once; refused where one has no words, or no page can have the digits."""
    wanted = list(dict.fromkeys(languages))
    digits = str(given.get("digits", "latn"))
    for language in wanted:
        # Raises where there is no such language or no such digits.
        wording(language, Labels(), digits=digits if language == "ar" or wanted == [language] else "latn")
    return wanted


def _values(path: Path, languages: Sequence[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of the run; it speaks Arabic where a page does, since other pages have Western digits."""
    language = "ar" if "ar" in languages else languages[0]
    values = {**given, "codebook": str(path.resolve()), "language": language}
    if language != "ar":
        values.pop("digits", None)
    return values


def _execute(source: Path, values: Mapping[str, Any], kernel: Any, failed: Path) -> Any:
    import papermill
    from papermill.exceptions import PapermillExecutionError

    with tempfile.TemporaryDirectory(prefix="drivers-") as scratch:
        running = Path(scratch) / source.name
        try:
            executed = papermill.execute_notebook(
                str(source),
                str(running),
                parameters=dict(values),
                progress_bar=False,
                # Writing the whole notebook before and after each cell took a third of the time.
                request_save_on_cell_execute=False,
                kernel_name="python3",
                km=kernel,
                start_timeout=STARTING,
            )
        except PapermillExecutionError as error:
            shutil.copy(running, failed)
            if error.ename in _OURS:
                raise _OURS[error.ename](error.evalue) from None
            raise PublishError(
                f"{source.name}: expected every cell to run, found {error.ename} in cell {error.exec_count}: "
                f"{error.evalue}; look at {failed}."
            ) from None
        except RuntimeError as error:
            raise PublishError(
                f"{source.name}: expected a kernel that runs to the end, found: {error}; try again."
            ) from None
    failed.unlink(missing_ok=True)
    return executed


def _write(
    executed: Any,
    folder: Path,
    stem: str,
    language: str,
    languages: Sequence[str],
    notebook: str,
    given: Mapping[str, Any],
    show_code: bool = False,
) -> Published:
    from drivers.publish.page import collect, in_page_order, render, title_of
    from drivers.publish.tables import csv_zip_bytes, read_tables, workbook_bytes

    page = folder / f"{stem}.{language}.html"
    numbers = folder / f"{stem}.{language}.json"
    digits = str(given.get("digits", "latn"))
    pieces = collect(executed, language)
    body = render(pieces, language, digits=digits, others=languages, file_name=page.name, show_code=show_code)
    pieces = in_page_order(pieces)
    shown = [
        {key: value for key, value in piece.numbers.items() if key not in ("heading", "section", "empty")}
        for piece in pieces
    ]
    content = {
        "schema": NUMBERS_SCHEMA,
        "notebook": notebook,
        "language": language,
        "version": __version__,
        "parameters": dict(given),
        "shown": shown,
    }
    tables = read_tables(pieces)
    workbook = workbook_bytes(tables, language=language, title=title_of(pieces, language)) if tables else None
    archive = csv_zip_bytes(tables) if tables else None
    write_whole(numbers, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False, sort_keys=True) + "\n")
    beside = (
        _replace_or_remove(folder / f"{stem}.{language}.xlsx", workbook),
        _replace_or_remove(folder / f"{stem}.{language}.csv.zip", archive),
    )
    _remove_old_pdf(page, body)
    write_whole(page, body)
    return Published(language, page, numbers, *beside)


def _remove_old_pdf(page: Path, body: str) -> None:
    """A PDF beside a page was printed from it, and goes where another page takes its place."""
    if not page.is_file() or page.read_text(encoding="utf-8") != body:
        page.with_suffix(".pdf").unlink(missing_ok=True)


def _replace_or_remove(path: Path, content: bytes | None) -> Path | None:
    """Where the content was written; without any, an earlier file goes, which would belong to another page."""
    if content is None:
        path.unlink(missing_ok=True)
        return None
    return write_whole(path, content)


def _selection_suffix(parameters: Mapping[str, Any]) -> str:
    """What tells reports on different parts of a survey apart in their file names; ASCII, never empty twice."""
    chosen = {name: parameters[name] for name in ("unit", "wave", "only", "digits") if parameters.get(name)}
    if chosen.get("digits") == "latn":
        del chosen["digits"]  # the default, said or not
    if not chosen:
        return ""
    text = json.dumps(chosen, sort_keys=True, ensure_ascii=False, default=str)
    words = re.sub(r"[^a-z0-9]+", "-", " ".join(str(value) for value in chosen.values()).lower()).strip("-")[:40]
    return "--" + "-".join(part for part in (words, hashlib.sha256(text.encode()).hexdigest()[:8]) if part)
