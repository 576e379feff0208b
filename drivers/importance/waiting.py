"""What is told of a long calculation while it runs, on the standard error stream."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from drivers.importance.orders.parts import Progress

PATIENCE = 10.0
"""Seconds that a calculation may take without a word."""

SHOWN = "{percentage:3.0f} % |{bar}| {postfix}"
"""How a bar looks, as tqdm has it."""


@contextmanager
def waiting(progress: Progress | None, *, expected: float, advice: str) -> Iterator[Progress]:
    """What is called with the part done and the seconds left: the caller's own function, or one that tells of waits.

    Parameters
    ----------
    progress
        The caller's function; then nothing else is told.
    expected
        Seconds that are expected; where they are many they are told before the start.
    advice
        What else could be done, told with them.

    Notes
    -----
    Without a function of the caller's a bar appears as soon as ten seconds or more are to pass.
    """
    if progress is not None:
        yield progress
        return
    bar = _Bar()
    if expected > PATIENCE:
        bar.announce(f"This takes about {duration(expected)}. {advice}")
    try:
        yield bar
    finally:
        bar.close()


def duration(seconds: float) -> str:
    """A time in words, by its largest unit."""
    for name, length in (("day", 86400.0), ("hour", 3600.0), ("minute", 60.0)):
        if seconds >= length:
            count = round(seconds / length)
            return f"{count:,} {name}{'s' * (count != 1)}"
    count = max(1, round(seconds))
    return f"{count} second{'s' * (count != 1)}"


class _Bar:
    """A bar that appears where a stage takes long, and starts anew with the next stage."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._shown: tqdm | None = None

    def announce(self, text: str) -> None:
        """Tell what is to come before the first part is done, and show the bar."""
        self._show()
        if self._shown is not None and not self._shown.disable:
            self._shown.write(text, file=sys.stderr)

    def __call__(self, done: float, left: float) -> None:
        passed = time.perf_counter() - self._begun
        # What is compiled at a first call makes it slow; what follows is not.
        if self._shown is None and done < 1 and passed > PATIENCE / 2 and passed + left > PATIENCE:
            self._show()
        if self._shown is not None:
            # Drawn at once: a bar that has just appeared would stand at 0 until a next call.
            self._shown.n = done
            self._shown.set_postfix_str(f"{duration(left)} left")
        if done >= 1:
            self.close()
            self._begun = time.perf_counter()

    def _show(self) -> None:
        self._shown = tqdm(total=1.0, file=sys.stderr, leave=False, bar_format=SHOWN)

    def close(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.close()
            self._shown = None
