"""Publish the reports of every example whose data are at hand, and a page in both languages that leads to them.

    .venv/bin/python tools/gallery.py reports/published/gallery

An example without its data is named with the way to get them, and left out. A report that fails does not stop the
others; the exit code is 1 then. The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import html as entities
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from drivers import __version__
from drivers.cli.terminal import visible
from drivers.errors import DriversError, SurveyError
from drivers.labels import Labels
from drivers.present.isolation import html, isolate, plain
from drivers.present.words import Words, wording
from drivers.publish.notebooks import find_notebook, notebook_folder
from drivers.publish.pdf import find_browser, write_pdf
from drivers.publish.report import Published, publish_report
from drivers.publish.whole import write_whole
from drivers.results import FEWEST_SHOWN
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.examples import data_path, example_names, example_path

MANAGER_REPORT = "00_manager_report"
PAGE = "index.html"
SIDES = ("en", "ar")
"""English stands on the left and Arabic on the right, as each is read."""

TEXTS = {
    "en": {
        "title": "Reports of the example surveys",
        "lead": "Each report in both languages, with every number on it in a file beside it.",
        "source": "Source",
        "rows": "Rows read: {read}. Rows used: {used}.",
        ".json": "Numbers (JSON)",
        ".xlsx": "Tables (Excel)",
        ".csv.zip": "Tables (CSV)",
        ".pdf": "To print (PDF)",
        "left_out": "Not published here",
        "no_data": "The data stay with their publisher. This command gets them, or says how:",
        "failed": "The report could not be made. This command says why:",
    },
    "ar": {
        "title": "تقارير الاستطلاعات النموذجية",
        "lead": "كل تقرير باللغتين، ومعه ملف فيه جميع أرقامه.",
        "source": "المصدر",
        "rows": "الصفوف المقروءة: {read}. الصفوف المستخدَمة: {used}.",
        ".json": "الأرقام (\u2066JSON\u2069)",
        ".xlsx": "الجداول (\u2066Excel\u2069)",
        ".csv.zip": "الجداول (\u2066CSV\u2069)",
        ".pdf": "نسخة للطباعة (\u2066PDF\u2069)",
        "left_out": "ما لم يُنشر هنا",
        "no_data": "البيانات محفوظة لدى ناشرها، وهذا الأمر يجلبها أو يبيّن كيف تُجلب:",
        "failed": "تعذّر إعداد التقرير، وهذا الأمر يبيّن السبب:",
    },
}
"""What the page says beside the words of the catalogues; of files by their endings."""

BESIDE = (".json", ".xlsx", ".csv.zip")
"""Endings of what a report writes beside a page, and takes away where a page has none of it."""


@dataclass(frozen=True, slots=True)
class Example:
    """An example survey and what was published of it; `left_out` says why nothing was."""

    name: str
    book: Codebook
    published: Sequence[Sequence[Published]] = ()
    """One sequence for each notebook, with a page for each language."""
    pdfs: Sequence[Path] = ()
    """Those that were made of these pages; older ones may lie beside them."""
    left_out: str = ""
    """``no_data`` or ``failed`` where nothing was published."""


def main() -> int:
    """Publish, write the page, and give 1 where a report failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--notebook",
        action="append",
        metavar="NAME",
        help=f"another notebook, or all; may be repeated (always: {MANAGER_REPORT})",
    )
    parser.add_argument("--pdf", action="store_true", help="print each page to a PDF beside it as well")
    options = parser.parse_args()
    try:
        notebooks = _notebooks(options.notebook or ())
        browser = find_browser() if options.pdf else None
    except DriversError as error:
        return _tell(str(error))
    examples: list[Example] = []
    failed = 0
    for name in example_names():
        example, failures = publish_example(name, notebooks, options.folder, browser)
        examples.append(example)
        failed += failures
    print(f"\nOpen in a browser:\n  {write_page(examples, options.folder).resolve()}")
    return 1 if failed else 0


def publish_example(
    name: str, notebooks: Sequence[Path], folder: Path, browser: str | None = None
) -> tuple[Example, int]:
    """What is published of an example, and how many reports of it failed."""
    path = example_path(name)
    book = read_codebook(path)
    try:
        for file in book.data.names:
            data_path(book, path, file)
    except SurveyError:
        way = "gets them" if book.data.url else "says how to get them"
        print(f"{name}: left out, its data are not at hand; 'drivers fetch {name}' {way}", flush=True)
        return Example(name, book, left_out="no_data"), 0
    published: list[Sequence[Published]] = []
    pdfs: list[Path] = []
    failures = 0
    for notebook in notebooks:
        try:
            pages = publish_report(name, notebook=notebook, output=folder, progress=_say)
            published.append(pages)
            pdfs += [write_pdf(each.page, browser=browser) for each in pages if browser]
        except (DriversError, OSError) as error:
            failures += _tell(f"{name}, {notebook.stem}: {error}")
    return Example(name, book, published, pdfs, left_out="" if published else "failed"), failures


