"""Any analysis over time, one wave after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.models.given import check_analysis
from drivers.results import Result
from drivers.survey.data import Survey, check_survey
from drivers.survey.outcome_statistics import in_wave


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveResult(Result):
    """An analysis of every wave; `by_wave` makes one.

    Parameters
    ----------
    waves
        Keys of the waves that have a result, in their order in time.
    results
        One result per wave.
    left_out
        Waves with too few respondents, or that the analysis refused, with the reason.
    """

    kind: ClassVar[str] = "waves"

    waves: tuple[str, ...]
    results: tuple[Result, ...]
    left_out: Mapping[str, str]
    analysis: str

    def tidy(self) -> pd.DataFrame:
        """The rows of all waves, with their ``wave``."""
        return self._together([result.tidy() for result in self.results])

    def glance(self) -> pd.DataFrame:
        """The models of all waves, with their ``wave``."""
        return self._together([result.glance() for result in self.results])

    def _together(self, frames: list[pd.DataFrame]) -> pd.DataFrame:
        if not frames:
            return pd.DataFrame({"wave": pd.Series(dtype=str)})
        marked = [frame.assign(wave=wave) for wave, frame in zip(self.waves, frames, strict=True)]
        return pd.concat(marked, ignore_index=True)


def by_wave(analysis: Callable[..., Result], survey: Survey, **arguments: Any) -> WaveResult:
    """An analysis of each wave up to the one reported on.

    Parameters
    ----------
    analysis
        A function of this package that takes a survey, such as `outcome_scores`.
    survey
        Answers; without waves the result is empty.
    **arguments
        Passed on to the analysis.

    Notes
    -----
    Weights: as the analysis says. Waves with fewer than 10 respondents are left out, by name, and those
    that would tell of fewer; see `untold`.

    Examples
    --------
    >>> import drivers as kda
    >>> kda.by_wave(kda.outcome_scores, kda.example_survey("customersat")).waves
    ()
    """
    check_analysis(analysis)
    check_survey(survey)
    waves: list[str] = []
    results: list[Result] = []
    left_out: dict[str, str] = {}
    refused: ModelError | None = None
    last = survey.waves.index(survey.wave) if survey.wave else len(survey.waves) - 1
    for position, wave in enumerate(survey.waves[: last + 1]):
        if int(np.count_nonzero(in_wave(survey, position))) < survey.fewest:
            # How many there are is part of what is not shown.
            left_out[wave] = f"fewer than {survey.fewest} respondents, or it would tell of a wave or unit that has"
            continue
        try:
            results.append(analysis(survey.select(wave=wave), **arguments))
        except ModelError as error:
            left_out[wave], refused = str(error), error
            continue
        waves.append(wave)
    if refused is not None and not refused.code and not results:
        # What no wave can do, and not for want of answers, is no matter of a wave, such as a misspelt argument.
        raise refused
    return WaveResult(
        waves=tuple(waves),
        results=tuple(results),
        left_out=left_out,
        analysis=results[0].kind if results else "",
    )
