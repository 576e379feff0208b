"""The page that leads to the reports of a publication; every number on it is read from a report's JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from drivers import __version__
from drivers.labels import Labels
from drivers.present.blocks import LIGHT_MARKS
from drivers.present.isolation import html, plain
from drivers.present.style import stylesheet
from drivers.present.words import Words, wording
from drivers.publish.batch.place import MACHINERY, Place
from drivers.publish.page import other_language, policy_hash, template_text, with_shared_letters

FIGURE = "units-funnel"
"""The piece of the notebook of units that stands on the index."""

_FIRST = {"tied": "index_tied", "not_rankable": "index_not_rankable"}
_STATUS = {
    "published": "index_published",
    "outdated": "index_outdated",
    "failed": "index_failed",
    "missing": "index_missing",
    "few": "index_few",
    "difference": "index_difference",
}

_WORST_FIRST = ("failed", "missing", "outdated", "withheld", "published")


@dataclass(frozen=True, slots=True)
class _Cell:
    html: Markup | str
    key: Any = None
    numeric: bool = False
    tag: str = "td"


@dataclass(frozen=True, slots=True)
class _Row:
    status: str
    cells: list[_Cell]


def index_name(language: str) -> str:
    """What the index is called."""
    return f"index.{language}.html"


def figure_name(stem: str, language: str) -> str:
    """Where the figure of a report is kept for the index."""
    return f"{MACHINERY}/{stem}.{language}.html"


def index_page(manifest: Mapping[str, Any], place: Place, labels: Labels, language: str) -> bytes:
    """The index in one language.

    Parameters
    ----------
    manifest
        Of `write_manifest`.
    place
        Where the reports are.
    labels
        Of the survey.
    language
        Of the page.
    """
    words = wording(language, labels)
    rows = [_row(entries, place, words) for entries in _by_about(manifest["reports"])]
    with_waves = any(entry["wave"] for entry in manifest["reports"])
    with_units = any(entry["unit"] or entry["only"] for entry in manifest["reports"])
    columns = _columns(words)
    left_out = ({0} if not with_units else set()) | ({1} if not with_waves else set())
    kept = [column for column in range(len(columns)) if column not in left_out]
    script = template_text("index.js")
    name = next((name for name in manifest["figure"] if name.endswith(f".{language}.html")), None)
    figure = (place.read(name) or b"").decode() if name is not None else ""
    title = plain(words.label("survey", "title"))
    page = {
        "language": language,
        "direction": words.direction,
        "version": __version__,
        "title": f"{plain(words.ui('index_title'))}: {title}",
        "stylesheet": Markup(
            stylesheet() + template_text("page.css") + template_text("index.css") + _names(columns, kept)
        ),
        "skip": words.ui("skip"),
        "kicker": html(words.ui("index_title")),
        "heading": html(words.label("survey", "title")),
        "about": html(_about(manifest, words)),
        "other": other_language(language, manifest["languages"], index_name(language)),
        "figure": Markup(figure),
        "figure_heading": words.text("section", "units"),
        "table_heading": words.ui("index_reports"),
        "said": [html(line) for line in _said(manifest, words)],
        "search": words.ui("index_search"),
        "shown": plain(words.ui("index_shown", shown="{shown}", all="{all}")),
        "caption": html(words.ui("index_caption")),
        "columns": [columns[column] for column in kept],
        "rows": [_kept(row, kept) for row in rows],
        "foot": html(words.ui("index_foot", version=__version__)),
        "script": Markup(script),
        "script_hash": policy_hash(script),
    }
    environment = Environment(loader=PackageLoader("drivers.publish", "template"), autoescape=True)
    body = environment.get_template("index.html.j2").render(page=page)
    return with_shared_letters(body).encode()


def _kept(row: _Row, columns: Sequence[int]) -> _Row:
    """A row with some of its cells; the first of them is its head."""
    first, *others = (row.cells[column] for column in columns)
    return _Row(row.status, [replace(first, tag="th"), *others])


def _columns(words: Words) -> list[dict[str, Any]]:
    names = [
        (words.label("unit_kind", "unit") if words.has_label("unit_kind", "unit") else words.ui("index_unit"), "texts"),
        (words.term("wave"), "numbers"),
        (words.ui("index_n"), "numbers"),
        (words.ui("index_score"), "numbers"),
        (words.ui("index_change"), "numbers"),
        (words.ui("index_first"), "texts"),
        (words.text("question", "sure"), "numbers"),
        (words.ui("index_status"), "texts"),
        (words.ui("index_links"), ""),
    ]
    numeric = {2, 3, 4}
    return [
        {"name": html(name), "plain": plain(name), "sorts": sorts, "numeric": place in numeric}
        for place, (name, sorts) in enumerate(names)
    ]


def _names(columns: Sequence[Mapping[str, Any]], kept: Sequence[int]) -> str:
    """What stands before each value where a row is no row."""

    def quoted(text: str) -> str:
        return (
            '"'
            + "".join(letter if letter.isalnum() or letter == " " else f"\\{ord(letter):x} " for letter in text)
            + '"'
        )

    rules = [
        f"#table td:nth-child({place}) {{ --name: {quoted(columns[column]['plain'])}; }}"
        for place, column in enumerate(kept, start=1)
    ]
    return "\n".join(rules)


def _by_about(reports: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Reports on the same unit, wave and filter, which share a row."""
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for entry in reports:
        only = json.dumps(entry["only"], sort_keys=True)
        found.setdefault((entry["unit"], entry["wave"], only), []).append(entry)
    return list(found.values())


