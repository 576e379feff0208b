"""What is told of an outcome, row by row: points, top-2-box, promoters less detractors, events; and in which wave."""

from __future__ import annotations

from typing import Literal

import numpy as np

from drivers.errors import ModelError
from drivers.survey.codebook.model import NPS_DETRACTOR, NPS_PROMOTER
from drivers.survey.data import Survey
from drivers.survey.untold import waves_told

Statistic = Literal["mean", "top2box", "nps", "share"]


def statistics_of(survey: Survey, outcome: str) -> tuple[Statistic, ...]:
    """What is told of an outcome, by its kind and scale."""
    spec = survey.codebook.outcomes[outcome]
    if spec.kind != "score":
        return ("nps",) if spec.kind == "nps" else ("share",)
    scales = [survey.codebook.scales[survey.codebook.items[item].scale] for item in spec.items]
    return ("mean", "top2box") if all(scale.best_two for scale in scales) else ("mean",)


def row_values(survey: Survey, outcome: str, statistic: Statistic) -> np.ndarray:
    """What each respondent adds to a statistic; float (n,), NaN where nothing was answered."""
    book = survey.codebook
    items = book.outcomes[outcome].items
    if statistic in ("mean", "share"):
        return survey.scores[outcome].to_numpy() / (1.0 if statistic == "mean" else 100.0)
    if statistic == "nps":
        codes = survey.codes[items[0]].to_numpy()
        score = 100.0 * ((codes >= NPS_PROMOTER).astype(float) - (codes <= NPS_DETRACTOR))
        return np.where(np.isnan(codes), np.nan, score)
    columns = []
    for item in items:
        codes = survey.codes[item].to_numpy()
        best = book.scales[book.items[item].scale].best_two
        assert best is not None
        columns.append(np.where(np.isnan(codes), np.nan, codes >= best[0]))
    # As in the score: the mean over the items that were answered, where enough of them were.
    answered = ~np.isnan(columns)
    part = np.where(answered, columns, 0.0).sum(axis=0) / np.maximum(answered.sum(axis=0), 1)
    return np.where(np.isnan(survey.scores[outcome].to_numpy()), np.nan, part)


def waves_compared(survey: Survey) -> tuple[int | None, int | None]:
    """Positions of the wave reported on and of the one before that has respondents.

    Where none was selected it is the last that may be told of, and none where none may be: then all waves together are
    reported on. There is none before where that may not be told of.
    """
    if survey.wave_index is None:
        return None, None
    present = np.unique(survey.wave_index[survey.in_unit])
    told = waves_told(survey)
    if survey.wave:
        now = survey.waves.index(survey.wave)
    else:
        last = [int(wave) for wave in present if wave >= 0 and told[wave]]
        if not last:
            return None, None
        now = last[-1]
    earlier = present[(present >= 0) & (present < now)]
    return now, int(earlier[-1]) if len(earlier) and told[earlier[-1]] else None


def in_wave(survey: Survey, position: int) -> np.ndarray:
    """The rows of a wave that belong to the selection; bool (n,); none of another wave that may not be told of."""
    assert survey.wave_index is not None
    wave = survey.waves[position] if position >= 0 else ""
    if wave != survey.wave and (survey.unit, wave) in survey.untold:
        return np.zeros(len(survey.in_unit), dtype=bool)
    return survey.in_unit & (survey.wave_index == position)


def no_wave_told(survey: Survey) -> ModelError:
    """Why there is no wave to report on: the survey has none, or none of which may be told."""
    if survey.wave_index is None:
        return ModelError(
            "Expected a survey with waves, found none in its codebook; name them under wave.", code="no_waves"
        )
    return ModelError(
        f"Expected a wave of at least {survey.fewest} respondents that would not tell of fewer elsewhere, found none; "
        "widen the selection.",
        code="few_in_wave",
        values={"needed": survey.fewest},
    )
