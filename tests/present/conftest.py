"""The surveys that are shown, made once, and their words."""

import pytest

import drivers as kda
from drivers.present.words import Words
from tests.shown import CASES, DEEP, MAKERS, REAL, Case


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
