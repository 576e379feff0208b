"""A form as the codebook of the answers that it collects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from drivers.errors import CodebookError
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.answers.texts import to_number
from drivers.survey.codebook.errors import describe
from drivers.survey.codebook.model import Codebook
from drivers.survey.codebook.references import broken_references
from drivers.survey.codebook.yaml_source import YamlSource
from drivers.survey.forms.questionnaire import CONSENT
from drivers.survey.forms.reading import Form, FormChoice, FormQuestion, read_xlsform
from drivers.survey.forms.roles import AGREED, DECLINED, ITEM, KEY, KEYED, KIND, LISTS, ROLE, SHEET, SINGLE
from drivers.survey.forms.sheets import language_of
from drivers.survey.raw_table import shown

_DAY_FORMAT = "%Y-%m-%d"
_SINGLE_ROLES = ("unit", "mode", "contact", "period", "comments", CONSENT)
_RECOVERY_ROLES = ("problem", "solved", "days")
_FEATURE_ROLES = ("functional", "dysfunctional")
_NAMED_ROLES = ("driver", "outcome", "desired", "adequate", "matters", *_FEATURE_ROLES, "segment")
_ITEM_ROLES = (*_NAMED_ROLES[:-1], *_RECOVERY_ROLES, ITEM)
_ROLES = (*_NAMED_ROLES, *_RECOVERY_ROLES, "control", ITEM, *_SINGLE_ROLES)


def codebook_of_form(path: str | Path) -> Codebook:
    """The codebook that a form is of the answers collected with it.

    Parameters
    ----------
    path
        A form that `drivers questionnaire` wrote, also where questions, choices or words of it were changed since.

    Returns
    -------
    Codebook
        Its file of answers is called like the form, with the ending ``.csv``.

    Raises
    ------
    CodebookError
        Where the form does not say what its questions are for, or says what a codebook may not.
    """
    path = Path(path)
    form = read_xlsform(path)
    if SHEET not in form.sheets:
        raise CodebookError(
            f"{form.file}: expected a form that says what its questions are for (sheet {SHEET!r}), found a form of "
            f"another origin; run 'drivers init ANSWERS --form {form.file}' to draft a codebook from both."
        )
    content = _Content(form, _parts(form)).codebook(path.stem)
    source = YamlSource(name=form.file, content=content, text="")
    try:
        codebook = Codebook.model_validate(content)
    except ValidationError as error:
        raise CodebookError(describe(source, error.errors(), Codebook)) from None
    if broken := list(broken_references(codebook)):
        raise CodebookError(describe(source, broken, Codebook))
    return codebook


@dataclass(frozen=True, slots=True)
class _Part:
    """A row of the sheet `SHEET`."""

    line: int
    labels: Mapping[str, str]
    settings: dict[str, Any]

    @property
    def entry(self) -> dict[str, Any]:
        return {**self.settings, "label": dict(self.labels)} if self.labels else dict(self.settings)


def _parts(form: Form) -> dict[str, dict[str, _Part]]:
    """Part of the codebook → key → what the sheet says of it."""
    parts: dict[str, dict[str, _Part]] = {}
    for row in form.sheets[SHEET]:
        place = f"{form.file}, sheet {SHEET!r}, row {row.line}"
        part, key = row.cells.get("part", ""), row.cells.get("key", "")
        if part not in (*KEYED, *SINGLE):
            raise CodebookError(
                f"{place}: expected a part among {', '.join((*KEYED, *SINGLE))}, found {shown(part)}; correct it."
            )
        try:
            settings = json.loads(row.cells.get("settings") or "{}")
        except ValueError:
            settings = None
        if not isinstance(settings, dict):
            raise CodebookError(
                f'{place}: expected settings such as {{"type": "likert"}}, found {shown(row.cells["settings"])}; '
                "correct them."
            )
        labels = {
            language_of(heading.partition("::")[2]): text
            for heading, text in row.cells.items()
            if heading.startswith("label::")
        }
        if key in parts.setdefault(part, {}):
            raise CodebookError(
                f"{place}: expected {part!r} {shown(key)} once, found it also in row {parts[part][key].line}; remove "
                "one of the rows."
            )
        parts[part][key] = _Part(row.line, labels, settings)
    return parts


class _Content:
    """The content of a codebook, gathered from the questions of a form."""

    def __init__(self, form: Form, parts: Mapping[str, Mapping[str, _Part]]) -> None:
        self._form = form
        self._parts = parts
        self._scales: dict[str, Any] = {}
        self._items: dict[str, Any] = {}
        self._of: dict[str, dict[str, list[str]]] = {"driver": {}, "outcome": {}}
        self._expectations: dict[str, dict[str, str | list[str]]] = {}
        self._stated: dict[str, str | list[str]] = {}
        self._recovery: dict[str, Any] = {}
        self._features: dict[str, dict[str, str]] = {}
        self._controls: list[str] = []
        self._segments: dict[str, Any] = {}
        self._single: dict[str, FormQuestion] = {}

    def codebook(self, stem: str) -> dict[str, Any]:
        """The content as it would stand in a codebook's file."""
        for question in self._form.questions:
            for role in question.cells.get(ROLE, "").split():
                self._role(question, role)
        survey = self._entry("survey", "survey")
        content: dict[str, Any] = {
            "survey": {"id": self._form.settings.get("form_id", stem), **survey},
            "data": {"file": f"{stem}.csv"},
            "scales": self._scales,
            "items": self._items,
            "drivers": dict(self._constructs("driver", "drivers")),
            "outcomes": dict(self._constructs("outcome", "outcomes")),
            "controls": self._controls,
            "expectations": self._expectations,
            "segments": self._segments,
            "stated_importance": self._stated,
            "kano": {name: pair | self._entry("kano", name) for name, pair in self._features.items()},
        }
        if self._recovery:
            content["recovery"] = self._recovery | self._entry("recovery", "recovery")
        if asked := self._entry("expectations", "expectations").get("asked"):
            content["expectations_asked"] = asked
        if design := self._entry("design", "design"):
            content["design"] = design
        if period := self._entry("period", "period"):
            content["period"] = period
        return content | dict(self._singles())

    def _entry(self, part: str, key: str) -> dict[str, Any]:
        found = self._parts.get(part, {}).get(key)
        return found.entry if found else {}

    def _role(self, question: FormQuestion, role: str) -> None:
        kind, _, name = role.partition(":")
        needs_name = kind in _NAMED_ROLES
        if kind not in _ROLES or needs_name != bool(name):
            raise self._fault(
                question,
                ROLE,
                "roles such as driver:respect, outcome:satisfaction, segment:age or item",
                shown(role),
                "correct it",
            )
        key = question.cells.get(KEY, question.name)
        if kind in _ITEM_ROLES:
            self._item(question, key)
        if kind in self._of:
            self._of[kind].setdefault(name, []).append(key)
        elif kind in ("desired", "adequate"):
            _add(self._expectations.setdefault(name, {}), kind, key)
        elif kind == "matters":
            _add(self._stated, name, key)
        elif kind in _RECOVERY_ROLES:
            self._recovery[kind] = key
        elif kind in _FEATURE_ROLES:
            self._features.setdefault(name, {})[kind] = key
        elif kind == "segment":
            self._segments[name] = self._group(question) | self._entry("segments", name)
        elif kind == "control":
            self._controls.append(key)
        elif kind != ITEM:
            self._single[kind] = question

    def _item(self, question: FormQuestion, key: str) -> None:
        if self._items.get(key, {}).get("column", question.name) != question.name:
            raise self._fault(question, KEY, "each key once", shown(key), "write another key")
        settings = self._entry("items", key)
        scale = settings.pop("scale", None) or self._scale(question)
        if scale not in self._scales:
            self._scales[scale] = _typed(self._known_scale(question, scale))
        self._items[key] = {"column": question.name, "scale": scale, **settings}
        if question.labels:
            self._items[key]["text"] = dict(question.labels)

    def _scale(self, question: FormQuestion) -> str:
        """The scale of a list of choices, with the codes and the missing answers that the list has now."""
        if question.type != "select_one" or not question.choices:
            raise self._fault(
                question, "type", "select_one and a list of choices", shown(question.type), "restore the list"
            )
        name = question.choices.removeprefix(LISTS)
        if name not in self._scales:
            known = self._known_scale(question, name)
            numeric = known.get("type") in ("numeric", "nps")
            codes: dict[float, Mapping[str, str]] = {}
            missing: dict[str | float, str] = {}
            for choice in self._form.choices[question.choices]:
                code = to_number(choice.name)
                if (kind := choice.cells.get(KIND)) is not None:
                    self._check_kind(choice, kind)
                    missing[choice.name if code is None else code] = kind
                elif code is None:
                    raise self._choice_fault(choice, "a number as its name", shown(choice.name), "write its code")
                elif not numeric:
                    codes[code] = choice.labels
                elif words := _words(choice.labels):
                    codes[code] = words
            self._scales[name] = {**known, **({"codes": codes} if codes else {})}
            if missing:
                self._scales[name]["missing"] = missing
        return name

    def _known_scale(self, question: FormQuestion, name: str) -> dict[str, Any]:
        if name not in self._parts.get("scales", {}):
            raise self._fault(
                question, "type", "a scale that the sheet 'drivers' describes", shown(name), "add it there"
            )
        return self._entry("scales", name)

    def _check_kind(self, choice: FormChoice, kind: str) -> None:
        if kind not in MISSING_KINDS:
            raise self._choice_fault(
                choice, f"in {KIND} one of {', '.join(MISSING_KINDS)}", shown(kind), "correct or clear it"
            )

    def _constructs(self, kind: str, part: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Drivers or outcomes in the order of their sheet, each with the items that name it."""
        found = self._of[kind]
        for name, known in self._parts.get(part, {}).items():
            if name not in found:
                raise CodebookError(
                    f"{self._form.file}, sheet {SHEET!r}, row {known.line}: expected a question with the role "
                    f"{f'{kind}:{name}'!r}, found none; remove the row, or give a question that role."
                )
            yield name, {**known.entry, "items": found[name]}
        for name, items in found.items():
            if name not in self._parts.get(part, {}):
                yield name, {"items": items}  # without a label it is refused, with the path of what is absent

    def _group(self, question: FormQuestion) -> dict[str, Any]:
        choices = self._form.choices.get(question.choices, ())
        values = {choice.name: dict(choice.labels) for choice in choices if choice.labels}
        group: dict[str, Any] = {"column": question.name, "label": dict(question.labels)}
        return {**group, "values": values} if values else group

    def _singles(self) -> Iterator[tuple[str, dict[str, Any]]]:
        work = self._entry("fieldwork", "fieldwork")
        mode_label = work.pop("mode_label", None)
        for role, question in self._single.items():
            if role == "unit":
                yield role, self._group(question) | self._entry(role, role)
            elif role == "comments":
                yield role, {"column": question.name} | self._entry(role, role)
            elif role == "mode":
                mode = self._group(question)
                work["mode"] = {**mode, "label": mode_label} if mode_label else _without_label(mode)
            elif role == CONSENT and "invited" not in work:
                # Who does not agree is no respondent. Where it is known how many were invited, that gives the rate.
                work["disposition"] = {"column": question.name, **self._answered(question)}
            elif role == "contact":
                work["contact"] = {"column": question.name, "format": _DAY_FORMAT}
            elif role == "period":
                yield role, {"column": question.name, "format": _DAY_FORMAT}
        if work:
            yield "fieldwork", work

    def _answered(self, question: FormQuestion) -> dict[str, list[str]]:
        """Who agreed to take part and who refused, as names of choices and as their labels."""
        choices = {
            choice.name: [choice.name, *choice.labels.values()] for choice in self._form.choices[question.choices]
        }
        if set(choices) != {AGREED, DECLINED}:
            found = ", ".join(map(shown, choices))
            raise self._fault(question, "type", f"the choices {AGREED} and {DECLINED}", found, "restore them")
        return {"complete": choices[AGREED], "refused": choices[DECLINED]}

    def _fault(self, question: FormQuestion, column: str, expected: str, found: str, remedy: str) -> CodebookError:
        return CodebookError(
            f"{self._form.file}, sheet 'survey', row {question.row}, {column}: expected {expected}, found {found}; "
            f"{remedy}."
        )

    def _choice_fault(self, choice: FormChoice, expected: str, found: str, remedy: str) -> CodebookError:
        return CodebookError(
            f"{self._form.file}, sheet 'choices', row {choice.row}: expected {expected}, found {found}; {remedy}."
        )


def _add(entries: dict[str, str | list[str]], name: str, key: str) -> None:
    """One item stands alone, as codebooks have it; several are listed in the form's order."""
    before = entries.get(name)
    entries[name] = key if before is None else [*([before] if isinstance(before, str) else before), key]


def _words(labels: Mapping[str, str]) -> dict[str, str]:
    """The words of a label behind its number, such as "10 - Extremely likely"."""
    parts = {language: label.partition(" - ")[2].strip() for language, label in labels.items()}
    return {language: words for language, words in parts.items() if words}


def _typed(scale: Mapping[str, Any]) -> dict[str, Any]:
    """A scale as JSON has it, with its codes as numbers again."""
    typed = dict(scale)
    if codes := typed.get("codes"):
        typed["codes"] = {float(code): text for code, text in codes.items()}
    if missing := typed.get("missing"):
        typed["missing"] = {_number_or_text(written): kind for written, kind in missing.items()}
    return typed


def _number_or_text(written: str) -> float | str:
    number = to_number(written)
    return written if number is None else number


def _without_label(group: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in group.items() if key != "label"}
