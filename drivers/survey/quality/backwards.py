"""A scale read backwards: respondents whose ends contradict each other, and whether chance or honesty explains them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from drivers.survey.data import Survey

LOW_END, HIGH_END = 10.0, 90.0
"""Points up to and from which an answer is one of an end: the last of five answers, 0–1 and 9–10 of 0–10."""

NEXT_TO_END = 20.0
"""Points beyond an end within which the next answer inwards lies, such as "disagree" beside "strongly disagree"."""

RATINGS = "ratings"
"""The mean of all ratings of aspects, where it is the witness."""

SURE = 0.01
"""Chance of finding more contradictions than honest in some pair, where there are none."""

WORTH_TELLING = 0.005
"""Part of the respondents that must contradict themselves beyond what is honest: fewer change no result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """How many of those at one end of the main outcome are at the other end of something else.

    Parameters
    ----------
    outcome
        The main outcome.
    witness
        What contradicts it: another outcome, or `RATINGS`.
    end
        Of the outcome: ``worst`` or ``best``.
    n
        Respondents at this end who gave the witness.
    found
        Those among them who are at the other end of it.
    n_next, found_next
        The same among those whose outcome is the next answer inwards.
    p_value
        Of at least so many, were people at the end no likelier to contradict themselves than those next to it.
    """

    outcome: str
    witness: str
    end: str
    n: int
    found: int
    n_next: int
    found_next: int
    p_value: float

    @property
    def expected(self) -> float:
        """How many would be honest: as large a part as among those next to the end."""
        return self.n * self.found_next / self.n_next if self.n_next else float("nan")

    @property
    def excess(self) -> float:
        """How many more there are than honest ones."""
        return max(0.0, self.found - self.expected) if self.n_next else 0.0


def contradicting(survey: Survey) -> np.ndarray:
    """Rows at one end of the main outcome and at the other end of another outcome or of the ratings; bool (n,)."""
    main = survey.scores[survey.codebook.main_outcome].to_numpy()
    rows = np.zeros(len(main), dtype=bool)
    for _, witness in _witnesses(survey):
        rows |= ((main <= LOW_END) & (witness >= HIGH_END)) | ((main >= HIGH_END) & (witness <= LOW_END))
    return rows


def contradictions(survey: Survey) -> tuple[Contradiction, ...]:
    """Each pair of ends of the main outcome and a witness, among the respondents of the domain.

    Notes
    -----
    Honest answers get rarer the farther they lie apart: of those who are very dissatisfied, fewer recommend warmly than
    of those who are somewhat dissatisfied. Whoever takes the top of a list for its best answer turns this round. The
    expected number is therefore the part of those next to the end, and the p-value that of Fisher's exact test, one
    side. It is cautious, as some of those next to the end misread the scale, too.

    Weights: not used, as it is respondents who misread. Missing answers: both must be known.
    """
    name = survey.codebook.main_outcome
    main = np.where(survey.domain, survey.scores[name].to_numpy(), np.nan)
    found = []
    for witness, scores in _witnesses(survey):
        known = ~np.isnan(scores)
        ends = (
            ("worst", main <= LOW_END, (main > LOW_END) & (main <= LOW_END + NEXT_TO_END), scores >= HIGH_END),
            ("best", main >= HIGH_END, (main < HIGH_END) & (main >= HIGH_END - NEXT_TO_END), scores <= LOW_END),
        )
        for end, at_end, beside, opposite in ends:
            n, n_next = int((at_end & known).sum()), int((beside & known).sum())
            k, k_next = int((at_end & opposite).sum()), int((beside & opposite).sum())
            if n:
                found.append(
                    Contradiction(
                        outcome=name,
                        witness=witness,
                        end=end,
                        n=n,
                        found=k,
                        n_next=n_next,
                        found_next=k_next,
                        p_value=_at_least(k, n, k_next, n_next),
                    )
                )
    return tuple(found)


def _witnesses(survey: Survey) -> Iterator[tuple[str, np.ndarray]]:
    """The other outcomes that share no item with the main one, and the mean of the ratings."""
    book = survey.codebook
    own = set(book.outcomes[book.main_outcome].items)
    for name, outcome in book.said_outcomes.items():
        if not own & set(outcome.items):
            yield name, survey.scores[name].to_numpy()
    total, count = np.zeros(len(survey.scores)), np.zeros(len(survey.scores))
    for name in book.default_drivers:
        scores = survey.scores[name].to_numpy()
        total += np.nan_to_num(scores)
        count += ~np.isnan(scores)
    # Half of the ratings tell what somebody thinks of the rest.
    enough = count * 2 >= len(book.default_drivers)
    yield RATINGS, np.where(enough, total / np.maximum(count, 1), np.nan)


def _at_least(k: int, n: int, k_next: int, n_next: int) -> float:
    """Fisher's exact p-value, one side: at least k of n where k + k_next of n + n_next are found."""
    if not n_next:
        return 1.0
    total = k + k_next
    several = np.arange(k, min(n, total) + 1)
    logs = _log_choose(n, several) + _log_choose(n_next, total - several) - _log_choose(n + n_next, np.array(total))
    return float(min(1.0, np.exp(logs).sum()))


def _log_choose(n: int, k: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.where((k < 0) | (k > n), -np.inf, logs)
