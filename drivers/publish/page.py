"""The page: shown pieces, collected from an executed notebook, in the project's own template."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat.v4 import new_notebook
from traitlets import default

from drivers import __version__
from drivers.errors import PublishError
from drivers.labels import Labels
from drivers.present.channel import PAGES, SHOWN
from drivers.present.figures.svg import share_letters
from drivers.present.isolation import LEFT, RIGHT, clean, html, isolate, plain
from drivers.present.style import stylesheet
from drivers.present.words import Words, wording

_OUTSIDE = ("masthead", "footer")
_ENTRIES = {"method": re.compile(r"<p>.*?</p>", re.DOTALL), "glossary": re.compile(r"<dt>.*?</dd>", re.DOTALL)}
"""Sections of whole entries → what an entry is."""
_MORE = re.compile(r'<a class="more" href="#([a-z-]+)">.*?</a>', re.DOTALL)
_ABOUT = re.compile(r"<(?:h1|p class=\"about\")>(.*?)</(?:h1|p)>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """One shown result: its HTML and the heading of its section in one language, its numbers, and what made it."""

    html: Markup
    heading: str
    numbers: Mapping[str, Any]
    code: str = ""


class PageExporter(TemplateExporter):
    """An executed notebook → one self-contained page, by the project's template alone."""

    file_extension = ".html"
    output_mimetype = "text/html"

    @default("template_file")
    def _own_file(self) -> str:
        return "page.html.j2"

    @default("template_paths")
    def _own_folder(self) -> list[str]:
        # The project's own folder alone: no template of the machine can take its place.
        return [str(Path(str(resources.files("drivers.publish").joinpath("template"))))]

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        environment.autoescape = True
        return environment


def collect(notebook: Any, language: str) -> list[Piece]:
    """The shown pieces of an executed notebook in a language that it was run for, in cell order.

    Raises
    ------
    PublishError
        Where nothing was shown, or one piece was shown twice.
    """
    pieces: list[Piece] = []
    code: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and "note" not in cell.metadata.get("tags", ()):
            code.append(cell.source)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if SHOWN in data:
                page = data[PAGES][language]
                # Made by show(), which escapes everything that is not its own.
                pieces.append(Piece(Markup(page["html"]), page["heading"], data[SHOWN], "\n\n".join(code)))
                code.clear()
    names = [piece.numbers["id"] for piece in pieces]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PublishError(f"Expected each piece once on a page, found {', '.join(twice)} twice; remove one show().")
    if not pieces:
        raise PublishError("Expected results put out with kda.show(), found none; show at least one in the notebook.")
    return pieces


def render(
    pieces: Sequence[Piece],
    language: str,
    *,
    others: Sequence[str],
    file_name: str,
    digits: str = "latn",
    show_code: bool = False,
) -> str:
    """The page that shows some pieces.

    Parameters
    ----------
    pieces
        In the language of the page.
    language
        Of the page.
    others
        Languages in which the same report is published beside this one.
    file_name
        Of this page, ending in ``.{language}.html``.
    digits
        In which pages of paper are counted, where they are Arabic: ``latn`` or ``arab``.
    show_code
        Whether the code that made a piece stands under it, folded.
    """
    words = wording(language, Labels())
    if not show_code:
        pieces = [replace(piece, code="") for piece in pieces]
    shown = in_page_order(pieces)
    page: dict[str, Any] = {
        "language": language,
        "direction": words.direction,
        "version": __version__,
        "title": title_of(shown, language),
        "stylesheet": Markup(stylesheet() + template_text("page.css") + _margins(shown, words, digits)),
        "skip": words.ui("skip"),
        "contents": words.ui("contents"),
        "code": words.ui("code"),
        "colours": words.ui("colours"),
        "light": words.ui("light"),
        "dark": words.ui("dark"),
        "masthead": [piece for piece in shown if piece.numbers["section"] == "masthead"],
        "footer": [piece for piece in shown if piece.numbers["section"] == "footer"],
        "sections": _sections(shown),
        "other_language": other_language(language, others, file_name),
    }
    if any('class="sliders"' in piece.html for piece in shown):
        script = template_text("sliders.js")
        page |= {"script": Markup(script), "script_hash": policy_hash(script)}
    # All that is shown is in the pieces: the exporter would copy every output of the notebook several times.
    body, _ = PageExporter().from_notebook_node(new_notebook(), resources={"page": page})
    return with_shared_letters(_without_dead_ends(str(body), page["sections"]))


