"""What the lexicon misses, by likeness to what it found: characters of words, and a multinomial regression on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FOLDS = 3
FEWEST_TEXTS = 10
"""Different texts of a class below which it is not learned."""
MOST_TEXTS = 3_000
"""Different texts that are learned from; of more, so many are drawn."""
LETTERS = (2, 4)
"""Lengths of the runs of characters within words."""
FEATURES = 6_000
_INVERSE_PENALTY = 10.0
_ONE_SIDED = 1.6448536
"""The normal deviation that 5 % exceed."""
_COOLEST, _HOTTEST = 0.2, 5.0
"""Bounds of the factor by which chances are calibrated."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likeness:
    """What was learned, and what it makes of texts that are not known.

    Parameters
    ----------
    classes
        What may be chosen.
    chosen
        Position of each text's class, or −1 where none is likely enough; int (m,).
    chance
        Calibrated chance of the most likely class; float (m,).
    threshold
        The chance from which a class is chosen; above 1 where none is.
    precision
        Part of the choices that were right in texts left out; NaN where none is made.
    reached
        Part of the texts left out for which a choice was made.
    n_texts
        Different texts learned from.
    """

    classes: tuple[str, ...]
    chosen: np.ndarray
    chance: np.ndarray
    threshold: float
    precision: float
    reached: float
    n_texts: int


def learn(
    texts: Sequence[str],
    labels: Sequence[str],
    told_by: Sequence[str],
    unknown: Sequence[str],
    *,
    precision: float,
    seed: int,
) -> Likeness | None:
    """What texts of known classes say of others; None where there is too little to learn from.

    Parameters
    ----------
    texts, labels
        Texts without the words by which the lexicon told their class, and that class. Those that are left must be told
        by what stands around such words, as texts are in which the lexicon knows no word.
    told_by
        The words by which each class was told. Texts told by the same words are left out together: whoever is learned
        from one of them knows the others, and the texts to be told hold none of these words.
    unknown
        Texts to be told.
    precision
        Part of the choices that must be right in texts left out, with 95 % certainty.
    seed
        Of the folds, and of the texts drawn where there are very many.
    """
    counted: dict[tuple[str, str, str], int] = {}
    for key in zip(texts, labels, told_by, strict=True):
        if key[0]:
            counted[key] = counted.get(key, 0) + 1
    sizes: dict[str, int] = {}
    for _, label, _ in counted:
        sizes[label] = sizes.get(label, 0) + 1
    classes = tuple(label for label, size in sizes.items() if size >= FEWEST_TEXTS)
    known = [(*key, count) for key, count in counted.items() if key[1] in classes]
    if len(classes) < 2 or not unknown:
        return None
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(known))[:MOST_TEXTS]
    drawn = [known[k] for k in order]
    y = np.array([classes.index(label) for _, label, _, _ in drawn])
    if len(np.unique(y)) < len(classes):
        return None
    weights = np.sqrt([float(count) for *_, count in drawn])
    x, new = _features([text for text, *_ in drawn], unknown)
    fold = _folds([told for _, _, told, _ in drawn])
    outside = np.zeros((len(drawn), len(classes)))
    for k in range(FOLDS):
        held = fold == k
        if len(np.unique(y[~held])) < len(classes):
            return None
        outside[held] = _scores(x[~held], y[~held], weights[~held], x[held])
    heat = _calibrated(outside, y)
    held_out = _chances(outside * heat)
    threshold, found, reached = _threshold(held_out, y, precision)
    chances = _chances(_scores(x, y, weights, new) * heat)
    best = chances.argmax(axis=1)
    chance = chances[np.arange(len(best)), best]
    empty = np.array([not text for text in unknown])
    return Likeness(
        classes=classes,
        chosen=np.where((chance >= threshold) & ~empty, best, -1),
        chance=chance,
        threshold=threshold,
        precision=found,
        reached=reached,
        n_texts=len(drawn),
    )


def _features(texts: Sequence[str], unknown: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Weighted runs of characters of known and unknown texts; sparse (n, p), (m, p)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(
        analyzer="char_wb", ngram_range=LETTERS, sublinear_tf=True, min_df=2, max_features=FEATURES, lowercase=False
    )
    return made.fit_transform(texts), made.transform(list(unknown))


def _folds(told_by: Sequence[str]) -> np.ndarray:
    """The fold of each text, the same where the same words told it; int (n,)."""
    of: dict[str, int] = {}
    return np.array([of.setdefault(words, len(of)) % FOLDS for words in told_by])


def _scores(x: np.ndarray, y: np.ndarray, weights: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Logarithms of odds against a common base, one column for each class; float (m, classes)."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    model = LogisticRegression(C=_INVERSE_PENALTY, tol=1e-4, max_iter=1000)
    with threadpool_limits(1):  # the sums of several threads differ in their last digits
        model.fit(x, y, sample_weight=weights)
        scores = np.asarray(model.decision_function(new), dtype=float)
    return np.column_stack([-scores / 2, scores / 2]) if scores.ndim == 1 else scores


def _chances(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _calibrated(scores: np.ndarray, y: np.ndarray) -> float:
    """The factor of the scores with which chances fit best what came true in texts left out (Guo et al. 2017)."""
    from scipy import optimize

    rows = np.arange(len(y))

    def loss(log_factor: float) -> float:
        right = _chances(scores * np.exp(log_factor))[rows, y]
        return float(-np.log(np.maximum(right, 1e-12)).mean())

    found = optimize.minimize_scalar(loss, bounds=(np.log(_COOLEST), np.log(_HOTTEST)), method="bounded")
    return float(np.exp(found.x))


def _lower_limit(share: np.ndarray, n: np.ndarray) -> np.ndarray:
    """The lower end of Wilson's interval, above which a share lies with 95 % certainty."""
    square = _ONE_SIDED**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = _ONE_SIDED / (1 + square / n) * np.sqrt(share * (1 - share) / n + square / (4 * n**2))
    return np.asarray(middle - reach)


def _threshold(chances: np.ndarray, y: np.ndarray, precision: float) -> tuple[float, float, float]:
    """The lowest chance from which enough choices are right, how many are, and the part of all that is chosen."""
    best = chances.argmax(axis=1)
    top = chances[np.arange(len(y)), best]
    order = np.argsort(-top, kind="stable")
    n = np.arange(1, len(y) + 1)
    right = np.cumsum(best[order] == y[order]) / n
    good = np.flatnonzero(_lower_limit(right, n) >= precision)
    if not len(good):
        return 2.0, float("nan"), 0.0
    last = int(good[-1])
    threshold = float(top[order[last]])
    chosen = top >= threshold
    return threshold, float((best[chosen] == y[chosen]).mean()), float(chosen.mean())
