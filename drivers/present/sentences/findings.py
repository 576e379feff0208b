"""What a result says, as whole sentences: the only place where codes become words."""

from __future__ import annotations

from typing import Any

from drivers.present.claims import share_form, shares_hidden
from drivers.present.words import Words
from drivers.results import Code

_NAMED = {"outcome": "outcome"}
"""Kind of the label that a reason names, where it is no driver's."""

_OFTEN_NONE = ("copies", "misread", "marked")
"""Checks of what one respondent in a thousand may do, and usually none does."""


def verdict_sentence(result: Any, words: Words) -> str:
    """What may be claimed about the order of drivers."""
    verdict = result.verdict
    outcome = {
        "outcome": words.outcome(result.outcome),
        "outcome_with": words.outcome(result.outcome, "with"),
    }
    if len(result.drivers) == 1 and verdict.status == "ranked":
        return words.sentence("one_driver", driver=words.label("driver", result.drivers[0]))
    if verdict.status == "not_rankable":
        key = "not_rankable_hidden" if shares_hidden(result) else "not_rankable"
        return words.sentence(key, reasons=reasons(verdict.reasons, words))
    if verdict.leader is not None:
        i = result.drivers.index(verdict.leader)
        return words.sentence(
            f"leader{share_form(result)}",
            driver=words.label("driver", verdict.leader),
            share=words.percent(result.share[i]),
            low=words.percent(result.share_low[i]),
            high=words.percent(result.share_high[i]),
            level=words.percent(result.conf_level),
            **outcome,
        )
    if verdict.status == "ranked":
        together = words.listed([words.name("driver", name) for name in verdict.top_group])
        if len(verdict.top_group) == 2:
            return words.sentence("top_group_two", list=together, **outcome)
        return words.sentence(
            "top_group", aspects=words.counted("aspect", len(verdict.top_group)), list=together, **outcome
        )
    candidates = [name for name, low in zip(result.drivers, verdict.rank_low, strict=True) if low == 1]
    if len(candidates) == len(result.drivers):
        return words.sentence("tied_all_two" if len(candidates) == 2 else "tied_all")
    return words.sentence(
        "tied",
        candidates=words.counted("aspect", len(candidates), case="gen"),
        list=words.listed([words.name("driver", name) for name in candidates]),
    )


def reasons(codes: tuple[Code, ...], words: Words) -> str:
    """Why drivers cannot be ranked, or a question cannot be answered, joined into one clause."""
    parts = []
    for code in codes:
        values = {
            name: words.number(value)
            if isinstance(value, int | float)
            else words.label(_NAMED.get(name, "driver"), value)
            for name, value in code.values.items()
        }
        parts.append(words.text("reason", code.code, **values))
    return words.clauses(parts)


def unanswered(result: Any, words: Words) -> str:
    """Why there is no result: because so few answered, or because their answers do not allow one."""
    why = reasons(result.reasons, words)
    if not suppressed(result):
        return words.sentence("unanswered", reasons=why)
    if not result.unit:
        return words.sentence("suppressed", reasons=why)
    kind, unit = words.label("unit_kind", "unit"), words.label("unit", result.unit)
    return words.sentence("suppressed_unit", unit_kind=kind, unit=unit, reasons=why)


def suppressed(result: Any) -> bool:
    """Whether a result is held back because it is about so few."""
    return any(code.code == "suppressed" for code in result.reasons)


def notes(codes: tuple[Code, ...], words: Words) -> list[str]:
    """What a reader must know beside the numbers, one sentence each."""
    sentences = []
    for code in codes:
        if code.code == "missing_dropped":
            # The check of missing answers says it already.
            continue
        values = {}
        for name, value in code.values.items():
            if isinstance(value, str):
                values[name] = words.name("driver", value)
            else:
                values[name] = words.percent(value) if name == "part" else words.number(value)
        sentences.append(words.text("note", code.code, **values))
    return sentences


