"""Wording: results' codes, numbers and labels as words of one language.

Texts carry Unicode isolates around numbers and labels; `isolation.html` and `isolation.plain` turn
them into what a page or a plain text needs.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from drivers.errors import PublishError
from drivers.labels import LANGUAGES, Labels
from drivers.present.catalogue import look_up, placeholders
from drivers.present.isolation import clean, isolate, isolate_latin
from drivers.present.numerals import DIGITS, date_text, number_text, own_digits, plural_category, rounded, year_text

_COUNT_CASES = ("nom", "gen")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language for one survey; `wording` makes one.

    Parameters
    ----------
    language
        Of a catalogue, such as ``en`` or ``ar``.
    labels
        The survey's labels.
    digits
        ``latn`` for 123 or ``arab`` for ١٢٣.
    """

    language: str
    labels: Labels
    digits: str

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return _direction(self.language)

    def _repr_html_(self) -> str:
        """The styles of shown results, so that a notebook looks like the page."""
        from drivers.present.style import stylesheet

        return f"<style>{stylesheet(notebook=True)}</style>"

    def text(self, context: str, key: str, **values: str) -> str:
        """A text of the catalogue with its placeholders filled by texts."""
        template = isolate_latin(own_digits(look_up(self.language, context, key), digits=self.digits))
        missing = placeholders(template) - values.keys()
        if missing:
            raise KeyError(f"The {self.language} text of {context} {key!r} also needs {', '.join(sorted(missing))}.")
        return template.format_map(values)

    def term(self, key: str, **values: str) -> str:
        """A term, as in a table's heading."""
        return self.text("term", key, **values)

    def ui(self, key: str, **values: str) -> str:
        """A word of the interface."""
        return self.text("ui", key, **values)

    def sentence(self, key: str, **values: str) -> str:
        """A whole sentence."""
        return self.text("sentence", key, **values)

    def label(self, kind: str, key: str) -> str:
        """A label of the survey, isolated and free of direction controls.

        Parameters
        ----------
        kind
            A kind of labels; what is called ``driver`` may be a segment, an item, a product ``a:b`` of two
            drivers, or a column ``driver=value`` too.
        """
        if kind == "driver" and not self.has_label(kind, key):
            if made := self._made_label(key):
                return made
            kind = next((other for other in ("segment", "item") if self.has_label(other, key)), kind)
        return isolate(own_digits(clean(self.labels.text(kind, key, self.language)), digits=self.digits))

    def _made_label(self, key: str) -> str:
        """The label of a product or of an indicator, from the labels of its parts; empty where it is neither."""
        for place in (position for position, letter in enumerate(key) if letter == ":"):
            if self._known(key[:place]) and self._known(key[place + 1 :]):
                return isolate(f"{self.label('driver', key[:place])} × {self.label('driver', key[place + 1 :])}")
        name, mark, value = key.partition("=")
        if not mark or not self._known(name):
            return ""
        shown = self.term(value) if value == "not_applicable" else self.label(f"segment:{name}", value)
        return isolate(f"{self.label('driver', name)}: {shown}")

    def _known(self, key: str) -> bool:
        return any(self.has_label(kind, key) for kind in ("driver", "segment", "item"))

    def has_label(self, kind: str, key: str) -> bool:
        """Whether the survey has this label in any language."""
        return key in self.labels.texts.get(kind, {})

    def name(self, kind: str, key: str) -> str:
        """A label in the language's quotation marks."""
        return self.quoted(self.label(kind, key))

    def quoted(self, text: str) -> str:
        """A text in the language's quotation marks."""
        return self._way("quotes").format(text=text)

    def outcome(self, key: str, form: str = "bare") -> str:
        """An outcome as part of a sentence.

        Parameters
        ----------
        form
            ``bare``; ``start`` of a sentence; ``with`` the preposition that association takes;
            ``title`` for a heading.
        """
        # Plain satisfaction has words of its own; any other label stands behind a fixed noun, which
        # carries the grammar.
        if self.plain_satisfaction(key):
            return self.text("outcome", f"satisfaction.{form}")
        return self.text("outcome", f"other.{form}", label=self.label("outcome", key))

    def plain_satisfaction(self, key: str) -> bool:
        """Whether an outcome is overall satisfaction by its key and by what the survey calls it."""
        if key != "satisfaction":
            return False
        own = self.text("outcome", "satisfaction.start"), self.text("outcome", "satisfaction.short")
        label = self.labels.find("outcome", key, self.language)
        return label is None or clean(label).casefold() in {text.casefold() for text in own}

    def number(self, value: float, decimals: int = 0, *, sign: bool = False) -> str:
        """A number, isolated; where there is none, the words that say so."""
        if not math.isfinite(value):
            return self.ui("not_available")
        return number_text(value, decimals=decimals, digits=self.digits, sign=sign)

    def ordinal(self, rank: int) -> str:
        """A rank as the language tells it: in words up to the tenth where it has them."""
        return self.text("ordinal", str(rank)) if rank <= 10 else self.number(rank)

    def percent(self, fraction: float, decimals: int = 0) -> str:
        """A fraction as a percentage, isolated; where there is none, the words that say so."""
        if not math.isfinite(fraction):
            return self.ui("not_available")
        return number_text(fraction, decimals=decimals, digits=self.digits, percent=True)

    def chance(self, probability: float) -> str:
        """A probability as a percentage that is never none or all where it is not known to be."""
        if probability < 0.005:
            return self.ui("chance_under", n=self.percent(0.01))
        if probability > 0.995:
            return self.ui("chance_over", n=self.percent(0.99))
        return self.percent(probability)

    def counted(self, noun: str, value: float, *, case: str = "nom", decimals: int = 0) -> str:
        """A number with its noun in the form that the number asks for.

        Parameters
        ----------
        noun
            A key of the catalogue's counted nouns.
        case
            ``nom`` or ``gen``; matters only where the language bends the noun.
        decimals
            Digits behind the decimal mark, as shown.
        """
        if case not in _COUNT_CASES:
            raise ValueError(f"Expected a case among {_COUNT_CASES}, found {case!r}.")
        category = plural_category(self.language, rounded(value, decimals), decimals)
        try:
            template = look_up(self.language, "count", f"{noun}.{category}.{case}")
        except KeyError:
            template = look_up(self.language, "count", f"{noun}.{category}")
        return template.format_map({"n": self.number(value, decimals)})

    def letters(self, letters: str) -> str:
        """Letters a, b, a′ as the language counts by letters, apart from each other."""
        own = self._way("letters").split()
        marks = re.findall("([a-z])(′*)", letters)
        return " ".join(own[ord(letter) - ord("a")] + primes for letter, primes in marks)

    def listed(self, items: Sequence[str]) -> str:
        """Items as a list in running text."""
        *before, last = items or ("",)
        return self._way("list_next").join(before) + (self._way("list_last") if before else "") + last

    def clauses(self, items: Sequence[str]) -> str:
        """Clauses joined by "and", set off by commas where the language does so."""
        return self._way("clause_next").join(items)

    def _way(self, key: str) -> str:
        """How the language does something, as its catalogue says."""
        return look_up(self.language, "language", key)

    def day(self, day: datetime.date | int) -> str:
        """A date in words, or a year."""
        if isinstance(day, int):
            return year_text(day, digits=self.digits)
        return date_text(day, language=self.language, digits=self.digits)

    def respondents(self, n: int) -> str:
        """How many took part, as "label: number"."""
        if self.has_label("survey", "respondents"):
            return self.ui("respondents_label", label=self.label("survey", "respondents"), n=self.number(n))
        return self.ui("respondents_count", n=self.number(n))


@cache
def _direction(language: str) -> str:
    return str(Locale.parse(language).text_direction)


def wording(language: str, labels: Labels, *, digits: str = "latn") -> Words:
    """The words of a language for a survey.

    Parameters
    ----------
    language
        Of a catalogue, such as ``en`` or ``ar``.
    labels
        ``survey.labels``.
    digits
        ``latn`` for 123; ``arab`` for ١٢٣ (Arabic only).

    Raises
    ------
    PublishError
        Where the language has no catalogue or the digits are unknown.

    Examples
    --------
    >>> import drivers as kda
    >>> words = kda.wording("en", kda.example_survey("judges").labels)
    >>> words.ui("contents")
    'Contents'
    """
    if language not in LANGUAGES:
        raise PublishError(
            f"Expected a language among {', '.join(LANGUAGES)}, found {language!r}; choose one of these."
        )
    if digits not in DIGITS:
        raise PublishError(f"Expected digits among {', '.join(DIGITS)}, found {digits!r}; choose one of these.")
    if digits == "arab" and language != "ar":
        raise PublishError(f"Expected Arabic-Indic digits only with language 'ar', found {language!r}; use latn.")
    return Words(language=language, labels=labels, digits=digits)
