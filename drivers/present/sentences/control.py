"""What may be said of indicators over the waves: what is usual, what is not, and where they are heading."""

from __future__ import annotations

import math
from typing import Any

from drivers.present.sentences.findings import reasons
from drivers.present.sentences.indicators import indicator_name
from drivers.present.words import Words

MOST_TOLD = 3
"""Waves outside their range of which a sentence tells the values; of more it tells the names."""

_MOST_DECIMALS = 6
_NOUNS = {"points": "point", "nps": "point", "percent": "pp"}


def worth_a_search(chart: Any) -> bool:
    """Whether anything in a chart is no ordinary up or down."""
    return bool(chart.limits.signals)


def chart_decimals(chart: Any) -> int:
    """Digits behind the mark with which the usual range is told from what lies beside it."""
    width = float((chart.limits.high - chart.limits.low).min())
    return _digits(100 * width if chart.unit == "percent" else width)


def chart_value(chart: Any, value: float, words: Words) -> str:
    """A value of a chart, with as many digits as all its others."""
    decimals = chart_decimals(chart)
    return words.percent(value, decimals) if chart.unit == "percent" else words.number(value, decimals)


def summary_sentences(result: Any, words: Words) -> list[str]:
    """Which of several indicators are worth a search for a cause; nothing for a single one."""
    if len(result.charts) < 2:
        return []
    found = [chart for chart in result.charts if worth_a_search(chart)]
    if not found:
        return [words.sentence("control_none")]
    listed = words.listed([words.quoted(indicator_name(chart, words)) for chart in found])
    said = words.sentence("control_worth", list=listed)
    return [said] if len(found) == len(result.charts) else [said, words.sentence("control_rest")]


def chart_sentences(result: Any, chart: Any, words: Words) -> list[str]:
    """What one chart says: of its waves, of runs, of its trend.

    Where something stands out, and the trend is not sure, nothing is said of it: that a rise "may be chance" would be
    read of the waves that stand out.
    """
    said = signal_sentences(chart, words)
    untold = chart.limits.signals and chart.direction == "not_shown"
    return said if untold else [*said, trend_sentence(result, chart, words)]


def signal_sentences(chart: Any, words: Words) -> list[str]:
    """Waves outside the usual range and runs on one side of the average; that there are none where there are none."""
    name = {"indicator": indicator_name(chart, words)}
    waves = len(chart.history.waves)
    if not chart.limits.signals:
        return [words.sentence("control_usual", waves=words.counted("wave", waves, case="gen"), **name)]
    sentences = []
    outside = [signal for signal in chart.limits.signals if signal.code in ("outside_high", "outside_low")]
    ends = "_trend" if _at_ends(chart) else ""
    if len(outside) == 1:
        sentences.append(words.sentence(f"out_of_control{ends}", **_numbers(chart, outside[0].first, words), **name))
    elif not chart.limits.settled:
        counts = {"n": words.number(len(outside)), "total": words.number(waves)}
        sentences.append(words.sentence("control_unsettled", **counts, **name))
    elif outside:
        numbers = [_numbers(chart, signal.first, words) for signal in outside]
        if len(outside) <= MOST_TOLD:
            items = [words.sentence("control_item", wave=each["wave"], value=each["value"]) for each in numbers]
        else:
            items = [words.quoted(each["wave"]) for each in numbers]
        sentences.append(
            words.sentence(
                f"control_outside{ends}",
                waves=words.counted("wave", len(outside), case="gen"),
                list=words.listed(items),
                low=numbers[-1]["low"],
                high=numbers[-1]["high"],
                **name,
            )
        )
    sentences += [
        words.sentence(
            f"control_{signal.code}",
            waves=words.counted("wave", signal.waves, case="gen"),
            first=words.label("wave", chart.history.waves[signal.first]),
            last=words.label("wave", chart.history.waves[signal.last]),
            **name,
        )
        for signal in chart.limits.signals
        if signal not in outside
    ]
    return sentences


def trend_sentence(result: Any, chart: Any, words: Words) -> str:
    """Whether an indicator rises or falls, by how much a wave."""
    trend, direction = chart.trend, chart.direction
    factor = 100.0 if chart.unit == "percent" else 1.0
    slope, low, high = (factor * value for value in (trend.slope, trend.conf_low, trend.conf_high))
    decimals = _digits((high - low) / 2)
    names = {"indicator": indicator_name(chart, words), "level": words.percent(result.conf_level)}
    alone = trend.conclusion
    if alone == "not_shown":
        return words.sentence(
            "control_trend_open",
            d=_amount(chart, slope, decimals, "nom", words),
            low=words.number(low, decimals),
            high=words.number(high, decimals),
            **names,
        )
    # A fall is told in sizes without a sign, the smaller first.
    ends = (low, high) if slope > 0 else (-high, -low)
    key = f"control_trend_{alone}" if direction != "not_shown" else f"control_alone_{alone}"
    return words.sentence(
        key,
        d=_amount(chart, abs(slope), decimals, "gen", words),
        low=words.number(ends[0], decimals),
        high=words.number(ends[1], decimals),
        n=words.number(len(result.charts)),
        **names,
    )


def baseline_sentence(chart: Any, result: Any, words: Words) -> str:
    """By which waves the usual range goes, where not by all; nothing otherwise."""
    if result.baseline:
        first, last = (words.label("wave", wave) for wave in result.baseline)
        return words.sentence("control_baseline", first=first, last=last)
    left = [wave for wave, used in zip(chart.history.waves, chart.limits.in_baseline, strict=True) if not used]
    if not left:
        return ""
    return words.sentence("control_far", list=words.listed([words.name("wave", wave) for wave in left]))


def left_out_sentences(result: Any, words: Words) -> list[str]:
    """Which indicators have no chart, and why."""
    sentences = []
    for key, reason in result.left_out.items():
        name = key.partition(".")[0]
        kind = next((kind for kind in ("indicator", "outcome", "driver") if words.has_label(kind, name)), "indicator")
        sentences.append(
            words.sentence("control_left_out", indicator=words.label(kind, name), reasons=reasons((reason,), words))
        )
    return sentences


def _at_ends(chart: Any) -> bool:
    """Whether an indicator has a trend, and every wave outside the range lies where the trend would have it."""
    if chart.direction == "not_shown":
        return False
    away = chart.history.estimate - chart.limits.center
    along = (chart.history.position - chart.history.position.mean()) * (1 if chart.direction == "rising" else -1)
    return bool((away * along > 0)[chart.limits.outside].all())


def _numbers(chart: Any, k: int, words: Words) -> dict[str, str]:
    return {
        "wave": words.label("wave", chart.history.waves[k]),
        "value": chart_value(chart, chart.history.estimate[k], words),
        "low": chart_value(chart, chart.limits.low[k], words),
        "high": chart_value(chart, chart.limits.high[k], words),
    }


def _amount(chart: Any, amount: float, decimals: int, case: str, words: Words) -> str:
    """A change with the noun of its unit, where it has one."""
    noun = _NOUNS.get(chart.unit)
    return words.counted(noun, amount, case=case, decimals=decimals) if noun else words.number(amount, decimals)


def _digits(width: float) -> int:
    """Digits behind the mark that show a width with two figures; one at least."""
    if not width > 0:
        return 1
    return min(max(1 - math.floor(math.log10(width)), 1), _MOST_DECIMALS)
