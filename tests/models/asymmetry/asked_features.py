"""Surveys that ask how people would feel with a feature and without it, made from answers."""

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import drivers as kda
from drivers.survey.data import Survey
from tests.simulated import make_survey

KANO = ("I like it", "I take it for granted", "I do not mind", "I can live with it", "I dislike it")
AGREEMENT = ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")
ARABIC = ("يعجبني", "أعدّه مفروغًا منه", "لا فرق عندي", "يمكنني قبوله", "لا يعجبني")

Pairs = Mapping[str, tuple[np.ndarray, np.ndarray]]


def ask_features(
    folder: Path,
    pairs: Pairs,
    *,
    answers: tuple[str, ...] = KANO,
    reversed_: bool = False,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    drivers: Mapping[str, str] | None = None,
    **options: object,
) -> Survey:
    """A survey whose features have the given answers.

    Parameters
    ----------
    pairs
        Feature → answers with it and without it, 1 (I like it) to 5 (I dislike it), NaN = none; float (n,) each.
    answers
        Labels of the answers 1 to 5.
    reversed_
        Whether the file holds them from 5 to 1, and the codebook says so.
    labels
        Feature → language → label.
    drivers
        Feature → the driver that it belongs to.
    **options
        Of `make_survey`.
    """
    n = len(next(iter(pairs.values()))[0])
    rng = np.random.default_rng(5)
    rating = rng.integers(0, 5, n) * 25.0
    make_survey(folder, drivers={"speed": rating}, outcomes={"satisfaction": 100 - rating}, **options)  # type: ignore[arg-type]
    return add_features(folder, pairs, answers=answers, reversed_=reversed_, labels=labels, drivers=drivers)


def add_features(
    folder: Path,
    pairs: Pairs,
    *,
    answers: tuple[str, ...] = KANO,
    reversed_: bool = False,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    drivers: Mapping[str, str] | None = None,
) -> Survey:
    """The survey of a folder with questions on features added; arguments as of `ask_features`."""
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    codes = {code: {"en": en, "ar": ar} for code, (en, ar) in enumerate(zip(answers, ARABIC, strict=True), start=1)}
    book["scales"]["feeling"] = {"type": "likert", "codes": codes}
    book["kano"] = {}
    for feature, both in pairs.items():
        names = (f"{feature}_with", f"{feature}_without")
        for name, column in zip(names, both, strict=True):
            book["items"][name] = {"column": name, "scale": "feeling", "reversed": reversed_}
            header.append(name)
            written = 6 - column if reversed_ else column
            for row, value in zip(rows, written, strict=True):
                row.append("" if np.isnan(value) else f"{value:.0f}")
        book["kano"][feature] = {
            "functional": names[0],
            "dysfunctional": names[1],
            "label": dict((labels or {}).get(feature, {"en": feature, "ar": feature})),
        }
        if feature in (drivers or {}):
            book["kano"][feature]["driver"] = (drivers or {})[feature]
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    # JSON has texts for keys, and the codes of a scale are numbers.
    text = re.sub(r'"(\d)": \{"en"', r'\1: {"en"', json.dumps(book, ensure_ascii=False))
    path.write_text(text, encoding="utf-8")
    return kda.read_survey(path)


def answers_of(categories: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answers with a feature and without it that are of the given categories, by position; float (n,), float (n,)."""
    pairs = np.array([[1, 3], [1, 5], [3, 5], [3, 3], [3, 1], [1, 1], [np.nan, 5]])
    with_it, without_it = pairs[categories].T
    return with_it, without_it
