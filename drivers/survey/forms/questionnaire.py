"""A questionnaire: the questions that a codebook asks for, in the order in which they are best asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from drivers.errors import CodebookError, remedy
from drivers.survey.codebook.model import Codebook
from drivers.survey.codebook.scales import Scale

SECTIONS = ("core", "expectations", "importance", "more")
"""What may be asked, each once: `core` is always asked."""
WAYS_OUT = ("not_applicable", "dont_know", "refused")
"""The kinds of missing answers that a respondent may choose; the others are what becomes of a question."""
CONSENT = "consent"
"""The question whether one takes part, which every form begins with."""
BATTERIES = ("aspects", "desired", "adequate", "stated")
"""The sections that open with a question of their own, which every row answers."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_DAY_FORMAT = "%Y-%m-%d"

# Who asks how satisfied somebody is, all in all, after a list of aspects hears an answer about these aspects: their
# correlations with satisfaction grow or shrink with the order (Schwarz, Strack and Mai 1991, doi:10.1086/269239), and
# with them the key drivers (Van de Walle and Van Ryzin 2011, doi:10.1111/j.1467-9299.2011.01922.x: a split ballot). So
# what the drivers are to explain comes first, the general before the particular, when nothing has yet been called to
# mind but the contact itself. Expectations and importance follow the ratings, which they would otherwise colour; what
# is told of oneself comes last. The order must stay the same from wave to wave, for a change of it would look like a
# change of satisfaction.
_PARTS = (
    ("contact", "core"),
    ("overall", "core"),
    ("loyalty", "core"),
    ("aspects", "core"),
    # A problem that has been called to mind would colour every rating.
    ("recovery", "core"),
    ("comment", "core"),
    ("desired", "expectations"),
    ("adequate", "expectations"),
    ("stated", "importance"),
    ("features", "more"),
    ("more", "more"),
    ("about", "core"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """One question.

    Parameters
    ----------
    name
        What the form calls it: the codebook's column, or the item's key where a form cannot have such a name.
    column
        The codebook's column.
    kind
        ``scale`` for an item, ``choice`` of a group, ``date``, ``today`` or open ``text``.
    key
        The item, the segment, or what the question is in the codebook (``unit``, ``mode``, ``contact`` …).
    text
        Language → wording, as the codebook has it; empty for questions whose words come with the package.
    roles
        What the answers are for, such as ``driver:respect``; empty for an item that is only asked.
    scale_name, scale
        Of an item.
    values
        Value → label, of a group; a group without any is an open question.
    """

    name: str
    column: str
    kind: Literal["scale", "choice", "date", "today", "text"]
    key: str
    text: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    scale_name: str = ""
    scale: Scale | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Section:
    """Questions under one heading, such as ``aspects``."""

    key: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Questionnaire:
    """What is asked, in its order; `questionnaire_of` makes one.

    Parameters
    ----------
    book
        The codebook.
    sections
        Never empty ones.
    not_asked
        Columns that the codebook names and a respondent cannot be asked for, such as a weight.
    """

    book: Codebook
    sections: tuple[Section, ...]
    not_asked: tuple[str, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def renamed(self) -> Mapping[str, str]:
        """Column of the codebook → name in the form, where they differ."""
        return MappingProxyType({q.column: q.name for q in self.questions if q.column != q.name})


def service_model_path() -> Path:
    """The codebook of the whole service model."""
    return Path(str(resources.files("drivers.survey.forms").joinpath("service_model.yml")))


def questionnaire_of(book: Codebook, sections: Sequence[str] = SECTIONS) -> Questionnaire:
    """The questionnaire of a codebook.

    Parameters
    ----------
    sections
        Among `SECTIONS`. ``importance`` holds the items of ``stated_importance``; ``more`` holds features and the items
        that belong to nothing. A section that the codebook has no items for is left out. Events are recorded, and so
        never asked.

    Raises
    ------
    CodebookError
        Where a section does not exist.
    """
    for name in sections:
        if name not in SECTIONS:
            raise CodebookError(
                f"Expected sections among {', '.join(SECTIONS)}, found {name!r}; "
                f"{remedy(name, SECTIONS, otherwise='write these names with commas.')}"
            )
    names = _Names()
    wanted = {"core", *sections}
    parts = dict(_items(book, names))
    parts["contact"] = [*_days(book, names), *_groups(book, names, contact=True)]
    parts["about"] += _groups(book, names, contact=False)
    if book.comments:
        column = book.comments.column
        parts["comment"] = [
            Question(name=names.of(column, "comment"), column=column, kind="text", key="comment", roles=("comments",))
        ]
    asked = tuple(
        Section(key=key, questions=tuple(parts[key])) for key, section in _PARTS if parts.get(key) and section in wanted
    )
    recorded = recorded_items(book)
    items = {item.column for key, item in book.items.items() if key not in recorded}
    columns = {question.column for section in asked for question in section.questions}
    return Questionnaire(book=book, sections=asked, not_asked=tuple(sorted(book.columns - columns - items - {CONSENT})))


class _Names:
    """Names of questions: each once, as a form may have them, whatever the letters' case."""

    def __init__(self) -> None:
        self._used: dict[str, str] = {}

    def of(self, column: str, key: str) -> str:
        if column in self._used:  # one column may be both a segment and a unit
            return self._used[column]
        name = column if _NAME.fullmatch(column) else key
        taken = {used.casefold() for used in self._used.values()}
        number, free = 2, name
        while free.casefold() in taken:
            number, free = number + 1, f"{name}_{number}"
        self._used[column] = free
        return free


def roles_of(book: Codebook) -> Mapping[str, tuple[str, ...]]:
    """Item → what its answers are for, such as ``driver:respect``; nothing where it is only asked."""
    roles: dict[str, list[str]] = {item: [] for item in book.items}
    for kind, constructs in (("driver", book.drivers), ("outcome", book.outcomes)):
        for name, construct in constructs.items():
            for item in construct.items:
                roles[item].append(f"{kind}:{name}")
    for name, expectation in book.expectations.items():
        for level, items in expectation.levels.items():
            for item in items:
                roles[item].append(f"{level}:{name}")
    for name, items in stated_items(book).items():
        for item in items:
            roles[item].append(f"matters:{name}")
    for role, item in recovery_items(book).items():
        roles[item].append(role)
    for name, pair in book.kano.items():
        roles[pair.functional].append(f"functional:{name}")
        roles[pair.dysfunctional].append(f"dysfunctional:{name}")
    for name in book.controls:
        if name in roles:
            roles[name] += ["item", "control"]
    return {item: tuple(found) for item, found in roles.items()}


def recorded_items(book: Codebook) -> set[str]:
    """The items of events, which nobody is asked."""
    said = {item for outcome in book.said_outcomes.values() for item in outcome.items}
    return {item for outcome in book.outcomes.values() for item in outcome.items} - said


def stated_items(book: Codebook) -> dict[str, tuple[str, ...]]:
    """Driver → the items that ask how much it matters."""
    return {
        name: (items,) if isinstance(items, str) else tuple(items) for name, items in book.stated_importance.items()
    }


def recovery_items(book: Codebook) -> dict[str, str]:
    """What is asked about a problem → its item."""
    if book.recovery is None:
        return {}
    asked = {role: getattr(book.recovery, role) for role in ("problem", "solved", "days")}
    return {role: item for role, item in asked.items() if item is not None}


def _items(book: Codebook, names: _Names) -> Iterator[tuple[str, list[Question]]]:
    """Part → its questions, in the order of drivers, outcomes and expectations."""
    roles = roles_of(book)
    main = book.outcomes[book.main_outcome].items
    ordered = {
        "overall": list(main),
        "loyalty": [item for outcome in book.said_outcomes.values() for item in outcome.items if item not in main],
        "aspects": [item for driver in book.drivers.values() for item in driver.items],
    }
    for level in ("desired", "adequate"):
        asked = (book.expectations[name] for name in book.drivers if name in book.expectations)
        ordered[level] = [item for expectation in asked for item in expectation.levels.get(level, ())]
    stated = stated_items(book)
    ordered["stated"] = [item for name in book.drivers for item in stated.get(name, ())]
    ordered["recovery"] = list(recovery_items(book).values())
    ordered["features"] = [item for pair in book.kano.values() for item in (pair.functional, pair.dysfunctional)]
    placed = {item for items in ordered.values() for item in items}
    placed |= recorded_items(book)
    # A control tells of the respondent, so it stands with the rest of that.
    ordered["about"] = [item for item in book.controls if item in book.items and item not in placed]
    ordered["more"] = [item for item in book.items if item not in placed and item not in ordered["about"]]
    for part, items in ordered.items():
        yield part, [_item(book, item, roles[item], names) for item in dict.fromkeys(items)]


def _item(book: Codebook, key: str, roles: tuple[str, ...], names: _Names) -> Question:
    item = book.items[key]
    return Question(
        name=names.of(item.column, key),
        column=item.column,
        kind="scale",
        key=key,
        text=item.text or {},
        roles=roles,
        scale_name=item.scale,
        scale=book.scales[item.scale],
    )


def _days(book: Codebook, names: _Names) -> Iterator[Question]:
    """The day of the answer and that of the contact, where the codebook reads them as a form writes them."""
    contact = book.fieldwork.contact if book.fieldwork else None
    if book.period is not None and book.period.column is not None and book.period.format == _DAY_FORMAT:
        column = book.period.column
        yield Question(name=names.of(column, "answered"), column=column, kind="today", key="period", roles=("period",))
    if contact is not None and contact.format == _DAY_FORMAT:
        column = contact.column
        yield Question(name=names.of(column, "contact"), column=column, kind="date", key="contact", roles=("contact",))


def _groups(book: Codebook, names: _Names, *, contact: bool) -> Iterator[Question]:
    """The unit, the segments and the mode; those of the contact, or those about the respondent."""
    asked: set[str] = {item.column for item in book.items.values()}
    mode = book.fieldwork.mode if book.fieldwork else None
    found: list[tuple[str, str, str, Mapping[str, str], Mapping[str, Mapping[str, str]]]] = []
    if book.unit and contact:
        found.append(("unit", "unit", book.unit.column, book.unit.label, book.unit.values))
    of_contact = ("channel", "customer", "service")  # segments that are known by their names to be about the contact
    for key, segment in book.segments.items():
        if (key in of_contact) == contact and not (book.unit and segment.column == book.unit.column):
            found.append((key, f"segment:{key}", segment.column, segment.label, segment.values))
    if mode and not contact:
        found.append(("mode", "mode", mode.column, mode.label or {}, mode.values))
    for key, role, column, label, values in found:
        if column in asked:
            continue
        asked.add(column)
        # An empty cell may have a label in reports, and is no choice.
        values = {value: text for value, text in values.items() if value}
        yield Question(
            name=names.of(column, key),
            column=column,
            kind="choice" if values else "text",
            key=key,
            text=label,
            roles=(role, "control") if key in book.controls else (role,),
            values={value: label for value, label in values.items() if value.strip()},  # an empty cell is no choice
        )


def ways_out(scale: Scale) -> Mapping[str, str]:
    """Kind of missing answer → how it is written, for the kinds that a respondent may choose on this scale."""
    offered: dict[str, str] = {}
    for kind in WAYS_OUT:
        written = [_written(key) for key, found in scale.missing.items() if found == kind]
        # A code is shortest to write; a text with spaces cannot be the name of a choice.
        fitting = [key for key in written if re.fullmatch(r"\S+", key)]
        if fitting:
            offered[kind] = min(fitting, key=lambda key: (not key.lstrip("-").isdigit(), written.index(key)))
    return offered


def points(scale: Scale, most: int = 11) -> Sequence[float] | None:
    """Every answer of a scale from the lowest to the highest; None where they are too many to show."""
    low, high = scale.ends
    if scale.type in ("likert", "binary"):
        return sorted(scale.codes or (0.0, 1.0))
    if scale.step == "any":
        return None
    steps = round((high - low) / scale.step)
    return [round(low + step * scale.step, 10) for step in range(steps + 1)] if steps < most else None


def without_words(questions: Iterable[Question], languages: Sequence[str]) -> Iterator[tuple[Question, str]]:
    """Questions of the codebook's own that have no wording in a language."""
    for question in questions:
        if question.kind in ("scale", "choice") or question.text:
            for language in languages:
                if language not in question.text:
                    yield question, language


def _written(key: str | float) -> str:
    return key if isinstance(key, str) else f"{key:g}"
