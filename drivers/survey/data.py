"""A survey: answers read by their codebook, with what is known of each respondent."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from drivers.errors import ModelError, SurveyError
from drivers.labels import Labels
from drivers.results import FEWEST_SHOWN, read_only
from drivers.survey.answers.codes import read_answers
from drivers.survey.answers.label_check import contradictions
from drivers.survey.answers.skips import explain_empty_cells, read_skips
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.design.replicate_columns import read_replicate_weights
from drivers.survey.design.replicate_weights import ReplicateWeights
from drivers.survey.design.sampling import read_sampling
from drivers.survey.examples import example_codebook, example_path
from drivers.survey.fieldwork import FieldworkRecord, read_fieldwork, respondents_among
from drivers.survey.forms.exports import as_in_codebook, named_by_form
from drivers.survey.forms.reading import read_xlsform
from drivers.survey.forms.sheets import is_workbook
from drivers.survey.held import held_survey
from drivers.survey.import_log import ImportLog
from drivers.survey.layout import read_tables, respondents_of
from drivers.survey.lexicon.labels import with_theme_labels
from drivers.survey.lexicon.reading import Lexicon
from drivers.survey.raw_table import RawTable
from drivers.survey.records import Records, read_guesses, read_records, tables_beside
from drivers.survey.respondents import note_groups, read_days, read_measures, read_waves, read_weights
from drivers.survey.reviews import lexicons_beside, read_reviews
from drivers.survey.scoring import construct_scores, turn
from drivers.survey.staff_beside import with_staff, with_staff_labels
from drivers.survey.unknown_parts import no_such, not_in_codebook
from drivers.survey.unread_answers import unreadable
from drivers.survey.untold import untold


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Survey:
    """Answers with their codebook, weights and design; `read_survey` makes one.

    All rows are always kept: `select` only marks a domain, so that variances under a design see
    every sampling unit.

    Parameters
    ----------
    codebook
        What the columns mean.
    raw
        All columns of the file, as written; text (n, columns).
    codes
        One column per item, in codes, reversed items turned, NaN where missing; float (n, items).
    missing
        One column per item: 0 answered, else 1 + position in `MISSING_KINDS`; int8 (n, items).
    scores
        One column per driver and outcome, 0–100, NaN where missing; float (n, constructs).
    measures
        Columns of plain numbers, by indicator, and ``value`` for what the customer is worth; float (n, …).
    records
        What units counted in each wave, by the codebook's name.
    guesses
        What managers think: manager, driver, performance 0–100 and, where they were asked, importance; or None.
    weights
        Design weights, 1 where the codebook names none; float (n,).
    strata, clusters
        Codes of the stratum and of the sampling unit of each row, or None; int (n,).
    fpc
        Part of the sampling units of the row's stratum that were sampled, or None where populations count as
        endless; float (n,).
    replicates
        Replicate weights, or None; where there are any, variances come from them alone.
    wave_index
        Position of each row's wave in the codebook's order, or None; int (n,).
    dates
        Day of each answer, or None; datetime64[D] (n,).
    flags
        Name → rows that the survey program marked so, such as ``unfinished``; bool (n,).
    fieldwork
        How the answers were gathered, or None where the codebook names nothing of it.
    in_unit
        Rows that belong to the selected unit and filters, all waves; bool (n,).
    wave, unit, only
        What was selected: key of the wave reported on, unit, column → value; empty for all.
    fewest
        Fewest people of a unit or a wave that are told of, 10 or more.
    untold
        Units and waves, alone or together, of which nothing may be told; see `untold`.
    import_log
        What was done to every column and why.
    data_sha256, codebook_sha256
        Fingerprints of the uncompressed data and of the codebook file.
    beside_sha256
        File read beside the answers → fingerprint of its uncompressed content.
    reviews
        Reviews beside the answers: text, stars, date, language, unit; or None.
    staff
        The survey of those who serve, its units the same; or None.
    lexicons
        The words of ``comments`` and ``reviews``, where the codebook names a file of its own.
    """

    codebook: Codebook
    raw: pd.DataFrame
    codes: pd.DataFrame
    missing: pd.DataFrame
    scores: pd.DataFrame
    measures: pd.DataFrame
    records: Mapping[str, Records]
    guesses: pd.DataFrame | None
    weights: np.ndarray
    strata: np.ndarray | None
    clusters: np.ndarray | None
    fpc: np.ndarray | None
    replicates: ReplicateWeights | None
    wave_index: np.ndarray | None
    dates: np.ndarray | None
    flags: Mapping[str, np.ndarray]
    fieldwork: FieldworkRecord | None
    in_unit: np.ndarray
    import_log: pd.DataFrame
    data_sha256: str
    codebook_sha256: str
    beside_sha256: Mapping[str, str] = field(default_factory=dict)
    reviews: pd.DataFrame | None = None
    staff: Survey | None = None
    lexicons: Mapping[str, Lexicon] = field(default_factory=dict)
    wave: str = ""
    unit: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    fewest: int = FEWEST_SHOWN
    untold: frozenset[tuple[str, str]] = frozenset()

    def __repr__(self) -> str:
        return (
            f"Survey({self.codebook.survey.id!r}, {len(self.weights)} respondents, "
            f"{int(self.domain.sum())} in the domain, {len(self.codebook.default_drivers)} drivers, "
            f"outcomes {', '.join(self.codebook.outcomes)})"
        )

    @property
    def labels(self) -> Labels:
        """Every label of the survey, by kind and key, in every language."""
        return with_staff_labels(with_theme_labels(self.codebook, self.lexicons), self.staff)

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves in their order in time; empty where the survey has none."""
        return tuple(entry.key for entry in self.codebook.wave.order) if self.codebook.wave else ()

    @property
    def domain(self) -> np.ndarray:
        """The rows that a result is about; bool (n,)."""
        if not self.wave:
            return self.in_unit
        assert self.wave_index is not None  # select() refuses a wave on a survey without waves
        return self.in_unit & (self.wave_index == self.waves.index(self.wave))

    @property
    def weighted(self) -> bool:
        """Whether design weights differ between respondents."""
        return bool(np.ptp(self.weights) > 0)

    def weighted_in(self, rows: np.ndarray) -> bool:
        """Whether design weights differ between some of the respondents, such as those of a unit.

        Parameters
        ----------
        rows
            bool (n,).
        """
        return bool(np.ptp(self.weights[rows]) > 0) if rows.any() else False

    @property
    def has_design(self) -> bool:
        """Whether variances rest on more than weights: strata, clusters, a finite population or replicate weights."""
        return any(part is not None for part in (self.strata, self.clusters, self.fpc, self.replicates))

    @property
    def period(self) -> tuple[datetime.date | int, datetime.date | int] | None:
        """First and last day (or year) of the answers in the domain, or None where not known."""
        stated = self.codebook.period
        if stated is None:
            return None
        if stated.start is not None and stated.end is not None:
            return stated.start, stated.end
        assert self.dates is not None  # read_survey reads them where the codebook names a column
        days = self.dates[self.domain]
        days = days[~np.isnat(days)]
        if not len(days):
            return None
        return days.min().item(), days.max().item()

    def select(
        self, *, unit: str = "", wave: str = "", only: Mapping[str, object] | None = None, fewest: int | None = None
    ) -> Survey:
        """The same survey, about a part of its respondents.

        Parameters
        ----------
        unit
            A value of the codebook's unit column; "" for all.
        wave
            Key of the wave to report on; earlier waves stay for the trend; "" for all.
        only
            Segment or column → value, all of which must hold.
        fewest
            Fewest people of a unit or a wave that are told of, 10 or more; as it was if None.

        Raises
        ------
        SurveyError
            Where a unit, wave, column or value does not exist, or nobody is left, or fewer people were to be told of.
        """
        unit, wave = ("" if name is None else str(name) for name in (unit, wave))
        if only is not None and not hasattr(only, "items"):
            raise SurveyError(f"Expected only= as column and value, found {only!r}; write it as {{'column': 'value'}}.")
        chosen = {name: str(value) for name, value in (only or {}).items()}
        if fewest is not None and (isinstance(fewest, bool) or not isinstance(fewest, int) or fewest < FEWEST_SHOWN):
            raise SurveyError(f"Expected fewest= to be a whole number of {FEWEST_SHOWN} or more, found {fewest!r}.")
        in_unit = self.in_unit.copy()
        if unit:
            if self.codebook.unit is None:
                raise SurveyError(not_in_codebook("unit", unit))
            in_unit &= self._matches("unit", self.codebook.unit.column, unit)
        for name, value in chosen.items():
            segment = self.codebook.segments.get(name)
            in_unit &= self._matches(f"only[{name!r}]", segment.column if segment else name, value)
        if wave:
            if not self.waves:
                raise SurveyError(not_in_codebook("wave", wave))
            if wave not in self.waves:
                raise SurveyError(no_such("wave", wave, self.waves))
        part = replace(
            self,
            in_unit=read_only(in_unit, bool),
            wave=wave or self.wave,
            unit=unit or self.unit,
            only={**self.only, **chosen},
            fewest=self.fewest if fewest is None else fewest,
        )
        if (part.only, part.fewest) != (self.only, self.fewest):
            part = replace(part, untold=untold(part))
        if not part.domain.any():
            raise SurveyError(
                f"Expected respondents with unit={part.unit!r}, wave={part.wave!r}, only={dict(part.only)}, "
                "found none; widen the selection."
            )
        return part

    def _matches(self, what: str, column: str, value: str) -> np.ndarray:
        if column not in self.raw.columns:
            known = dict.fromkeys([*self.codebook.segments, *self.raw.columns])
            raise SurveyError(no_such("a segment or column", column, tuple(known)))
        cells = self.raw[column]
        rows = (cells == value).to_numpy(dtype=bool)
        if not rows.any():
            raise SurveyError(no_such(what, value, tuple(cells.unique())))
        return rows


