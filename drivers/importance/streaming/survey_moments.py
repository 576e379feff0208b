"""The moments of a survey that is more than fits into memory, by which importance is estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from drivers.errors import ModelError, SurveyError
from drivers.importance.orders.parts import Progress, told
from drivers.importance.streaming.design_sums import has_design
from drivers.importance.streaming.passes import MIDDLE, FirstPass, MomentsOfPart, TextsOfPart, together
from drivers.importance.streaming.workers import over_parts
from drivers.importance.waiting import waiting
from drivers.models.column_checks import alike, constant_column, one_of_two, refuse_few
from drivers.models.given import is_number
from drivers.models.predictors import ModelColumns, named
from drivers.models.units import units_of
from drivers.moments import Moments
from drivers.results import Sample, read_only
from drivers.survey.chunks.files import CHUNK_ROWS, Part, parquet_parts, text_columns
from drivers.survey.chunks.scoring import ChunkScoring, check_streamable
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.examples import data_path, example_codebook

SAME = 1e-12
"""Relative: means and variances of one column, summed in two places."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreamedMoments:
    """The moments of a survey's complete answers, and what a second pass over these needs; `stream_moments` makes one.

    Parameters
    ----------
    outcome, drivers, controls
        Names.
    moments
        Of controls, drivers and, last, the outcome, in points of 100 (items that are controls: in codes); float (m,).
    sample
        Whom they are about.
    n_not_concerned
        Respondents left out because a driver does not concern them.
    modal_parts
        For each column the weighted part of the respondents that share its commonest value; float (m,).
    sampling_units
        Sampling units and strata that hold respondents; None where the respondents are the units.
    scoring, parts
        How chunks become scores, and where they are.
    scheduler, chunk_rows
        As `stream_moments` was called.
    """

    outcome: str
    drivers: tuple[str, ...]
    controls: tuple[str, ...]
    moments: Moments
    sample: Sample
    n_not_concerned: int
    modal_parts: np.ndarray
    sampling_units: tuple[int, int] | None
    scoring: ChunkScoring
    parts: tuple[Part, ...]
    scheduler: str | None
    chunk_rows: int

    def __repr__(self) -> str:
        return (
            f"StreamedMoments({self.codebook.survey.id!r}, {self.sample.n_asked} respondents, {self.sample.n} used, "
            f"{len(self.drivers)} drivers, outcome {self.outcome})"
        )

    @property
    def codebook(self) -> Codebook:
        """What the columns mean, of those that are used."""
        return self.scoring.book

    def columns(self, groups: Mapping[str, Sequence[str]] | None = None) -> tuple[ModelColumns, np.ndarray]:
        """The columns of a model, and the position among `moments` of each; int (m,).

        Parameters
        ----------
        groups
            Name → drivers that count as one.
        """
        units = units_of(self.drivers, groups or {})
        held = len(self.controls)
        names = [driver for members in units.values() for driver in members]
        order = [*range(held), *(held + self.drivers.index(name) for name in names), held + len(names)]
        data = ModelColumns(
            outcome=self.outcome,
            drivers=tuple(units),
            controls=self.controls,
            terms=(*self.controls, *names),
            starts=held + np.cumsum([0, *map(len, units.values())], dtype=np.int64),
            prerequisites=((),) * len(units),
            rated=np.ones(len(names), dtype=bool),
        )
        return data, np.array(order)


