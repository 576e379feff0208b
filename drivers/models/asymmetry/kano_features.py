"""What people say they would feel with a feature and without it: Kano's classes and coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.linearization import effective_size
from drivers.models.asymmetry.kano_answers import CATEGORIES, categories_of, positions, rated_scales
from drivers.models.expectations.ratios import Estimate, Ratios, ratios
from drivers.models.predictors import check_conf_level
from drivers.results import FEWEST_SHOWN, Code, Result, Sample, frame, read_only
from drivers.survey.data import Survey, check_survey

FeatureClass = Literal["bonus", "proportional", "must_have", "indifferent", "reverse", "questionable", "undecided"]
FEATURE_CLASSES: tuple[FeatureClass, ...] = get_args(FeatureClass)
"""The category that most people are in, where it is ahead of every other beyond chance."""

COEFFICIENTS = ("better", "worse", "total_strength")
"""Parts of people: more satisfied with it, less without it, and for whom it matters either way."""

_BONUS, _PROPORTIONAL, _MUST_HAVE, _INDIFFERENT = range(4)
_BETTER, _WORSE, _TOTAL = range(len(CATEGORIES), len(CATEGORIES) + 3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KanoResult(Result):
    """What each feature is to people; `kano` makes one.

    Parameters
    ----------
    features
        (f,).
    drivers
        The driver that a feature belongs to, "" for none; (f,).
    share
        Of people in each of the result's ``categories``, with Wilson's limits; float (3, f, 6).
    better, worse
        Of those to whom it is no reverse or questionable feature, the part that it would please, and the part that
        its lack would displease, with limits; float (3, f), NaN where they are fewer than 10.
    total_strength
        Part of people to whom it is a bonus, proportional or a must-have, with limits; float (3, f).
    strength
        How far the largest share is above the second (category strength), with limits; float (3, f).
    classes
        The category ahead of all others, or ``undecided``; (f,).
    n
        Complete pairs of answers; int (f,).
    left_out
        Features with fewer than 10 complete pairs.
    rated
        Whether answers are those of a rating, such as agreement, and not Kano's.
    """

    kind: ClassVar[str] = "kano"
    categories: ClassVar[tuple[str, ...]] = CATEGORIES

    features: tuple[str, ...]
    drivers: tuple[str, ...]
    share: np.ndarray
    better: np.ndarray
    worse: np.ndarray
    total_strength: np.ndarray
    strength: np.ndarray
    classes: tuple[FeatureClass, ...]
    n: np.ndarray
    left_out: tuple[str, ...]
    rated: bool
    sample: Sample
    conf_level: float

    def __post_init__(self) -> None:
        f = len(self.features)
        if self.share.shape != (3, f, len(CATEGORIES)):
            raise ValueError("A feature needs a share with two limits for each category.")
        if not np.allclose(self.share[0].sum(axis=1), 1.0):
            raise ValueError("The shares of a feature's categories add up to 1.")

    @property
    def n_used(self) -> int:
        """Respondents used."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Everything is a part of people."""
        return MappingProxyType({"estimate": "part of people, 0–1; strength: difference of two such parts"})

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample and of the answers."""
        return (*self.sample.notes, *((Code("kano_rated"),) if self.rated else ()))

    @property
    def details(self) -> Mapping[str, object]:
        """Which driver a feature belongs to, and which features had too few answers."""
        return MappingProxyType(
            {"drivers": dict(zip(self.features, self.drivers, strict=True)), "left_out": list(self.left_out)}
        )

    def of_class(self, name: FeatureClass) -> tuple[str, ...]:
        """The features of one class."""
        return tuple(feature for feature, found in zip(self.features, self.classes, strict=True) if found == name)

    def tidy(self) -> pd.DataFrame:
        """Ten rows per feature: the shares of the categories, the coefficients and both strengths."""
        terms = (*CATEGORIES, *COEFFICIENTS, "strength")
        f = len(self.features)
        further = np.stack([self.better, self.worse, self.total_strength, self.strength], axis=2)
        values = np.concatenate([self.share, further], axis=2).reshape(3, -1)
        times = len(terms)
        return frame(
            {
                "feature": np.repeat(np.array(self.features, dtype=object), times),
                "driver": np.repeat(np.array([name or None for name in self.drivers], dtype=object), times),
                "term": list(terms) * f,
                "estimate": values[0],
                "conf_low": values[1],
                "conf_high": values[2],
                "conf_level": self.conf_level,
                "conclusion": np.repeat(np.array(self.classes, dtype=object), times),
                "n": np.repeat(self.n, times),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample."""
        return frame(
            {
                "n_asked": [self.sample.n_asked],
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
                "conf_level": self.conf_level,
            }
        )


