"""What all tests share, those in docstrings included: each process reads an example that ships once."""

from functools import cache, wraps

import drivers
from drivers.survey.data import Survey, example_survey

SHIPPED = ("customersat", "judges", "service_center", "service_center_staff")

_read_once = cache(example_survey)


@wraps(example_survey)
def _example(name: str) -> Survey:
    # One whose file is looked for anew each time is read anew.
    return _read_once(name) if name in SHIPPED else example_survey(name)


def pytest_configure() -> None:
    """Let `kda.example_survey` give the survey that was read before: a survey does not change."""
    drivers.example_survey = _example