def stream_moments(
    codebook: str | Path,
    *,
    data: str | Path | Sequence[str | Path] | None = None,
    outcome: str | None = None,
    drivers: Sequence[str] | None = None,
    always: Sequence[str] | None = None,
    scheduler: str | None = None,
    chunk_rows: int = CHUNK_ROWS,
    progress: Progress | None = None,
) -> StreamedMoments:
    """Weighted means and covariances of a survey in Parquet files, read a chunk at a time.

    Parameters
    ----------
    codebook
        A codebook file or the name of an example survey.
    data
        A Parquet file, a folder of them (``region=North/`` in a folder's name is a column), or several; the codebook's
        own file unless given.
    outcome
        Name of an outcome; the codebook's first unless given.
    drivers
        Names of drivers; all drivers of the codebook unless given.
    always
        Controls, which are never ranked: names of items or drivers; the codebook's ``controls`` unless given.
    scheduler
        Address of a Dask scheduler (``tcp://…``) whose workers have this package and see the files under the same
        paths; this machine alone unless given.
    chunk_rows
        Rows that each thread holds at a time. It is a matter of memory: results differ in their last digits.
    progress
        Called with the part done, 0 to 1, and the seconds left, of columns of texts and then of the moments; what it
        raises stops the calculation. Unless given, a bar is shown of what takes longer than ten seconds.

    Returns
    -------
    StreamedMoments
        What `relative_importance` takes in place of a survey; a second pass gives it linearised intervals.

    Raises
    ------
    CodebookError
        Where the codebook breaks a rule.
    SurveyError
        Where the files are no Parquet, or answers cannot be read as the codebook says.
    ModelError
        Where an answer needs the whole survey at once, such as replicate weights, a driver or the outcome is
        constant, drivers are duplicates, answers too few, or no scheduler answers.

    Notes
    -----
    Answers are read by the rules of `read_survey`; columns that are not needed are not looked at. Columns of texts, not
    of numbers, are looked through once more before, as what a text means may depend on the others. Parts merge in the
    order of the files (Chan, Golub and LeVeque), so that the same files give the same numbers, on any number of
    machines. Memory does not grow with rows, only with the number of sampling units.

    Weights: in all moments. Strata, clusters and finite populations: in the effective number of respondents, and in
    the intervals of `relative_importance`.
    Missing answers: complete cases on outcome, drivers and controls.

    References
    ----------
    Chan, Golub and LeVeque (1979), Updating formulae and a pairwise algorithm for computing sample variances,
    Stanford STAN-CS-79-773.

    Examples
    --------
    >>> import tempfile
    >>> import drivers as kda
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = f"{folder.name}/answers.parquet"
    >>> kda.example_survey("customersat").raw.to_parquet(path)
    >>> kda.stream_moments("customersat", data=path)
    StreamedMoments('customersat', 1811 respondents, 1811 used, 9 drivers, outcome satisfaction)
    >>> folder.cleanup()
    """
    if not is_number(chunk_rows) or chunk_rows < 1 or chunk_rows != int(chunk_rows):
        raise ModelError(f"Expected chunk_rows of at least 1, found {chunk_rows!r}; leave it out for {CHUNK_ROWS:,}.")
    path = example_codebook(codebook)
    book = read_codebook(path)
    outcome, names, controls = named(book, outcome=outcome, drivers=drivers, always=always)
    _refuse_segments(book, names, controls)
    columns = (*controls, *names, outcome)
    check_streamable(book, columns)
    scoring = ChunkScoring.of(book, columns)
    parts = parquet_parts(_source(book, path) if data is None else data, scoring.columns, chunk_rows=chunk_rows)
    with waiting(progress, expected=0.0, advice="") as shown:
        scoring = _with_texts(scoring, parts, scheduler, chunk_rows, shown)
        job = MomentsOfPart(scoring=scoring, controls=len(controls), chunk_rows=chunk_rows)
        found = together(told(over_parts(job, parts, scheduler=scheduler), len(parts), shown))
    if not found.weighed:
        raise SurveyError(
            f"Column {book.design.weight!r}: expected design weights above 0, found only zeros; name another column."
        )
    moments = _checked(found, columns, len(controls))
    return StreamedMoments(
        outcome=outcome,
        drivers=tuple(names),
        controls=controls,
        moments=moments,
        sample=Sample(
            n_asked=found.rows,
            n=moments.n,
            n_effective=_effective_size(scoring.book, found, moments),
            weighted=found.heaviest > found.lightest,
            missing="complete_cases",
            sampling=book.design.sample,
        ),
        n_not_concerned=found.not_concerned,
        modal_parts=read_only([found.modal_part(column) for column in range(len(columns))]),
        sampling_units=found.outcome.sampling_units(scoring.book),
        scoring=scoring,
        parts=parts,
        scheduler=scheduler,
        chunk_rows=chunk_rows,
    )


def _source(book: Codebook, path: Path) -> Path:
    if book.data.file is None:
        raise ModelError(
            "Expected a codebook with one 'data.file', found 'data.files' with several waves, whose columns are made "
            "alike first; name Parquet files with the columns of the codebook in data=."
        )
    return data_path(book, path, book.data.file)


def _refuse_segments(book: Codebook, names: Sequence[str], controls: Sequence[str]) -> None:
    for where, given, known in (
        ("drivers", names, {*book.drivers}),
        ("always", controls, {*book.items, *book.drivers, *book.outcomes}),
    ):
        for name in given:
            if name not in known:
                raise ModelError(
                    f"Expected ratings in {where}=, found {name!r}, whose indicator columns need all its values "
                    "first; leave it out, or read the survey whole with read_survey()."
                    if name in book.segments
                    else f"Expected a control to be an item or a driver, found {name!r}; there are "
                    f"{', '.join([*book.items, *book.drivers])}."
                )


def _with_texts(
    scoring: ChunkScoring, parts: Sequence[Part], scheduler: str | None, chunk_rows: int, progress: Progress
) -> ChunkScoring:
    """The scoring that knows all texts of the columns that hold texts."""
    columns = text_columns(parts, [item.column for item in scoring.book.items.values()])
    if not columns:
        return scoring
    job = TextsOfPart(scoring=scoring, columns=tuple(columns), chunk_rows=chunk_rows)
    found = told(over_parts(job, parts, scheduler=scheduler), len(parts), progress)
    return scoring.with_texts(chunk for part in found for chunk in part)


def _checked(found: FirstPass, names: Sequence[str], controls: int) -> Moments:
    """The moments, of columns that differ and vary and answers that are enough."""
    moments = found.moments
    refuse_few(0 if moments is None else moments.n, len(names), found.rows)
    assert moments is not None  # none are too few
    for position, (values, _) in enumerate(found.values):
        if len(values) == 1:
            raise constant_column(names, position, controls, n=moments.n, value=float(values[0]))
    variances = np.diag(moments.scatter)
    for i, j in alike(moments.correlation):
        same = np.allclose([moments.mean[i], variances[i]], [moments.mean[j], variances[j]], rtol=SAME, atol=0.0)
        raise one_of_two(names, j, i, controls, same=bool(same and moments.correlation[i, j] > 0), n=moments.n)
    return moments


def _effective_size(book: Codebook, found: FirstPass, moments: Moments) -> float:
    """`drivers.linearization.effective_size` of the outcome's mean."""
    if not has_design(book):
        return min(float(moments.n), moments.n_effective)
    total = moments.sum_weights
    covariance = found.outcome.covariance(book)[0].covariance
    # The mean moves by (Σ w (y − 50) − (ȳ − 50) Σ w) / Σ w.
    turned = np.array([MIDDLE - moments.mean[-1], 1.0]) / total
    variance = float(turned @ covariance @ turned)
    simple = float(moments.scatter[-1, -1]) / total / max(moments.n - 1, 1)
    return min(float(moments.n), simple / variance * moments.n if variance > 0 else moments.n_effective)
