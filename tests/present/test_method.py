"""The method appendix, and all that speaks of shares: written from what was run."""

import re
from dataclasses import replace
from html import unescape
from itertools import product
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.importance.likelihood.families import FAMILIES, PSEUDO_R2
from drivers.importance.orders.measures import MEASURES
from drivers.importance.result import ImportanceResult
from drivers.labels import LANGUAGES
from drivers.models.predictors import MISSING_RULES
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.isolation import plain
from drivers.present.sentences import findings
from tests.shown import Case

WAYS = ("percentile", "bca", "linearised", "replicate_weights", "multiple_imputation", "bootstrap_imputation")


def sentences(result: ImportanceResult, case: Case, language: str = "en", as_: str = "method") -> list[str]:
    """The paragraphs of a piece."""
    html = str(bundle(result, case.words(language), as_=as_)["text/html"])
    found = re.findall(r"<(?:p|dd)[^>]*>(.*?)</(?:p|dd)>", html)
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", part)).split()) for part in found]


def of(result: ImportanceResult, **fields: Any) -> ImportanceResult:
    """The result as if it had been made in another way."""
    inside = {name: fields.pop(name) for name in ("how", "df", "monte_carlo_error") if name in fields}
    missing = fields.pop("missing", result.sample.missing)
    return replace(
        result,
        uncertainty=replace(result.uncertainty, **inside),
        sample=replace(result.sample, missing=missing),
        **fields,
    )


def measured(result: ImportanceResult, method: str, family: str = "linear", fit: str = "r2") -> ImportanceResult:
    return of(result, method=method, family=family, fit=fit, sums_to_r2=MEASURES[method].sums_to_r2)


@pytest.fixture
def case(cases: dict[str, Case]) -> Case:
    return cases["customersat"]


def combinations() -> list[tuple[str, str, str]]:
    linear = [(method, "linear", "r2") for method in MEASURES]
    rest = [family for family in FAMILIES if family != "linear"]
    return linear + [
        (method, family, fit) for family in rest for fit in PSEUDO_R2[family] for method in ("lmg", "first", "last")
    ]


# What was measured