def in_page_order(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that are not empty, as they follow one another on a page: those of one section stand together."""
    shown = [piece for piece in pieces if not piece.numbers["empty"]]
    sections = list(dict.fromkeys(piece.numbers["section"] for piece in shown))
    return sorted(shown, key=lambda piece: sections.index(piece.numbers["section"]))


def title_of(pieces: Sequence[Piece], language: str) -> str:
    """What the page of some pieces is called."""
    heading = next((piece.heading for piece in pieces if piece.numbers["section"] == "masthead"), "")
    return plain(heading) or wording(language, Labels()).ui("report_manager")


def _without_dead_ends(page: str, sections: Sequence[Mapping[str, Any]]) -> str:
    """The page without the links to sections that it does not have."""
    known = {section["id"] for section in sections}
    return _MORE.sub(lambda link: link[0] if link[1] in known else "", page)


def _margins(pieces: Sequence[Piece], words: Words, digits: str) -> str:
    """What stands around each printed page: what the report is about, and the page's number."""
    masthead = " ".join(piece.html for piece in pieces if piece.numbers["section"] == "masthead")
    about = [Markup(part).striptags() for part in _ABOUT.findall(masthead)]
    mark = RIGHT if words.direction == "rtl" else LEFT
    text = _css_string(isolate(" · ".join(clean(part) for part in about), mark))
    start, end = ("right", "left") if words.direction == "rtl" else ("left", "right")
    font = "font: 8pt system-ui, 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif; color: #51606f;"
    counting = "arabic-indic" if digits == "arab" and words.language == "ar" else "decimal"
    return (
        f"@page {{ size: A4; margin: 18mm 15mm 16mm; @top-{start} {{ content: {text}; {font} }} "
        f"@bottom-{end} {{ content: counter(page, {counting}) '/' counter(pages, {counting}); {font} }} }}\n"
    )


def _css_string(text: str) -> str:
    """A text as a string of CSS, in which nothing can end the string or the style element."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'


def policy_hash(script: str) -> str:
    """The name by which a page's policy lets one script run and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def with_shared_letters(page: str) -> str:
    """The page with the letters of its figures defined once, at its start."""
    bare, letters = share_letters(page)
    return bare.replace("<body>", f"<body>\n{letters}", 1)


def _sections(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    sections: dict[str, dict[str, Any]] = {}
    for piece in pieces:
        name = piece.numbers["section"]
        if name in _OUTSIDE:
            continue
        section = sections.setdefault(
            name, {"id": name.replace("_", "-"), "heading": html(piece.heading), "pieces": []}
        )
        section["pieces"].append(piece)
    for name, entry in _ENTRIES.items():
        if name in sections:
            sections[name]["pieces"] = _each_once(sections[name]["pieces"], entry)
    return list(sections.values())


def _each_once(pieces: Sequence[Piece], entry: re.Pattern[str]) -> list[Piece]:
    """The pieces of a section without the entries that one before them had: analyses share terms and methods."""
    told: set[str] = set()

    def once(found: re.Match[str]) -> str:
        new = found[0] not in told
        told.add(found[0])
        return found[0] if new else ""

    left = (replace(piece, html=Markup(entry.sub(once, piece.html).replace("<dl></dl>", ""))) for piece in pieces)
    return list(left)


def other_language(language: str, others: Sequence[str], file_name: str) -> dict[str, str] | None:
    """What leads from a page to the same one in another language; None where there is none."""
    other = next((candidate for candidate in others if candidate != language), None)
    if other is None:
        return None
    words = wording(other, Labels())
    stem = file_name.removesuffix(f".{language}.html")
    return {
        "code": other,
        "direction": words.direction,
        "name": words.ui("language_name"),
        "href": f"{stem}.{other}.html",
    }


def template_text(name: str) -> str:
    """A file of the template."""
    return resources.files("drivers.publish").joinpath("template", name).read_text(encoding="utf-8")
