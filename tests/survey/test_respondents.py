"""Sampling units: a row's unit is its stratum and its cluster together, whatever the codes are."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.survey.answers.texts import to_number
from drivers.survey.respondents import numbers_in, unit_codes

PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 7)), min_size=1, max_size=30)


def columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    strata, clusters = zip(*pairs, strict=True)
    return np.array(strata), np.array(clusters)


@given(PAIRS)
def test_rows_share_a_unit_where_they_share_stratum_and_cluster(pairs: list[tuple[int, int]]) -> None:
    codes = unit_codes(*columns(pairs), len(pairs))
    assert codes.shape == (len(pairs),)
    for i, j in combinations(range(len(pairs)), 2):
        assert (codes[i] == codes[j]) == (pairs[i] == pairs[j])


@given(PAIRS)
def test_units_are_in_the_order_of_their_strata_and_clusters(pairs: list[tuple[int, int]]) -> None:
    strata, clusters = columns(pairs)
    _, first = np.unique(unit_codes(strata, clusters, len(pairs)), return_index=True)
    found = list(zip(strata[first].tolist(), clusters[first].tolist(), strict=True))
    assert found == sorted(set(pairs))


@given(PAIRS)
def test_the_units_are_those_of_numpys_pairs(pairs: list[tuple[int, int]]) -> None:
    strata, clusters = columns(pairs)
    _, unit = np.unique(np.column_stack([strata, clusters]), axis=0, return_inverse=True)
    _, found = np.unique(unit_codes(strata, clusters, len(pairs)), return_inverse=True)
    np.testing.assert_array_equal(found, unit.ravel())


@given(PAIRS)
def test_without_clusters_every_row_is_a_unit_of_its_stratum(pairs: list[tuple[int, int]]) -> None:
    strata, _ = columns(pairs)
    codes = unit_codes(strata, None, len(pairs))
    assert len(set(codes.tolist())) == len(pairs)
    assert (np.diff(strata[np.argsort(codes)]) >= 0).all()


def test_without_strata_a_cluster_is_a_unit() -> None:
    np.testing.assert_array_equal(unit_codes(None, np.array([4, 0, 4, 2]), 4), [4, 0, 4, 2])


def test_without_a_design_every_row_is_a_unit() -> None:
    np.testing.assert_array_equal(unit_codes(None, None, 3), [0, 1, 2])


@pytest.mark.parametrize("strata", [None, np.empty(0, dtype=np.int64)])
@pytest.mark.parametrize("clusters", [None, np.empty(0, dtype=np.int64)])
def test_nobody_has_no_unit(strata: np.ndarray | None, clusters: np.ndarray | None) -> None:
    assert unit_codes(strata, clusters, 0).tolist() == []


def test_many_strata_and_clusters_keep_apart() -> None:
    # As many as a file could hold: no code may run over.
    n = 3_000_000
    strata, clusters = np.array([0, 1, n, n]), np.array([n, 0, n - 1, n])
    codes = unit_codes(strata, clusters, 4)
    assert codes.tolist() == [n, n + 1, n * (n + 1) + n - 1, n * (n + 1) + n]


@given(
    st.lists(
        st.one_of(st.floats(0, 1e6).map(repr), st.text("0123456789.", max_size=6), st.text(max_size=3)), max_size=9
    )
)
def test_a_column_of_numbers_is_read_as_each_of_them_alone(texts: list[str]) -> None:
    # Plain columns are read together, which is quicker; one odd cell must not change the others.
    plain = [text for text in texts if "e" not in text]
    alone = [np.nan if (number := to_number(text)) is None else number for text in plain]
    np.testing.assert_array_equal(numbers_in(pd.Series(plain, dtype="str")), alone)


def test_numbers_as_r_writes_them_are_read() -> None:
    cells = pd.Series(["1e-05", "2.5E+3", "٤٫٥", "1,250", "12", "x", ""], dtype="str")
    np.testing.assert_array_equal(numbers_in(cells), [1e-5, 2500, 4.5, 1250, 12, np.nan, np.nan])


def test_what_only_a_program_takes_for_a_number_is_none() -> None:
    cells = pd.Series(["1_000", "12", "nan", "inf", "0x1F"], dtype="str")
    np.testing.assert_array_equal(numbers_in(cells), [np.nan, 12, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(numbers_in(cells[:2]), [np.nan, 12])
