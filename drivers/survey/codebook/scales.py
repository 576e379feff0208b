"""The scale of a question: its ends, its codes and its missing answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from drivers.survey.answers.codes import AnswerRule
from drivers.survey.answers.texts import to_number
from drivers.survey.codebook.types import MissingKind, Number, Part, Text


class Scale(Part):
    """The ends, the codes and the missing answers of a question."""

    type: Literal["likert", "numeric", "nps", "binary"]
    codes: dict[Number, Text] | None = None
    min: Number | None = None
    max: Number | None = None
    step: Number | Literal["any"] = 1.0
    missing: dict[str | Number, MissingKind] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.type == "likert" and (self.codes is None or len(self.codes) < 2):
            raise ValueError(
                "expected 'codes' with at least two answers for a likert scale, found "
                f"{'one' if self.codes else 'none'}; list every code with its label"
            )
        if self.type == "binary" and self.codes is not None and len(self.codes) != 2:
            raise ValueError(f"expected two codes for a binary scale, found {len(self.codes)}; use type: likert")
        if self.type in ("likert", "binary") and (self.min is not None or self.max is not None):
            raise ValueError(
                f"expected no 'min' or 'max' on a {self.type} scale, whose ends are its codes; remove them"
            )
        if self.type != "numeric" and "step" in self.model_fields_set:
            raise ValueError(f"expected 'step' on a numeric scale only, found it on a {self.type} scale; remove it")
        if self.type == "nps" and (self.min not in (None, 0) or self.max not in (None, 10)):
            low, high = (0 if self.min is None else self.min), (10 if self.max is None else self.max)
            raise ValueError(
                f"expected 0 to 10 for an nps scale, found {low:g} to {high:g}; use type: numeric for another range"
            )
        if self.type == "numeric":
            self._check_range()
        self._check_codes()
        return self

    def _check_range(self) -> None:
        if self.min is None or self.max is None:
            absent = " and ".join(repr(end) for end, value in (("min", self.min), ("max", self.max)) if value is None)
            raise ValueError(
                f"expected 'min' and 'max' for a numeric scale, found no {absent}; write the scale's own ends"
            )
        if not self.min < self.max:
            raise ValueError(
                f"expected 'min' below 'max', found min: {self.min:g} and max: {self.max:g}; write the lower end first"
            )
        if self.step == "any":
            return
        steps = (self.max - self.min) / self.step if self.step > 0 else 0.0
        # Steps such as 0.1 are not exact in binary.
        if round(steps) < 1 or not math.isclose(steps, round(steps), rel_tol=1e-9):
            raise ValueError(
                f"expected a 'step' that leads from {self.min:g} to {self.max:g}, found {self.step:g}; "
                "correct it, or write step: any"
            )

    def _check_codes(self) -> None:
        low, high = self.ends
        for code in self.codes or ():
            if not low <= code <= high:
                raise ValueError(
                    f"expected codes from {low:g} to {high:g}, found {code:g}; correct the code or the scale's ends"
                )
        for written in self.missing:
            value = to_number(written) if isinstance(written, str) else written
            if value is not None and self.codes and value in self.codes:
                raise ValueError(
                    f"expected codes and missing codes to differ, found {value:g} in both; remove it from one"
                )

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest answer."""
        if self.type == "nps":
            return 0.0, 10.0
        if self.type == "numeric":
            assert self.min is not None and self.max is not None  # checked when the scale was read
            return self.min, self.max
        codes = self.codes if self.codes else {0.0: {}, 1.0: {}}
        return min(codes), max(codes)

    @property
    def best_two(self) -> tuple[float, float] | None:
        """The two best answers, or None where answers are not steps of at least three."""
        if self.type == "binary" or self.step == "any":
            return None
        if self.type == "likert":
            assert self.codes is not None  # checked when the scale was read
            if len(self.codes) < 3:
                return None
            second, best = sorted(self.codes)[-2:]
            return second, best
        low, high = self.ends
        return (high - self.step, high) if round((high - low) / self.step) > 1 else None

    @property
    def answers_in_words(self) -> str:
        """What an answer on this scale may be, for a message."""
        low, high = self.ends
        if self.type in ("likert", "binary"):
            return f"codes from {low:g} to {high:g} or their labels"
        if self.step == "any":
            return f"any number from {low:g} to {high:g}"
        if self.step == 1 and low.is_integer():
            return f"whole numbers from {low:g} to {high:g}"
        return f"numbers from {low:g} to {high:g} in steps of {self.step:g}"

    def rule(
        self, answers: Mapping[str, Number | MissingKind], *, declared: Mapping[str, str] = MappingProxyType({})
    ) -> AnswerRule:
        """How a written answer on this scale becomes a code.

        Parameters
        ----------
        answers
            Texts that the codebook maps by hand for one item.
        declared
            Texts that the file itself declares missing, with their kind; "" where it does not say which.
        """
        numeric = self.type in ("numeric", "nps")
        codes = {code: tuple(text.values()) for code, text in (self.codes or {}).items()}
        if self.type == "binary" and not codes:
            codes = {0.0: ("No", "لا"), 1.0: ("Yes", "نعم")}
        low, high = self.ends
        return AnswerRule(
            codes=codes,
            # As it would be written in a file: the 'g' format would make 1e+07 of 9999999.
            missing={
                key if isinstance(key, str) else np.format_float_positional(key, trim="-"): kind
                for key, kind in self.missing.items()
            },
            answers=dict(answers),
            declared=dict(declared),
            minimum=low if numeric else None,
            maximum=high if numeric else None,
            step=None if self.step == "any" else self.step,
            leading_number=numeric,
        )
