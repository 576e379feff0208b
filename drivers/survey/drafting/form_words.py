"""What an XLSForm says of columns: wordings in every language, and the labels of choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drivers.survey.drafting.names import language_of
from drivers.survey.drafting.profile import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWords:
    """Name of a question, with and without its groups → what the form says of it; and the form's title."""

    wordings: Mapping[str, Wording] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)

    def for_columns(self, names: Sequence[str]) -> dict[str, Wording]:
        """Column → what the form says of it, by its whole name or by what follows its groups."""
        found = {}
        for name in names:
            wording = self.wordings.get(name) or self.wordings.get(name.rpartition("/")[2])
            if wording is not None:
                found[name] = wording
        return found


def words_of_form(path: str | Path) -> FormWords:
    """What a form says of the columns that are collected with it.

    Raises
    ------
    CodebookError
        Where the file is no form.
    """
    from drivers.survey.forms.reading import read_xlsform

    form = read_xlsform(path)
    wordings: dict[str, Wording] = {}
    for question in form.asked:
        labels = {}
        if question.type == "select_one":
            labels = {choice.name: _spoken(choice.labels) for choice in form.choices.get(question.choices, ())}
        wording = Wording(
            texts=_spoken(question.labels), labels={code: texts for code, texts in labels.items() if texts}
        )
        wordings.setdefault(question.name, wording)
        wordings.setdefault("/".join((*question.path, question.name)), wording)
    title = form.settings.get("form_title", "").strip()
    return FormWords(wordings=wordings, title={language_of(title): title} if title else {})


def _spoken(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels by their languages' codes; one whose language has no code goes by its letters."""
    found = {language: text for language, text in labels.items() if len(language) == 2 and language.isalpha()}
    for language, text in labels.items():
        if language not in found:
            found.setdefault(language_of(text), text)
    return found
