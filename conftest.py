"""What all tests share, those in docstrings included: an example that ships is read once, what is dear is made once."""

import os
from functools import cache, wraps

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

import drivers
from drivers.survey.data import Survey, example_survey

SHIPPED = ("customersat", "judges", "service_center", "service_center_staff")

SHOWN = "tests/present/"
APART = f"{SHOWN}test_figures.py"
"""These tests look at all results of the same surveys, which take half a minute; but for one file that needs few."""


class Scheduling(LoadFileScheduling):
    """The tests of a file go to one process; those of pieces all to the same, which makes their results once."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return SHOWN if file.startswith(SHOWN) and file != APART else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Hand out tests file by file."""
    return Scheduling(config, log)


_read_once = cache(example_survey)


@wraps(example_survey)
def _example(name: str) -> Survey:
    # One whose file is looked for anew each time is read anew.
    return _read_once(name) if name in SHIPPED else example_survey(name)


def pytest_configure() -> None:
    """Let `kda.example_survey` give the survey that was read before, which does not change; and one thread do."""
    drivers.example_survey = _example
    # Test processes, which start after this, share the processors: threads of each would wait for one another.
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