def check_finding(check: Any, words: Words, fit: str = "r2") -> str:
    """What a check found, with its numbers.

    Parameters
    ----------
    fit
        What is explained: ``r2``, or the name of a pseudo-R².
    """
    value = check.values["value"]
    if check.code == "participants":
        shown = words.number(value)
    elif check.code in ("separability", "conditioning"):
        shown = words.number(value, 1)
    elif check.code == "consistency":
        shown = words.number(value, 2)
    elif check.code == "contrary":
        shown = words.number(value)
    elif check.code in (*_OFTEN_NONE, "items_missing", "few_answers", "speeding") and value > 0:
        shown = words.chance(value)
    else:
        shown = words.percent(value)
    none = check.code in ("missing", "weighting", "contrary", *_OFTEN_NONE) and value == 0
    key = f"{check.code}_none" if none else check.code
    if key == "missing" and check.values.get("not_concerned"):
        key = "missing_concerned"
    if check.code == "explained" and (check.light == "red" or fit != "r2"):
        key = "explained_weak" if check.light == "red" else "explained_fit"
    others = {name: words.number(number) for name, number in check.values.items() if name != "value"}
    if check.code in ("variation", "one_impression"):
        others["limit"] = words.percent(check.values["limit"])
    if check.code == "consistency":
        others["limit"] = words.number(check.values["limit"], 2)
    if fit != "r2":
        others["fit"] = words.text("fit", fit)
    return words.text("finding", key, value=shown, **others)


def effects_sentence(result: Any, words: Words) -> str:
    """Which partial effects are larger than chance alone explains, after the correction for their number."""
    p_values = dict(zip(result.terms, result.p_adjusted, strict=True))
    clear = [name for name in result.drivers if p_values[name] < 1 - result.conf_level]
    if not clear:
        return words.sentence("effects_none")
    said = words.sentence("effects_clear", list=words.listed([words.name("driver", name) for name in clear]))
    return said if len(clear) == len(result.drivers) else f"{said} {words.sentence('effects_rest')}"


def rank_text(result: Any, words: Words, position: int) -> str:
    """The possible ranks of a driver, or nothing where no order may be spoken of."""
    verdict = result.verdict
    if verdict.status == "not_rankable" or len(result.drivers) == 1:
        return ""
    lows, highs = verdict.possible_ranks()
    return rank_span(int(lows[position]), int(highs[position]), words)


def rank_span(low: int, high: int, words: Words) -> str:
    """A rank, one or the other of two, or a range of them."""
    if low == high:
        return words.ui("rank_one", rank=words.ordinal(low))
    between = {"low": words.number(low), "high": words.number(high)}
    return words.ui("rank_two" if high == low + 1 else "rank_range", **between)


def headline(result: Any, words: Words) -> str:
    """How high the main outcome is, from whom, when."""
    score = result.scores[0]
    values = {
        "outcome": words.outcome(score.outcome),
        "outcome_start": words.outcome(score.outcome, "start"),
        "score": words.number(score.level.estimate, 1),
        "low": words.number(score.level.conf_low, 1),
        "high": words.number(score.level.conf_high, 1),
        "level": words.percent(result.conf_level),
        "sample": sample(score.level.n, words),
        "period": period(result.period, words),
    }
    values |= {"lowest": words.number(-100), "highest": words.number(100)}
    nps = score.statistic == "nps"
    if result.unit:
        values |= {"unit_kind": words.label("unit_kind", "unit"), "unit": words.label("unit", result.unit)}
        text = words.sentence("headline_nps_unit" if nps else "headline_unit", **values)
    else:
        text = words.sentence("headline_nps" if nps else "headline", **values)
    if words.has_label("survey", "respondents"):
        # A label fits into no sentence, so it has one of its own.
        label = words.label("survey", "respondents")
        text += " " + words.sentence("sample_label", label=label, n=words.number(score.level.n))
    return text


def sample(n: int, words: Words) -> str:
    """From whom a result comes, as part of a sentence; nothing where the survey has a label for them."""
    if words.has_label("survey", "respondents"):
        return ""
    return words.sentence("sample_from", participants=words.counted("participant", n, case="gen"))


def period(dates: Any, words: Words) -> str:
    """When answers were given, as part of a sentence; nothing where it is not known."""
    if dates is None:
        return ""
    start, end = dates
    if start == end and isinstance(start, int):
        return words.sentence("period_year", year=words.day(start))
    key = "period_years" if isinstance(start, int) else "period_dates"
    return words.sentence(key, start=words.day(start), end=words.day(end))


