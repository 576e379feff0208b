"""Chunks of raw columns as scores, weights and design, by the rules that the whole survey is read by.

Whatever reads an answer reads each different text of a chunk once: `read_answers` of the texts that a column holds
gives every row what `read_answers` of the column would, for it looks at nothing but which texts there are. Of texts,
unlike numbers, a few depend on the other texts of their column, so that columns of texts are looked through once
before (`read_texts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from drivers.errors import ModelError, SurveyError
from drivers.survey.answers.codes import MISSING_KINDS, AnswerRule, read_answers
from drivers.survey.chunks.files import Chunk
from drivers.survey.codebook.model import Codebook
from drivers.survey.formats.written_numbers import number_text
from drivers.survey.import_log import ImportLog
from drivers.survey.respondents import numbers_in, read_names, read_weights
from drivers.survey.scoring import construct_score, turn
from drivers.survey.unread_answers import unreadable

_NOT_APPLICABLE = 1 + MISSING_KINDS.index("not_applicable")
Readings = Mapping[str, Mapping[str, tuple[float, int]]]
"""Item → text → its code, NaN where it is missing, and its kind as in `Survey.missing`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """The rows of a chunk.

    Parameters
    ----------
    values
        One column per name, NaN where missing; float (n, m).
    concerned
        False where a question does not apply; bool (n, m).
    different
        For each column that one item makes, its different values, of which some may be alike, and the position of
        each row's among them, int (n,); None for a column of several items.
    weights
        Design weights; float (n,).
    design
        Text of the stratum, the sampling unit and the finite population of each row, "" for what the codebook does
        not name: different triples, and the position of each row's among them; int (n,).
    first
        Position of the first row among all rows.
    """

    values: np.ndarray
    concerned: np.ndarray
    different: tuple[tuple[np.ndarray, np.ndarray] | None, ...]
    weights: np.ndarray
    design: tuple[tuple[tuple[str, str, str], ...], np.ndarray]
    first: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChunkScoring:
    """How chunks become scores; goes to the processes that do it.

    Parameters
    ----------
    book
        The codebook, of what is needed.
    names
        Items, drivers and outcomes, one column each.
    readings
        What columns of texts were found to mean.
    """

    book: Codebook
    names: tuple[str, ...]
    readings: Readings = field(default_factory=dict)

    @classmethod
    def of(cls, book: Codebook, names: Sequence[str]) -> ChunkScoring:
        """The way from a codebook to some of its items, drivers and outcomes."""
        items = {item: book.items[item] for name in names for item in _items(book, name)}
        part = book.model_copy(
            update={
                "items": items,
                "drivers": {name: each for name, each in book.drivers.items() if name in names},
                "outcomes": {name: each for name, each in book.outcomes.items() if name in names},
            }
        )
        return cls(book=part, names=tuple(names))

    @property
    def columns(self) -> dict[str, str]:
        """Needed column → what it is for."""
        design = self.book.design
        needed = {item.column: f"item {name!r}" for name, item in self.book.items.items()}
        for key in ("weight", "strata", "cluster", "fpc"):
            if (column := getattr(design, key)) is not None:
                needed.setdefault(column, f"design.{key}")
        return needed

    def texts(self, chunk: Chunk) -> dict[str, dict[str, int]]:
        """Item → text → rows, of the items whose columns are in the chunk.

        Raises
        ------
        SurveyError
            Where a text is no answer of its scale.
        """
        found = {}
        for name, item in self.book.items.items():
            if chunk.holds(item.column):
                texts, positions = chunk.coded(item.column)
                counts = np.bincount(positions, minlength=len(texts)).tolist()
                there = [text for text, count in zip(texts, counts, strict=True) if count]
                self._read(name, there, chunk)
                found[name] = {text: count for text, count in zip(texts, counts, strict=True) if count}
        return found

    def with_texts(self, found: Iterable[Mapping[str, Mapping[str, int]]]) -> ChunkScoring:
        """The same, which knows all texts of each column.

        Parameters
        ----------
        found
            What `texts` told of each chunk.

        Raises
        ------
        SurveyError
            Where a text is no answer beside the others.
        """
        counts: dict[str, dict[str, int]] = {}
        for part in found:
            for name, texts in part.items():
                of_item = counts.setdefault(name, {})
                for text, count in texts.items():
                    of_item[text] = of_item.get(text, 0) + count
        readings = {}
        for name, texts in counts.items():
            answers = read_answers(pd.Series(list(texts), dtype="str"), self._rule(name))
            if answers.unreadable:
                found_texts = "; ".join(f"{each.text!r} in {texts[each.text]} rows" for each in answers.unreadable)
                raise SurveyError(
                    f"Column {self.book.items[name].column!r}: expected texts that each stand for one code of scale "
                    f"{self.book.items[name].scale!r}, found {found_texts}, which beside the other texts of the column "
                    f"may stand for more than one; map each under items.{name}.answers in the codebook."
                )
            pairs = zip(answers.values.tolist(), answers.missing.tolist(), strict=True)
            readings[name] = dict(zip(texts, pairs, strict=True))
        return replace(self, readings=readings)

    def scored(self, chunk: Chunk) -> Scored:
        """The scores, weights and design of a chunk.

        Raises
        ------
        SurveyError
            Where an answer is none of its scale, a weight no number, or a stratum or sampling unit has no name.
        """
        items = {name: self._item(name, chunk) for name in self.book.items}
        values = np.empty((chunk.rows, len(self.names)))
        concerned = np.ones((chunk.rows, len(self.names)), dtype=bool)
        different: list[tuple[np.ndarray, np.ndarray] | None] = []
        for place, name in enumerate(self.names):
            parts = _items(self.book, name)
            if len(parts) == 1:
                # What holds of a text holds of every row with it.
                codes, kinds, rows = items[parts[0]]
                scores, yes = self._score(name, {parts[0]: codes}, {parts[0]: kinds})
                values[:, place] = scores[rows]
                if not yes.all():
                    concerned[:, place] = yes[rows]
                different.append((scores, rows))
            else:
                codes_of = {item: items[item][0][items[item][2]] for item in parts}
                kinds_of = {item: items[item][1][items[item][2]] for item in parts}
                values[:, place], concerned[:, place] = self._score(name, codes_of, kinds_of)
                different.append(None)
        return Scored(
            values=values,
            concerned=concerned,
            different=tuple(different),
            weights=self._weights(chunk),
            design=self._design(chunk),
            first=chunk.first,
        )

    def _score(
        self, name: str, codes: Mapping[str, np.ndarray], kinds: Mapping[str, np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """The score of a driver or outcome or the code of an item, and whether it concerns somebody."""
        spared = np.logical_or.reduce([kind == _NOT_APPLICABLE for kind in kinds.values()])
        if name not in self.book.drivers and name not in self.book.outcomes:
            return codes[name], ~spared
        scores = construct_score(codes, self.book, name)
        return scores, ~(np.isnan(scores) & spared)

    def _item(self, name: str, chunk: Chunk) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Code and kind of each different text of an item, and the position of each row's text among them."""
        item = self.book.items[name]
        texts, rows = chunk.coded(item.column)
        if name in self.readings and chunk.is_text(item.column):
            known = self.readings[name]
            pairs = [known.get(text, (np.nan, 0)) for text in texts]
            codes, kinds = (np.array(part) for part in zip(*pairs, strict=True))
        else:
            codes, kinds = self._read(name, texts, chunk)
        return turn(codes, self.book.scales[item.scale]) if item.reversed else codes, kinds, rows

    def _read(self, name: str, texts: Sequence[str], chunk: Chunk) -> tuple[np.ndarray, np.ndarray]:
        """Code and kind of each text; an error tells where the unreadable ones stand."""
        rule = self._rule(name)
        answers = read_answers(pd.Series(texts, dtype="str"), rule)
        if answers.unreadable:
            column = self.book.items[name].column
            table = chunk.table(column)
            raise SurveyError(unreadable(self.book, table, name, read_answers(table.frame[column], rule)))
        return answers.values, answers.missing

    def _rule(self, name: str) -> AnswerRule:
        item = self.book.items[name]
        return self.book.scales[item.scale].rule(item.answers)

    def _weights(self, chunk: Chunk) -> np.ndarray:
        column = self.book.design.weight
        if column is None:
            return np.ones(chunk.rows)
        weights = chunk.numbers(column)
        if not (np.isfinite(weights) & (weights >= 0)).all():
            read_weights(self.book, chunk.table(column), ImportLog())
        return weights

    def _design(self, chunk: Chunk) -> tuple[tuple[tuple[str, str, str], ...], np.ndarray]:
        design = self.book.design
        names: list[list[str]] = []
        code = np.zeros(chunk.rows, dtype=np.int64)
        sizes = []
        for key in ("strata", "cluster", "fpc"):
            column = getattr(design, key)
            if column is None:
                texts, rows = [""], np.zeros(chunk.rows, dtype=np.int64)
            else:
                texts, rows = chunk.coded(column)
                texts = _one_spelling(texts) if key == "fpc" else [text.strip() for text in texts]
                if key != "fpc" and any(not texts[place] for place in np.unique(rows)):
                    read_names(chunk.table(column), column, f"design.{key}", ImportLog())
            names.append(texts)
            sizes.append(len(texts))
            code = code * len(texts) + rows
        distinct, rows = np.unique(code, return_inverse=True)
        places = np.unravel_index(distinct, sizes)
        triples = zip(*([texts[at] for at in place] for texts, place in zip(names, places, strict=True)), strict=True)
        # Names that differ by spaces alone are one.
        known: dict[tuple[str, str, str], int] = {}
        of_code = np.array([known.setdefault((a, b, c), len(known)) for a, b, c in triples])
        return tuple(known), of_code[rows]


def check_streamable(book: Codebook, names: Sequence[str]) -> None:
    """Refuse a codebook by which rows cannot be read a chunk at a time.

    Parameters
    ----------
    names
        Items, drivers and outcomes that are needed.

    Raises
    ------
    ModelError
        That says what stands in the way.
    """
    data, design = book.data, book.design
    needed = {item for name in names for item in _items(book, name)}
    for found, stated in (
        ("data.long, answers of one respondent in several rows", data.long is not None),
        ("data.stack, several rows of each respondent", data.stack is not None),
        (
            f"data.vendor {data.vendor!r}, whose own columns are read from the whole file",
            data.vendor not in (None, "plain"),
        ),
        ("data.leave_out, rows that are marked by a program's own columns", bool(data.leave_out)),
        ("data.decimal ',', which is found out from the whole file", data.decimal == ","),
        (
            "fieldwork.disposition, rows of people who did not answer",
            book.fieldwork is not None and book.fieldwork.disposition is not None,
        ),
        ("design.unweighted, a weight that is the mean of all others", design.unweighted is not None),
        ("design.replicate_weights, whose variances take every model anew", design.replicate_weights is not None),
        (
            "skips of the items that are needed",
            any(skip.items is None or needed & set(skip.items) for skip in book.skips),
        ),
    ):
        if stated:
            raise ModelError(
                f"Expected a codebook by which every row is read by itself, found {found}; read the survey whole with "
                "read_survey(), or write a file and a codebook without it."
            )


def _items(book: Codebook, name: str) -> list[str]:
    """The items behind a driver or outcome, or an item itself."""
    return list(book.construct(name).items) if name in book.drivers or name in book.outcomes else [name]


def _one_spelling(texts: Sequence[str]) -> list[str]:
    """The texts, numbers among them written in one way."""
    numbers = numbers_in(pd.Series(texts, dtype="str")).tolist()
    return [text if np.isnan(number) else number_text(number) for text, number in zip(texts, numbers, strict=True)]
