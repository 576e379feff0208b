"""What may be said of penalties, rewards and features, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drivers.present.words import Words
from drivers.results import FEWEST_SHOWN

SHAPES = ("must_have", "bonus", "proportional", "undecided")
"""Of drivers, in the order in which they are spoken of."""

CLASSES = ("must_have", "bonus", "proportional", "indifferent", "reverse", "questionable", "undecided")
"""Of features, in the order in which they are spoken of."""

MOST_NAMED = 8
"""Names in one sentence; more are left to the table."""


def uneven_sentences(result: Any, words: Words) -> list[str]:
    """Which drivers cost more than they bring, or bring more than they cost, and of which it cannot be told."""
    sentences = []
    for shape in ("must_have", "bonus"):
        sentences += [_one_sided(result, i, words) for i, found in enumerate(result.shapes) if found == shape]
    common = {"outcome": words.outcome(result.outcome)}
    if names := result.of_shape("proportional"):
        sentences.append(words.sentence("uneven_proportional", list=_drivers(names, words), **common))
    open_ = [
        name
        for name, shape, basis in zip(result.drivers, result.shapes, result.bases, strict=True)
        if shape == "undecided" and basis == "estimated"
    ]
    if open_:
        sentences.append(words.sentence("uneven_undecided", list=_drivers(open_, words)))
    for basis in ("few_low", "few_high", "few_both"):
        if names := [name for name, found in zip(result.drivers, result.bases, strict=True) if found == basis]:
            sentences.append(words.sentence(f"uneven_{basis}", list=_drivers(names, words)))
    if result.straight:
        sentences.append(words.sentence("uneven_straight", list=_drivers(result.straight, words)))
    return sentences


def _one_sided(result: Any, i: int, words: Words) -> str:
    """A must-have or a bonus with its numbers, the side that counts first."""
    values: dict[str, str] = {}
    for name in ("penalty", "reward"):
        estimate, _, low, high = getattr(result, name)[:, i]
        values |= {
            name: words.number(estimate, 1),
            f"{name}_low": words.number(low, 1),
            f"{name}_high": words.number(high, 1),
        }
    # What counts is clear of zero, so that its number takes a noun.
    counts = "penalty" if result.shapes[i] == "must_have" else "reward"
    values[counts] = words.counted("point", getattr(result, counts)[0, i], case="gen", decimals=1)
    return words.sentence(
        f"uneven_{result.shapes[i]}_{result.method}",
        driver=words.label("driver", result.drivers[i]),
        outcome=words.outcome(result.outcome),
        level=words.percent(result.conf_level),
        **values,
    )


def _drivers(names: Sequence[str], words: Words) -> str:
    return words.listed([words.name("driver", name) for name in names])


def feature_sentences(result: Any, words: Words) -> list[str]:
    """What the features of each class are to people, and which features had too few answers."""
    sentences = [
        words.sentence(f"feature_{name}", list=_features(names, words))
        for name in CLASSES
        if (names := result.of_class(name))
    ]
    if result.left_out:
        listed = _features(result.left_out, words)
        sentences.append(words.sentence("feature_left_out", list=listed, needed=words.number(FEWEST_SHOWN)))
    return sentences


def _features(names: Sequence[str], words: Words) -> str:
    """Features in running text, or how many they are where names would be too many."""
    if len(names) > MOST_NAMED:
        return words.ui("features_in_table", n=words.number(len(names)))
    return words.listed([words.name("feature", name) for name in names])
