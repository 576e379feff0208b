"""Reviews of `service_center` elsewhere: nobody chose who writes them, and most are very pleased or very angry."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from drivers.survey.synthetic import service_model as model
from drivers.survey.synthetic.comments import GENERAL, POPULAR, sentence

REVIEWS = 600
STARS = (0.27, 0.10, 0.10, 0.18, 0.35)
"""Parts of the reviews with one to five stars."""
PRAISES = (0.05, 0.15, 0.5, 0.9, 0.97)
"""The chance that a sentence of a review with so many stars praises."""
SECOND = 0.35
"""Part of the reviews with a second sentence on another theme."""
GENERAL_PULL = 1.5
"""How readily the service as a whole is written about, beside `POPULAR`."""
SURGE = 0.25
"""From `THEME_WAVE` on, this part of the reviews begins with a complaint about unkept promises, and gives few stars."""
ENGLISH = 0.25
WITHOUT_TEXT = 0.06
"""Part of the reviews that is stars and nothing else."""
FIRST_DAY, LAST_DAY = datetime.date(2023, 1, 1), datetime.date(2024, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnReviews:
    """Reviews and what is true of them.

    Parameters
    ----------
    day, stars, branch, language, text
        As a file has them, (n,).
    said
        Theme → mood of each review.
    """

    day: list[datetime.date]
    stars: np.ndarray
    branch: list[str]
    language: list[str]
    text: list[str]
    said: list[dict[str, str]]

    def table(self) -> pd.DataFrame:
        """The file: review, date, branch, language, stars, text; text."""
        columns = {
            "review": [f"v{number:04}" for number in range(1, len(self.day) + 1)],
            "date": [day.isoformat() for day in self.day],
            "branch": self.branch,
            "language": self.language,
            "stars": self.stars.astype(str),
            "text": self.text,
        }
        return pd.DataFrame(columns).astype("str")


def draw_reviews(rng: np.random.Generator, n: int = REVIEWS) -> DrawnReviews:
    """So many reviews, in the order of their days."""
    days = (LAST_DAY - FIRST_DAY).days + 1
    day = [FIRST_DAY + datetime.timedelta(days=int(number)) for number in np.sort(rng.integers(0, days, n))]
    sizes = model.branch_sizes()
    branch = rng.choice(len(model.BRANCHES), n, p=sizes / sizes.sum())
    language = np.where(rng.random(n) < ENGLISH, "en", "ar")
    stars = 1 + rng.choice(5, n, p=STARS)
    names = (*model.ATTRIBUTES, GENERAL)
    pull = np.array([*(POPULAR[name] for name in model.ATTRIBUTES), GENERAL_PULL])
    drawn, chosen = rng.random((n, 18)), rng.random((n, len(names)))
    said: list[dict[str, str]] = []
    text: list[str] = []
    for row in range(n):
        surge = _wave_of(day[row]) >= model.THEME_WAVE and drawn[row, 0] < SURGE
        if surge:
            stars[row] = 1 + int(drawn[row, 1] * 2)
        # The least of −log(u) / pull is a draw without replacement with chances that go by pull.
        order = [names[j] for j in np.argsort(-np.log(chosen[row]) / pull)]
        if surge:
            order = [model.THEME, *(name for name in order if name != model.THEME)]
        moods: dict[str, str] = {}
        sentences = []
        for place, name in enumerate(order[: 1 + (drawn[row, 2] < SECOND)]):
            praises = drawn[row, 3 + place] < PRAISES[stars[row] - 1] and not (surge and place == 0)
            moods[name] = "praise" if praises else "blame"
            own = drawn[row, 6 + 6 * place : 12 + 6 * place]
            sentences.append(sentence(name, moods[name], str(language[row]), own).rstrip())
        if drawn[row, 5] < WITHOUT_TEXT and not surge:
            moods, sentences = {}, []
        said.append(moods)
        text.append(" ".join(part if part.endswith((".", "!", "?", "؟")) else f"{part}." for part in sentences))
    return DrawnReviews(
        day=day,
        stars=stars,
        branch=[model.BRANCHES[place] for place in branch],
        language=[str(name) for name in language],
        text=text,
        said=said,
    )


def review_facts(drawn: DrawnReviews) -> dict[str, Any]:
    """What is true of some reviews: how many speak of each theme, their stars, and who complains of promises when."""
    names = (*model.ATTRIBUTES, GENERAL)
    wrote = np.array([bool(moods) for moods in drawn.said])
    wave = np.array([_wave_of(day) for day in drawn.day])
    spoken = {name: np.array([name in moods for moods in drawn.said]) for name in names}
    blamed = {name: np.array([moods.get(name) == "blame" for moods in drawn.said]) for name in names}
    return {
        "file": "service_center_reviews.csv",
        "reviews": len(drawn.day),
        "with_text": int(wrote.sum()),
        "mean_stars": float(drawn.stars.mean()),
        "mentions": {name: int(spoken[name].sum()) for name in names},
        "blamed": {name: int(blamed[name].sum()) for name in names},
        "stars_where_mentioned": {name: float(drawn.stars[spoken[name]].mean()) for name in names},
        "theme": model.THEME,
        "theme_raised": model.WAVES[model.THEME_WAVE - 1],
        "blames_theme": {
            key: float(blamed[model.THEME][wrote & (wave == number)].mean())
            for number, key in enumerate(model.WAVES, start=1)
        },
    }


def _wave_of(day: datetime.date) -> int:
    """The number of the quarter of the survey that a day lies in."""
    return 4 * (day.year - FIRST_DAY.year) + (day.month - 1) // 3 + 1
