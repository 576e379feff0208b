"""A draft before it is written: everything that the codebook will say, with what was found beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.survey.drafting.design_columns import DraftDesign
from drivers.survey.drafting.findings import Finding, Sureness, quoted
from drivers.survey.drafting.group_columns import DraftGroups
from drivers.survey.drafting.model import DraftModel
from drivers.survey.drafting.number_ranges import HINT, LEAST_USUAL
from drivers.survey.drafting.rating_scales import DraftScale, Rated
from drivers.survey.drafting.time_columns import DraftTime
from drivers.survey.drafting.unasked import DraftSkip


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftItem:
    """An item: its key, its column on its scale, its wording, and what was found."""

    key: str
    rated: Rated
    scale: str
    text: Mapping[str, str] = field(default_factory=dict)
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """All parts of a draft.

    Parameters
    ----------
    name
        The file's name.
    rows, columns
        The size of the file.
    title
        Language → title.
    data
        The entries of `data`.
    scales
        Key → scale.
    items
        Column → item.
    skips
        The columns that were not asked in whole waves.
    idle
        Columns that are not used: name → why.
    personal
        Columns that could tell who a respondent is: name → what they tell.
    findings
        About the file as a whole.
    """

    name: str
    rows: int
    columns: int
    id: str
    title: Mapping[str, str]
    title_known: bool
    data: Mapping[str, object]
    scales: Mapping[str, DraftScale]
    items: Mapping[str, DraftItem]
    model: DraftModel
    design: DraftDesign
    time: DraftTime
    groups: DraftGroups
    skips: tuple[DraftSkip, ...]
    idle: Mapping[str, str]
    personal: Mapping[str, str]
    findings: tuple[Finding, ...] = ()

    def _on(self, key: str) -> tuple[str, ...]:
        return tuple(column for column, item in self.items.items() if item.scale == key)

    @property
    def labels_asked(self) -> Finding | None:
        """The drivers for which the file has no words, or none in one of the languages."""
        bare = {
            language: [driver for driver in self.model.drivers if language not in driver.label]
            for language in ("en", "ar")
        }
        if not any(bare.values()):
            return None
        told = " and ".join(
            f"{name} for {quoted([driver.key for driver in drivers], 3)}"
            for name, drivers in (("English", bare["en"]), ("Arabic", bare["ar"]))
            if drivers
        )
        columns = dict.fromkeys(column for drivers in bare.values() for driver in drivers for column in driver.columns)
        return Finding(
            part="drivers",
            columns=tuple(columns),
            found="labels that are not complete",
            sureness=Sureness.SURE,
            reason=f"the file has no {told}",
            confirm="write labels in both languages as a reader should see them",
        )

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Every finding, in the order of the codebook."""
        constructs = (*self.model.drivers, *self.model.outcomes)
        groups = (*((self.groups.unit,) if self.groups.unit else ()), *self.groups.segments)
        return (
            *self.findings,
            *(finding_of_scale(key, scale, self._on(key)) for key, scale in self.scales.items()),
            *(item.finding for item in self.items.values()),
            *(skip.finding for skip in self.skips),
            *((self.labels_asked,) if self.labels_asked else ()),
            *(construct.finding for construct in constructs),
            *self.model.aside,
            *self.design.findings,
            *self.time.findings,
            *(group.finding for group in groups),
            *self.groups.findings,
        )


def finding_of_scale(key: str, scale: DraftScale, columns: tuple[str, ...] = ()) -> Finding:
    """What was found out about a scale, and what is asked about its codes."""
    asked = [scale.confirm] if scale.confirm else []
    untold = [code for code, entry in scale.missing.items() if not entry.told]
    if untold and not scale.confirm:
        codes = ", ".join(shown_code(code) for code in sorted(untold, key=in_order))
        usual = any(isinstance(code, float) and code >= LEAST_USUAL for code in untold)
        asked.append(f"{codes}: {HINT if usual and len(untold) > 1 else 'which kind of missing answer?'}")
    return Finding(
        part=f"scales.{key}",
        columns=columns,
        found=scale.model().answers_in_words,
        sureness=scale.sureness,
        reason=scale.reason,
        confirm=" ".join(asked),
    )


def in_order(code: float | str) -> tuple[bool, float, str]:
    """What sorts codes: numbers before texts."""
    return (True, 0.0, code) if isinstance(code, str) else (False, code, "")


def shown_code(code: float | str) -> str:
    """A code or a text as a comment shows it."""
    return code if isinstance(code, str) else f"{code:g}"