def change(score: Any, conf_level: float, words: Words) -> str:
    """How a statistic changed since the wave before, or nothing where there is none."""
    level = score.change
    if level is None:
        return ""
    noun, factor = ("pp", 100.0) if score.statistic in ("top2box", "share") else ("point", 1.0)
    estimate, low, high = (factor * value for value in (level.estimate, level.conf_low, level.conf_high))
    names = {"previous": words.label("wave", score.wave_before), "level": words.percent(conf_level)}
    if not score.changed:
        return words.sentence(
            "change_none",
            wave=words.label("wave", score.wave),
            d=words.counted(noun, estimate, decimals=1),
            low=words.number(low, 1),
            high=words.number(high, 1),
            **names,
        )
    if estimate < 0:
        # A fall is told in sizes without a sign, the smaller first.
        low, high = -high, -low
    return words.sentence(
        "change_rose" if estimate > 0 else "change_fell",
        d=words.counted(noun, abs(estimate), case="gen", decimals=1),
        low=words.number(low, 1),
        high=words.number(high, 1),
        **names,
    )


def statistic_name(statistic: str, outcome: str, words: Words) -> str:
    """What a statistic is called."""
    if statistic == "mean":
        return words.term("csat") if words.plain_satisfaction(outcome) else words.term("mean")
    if statistic == "top2box":
        return words.term("satisfied") if words.plain_satisfaction(outcome) else words.term("top2box")
    return words.term("event_share") if statistic == "share" else words.term("nps")


def statistic_value(statistic: str, value: float, words: Words) -> str:
    """A statistic's value as it is shown."""
    return words.percent(value) if statistic in ("top2box", "share") else words.number(value, 1)


def weighting(sample_of_result: Any, words: Words) -> str:
    """Whether answers are weighted, for the line under a figure."""
    if sample_of_result.weighted:
        return words.ui("weighted", n=words.number(sample_of_result.n_effective))
    return words.ui("unweighted")


def map_sentence(result: Any, words: Words) -> str:
    """What the importance-performance map says first."""
    if result.verdict.status == "not_rankable":
        return words.sentence("map_blocked")
    first = [name for name, place in zip(result.drivers, result.quadrant, strict=True) if place == "improve_first"]
    if not first:
        return words.sentence("map_improve_none")
    return words.sentence(
        "map_improve",
        aspects=words.counted("aspect", len(first)),
        list=words.listed([words.name("driver", name) for name in first]),
    )


def trend_points(result: Any, outcome: str, statistic: str) -> list[tuple[str, Any]]:
    """The waves that have the statistic, each with its level."""
    scored = [(wave, part.score(outcome, statistic)) for wave, part in zip(result.waves, result.results, strict=True)]
    return [(wave, score.level) for wave, score in scored if score is not None]


def trend_of_one_wave(result: Any, words: Words, outcome: str, statistic: str) -> str:
    """A statistic that one wave alone has: its value, and that nothing can be said of a change."""
    ((wave, level),) = trend_points(result, outcome, statistic)
    return words.sentence(
        "trend_one_wave" if words.plain_satisfaction(outcome) else "trend_one_wave_other",
        outcome=words.outcome(outcome),
        wave=words.label("wave", wave),
        statistic=statistic_name(statistic, outcome, words),
        value=statistic_value(statistic, level.estimate, words),
    )


def trend_sentence(result: Any, words: Words, outcome: str, statistic: str) -> str:
    """How a statistic went from the first wave to the last."""
    points = trend_points(result, outcome, statistic)
    (first, start), (last, end) = points[0], points[-1]
    return words.sentence(
        "trend_summary" if words.plain_satisfaction(outcome) else "trend_summary_other",
        outcome=words.outcome(outcome),
        first=words.label("wave", first),
        last=words.label("wave", last),
        statistic=statistic_name(statistic, outcome, words),
        from_value=statistic_value(statistic, start.estimate, words),
        to_value=statistic_value(statistic, end.estimate, words),
    )
