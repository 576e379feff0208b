"""Whether what stands in front does so too when the analysis is made in another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.errors import ModelError
from drivers.importance.relative import relative_importance
from drivers.importance.result import ImportanceResult
from drivers.importance.ways import VARIANTS, WAYS, columns
from drivers.results import Code, Result, Sample, Verdict, frame, read_only
from drivers.survey.data import Survey

Survival = Literal["same", "moved", "contradicted"]

COPIES = 5
"""Imputations of the variant with another rule for missing answers: it asks who comes first, not for a last digit."""

DRAWS = 1000
"""Draws by which a variant's own verdict is judged."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobustnessResult(Result):
    """An analysis in other ways; `robustness` makes one.

    Parameters
    ----------
    top
        Drivers that stand in front: the top group where one is claimed, else those that may come first; none where
        nothing may be ranked.
    claimed
        Whether the analysis claims a top group.
    variants
        Ways that were gone, of `VARIANTS`, (v,).
    survival
        ``same``: the same drivers stand in front; ``moved``: others do, but not beyond chance; ``contradicted``:
        that way itself claims another driver above one of them; (v,).
    share
        Of the analysis itself and then of each way; float (1 + v, k).
    n
        Respondents of each; int (1 + v,).
    left_out
        Way that was not gone → why.
    """

    kind: ClassVar[str] = "robustness"

    outcome: str
    drivers: tuple[str, ...]
    top: tuple[str, ...]
    claimed: bool
    variants: tuple[str, ...]
    survival: tuple[Survival, ...]
    share: np.ndarray
    n: np.ndarray
    left_out: Mapping[str, str]
    sample: Sample

    def __post_init__(self) -> None:
        if self.share.shape != (1 + len(self.variants), len(self.drivers)):
            raise ValueError("Shares need one row for the analysis and one for each other way.")

    @property
    def held(self) -> int:
        """Ways in which the same drivers stand in front."""
        return self.survival.count("same")

    @property
    def n_used(self) -> int:
        """Respondents of the analysis itself."""
        return self.sample.n

    @property
    def units(self) -> Mapping[str, str]:
        """Shares are parts of what each way explains."""
        return MappingProxyType({"share": "part of what is explained, 0–1"})

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample."""
        return self.sample.notes

    @property
    def details(self) -> Mapping[str, object]:
        """What stands in front, in which ways it does so too, and why others were not gone."""
        return MappingProxyType(
            {
                "top": list(self.top),
                "claimed": self.claimed,
                "survival": dict(zip(self.variants, self.survival, strict=True)),
                "left_out": dict(self.left_out),
            }
        )

    def tidy(self) -> pd.DataFrame:
        """One row per way and driver, the analysis itself first."""
        ways = ("base", *self.variants)
        k = len(self.drivers)
        ranks = np.argsort(np.argsort(-self.share, axis=1, kind="stable"), axis=1, kind="stable") + 1
        return frame(
            {
                "outcome": self.outcome,
                "variant": np.repeat(ways, k),
                "driver": list(self.drivers) * len(ways),
                "share": self.share.ravel(),
                "rank": ranks.ravel(),
                "survival": np.repeat(("", *self.survival), k),
                "n": np.repeat(self.n, k),
            }
        )

    def glance(self) -> pd.DataFrame:
        """One row: the sample of the analysis itself."""
        return frame(
            {
                "outcome": [self.outcome],
                "n_asked": self.sample.n_asked,
                "n": self.sample.n,
                "n_effective": self.sample.n_effective,
            }
        )


def robustness(importance: ImportanceResult, survey: Survey, *, seed: int = 1) -> RobustnessResult:
    """Whether the drivers in front stay there with another measure, rule for missing answers, model or sample.

    Parameters
    ----------
    importance
        An analysis of the survey.
    survey
        The survey, with the same selection.
    seed
        Of imputations, and of the draws by which other ways are judged.

    Returns
    -------
    RobustnessResult
        `tidy()` has one row per way and driver: variant, driver, share, rank, survival, n.

    Raises
    ------
    ModelError
        Where the survey is not the one that was analysed.

    Notes
    -----
    Ways are: relative weights in place of LMG (another pseudo-R² in place of McFadden's); imputation in place of
    complete cases; no weights; without respondents whose score is more than three standard deviations from what
    the drivers let expect (linear models), or whose ratings are a combination that one in a thousand would have if
    ratings were normal; without those who ticked the same throughout; whether an answer is one of the two best
    (logit); an ordered logit. Each is judged by its own verdict, from linearised errors. That a result survives does
    not make it true: all ways share the same questions and the same respondents.

    Weights: as in the analysis, but for the way without them.
    Missing answers: as in the analysis, but for the way with another rule.

    References
    ----------
    Steegen, Tuerlinckx, Gelman and Vanpaemel (2016), Increasing transparency through a multiverse analysis,
    doi:10.1177/1745691616658637.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("customersat")
    >>> found = kda.robustness(kda.relative_importance(survey), survey)
    >>> found.held, len(found.variants)
    (5, 5)
    """
    asked = dict(importance.asked)
    data = columns(survey, asked)
    if data.sample != importance.sample or data.drivers != importance.drivers:
        raise ModelError(
            f"Expected the survey that was analysed ({_described(importance.sample, importance.drivers)}), found one "
            f"with {_described(data.sample, data.drivers)}; select the same respondents."
        )
    verdict = importance.verdict
    claimed = verdict.status == "ranked"
    first = [name for name, low in zip(verdict.drivers, verdict.rank_low, strict=True) if low == 1]
    top = verdict.top_group if claimed else tuple(first) if verdict.status == "tied" else ()
    found: dict[str, ImportanceResult] = {}
    left_out: dict[str, str] = {}
    for variant in VARIANTS:
        try:
            way = WAYS[variant](survey, data, asked)
            if isinstance(way, str):
                left_out[variant] = way
            else:
                found[variant] = _analysis(way[0], {**asked, **way[1]}, seed)
        except ModelError:
            left_out[variant] = "cannot"
    # A way that drops a driver tells nothing of it.
    for variant in [name for name, result in found.items() if result.drivers != importance.drivers]:
        del found[variant]
        left_out[variant] = "cannot"
    return RobustnessResult(
        outcome=importance.outcome,
        drivers=importance.drivers,
        top=top,
        claimed=claimed,
        variants=tuple(found),
        survival=tuple(_survival(top, claimed, result.share, result.verdict) for result in found.values()),
        share=read_only([importance.share, *(result.share for result in found.values())]),
        n=read_only([importance.sample.n, *(result.sample.n for result in found.values())], int),
        left_out=MappingProxyType(left_out),
        sample=importance.sample,
    )


def _described(sample: Sample, drivers: tuple[str, ...]) -> str:
    weighted = f"effective {sample.n_effective:.1f}, " if sample.weighted else ""
    return f"{sample.n} of {sample.n_asked} respondents, {weighted}{len(drivers)} drivers"


def _analysis(survey: Survey, arguments: Mapping[str, Any], seed: int) -> ImportanceResult:
    missing = arguments["missing"]
    linear = missing in ("complete_cases", "pairwise") and survey.replicates is None
    return relative_importance(
        survey, **arguments, intervals="linearised" if linear else None, n_imputations=COPIES, n_boot=DRAWS, seed=seed
    )


def _survival(top: tuple[str, ...], claimed: bool, share: np.ndarray, verdict: Verdict) -> Survival:
    """What another way says of the drivers in front."""
    names = verdict.drivers
    inside = np.array([name in top for name in names])
    order = np.argsort(-share, kind="stable")
    front = order[: len(top)] if claimed else order[:1]
    if not top or inside[front].all():
        return "same"
    overtaken = verdict.above[np.ix_(~inside, inside)]
    if claimed:
        against = bool(overtaken.any())
    else:
        # Of several that may come first each may be overtaken by one of the others, but not all of them.
        against = bool(overtaken.any(axis=0).all())
    return "contradicted" if against or (verdict.leader is not None and verdict.leader not in top) else "moved"
