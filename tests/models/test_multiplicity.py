"""P-values of many tests, corrected: by hand, and as another program corrects them."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from drivers.models.multiplicity import benjamini_yekutieli, holm


@pytest.mark.parametrize("seed", range(5))
def test_both_rules_are_those_of_statsmodels(seed: int) -> None:
    p = np.random.default_rng(seed).uniform(0, 0.3, 12)
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert benjamini_yekutieli(p) == pytest.approx(multipletests(p, method="fdr_by")[1])


def test_the_shape_stays_and_what_is_no_test() -> None:
    found = benjamini_yekutieli(np.array([[0.01, np.nan], [0.02, 0.9]]))
    assert found.shape == (2, 2) and np.isnan(found[0, 1])
    assert found[0, 0] == pytest.approx(0.01 * 3 * (1 + 1 / 2 + 1 / 3))
    assert benjamini_yekutieli(np.array([])).size == 0
