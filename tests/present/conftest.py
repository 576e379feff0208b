"""The surveys that are shown, made once, and their words."""

import pytest

import drivers as kda
from drivers.present.figures.canvas import WIDE, Drawing
from drivers.present.words import Words
from tests.shown import CASES, DEEP, MAKERS, REAL, Case


@pytest.fixture(autouse=True)
def sketched(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No figure inside a piece: letters take most of its time, and are paths that nobody but `drawn` tests looks at."""
    if request.node.get_closest_marker("drawn") is None:
        monkeypatch.setattr(Drawing, "svg", sketch)


def sketch(drawing: Drawing, identity: str, width: float = WIDE) -> str:
    """In place of a figure one that took no time."""
    return f'<svg id="{identity}"></svg>'


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    made = {name: maker(tmp_path_factory.mktemp(name)) for name, maker in MAKERS.items()}
    real = {name: kda.example_survey(name) for name in REAL}
    return {name: Case(survey, deep=name in DEEP) for name, survey in {**real, **made}.items()}


@pytest.fixture(scope="session", params=CASES)
def case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> Case:
    return cases[request.param]


@pytest.fixture(params=["en-latn", "ar-latn", "ar-arab"])
def words(request: pytest.FixtureRequest, case: Case) -> Words:
    """The words of the case, in each language and with each kind of digits."""
    language, _, digits = request.param.partition("-")
    return case.words(language, digits)
