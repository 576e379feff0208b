"""The lights of a ranking: what turns each of them amber and red."""

import numpy as np
import pytest

from drivers.importance.checks import importance_checks
from drivers.results import Check, Code, Sample


def lights(
    n: int = 400,
    n_asked: int = 400,
    n_effective: float = 400.0,
    r2: float = 0.4,
    correlation: np.ndarray | None = None,
    same: float = 0.4,
    reasons: tuple[Code, ...] = (),
    not_concerned: int = 0,
) -> dict[str, Check]:
    sample = Sample(
        n_asked=n_asked,
        n=n,
        n_effective=n_effective,
        weighted=n_effective < n,
        missing="complete_cases",
        sampling="probability",
    )
    shape = 0.5 * np.eye(4) + 0.5 if correlation is None else correlation
    found = importance_checks(
        sample=sample, k=4, r2=r2, correlation=shape, same=same, reasons=reasons, not_concerned=not_concerned
    )
    return {check.code: check for check in found}


def test_a_sound_survey_is_green_throughout() -> None:
    assert {code: check.light for code, check in lights().items()} == dict.fromkeys(
        ("participants", "explained", "separability", "variation", "missing", "weighting"), "green"
    )


@pytest.mark.parametrize(
    ("code", "changed", "light"),
    [
        ("participants", {"n_effective": 99.0}, "amber"),
        ("participants", {"n_effective": 100.0}, "green"),
        ("participants", {"reasons": (Code("few_respondents", {"n_effective": 40, "needed": 50}),)}, "red"),
        ("participants", {"reasons": (Code("few_units", {"units": 6, "strata": 1, "needed": 24}),)}, "red"),
        ("explained", {"r2": 0.2}, "amber"),
        ("explained", {"reasons": (Code("weak_model", {"r2": 0.01}),)}, "red"),
        ("separability", {"correlation": 0.12 * np.eye(4) + 0.88}, "amber"),
        ("separability", {"reasons": (Code("not_separable", {"vif": 12.0, "limit": 10.0}),)}, "red"),
        ("missing", {"n": 370}, "amber"),
        ("missing", {"n": 390}, "green"),
        ("missing", {"n": 300, "not_concerned": 90}, "green"),
        ("missing", {"n": 300, "not_concerned": 80}, "amber"),
        ("weighting", {"n_effective": 260.0}, "amber"),
        ("variation", {"same": 0.94}, "green"),
        ("variation", {"same": 0.96, "reasons": (Code("little_variation", {"same": 0.96, "limit": 0.95}),)}, "red"),
    ],
)
def test_what_turns_a_light(code: str, changed: dict, light: str) -> None:
    assert lights(**changed)[code].light == light


def test_the_numbers_behind_the_lights() -> None:
    found = lights(n=390, n_effective=312.9)
    assert dict(found["participants"].values) == {"value": 313, "needed": 50}
    assert dict(found["missing"].values) == {
        "value": pytest.approx(0.025),
        "left_out": 10,
        "n_asked": 400,
        "not_concerned": 0,
    }
    apart = lights(n=300, not_concerned=90)["missing"]
    assert dict(apart.values) == {
        "value": pytest.approx(10 / 310),
        "left_out": 10,
        "n_asked": 310,
        "not_concerned": 90,
    }
    assert found["weighting"].values["value"] == pytest.approx(1 - 312.9 / 390)
    # Four drivers that all correlate at .5: 1 / (1 − R²) is 1.6 for each.
    assert found["separability"].values["value"] == pytest.approx(1.6)


def test_red_means_that_nothing_is_ranked() -> None:
    # Gaps and weights widen intervals or narrow whom a result speaks for; they forbid no ranking, so they stay amber.
    found = lights(n=40, n_asked=400, n_effective=4.0)
    assert {found["missing"].light, found["weighting"].light} == {"amber"}