def read_survey(source: str | Path, *, codebook: str | Path | None = None, outside: bool = False) -> Survey:
    """A survey, read by its codebook.

    Parameters
    ----------
    source
        A codebook file, the name of an example survey, or, with ``codebook``, a file of answers.
    codebook
        A codebook file or the name of an example survey, where ``source`` is a file of answers; also the form (.xlsx)
        with which they were collected, if `drivers questionnaire` wrote it.
    outside
        Whether the codebook may name files outside its own folder: only for codebooks that you trust.

    Raises
    ------
    CodebookError
        Where the codebook breaks a rule.
    SurveyError
        Where the answers cannot be read as the codebook says.

    Examples
    --------
    >>> import drivers as kda
    >>> kda.read_survey("customersat")
    Survey('customersat', 1811 respondents, 1811 in the domain, 9 drivers, outcomes satisfaction)
    """
    book_path = example_codebook(codebook if codebook is not None else source)
    if codebook is None and not outside and (held := held_survey(book_path)):
        return held
    book = read_codebook(book_path)
    table = read_tables(book, book_path, source if codebook is not None else None, outside=outside)
    if is_workbook(book_path):
        table = named_by_form(read_xlsform(book_path), table)
    beside = tables_beside(book, book_path, outside=outside)
    digest = hashlib.sha256(book_path.read_bytes()).hexdigest()
    lexicons = lexicons_beside(book, book_path, outside=outside)
    survey = survey_of(book, table, codebook_sha256=digest, beside=beside, lexicons=lexicons)
    return with_staff(survey, book_path, read_survey, outside=outside)


