"""What tests of several segments share: the model of each, the groups with enough for it, the family they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from drivers.errors import ModelError
from drivers.linearization import domain_replicates
from drivers.models.interactions.group_fits import GroupFit, Units, WithoutSlopes, comparable_fits, sampling_units_of
from drivers.models.predictors import Predictors, predictors
from drivers.segments.partition import Partition, asked_segments, partition
from drivers.survey.data import Survey, check_survey
from drivers.survey.design.replicate_weights import ReplicateWeights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentModel:
    """The regressions of one segment's groups.

    Parameters
    ----------
    data
        The model's columns; the segment itself is none of its controls.
    parts
        The groups among the respondents used.
    fits
        The groups' regressions, by name, in their order.
    without
        Groups with too little for one.
    units
        The sampling units, where they are not the respondents.
    replicates
        Replicate weights of the respondents used, where the survey has them.
    """

    data: Predictors
    parts: Partition
    fits: Mapping[str, GroupFit]
    without: Mapping[str, WithoutSlopes]
    units: Units | None
    replicates: ReplicateWeights | None


def segment_models(
    survey: Survey,
    segment: str | Sequence[str] | None,
    *,
    outcome: str | None,
    drivers: Sequence[str] | None,
    always: Sequence[str] | None,
) -> list[SegmentModel]:
    """The model of each segment.

    Parameters
    ----------
    segment
        One, several, or None for all of the codebook and, where it is known, value.

    Raises
    ------
    ModelError
        Where there is no segment, a driver is none that is rated, or a segment is made from the outcome.
    """
    check_survey(survey)
    names = asked_segments(survey, segment)
    if not names:
        raise ModelError(
            "Expected a segment, found none in the codebook; add segments: to it, or name a column in segment=.",
            code="no_segments",
        )
    if len(set(names)) < len(names):
        raise ModelError(f"Expected each segment once, found {', '.join(map(repr, names))}; remove one.")
    models: dict[tuple[str, ...] | None, tuple[Predictors, Units | None, ReplicateWeights | None]] = {}
    found = []
    for name in names:
        parts = partition(survey, name)
        held = _controls(survey, name, always)
        if held not in models:
            data = predictors(survey, outcome=outcome, drivers=drivers, always=held)
            _check(data, survey)
            replicates = domain_replicates(survey, data.rows)
            units = None if replicates is not None else sampling_units_of(survey, data.rows)
            models[held] = data, units, replicates
        data, units, replicates = models[held]
        if data.outcome in parts.made_of:
            raise ModelError(
                f"Expected a segment that is not made from the outcome, found {name!r}, which is made from "
                f"{' and '.join(map(repr, parts.made_of))}; name another outcome or segment."
            )
        if name in data.drivers:
            raise ModelError(f"Expected drivers other than the segment, found {name!r}; remove it from drivers=.")
        parts = parts.among(data.rows)
        fits, without = comparable_fits(survey, data, parts.codes, parts.keys, units)
        found.append(
            SegmentModel(data=data, parts=parts, fits=fits, without=without, units=units, replicates=replicates)
        )
    return found


def several_groups(models: Sequence[SegmentModel]) -> None:
    """Refuse segments none of which has two groups to compare.

    Raises
    ------
    ModelError
        Where that is so.
    """
    if all(len(model.fits) < 2 for model in models):
        raise ModelError(
            "Expected a segment with at least two groups that have enough respondents for effects of their own, found "
            f"none among {', '.join(repr(model.parts.segment) for model in models)}; use fewer drivers or widen the "
            "selection.",
            code="few_groups",
        )


def only_fitted(model: SegmentModel, keys: Sequence[str]) -> SegmentModel:
    """The same with some of its groups."""
    return replace(model, fits={key: fit for key, fit in model.fits.items() if key in keys})


def _controls(survey: Survey, segment: str, always: Sequence[str] | None) -> tuple[str, ...]:
    """The controls but the segment itself, which has a level of its own anyway."""
    book = survey.codebook
    names = tuple(book.controls if always is None else always)
    own = book.segments[segment].column if segment in book.segments else segment
    return tuple(
        name for name in names if name != segment and (name not in book.segments or book.segments[name].column != own)
    )


def _check(data: Predictors, survey: Survey) -> None:
    rated = [name for name in data.drivers if name in survey.codebook.drivers]
    if len(rated) < len(data.drivers):
        other = next(name for name in data.drivers if name not in rated)
        raise ModelError(
            f"Expected drivers that are rated, found {other!r}; hold it constant in always= or name others in drivers=."
        )
