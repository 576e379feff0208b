"""What a workbook says once for all its sheets: their names, shared texts, and formats of numbers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from xml.etree.ElementTree import Element, iterparse

from drivers.survey.formats.archive import Archive

if TYPE_CHECKING:
    import datetime

NumberFormat = Literal["", "date", "duration", "percent"] | int
"""What a number is shown as; a whole number is the count of digits to which zeros fill it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """A sheet of a workbook.

    Parameters
    ----------
    title
        Its name.
    path
        Its part of the archive.
    hidden
        Whether a spreadsheet does not show it.
    """

    title: str
    path: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workbook:
    """The sheets of a workbook and what they share.

    Parameters
    ----------
    archive
        Its parts.
    sheets
        The sheets that hold cells, in their order.
    texts
        The shared texts, by number.
    formats
        What the numbers of each cell style are shown as, by the style's number.
    epoch
        The day from which dates are counted.
    """

    archive: Archive
    sheets: tuple[SheetPart, ...]
    texts: tuple[str, ...]
    formats: tuple[NumberFormat, ...]
    epoch: datetime.datetime


def workbook_of(name: str, content: bytes) -> Workbook:
    """A workbook whose cells are not read yet.

    Parameters
    ----------
    name
        What messages call the file.
    """
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

    archive = Archive(name, content)
    path = _office_document(archive)
    parts = _related(archive, path)
    sheets, from_1904 = [], False
    for tag, element in _elements(archive, path):
        if tag == "workbookPr":
            from_1904 = element.get("date1904") in ("1", "true")
        elif tag == "sheet":
            kind, target = parts[_attribute(element, "id")]
            if kind == "worksheet":
                hidden = element.get("state", "visible") != "visible"
                sheets.append(SheetPart(title=element.attrib["name"], path=target, hidden=hidden))
    by_kind = dict(parts.values())
    return Workbook(
        archive=archive,
        sheets=tuple(sheets),
        texts=tuple(_shared_texts(archive, by_kind.get("sharedStrings"))),
        formats=tuple(_formats(archive, by_kind.get("styles"))),
        epoch=MAC_EPOCH if from_1904 else WINDOWS_EPOCH,
    )


def local(tag: str) -> str:
    """A tag's name without its namespace, of which the standard has two."""
    return tag.rpartition("}")[2]


def text_of(element: Element) -> str:
    """The text of a cell or a shared text, its differently formatted runs joined, without reading aids."""
    from openpyxl.utils.escape import unescape

    parts = []
    for child in element:
        tag = local(child.tag)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts += [run.text or "" for run in child if local(run.tag) == "t"]
    text = "".join(parts)
    return unescape(text) if "_x" in text else text


def _attribute(element: Element, name: str) -> str:
    """An attribute by its name without its namespace; one with a namespace comes first."""
    return next(value for key, value in sorted(element.items(), reverse=True) if key.endswith(f"}}{name}"))


def _elements(archive: Archive, path: str) -> Iterator[tuple[str, Element]]:
    with archive.open(path) as stream:
        for _, element in iterparse(stream):
            yield local(element.tag), element


def _office_document(archive: Archive) -> str:
    related = _related(archive, "") if "_rels/.rels" in archive else {}
    return dict(related.values()).get("officeDocument", "xl/workbook.xml")


def _related(archive: Archive, path: str) -> dict[str, tuple[str, str]]:
    """Relationship's id → its kind and the path of its part."""
    folder, file = posixpath.split(path)
    related = {}
    for tag, element in _elements(archive, posixpath.join(folder, "_rels", f"{file}.rels")):
        if tag == "Relationship" and element.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, element.attrib["Target"])).lstrip("/")
            related[element.attrib["Id"]] = (posixpath.basename(element.attrib["Type"]), target)
    return related


def _shared_texts(archive: Archive, path: str | None) -> Iterator[str]:
    if path is None:
        return
    for tag, element in _elements(archive, path):
        if tag == "si":
            yield text_of(element)
            element.clear()


def _formats(archive: Archive, path: str | None) -> Iterator[NumberFormat]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    if path is None:
        return
    codes = dict(BUILTIN_FORMATS)
    for tag, element in _elements(archive, path):
        if tag == "numFmt" and "numFmtId" in element.attrib:
            codes[int(element.attrib["numFmtId"])] = element.get("formatCode", "")
        elif tag == "cellXfs":
            for style in element:
                yield _shown_as(codes.get(int(style.get("numFmtId", "0")), ""))


def _shown_as(code: str) -> NumberFormat:
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format

    if is_timedelta_format(code):
        return "duration"
    if is_date_format(code):
        return "date"
    if code.split(";")[0].rstrip().endswith("%"):
        return "percent"
    return len(code) if len(code) > 1 and set(code) == {"0"} else ""
