"""The shared shape of results: the sample, the verdict, and what every analysis returns.

Every analysis returns a frozen dataclass that is a `Result`. It holds names, numbers and
read-only arrays, never sentences: verdicts and notes are closed codes with numbers, and only
the presenting half puts them in words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from drivers.closed_lists import COLUMNS, NOTES, REASONS

VerdictStatus = Literal["ranked", "tied", "not_rankable"]
Light = Literal["green", "amber", "red"]

FEWEST_SHOWN = 10
"""A figure about fewer people is not shown: it could identify them, and it says nothing."""


@dataclass(frozen=True, slots=True)
class Code:
    """A closed code with the numbers that belong to it.

    Examples
    --------
    >>> Code("few_respondents", {"n_effective": 41, "needed": 90})
    Code(code='few_respondents', values={'n_effective': 41, 'needed': 90})
    """

    code: str
    values: Mapping[str, float | int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in REASONS + NOTES:
            raise ValueError(f"Unknown code {self.code!r}; the closed list is {', '.join(REASONS + NOTES)}.")

    def __repr__(self) -> str:
        return f"Code(code={self.code!r}, values={dict(self.values)!r})"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a result rests on, its light, and the numbers behind it."""

    code: str
    light: Light
    values: Mapping[str, float | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Whom a result is about.

    Parameters
    ----------
    n_asked
        Respondents in the domain (unit, wave, filters) before answers are looked at.
    n
        Respondents used.
    n_effective
        ``n`` divided by the design effect; equals ``n`` without weights and design.
    weighted
        Whether design weights differ between respondents.
    missing
        The rule that was followed for missing answers.
    sampling
        How respondents came into the survey: ``probability``, ``opt_in`` or ``census``.
    """

    n_asked: int
    n: int
    n_effective: float
    weighted: bool
    missing: Literal["complete_cases", "available_answers", "pairwise", "multiple_imputation", "bootstrap_imputation"]
    sampling: Literal["probability", "opt_in", "census"]

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know of the sample, as codes."""
        notes = []
        if self.n < self.n_asked:
            notes.append(Code("missing_dropped", {"n_asked": self.n_asked, "n": self.n}))
        if self.sampling == "opt_in":
            notes.append(Code("opt_in_sample"))
        if self.sampling == "census":
            notes.append(Code("census"))
        if self.weighted:
            notes.append(Code("weighted", {"n_effective": self.n_effective}))
        return tuple(notes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """What may be claimed about the order of drivers, computed once and obeyed everywhere.

    Parameters
    ----------
    status
        ``ranked``: there is a leader, or a top group each of whose members is above every other
        driver; ``tied``: neither; ``not_rankable``: a precondition fails.
    leader
        The driver that comes first, or None.
    top_group
        Drivers that share the first place (the leader alone where there is one and no group is
        wider); empty where no top group is separated.
    above
        ``above[i, j]`` is True where driver i is above driver j by the simultaneous intervals;
        boolean (k, k).
    rank_low, rank_high
        Joint rank interval of each driver, 1 = first; int (k,).
    reasons
        Why drivers cannot be ranked; empty unless ``status == "not_rankable"``.
    """

    status: VerdictStatus
    drivers: tuple[str, ...]
    leader: str | None
    top_group: tuple[str, ...]
    above: np.ndarray
    rank_low: np.ndarray
    rank_high: np.ndarray
    reasons: tuple[Code, ...] = ()

    def __post_init__(self) -> None:
        k = len(self.drivers)
        if self.above.shape != (k, k) or self.rank_low.shape != (k,) or self.rank_high.shape != (k,):
            raise ValueError("A verdict needs one row and one column for each driver.")
        if np.any(self.above & self.above.T):
            raise ValueError("A driver cannot be above another that is above it.")
        if (self.status == "not_rankable") != bool(self.reasons):
            raise ValueError("A verdict has reasons exactly where drivers cannot be ranked.")
        if self.status != "ranked" and (self.leader or self.top_group):
            raise ValueError("Only a ranked verdict has a leader or a top group.")
        for array in (self.above, self.rank_low, self.rank_high):
            array.setflags(write=False)

    def __repr__(self) -> str:
        """The claim in short."""
        if self.status == "not_rankable":
            return f"Verdict(not_rankable: {', '.join(reason.code for reason in self.reasons)})"
        return f"Verdict({self.status}, leader={self.leader!r}, top_group={self.top_group!r})"

    @property
    def orders(self) -> bool:
        """Whether any driver is put before another."""
        return self.leader is not None or bool(self.above.any())

    def pairs(self) -> pd.DataFrame:
        """Whether the driver of the row is above that of the column; bool (k, k)."""
        return pd.DataFrame(self.above, index=list(self.drivers), columns=list(self.drivers))

    def possible_ranks(self) -> tuple[np.ndarray, np.ndarray]:
        """The joint rank intervals, narrowed by the leader's claim where there is a leader; int (k,), (k,)."""
        low, high = self.rank_low.copy(), self.rank_high.copy()
        if self.leader is not None:
            # Who is said to be first is first, and nobody else is.
            low = np.maximum(low, 2)
            low[self.drivers.index(self.leader)] = high[self.drivers.index(self.leader)] = 1
        return low, high

    def tied_with(self, driver: str) -> tuple[str, ...]:
        """The drivers that cannot be told apart from this one."""
        i = self.drivers.index(driver)
        return tuple(
            other for j, other in enumerate(self.drivers) if j != i and not self.above[i, j] and not self.above[j, i]
        )


class Result(ABC):
    """What every analysis returns."""

    __slots__ = ()

    kind: ClassVar[str]
    """The machine name of this kind of result; figures and tables check it."""

    @abstractmethod
    def tidy(self) -> pd.DataFrame:
        """One row per estimate, columns from the closed list; a fresh frame at every call."""

    @abstractmethod
    def glance(self) -> pd.DataFrame:
        """One row per model, columns from the closed list; a fresh frame at every call."""

    @property
    def units(self) -> Mapping[str, str]:
        """Column → unit, for columns whose unit is not plain from the name."""
        return MappingProxyType({})

    @property
    def n_used(self) -> int | None:
        """Respondents that the result rests on, where it rests on one set of them."""
        return None

    @property
    def notes(self) -> tuple[Code, ...]:
        """What a reader must know beside the numbers."""
        return ()

    @property
    def details(self) -> Mapping[str, object]:
        """Numbers and codes that are no estimates but are shown, such as a period."""
        return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unanswered(Result):
    """In place of a result, where the answers do not allow one; `attempt` makes one.

    Parameters
    ----------
    analysis
        Name of the function that was to answer.
    reasons
        Why it could not.
    unit
        The selected unit; "" for all.
    """

    kind: ClassVar[str] = "unanswered"

    analysis: str
    reasons: tuple[Code, ...]
    unit: str = ""

    @property
    def details(self) -> Mapping[str, object]:
        """Why there is no answer."""
        return MappingProxyType({"reasons": [{"code": reason.code, **reason.values} for reason in self.reasons]})

    def tidy(self) -> pd.DataFrame:
        """No row."""
        return frame({"estimate": []})

    def glance(self) -> pd.DataFrame:
        """No row."""
        return frame({"n": []})


def frame(columns: Mapping[str, object]) -> pd.DataFrame:
    """A fresh DataFrame, refused where a column is not in the closed list."""
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise ValueError(f"Columns {unknown} are not in the closed list of drivers.closed_lists.COLUMNS.")
    return pd.DataFrame(dict(columns))


def read_only(values: object, dtype: object = float) -> np.ndarray:
    """A C-contiguous copy that nobody can write to."""
    array = np.array(values, dtype=dtype, order="C", copy=True)  # type: ignore[call-overload]
    array.setflags(write=False)
    return array