def kano(survey: Survey, *, conf_level: float = 0.95) -> KanoResult:
    """What each feature is to people: a must-have, a bonus, in between, or nothing, from two questions on each.

    Parameters
    ----------
    survey
        Answers with weights and design; its codebook names the two questions on each feature (``kano:``).
    conf_level
        Level of the intervals and claims, between 0.5 and 1.

    Returns
    -------
    KanoResult
        `tidy()` has ten rows per feature: the shares of the six categories, ``better``, ``worse``, ``total_strength``
        and ``strength`` with their limits, and the feature's ``conclusion``.

    Raises
    ------
    ModelError
        With the code ``no_kano_pairs`` where the codebook has no features; with ``suppressed`` where none has 10
        complete pairs of answers.

    Notes
    -----
    Both answers of a person, with the feature and without it, give a category by Kano's evaluation table (Kano et al.
    1984; Berger et al. 1993): ``bonus`` is his attractive (A), ``proportional`` one-dimensional (O), ``must_have``
    must-be (M), beside ``indifferent`` (I), ``reverse`` (R) and ``questionable`` (Q: answers that contradict each
    other).

    **Class**: the category with the largest share, where the interval of its difference from every other category
    leaves out 0; otherwise ``undecided``. Of a feature whose two largest categories are truly equal, a class is claimed
    in at most 1 − ``conf_level`` of samples. No order of categories breaks a tie, as "M > O > A > I" would.

    ``better`` = (A + O) / (A + O + M + I), ``worse`` = (O + M) / (A + O + M + I), as a size; both are called
    coefficients of satisfaction and dissatisfaction (Timko in Berger et al. 1993). ``strength`` is the largest share
    less the second (category strength), ``total_strength`` is A + O + M (Lee and Newcomb 1997).

    What people say that they would feel is another question than what goes with their satisfaction: see `asymmetry`.

    Weights: linearised under the design, or by replicate weights; Wilson's interval at the effective sample size;
    differences of shares as in Zou and Donner (2008).
    Missing answers: a feature's complete pairs.

    References
    ----------
    Kano, Seraku, Takahashi and Tsuji (1984), Attractive quality and must-be quality, Hinshitsu 14(2), 39–48.
    Berger et al. (1993), Kano's methods for understanding customer-defined quality, Center for Quality Management
    Journal 2(4), 3–35.
    Lee and Newcomb (1997), Applying the Kano methodology to meet customer requirements: NASA's microgravity science
    program, Quality Management Journal 4(3), 95–106, doi:10.1080/10686967.1997.11918805.
    Zou and Donner (2008), Construction of confidence limits about effect measures, doi:10.1002/sim.3095.

    Examples
    --------
    >>> import drivers as kda
    >>> kda.attempt(kda.kano, kda.example_survey("customersat")).reasons
    (Code(code='no_kano_pairs', values={}),)
    """
    check_survey(survey)
    check_conf_level(conf_level)
    book = survey.codebook
    if not book.kano:
        raise ModelError(
            "Expected features with a question on each of having and lacking it, found none; name the questions under "
            "kano: in the codebook.",
            code="no_kano_pairs",
        )
    usable = survey.domain & (survey.weights > 0)
    found = {key: np.where(usable, _categories(survey, key), -1) for key in book.kano}
    kept = [key for key, category in found.items() if int((category >= 0).sum()) >= FEWEST_SHOWN]
    if not kept:
        raise ModelError(
            f"Expected a feature with at least {FEWEST_SHOWN} complete pairs of answers, found fewer for each of "
            f"{len(found)}; widen the selection.",
            code="suppressed",
            values={"needed": FEWEST_SHOWN},
        )
    each = [_of_feature(survey, found[key], conf_level) for key in kept]
    categories = len(CATEGORIES)
    values = np.array([[_three(estimate) for estimate in estimates] for estimates, _, _ in each])
    values = np.moveaxis(values, 2, 0)
    answered = np.array([found[key] for key in kept]) >= 0
    return KanoResult(
        features=tuple(kept),
        drivers=tuple(book.kano[key].driver or (key if key in book.drivers else "") for key in kept),
        share=read_only(values[:, :, :categories]),
        better=read_only(values[:, :, _BETTER]),
        worse=read_only(values[:, :, _WORSE]),
        total_strength=read_only(values[:, :, _TOTAL]),
        strength=read_only(np.array([strength for _, strength, _ in each]).T),
        classes=tuple(name for _, _, name in each),
        n=read_only(answered.sum(axis=1), np.int64),
        left_out=tuple(key for key in found if key not in kept),
        rated=bool(rated_scales(book)),
        sample=_sample(survey, np.array([found[key] for key in kept])),
        conf_level=conf_level,
    )


