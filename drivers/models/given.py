"""Whether what an analysis is given is of the kind that it takes: a number, a list of names, a seed, an analysis."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real

from drivers.errors import ModelError


def is_number(value: object) -> bool:
    """Whether it is a number, and not a truth value.

    >>> is_number(5), is_number("5"), is_number(True)
    (True, False, False)
    """
    return isinstance(value, Real) and not isinstance(value, bool)


def is_whole(value: object) -> bool:
    """Whether it is a whole number, and not a truth value."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def check_seed(seed: object) -> None:
    """Refuse a seed that is none.

    Raises
    ------
    ModelError
        That says which would do.
    """
    if not is_whole(seed):
        raise ModelError(f"Expected a whole number as the seed, found {seed!r}; any of 0 or more will do.")
    if seed < 0:  # type: ignore[operator]
        raise ModelError(f"Expected a seed of 0 or more, found {seed}; any such number will do.")


def check_analysis(analysis: object) -> None:
    """Refuse what is no analysis, such as a survey in its place.

    Raises
    ------
    ModelError
        That says what comes first.
    """
    if not callable(analysis):
        raise ModelError(
            f"Expected an analysis such as relative_importance first and then the survey, found "
            f"{type(analysis).__name__}; pass the function itself."
        )


def listed_names(names: object, where: str) -> list[str]:
    """Names that were given as a list; a single text would be taken letter by letter.

    Raises
    ------
    ModelError
        Where they are no list.
    """
    if isinstance(names, str):
        raise ModelError(f"Expected a list of names in {where}=, found {names!r}; write [{names!r}].")
    if not isinstance(names, Iterable):
        raise ModelError(f"Expected a list of names in {where}=, found {names!r}; write them in [ ].")
    return list(names)
