"""The questionnaire's health in plain sentences, and the warnings that ask a user to do something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from drivers.cli.terminal import visible
from drivers.labels import LANGUAGES

if TYPE_CHECKING:
    from drivers.models.reliability_analysis import ReliabilityResult
    from drivers.survey.data import Survey
    from drivers.survey.quality.backwards import Contradiction
    from drivers.survey.quality.gathering import Gathering
    from drivers.survey.quality.health import QualityResult

FEW_SCORES = 0.5
"""Part of the rows below which a score speaks for a minority of the respondents."""

_MOST_NAMED = 6
"""Names that a sentence lists."""


def health_sentences(quality: QualityResult, reliability: ReliabilityResult | None) -> Iterator[str]:
    """What was found, good or bad, with its numbers."""
    n = quality.sample.n
    parts = " Parts of respondents and answers are weighted; counts are not." if quality.sample.weighted else ""
    yield f"Respondents: {n:,}.{parts}"
    scored = [one for one in quality.scored if one.concerned]
    missing = [one for one in scored if one.withheld_share > 0]
    if missing:
        worst = max(missing, key=lambda one: one.withheld_share)
        yield (
            f"Missing answers: {len(missing)} of {len(scored)} scored questions have some; the most is "
            f"{_part(worst.withheld_share)} of those concerned ({worst.item})."
        )
    else:
        yield f"Missing answers: none to the {len(scored)} scored questions."
    piled = [one for one in scored if one.has_steps and not np.isnan(one.ceiling)]
    if piled:
        top = max(piled, key=lambda one: one.ceiling)
        low = max(piled, key=lambda one: one.floor)
        yield (
            f"Ends of the scale: the best answer is at most {_part(top.ceiling)} of the answers ({top.item}), the "
            f"worst at most {_part(low.floor)} ({low.item})."
        )
    yield from _respondents(quality)
    yield _backwards(quality)
    if reliability is not None:
        yield (
            "Reliability (omega): "
            + ", ".join(f"{one.construct} {one.reliability[0]:.2f}" for one in reliability.constructs)
            + "."
        )
    if quality.gathering is not None:
        yield from _gathering(quality.gathering)


def _respondents(quality: QualityResult) -> Iterator[str]:
    straight, best = quality.flag("straight_lining"), quality.flag("straight_best")
    if straight is None or best is None:
        yield "Same answer throughout: cannot be judged, as fewer than five questions on aspects share a scale."
    else:
        yield (
            f"Same answer throughout: {_counted(straight.n, 'respondent')} ({_part(straight.share)}); the best to "
            f"everything: {best.n:,} ({_part(best.share)})."
        )
    speeding = quality.flag("speeding")
    if speeding is not None:
        people = _counted(speeding.n, "respondent")
        yield f"Too fast, under a third of the median time: {people} ({_part(speeding.share)})."
    names = {
        "duplicate_respondent": "a respondent again",
        "duplicate_answers": "all answers of another row, beyond chance",
        "near_duplicate": "more than 85% of another's answers",
    }
    flags = {name: flag for key, name in names.items() if (flag := quality.flag(key)) is not None}
    found = [f"{name} in {_counted(flag.n, 'row')}" for name, flag in flags.items() if flag.n]
    none = f"none (looked for: {'; '.join(flags)})"
    yield f"Copies: {'; '.join(found) or none}."
    few = quality.flag("few_answers")
    if few is not None:
        yield f"Fewer than half of the answers: {_counted(few.n, 'respondent')} ({_part(few.share)})."


def _backwards(quality: QualityResult) -> str:
    from drivers.survey.quality.backwards import SURE

    contradiction = quality.flag("contradiction")
    count = 0 if contradiction is None else contradiction.n
    if not quality.contradictions:
        return "Scale used backwards: cannot be judged, as nobody is at an end of the main outcome."
    said = f"Scale used backwards: contradictions from end to end by {_counted(count, 'respondent')}"
    if quality.misread:
        return f"{said}, more than is honest."
    beyond = any(one.p_value <= SURE / len(quality.contradictions) for one in quality.contradictions)
    return f"{said}, {'more than is honest but too few to matter' if beyond else 'no more than is honest'}."


def _gathering(found: Gathering) -> Iterator[str]:
    if not np.isnan(found.median_seconds):
        yield f"Time taken: {found.median_seconds / 60:.1f} minutes in the median."
    if found.modes:
        modes = "; ".join(
            f"{visible(one.mode)} {_part(one.share)}, mean {one.performance:.1f} of 100" for one in found.modes
        )
        yield f"Mode: {modes}. Differences may be of the people as well as of the mode."
    if found.n_dated:
        late = "" if np.isnan(found.late_share) else f", {_part(found.late_share)} after more than {found.most_days:g}"
        median = "" if np.isnan(found.median_days) else f" {found.median_days:g} days in the median{late},"
        yield f"Delay since the contact:{median} known of {found.n_dated:,} respondents."
    rates = found.rates
    if rates is not None:
        more = ""
        if not np.isnan(rates.complete_rate):
            more = (
                f" (RR2); complete alone {_part(rates.complete_rate)} (RR1), cooperation "
                f"{_part(rates.cooperation_rate)} (COOP2), refusal {_part(rates.refusal_rate)} (REF1)"
            )
        yield (
            f"Response rate: {rates.answers:,} of {rates.asked:,}, {_part(rates.response_rate)}{more}, in the whole "
            "survey."
        )


def warnings_of(survey: Survey, quality: QualityResult | None, reliability: ReliabilityResult | None) -> Iterator[str]:
    """What is no error in reading but will be one in a report, or will be missed in it."""
    yield from _scores(survey)
    if quality is not None:
        yield from _questions(quality)
        yield from _careless(quality)
        yield from _fieldwork(quality)
    if reliability is not None:
        for one in reliability.constructs:
            if one.conclusion == "unreliable":
                yield (
                    f"{one.construct}: reliability is {one.reliability[0]:.2f}; from 0.70 on groups may be compared: "
                    "look at its items with kda.reliability()"
                )
    yield from _columns(survey)
    yield from _labels(survey)


def _scores(survey: Survey) -> Iterator[str]:
    from drivers.survey.answers.codes import MISSING_KINDS

    book = survey.codebook
    not_asked = 1 + MISSING_KINDS.index("not_asked")
    for name in (*book.default_drivers, *book.said_outcomes):
        asked = (survey.missing[list(book.construct(name).items)] != not_asked).any(axis=1)
        scores = survey.scores[name]
        answered = scores[asked].notna().mean()
        if not asked.any():
            yield f"{name}: nobody was asked"
        elif answered < FEW_SCORES:
            yield f"{name}: only {answered:.0%} of those who were asked have a score"
        if scores.nunique() == 1:
            yield f"{name}: every score is {scores.dropna().iloc[0]:g} of 100; a report needs differences"


def _questions(quality: QualityResult) -> Iterator[str]:
    from drivers.survey.quality.lights import MUCH_MISSING, PILED_UP

    lights = {check.code: check.light for check in quality.checks}
    if lights.get("items_missing", "green") != "green":
        items = [one for one in quality.scored if one.withheld_share >= MUCH_MISSING]
        named = _named([f"{one.item} {_part(one.withheld_share)}" for one in items])
        yield f"many answers are missing of those concerned: {named}; check the missing codes, or name optional drivers"
    if lights.get("piled_up", "green") != "green":
        items = [one for one in quality.scored if one.has_steps and one.ceiling >= PILED_UP]
        named = _named([f"{one.item} {_part(one.ceiling)}" for one in items])
        yield f"answers pile up at the best one: {named}; improvement can hardly show there"
    for one in quality.against:
        yield (
            f"{one.item}: answers run against all other questions (correlation {one.correlation:.2f}); if it is worded "
            "the other way round, write reversed: true"
        )


def _careless(quality: QualityResult) -> Iterator[str]:
    from drivers.survey.quality.flags import PROGRAM_FLAGS

    lights = {check.code: check.light for check in quality.checks}
    remedies = {
        "straight_lining": "{people} ({share}) gave the same answer throughout, other than the best; compare "
        "kda.robustness()",
        "straight_best": "{people} ({share}) gave the best answer to everything, which tells nothing of what matters",
        "speeding": "{people} ({share}) took less than a third of the median time; see kda.row_flags()",
        "few_answers": "{people} ({share}) gave fewer than half of the answers; see kda.row_flags()",
        "duplicate_respondent": "{rows} ({share}) with a respondent who is there already; keep one row each, or "
        "correct design.respondent",
        "duplicate_answers": "{rows} ({share}) with all answers of an earlier row, beyond chance; see kda.row_flags()",
        "near_duplicate": "{rows} ({share}) with more than 85% of another's answers; see kda.row_flags()",
    }
    code_of = {"straight_best": "all_best"} | dict.fromkeys(("duplicate_respondent", "duplicate_answers"), "copies")
    code_of["near_duplicate"] = "copies"
    for flag, sentence in remedies.items():
        found = quality.flag(flag)
        if found is not None and found.n and lights.get(code_of.get(flag, flag), "green") != "green":
            yield sentence.format(
                people=_counted(found.n, "respondent"), rows=_counted(found.n, "row"), share=_part(found.share)
            )
    for one in quality.misread:
        yield _misread(one)
    for flag in PROGRAM_FLAGS:
        found = quality.flag(flag)
        if found is not None and found.n:
            yield f"{_counted(found.n, 'row')} marked as {flag} counted as respondents; add {flag} to data.leave_out"


def _misread(one: Contradiction) -> str:
    ends = {"worst": ("the worst", "the best"), "best": ("the best", "the worst")}
    own, other = ends[one.end]
    witness = "their ratings" if one.witness == "ratings" else one.witness
    return (
        f"{one.found:,} of the {one.n:,} respondents at {own} end of {one.outcome} are at {other} end of {witness}; "
        f"honest would be about {one.expected:,.0f}: some read the scale backwards"
    )


def _fieldwork(quality: QualityResult) -> Iterator[str]:
    found = quality.gathering
    if found is None:
        return
    if any(check.code == "late" and check.light != "green" for check in quality.checks):
        yield (
            f"{_part(found.late_share)} answered more than {found.most_days:g} days after the contact; they may "
            "remember little of it"
        )
    if found.before_contact:
        yield f"{_counted(found.before_contact, 'respondent')} answered before the contact; correct the dates"
    if found.rates is not None and found.rates.answers > found.rates.asked:
        yield (
            f"{found.rates.answers:,} answered of {found.rates.asked:,} invited; correct fieldwork.invited, or "
            "look for copies"
        )


def _columns(survey: Survey) -> Iterator[str]:
    """Columns that tell who somebody is, where a page would show their values."""
    from drivers.survey.raw_table import RawTable
    from drivers.survey.vendors import personal_columns

    book = survey.codebook
    shown = [grouping.column for grouping in (book.unit, *book.segments.values(), book.comments) if grouping]
    frame = survey.raw[list(dict.fromkeys(shown))]
    table = RawTable(name=book.survey.id, frame=frame, lines=np.zeros(0, dtype=np.int64), sha256="")
    used = [f"{visible(column)} ({kind})" for column, kind in personal_columns(table).items()]
    if used:
        yield f"pages would show columns that tell who somebody is: {_named(used)}; take them out of the codebook"


def _labels(survey: Survey) -> Iterator[str]:
    for kind in ("survey", "driver", "outcome", "wave", "unit_kind"):
        without: dict[str, list[str]] = {}
        for key in survey.labels.keys(kind):
            absent = [language for language in LANGUAGES if survey.labels.find(kind, key, language) is None]
            if absent:
                without.setdefault(", ".join(absent), []).append(repr(key))
        for languages, keys in without.items():
            yield f"{kind} {_named(keys)}: no label in {languages}; pages there show another language's"


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _part(share: float) -> str:
    """A part as a percentage, never 0 or 100 where it is neither."""
    if 0 < share < 0.0005:
        return "under 0.1%"
    if 0.9995 < share < 1:
        return "over 99.9%"
    return f"{100 * share:.1f}%"


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