def _row(entries: Sequence[Mapping[str, Any]], place: Place, words: Words) -> _Row:
    shown = _shown(entries, place, words.language)
    # The row is as good as the worst of its reports.
    main = min(entries, key=lambda entry: _WORST_FIRST.index(entry["status"]))
    unit, wave, only = main["unit"], main["wave"], main["only"] or {}
    status = main["reason"] if main["status"] == "withheld" else main["status"]
    about = [words.label("unit", unit) if unit else words.ui("index_all")]
    for name, value in only.items():
        about.append(f"{words.label('segment', name)}: {words.label(f'segment:{name}', str(value))}")
    texts = {
        "unit": " · ".join(about),
        "wave": words.label("wave", wave) if wave else words.ui("index_all"),
        "status": words.ui(_STATUS[status]),
    }
    n = main["n"]
    cells = [
        _Cell(html(texts["unit"]), plain(texts["unit"])),
        _Cell(html(texts["wave"]), main["wave_place"]),
        _Cell(html(words.number(n)) if n is not None else "", n, numeric=True),
        _score(shown, words),
        _change(shown, words),
        _first(shown, words),
        _sure(shown, words),
        _Cell(html(texts["status"]), plain(texts["status"])),
        _Cell(_links(entries, words)),
    ]
    return _Row(status, cells)


def _shown(entries: Sequence[Mapping[str, Any]], place: Place, language: str) -> dict[str, Any]:
    """Pieces by id, from the JSON of the reports in a row; what the first report shows goes before."""
    found: dict[str, Any] = {}
    for entry in entries:
        name = next((name for name in entry["files"] if name.endswith(f".{language}.json")), None)
        if name is None or entry["status"] not in ("published", "outdated", "failed"):
            continue
        content = place.read(name)
        for piece in json.loads(content)["shown"] if content else ():
            found.setdefault(piece["id"], piece)
    return found


def _score(shown: Mapping[str, Any], words: Words) -> _Cell:
    record = _scores(shown, change=False)
    if record is None:
        return _Cell("", numeric=True)
    return _Cell(html(_with_interval(record, words)), record["estimate"], numeric=True)