def example_survey(name: str) -> Survey:
    """One of the surveys that come with the package.

    Parameters
    ----------
    name
        ``customersat``, ``judges``, ``service_center``, ``service_center_staff``; ``nyc311`` once fetched; ``bank``,
        ``hints_pr``, ``kiosk``, ``mobile``, ``sfo`` once their files are got as ``drivers fetch`` says.

    Examples
    --------
    >>> import drivers as kda
    >>> len(kda.example_survey("judges").weights)
    43
    """
    return read_survey(example_path(name))


def check_survey(survey: object) -> None:
    """Refuse what is no survey, such as a table of answers."""
    if not isinstance(survey, Survey):
        raise ModelError(
            f"Expected a survey from read_survey() or example_survey(), found {type(survey).__name__}; read it first."
        )


def survey_of(
    book: Codebook,
    table: RawTable,
    *,
    codebook_sha256: str = "",
    beside: Mapping[str, RawTable] | None = None,
    lexicons: Mapping[str, Lexicon] | None = None,
) -> Survey:
    """The survey in a table of raw columns.

    Parameters
    ----------
    beside
        The tables beside the answers, as `tables_beside` reads them; what has none is left away.
    codebook_sha256
        Fingerprint of the codebook's file; of its content where it is in no file.

    Raises
    ------
    SurveyError
        Where the answers cannot be read as the codebook says.
    """
    codebook_sha256 = codebook_sha256 or hashlib.sha256(book.model_dump_json().encode()).hexdigest()
    table, sampled = respondents_among(book, respondents_of(book, as_in_codebook(book, table)))
    log = ImportLog()
    log.add_notes(table.notes)
    skips = read_skips(book, table, log)
    codes, kinds = {}, {}
    unread = list(contradictions(book, table))
    for name, item in book.items.items():
        scale = book.scales[item.scale]
        column = table.column(item.column, f"item {name!r}")
        answers = read_answers(column, scale.rule(item.answers, declared=table.missing.get(item.column, {})))
        if answers.unreadable:
            unread.append(unreadable(book, table, name, answers))
            continue
        answers, explained = explain_empty_cells(book, table, skips, name, answers)
        values = answers.values
        log.add_answers(item.column, name, answers)
        for text, kind, count in explained:
            log.add(item.column, f"item {name!r}", "set missing", count, found=text, became=kind)
        if item.reversed:
            values = turn(values, scale)
            log.add(item.column, f"item {name!r}", "reversed", int(np.isfinite(values).sum()))
        codes[name], kinds[name] = values, answers.missing
    if unread:
        raise SurveyError("\n".join(unread))
    weights = read_weights(book, table, log)
    sampling = read_sampling(book, table, log)
    replicates = read_replicate_weights(book, table, weights, sampling, log)
    wave_index = read_waves(book, table, log)
    dates = read_days(book, table, log)
    fieldwork = read_fieldwork(book, table, dates, sampled, log)
    note_groups(book, table, log)
    measures = read_measures(book, table, log)
    beside = beside or {}
    survey = Survey(
        codebook=book,
        raw=table.frame,
        codes=pd.DataFrame(codes, copy=False),  # a second copy would be half a gigabyte of a large survey
        missing=pd.DataFrame(kinds, copy=False),
        scores=construct_scores(codes, book),
        measures=measures,
        records=read_records(book, beside, log),
        guesses=read_guesses(book, beside, log),
        reviews=read_reviews(book, beside, log),
        lexicons=lexicons or {},
        weights=weights,
        strata=sampling.strata,
        clusters=sampling.clusters,
        fpc=sampling.fractions,
        replicates=replicates,
        wave_index=wave_index,
        dates=dates,
        flags=table.flags,
        fieldwork=fieldwork,
        in_unit=read_only(np.ones(len(table.frame)), bool),
        import_log=log.frame(table.frame.columns, len(table.frame)),
        data_sha256=table.sha256,
        codebook_sha256=codebook_sha256,
        beside_sha256={each.name: each.sha256 for each in beside.values()}
        | {each.name: each.sha256 for each in (lexicons or {}).values()},
    )
    return replace(survey, untold=untold(survey))
