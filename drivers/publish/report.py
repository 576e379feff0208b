"""A published report: one notebook, run with its parameters in each language, as pages with their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.labels import LANGUAGES
from drivers.publish.execution import execute
from drivers.publish.kernel import prepare, started_kernel
from drivers.publish.request import ReportRequest, report_request
from drivers.publish.whole import write_whole
from drivers.survey.codebook.model import read_codebook
from drivers.survey.codebook.yaml_source import read_yaml
from drivers.survey.forms.sheets import is_workbook

if TYPE_CHECKING:
    from drivers.publish.contents import Contents


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
    request = report_request(
        codebook, notebook=notebook, languages=languages, parameters=parameters, show_code=show_code
    )
    published: list[Published] = []
    with started_kernel() as kernel:
        # While the kernel imports what it needs: what is slow to import, and to read.
        from drivers.publish.contents import contents

        name = survey_name(request.codebook)
        folder = Path(output) / name
        folder.mkdir(parents=True, exist_ok=True)
        progress(f"{name}: running {request.source.name}")
        prepare(kernel, request.languages)
        executed = execute(request, kernel, folder / f"{request.stem}.failed.ipynb")
    for made in contents(executed, request):
        published.append(_write(made, request, folder))
        progress(f"{name} · {made.language}: {published[-1].page}")
    return published


def survey_name(codebook: Path) -> str:
    """The survey's own id, which names its folder; the notebook checks the rest of the codebook."""
    if is_workbook(codebook):
        return read_codebook(codebook).survey.id
    about = read_yaml(codebook).content.get("survey")
    name = about.get("id") if isinstance(about, Mapping) else None
    # Nothing but a plain name may become a folder.
    return name if isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_]*", name) else "survey"


def _write(made: Contents, request: ReportRequest, folder: Path) -> Published:
    files = made.files(request.stem)
    page = folder / f"{request.stem}.{made.language}.html"
    _remove_old_pdf(page, made.page)
    written = {name: _replace_or_remove(folder / name, content) for name, content in files.items()}
    start = f"{request.stem}.{made.language}"
    return Published(
        made.language, page, folder / f"{start}.json", written[f"{start}.xlsx"], written[f"{start}.csv.zip"]
    )


def _remove_old_pdf(page: Path, body: bytes) -> None:
    """A PDF beside a page was printed from it, and goes where another page takes its place."""
    if not page.is_file() or page.read_bytes() != body:
        page.with_suffix(".pdf").unlink(missing_ok=True)


def _replace_or_remove(path: Path, content: bytes | None) -> Path | None:
    """Where the content was written; without any, an earlier file goes, which would belong to another page."""
    if content is None:
        path.unlink(missing_ok=True)
        return None
    return write_whole(path, content)