def test_the_usual_way_is_told_in_whole_sentences(case: Case) -> None:
    assert sentences(of(case.importance, monte_carlo_error=0.004), case) == [
        "Importance is the LMG measure: the part of R² that an aspect adds when it enters a linear regression, "
        "averaged "
        "over all orders of entry (Shapley value).",
        "Shares are parts of the explained differences and add up to 100%.",
        "R² is 0.717; adjusted for the number of aspects, 0.715.",
        "Intervals are percentile intervals from bootstrap resamples of the participants (resamples: 200, seed: 1).",
        "Another set of as many resamples would move the limits of shares by about 0.40 percentage points at most "
        "(standard "
        "error).",
        "Claims about the order of aspects are made so that in at least 95% of such surveys none of them is wrong. An "
        "aspect is put first by itself only if the 97.5% interval of its difference from every other aspect leaves out "
        "zero; any other order is claimed only from 97.5% intervals that hold for all pairs at once.",
        "Missing answers: only participants with an answer to every question of the model are used (1,811 of 1,811).",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_measure_family_and_fit_says_its_own(case: Case, language: str) -> None:
    told = [tuple(sentences(measured(case.importance, *what), case, language)[:3]) for what in combinations()]
    assert len(set(told)) == len(told)


def test_a_measure_is_described_as_it_is(case: Case) -> None:
    told = {method: sentences(measured(case.importance, method), case)[:2] for method in MEASURES}
    assert told["first"] == [
        "Importance is what an aspect adds to R² in a linear regression that holds no other aspect.",
        "Values of aspects that go together overlap: they are no parts of a whole. Percentages relate each value to "
        "the "
        "sum of all values (100%).",
    ]
    assert told["relative_weights"][0].startswith(
        "Importance is the relative weight (Johnson): R² of a linear regression"
    )
    assert told["pratt"][0].endswith("It may be below zero.")
    parts = "Shares are parts of the explained differences and add up to 100%."
    assert {method: MEASURES[method].sums_to_r2 for method in MEASURES} == {
        method: lines[1] == parts for method, lines in told.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("method", "family", "fit"), combinations())
def test_what_is_no_part_of_a_variance_is_not_called_one(
    case: Case, method: str, family: str, fit: str, language: str
) -> None:
    result, words = measured(case.importance, method, family, fit), case.words(language)
    explained = {"en": "explained differences", "ar": "الفروق المفسَّرة"}[language]
    shares = {"en": "share of the explained", "ar": "حصته من"}[language]
    said = [
        *sentences(result, case, language, "summary"),
        *sentences(result, case, language, "glossary"),
        *(plain(text) for text in tables.importance_table(result, words).headings),
        plain(kda.figures.importance_bars(result, words).alt),
        *(plain(findings.check_finding(check, words, fit)) for check in result.checks),
        *(sentences(result, case, language, "bars")),
    ]
    if family != "linear":
        assert not [text for text in said if explained in text.lower()]
        assert any(plain(words.text("fit", fit)) in text for text in said)
    if not MEASURES[method].sums_to_r2:
        assert not [text for text in said if shares in text.lower()]


def test_a_pseudo_r2_is_explained(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    logit = kda.relative_importance(case.survey, family="logit", top_box=True, n_boot=100)
    r2 = plain(case.words("en").percent(logit.r2))
    assert sentences(logit, case, "en", "summary")[1].startswith(
        f"Explained part: {r2} (McFadden's pseudo-R²). That is no share of the differences, and it can be compared "
        "only with values of the same measure."
    )
    told = sentences(logit, case)
    assert told[:4] == [
        "Importance is the LMG measure: the part of McFadden's pseudo-R² that an aspect adds when it enters a logistic "
        "regression, averaged over all orders of entry (Shapley value).",
        "Shares are parts of what is explained by this measure and add up to 100%. They are no parts of a variance, "
        "and another measure of fit gives other values.",
        "The outcome is whether the answer on overall satisfaction is one of the two best.",
        f"For the whole model McFadden's pseudo-R² is {logit.r2:.3f}.",
    ]
    assert f"Explained part by McFadden's pseudo-R²: {r2}." in " ".join(
        plain(findings.check_finding(check, case.words("en"), logit.fit)) for check in logit.checks
    )
    assert ">Explained part<" in str(bundle(logit, case.words("en"), as_="checks")["text/html"])


# How sure it is


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_to_intervals_says_its_own(case: Case, language: str) -> None:
    told = {
        (how, design): tuple(sentences(of(case.importance, how=how, design=design), case, language))
        for how, design in product(WAYS, (False, True))
    }
    # Replicate weights and completed copies carry the design themselves.
    assert len(set(told.values())) == len(told) - 2
    assert told["replicate_weights", True] == told["replicate_weights", False]


def test_t_intervals_have_degrees_of_freedom_and_draws(case: Case) -> None:
    told = sentences(of(case.importance, how="linearised", df=212.0, design=True, monte_carlo_error=0.0), case)
    assert told[3:6] == [
        "Intervals are t intervals from linearised standard errors, which add up how each sampling unit moves the "
        "result "
        "within its stratum.",
        "Degrees of freedom of the intervals: 212.",
        "The order of aspects is judged by draws from the distribution that these errors imply (draws: 200, seed: 1).",
    ]
    glossary = str(bundle(of(case.importance, how="linearised"), case.words("en"), as_="glossary")["text/html"])
    assert "Resamples" not in glossary


def test_a_finite_population_and_sampled_orders_are_told(case: Case) -> None:
    told = sentences(of(case.importance, finite_population=True, ordering_error=np.full(9, 0.00042)), case)
    assert "averaged over a sample of the orders of entry" in told[0]
    assert told[2] == (
        "Taking a sample of the orders leaves an error in each value: its standard error is at most 0.0004 of the "
        "outcome's variance."
    )
    assert "The population is finite, which narrows the intervals according to the part of it that was sampled." in told
    assert not [text for text in sentences(case.importance, case) if "sample of the orders" in text or "finite" in text]


def test_without_uncertainty_nothing_is_claimed(case: Case) -> None:
    told = sentences(kda.relative_importance(case.survey, n_boot=0), case)
    assert "No intervals were computed, so no order of aspects is claimed." in told
    assert not [text for text in told if text.startswith(("Claims", "Intervals are"))]


# Whom it is about


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rule_for_missing_answers_says_its_own(case: Case, language: str) -> None:
    told = [sentences(of(case.importance, missing=rule), case, language)[-1] for rule in MISSING_RULES]
    assert len(set(told)) == len(MISSING_RULES)


def test_completed_answers_are_told_with_their_copies(cases: dict[str, Case]) -> None:
    case = cases["service_center"]
    found = kda.relative_importance(case.survey, missing="multiple_imputation", n_imputations=3, n_boot=100)
    told = sentences(found, case)
    assert told[-1].startswith(
        "Missing answers: filled in from the other answers several times over (copies: 3), and the results pooled; "
        "participants used: "
    )
    assert "Intervals are t intervals that allow for not knowing the missing answers too (Rubin's rules)." in told


def test_a_product_of_drivers_is_told_and_has_a_name(case: Case) -> None:
    found = kda.relative_importance(
        case.survey, drivers=["prices", "reach", "volume"], interactions=[("prices", "reach")], n_boot=0
    )
    told = sentences(found, case)
    assert told[2] == "A product of two aspects (×) enters only after both of them."
    names = [plain(row[0]) for row in tables.importance_table(found, case.words("en")).rows]
    assert names[-1] == "Competitive prices × Reach"


def test_controls_are_named(cases: dict[str, Case]) -> None:
    told = sentences(cases["judges"].importance, cases["judges"])
    assert "Held constant and not ranked: “Number of contacts of lawyer with judge”." in told


@pytest.mark.parametrize("what", combinations())
def test_an_arabic_appendix_has_no_latin_word(case: Case, what: tuple[str, str, str]) -> None:
    for how, rule in zip(WAYS, (*MISSING_RULES, "complete_cases", "pairwise"), strict=True):
        result = of(measured(case.importance, *what), how=how, missing=rule, finite_population=True)
        html = str(bundle(result, case.words("ar"), as_="method")["text/html"])
        html = re.sub(r'<bdi dir="ltr">.*?</bdi>', "", html)
        assert not re.search("[A-Za-z]", re.sub(r"<[^>]+>", "", html))


# The map


def test_the_map_speaks_of_its_own_measure(case: Case) -> None:
    logit = kda.relative_importance(case.survey, family="logit", top_box=True, n_boot=100)
    words = case.words("en")
    for result, term in (
        (logit, "Share of the explained part"),
        (kda.relative_importance(case.survey, method="last", n_boot=100), "Part of the sum of all values"),
    ):
        place = kda.importance_performance_map(result)
        assert plain(tables.map_table(place, words).headings[1]) == term
        written = [plain(text) for text, _ in kda.figures.importance_performance_map(place, words).canvas().texts]
        assert f"Importance ({term[0].lower()}{term[1:]})" in written
