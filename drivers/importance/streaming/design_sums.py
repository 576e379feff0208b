"""Sums over sampling units, part by part, and the covariance under the design that follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.linearization import Linearised, linearised_covariance, stratified_covariance
from drivers.moments import Moments, weighted_moments
from drivers.results import read_only
from drivers.survey.chunks.scoring import Scored
from drivers.survey.codebook.model import Codebook
from drivers.survey.design.sampling import Sampling, lone_unit, read_sampling
from drivers.survey.import_log import ImportLog
from drivers.survey.raw_table import RawTable

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignSums:
    """What is known of rows' contributions to some estimates, by the names of stratum, sampling unit and population.

    Parameters
    ----------
    keys
        The names; u different ones.
    rows, counted
        Rows of each, and those that are used; int (u,).
    first
        Position of the first row of each among all rows; int (u,).
    totals
        With sampling units: what the rows of each sum to; float (u, q). Else None.
    moments
        Without: the moments of the rows of each, every row a unit. Else empty.
    """

    keys: tuple[Key, ...]
    rows: np.ndarray
    counted: np.ndarray
    first: np.ndarray
    totals: np.ndarray | None
    moments: tuple[Moments, ...]

    @classmethod
    def of(cls, book: Codebook, scored: Scored, used: np.ndarray, contributions: np.ndarray) -> DesignSums:
        """The sums of a chunk.

        Parameters
        ----------
        used
            Rows that are used; bool (n,).
        contributions
            Of those rows, weight included; float (used rows, q).

        Notes
        -----
        Rows that are not used are units that contribute 0, as variances in a domain want it; without strata, clusters
        and finite populations they are none.
        """
        keys, position = scored.design
        if not has_design(book):
            n = len(contributions)
            return cls(
                keys=keys[: min(n, 1)],
                rows=np.array([n] if n else [], dtype=np.int64),
                counted=np.array([n] if n else [], dtype=np.int64),
                first=np.array([scored.first] if n else [], dtype=np.int64),
                totals=None,
                moments=(weighted_moments(contributions),) if n else (),
            )
        values = np.zeros((len(used), contributions.shape[1]))
        values[used] = contributions
        rows = np.bincount(position, minlength=len(keys))
        order = np.argsort(position, kind="stable")
        begin = np.cumsum(rows) - rows
        totals: np.ndarray | None = None
        moments: tuple[Moments, ...] = ()
        if book.design.cluster is not None:
            totals = np.add.reduceat(values[order], begin, axis=0)
        else:
            moments = tuple(weighted_moments(part) for part in np.split(values[order], begin[1:]))
        return cls(
            keys=keys,
            rows=rows,
            counted=np.bincount(position[used], minlength=len(keys)),
            first=scored.first + order[begin],
            totals=totals,
            moments=moments,
        )

    def merge(self, other: DesignSums) -> DesignSums:
        """The sums of both parts together; the other part comes later."""
        known = {key: place for place, key in enumerate(self.keys)}
        place = np.array([known.setdefault(key, len(known)) for key in other.keys], dtype=np.int64)
        fresh = place >= len(self.keys)
        first = np.concatenate([self.first, other.first[fresh]])
        totals, moments = None, list(self.moments)
        if self.totals is not None and other.totals is not None:
            totals = _added(self.totals, other.totals, place, len(known))
        else:
            for at, part in zip(place.tolist(), other.moments, strict=True):
                if at < len(moments):
                    moments[at] = moments[at].merge(part)
                else:
                    moments.append(part)
        return DesignSums(
            keys=tuple(known),
            rows=_added(self.rows, other.rows, place, len(known)),
            counted=_added(self.counted, other.counted, place, len(known)),
            first=first,
            totals=totals,
            moments=tuple(moments),
        )

    def covariance(self, book: Codebook) -> tuple[Linearised, bool]:
        """The covariance of the totals of all rows, and whether everybody was asked.

        Raises
        ------
        ModelError
            Where a stratum has a single sampling unit, or all respondents are of one.
        SurveyError
            Where populations are smaller than samples, or the codebook names strata that are not there.

        References
        ----------
        Binder (1983), On the variances of asymptotically normal estimators from complex surveys, doi:10.2307/1402588.
        """
        if not has_design(book):
            scatter = self.moments[0].scatter
            return stratified_covariance(scatter[None], self.rows, self.counted), False
        sampling = self.sampling(book)
        stratum = np.zeros(len(self.keys), dtype=np.int64) if sampling.strata is None else sampling.strata
        fraction = np.zeros(len(self.keys)) if sampling.fractions is None else sampling.fractions
        names, at, place = np.unique(stratum, return_index=True, return_inverse=True)
        left = 1.0 - fraction[at]
        units = np.bincount(place, weights=None if self.totals is not None else self.rows).astype(np.int64)
        if (alone := (units < 2) & (left > 0)).any():
            raise lone_unit(int(self.first[alone[place]].min()))
        whole = bool((fraction[self.counted > 0] >= 1).all())
        if self.totals is not None:
            if np.count_nonzero(self.counted) == 1:
                raise ModelError(
                    "Expected respondents of several sampling units, found all in one, which tells nothing of how "
                    "units differ; read the survey with read_survey(), or take design.cluster out of the codebook."
                )
            result = linearised_covariance(
                self.totals,
                strata=stratum,
                rows=self.counted > 0,
                fpc=sampling.fractions,
            )
            return result, whole
        scatters = []
        for number in range(len(names)):
            own = [self.moments[key] for key in np.flatnonzero(place == number)]
            together = own[0]
            for part in own[1:]:
                together = together.merge(part)
            scatters.append(together.scatter)
        counted = np.bincount(place, weights=self.counted).astype(np.int64)
        return stratified_covariance(np.array(scatters), units, counted, left), whole

    def sampling(self, book: Codebook) -> Sampling:
        """Stratum, sampling unit and sampled part by key, read as those of a survey's rows are."""
        frame = {}
        for place, key in enumerate(("strata", "cluster", "fpc")):
            if (column := getattr(book.design, key)) is not None:
                frame[column] = pd.Series([names[place] for names in self.keys], dtype="str")
        table = RawTable(
            name=book.survey.id,
            frame=pd.DataFrame(frame),
            lines=read_only(self.first + 1, np.int64),
            sha256="",
            place="row",
        )
        return read_sampling(book, table, ImportLog(), stands_for=self.rows)

    def sampling_units(self, book: Codebook) -> tuple[int, int] | None:
        """Sampling units and strata that hold respondents; None where the respondents are the units."""
        if book.design.cluster is None:
            return None
        strata = self.sampling(book).strata
        held = self.counted > 0
        return int(np.count_nonzero(held)), 1 if strata is None else len(np.unique(strata[held]))


def has_design(book: Codebook) -> bool:
    """Whether variances rest on more than weights."""
    design = book.design
    return any(column is not None for column in (design.strata, design.cluster, design.fpc))


def _added(one: np.ndarray, other: np.ndarray, place: np.ndarray, count: int) -> np.ndarray:
    """One array with the other added at its places, which are all different."""
    both = np.zeros((count, *one.shape[1:]), dtype=one.dtype)
    both[: len(one)] = one
    both[place] += other
    return both
