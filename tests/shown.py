"""Surveys whose results are shown in every way: real ones, and some made to be hard to show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

import drivers as kda
from drivers.decisions.importance_performance import MapResult
from drivers.importance.result import ImportanceResult
from drivers.indicators.scores import OutcomeScores
from drivers.models.regression import RegressionResult
from drivers.present.words import Words
from drivers.results import Result
from drivers.survey.data import Survey
from drivers.survey.description import SurveyDescription
from drivers.survey.quality.health import QualityResult
from drivers.waves.each_wave import WaveResult
from tests.models.asymmetry.asked_features import add_features
from tests.simulated import make_survey

N_BOOT = 200

IN_WORDS = ("method", "glossary")
"""Ways of showing a result that put no number of it on the page, and so no record beside it."""

LONG = (
    (
        "Competence and experience of the people who answer the telephone",
        "كفاءة الموظفين الذين يجيبون عن الاتصالات الهاتفية وخبرتهم",
    ),
    (
        "Being told at every step what happens next and how long it takes",
        "إبلاغ المراجع في كل خطوة بما سيحدث لاحقًا وبالمدة المتوقعة",
    ),
    ("Waiting time before the first answer", "زمن الانتظار قبل تلقي الرد الأول"),
    ("Cleanliness, order and accessibility of the waiting rooms", "نظافة صالات الانتظار وترتيبها وسهولة الوصول إليها"),
    ("Same rules for all, whoever asks and whoever is asked", "تطبيق القواعد نفسها على الجميع أيًّا كان السائل والمسؤول"),
    ("Nothing is promised that cannot be done within the time", "ألا يُوعد العميل بما لا يمكن تنفيذه ضمن المدة المحددة"),
    ("Options offered when the first answer is a no", "البدائل والخيارات المتاحة عند تعذر الطلب الأول"),
    ("Understanding of the particular situation of each customer", "تفهم الموظفين للظروف الخاصة بكل عميل وتعاطفهم معه"),
    (
        "Reaching a person rather than a machine at any time of the day",
        "إمكان التحدث إلى موظف لا إلى آلة في أي وقت من اليوم",
    ),
)
"""Nine labels that no phone has room for."""

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "gpj.\u202etxet desrever\u202c",
    "W" * 300,
    "كلمة" * 60,
    "{driver} {0} %s $x$ $y$ -->",
    "😀 漢字 ok\nsecond line",
)
"""Labels that someone might write to break a page, or by accident."""


@dataclass(frozen=True)
class Case:
    """A survey and the results that are shown of it, with those of a closer look where it is deep."""

    survey: Survey
    deep: bool = False

    def words(self, language: str, digits: str = "latn") -> Words:
        return kda.wording(language, self.survey.labels, digits=digits)

    @cached_property
    def importance(self) -> ImportanceResult:
        return kda.relative_importance(self.survey, n_boot=N_BOOT)

    @cached_property
    def map(self) -> MapResult:
        return kda.importance_performance_map(self.importance)

    @cached_property
    def regression(self) -> RegressionResult:
        return kda.fit_regression(self.survey)

    @cached_property
    def scores(self) -> OutcomeScores:
        return kda.outcome_scores(self.survey)

    @cached_property
    def quality(self) -> QualityResult:
        return kda.survey_quality(self.survey)

    @cached_property
    def waves(self) -> WaveResult:
        return kda.by_wave(kda.outcome_scores, self.survey)

    @cached_property
    def about(self) -> SurveyDescription:
        return kda.describe(
            self.survey, report="manager", used=self.importance.sample.n, conf_level=0.95, n_boot=N_BOOT, seed=1
        )

    @cached_property
    def diagnosis(self) -> tuple[Result, ...]:
        """What the model rests on; a reason in place of what the answers do not allow."""
        return (
            kda.attempt(kda.collinearity, self.survey),
            kda.attempt(kda.halo, self.survey),
            kda.attempt(kda.measurement_sensitivity, self.survey),
            kda.attempt(kda.nonlinearity, self.survey, folds=2, repeats=1),
        )

    @cached_property
    def comparisons(self) -> tuple[Result, ...]:
        """Other ways to share out what is explained, and to make the analysis."""
        return (
            kda.compare_measures(self.survey),
            kda.dominance(self.survey, n_boot=100),
            kda.commonality(self.survey, n_boot=0),
            kda.robustness(self.importance, self.survey),
        )

    @cached_property
    def measurement(self) -> tuple[Result, ...]:
        """What the scores are made of; a reason in place of what their items do not allow."""
        return (
            kda.attempt(kda.reliability, self.survey, n_boot=100),
            kda.attempt(kda.dimensionality, self.survey),
            kda.attempt(kda.discriminant_validity, self.survey, n_boot=100),
        )

    @cached_property
    def loyalty(self) -> tuple[Result, ...]:
        """The way from satisfaction to loyalty; a reason in place of what was not asked or observed."""
        return (
            kda.attempt(kda.loyalty_curve, self.survey, n_boot=100),
            kda.attempt(kda.loyalty_groups, self.survey),
            kda.attempt(kda.paths, self.survey, n_boot=100),
            kda.attempt(kda.stated_and_observed, self.survey),
        )

    @cached_property
    def uneven(self) -> tuple[Result, ...]:
        """What is a must-have and what a bonus; a reason in place of what was not asked."""
        return (kda.attempt(kda.asymmetry, self.survey), kda.attempt(kda.kano, self.survey))

    @cached_property
    def over_time(self) -> tuple[Result, ...]:
        """What is usual over the waves; a reason in place of it where there are too few."""
        return (kda.attempt(kda.control_charts, self.survey),)

    @cached_property
    def expected(self) -> tuple[Result, ...]:
        """What was expected, and what managers think; a reason in place of what was not asked."""
        return (
            kda.attempt(kda.expectation_gaps, self.survey),
            kda.attempt(kda.expectation_equations, self.survey),
            kda.attempt(kda.response_surface, self.survey, n_boot=100),
            kda.attempt(kda.management_gaps, self.survey, importance=self.importance),
        )

    @cached_property
    def spent(self) -> tuple[Result, ...]:
        """Where to spend, at made-up costs where the codebook has none, and what has moved since something was done."""
        own = self.survey.codebook.budget
        costs = {
            name: {"per_point": 1.0 + place, "ceiling": 5.0, "returns": ("linear", "diminishing")[place % 2]}
            for place, name in enumerate(self.survey.codebook.default_drivers)
        }
        made_up = {} if own else {"budget": 12.5, "costs": costs}
        return (
            kda.attempt(kda.plan_budget, self.survey, n_boot=100, **made_up),
            kda.attempt(kda.check_actions, self.survey),
        )

    @cached_property
    def further(self) -> tuple[Result, ...]:
        """The chain without the error of questions, repairs, indicators; a reason in place of what is not known."""
        return (
            kda.attempt(kda.latent_paths, self.survey, reliability={self.survey.codebook.main_outcome: 0.8}),
            kda.attempt(kda.recovery, self.survey),
            kda.attempt(kda.scorecard, self.survey),
            kda.attempt(kda.distance_in_drivers, self.survey),
            kda.attempt(kda.value_at_stake, self.survey),
        )

    @cached_property
    def decided(self) -> tuple[Result, ...]:
        """What to improve first, and what people say matters; a reason in place of what was not asked."""
        return (
            kda.attempt(kda.priorities, self.importance, survey=self.survey, asymmetry=self.uneven[0]),
            kda.attempt(kda.stated_and_derived, self.importance, survey=self.survey),
        )

    @cached_property
    def minute(self) -> Result:
        """The first five questions."""
        return kda.one_minute(self.scores, importance=self.importance, priorities=self.decided[0])

    @cached_property
    def beside(self) -> tuple[Result, ...]:
        """What the service is set beside; a reason in place of what there is not."""
        return (kda.attempt(kda.benchmark, self.survey), kda.attempt(kda.rival_drivers, self.survey))

    @cached_property
    def supposed(self) -> tuple[Result, ...]:
        """What would go with other ratings and other hopes; a reason in place of what was not asked."""
        first, *others = self.survey.codebook.default_drivers
        return (
            kda.attempt(kda.what_if_table, self.survey),
            kda.attempt(kda.what_if, self.survey, changes={first: 4, others[0]: -60}, moving="together"),
            kda.attempt(kda.what_if_promises, self.survey),
        )

    @cached_property
    def changed(self) -> tuple[Result, ...]:
        """What changed from wave to wave, and what the next can show; a reason in place of what there is not."""
        return (
            kda.attempt(kda.wave_change, self.survey),
            kda.attempt(kda.wave_effects, self.survey, n_boot=N_BOOT),
            kda.attempt(kda.change_points, self.survey, n_boot=N_BOOT),
            kda.attempt(kda.next_wave, self.survey, drivers=self.survey.codebook.default_drivers),
        )

    @cached_property
    def said(self) -> tuple[Result, ...]:
        """What customers say in their own words; a reason in place of it where nobody was asked to."""
        return (kda.attempt(kda.comment_themes, self.survey), kda.attempt(kda.review_themes, self.survey))

    @cached_property
    def parted(self) -> tuple[Result, ...]:
        """What differs between segments; a reason in place of it where the survey has none."""
        return (
            kda.attempt(kda.segment_effects, self.survey, n_boot=100),
            kda.attempt(kda.segment_shares, self.survey, n_boot=100),
            kda.attempt(kda.reversals, self.survey),
        )

    @cached_property
    def of_units(self) -> tuple[Result, ...]:
        """Units, small segments and staff; a reason in place of what there is not."""
        return (
            kda.attempt(kda.compare_units, self.survey),
            kda.attempt(kda.pooled_segments, self.survey),
            kda.attempt(kda.unit_effects, self.survey),
            kda.attempt(kda.staff_and_customers, self.survey, draws=20_000),
        )

    @property
    def results(self) -> tuple[Result, ...]:
        """One of each kind, but for those that the answers do not allow."""
        found = (self.about, self.quality, self.scores, self.importance, self.map, self.regression, self.waves)
        deep = (self.diagnosis, self.comparisons, self.measurement, self.loyalty, self.uneven, self.over_time)
        more = (
            chain(
                *deep,
                self.decided,
                (self.minute,),
                self.supposed,
                self.expected,
                self.further,
                self.beside,
                self.said,
                self.spent,
                self.changed,
                self.parted,
                self.of_units,
            )
            if self.deep
            else ()
        )
        return (*found, *(result for result in more if result.kind != "unanswered"))

    def result(self, kind: str) -> Any:
        """The result of a kind."""
        return next(result for result in self.results if result.kind == kind)


def labelled(folder: Path, labels: Mapping[str, Mapping[str, str]], /, **book: object) -> Survey:
    """The survey of a folder with other labels for drivers and outcomes, and other parts of the codebook."""
    path = folder / "codebook.yml"
    content = json.loads(path.read_text(encoding="utf-8"))
    for name, text in labels.items():
        content["drivers" if name in content["drivers"] else "outcomes"][name]["label"] = dict(text)
    path.write_text(json.dumps(content | book, ensure_ascii=False), encoding="utf-8")
    return kda.read_survey(path)


def nine(folder: Path, *, slopes: np.ndarray, waves: int = 0, n: int = 1500, seed: int = 9, **how: object) -> Survey:
    """Nine drivers that go together, satisfaction and recommendation."""
    rng = np.random.default_rng(seed)
    latent = 0.6 * rng.normal(size=(n, 1)) + rng.normal(size=(n, 9))
    level = np.linspace(45, 85, 9)[rng.permutation(9)]
    x = np.clip(level + 12 * latent, 0, 100)
    y = np.clip(60 + 12 * latent @ slopes + rng.normal(0, 6, n), 0, 100)
    nps = np.clip(np.round(y / 10 + rng.normal(0, 1, n)), 0, 10)
    in_wave = np.array([f"w{k + 1}" for k in np.sort(rng.integers(0, waves, n))]) if waves else None
    return make_survey(
        folder,
        drivers={f"d{k + 1}": x[:, k] for k in range(9)},
        outcomes={"satisfaction": y, "recommend": nps},
        nps=["recommend"],
        waves=in_wave,
        **how,  # type: ignore[arg-type]
    )


def make_long(folder: Path) -> Survey:
    """Labels that no phone has room for, seven waves with long names, weights."""
    rng = np.random.default_rng(4)
    weights = rng.uniform(0.5, 1.5, 1500)
    nine(folder, slopes=np.array([0.5, 0.4, 0.3, 0.3, 0.2, 0.2, 0.1, 0.05, 0.0]), waves=7, weights=weights)
    labels = {f"d{k + 1}": {"en": en, "ar": ar} for k, (en, ar) in enumerate(LONG)}
    wave = {
        "columns": ["wave"],
        "order": [
            {
                "values": [f"w{k}"],
                "label": {"en": f"Campaign number {k}, spring 2024", "ar": f"الحملة الميدانية رقم {k} ربيع 2024"},
            }
            for k in range(1, 8)
        ],
    }
    outcomes = {
        "satisfaction": {"en": "Overall satisfaction", "ar": "الرضا العام"},
        "recommend": {"en": "Recommends us", "ar": "التوصية"},
    }
    title = {"en": "A survey with long names", "ar": "استطلاع بأسماء طويلة"}
    return labelled(folder, {**labels, **outcomes}, wave=wave, survey={"id": "long", "title": title})


def make_hostile(folder: Path) -> Survey:
    """Labels that would break a page which trusts them."""
    nine(folder, slopes=np.full(9, 0.3), waves=3, n=600)
    labels = {f"d{k + 1}": {"en": text, "ar": text} for k, text in enumerate(HOSTILE)}
    wave = {
        "columns": ["wave"],
        "order": [{"values": [f"w{k + 1}"], "label": {"en": text}} for k, text in enumerate(HOSTILE[:3])],
    }
    title = {"en": HOSTILE[0] + HOSTILE[1], "ar": HOSTILE[2]}
    labelled(
        folder,
        {**labels, "satisfaction": {"en": HOSTILE[0]}, "recommend": {"en": HOSTILE[1]}},
        wave=wave,
        survey={"id": "hostile", "title": title, "source": {"en": HOSTILE[1]}, "respondents": {"en": HOSTILE[0]}},
    )
    rng = np.random.default_rng(7)
    pairs = {
        f"f{k + 1}": (rng.choice([1.0, 1, 2, 3], 600), rng.choice([3.0, 4, 5, 5], 600)) for k in range(len(HOSTILE))
    }
    return add_features(folder, pairs, labels={f"f{k + 1}": {"en": text, "ar": text} for k, text in enumerate(HOSTILE)})


def make_leader(folder: Path) -> Survey:
    """One driver far before the others."""
    return nine(folder, slopes=np.array([0.9, 0.05, 0, 0, 0, 0, 0, 0, 0.05]), n=800)


def make_tied(folder: Path) -> Survey:
    """Three drivers of which none can be put first."""
    rng = np.random.default_rng(33)
    x = rng.normal(size=(150, 3))
    y = x @ [0.5, 0.45, 0.4] + rng.normal(0, 1, 150)
    answers = {f"d{k}": 50 + 10 * x[:, k] for k in range(3)}
    return make_survey(folder, drivers=answers, outcomes={"satisfaction": 50 + 8 * y})


def make_level(folder: Path) -> Survey:
    """Two waves in which hardly anything changes, near the upper end of the scale."""
    rng = np.random.default_rng(5)
    x = 99 + rng.uniform(-0.9, 0.9, size=(4000, 2))
    y = np.clip(99 + (x - 99) @ [0.5, 0.3] + rng.normal(0, 0.1, 4000), 0, 100)
    waves = np.repeat(["before", "after"], 2000)
    return make_survey(folder, drivers={"a": x[:, 0], "b": x[:, 1]}, outcomes={"satisfaction": y}, waves=waves)


MAKERS = {
    "long": make_long,
    "hostile": make_hostile,
    "leader": make_leader,
    "tied": make_tied,
    "level": make_level,
}
REAL = ("customersat", "judges", "service_center")
CASES = (*REAL, *MAKERS)
DEEP = (*REAL, "hostile", "tied")
