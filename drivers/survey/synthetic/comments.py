"""What customers write in their own words, and which attribute each comment is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.people import People
from drivers.survey.synthetic.ratings import Ratings

GENERAL = "general"
MOODS = ("praise", "blame", "neutral")

POPULAR: Mapping[str, float] = {
    "presence": 0.8,
    "welcome": 0.9,
    "respect": 1.1,
    "empathy": 0.6,
    "fairness": 0.8,
    "information": 1.1,
    "alternatives": 0.5,
    "speed": 2.0,
    "honesty": 0.5,
}
"""How readily an attribute is written about where nothing special has happened."""

OPENED, CLOSED, WITH_CONTACT = 0.12, 0.12, 0.02
"""Parts of the comments with an opening, with a closing, and with an invented address or number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comments:
    """Comments and what is true of them.

    Parameters
    ----------
    text
        Empty where nothing was written, (n,).
    theme
        The attribute a comment is about, ``general``, or empty, (n,).
    mood
        ``praise``, ``blame``, ``neutral``, or empty, (n,).
    """

    text: np.ndarray
    theme: np.ndarray
    mood: np.ndarray


def draw_comments(people: People, ratings: Ratings, rng: np.random.Generator) -> Comments:
    """The comments of a sample's customers."""
    n = len(people)
    written = np.flatnonzero((rng.random(n) < model.COMMENTED) & (people.care != 1))
    drawn = rng.random((n, 9))
    # Extreme ratings are written about, low ones most.
    pull = np.array([6.0, 3.0, 0.6, 0.6, 1.6])
    theme, mood, text = (np.full(n, "", dtype=object) for _ in range(3))
    names = (*model.ATTRIBUTES, GENERAL)
    popular = np.array([POPULAR[name] for name in model.ATTRIBUTES])
    # Backward readers tick the wrong end but write what they mean.
    meant = ratings.lived.experienced[:, : len(names) - 1]
    weight = np.column_stack([popular * pull[meant - 1], np.full(n, 2.0)])
    bounds = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    chosen = (drawn[:, :1] > bounds[:, :-1]).sum(axis=1)
    surge = (people.wave >= model.THEME_WAVE) & (drawn[:, 1] < model.THEME_SURGE)
    satisfied = ratings.lived.satisfaction
    for row in written:
        name = model.THEME if surge[row] else names[chosen[row]]
        rating = satisfied[row] if name == GENERAL else meant[row, names.index(name)]
        chance = drawn[row, 2]
        if surge[row] or rating <= 2 or (rating == 3 and chance < 0.7):
            how = "blame"
        elif name == GENERAL and chance < 0.5:
            how = "neutral"
        else:
            how = "praise"
        language = "en" if people.english[row] else "ar"
        theme[row], mood[row] = name, how
        text[row] = sentence(name, how, language, drawn[row, 3:])
    return Comments(text=text, theme=theme, mood=mood)


def sentence(theme: str, mood: str, language: str, drawn: np.ndarray) -> str:
    """A sentence on a theme, now and then with an opening, a closing or an address.

    Parameters
    ----------
    drawn
        Numbers from 0 to 1 that choose it and what stands around it; float (6,).
    """
    phrases = _phrases()
    words = phrases[GENERAL][language][mood] if theme == GENERAL else phrases["themes"][theme][language][mood]
    return _written(_pick(words, drawn[0]), mood, language, phrases, drawn[1:])


@cache
def _phrases() -> dict[str, Any]:
    from ruamel.yaml import YAML

    return dict(YAML(typ="safe").load(Path(__file__).with_name("comments.yml").read_text(encoding="utf-8")))


def _pick(texts: Sequence[str], drawn: float) -> str:
    return texts[int(drawn * len(texts))]


def _written(sentence: str, mood: str, language: str, phrases: Mapping[str, Any], drawn: np.ndarray) -> str:
    """A sentence, now and then with an opening, a closing or an address."""
    if mood == "neutral":
        return sentence
    if drawn[0] < OPENED:
        keep = language != "en" or sentence.startswith(("I ", "I'"))
        rest = sentence if keep else sentence[0].lower() + sentence[1:]
        sentence = f"{_pick(phrases['openings'][language], drawn[1])} {rest}"
    for part, chance, which in (("closings", CLOSED, drawn[3]), ("contact", WITH_CONTACT, drawn[4])):
        if drawn[2] < chance:
            stop = "" if sentence.endswith((".", "!", "?", "؟")) else "."
            sentence = f"{sentence}{stop} {_pick(phrases[part][language], which)}"
    return sentence
