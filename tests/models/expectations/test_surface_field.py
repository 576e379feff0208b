"""The response surface of the kiosk survey's real answers, against least squares on its file."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import drivers as kda
from drivers.models.expectations.surface_result import ResponseSurfaceResult
from drivers.survey.data import Survey
from drivers.survey.examples import DATA_VARIABLE

pytestmark = pytest.mark.field


@pytest.fixture(scope="module")
def kiosk(field_data: Path) -> Survey:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(field_data))
        return kda.example_survey("kiosk")


@pytest.fixture(scope="module")
def result(kiosk: Survey) -> ResponseSurfaceResult:
    return kda.response_surface(kiosk, n_boot=200)


def test_kiosk_surfaces_are_least_squares_on_the_file(
    kiosk: Survey, result: ResponseSurfaceResult, field_data: Path
) -> None:
    file = pd.read_csv(field_data / "kiosk_2019" / "kiosk.csv")
    used = (file["use_freq"] != "사용한 적 없음").to_numpy()
    book = kiosk.codebook
    scores = {}
    for name, driver in book.drivers.items():
        asked = (driver.items, book.expectations[name].levels["desired"])
        # Seven steps from 1 to 7: in tens of points from the middle.
        scores[name] = [(file[[book.items[i].column for i in items]].mean(axis=1) - 4) / 6 * 10 for items in asked]
    outcome = kiosk.scores["satisfaction"].to_numpy()
    names = list(book.default_drivers)
    scores["all_drivers"] = [sum(scores[name][part] for name in names) / len(names) for part in range(2)]
    assert [one.driver for one in result.surfaces] == ["all_drivers", *names]
    for one in result.surfaces:
        x, y = (part.to_numpy()[used] for part in scores[one.driver])
        design = sm.add_constant(np.column_stack([x, y, x**2, x * y, y**2]))
        fit = sm.OLS(outcome[used], design).fit().get_robustcov_results("HC3")
        np.testing.assert_allclose(one.coefficients[0], fit.params, rtol=1e-7, err_msg=one.driver)
        np.testing.assert_allclose(one.coefficients[1], fit.bse, rtol=1e-7, err_msg=one.driver)
        assert one.sample.n == used.sum() == 207


def test_kiosk_s_gaps_would_have_hidden_the_level(result: ResponseSurfaceResult) -> None:
    main = result.main
    assert (main.verdict, main.r2) == ("difference_hides", pytest.approx(0.2975, abs=5e-5))
    assert main.reasons[0] == "level"
    # A gap keeps half of what both say, and is surely not enough.
    assert main.kept[0] == pytest.approx(0.505, abs=0.001) and main.kept[2] < 0.9
    verdicts = {one.driver: one.verdict for one in result.surfaces}
    assert verdicts["convenience"] == verdicts["security"] == verdicts["design"] == "difference_hides"
    assert verdicts["control"] == "not_decided"
    assert result.surface("personal").reasons == ("nothing_explained",)


def test_kiosk_s_data_protection_is_hoped_for_by_the_satisfied(result: ResponseSurfaceResult) -> None:
    security = result.surface("security")
    assert security.slopes[2, 1] > 0 and security.tests["expectation"].p_value < 0.01
    # Nobody is told of in cells with fewer than ten.
    for one in result.surfaces:
        assert one.region.count.min() >= 10
