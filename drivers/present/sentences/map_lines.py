"""Which lines part the quadrants of the importance-performance map, in words."""

from __future__ import annotations

from typing import Any

from drivers.present.words import Words


def lines_sentence(result: Any, words: Words) -> str:
    """What ratings and importance are compared with, and of which wave ratings are."""
    parts = [_rating_line(result, words), _importance_line(result, words)]
    if result.wave:
        parts.append(words.sentence("ratings_of_wave", wave=words.label("wave", result.wave)))
    return " ".join(parts)


def lines_legend(result: Any, words: Words) -> str:
    """What the dashed lines stand for, in short."""
    return words.ui(
        "map_legend", rating=words.ui(f"line_{_rating_key(result)}"), importance=_importance_name(result, words)
    )


def axis_of_ratings(result: Any, words: Words) -> str:
    """What the axis across measures."""
    if not result.own_lines:
        return words.ui("axis_performance")
    return words.ui("axis_to_target" if result.performance_line == "target" else "axis_to_benchmark")


def _rating_key(result: Any) -> str:
    """The key of the line that ratings are compared with."""
    if result.performance_line == "target":
        return "own_target" if result.own_lines else "one_target"
    if result.performance_line != "benchmark":
        return "mean_rating" if result.performance_line == "mean" else "given_rating"
    if result.benchmark_of in ("other_units", "outside"):
        return f"of_{result.benchmark_of}"
    return "of_rival"


def _rating_line(result: Any, words: Words) -> str:
    key = _rating_key(result)
    whose = result.benchmark_of if key == "of_rival" else ""
    name = words.label("rival", whose) if whose and words.has_label("rival", whose) else whose
    return words.sentence(f"line_{key}", rating=words.number(float(result.line.mean()), 1), rival=name)


def _importance_line(result: Any, words: Words) -> str:
    share = words.percent(result.crosshair_share)
    return words.sentence(f"line_{result.importance_line}_share", share=share)


def _importance_name(result: Any, words: Words) -> str:
    return words.ui(f"line_{result.importance_line}_share")
