"""Kano's table, classes and coefficients: by hand, against others' rules, in real answers, and how often they err."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import drivers as kda
from drivers.closed_lists import COLUMNS
from drivers.errors import ModelError
from drivers.models.asymmetry.kano_answers import CATEGORIES, EVALUATION, categories_of, positions, rated_scales
from drivers.models.asymmetry.kano_features import COEFFICIENTS, KanoResult, _class, kano
from drivers.models.expectations.ratios import Ratios
from drivers.results import Code
from drivers.survey.data import Survey, example_survey
from drivers.survey.examples import DATA_VARIABLE
from tests.models.asymmetry.asked_features import AGREEMENT, answers_of, ask_features

LETTERS = "AOMIRQ"
BERGER = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
"""The table of Berger et al. (1993): answers with the feature down, without it across, from like to dislike."""

FONG = 1.65
"""What the difference of two categories needs in errors by Fong (1996)."""


def counts(**numbers: int) -> np.ndarray:
    """Categories by their letters and how many are of each."""
    return np.repeat([(*LETTERS, "none").index(letter) for letter in numbers], list(numbers.values()))


def features(folder: Path, by_name: dict[str, np.ndarray], **options: object) -> Survey:
    return ask_features(folder, {name: answers_of(found) for name, found in by_name.items()}, **options)  # type: ignore[arg-type]


# The evaluation table


def test_table_is_that_of_berger() -> None:
    assert ["".join(LETTERS[j] for j in row) for row in EVALUATION] == list(BERGER)
    assert CATEGORIES == ("bonus", "proportional", "must_have", "indifferent", "reverse", "questionable")


@given(pairs=st.lists(st.tuples(*[st.sampled_from([0.0, 1, 2, 3, 4, np.nan])] * 2), min_size=1, max_size=30))
def test_a_pair_has_the_category_of_its_cell(pairs: list[tuple[float, float]]) -> None:
    found = categories_of(*np.array(pairs).T)
    for (with_it, without_it), category in zip(pairs, found, strict=True):
        known = not (np.isnan(with_it) or np.isnan(without_it))
        assert (category >= 0) == known
        if known:
            assert LETTERS[category] == BERGER[int(with_it)][int(without_it)]


def test_codes_need_not_be_one_to_five() -> None:
    codes = np.array([10.0, 40.0, np.nan, 20.0])
    np.testing.assert_array_equal(positions(codes, np.array([10.0, 20, 30, 35, 40])), [0, 4, np.nan, 1])


# Shares, coefficients and strengths


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return features(
        tmp_path_factory.mktemp("features"),
        {
            "must": counts(A=10, O=30, M=100, I=30, R=5, Q=5, none=20),
            "tied": counts(A=60, O=20, M=0, I=62, R=38, Q=20),
            "few": counts(A=9, none=191),
            "unwanted": counts(I=20, R=175, Q=5),
        },
        drivers={"must": "speed"},
    )


def test_shares_are_counted_among_complete_pairs(made: Survey) -> None:
    found = kano(made)
    assert found.features == ("must", "tied", "unwanted") and found.left_out == ("few",)
    assert found.drivers == ("speed", "", "")
    np.testing.assert_array_equal(found.n, [180, 200, 200])
    np.testing.assert_allclose(found.share[0, 0], np.array([10, 30, 100, 30, 5, 5]) / 180)
    np.testing.assert_allclose(found.better[0, :2], [40 / 170, 80 / 142])
    np.testing.assert_allclose(found.worse[0, :2], [130 / 170, 20 / 142])
    np.testing.assert_allclose(found.total_strength[0, :2], [140 / 180, 80 / 200])
    np.testing.assert_allclose(found.strength[0, :2], [70 / 180, 2 / 200])


def test_intervals_are_wilson_s_at_the_size_of_their_base(made: Survey) -> None:
    found = kano(made)
    z, n, p = 1.9741, 170, 130 / 170  # t of 199 − 1 degrees of freedom, as 200 respondents are the sample
    middle, reach = (
        (p + z * z / (2 * n)) / (1 + z * z / n),
        z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)),
    )
    np.testing.assert_allclose(found.worse[1:, 0], [middle - reach, middle + reach], atol=3e-3)
    assert (found.share[1] <= found.share[0]).all() and (found.share[0] <= found.share[2]).all()


def test_classes_need_a_clear_lead(made: Survey) -> None:
    found = kano(made)
    assert found.classes == ("must_have", "undecided", "reverse")
    assert found.strength[1, 0] > 0 > found.strength[1, 1]
    assert found.of_class("undecided") == ("tied",)


def test_a_coefficient_of_fewer_than_ten_is_not_given(tmp_path: Path) -> None:
    found = kano(features(tmp_path, {"unwanted": counts(I=9, R=100)}))
    assert np.isnan(found.better).all() and np.isnan(found.worse).all()
    assert np.isfinite(found.total_strength).all()


def test_answers_asked_the_other_way_round_are_turned(tmp_path: Path, made: Survey) -> None:
    found = kano(features(tmp_path, {"must": counts(A=10, O=30, M=100, I=30, R=5, Q=5, none=20)}, reversed_=True))
    np.testing.assert_allclose(found.share[:, 0], kano(made).share[:, 0], atol=1e-3)


def test_weights_weigh(tmp_path: Path) -> None:
    category = counts(A=40, M=60)
    weights = np.where(category == LETTERS.index("A"), 3.0, 1.0)
    found = kano(features(tmp_path, {"one": category}, weights=weights))
    np.testing.assert_allclose(found.share[0, 0, [LETTERS.index("A"), LETTERS.index("M")]], [120 / 180, 60 / 180])
    assert found.sample.weighted and found.sample.n_effective < 100


def test_sampling_units_of_the_same_answers_count_once(tmp_path: Path) -> None:
    category = counts(A=40, O=10, M=60, I=20)
    once = kano(features(tmp_path / "once", {"one": category}))
    twice = kano(features(tmp_path / "twice", {"one": np.repeat(category, 2)}, clusters=np.repeat(np.arange(130), 2)))
    for name in ("share", "better", "worse", "strength", "total_strength"):
        # Of a category that nobody is in the design cannot tell how many answers count.
        one, other = (getattr(result, name)[..., :4] for result in (once, twice))
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def test_replicate_weights_give_the_variance(tmp_path: Path) -> None:
    category = np.random.default_rng(1).choice(6, 100, p=[0.3, 0.1, 0.4, 0.2, 0, 0])
    replicates = np.where(np.arange(100)[:, None] == np.arange(100), 0.0, 100 / 99)
    weights = np.ones(100)
    found = kano(
        features(
            tmp_path / "r",
            {"one": category},
            weights=weights,
            replicates=replicates,
            design={"replicate_method": "jk1"},
        )
    )
    # Leaving out one respondent after the other is the linearised variance of shares.
    alone = kano(features(tmp_path / "a", {"one": category}))
    np.testing.assert_allclose(found.share[:, 0, :4], alone.share[:, 0, :4], rtol=1e-6)
    np.testing.assert_allclose(found.strength, alone.strength, rtol=1e-6)


# What cannot be known


def test_without_features_there_is_a_reason() -> None:
    with pytest.raises(ModelError) as refused:
        kano(example_survey("judges"))
    assert str(refused.value) == (
        "Expected features with a question on each of having and lacking it, found none; name the questions under "
        "kano: in the codebook."
    )
    assert kda.attempt(kda.kano, example_survey("judges")).reasons == (Code("no_kano_pairs"),)  # type: ignore[attr-defined]


def test_with_hardly_an_answer_nothing_is_shown(tmp_path: Path) -> None:
    survey = features(tmp_path, {"few": counts(A=9, none=100), "none": counts(none=109)})
    with pytest.raises(ModelError) as refused:
        kano(survey)
    assert str(refused.value) == (
        "Expected a feature with at least 10 complete pairs of answers, found fewer for each of 2; widen the selection."
    )
    assert kda.attempt(kda.kano, survey).reasons == (Code("suppressed", {"needed": 10}),)  # type: ignore[attr-defined]


def test_answers_of_a_rating_are_told(tmp_path: Path, made: Survey) -> None:
    category = {"one": counts(A=40, M=60)}
    turned = features(tmp_path / "turned", category, answers=AGREEMENT[::-1])
    plain = features(tmp_path / "plain", category, answers=AGREEMENT)
    assert rated_scales(turned.codebook) == rated_scales(plain.codebook) == ("feeling",)
    assert rated_scales(made.codebook) == ()
    assert kano(turned).notes[-1] == Code("kano_rated")
    assert not kano(made).rated


# The result


def test_tables_have_closed_columns(made: Survey) -> None:
    found = kano(made)
    table = found.tidy()
    assert set(table.columns) | set(found.glance().columns) <= set(COLUMNS)
    assert table["term"].tolist() == [*CATEGORIES, *COEFFICIENTS, "strength"] * 3
    by = table.set_index(["feature", "term"])
    assert by.loc[("must", "must_have"), "estimate"] == found.share[0, 0, LETTERS.index("M")]
    assert by.loc[("tied", "better"), "conf_low"] == found.better[1, 1]
    assert by.loc[("must", "strength"), ["driver", "conclusion", "n"]].tolist() == ["speed", "must_have", 180]
    assert found.glance().loc[0, ["n_asked", "n"]].tolist() == [200, 200]


def test_shares_that_do_not_add_up_are_refused(made: Survey) -> None:
    found = kano(made)
    with pytest.raises(ValueError, match=r"^The shares of a feature's categories add up to 1\.$"):
        replace(found, share=found.share * 0.9)


# How often a class is claimed that is none


def test_two_categories_as_large_are_hardly_ever_told_apart(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    true, n, samples = np.array([0.35, 0.1, 0.35, 0.18, 0.01, 0.01]), 200, 2000
    claimed = 0
    for drawn in rng.multinomial(n, true, samples):
        part = drawn / n
        found = Ratios(
            estimate=part,
            covariance=(np.diag(part) - np.outer(part, part)) / (n - 1),
            df=n - 1,
            n=np.full(6, n),
            kish=np.full(6, float(n)),
        )
        claimed += _class(found, 0.95)[1] != "undecided"
    # Three standard errors of the rate beyond 5 %; and it is no rule that never claims.
    assert 0.02 < claimed / samples <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / samples)
    # Such ratios are those of a survey without weights.
    category = rng.permutation(np.repeat(np.arange(6), [60, 20, 75, 40, 3, 2]))
    part = np.array([60, 20, 75, 40, 3, 2]) / n
    again = Ratios(
        estimate=part,
        covariance=(np.diag(part) - np.outer(part, part)) / (n - 1),
        df=n - 1,
        n=np.full(6, n),
        kish=np.full(6, float(n)),
    )
    found_in = kano(features(tmp_path, {"one": category}))
    np.testing.assert_allclose(found_in.strength[:, 0], _class(again, 0.95)[0])


# Real answers


@pytest.fixture(scope="module")
def kiosk(field_data: Path) -> KanoResult:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(field_data))
        return kano(example_survey("kiosk"))


@pytest.mark.field
def test_kiosk_s_classes(kiosk: KanoResult) -> None:
    assert len(kiosk.features) == 29 and (kiosk.n == 207).all()
    assert kiosk.of_class("must_have") == ("intended", "accurate", "kept_safe", "no_misuse")
    assert kiosk.of_class("bonus") == ("cost", "adjustable", "help_button", "refund", "gloves", "zoom")
    assert kiosk.of_class("proportional") == ("concise", "touch")
    assert kiosk.of_class("indifferent") == ("attractive", "voice")
    assert len(kiosk.of_class("undecided")) == 15
    # Counted in the file by Berger's table.
    must = kiosk.features.index("intended")
    np.testing.assert_allclose(kiosk.share[0, must] * 207, [43, 52, 90, 21, 0, 1])
    assert not kiosk.rated


@pytest.mark.field
def test_kiosk_s_classes_are_those_of_an_exact_test(kiosk: KanoResult) -> None:
    for i, name in enumerate(kiosk.classes):
        first, second = (int(n) for n in np.sort(np.round(kiosk.share[0, i] * 207))[:-3:-1])
        # Of those in the two largest categories, half are in each if they are equal.
        alike = stats.binomtest(first, first + second).pvalue
        assert (name != "undecided") == (alike < 0.05), kiosk.features[i]
        # Fong's test takes the two for independent, and so claims more.
        fong = (first - second) / np.sqrt((first + second) * (2 * 207 - first - second) / (2 * 207))
        assert fong > FONG or name == "undecided"