def write_page(examples: Sequence[Example], folder: Path) -> Path:
    """The page that leads to all reports, written as a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    return write_whole(folder / PAGE, render(examples, folder))


def render(examples: Sequence[Example], folder: Path) -> str:
    """The page as text; links lead from `folder`."""
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    spoken = {language: wording(language, Labels()) for language in SIDES}
    shown = [example for example in examples if not example.left_out]
    content = {
        "version": __version__,
        "title": " · ".join(TEXTS[language]["title"] for language in SIDES),
        "halves": [
            {
                "language": language,
                "direction": words.direction,
                "title": html(TEXTS[language]["title"]),
                "lead": html(TEXTS[language]["lead"]),
                "skip": html(words.ui("skip")),
                "left_out": html(TEXTS[language]["left_out"]),
            }
            for language, words in spoken.items()
        ],
        "examples": [_shown(example, folder) for example in shown],
        "left_out": [_left_out(example) for example in examples if example.left_out],
    }
    return environment.get_template("gallery.html.j2").render(page=content) + "\n"


def _shown(example: Example, folder: Path) -> dict[str, Any]:
    halves = []
    for language in SIDES:
        words = wording(language, example.book.labels())
        ours = [next(page for page in pages if page.language == language) for pages in example.published]
        numbers = json.loads(ours[0].numbers.read_text(encoding="utf-8"))
        halves.append(
            {
                **_half(example, words),
                "source": _source(words),
                "rows": _rows(numbers, words),
                "score": _score(numbers, words),
                "reports": [_report(page, example, words, folder) for page in ours],
            }
        )
    return {"id": example.name, "halves": halves}


def _left_out(example: Example) -> dict[str, Any]:
    command = f"drivers {'fetch' if example.left_out == 'no_data' else 'report'} {example.name}"
    halves = []
    for language in SIDES:
        half = _half(example, wording(language, example.book.labels()))
        halves.append({**half, "why": html(TEXTS[language][example.left_out]), "command": command})
    return {"id": example.name, "halves": halves}


def _half(example: Example, words: Words) -> dict[str, Any]:
    return {
        "language": words.language,
        "direction": words.direction,
        "title": html(words.label("survey", "title")),
    }


def _source(words: Words) -> Any:
    if not words.has_label("survey", "source"):
        return ""
    return html(f"{TEXTS[words.language]['source']}: {words.label('survey', 'source')}")


def _rows(numbers: Any, words: Words) -> Any:
    about = _piece(numbers, "survey-masthead").get("details", {})
    read, used = about.get("rows_read"), about.get("rows_used")
    if not isinstance(read, int) or not isinstance(used, int) or used < FEWEST_SHOWN:
        return ""
    return html(TEXTS[words.language]["rows"].format(read=words.number(read), used=words.number(used)))


def _score(numbers: Any, words: Words) -> Any:
    """The main outcome in the sentence of its report, without from whom and when; nothing where it is not shown."""
    piece = _piece(numbers, "outcome_scores-headline")
    first = (piece.get("records") or [{}])[0]
    if first.get("term") not in ("mean", "nps") or first.get("estimate") is None:
        return ""
    said = words.sentence(
        "headline" if first["term"] == "mean" else "headline_nps",
        outcome=words.outcome(first["outcome"]),
        outcome_start=words.outcome(first["outcome"], "start"),
        score=words.number(first["estimate"], 1),
        low=words.number(first["conf_low"], 1),
        high=words.number(first["conf_high"], 1),
        level=words.percent(piece["model"][0]["conf_level"]),
        lowest=words.number(-100),
        highest=words.number(100),
        sample="",
        period="",
    )
    return html(said)


def _piece(numbers: Any, name: str) -> dict[str, Any]:
    """A shown piece of a page's numbers; empty where the page has none such."""
    return next((piece for piece in numbers["shown"] if piece["id"] == name), {})


def _report(page: Published, example: Example, words: Words, folder: Path) -> dict[str, Any]:
    """The links to a page and to the files beside it, each with a name that says of which survey it is."""
    name, title = _name(page.page, words), words.label("survey", "title")
    files = {ending: page.page.with_suffix(ending) for ending in (*BESIDE, ".pdf")}
    links = [
        {
            "href": _address(file, folder),
            "text": html(TEXTS[words.language][ending]),
            "name": plain(f"{TEXTS[words.language][ending]}: {name}, {title}"),
        }
        for ending, file in files.items()
        if (file.is_file() if ending in BESIDE else file.resolve() in example.pdfs)
    ]
    return {
        "href": _address(page.page, folder),
        "text": html(isolate(name)),
        "name": plain(f"{name}: {title}"),
        "files": links,
    }


def _name(page: Path, words: Words) -> str:
    """What a page calls its report, behind the name of the survey in its title."""
    found = re.search("<title>(.*?)</title>", page.read_text(encoding="utf-8"), re.DOTALL)
    title = plain(entities.unescape(found[1])).strip() if found else ""
    return title.rpartition(" · ")[2] or words.ui("report_manager")


def _address(file: Path, folder: Path) -> str:
    relative = file.resolve().relative_to(folder.resolve())
    return "/".join(quote(part, safe="") for part in relative.parts)


def _notebooks(asked: Sequence[str]) -> list[Path]:
    """The manager report first, then what else was asked for, each once."""
    found = [find_notebook(MANAGER_REPORT)]
    for name in asked:
        found += sorted(notebook_folder().glob("*.ipynb")) if name == "all" else [find_notebook(name)]
    return list(dict.fromkeys(found))


def _say(line: str) -> None:
    print(line, flush=True)


def _tell(sentence: str) -> int:
    """Write what went wrong, and give 1."""
    print("\n".join(visible(line) for line in sentence.split("\n")), file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
