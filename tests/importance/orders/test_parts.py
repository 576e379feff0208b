"""Long calculations in fixed parts: every part done once, progress told, stopped when asked."""

import threading
import time

import pytest

from drivers.importance.orders import parts
from drivers.importance.orders.parts import in_parts, step_progress, workers


@pytest.fixture(params=[1, 2, 5])
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(parts, "workers", lambda: request.param)
    monkeypatch.setattr(parts, "BETWEEN_CALLS", 0.0)
    return request.param


def test_every_part_is_done_once(cores: int) -> None:
    done: list[int] = []
    in_parts(done.append, range(40))
    assert sorted(done) == list(range(40))


def test_no_parts_are_no_work(cores: int) -> None:
    in_parts(lambda part: pytest.fail("a part of nothing"), [])


def test_progress_is_told_in_the_calling_thread_after_each_part(cores: int) -> None:
    told: list[float] = []
    threads = set()

    def tell(done: float, left: float) -> None:
        assert left >= 0
        told.append(done)
        threads.add(threading.get_ident())

    in_parts(lambda part: None, range(4), tell)
    assert told == [0.25, 0.5, 0.75, 1.0]
    assert threads == {threading.get_ident()}


def test_progress_is_not_told_all_the_time() -> None:
    told: list[float] = []
    in_parts(lambda part: None, range(1000), lambda done, left: told.append(done))
    assert len(told) < 100
    assert told[-1] == 1.0


def test_what_is_left_is_the_time_of_the_parts_that_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([100.0, 102.0, 104.0, 106.0])
    monkeypatch.setattr(parts.time, "perf_counter", lambda: next(now))
    monkeypatch.setattr(parts, "workers", lambda: 1)
    told: list[tuple[float, float]] = []
    in_parts(lambda part: None, range(3), lambda done, left: told.append((round(done, 9), round(left, 9))))
    assert told == [(round(1 / 3, 9), 4.0), (round(2 / 3, 9), 2.0), (1.0, 0.0)]


def test_a_failed_part_fails_the_whole(cores: int) -> None:
    def job(part: int) -> None:
        if part == 3:
            raise ValueError("part 3")

    with pytest.raises(ValueError, match="part 3"):
        in_parts(job, range(10))


def test_stopping_leaves_parts_undone_and_none_running(cores: int) -> None:
    begun: list[int] = []
    ended: list[int] = []

    def job(part: int) -> None:
        begun.append(part)
        time.sleep(0.01)
        ended.append(part)

    def stop(done: float, left: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_parts(job, range(200), stop)
    assert sorted(ended) == sorted(begun)
    assert len(begun) < 100


def test_a_step_tells_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float, float]] = []
    step = step_progress(lambda done, left: told.append((done, left)), 100.0, 0.5, 0.75)
    monkeypatch.setattr(parts.time, "perf_counter", lambda: 110.0)
    assert step is not None
    step(0.0, 0.0)
    step(1.0, 0.0)
    assert told == [(0.5, 10.0), (0.75, pytest.approx(10 / 3))]
    assert step_progress(None, 100.0, 0.5, 0.75) is None


def test_there_is_a_worker() -> None:
    assert 1 <= workers() <= parts.MOST_WORKERS


def test_items_are_told_one_after_another() -> None:
    heard: list[tuple[float, float]] = []
    assert list(parts.told(iter("abcd"), 4, lambda done, left: heard.append((done, left)))) == list("abcd")
    assert [done for done, _ in heard] == [0.25, 0.5, 0.75, 1.0]
    assert heard[-1] == (1.0, 0.0)


def test_fewer_items_than_expected_are_done_all_the_same() -> None:
    heard: list[float] = []
    assert list(parts.told(iter("ab"), 4, lambda done, _: heard.append(done))) == list("ab")
    assert heard == [0.25, 0.5, 1.0]
