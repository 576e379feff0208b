"""The channel from a notebook to a page: `show` is the only way a number gets onto one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from drivers.errors import PublishError
from drivers.present.claims import shares_hidden, too_few
from drivers.present.speaking import spoken
from drivers.present.ways import DIAGNOSES, ORDERS, way, ways
from drivers.present.words import Words
from drivers.results import Result, Unanswered

SHOWN = "application/vnd.drivers.shown+json"
"""The MIME type under which a piece's numbers travel with its HTML."""

PAGES = "application/vnd.drivers.pages+json"
"""The MIME type under which a piece travels in the words of each language that is published."""

_IN_WORDS = ("method", "glossary")
"""Ways of showing that put no estimate on the page; those of the same result stand where it is shown."""


def show(result: Result, words: Words, *, as_: str, under: Result | None = None, reason: bool = True) -> None:
    """Put a result out as a piece of a page: HTML, and its numbers beside it.

    Parameters
    ----------
    result
        Of any analysis.
    words
        Of `wording`; decides the language.
    as_
        How the result is shown; each kind of result has its own ways.
    under
        A result whose verdict holds for this one too. Where there is none of it, or its answers are far too few, this
        one is not shown; where what it explains is no more than chance might, only a diagnosis is; and an order of
        drivers, or what to do about them, is not where they cannot be ranked.
    reason
        Whether the reason stands in place of a result that there is none of; else nothing does.

    Raises
    ------
    PublishError
        Where this kind of result cannot be shown this way.

    Notes
    -----
    A result without anything to show puts out no HTML, and its section does not appear.
    """
    from IPython.display import display

    how: dict[str, Any] = {"as_": as_, "under": under, "reason": reason}
    content = bundle(result, words, **how)
    if spoken():
        # One run serves all pages, so that they cannot but tell the same numbers.
        content[PAGES] = {language: _page(content, result, words, language, how) for language in spoken()}
    display(_Shown(content))


def _page(
    content: Mapping[str, Any], result: Result, words: Words, language: str, how: Mapping[str, Any]
) -> dict[str, str]:
    """What differs between languages; the digits of another than the run's own are the usual ones."""
    if language == words.language:
        return {"html": content["text/html"], "heading": content[SHOWN]["heading"]}
    said = _said(result, replace(words, language=language, digits="latn"), **how)
    return {"html": said.html, "heading": said.heading}


class _Shown:
    """A piece on its way to a notebook; in a plain Python session only its name is printed."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content

    def __repr__(self) -> str:
        return str(self._content["text/plain"])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self._content


def bundle(
    result: Result, words: Words, *, as_: str, under: Result | None = None, reason: bool = True
) -> dict[str, Any]:
    """The MIME bundle of a shown result: ``text/html``, ``text/plain`` and the numbers; arguments as in `show`."""
    said = _said(result, words, as_=as_, under=under, reason=reason)
    verdict = getattr(result, "verdict", None)
    # A number that is not on the page is not beside it either.
    numbers = bool(said.html) and not (verdict is not None and shares_hidden(result))
    rows = numbers and as_ not in _IN_WORDS
    content = {
        "id": said.identity,
        "section": said.section,
        "heading": said.heading,
        "type": type(result).__name__,
        "empty": not said.html,
        "records": _records(result.tidy()) if rows else [],
        "model": _records(result.glance()) if numbers else [],
        "units": dict(result.units),
        "details": plain_data(dict(result.details)),
        "notes": [{"code": note.code, **note.values} for note in result.notes],
    }
    if verdict is not None:
        content["verdict"] = {
            "status": verdict.status,
            "leader": verdict.leader,
            "top_group": list(verdict.top_group),
            "reasons": [{"code": reason.code, **plain_data(dict(reason.values))} for reason in verdict.reasons],
        }
    return {"text/html": said.html, "text/plain": f"<{said.identity}>", SHOWN: plain_data(content)}


@dataclass(frozen=True, slots=True)
class _Said:
    """A piece in the words of one language: its id, the section it belongs to with its heading, and its HTML."""

    identity: str
    section: str
    heading: str
    html: str


def _said(result: Result, words: Words, *, as_: str, under: Result | None, reason: bool) -> _Said:
    """A shown result in words."""
    analysis = result.analysis if isinstance(result, Unanswered) else ""
    found = way(result.kind, as_, analysis)
    if found is None:
        raise PublishError(
            f"Expected a way to show a result of kind {result.kind!r} ({', '.join(ways(result.kind))}), found {as_!r}; "
            "choose one of these."
        )
    section, make = found
    # Several questions of a page may go without an answer.
    identity = f"{analysis.replace('_', '-') or result.kind}-{as_}"
    silent = (under is not None and _silent(under, result.kind)) or (isinstance(result, Unanswered) and not reason)
    body = Markup("") if silent else make(result, words, identity)
    html = f'<div class="drivers" lang="{words.language}" dir="{words.direction}">{body}</div>' if body else ""
    return _Said(identity, section, _heading(section, result, words), html)


def _silent(under: Result, kind: str) -> bool:
    """Whether a result's verdict leaves nothing to show of another of this kind."""
    verdict = getattr(under, "verdict", None)
    if verdict is None:
        return isinstance(under, Unanswered)
    if kind in DIAGNOSES:
        return too_few(under)
    return shares_hidden(under) or (kind in ORDERS and verdict.status == "not_rankable")


def plain_data(value: Any) -> Any:
    """The value with plain Python numbers, and None where a number is not finite."""
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(item) for item in value]
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _records(frame: Any) -> list[dict[str, Any]]:
    # Every kind of missing value as None; pandas' own JSON would round, and a p-value of 1e-20 would be 0.
    rows: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [plain_data(row) for row in rows]


def _heading(section: str, result: Any, words: Words) -> str:
    if section == "masthead":
        return f"{words.label('survey', 'title')} · {words.ui(f'report_{result.report}')}"
    if section == "footer":
        return ""
    if section == "what_drives":
        outcome = getattr(result, "outcome", "satisfaction")  # what goes unanswered has no heading to be seen
        title = words.outcome(outcome, "title")
        return words.text("section", section, outcome=title, outcome_with=title)
    return words.text("section", section)