def _change(shown: Mapping[str, Any], words: Words) -> _Cell:
    record = _scores(shown, change=True)
    if record is None or record["estimate"] is None:
        return _Cell("", numeric=True)
    sure = record["conf_low"] > 0 or record["conf_high"] < 0
    text = _with_interval(record, words, sign=True) if sure else words.ui("index_no_change")
    return _Cell(html(text), record["estimate"], numeric=True)


def _scores(shown: Mapping[str, Any], *, change: bool) -> Mapping[str, Any] | None:
    """The first score of a report, or its change since the wave before."""
    records = shown.get("outcome_scores-cards", {}).get("records", [])
    if not records:
        return None
    first = records[0]
    alike = [one for one in records if (one["outcome"], one["term"]) == (first["outcome"], first["term"])]
    return next((one for one in alike if (one["wave_from"] is not None) == change), None)


def _with_interval(record: Mapping[str, Any], words: Words, *, sign: bool = False) -> str:
    percent = record["term"] in ("top2box", "share")
    factor = 100.0 if percent else 1.0

    def number(name: str) -> str:
        return words.number(factor * record[name], 1, sign=sign)

    return words.ui("index_interval", value=number("estimate"), low=number("conf_low"), high=number("conf_high"))


def _first(shown: Mapping[str, Any], words: Words) -> _Cell:
    verdict = shown.get("importance-summary", {}).get("verdict")
    if verdict is None:
        return _Cell("")
    if verdict["status"] != "ranked":
        text = words.ui(_FIRST[verdict["status"]])
        return _Cell(html(text), "")
    names = [verdict["leader"]] if verdict["leader"] else verdict["top_group"]
    text = words.listed([words.label("driver", name) for name in names])
    if len(names) > 1:
        text = words.ui("index_together", list=text)
    return _Cell(html(text), plain(text))


def _sure(shown: Mapping[str, Any], words: Words) -> _Cell:
    light = shown.get("one_minute-read", {}).get("details", {}).get("light")
    if light is None:
        return _Cell("")
    return _Cell(
        Markup("{} {}").format(LIGHT_MARKS[light], html(words.ui(light))), ["red", "amber", "green"].index(light)
    )


def _links(entries: Sequence[Mapping[str, Any]], words: Words) -> Markup:
    """A link to each page of a row that is there, the page's own language first."""
    links = []
    for entry in entries:
        if entry["status"] not in ("published", "outdated", "failed"):
            continue
        pages = sorted(
            (name for name in entry["files"] if name.endswith(".html") and "/" not in name),
            key=lambda name: not name.endswith(f".{words.language}.html"),
        )
        for name in pages:
            language = name.split(".")[-2]
            other = wording(language, Labels())
            links.append(
                Markup('<a href="{}" hreflang="{}" lang="{}" dir="{}">{}</a>').format(
                    name, language, language, other.direction, other.ui("language_name")
                )
            )
    return Markup('<span class="links">{}</span>').format(Markup(" ").join(links)) if links else Markup("")


def _about(manifest: Mapping[str, Any], words: Words) -> str:
    reports = manifest["reports"]
    published = sum(entry["status"] == "published" for entry in reports)
    return words.ui("index_counts", n=words.number(len(reports)), published=words.number(published))


def _said(manifest: Mapping[str, Any], words: Words) -> list[str]:
    """What a reader must know of what is not there."""
    reports = manifest["reports"]
    fewest = words.number(manifest["fewest"])
    said = []
    few, difference = (
        sum(entry["status"] == "withheld" and entry["reason"] == reason for entry in reports)
        for reason in ("few", "difference")
    )
    if few:
        said.append(words.sentence("index_said_few", n=words.number(few), fewest=fewest))
    if difference:
        said.append(words.sentence("index_said_difference", n=words.number(difference), fewest=fewest))
    old = sum(entry["status"] in ("outdated", "failed", "missing") for entry in reports)
    if old:
        said.append(words.sentence("index_said_old", n=words.number(old)))
    if manifest["stale"]:
        said.append(words.sentence("index_said_stale", n=words.number(len(manifest["stale"]))))
    return said
