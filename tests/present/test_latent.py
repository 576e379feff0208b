"""Pieces on the chain without error: what they say, their tables, and why there are none."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import numpy as np
import pytest

import drivers as kda
from drivers.models.chain.latent_result import LatentEffects, LatentPathsResult
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.isolation import plain
from drivers.present.sentences.latent import fit_sentences, latent_sentences
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.models.chain.test_latent_paths import alike, planted
from tests.shown import labelled

ENGLISH = {"respect": "Respect", "speed": "Speed", "sat": "Contentment", "loy": "Loyalty"}
ARABIC = {"respect": "الاحترام", "speed": "السرعة", "sat": "القناعة", "loy": "الولاء"}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    folder = tmp_path_factory.mktemp("chain")
    planted(folder, n=900)
    return labelled(folder, {name: {"en": en, "ar": ARABIC[name]} for name, en in ENGLISH.items()})


@pytest.fixture(scope="module")
def result(survey: Survey) -> LatentPathsResult:
    return kda.latent_paths(survey)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def piece(shown: Result, words: Words, as_: str) -> str:
    return str(bundle(shown, words, as_=as_)["text/html"])


@pytest.mark.parametrize("way", ["table", "method", "glossary"])
def test_pieces_speak_both_languages(survey: Survey, result: LatentPathsResult, way: str) -> None:
    english, arabic = (piece(result, kda.wording(language, survey.labels), way) for language in ("en", "ar"))
    assert english and english.count("<p>") == arabic.count("<p>") and english.count("<tr>") == arabic.count("<tr>")
    own = re.sub(r'<bdi dir="ltr">.*?</bdi>', "", arabic)
    # Items have no label in this survey, so their keys stand there.
    assert not re.search("[A-Za-z]", re.sub(r"\b[a-z]+_\d\b", "", text(own))), text(own)


def test_what_goes_with_what_is_told(survey: Survey, result: LatentPathsResult) -> None:
    said = [plain(one) for one in latent_sentences(result, kda.wording("en", survey.labels))]
    b, _, low, high = result.second.points[:, 0]
    assert said[:2] == [
        f"Without it, and with the aspects held equal, what goes with one point of “Contentment” is {b:.2f} of a point "
        f"of “Loyalty” (95% confidence interval: {low:.2f} to {high:.2f}); by the scores as they are it is "
        f"{result.second.uncorrected[0, 0]:.2f}.",
        "Through “Contentment”, these go with “Loyalty” by more than chance alone explains: “Respect” and “Speed”.",
    ]
    assert said[2].startswith(
        "With “Contentment” held equal, these still go with “Loyalty” directly, by more than chance alone explains: "
        "“Respect”"
    )


def moved(effects: LatentEffects, estimate: float) -> LatentEffects:
    values = np.tile(np.array([[estimate], [0.01], [estimate - 0.02], [estimate + 0.02]]), 2)
    return replace(effects, points=values, standardised=values)


@pytest.mark.parametrize(
    ("indirect", "direct", "told"),
    [
        (
            -0.1,
            -0.2,
            [
                "Through “Contentment”, higher answers on these go with lower ones on “Loyalty”, by more than chance "
                "alone explains: “Respect” and “Speed”.",
                "With “Contentment” held equal, higher answers on these go with lower ones on “Loyalty”, by more than "
                "chance alone explains: “Respect” and “Speed”.",
            ],
        ),
        (
            0.0,
            0.0,
            ["No aspect goes with “Loyalty” by more than chance alone explains, through “Contentment” or beside it."],
        ),
    ],
)
def test_directions_are_told(
    survey: Survey, result: LatentPathsResult, indirect: float, direct: float, told: list[str]
) -> None:
    effects = (
        result.first,
        moved(result.direct, direct),
        moved(result.indirect, indirect),
        moved(result.total, direct + indirect),
    )
    said = latent_sentences(replace(result, effects=effects), kda.wording("en", survey.labels))
    assert [plain(one) for one in said[1:]] == told


def test_fit_is_told_as_it_is(survey: Survey, result: LatentPathsResult) -> None:
    words = kda.wording("en", survey.labels)
    numbers = f"(CFI {result.fit.cfi:.3f}, SRMR {result.fit.srmr:.3f})"
    assert [plain(one) for one in fit_sentences(result, words)] == [f"The model fits the answers closely {numbers}."]
    far = replace(result, fit=replace(result.fit, cfi=0.8), reliability_from=("exact", "given", "items", "items"))
    assert [plain(one) for one in fit_sentences(far, words)] == [
        f"The model does not fit the answers closely (CFI 0.800, SRMR {result.fit.srmr:.3f}), so its numbers want "
        "care.",
        "Asked with one question each, whose error stays in: “Respect”.",
        "A reliability was assumed for: “Speed”.",
    ]
    single = replace(far, reliability_from=("exact", "exact", "items", "items"))
    assert [plain(one) for one in fit_sentences(single, words)][1:] == [
        "The aspects were asked with one question each, whose error stays in."
    ]


def test_drivers_that_enter_by_their_scores_have_a_note(tmp_path_factory: pytest.TempPathFactory) -> None:
    survey = alike(tmp_path_factory.mktemp("alike"))
    result, words = kda.latent_paths(survey), kda.wording("en", survey.labels)
    shown = text(piece(result, words, "table"))
    assert shown.count("The aspects enter by their scores, the error of their items included") == 1
    assert "Here this error is left out of the outcomes." in shown
    assert "Asked with one question" not in shown
    rows = [[plain(cell) for cell in row] for row in tables.latent_loadings_table(result, words).rows]
    assert rows[0] == ["a", "a", "1.00", "1.00", "counted as exact"]


def test_tables_hold_the_result_s_numbers(survey: Survey, result: LatentPathsResult) -> None:
    words = kda.wording("en", survey.labels)
    for table, values in ((tables.latent_table, "points"), (tables.latent_standardised_table, "standardised")):
        rows = [[plain(cell) for cell in row] for row in table(result, words).rows]
        assert [row[:2] for row in rows[:4]] == [
            ["Respect", name]
            for name in (
                "with Contentment",
                "with Loyalty, direct",
                "with Loyalty, through Contentment",
                "with Loyalty, total",
            )
        ]
        assert len(rows) == 9 and rows[-1][:2] == ["Contentment", "with Loyalty, direct"]
        found = [float(cell.replace("−", "-")) for cell in rows[2][2:5]]
        assert found == pytest.approx(getattr(result.indirect, values)[[0, 2, 3], 0], abs=0.005)
    loadings = [[plain(cell) for cell in row] for row in tables.latent_loadings_table(result, words).rows]
    assert [float(row[2]) for row in loadings] == pytest.approx(result.loading, abs=0.005)


@pytest.mark.parametrize(
    ("errors", "design", "told"),
    [
        ("linearised", False, "which add up how each participant moves the result."),
        ("linearised", True, "which add up how each sampling unit moves the result within its stratum."),
        ("replicates", True, "with standard errors from the survey's replicate weights."),
    ],
)
def test_method_says_how_intervals_were_made(
    survey: Survey, result: LatentPathsResult, errors: str, design: bool, told: str
) -> None:
    made = replace(result, errors=errors, design=design)
    shown = text(piece(made, kda.wording("en", survey.labels), "method"))
    assert told in shown and "20,000 draws" in shown and "(900)" in shown


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            Code("single_outcome", {"outcome": "sat"}),
            "What the chain is like without the error of the answers cannot be told: “Contentment” was asked with a "
            "single question.",
        ),
        (
            Code("improper_solution"),
            "What the chain is like without the error of the answers cannot be told: the scores measure things too "
            "alike to be told apart.",
        ),
        (
            Code("not_converged"),
            "What the chain is like without the error of the answers cannot be told: the search for the likeliest "
            "values came to no end.",
        ),
        (Code("suppressed", {"needed": 10}), ""),
    ],
)
def test_without_an_answer_the_reason_is_told_once(survey: Survey, code: Code, told: str) -> None:
    nothing: Any = Unanswered(analysis="latent_paths", reasons=(code,))
    words = kda.wording("en", survey.labels)
    assert text(piece(nothing, words, "table")) == told
    assert not piece(nothing, words, "method") and not piece(nothing, words, "glossary")
    assert bool(piece(nothing, kda.wording("ar", survey.labels), "table")) == bool(told)
