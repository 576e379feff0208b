"""What may be said of expectations and experience, in words."""

from __future__ import annotations

from typing import Any

from drivers.present.words import Words


def places_key(result: Any) -> str:
    """Whether people lie below, inside or above a zone (``zone``), or below, at or above one level (``level``)."""
    return "zone" if all(one.has_zone for one in result.drivers) else "level"


def gap_sentences(result: Any, words: Words) -> list[str]:
    """Where experience falls short of the hope, and whether the least acceptable is reached, on average."""
    sentences = []
    for level in ("desired", "adequate"):
        sides = result.sides(level)
        if sides:
            sentences.append((_hoped if level == "desired" else _accepted)(result, sides, words))
    return sentences


def _hoped(result: Any, sides: Any, words: Words) -> str:
    short = [result.driver(name) for name, side in sides.items() if side == "below"]
    if not short:
        return words.sentence("hoped_none")
    everywhere = len(short) == len(sides)
    widest = min(short, key=lambda one: float(one.gaps["desired"].estimate))
    gap = widest.gaps["desired"]
    return words.sentence(
        "hoped_all" if everywhere else "hoped_short",
        aspects=words.counted("aspect", len(short), case="gen"),
        k=words.number(len(sides)),
        driver=words.label("driver", widest.driver),
        # A gap is told in its size, the smaller limit first.
        d=words.counted("point", -gap.estimate, decimals=1),
        low=words.number(-gap.conf_high, 1),
        high=words.number(-gap.conf_low, 1),
        level=words.percent(result.conf_level),
    )


def _accepted(result: Any, sides: Any, words: Words) -> str:
    short = [name for name, side in sides.items() if side == "below"]
    if short:
        listed = words.listed([words.name("driver", name) for name in short])
        return words.sentence("accepted_short", list=listed)
    reached = [name for name, side in sides.items() if side == "above"]
    if len(reached) == len(sides):
        return words.sentence("accepted_all")
    if not reached:
        return words.sentence("accepted_open")
    return words.sentence(
        "accepted_some",
        aspects=words.counted("aspect", len(reached), case="gen"),
        k=words.number(len(sides)),
    )


def place_sentences(result: Any, words: Words) -> list[str]:
    """In which driver the largest part got less than they would accept, or expected, and in which the largest more."""
    sentences = []
    for place in ("below", "above"):
        most = max(result.drivers, key=lambda one: float(one.parts[place].estimate))
        part = most.parts[place]
        sentences.append(
            words.sentence(
                f"most_{place}_{places_key(result)}",
                driver=words.label("driver", most.driver),
                share=words.percent(part.estimate),
                low=words.percent(part.conf_low),
                high=words.percent(part.conf_high),
                level=words.percent(result.conf_level),
            )
        )
    return sentences


def asked_sentences(result: Any, words: Words) -> list[str]:
    """On which scales expectations were asked, and what was left out of the comparison."""
    sentences = []
    codes = {note.code for note in result.notes}
    if "expectations_rescaled" in codes:
        sentences.append(words.text("note", "expectations_rescaled"))
    if "expectations_contradictory" in codes:
        sentences.append(words.text("note", "expectations_contradictory", part=words.chance(result.contradictory)))
    if result.left_out:
        listed = words.listed([words.name("driver", name) for name in result.left_out])
        sentences.append(words.sentence("expectations_left_out", list=listed))
    return sentences


def weighted_sentences(result: Any, words: Words) -> list[str]:
    """How large the weighted gap is to each level."""
    sentences = []
    for whole in result.weighted:
        score = whole.score
        values = {
            "d": words.counted("point", score.estimate, decimals=1),
            "low": words.number(score.conf_low, 1),
            "high": words.number(score.conf_high, 1),
            "level": words.percent(result.conf_level),
        }
        sentences.append(words.sentence(f"weighted_{whole.weights}_{whole.level}", **values))
    return sentences


def equation_sentences(result: Any, words: Words) -> list[str]:
    """Each equation over all drivers with its verdict, one sentence each."""
    zone = "zone" if result.zone else "level"
    sentences = []
    for one in result.overall:
        statement = words.text("equation", one.equation)
        if one.finding == "untested":
            key = "equation_no_loyalty" if one.equation == "above" and not result.loyalty else "equation_untested"
            sentences.append(words.sentence(key, statement=statement))
            continue
        sentences.append(
            words.sentence(
                f"equation_{one.equation}_{zone}",
                statement=statement,
                finding=words.text("equation_finding", one.finding),
                chance=words.percent(one.chance),
                versus=words.percent(one.chance_versus),
                d=words.counted("pp", 100 * one.estimate, decimals=1),
                low=words.number(100 * one.adjusted_low, 1),
                high=words.number(100 * one.adjusted_high, 1),
                level=words.percent(result.conf_level),
            )
        )
    return sentences


def exception_sentences(result: Any, words: Words) -> list[str]:
    """In which single drivers an equation does not hold; that there is none where there is none."""
    sentences = []
    for name in ("below", "inside", "above"):
        against = [one.driver for one in result.by_driver if one.equation == name and one.finding == "contradicted"]
        if against:
            sentences.append(
                words.sentence(
                    "equation_against",
                    statement=words.text("equation", name),
                    list=words.listed([words.name("driver", driver) for driver in against]),
                )
            )
    return sentences or [words.sentence("equation_against_none")]