def _categories(survey: Survey, key: str) -> np.ndarray:
    """Each respondent's category of a feature, −1 without a complete pair; int (n,)."""
    pair, book = survey.codebook.kano[key], survey.codebook
    answers = []
    for item in (pair.functional, pair.dysfunctional):
        codes = np.array(sorted(book.scales[book.items[item].scale].codes or ()), dtype=float)
        answers.append(positions(survey.codes[item].to_numpy(), codes))
    return categories_of(*answers)


def _of_feature(
    survey: Survey, category: np.ndarray, conf_level: float
) -> tuple[list[Estimate | None], tuple[float, float, float], FeatureClass]:
    """Shares and coefficients of a feature, its strength with limits, and its class."""
    one_each = (category[:, None] == np.arange(len(CATEGORIES))).astype(float)
    answered, straight = (category >= 0).astype(float), one_each[:, : _INDIFFERENT + 1].sum(axis=1)
    bonus, proportional, must_have = one_each[:, :_INDIFFERENT].T
    tops = np.column_stack([one_each, bonus + proportional, proportional + must_have, bonus + proportional + must_have])
    bottoms = np.column_stack([*[answered] * len(CATEGORIES), straight, straight, answered])
    found = ratios(survey, tops, bottoms)
    estimates: list[Estimate | None] = [
        found.share(q, conf_level) if found.n[q] >= FEWEST_SHOWN else None for q in range(len(found.n))
    ]
    return (estimates, *_class(found, conf_level))


def _class(found: Ratios, conf_level: float) -> tuple[tuple[float, float, float], FeatureClass]:
    """How far the largest category is above the second, with limits, and the class where it is above all others."""
    shares = found.estimate[: len(CATEGORIES)]
    first, second = (int(q) for q in np.argsort(-shares, kind="stable")[:2])
    low, high = found.difference(first, second, conf_level)
    ahead = all(found.difference(first, q, conf_level)[0] > 0 for q in range(len(CATEGORIES)) if q != first)
    name: FeatureClass = CATEGORIES[first] if ahead else "undecided"
    return (float(shares[first] - shares[second]), low, high), name


def _three(estimate: Estimate | None) -> tuple[float, float, float]:
    if estimate is None:
        return (float("nan"),) * 3
    return estimate.estimate, estimate.conf_low, estimate.conf_high


def _sample(survey: Survey, category: np.ndarray) -> Sample:
    """Whoever gave a complete pair; the effective number is that of the part of features that are a must-have."""
    answered = category >= 0
    rows = np.asarray(answered.any(axis=0))
    must_have = (category == _MUST_HAVE).sum(axis=0) / np.maximum(answered.sum(axis=0), 1)
    return Sample(
        n_asked=int(survey.domain.sum()),
        n=int(rows.sum()),
        n_effective=effective_size(survey, rows, must_have),
        weighted=survey.weighted_in(rows),
        missing="available_answers",
        sampling=survey.codebook.design.sample,
    )
