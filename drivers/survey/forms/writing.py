"""A questionnaire as an XLSForm, the workbook that KoBo and ODK read.

Beside what these programs use, the form says what its answers are for (`drivers.survey.forms.roles`), so that it is a
codebook of the answers that it collects (`drivers.survey.forms.codebook`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from drivers.survey.codebook.scales import Scale
from drivers.survey.forms.questionnaire import BATTERIES, CONSENT, Question, Questionnaire, Section, points, ways_out
from drivers.survey.forms.roles import (
    AGREED,
    DECLINED,
    KEY,
    KIND,
    LANGUAGE_NAMES,
    LISTS,
    ROLE,
    SHEET,
    Cells,
    role_rows,
    safe,
)
from drivers.survey.forms.workbook import workbook_bytes

Words = Mapping[str, Mapping[str, str]]
"""Key → language → text: the words that are not in the codebook."""


def xlsform_bytes(questionnaire: Questionnaire, words: Words, languages: Sequence[str]) -> bytes:
    """The workbook of a questionnaire; the same questionnaire gives the same bytes.

    Parameters
    ----------
    words
        The texts that the codebook does not have, such as the introduction.
    languages
        Codes among `LANGUAGE_NAMES`; the first is the one that a form opens in.
    """
    sheets = _sheets(questionnaire, words, languages)
    version = form_version(sheets)
    title = _text(questionnaire.book.survey.title, languages[0])
    sheets["settings"] = [
        {
            "form_title": title,
            "form_id": questionnaire.book.survey.id,
            "version": version,
            "default_language": LANGUAGE_NAMES[languages[0]],
            "style": "pages",
        }
    ]
    return workbook_bytes(sheets)


def version_of(questionnaire: Questionnaire, words: Words, languages: Sequence[str]) -> str:
    """The version of the form: it changes with any word of it."""
    return form_version(_sheets(questionnaire, words, languages))


def form_version(sheets: Mapping[str, Sequence[Cells]]) -> str:
    """A fingerprint of the sheets in ten letters and digits."""
    return hashlib.sha256(json.dumps(sheets, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:10]


def _sheets(questionnaire: Questionnaire, words: Words, languages: Sequence[str]) -> dict[str, list[Cells]]:
    writer = _Writer(questionnaire, words, languages)
    return {
        "survey": list(writer.survey()),
        "choices": list(writer.choices()),
        SHEET: list(role_rows(questionnaire, languages)),
    }


class _Writer:
    """The rows of a form."""

    def __init__(self, questionnaire: Questionnaire, words: Words, languages: Sequence[str]) -> None:
        self._all = questionnaire
        self._words = words
        self._languages = languages
        self._taken = {question.name.casefold() for question in questionnaire.questions}
        self._lists: dict[str, list[Cells]] = {}

    def survey(self) -> Iterator[Cells]:
        for name in ("start", "end"):
            yield {"type": name, "name": self._free(name)}
        for question in self._all.questions:
            if question.kind == "today":
                yield {"type": "today", "name": question.name, ROLE: " ".join(question.roles), KEY: question.key}
        consent = self._free(CONSENT)
        yield self._note("intro", "intro")
        yield self._note("privacy", "privacy")
        self._lists["yes_no"] = [
            {"list_name": "yes_no", "name": AGREED, **self._word("label", "yes")},
            {"list_name": "yes_no", "name": DECLINED, **self._word("label", "no")},
        ]
        yield {
            "type": "select_one yes_no",
            "name": consent,
            **self._word("label", "consent"),
            "required": "yes",
            ROLE: CONSENT,
        }
        agreed = f"${{{consent}}} = '{AGREED}'"
        for section in self._all.sections:
            yield from self._section(section, agreed)
        yield {**self._note("thanks", "thanks"), "relevant": agreed}
        yield {**self._note("declined", "declined"), "relevant": f"${{{consent}}} = '{DECLINED}'"}

    def choices(self) -> Iterator[Cells]:
        """After `survey`, which finds out what lists there are."""
        for rows in self._lists.values():
            yield from rows

    def _section(self, section: Section, agreed: str) -> Iterator[Cells]:
        asked = [question for question in section.questions if question.kind != "today"]
        if not asked:
            return
        yield {
            "type": "begin_group",
            "name": self._free(f"part_{section.key}"),
            **self._word("label", f"part_{section.key}"),
            "relevant": agreed,
            # One section, one screen: a battery is read as a whole.
            "appearance": "field-list",
        }
        if section.key in BATTERIES:
            yield self._note(f"ask_{section.key}", f"ask_{section.key}")
        for question in asked:
            yield self._question(question)
        yield {"type": "end_group"}

    def _question(self, question: Question) -> Cells:
        roles = {ROLE: " ".join(question.roles) or "item", KEY: question.key}
        row: dict[str, str] = {"name": question.name, **self._label(question)}
        if question.kind == "date":
            row |= {"type": "date", "constraint": ". <= today()", **self._word("constraint_message", "not_future")}
        elif question.kind == "text":
            row["type"] = "text"
            if question.key == "comment":
                row |= {"appearance": "multiline", **self._word("hint", "comment_hint")}
        elif question.kind == "choice":
            row["type"] = f"select_one {self._group_list(question)}"
        else:
            row |= self._on_scale(question)
        return {**row, **roles}

    def _on_scale(self, question: Question) -> Cells:
        assert question.scale is not None  # every item has one
        scale = question.scale
        ways = ways_out(scale)
        shown = points(scale)
        if shown is None:
            return self._number(scale, ways)
        name = self._scale_list(question.scale_name, scale, shown, ways)
        row = {"type": f"select_one {name}"}
        if ways:
            # Nobody is held up: a question must be answered only where its choices offer a way out. These stand
            # below the scale, not in line with it, where they would move its middle (Tourangeau, Couper and Conrad
            # 2004, doi:10.1093/poq/nfh035).
            row["required"] = "yes"
        elif scale.type in ("likert", "binary"):
            row["appearance"] = "likert"
        # All points at once, and no slider: that has no place for "don't know", a start that draws answers, and loses
        # those who find it hard to move (Funke 2016, doi:10.1177/0894439315575477).
        return row if scale.type in ("likert", "binary") else {**row, "appearance": "columns-pack"}

    def _number(self, scale: Scale, ways: Mapping[str, str]) -> Cells:
        """A number to type: between the ends, on a step, or the code of a way out."""
        low, high = scale.ends
        whole = scale.step != "any" and float(scale.step).is_integer() and float(low).is_integer()
        rule = f". >= {_plain(low)} and . <= {_plain(high)}"
        if whole and scale.step != 1:
            rule += f" and (. - {_plain(low)}) mod {_plain(float(scale.step))} = 0"
        numbers = {kind: code for kind, code in ways.items() if _is_number(code)}
        for code in numbers.values():
            rule = f"({rule}) or . = {code}"
        hint = {}
        for language in self._languages:
            ends = self._words["number_hint"][language].format(low=_plain(low), high=_plain(high))
            others = [f"{code}: {self._words[kind][language]}" for kind, code in numbers.items()]
            hint[language] = " · ".join([ends, *others])
        return {
            "type": "integer" if whole else "decimal",
            "constraint": rule,
            **self._columns("constraint_message", hint),
            **self._columns("hint", hint),
        }

    def _scale_list(self, name: str, scale: Scale, shown: Sequence[float], ways: Mapping[str, str]) -> str:
        name = f"{LISTS}{name}"
        if name in self._lists:
            return name
        rows: list[Cells] = []
        for code in shown:
            label = point_label(scale, code, self._words, self._languages)
            rows.append({"list_name": name, "name": _plain(code), **self._columns("label", label)})
        for kind, written in ways.items():
            rows.append({"list_name": name, "name": written, **self._word("label", kind), KIND: kind})
        self._lists[name] = rows
        return name

    def _group_list(self, question: Question) -> str:
        name = f"group_{question.key}"
        self._lists[name] = [
            {
                "list_name": name,
                "name": value,
                **self._columns("label", {language: _text(label, language) for language in self._languages}),
            }
            for value, label in question.values.items()
        ]
        return name

    def _label(self, question: Question) -> Cells:
        return self._columns(
            "label", {language: wording_of(question, self._words, language) for language in self._languages}
        )

    def _note(self, name: str, key: str) -> Cells:
        return {"type": "note", "name": self._free(f"note_{name}"), **self._word("label", key)}

    def _word(self, column: str, key: str) -> Cells:
        return self._columns(column, self._words[key])

    def _columns(self, column: str, texts: Mapping[str, str]) -> Cells:
        return {f"{column}::{LANGUAGE_NAMES[language]}": safe(texts[language]) for language in self._languages}

    def _free(self, name: str) -> str:
        """A name that no question of the codebook has."""
        while name.casefold() in self._taken:
            name += "_"
        self._taken.add(name.casefold())
        return name


def wording_of(question: Question, words: Words, language: str) -> str:
    """A question as it is asked: in the codebook's words, with those that come with the package."""
    if question.key == "unit" and question.roles[:1] == ("unit",):
        return words["ask_unit"][language].format(label=_text(question.text, language))
    if question.text:
        return _text(question.text, language)
    own = words.get(f"ask_{question.key}") if question.kind != "scale" else None
    return own[language] if own else question.column


def point_label(scale: Scale, code: float, words: Words, languages: Iterable[str]) -> Mapping[str, str]:
    """Language → the label of one answer: its words, or its number with the words of an end."""
    text: Mapping[str, str] = (scale.codes or {}).get(code, {})
    if not text and scale.type == "binary" and not scale.codes:
        return {language: words["yes" if code else "no"][language] for language in languages}
    if not text and scale.type == "nps" and code in (0, 10):
        text = words["nps_high" if code else "nps_low"]
    if scale.type in ("likert", "binary"):
        return {language: _text(text, language) or _plain(code) for language in languages}
    numbered = f"{_plain(code)} - " if text else _plain(code)
    return {language: numbered + _text(text, language) for language in languages}


def _text(texts: Mapping[str, str], language: str) -> str:
    """The text in this language, else in another that there is, else nothing."""
    return texts.get(language) or next(iter(texts.values()), "")


def _plain(number: float) -> str:
    return f"{number:.10g}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text) is not None
