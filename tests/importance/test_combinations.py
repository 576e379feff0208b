"""Every combination of measure, family, missing answers, intervals, design and columns runs, or says why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import hadamard

import drivers as kda
from drivers.importance.combinations import FAMILY_METHODS
from drivers.importance.likelihood.families import FAMILIES
from drivers.importance.orders.measures import MEASURES
from drivers.importance.relative import relative_importance
from drivers.importance.result import ImportanceResult
from drivers.importance.uncertainty import INTERVALS, WAYS
from drivers.models.applicability import NOT_APPLICABLE, RULES
from drivers.models.predictors import MISSING_RULES
from drivers.survey.data import Survey
from tests.simulated import make_survey

ROUNDING = 1e-9
"""Of shares and of sums of shares, drawn or resampled."""

N = 200
RESAMPLES = 100

REPLICATED = ("jk1", "jkn", "brr", "fay", "bootstrap")
DESIGNS = ("none", "weights", "clusters", "fpc", *REPLICATED)
OUTCOMES = {
    "linear": "y",
    "logit": "yes",
    "ordered_logit": "grade",
    "poisson": "count",
    "negative_binomial": "count",
}
SHAPES: dict[str, dict] = {
    "plain": {},
    "groups": {"groups": {"both": ("a", "b")}},
    "controls": {"always": ("d", "kind")},
    "interactions": {"interactions": [("a", "b")]},
    "segment": {"drivers": ("a", "b", "c", "kind")},
}


@dataclass(frozen=True)
class Combination:
    method: str
    family: str
    missing: str
    not_applicable: str
    intervals: str | None
    design: str
    shape: str

    @property
    def name(self) -> str:
        return "-".join(str(getattr(self, field.name)) for field in fields(self))


CHOICES: dict[str, tuple] = {
    "method": tuple(MEASURES),
    "family": FAMILIES,
    "missing": MISSING_RULES,
    "not_applicable": RULES,
    "intervals": (None, *INTERVALS),
    "design": DESIGNS,
    "shape": tuple(SHAPES),
}


def refusals(of: Combination) -> Iterator[str]:
    """The sentences of all that does not go together; one of them is told."""
    replicated = of.design in REPLICATED
    if of.missing == "bootstrap_imputation":
        if replicated:
            yield RESAMPLED_TWICE
        if of.intervals not in (None, "percentile"):
            yield NOT_BY_RESAMPLED_IMPUTATION.format(of.intervals)
    elif replicated and of.intervals in ("percentile", "bca"):
        yield VARIANCES_ONLY.format(of.intervals)
    elif replicated and of.intervals == "linearised":
        yield IN_PLACE_OF_STRATA
    elif not replicated and of.intervals == "replicate_weights":
        yield NO_REPLICATES
    elif of.missing == "multiple_imputation" and of.intervals in ("percentile", "bca"):
        yield NOT_BY_RUBIN.format(of.intervals)
    if of.family != "linear" and of.method not in FAMILY_METHODS:
        yield BY_CORRELATIONS.format(of.method, of.family)
    if of.family != "linear" and of.missing == "pairwise":
        yield NO_SINGLE_RESPONDENT.format(of.family)
    measure = MEASURES[of.method]
    if of.shape == "controls" and not measure.controls:
        yield WITHOUT_CONTROLS.format(of.method)
    # Whether a driver applies is a second column of it; c has one too.
    wide = {"groups": "both", "segment": "kind"}.get(of.shape)
    if of.not_applicable == "with_indicator" and of.shape != "groups":
        wide = "a"
    if wide and not measure.groups:
        yield ONE_COLUMN.format(of.method, wide)
    if of.shape == "interactions" and not measure.interactions:
        yield NO_INTERACTIONS.format(of.method)


RESAMPLED_TWICE = (
    "missing='bootstrap_imputation' draws respondents again, and replicate weights are the resamples already; use "
    "missing='multiple_imputation', which takes its variances from them."
)
NOT_BY_RESAMPLED_IMPUTATION = (
    "missing='bootstrap_imputation' gives percentiles of resamples, found intervals='{}'; leave intervals= out, or use "
    "missing='multiple_imputation'."
)
VARIANCES_ONLY = (
    "Replicate weights give variances only, found intervals='{}': replicates lie closer together than estimates of "
    "other samples, so their percentiles are no intervals; use intervals='replicate_weights'."
)
IN_PLACE_OF_STRATA = (
    "Linearised errors follow strata and clusters, found a design of replicate weights, which stand in their place; "
    "use intervals='replicate_weights'."
)
NO_REPLICATES = (
    "Expected a design with replicate weights for intervals='replicate_weights', found none; name them under "
    "design.replicate_weights in the codebook, or choose other intervals=."
)
NOT_BY_RUBIN = (
    "Multiple imputation pools variances by Rubin's rules, found intervals='{}'; use missing='bootstrap_imputation' "
    "for percentiles, or intervals='linearised'."
)
BY_CORRELATIONS = (
    "Measure '{}' is defined through correlations and has no meaning for family '{}'; use 'lmg' or 'first' or 'last', "
    "which need only how well models fit."
)
NO_SINGLE_RESPONDENT = (
    "Pairwise moments hold no single respondent's answers, which family '{}' needs; use missing='multiple_imputation'."
)
WITHOUT_CONTROLS = "Measure '{}' is not defined with controls, found 'd', 'kind'; use method='lmg', or always=()."
ONE_COLUMN = (
    "Measure '{}' is not defined for several columns that count as one, found '{}': its value would depend on how they "
    "are coded; use method='lmg'."
)
NO_INTERACTIONS = "Measure '{}' cannot keep an interaction behind its main effects, found 'a:b'; use method='lmg'."


@cache
def every_combination() -> tuple[tuple[Combination, ...], tuple[Combination, ...]]:
    """Those that go together, and those that do not."""
    both: tuple[list[Combination], list[Combination]] = ([], [])
    for values in product(*CHOICES.values()):
        combination = Combination(*values)
        both[next(refusals(combination), None) is not None].append(combination)
    return tuple(both[0]), tuple(both[1])


def covering(among: tuple[Combination, ...], seed: int) -> list[Combination]:
    """Few of them that hold every pair of choices which any of them holds: the one with most new pairs each time."""
    places = list(combinations(range(len(CHOICES)), 2))
    numbers = {
        (column, value): place
        for place, (column, value) in enumerate(
            (column, value) for column, values in enumerate(CHOICES.values()) for value in values
        )
    }
    codes = np.array([[numbers[column, getattr(each, name)] for column, name in enumerate(CHOICES)] for each in among])
    pairs = np.column_stack([codes[:, i] * len(numbers) + codes[:, j] for i, j in places])
    order = np.random.default_rng(seed).permutation(len(pairs))
    pairs = pairs[order]
    open_pairs = np.zeros(len(numbers) ** 2, dtype=bool)
    open_pairs[pairs] = True
    chosen = []
    while open_pairs.any():
        best = int(open_pairs[pairs].sum(axis=1).argmax())
        open_pairs[pairs[best]] = False
        chosen.append(among[order[best]])
    return chosen


# Surveys


def columns() -> tuple[dict[str, np.ndarray], np.ndarray, dict[str, np.ndarray]]:
    """Ratings with holes, whom they do not concern, and outcomes of every family with a few holes."""
    rng = np.random.default_rng(501)
    common = rng.normal(size=N) + 0.5 * rng.normal(size=40)[np.arange(N) // 5]
    x = np.clip(np.round(50 + 12 * (common[:, None] + rng.normal(size=(N, 4)))), 0, 100)
    effect = (x - 50) @ [0.5, 0.3, 0.2, 0.1] / 12
    latent = effect + rng.logistic(size=N)
    outcomes = {
        "y": np.clip(50 + 8 * effect + 8 * rng.normal(size=N), 0, 100),
        "yes": 100.0 * (latent > 0),
        "grade": 25.0 * np.digitize(latent, [-1.5, -0.5, 0.5, 1.5]),
        "count": rng.poisson(np.exp(0.5 + 0.25 * effect) * rng.gamma(4, 0.25, N)).astype(float),
    }
    unconcerned = rng.random((N, 4)) < [0.12, 0, 0.08, 0]
    empty = unconcerned | (rng.random((N, 4)) < 0.06)
    ratings = {name: np.where(empty[:, j], np.nan, x[:, j]) for j, name in enumerate("abcd")}
    unanswered = {name: np.where(rng.random(N) < 0.03, np.nan, column) for name, column in outcomes.items()}
    return ratings, unconcerned, unanswered


STRATA, CLUSTERS = np.arange(N) // 20, np.arange(N) // 5


def replicate_factors_of(method: str) -> np.ndarray:
    """By which each respondent's weight is multiplied; ten strata of four sampling units, float (N, replicates)."""
    out = CLUSTERS[:, None] == np.arange(40)
    if method == "jk1":
        return np.where(out, 0.0, 40 / 39)
    if method == "jkn":
        return np.where(out, 0.0, np.where(STRATA[:, None] == np.arange(40) // 4, 4 / 3, 1.0))
    if method == "bootstrap":
        rng = np.random.default_rng(502)
        drawn = [rng.multinomial(3, [0.25] * 4, 60).T * 4 / 3 for _ in range(10)]
        return np.concatenate(drawn)[CLUSTERS]
    half = np.where(CLUSTERS % 4 < 2, 1.0, -1.0)[:, None] * hadamard(16)[:, 1:11].T[STRATA]
    return 1 + half * (0.5 if method == "fay" else 1.0)


def survey_of(folder: Path, design: str) -> Survey:
    ratings, unconcerned, outcomes = columns()
    rng = np.random.default_rng(503)
    weights, kind = rng.uniform(0.5, 2, N), np.array(["p", "q", "r"])[rng.integers(0, 3, N)]
    options: dict = {} if design == "none" else {"weights": weights}
    if design in ("clusters", "fpc", "jkn"):
        options |= {"strata": STRATA, "clusters": CLUSTERS}
    if design == "fpc":
        options["fpc"] = np.full(N, 12.0)
    if design in REPLICATED:
        options["replicates"] = weights[:, None] * replicate_factors_of(design)
        options["design"] = {"replicate_method": design} | ({"fay_rho": 0.5} if design == "fay" else {})
    survey = make_survey(folder, drivers=ratings, outcomes=outcomes, segments={"kind": kind}, **options)
    missing = survey.missing.copy()
    for j, name in enumerate(ratings):
        missing.loc[unconcerned[:, j], f"{name}_1"] = NOT_APPLICABLE
    return replace(survey, missing=missing)


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Survey]:
    folder = tmp_path_factory.mktemp("designs")
    return {design: survey_of(folder / design, design) for design in DESIGNS}


def analysed(survey: Survey, of: Combination) -> ImportanceResult:
    return relative_importance(
        survey,
        outcome=OUTCOMES[of.family],
        method=of.method,
        family=of.family,
        missing=of.missing,  # type: ignore[arg-type]
        not_applicable=of.not_applicable,  # type: ignore[arg-type]
        intervals=of.intervals,  # type: ignore[arg-type]
        n_boot=RESAMPLES,
        n_imputations=2,
        **SHAPES[of.shape],
    )


def how(of: Combination) -> str:
    """The intervals that a combination has."""
    if of.missing in ("multiple_imputation", "bootstrap_imputation"):
        return of.missing
    if of.design in REPLICATED:
        return "replicate_weights"
    return of.intervals or "percentile"


@pytest.mark.parametrize("of", covering(every_combination()[0], seed=1), ids=lambda of: of.name)
def test_what_goes_together_runs(of: Combination, surveys: Mapping[str, Survey]) -> None:
    found = analysed(surveys[of.design], of)
    k = len(found.drivers)
    assert k == {"groups": 3, "controls": 3, "interactions": 5}.get(of.shape, 4)
    assert found.uncertainty.how == how(of)
    assert np.isfinite(found.importance).all()
    assert found.share.sum() == pytest.approx(1, abs=ROUNDING)
    if found.sums_to_r2:
        assert found.importance.sum() == pytest.approx(found.r2 - found.r2_controls, abs=ROUNDING)
    if not MEASURES[of.method].signed:
        assert (found.importance >= -ROUNDING).all()
    for way in WAYS:
        spread = getattr(found.uncertainty, way)
        known = np.isfinite(getattr(found, way))
        # A segment and an interaction have no performance.
        assert known.all() or way == "performance"
        assert spread.draws.shape == (RESAMPLES, k)
        for numbers in (spread.std_error, spread.low, spread.high, spread.draws.T):
            assert (np.isfinite(numbers).reshape(k, -1).all(axis=1) == known).all(), way
        assert (spread.std_error[known] > 0).all()
        assert (spread.low[known] < spread.high[known]).all()
    np.testing.assert_allclose(found.replicate_share.sum(axis=1), 1, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found.p_rank.sum(axis=0), 1, rtol=0, atol=ROUNDING)
    assert found.first_in.sum() == pytest.approx(1)
    assert np.isfinite(found.uncertainty.share_covariance).all()
    assert np.isfinite(found.correlation).all()
    assert 0 < found.r2 < 1
    assert (len(found.tidy()), len(found.glance()), len(found.differences())) == (k, 1, k * (k - 1) // 2)
    assert np.isfinite(found.differences()[["estimate", "std_error", "conf_low", "conf_high"]]).all(axis=None)
    assert found.verdict.drivers == found.drivers


@pytest.mark.parametrize("of", covering(every_combination()[1], seed=2), ids=lambda of: of.name)
def test_what_does_not_go_together_is_refused_with_the_reason(of: Combination, surveys: Mapping[str, Survey]) -> None:
    with pytest.raises(kda.ModelError) as refused:
        analysed(surveys[of.design], of)
    assert str(refused.value) in list(refusals(of))


def test_every_pair_of_choices_that_goes_together_is_tried() -> None:
    chosen = covering(every_combination()[0], seed=1)
    for one, other in combinations(CHOICES, 2):
        possible = {(getattr(of, one), getattr(of, other)) for of in every_combination()[0]}
        assert {(getattr(of, one), getattr(of, other)) for of in chosen} == possible
    assert len(every_combination()[0]) + len(every_combination()[1]) == 8 * 5 * 4 * 3 * 5 * 9 * 5


SOLE: list[tuple[dict[str, str], str]] = [
    ({"missing": "bootstrap_imputation", "design": "brr"}, RESAMPLED_TWICE),
    ({"missing": "bootstrap_imputation", "intervals": "bca"}, NOT_BY_RESAMPLED_IMPUTATION.format("bca")),
    ({"missing": "bootstrap_imputation", "intervals": "linearised"}, NOT_BY_RESAMPLED_IMPUTATION.format("linearised")),
    (
        {"missing": "bootstrap_imputation", "intervals": "replicate_weights"},
        NOT_BY_RESAMPLED_IMPUTATION.format("replicate_weights"),
    ),
    ({"design": "jk1", "intervals": "percentile"}, VARIANCES_ONLY.format("percentile")),
    ({"design": "fay", "intervals": "bca"}, VARIANCES_ONLY.format("bca")),
    ({"design": "bootstrap", "intervals": "linearised"}, IN_PLACE_OF_STRATA),
    ({"design": "clusters", "intervals": "replicate_weights"}, NO_REPLICATES),
    ({"missing": "multiple_imputation", "intervals": "percentile"}, NOT_BY_RUBIN.format("percentile")),
    ({"missing": "multiple_imputation", "intervals": "bca"}, NOT_BY_RUBIN.format("bca")),
    *(
        ({"family": family, "method": method}, BY_CORRELATIONS.format(method, family))
        for family in FAMILIES
        if family != "linear"
        for method in MEASURES
        if method not in FAMILY_METHODS
    ),
    *(
        ({"family": family, "missing": "pairwise"}, NO_SINGLE_RESPONDENT.format(family))
        for family in FAMILIES
        if family != "linear"
    ),
    *(
        ({"method": method, "shape": "controls"}, WITHOUT_CONTROLS.format(method))
        for method in ("genizi", "car", "relative_weights")
    ),
    *(
        ({"method": method, **made}, ONE_COLUMN.format(method, wide))
        for method in ("betasq", "genizi", "car", "relative_weights")
        for made, wide in (
            ({"shape": "groups"}, "both"),
            ({"shape": "segment"}, "kind"),
            ({"not_applicable": "with_indicator"}, "a"),
        )
    ),
    *(
        ({"method": method, "shape": "interactions"}, NO_INTERACTIONS.format(method))
        for method in MEASURES
        if method != "lmg"
    ),
]
USUAL = Combination("lmg", "linear", "complete_cases", "leave_out", None, "none", "plain")


@pytest.mark.parametrize(
    ("chosen", "sentence"), SOLE, ids=lambda each: "-".join(each.values()) if isinstance(each, dict) else ""
)
def test_each_refusal_has_one_sentence(chosen: dict, sentence: str, surveys: Mapping[str, Survey]) -> None:
    of = replace(USUAL, **chosen)
    with pytest.raises(kda.ModelError) as refused:
        analysed(surveys[of.design], of)
    assert str(refused.value) == sentence


ORDERS = [
    (
        {"method": "first", "orderings": 64},
        "Measure 'first' is no average over orders of entry, found orderings=; leave it out, or use method='lmg'.",
    ),
    (
        {"method": "genizi", "precision": 0.01},
        "Measure 'genizi' is no average over orders of entry, found precision=; leave it out, or use method='lmg'.",
    ),
    (
        {"family": "logit", "outcome": "yes", "orderings": 64},
        "Orders of entry are sampled in linear models alone, found orderings= with family 'logit', whose 2**k models "
        "up to 15 drivers are all fitted; leave it out.",
    ),
    ({"orderings": 0}, "Expected orderings of at least 1, found 0; use 8192, say."),
    (
        {"precision": 0.0},
        "Expected a precision above 0, found 0.0; ask for 0.001, say, of the outcome's variance.",
    ),
    (
        {"orderings": 64, "interactions": [("a", "b")]},
        "Sampled orders of entry do not keep an interaction behind its main effects, and all of them are taken of at "
        "most 18 drivers and interactions, found 5; leave interactions= or orderings= and precision= out, or choose "
        "fewer drivers.",
    ),
    (
        {"family": "poisson", "outcome": "count", "top_box": True},
        "top_box=True makes a yes or no of the outcome, which is nothing for family 'poisson'; use family='logit', or "
        "leave top_box= out.",
    ),
    (
        {"family": "ordered_logit", "outcome": "grade", "top_box": True},
        "top_box=True makes a yes or no of the outcome, which is nothing for family 'ordered_logit'; use "
        "family='logit', or leave top_box= out.",
    ),
    (
        {"fit": "deviance"},
        "Expected fit= of family 'linear' to be one of 'r2', found 'deviance'; choose one of these.",
    ),
    (
        {"n_imputations": 1, "missing": "multiple_imputation"},
        "Expected n_imputations of at least 2, found 1; use 20 or more, about one for each percent of incomplete "
        "respondents.",
    ),
    ({"seed": -1}, "Expected a seed of 0 or more, found -1; any such number will do."),
]


@pytest.mark.parametrize(
    ("arguments", "sentence"), ORDERS, ids=lambda each: "-".join(each) if isinstance(each, dict) else ""
)
def test_other_refusals(arguments: dict, sentence: str, surveys: Mapping[str, Survey]) -> None:
    with pytest.raises(kda.ModelError) as refused:
        relative_importance(surveys["none"], **arguments)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("family", ["logit", "ordered_logit", "poisson", "negative_binomial"])
@pytest.mark.parametrize("missing", ["complete_cases", "bootstrap_imputation"])
def test_resamples_in_which_a_driver_tells_an_answer_with_certainty_are_no_refusal(
    family: str, missing: str, tmp_path: Path
) -> None:
    # Of three respondents with the lowest rating one gave another answer: in 30 % of the resamples he is not drawn.
    rng = np.random.default_rng(504)
    a, b = rng.normal(50, 10, (2, 60))
    y = (a + 8 * rng.normal(size=60) > 50).astype(float)
    rare = np.where(np.arange(60) < 3, 0.0, 100.0)
    y[:3] = [1, 0, 0]
    top = y * (1 + (rng.random(60) < 0.4) * (rare > 0))
    outcome = {"logit": 100 * y, "ordered_logit": 50 * top}.get(family, top)
    a[[10, 20]] = np.nan
    survey = make_survey(tmp_path, drivers={"a": a, "b": b, "rare": rare}, outcomes={"y": outcome})
    found = relative_importance(
        survey,
        family=family,
        missing=missing,  # type: ignore[arg-type]
        intervals="percentile",
        n_imputations=2,
        n_boot=RESAMPLES,
    )
    assert found.n_boot == RESAMPLES
    assert np.isfinite(found.replicate_share).all()
    np.testing.assert_allclose(found.replicate_share.sum(axis=1), 1, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("design", ["none", "weights", "clusters", "fpc", "jkn"])
@pytest.mark.parametrize("missing", ["complete_cases", "pairwise", "multiple_imputation"])
def test_sampled_orders_have_the_errors_of_all_orders(design: str, missing: str, surveys: Mapping[str, Survey]) -> None:
    # All 24 orders of four drivers come alike among 96.
    every, sampled = (
        relative_importance(surveys[design], missing=missing, n_boot=100, n_imputations=2, orderings=count)  # type: ignore[arg-type]
        for count in (None, 96)
    )
    np.testing.assert_allclose(sampled.share, every.share, rtol=0, atol=0.01)
    np.testing.assert_allclose(
        sampled.uncertainty.share.std_error, every.uncertainty.share.std_error, rtol=0.02, err_msg=design
    )


def test_a_design_of_one_kind_has_its_degrees_of_freedom(surveys: Mapping[str, Survey]) -> None:
    found = {
        design: relative_importance(survey, n_boot=100, intervals=None if design in REPLICATED else "linearised")
        for design, survey in surveys.items()
    }
    df = {design: each.uncertainty.df for design, each in found.items()}
    n = found["none"].sample.n
    # One of 40 sampling units has no complete answers; brr and fay tell as much as there are strata.
    expected = {"clusters": 29, "fpc": 29, "jk1": 38, "jkn": 30, "brr": 10, "fay": 10, "bootstrap": 30}
    assert df == {"none": n - 1, "weights": n - 1, **expected}


def test_replicates_of_one_design_have_errors_of_one_size(surveys: Mapping[str, Survey]) -> None:
    # 30 degrees of freedom: 13 % each; brr has 10.
    linear = relative_importance(surveys["clusters"], intervals="linearised", n_boot=100).uncertainty.share.std_error
    for design, allowed in (("jkn", 0.1), ("bootstrap", 0.3), ("brr", 0.6), ("fay", 0.6)):
        found = relative_importance(surveys[design], n_boot=100).uncertainty.share.std_error
        assert (np.abs(np.log(found / linear)) < allowed).all(), design
