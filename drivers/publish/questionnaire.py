"""A questionnaire as files: a form for KoBo and ODK, a page to print in each language, and the codebook of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from drivers import __version__
from drivers.errors import PublishError
from drivers.labels import LANGUAGES, Labels
from drivers.present.isolation import AUTO, clean, html, isolate, plain
from drivers.present.numerals import own_digits
from drivers.present.words import Words, wording
from drivers.results import FEWEST_SHOWN
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.codebook.scales import Scale
from drivers.survey.examples import example_codebook
from drivers.survey.forms.questionnaire import (
    BATTERIES,
    SECTIONS,
    Question,
    Questionnaire,
    Section,
    points,
    questionnaire_of,
    service_model_path,
    ways_out,
)
from drivers.survey.forms.questionnaire_codebook import codebook_text
from drivers.survey.forms.writing import point_label, version_of, wording_of, xlsform_bytes

_WORDS = (
    *("privacy", "consent", "yes", "no", "declined", "thanks", "not_future", "comment_hint", "number_hint"),
    *("nps_low", "nps_high", "not_applicable", "dont_know", "refused"),
    *("ask_aspects", "ask_desired", "ask_adequate", "ask_stated"),
    *("ask_comment", "ask_period", "ask_contact", "ask_unit", "ask_mode"),
    *("part_contact", "part_overall", "part_loyalty", "part_aspects", "part_comment", "part_desired", "part_adequate"),
    *("part_recovery", "part_stated", "part_features", "part_more", "part_about"),
)
"""The words of a form that are not in the codebook."""
_DATE_BOXES = (("day", 2), ("month", 2), ("year", 4))


@dataclass(frozen=True, slots=True)
class WrittenQuestionnaire:
    """A questionnaire and its files; the codebook where one was written beside them."""

    questionnaire: Questionnaire
    form: Path
    pages: Mapping[str, Path]
    codebook: Path | None


def write_questionnaire(
    codebook: str | Path | None = None,
    *,
    output: str | Path = "questionnaires",
    languages: Sequence[str] = LANGUAGES,
    sections: Sequence[str] = SECTIONS,
    digits: str = "latn",
) -> WrittenQuestionnaire:
    """The files of a questionnaire: ``{survey id}.xlsx`` for KoBo and ODK, ``{survey id}.{language}.html`` to print.

    Parameters
    ----------
    codebook
        A codebook file or the name of an example survey; the whole service model where None, of which the
        codebook is written beside the form.
    output
        Folder of the files.
    languages
        Languages of the form and of the pages; the form opens in the first.
    sections
        Among ``core`` (always asked), ``expectations``, ``importance`` and ``more``.
    digits
        ``arab`` for ٠–٩ on the Arabic page.

    Raises
    ------
    CodebookError
        Where the codebook breaks a rule, or a section does not exist.
    PublishError
        Where a language has no words, or an edited codebook would be written over.

    Notes
    -----
    The same codebook gives the same bytes.
    """
    path = service_model_path() if codebook is None else example_codebook(codebook)
    book = read_codebook(path)
    questionnaire = questionnaire_of(book, sections)
    chosen = list(dict.fromkeys(languages))
    if not chosen:
        raise PublishError(f"Expected languages among {', '.join(LANGUAGES)}, found none; name at least one.")
    spoken = {
        language: wording(
            language, book.labels(), digits=digits if language == "ar" or chosen == [language] else "latn"
        )
        for language in chosen
    }
    words = form_words(book, spoken)
    folder, name = Path(output), book.survey.id
    own = folder / f"{name}.yml" if codebook is None else None
    text = "" if own is None else codebook_text(path, questionnaire)
    if own is not None:
        _keep_what_was_edited(own, text)
    form = xlsform_bytes(questionnaire, words, chosen)
    version = version_of(questionnaire, words, chosen)
    pages = {
        language: render_questionnaire(questionnaire, spoken[language], version=version, others=chosen)
        for language in chosen
    }
    folder.mkdir(parents=True, exist_ok=True)
    written = WrittenQuestionnaire(
        questionnaire=questionnaire,
        form=folder / f"{name}.xlsx",
        pages={language: folder / f"{name}.{language}.html" for language in chosen},
        codebook=own,
    )
    written.form.write_bytes(form)
    for language, page in pages.items():
        written.pages[language].write_text(page, encoding="utf-8", newline="\n")
    if own is not None:
        own.write_text(text, encoding="utf-8", newline="\n")
    return written


def form_words(book: Codebook, spoken: Mapping[str, Words]) -> dict[str, dict[str, str]]:
    """Key → language → text without marks of direction: what a form says beside its codebook."""
    # These stay for the form to fill in.
    open_places = {name: f"{{{name}}}" for name in ("low", "high", "label")}
    texts: dict[str, dict[str, str]] = {}
    for language, words in spoken.items():
        western = wording(language, words.labels)
        values = {**open_places, "n": western.number(FEWEST_SHOWN)}
        for key in _WORDS:
            texts.setdefault(key, {})[language] = plain(western.text("form", key, **values))
        texts.setdefault("intro", {})[language] = plain(_introduction(book, western))
    return texts


def render_questionnaire(
    questionnaire: Questionnaire, words: Words, *, version: str = "", others: Sequence[str] = ()
) -> str:
    """The page of a questionnaire in one language, to be printed and ticked by hand.

    Parameters
    ----------
    version
        Of the form that the answers are typed into.
    others
        Languages in which the same page stands beside this one.
    """
    from jinja2 import Environment, FileSystemLoader

    folder = Path(str(resources.files("drivers.publish").joinpath("template")))
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    book = questionnaire.book
    numbered = _Numbering()
    other = next((language for language in others if language != words.language), None)
    content = {
        "language": words.language,
        "direction": words.direction,
        "counter": "arabic-indic" if words.digits == "arab" else "decimal",
        "generator": __version__,
        "stylesheet": Markup((folder / "questionnaire.css").read_text(encoding="utf-8")),
        "title": plain(words.label("survey", "title")),
        "heading": html(words.label("survey", "title")),
        "introduction": html(_introduction(book, words)),
        "privacy": html(words.text("form", "privacy", n=words.number(FEWEST_SHOWN))),
        "consent": html(words.text("form", "consent_paper")),
        "how_to": html(words.text("form", "how_to")),
        "set_apart": html(words.text("form", "set_apart")) if _any_way_out(questionnaire) else "",
        "thanks": html(words.text("form", "thanks")),
        "version": html(f"{words.ui('version')}: {isolate(version)}") if version else "",
        "sections": [_section(section, words, numbered) for section in questionnaire.sections],
        "other": _other_page(book.survey.id, other) if other else None,
    }
    return environment.get_template("questionnaire.html.j2").render(page=content) + "\n"


class _Numbering:
    """The numbers of questions, running through all sections."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last += 1
        return self._last


