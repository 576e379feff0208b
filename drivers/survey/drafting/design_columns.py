"""The columns that say how respondents were drawn: weights, replicate weights, strata, sampling units, names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from drivers.survey.drafting.findings import Finding, Sureness
from drivers.survey.drafting.names import series_of, words_of
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.vocabulary import says

MOST_VALUES = 60
"""Different values of a column that may tell which rows have no weight."""
LEAST_REPLICATES = 8
"""Columns from which a series of weights are replicates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDesign:
    """The design as it would stand in the codebook: key → value, and what was found."""

    entries: Mapping[str, object] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it uses, or leaves to the user."""
        return tuple(column for finding in self.findings for column in finding.columns)


def design_of(profiles: Sequence[Profile], taken: Collection[str]) -> DraftDesign:
    """The design that names and numbers point to.

    Parameters
    ----------
    taken
        Columns that are something else.
    """
    free = [profile for profile in profiles if profile.name not in taken]
    entries: dict[str, object] = {}
    findings: list[Finding] = []
    replicates = _replicates(free)
    names = {profile.name for profile in replicates}
    weight, found = _weight([profile for profile in free if profile.name not in names], replicates, entries)
    findings += found
    if weight is not None:
        names.add(weight.name)
    for role, part in (("strata", "strata"), ("cluster", "cluster")):
        named = [p for p in free if p.name not in names and says(p.words, role) and not p.is_question]
        if named:
            findings.append(_named(named[0], part))
            if named[0].complete and named[0].distinct > 1:
                entries[part] = named[0].name
                names.add(named[0].name)
    respondent = _respondent([profile for profile in free if profile.name not in names])
    if respondent is not None:
        entries["respondent"] = respondent.name
        told = says(respondent.words, "respondent")
        findings.append(
            Finding(
                part="design.respondent",
                columns=(respondent.name,),
                found="names of respondents",
                sureness=Sureness.SURE if told else Sureness.LIKELY,
                reason=f"{respondent.distinct} different texts in {respondent.rows} rows",
            )
        )
    if replicates:
        findings.append(_replicate_entries(weight, replicates, entries))
    drawn = "replicate_weights" in entries or {"strata", "cluster"} <= set(entries)
    findings.append(
        Finding(
            part="design.sample",
            columns=(),
            found="probability" if drawn else "opt_in",
            sureness=Sureness.LIKELY if drawn else Sureness.GUESS,
            reason="the design has the columns of a drawn sample" if drawn else "nothing says how people were chosen",
            confirm="probability (drawn by chance), opt_in (who wanted to) or census (everybody)?",
        )
    )
    entries = {"sample": findings[-1].found, **entries}
    return DraftDesign(entries=entries, findings=tuple(findings))


def _named(profile: Profile, part: str) -> Finding:
    usable = profile.complete and profile.distinct > 1
    return Finding(
        part=f"design.{part}",
        columns=(profile.name,),
        found="strata" if part == "strata" else "sampling units",
        sureness=Sureness.LIKELY,
        reason=f"its name; {profile.distinct} different texts",
        confirm="" if usable else "not every row has a name, or all have one: complete the column to use it",
    )


def _replicates(profiles: Sequence[Profile]) -> list[Profile]:
    """The longest series of columns that are named as weights and hold nothing but numbers of 0 or more."""
    series: dict[str, list[tuple[int, Profile]]] = {}
    for profile in profiles:
        parts = series_of(profile.name)
        if parts is not None and parts.number > 0 and says(words_of(parts.stem), "replicates"):
            series.setdefault(parts.stem, []).append((parts.number, profile))
    for _, members in sorted(series.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        columns = [profile for _, profile in sorted(members, key=lambda pair: pair[0])]
        if len(columns) >= LEAST_REPLICATES and all(_positive(profile) for profile in columns):
            return columns
    return []


def _positive(profile: Profile) -> bool:
    return profile.all_numbers and profile.complete and bool(profile.values.min() >= 0 and profile.values.any())


def _weight(
    profiles: Sequence[Profile], replicates: Sequence[Profile], entries: dict[str, object]
) -> tuple[Profile | None, list[Finding]]:
    """The design weights, if any, written among the entries where every row has one or it is known which have none."""
    named = [
        profile
        for profile in profiles
        if (says(profile.words, "weight") or profile.words == ("w",))
        and profile.all_numbers
        and profile.distinct > 1
        and not profile.is_question
    ]
    if replicates:
        stem = series_of(replicates[0].name)
        named.sort(key=lambda profile: (getattr(series_of(profile.name), "stem", None) != getattr(stem, "stem", ""),))
    for profile in named:
        values = profile.values[np.isfinite(profile.values)]
        mean = float(values.mean())
        if values.min() < 0 or not values.any():
            continue
        usual = 0.2 <= mean <= 5 and not profile.whole
        if not (usual or mean > 150 or replicates):
            return None, [
                Finding(
                    part="design.weight",
                    columns=(profile.name,),
                    found="no weight",
                    sureness=Sureness.GUESS,
                    reason=f"its name says weight, but its mean is {mean:.4g}",
                    confirm="is it a design weight? Then add weight: to design",
                )
            ]
        what = f"mean {mean:.4g}"
        entries["weight"] = profile.name
        if not profile.complete:
            empty = profile.rows - profile.filled
            if (where := _where_empty(profile, profiles)) is not None and not replicates:
                entries["unweighted"] = where
                column, values = next(iter(where.items()))
                return profile, [
                    Finding(
                        part="design.weight",
                        columns=(profile.name,),
                        found=f"design weights, none where {column} is {' or '.join(values)}",
                        sureness=Sureness.LIKELY,
                        reason=f"its name; {what}; {empty} rows have none",
                        confirm=f"do rows where {column} is {' or '.join(values)} count with the mean of all weights?",
                    )
                ]
            del entries["weight"]
            return None, [
                Finding(
                    part="design.weight",
                    columns=(profile.name,),
                    found="a design weight that is not used",
                    sureness=Sureness.LIKELY,
                    reason=f"its name; {what}, but {empty} of {profile.rows} rows have none",
                    confirm="give these rows a weight (1 where nothing is known), then add weight: to design",
                )
            ]
        return profile, [
            Finding(
                part="design.weight",
                columns=(profile.name,),
                found="design weights",
                sureness=Sureness.SURE if usual or replicates else Sureness.LIKELY,
                reason=f"its name; numbers of 0 or more in every row, {what}",
            )
        ]
    return None, []


def _where_empty(weight: Profile, profiles: Sequence[Profile]) -> dict[str, list[str]] | None:
    """The column, and its values, whose rows are those without a weight, such as the years before there were any."""
    empty = (weight.cells == "").to_numpy(dtype=bool)
    for profile in profiles:
        if not (profile.complete and 2 <= profile.distinct <= MOST_VALUES):
            continue
        without, others = set(profile.cells[empty]), set(profile.cells[~empty])
        if not without & others:
            return {profile.name: sorted(map(str, without))}
    return None


def _replicate_entries(weight: Profile | None, replicates: Sequence[Profile], entries: dict[str, object]) -> Finding:
    names = tuple(profile.name for profile in replicates)
    method, reason = _method(weight, replicates) if weight is not None else ("", "no weight was found beside them")
    if method:
        entries["replicate_weights"] = list(names)
        entries["replicate_method"] = method
    return Finding(
        part="design.replicate_weights",
        columns=names,
        found=f"replicate weights, {method}" if method else "replicate weights that are not used",
        sureness=Sureness.GUESS,
        reason=f"{len(names)} columns of weights that count; {reason}",
        confirm="the method that the publisher states (jk1, jkn, brr, fay or bootstrap)",
    )


def _method(weight: Profile, replicates: Sequence[Profile]) -> tuple[str, str]:
    """How replicates seem to have been made, by the part of the rows that each leaves out."""
    base = weight.values
    counted = base > 0
    parts = np.array([float((profile.values[counted] == 0).mean()) for profile in replicates])
    share, number = float(parts.mean()), len(replicates)
    means = np.array([profile.values[counted].sum() for profile in replicates]) / base[counted].sum()
    if np.median(np.abs(means - 1)) > 0.2:
        return "", "they do not add up to the weights"
    told = f"each leaves out {share:.1%} of the rows on average"
    if 0 < share < 3 / number:
        return "jk1", f"{told}, about one part in {number}"
    if 0.4 < share < 0.6:
        return "brr", told
    if 0.3 < share <= 0.4:
        return "bootstrap", told
    return "", f"{told}, which fits no usual method"


def _respondent(profiles: Sequence[Profile]) -> Profile | None:
    """The column that names each row differently, by its name or as letters with numbers."""
    unique = [p for p in profiles if p.complete and p.distinct == p.rows and p.rows > 1 and not p.is_question]
    named = [profile for profile in unique if says(profile.words, "respondent")]
    if named:
        return named[0]
    for profile in unique:
        stems = {series.stem if (series := series_of(text)) else text for text in list(profile.counts)[:200]}
        if len(stems) == 1:
            return profile
    return None
