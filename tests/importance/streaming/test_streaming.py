"""Importance from chunks of Parquet: the numbers of the whole survey, whatever the chunks, files and machines."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import drivers as kda
from drivers.importance.result import ImportanceResult
from drivers.importance.streaming.design_sums import DesignSums
from drivers.importance.uncertainty import WAYS
from drivers.survey.data import Survey
from tests.parquet_files import arrow_table, write_parquet
from tests.simulated import make_survey

SAME = 1e-9
"""Relative: what is promised of a streamed number beside the one of the whole survey."""

ORDER_OF_SUMS = 1e-11
"""Relative: the same sums over chunks of other sizes."""

NAMES = "abcde"


@pytest.fixture(scope="module")
def service() -> Survey:
    return kda.example_survey("service_center")


def simulated(folder: Path, *, n: int = 900, clusters: bool = False, **design: object) -> Survey:
    """Five drivers of two items each, of which one will do, holes in a tenth of the answers, and weights."""
    rng = np.random.default_rng(7)
    strata = rng.integers(0, 4, n)
    unit = rng.integers(0, 30, n)
    common = rng.normal(size=(n, 1)) + 0.5 * rng.normal(size=(30, 1))[unit]
    x = 0.7 * common + rng.normal(size=(n, 5))
    y = x @ [0.6, 0.5, 0.4, 0.3, 0.2] + rng.normal(size=n)

    def rated(column: np.ndarray) -> np.ndarray:
        answers = np.clip(np.round(5 + 2 * column), 0, 10)
        answers[rng.random(n) < 0.1] = np.nan
        return answers

    weights = np.round(rng.gamma(4, 0.25, n), 3)
    weights[::50] = 0
    return make_survey(
        folder,
        drivers={
            name: np.column_stack([rated(x[:, j]), rated(x[:, j] + 0.3 * rng.normal(size=n))])
            for j, name in enumerate(NAMES)
        },
        outcomes={"y": rated(y)},
        scale=(0, 10),
        step=1.0,
        min_items=1,
        weights=weights,
        strata=np.array([f"region {s}" for s in strata]) if design.pop("strata", False) else None,
        clusters=unit if clusters else None,
        fpc=np.array([500.0, 600.0, 700.0, 800.0])[strata] if design.pop("fpc", False) else None,
        design=design,
    )


def assert_same(found: ImportanceResult, expected: ImportanceResult) -> None:
    for name in ("importance", "share", "performance", "correlation", "r2", "r2_controls", "p_rank"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=SAME, atol=SAME, err_msg=name)
    for way in WAYS:
        one, other = getattr(found.uncertainty, way), getattr(expected.uncertainty, way)
        for part in ("std_error", "low", "high"):
            np.testing.assert_allclose(getattr(one, part), getattr(other, part), rtol=SAME, err_msg=f"{way} {part}")
    np.testing.assert_allclose(
        found.uncertainty.share_covariance, expected.uncertainty.share_covariance, rtol=1e-7, atol=1e-14
    )
    np.testing.assert_equal(found.uncertainty.df, expected.uncertainty.df)
    assert found.uncertainty.how == expected.uncertainty.how
    assert found.sample.n_effective == pytest.approx(expected.sample.n_effective, rel=SAME)
    assert replace(found.sample, n_effective=0.0) == replace(expected.sample, n_effective=0.0)
    assert (found.drivers, found.controls, found.columns) == (expected.drivers, expected.controls, expected.columns)
    assert found.applicability == expected.applicability
    assert (found.design, found.finite_population) == (expected.design, expected.finite_population)
    assert (found.verdict.status, found.verdict.leader) == (expected.verdict.status, expected.verdict.leader)
    assert found.verdict.top_group == expected.verdict.top_group
    np.testing.assert_array_equal(found.verdict.above, expected.verdict.above)
    assert [reason.code for reason in found.verdict.reasons] == [reason.code for reason in expected.verdict.reasons]
    for check, same in zip(found.checks, expected.checks, strict=True):
        assert (check.code, check.light) == (same.code, same.light)
        assert check.values == pytest.approx(dict(same.values), rel=SAME)


# The numbers of the whole survey


@pytest.mark.parametrize("texts", [False, True])
def test_service_center_with_strata_clusters_and_answers_that_do_not_apply(
    tmp_path: Path, service: Survey, texts: bool
) -> None:
    path = write_parquet(service, tmp_path / "answers.parquet", texts=texts, group_rows=3_000)
    streamed = kda.stream_moments("service_center", data=path, chunk_rows=1_000)
    found = kda.relative_importance(streamed, n_boot=300)
    assert_same(found, kda.relative_importance(service, intervals="linearised", n_boot=300))
    assert found.applicability[0].values["n"] == streamed.n_not_concerned > 0


@pytest.mark.parametrize(
    "design",
    [
        {},
        {"strata": True},
        {"clusters": True},
        {"strata": True, "clusters": True},
        {"strata": True, "fpc": True},
        {"strata": True, "clusters": True, "fpc": True},
        {"strata": True, "merge_strata": {"south": ["region 0", "region 1"]}, "certainty_strata": ["region 2"]},
        {"strata": True, "clusters": True, "merge_strata": {"south": ["region 0", "region 1"]}},
    ],
    ids=lambda design: " ".join(design) or "weights alone",
)
def test_designs(tmp_path: Path, design: dict[str, object]) -> None:
    survey = simulated(tmp_path, **design)
    path = write_parquet(survey, tmp_path / "answers.parquet")
    streamed = kda.stream_moments(tmp_path / "codebook.yml", data=path, chunk_rows=250)
    assert_same(
        kda.relative_importance(streamed, n_boot=300),
        kda.relative_importance(survey, intervals="linearised", n_boot=300),
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "betasq"},
        {"method": "relative_weights", "conf_level": 0.9},
        {"groups": {"first": ["d", "a"]}},
        {"orderings": 64},
        {"n_boot": 0},
    ],
    ids=str,
)
def test_measures_groups_and_orders(tmp_path: Path, asked: dict) -> None:
    survey = simulated(tmp_path, strata=True)
    path = write_parquet(survey, tmp_path / "answers.parquet")
    asked = {"n_boot": 200, **asked}
    streamed = kda.stream_moments(tmp_path / "codebook.yml", data=path)
    assert_same(
        kda.relative_importance(streamed, **asked), kda.relative_importance(survey, intervals="linearised", **asked)
    )


def test_controls_are_drivers_or_items_in_their_codes(tmp_path: Path) -> None:
    survey = simulated(tmp_path)
    path = write_parquet(survey, tmp_path / "answers.parquet")
    asked = {"drivers": ["c", "a", "b"], "always": ["e", "d_1"]}
    streamed = kda.stream_moments(tmp_path / "codebook.yml", data=path, **asked)
    found = kda.relative_importance(streamed, n_boot=200)
    assert_same(found, kda.relative_importance(survey, intervals="linearised", n_boot=200, **asked))
    assert found.r2_controls > 0


def test_the_moments_are_those_of_the_complete_rows(tmp_path: Path) -> None:
    survey = simulated(tmp_path)
    path = write_parquet(survey, tmp_path / "answers.parquet")
    scores = survey.scores[[*NAMES, "y"]].to_numpy()
    rows = ~np.isnan(scores).any(axis=1) & (survey.weights > 0)
    whole = kda.weighted_moments(scores[rows], survey.weights[rows])
    found = kda.stream_moments(tmp_path / "codebook.yml", data=path, chunk_rows=100).moments
    np.testing.assert_allclose(found.scatter, whole.scatter, rtol=ORDER_OF_SUMS)
    np.testing.assert_allclose(found.mean, whole.mean, rtol=ORDER_OF_SUMS)
    assert (found.n, found.sum_weights) == (whole.n, pytest.approx(whole.sum_weights, rel=ORDER_OF_SUMS))


# Chunks, files, machines


def test_neither_chunks_nor_row_groups_matter(tmp_path: Path) -> None:
    survey = simulated(tmp_path, strata=True, clusters=True)
    results = []
    for group_rows, chunk_rows in ((900, 10_000), (137, 161), (500, 47)):
        path = write_parquet(survey, tmp_path / f"{group_rows}.parquet", group_rows=group_rows)
        streamed = kda.stream_moments(tmp_path / "codebook.yml", data=path, chunk_rows=chunk_rows)
        results.append(kda.relative_importance(streamed, n_boot=100))
    for other in results[1:]:
        np.testing.assert_allclose(other.share, results[0].share, rtol=ORDER_OF_SUMS)
        np.testing.assert_allclose(
            other.uncertainty.share.std_error, results[0].uncertainty.share.std_error, rtol=ORDER_OF_SUMS
        )
        assert other.sample.n_effective == pytest.approx(results[0].sample.n_effective, rel=ORDER_OF_SUMS)


def test_several_files_whose_folders_are_named_by_stratum(tmp_path: Path) -> None:
    survey = simulated(tmp_path, strata=True)
    table = arrow_table(survey)
    folder = tmp_path / "answers"
    pq.write_to_dataset(table, folder, partition_cols=["strata"])
    (folder / "_temporary").mkdir()
    (folder / "_temporary" / "half.parquet").write_bytes(b"not yet")
    names = sorted(path.parent.name for path in folder.glob("strata=*/*.parquet"))
    assert names == [f"strata=region%20{number}" for number in range(4)]
    found = kda.relative_importance(kda.stream_moments(tmp_path / "codebook.yml", data=folder), n_boot=200)
    assert_same(found, kda.relative_importance(survey, intervals="linearised", n_boot=200))


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    survey = simulated(tmp_path, strata=True)
    paths = [write_parquet(survey, tmp_path / f"{number}.parquet", group_rows=200) for number in (1, 2)]
    one, other = (
        kda.stream_moments(tmp_path / "codebook.yml", data=paths, chunk_rows=150).moments.scatter.tobytes()
        for _ in range(2)
    )
    assert one == other


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as running:
        yield running.scheduler_address


def test_two_workers_of_a_cluster_find_what_one_machine_does(tmp_path: Path, cluster: str) -> None:
    survey = simulated(tmp_path, strata=True, clusters=True)
    path = write_parquet(survey, tmp_path / "answers.parquet", texts=True, group_rows=100)
    here = kda.stream_moments(tmp_path / "codebook.yml", data=path, chunk_rows=100)
    there = kda.stream_moments(tmp_path / "codebook.yml", data=path, chunk_rows=100, scheduler=cluster)
    np.testing.assert_allclose(there.moments.scatter, here.moments.scatter, rtol=1e-10)
    one, other = (kda.relative_importance(streamed, n_boot=100) for streamed in (here, there))
    np.testing.assert_allclose(one.uncertainty.share.low, other.uncertainty.share.low, rtol=1e-10)


def test_a_worker_tells_what_is_wrong_with_an_answer(tmp_path: Path, cluster: str) -> None:
    survey = simulated(tmp_path)
    path = tmp_path / "answers.parquet"
    pq.write_table(arrow_table(survey).set_column(0, "a_1", pa.array([11] * 900, pa.int8())), path)
    with pytest.raises(kda.SurveyError, match=r"^answers\.parquet, column 'a_1': expected answers on scale 'rating'"):
        kda.stream_moments(tmp_path / "codebook.yml", data=path, scheduler=cluster)


def test_no_scheduler_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = simulated(tmp_path)
    path = write_parquet(survey, tmp_path / "answers.parquet")
    monkeypatch.setattr("drivers.importance.streaming.workers.SECONDS_TO_ANSWER", 0.5)
    with pytest.raises(kda.ModelError) as refused:
        kda.stream_moments(tmp_path / "codebook.yml", data=path, scheduler="tcp://127.0.0.1:9")
    assert str(refused.value) == (
        "Expected a Dask scheduler at 'tcp://127.0.0.1:9', found none that answers; start one with 'dask scheduler' "
        "and workers with 'dask worker', or leave scheduler= out."
    )


def test_progress_is_told_and_what_it_raises_stops_the_pass(tmp_path: Path) -> None:
    survey = simulated(tmp_path)
    path = write_parquet(survey, tmp_path / "answers.parquet", group_rows=100)
    heard: list[float] = []
    streamed = kda.stream_moments(
        tmp_path / "codebook.yml", data=path, chunk_rows=100, progress=lambda done, _: heard.append(done)
    )
    assert heard == sorted(heard) and heard[-1] == 1.0 and len(heard) == 9

    def stop(done: float, _: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kda.relative_importance(streamed, progress=stop)


# What is refused


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"intervals": "bca"},
            "Expected intervals='linearised' with streamed moments, found 'bca': resampling goes through all answers "
            "again and again; leave intervals= out, or read the survey whole with read_survey().",
        ),
        (
            {"family": "logit"},
            "Expected family='linear' with streamed moments, found 'logit': every model of another family goes through "
            "all answers many times; leave family= out, or read the survey whole with read_survey().",
        ),
        (
            {"missing": "multiple_imputation"},
            "Expected missing='complete_cases' with streamed moments, found 'multiple_imputation': what is missing was "
            "left out when the moments were taken; leave missing= out, or read the survey whole with read_survey().",
        ),
        (
            {"drivers": ["a"]},
            "Expected drivers= of streamed moments to be named in stream_moments(), which chose the complete answers "
            "by it, found drivers=['a']; name it there.",
        ),
    ],
)
def test_what_moments_cannot_tell_is_refused(tmp_path: Path, asked: dict, sentence: str) -> None:
    survey = simulated(tmp_path)
    path = write_parquet(survey, tmp_path / "answers.parquet")
    streamed = kda.stream_moments(tmp_path / "codebook.yml", data=path)
    with pytest.raises(kda.ModelError) as refused:
        kda.relative_importance(streamed, **asked)
    assert str(refused.value) == sentence


def streamed_columns(folder: Path, **columns: np.ndarray) -> None:
    """The moments of y on a and b, of which some columns are given."""
    rng = np.random.default_rng(3)
    answers = {name: np.round(rng.uniform(0, 100, 60)) for name in ("a", "b", "y")} | columns
    survey = make_survey(folder, drivers={name: answers[name] for name in "ab"}, outcomes={"y": answers["y"]})
    kda.stream_moments(
        folder / "codebook.yml", data=write_parquet(survey, folder / "answers.parquet", group_rows=20), chunk_rows=20
    )


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (
            {"b": np.full(60, 40.0)},
            "Driver 'b' is constant: all 60 scores are 40 of 100. Remove it from drivers= or check its missing codes.",
        ),
        (
            {"a": np.arange(60.0), "b": np.arange(60.0)},
            "Expected predictors that differ, found 'a' and 'b' with the same answers from all 60 respondents; remove "
            "one from drivers=.",
        ),
        (
            {"a": np.arange(60.0), "b": 80 - np.arange(60.0)},
            "Expected predictors that differ, found 'a' and 'b' of which one tells the other exactly, with answers "
            "from all 60 respondents; remove one from drivers=.",
        ),
        (
            {"y": np.where(np.arange(60) < 3, np.arange(60), np.nan)},
            "Expected more than 3 complete answers for 2 predictors, found 3 of 60 respondents; use fewer drivers or "
            "widen the selection.",
        ),
    ],
)
def test_columns_that_make_no_model(tmp_path: Path, columns: dict[str, np.ndarray], sentence: str) -> None:
    with pytest.raises(kda.ModelError) as refused:
        streamed_columns(tmp_path, **columns)
    assert str(refused.value) == sentence


def test_a_lone_sampling_unit_and_answers_of_one_unit(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    answers = {name: np.round(rng.uniform(0, 100, 60)) for name in ("a", "b", "y")}

    def stream(folder: Path, **design: np.ndarray) -> None:
        survey = make_survey(folder, drivers={n: answers[n] for n in "ab"}, outcomes={"y": answers["y"]}, **design)
        kda.stream_moments(folder / "codebook.yml", data=write_parquet(survey, folder / "answers.parquet"))

    with pytest.raises(kda.ModelError, match=r"found one in the stratum of row 31; merge"):
        stream(tmp_path / "lone", strata=np.repeat(["n", "s"], 30), clusters=np.repeat([1, 2, 3, 3], 15))
    with pytest.raises(kda.ModelError, match=r"^Expected respondents of several sampling units, found all in one,"):
        answers["y"][20:] = np.nan
        stream(tmp_path / "one", clusters=np.repeat([1, 2, 3], 20))


def test_segments_are_no_ratings(tmp_path: Path) -> None:
    with pytest.raises(kda.ModelError) as refused:
        kda.stream_moments("service_center", data=tmp_path, drivers=["respect", "language"])
    assert str(refused.value) == (
        "Expected ratings in drivers=, found 'language', whose indicator columns need all its values first; leave it "
        "out, or read the survey whole with read_survey()."
    )


def test_changed_files_are_noticed(tmp_path: Path) -> None:
    survey = simulated(tmp_path)
    path = write_parquet(survey, tmp_path / "answers.parquet", group_rows=900)
    streamed = kda.stream_moments(tmp_path / "codebook.yml", data=path)
    pq.write_table(arrow_table(survey).slice(0, 400), path)
    with pytest.raises(kda.ModelError, match=r"the files were changed; take the moments anew with stream_moments"):
        kda.relative_importance(streamed)


def test_weights_of_nobody(tmp_path: Path) -> None:
    survey = simulated(tmp_path)
    table = arrow_table(survey)
    path = tmp_path / "answers.parquet"
    pq.write_table(table.set_column(table.column_names.index("w"), "w", pa.array(np.zeros(900))), path)
    with pytest.raises(kda.SurveyError) as refused:
        kda.stream_moments(tmp_path / "codebook.yml", data=path)
    assert str(refused.value) == ("Column 'w': expected design weights above 0, found only zeros; name another column.")


# Sums by the design


def test_sums_by_sampling_unit_do_not_depend_on_how_rows_are_cut() -> None:
    def sums(keys: tuple[tuple[str, str, str], ...], totals: list[float], first: int) -> DesignSums:
        return DesignSums(
            keys=keys,
            rows=np.ones(len(keys), dtype=np.int64),
            counted=np.ones(len(keys), dtype=np.int64),
            first=first + np.arange(len(keys)),
            totals=np.array(totals)[:, None],
            moments=(),
        )

    n1, n2, s1 = ("n", "1", ""), ("n", "2", ""), ("s", "1", "")
    both = sums((n1, n2), [1.0, 2.0], 0).merge(sums((s1, n1), [4.0, 8.0], 2))
    assert both.keys == (n1, n2, s1)
    assert both.totals is not None
    np.testing.assert_array_equal(both.totals[:, 0], [9.0, 2.0, 4.0])
    np.testing.assert_array_equal(both.rows, [2, 1, 1])
    np.testing.assert_array_equal(both.first, [0, 1, 2])