def _section(section: Section, words: Words, numbered: _Numbering) -> dict[str, Any]:
    battery = section.key in BATTERIES
    return {
        "id": section.key,
        "heading": html(words.text("form", f"part_{section.key}")),
        "lead": html(words.text("form", f"ask_{section.key}")) if battery else "",
        "questions": [_question(question, words, numbered.next()) for question in section.questions],
    }


def _question(question: Question, words: Words, number: int) -> dict[str, Any]:
    shown: dict[str, Any] = {"number": html(words.number(number)), "text": _asked(question, words), "kind": "lines"}
    if question.kind in ("date", "today"):
        parts = [{"label": html(words.text("form", part)), "boxes": boxes} for part, boxes in _DATE_BOXES]
        return {**shown, "kind": "date", "parts": parts}
    if question.kind == "choice":
        return {**shown, "kind": "choices", "choices": [_own(label, words) for label in question.values.values()]}
    if question.kind == "text":
        hint = html(words.text("form", "comment_hint")) if question.key == "comment" else ""
        return {**shown, "hint": hint, "lines": 4 if question.key == "comment" else 1}
    assert question.scale is not None  # every item has one
    return {**shown, **_on_scale(question.scale, words)}


def _on_scale(scale: Scale, words: Words) -> dict[str, Any]:
    shown = points(scale)
    ways = [html(words.text("form", kind)) for kind in ways_out(scale)]
    low, high = scale.ends
    if shown is None:
        hint = words.text("form", "number_hint", low=_number(low, words), high=_number(high, words))
        return {"kind": "number", "hint": html(hint), "ways": ways}
    if scale.type in ("likert", "binary"):
        yes_no = {key: {words.language: words.text("form", key)} for key in ("yes", "no")}
        labels = [point_label(scale, code, yes_no, [words.language]) for code in shown]
        return {"kind": "labels", "choices": [_own(label, words) for label in labels], "ways": ways}
    return {
        "kind": "numbers",
        "choices": [html(_number(code, words)) for code in shown],
        "ends": [_end(scale, code, words) for code in (low, high)],
        "ways": ways,
    }


def _end(scale: Scale, code: float, words: Words) -> Markup:
    """The words at an end of a row of numbers."""
    if text := (scale.codes or {}).get(code):
        return _own(text, words)
    if scale.type == "nps":
        return html(words.text("form", "nps_high" if code else "nps_low"))
    return Markup("")


def _asked(question: Question, words: Words) -> Markup:
    """The wording of a question, as this page writes it."""
    if question.key == "unit" and question.roles[:1] == ("unit",):
        return html(words.text("form", "ask_unit", label=words.label("unit_kind", "unit")))
    if question.text:
        return _own(question.text, words)
    if question.kind != "scale" and question.key in ("comment", "period", "contact", "mode"):
        return html(words.text("form", f"ask_{question.key}"))
    return html(isolate(clean(wording_of(question, {}, words.language))))


def _own(texts: Mapping[str, str], words: Words) -> Markup:
    """A text of the codebook, named by its language where it has none in the page's."""
    text = texts.get(words.language)
    if text is not None:
        return html(isolate(own_digits(clean(text), digits=words.digits), AUTO))
    language, text = next(iter(texts.items()), ("", ""))
    return Markup('<bdi lang="{}">{}</bdi>').format(language, clean(text))


def _introduction(book: Codebook, words: Words) -> str:
    about_contact = book.fieldwork is not None and book.fieldwork.contact is not None
    return words.text("form", "intro_contact" if about_contact else "intro")


def _any_way_out(questionnaire: Questionnaire) -> bool:
    return any(question.scale is not None and ways_out(question.scale) for question in questionnaire.questions)


def _number(number: float, words: Words) -> str:
    decimals = next((places for places in range(6) if round(number, places) == number), 6)
    return words.number(number, decimals)


def _other_page(name: str, language: str) -> dict[str, str]:
    words = wording(language, Labels())
    return {
        "language": language,
        "direction": words.direction,
        "name": words.ui("language_name"),
        "href": f"{name}.{language}.html",
    }


def _keep_what_was_edited(path: Path, text: str) -> None:
    """Refuse to write over a codebook that was changed since it was written."""
    try:
        before = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError):
        before = ""
    if before != text:
        raise PublishError(
            f"Expected to write a codebook to {path}, found another one there; run 'drivers questionnaire {path}' to "
            "make the questionnaire of that one, or name another folder with --output."
        )
