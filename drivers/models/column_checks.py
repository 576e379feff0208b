"""What a model's columns must not be: too few answers, all alike, or one told by another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from drivers.errors import ModelError

DUPLICATE = 1 - 1e-10
"""A correlation of this size or more makes two drivers one and the same."""


def refuse_few(n: int, m: int, n_asked: int) -> None:
    """Refuse fewer complete answers than a model of m columns, the outcome among them, needs."""
    if n <= m:
        raise ModelError(
            f"Expected more than {m} complete answers for {m - 1} predictors, found {n} of {n_asked} respondents; "
            "use fewer drivers or widen the selection.",
            code="few_answers",
            values={"n": n, "needed": m + 1},
        )


def constant_column(names: Sequence[str], position: int, controls: int, *, n: int, value: float) -> ModelError:
    """The refusal of a column in which all n answers are alike; controls come first, the outcome last."""
    if position == len(names) - 1:
        what, advice, code = "Outcome", "Choose another outcome", "constant_outcome"
    elif position < controls:
        what, advice, code = "Control", "Remove it from always=", ""
    else:
        what, advice, code = "Driver", "Remove it from drivers=", "constant_driver"
    return ModelError(
        f"{what} {names[position]!r} is constant: all {n} scores are {value:g} of 100. "
        f"{advice} or check its missing codes.",
        code=code,
        values={what.lower(): names[position]},
    )


def alike(correlation: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of columns of which one tells the other, the later one first."""
    return ((i, j) for i in range(len(correlation)) for j in range(i) if abs(correlation[i, j]) >= DUPLICATE)


def one_of_two(names: Sequence[str], first: int, second: int, controls: int, *, same: bool, n: int) -> ModelError:
    """The refusal of two columns of which one tells the other, from n respondents."""
    how = "with the same answers" if same else "of which one tells the other exactly, with answers"
    return ModelError(
        f"Expected predictors that differ, found {names[first]!r} and {names[second]!r} {how} from all "
        f"{n} respondents; remove one from drivers=.",
        # A control or the outcome that repeats a driver is no matter of these answers.
        code="same_ratings" if first >= controls and second < len(names) - 1 else "",
        values={"first": names[first], "second": names[second]},
    )
