"""The drivers among the rated columns: constructs of several items, known aspects, and columns on their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from drivers.survey.drafting.aspects import ASPECTS, CONSTRUCTS, Aspect
from drivers.survey.drafting.constructs import DraftConstruct
from drivers.survey.drafting.findings import Finding, Sureness
from drivers.survey.drafting.group_columns import own_label
from drivers.survey.drafting.names import distinct, key_of, language_of, readable, words_of
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.rating_scales import Rated
from drivers.survey.drafting.vocabulary import aspect_by_stem, level_of, names_aspect

EXPECTATIONS_LABEL = {"en": "What was expected", "ar": "التوقعات"}


def drivers_of(
    candidates: Mapping[str, Rated], constructs: Mapping[str, Sequence[str]], outcomes: set[str]
) -> list[DraftConstruct]:
    """Constructs of several items, and each other column on its own, in the order of the file."""
    of_stem = {name: stem for stem, names in constructs.items() for name in names if name in candidates}
    aspects = _aspects({name: one.profile for name, one in candidates.items() if name not in of_stem})
    keys = set(outcomes)
    drivers: list[DraftConstruct] = []
    labels: set[tuple[str, str]] = set()
    done: set[str] = set()
    for name, one in candidates.items():
        if name in done:
            continue
        stem = of_stem.get(name)
        if stem is not None:
            columns = tuple(column for column in constructs[stem] if column in candidates)
            driver = _of_series(stem, columns, one.profile, keys)
        else:
            columns = (name,)
            driver = _of_column(one, aspects.get(name), keys)
        label = distinct(dict(driver.label), labels, name)
        driver = _rare(replace(driver, label=label), [candidates[column] for column in columns])
        drivers.append(driver)
        keys.add(driver.key)
        labels |= set(label.items())
        done |= set(columns)
    if drivers and all(driver.optional for driver in drivers):
        return [replace(driver, optional=False) for driver in drivers]
    return drivers


def _rare(driver: DraftConstruct, items: Sequence[Rated]) -> DraftConstruct:
    """The driver, optional where most rows have no answer: with it in every analysis few respondents would be left."""
    part = min(item.answered for item in items)
    if part >= 0.5 or driver.optional:
        return driver
    reason = f"{driver.finding.reason}; {part:.0%} of the rows have an answer, so it enters only where it is named"
    return replace(driver, optional=True, finding=replace(driver.finding, reason=reason))


def _aspects(profiles: Mapping[str, Profile]) -> dict[str, Aspect]:
    """Column → the aspect that it alone is about; two columns about one aspect keep their own names."""
    strength = {
        (aspect.key, name): score
        for aspect in (*ASPECTS, *CONSTRUCTS)
        for name, profile in profiles.items()
        if (score := 10 * names_aspect(profile.words, aspect) + names_aspect(profile.all_words, aspect))
    }
    found: dict[str, Aspect] = {}
    for aspect in (*ASPECTS, *CONSTRUCTS):
        own = {name: score for (key, name), score in strength.items() if key == aspect.key}
        best = {n: s for n, s in own.items() if s == max(own.values())}
        if len(best) != 1:
            continue
        (name,) = best
        if name not in found and all(other <= best[name] for (_, n), other in strength.items() if n == name):
            found[name] = aspect
    return found


def _of_series(stem: str, columns: tuple[str, ...], first: Profile, taken: set[str]) -> DraftConstruct:
    aspect = aspect_by_stem(stem, CONSTRUCTS) or aspect_by_stem(stem, ASPECTS)
    level = level_of(words_of(stem))
    reason = f"{len(columns)} columns whose names count"
    if level in ("desired", "adequate"):
        key, label, lever = "expectations", dict(EXPECTATIONS_LABEL), ""
        reason += "; expectations as a whole, so it enters an analysis only where it is named"
    elif aspect is not None and aspect.key not in taken:
        key, label, lever = aspect.key, aspect.label, aspect.lever
    else:
        key = key_of(stem, otherwise=f"driver_{first.position}", taken=taken)
        label, lever = {language_of(stem): readable(stem)}, ""
    confirm = "" if aspect or level else "do they ask about one thing?"
    return DraftConstruct(
        key=key_of(key, otherwise="driver", taken=taken),
        columns=columns,
        label=label,
        lever=lever,
        optional=level in ("desired", "adequate"),
        finding=Finding(
            part=f"drivers.{key}",
            columns=columns,
            found="a driver of several items",
            sureness=Sureness.LIKELY if aspect or level else Sureness.GUESS,
            reason=reason,
            confirm=confirm,
        ),
    )


def _of_column(rated: Rated, aspect: Aspect | None, taken: set[str]) -> DraftConstruct:
    profile = rated.profile
    own = key_of(profile.name, otherwise=f"driver_{profile.position}", taken=taken)
    if aspect is None or aspect.key in taken:
        sureness = Sureness.LIKELY if rated.scale.sureness is Sureness.SURE else Sureness.GUESS
        key, label, lever, reason = own, own_label(profile), "", "a rated column"
    else:
        said = names_aspect(profile.words, aspect) > 0
        sureness = Sureness.LIKELY if not names_aspect(profile.words, aspect) >= 100 else Sureness.SURE
        key, label, lever = aspect.key, aspect.label, aspect.lever
        reason = "its name" if said and not profile.is_question else "its question"
    return DraftConstruct(
        key=key,
        columns=(profile.name,),
        label=label,
        lever=lever,
        finding=Finding(
            part=f"drivers.{key}", columns=(profile.name,), found="a driver", sureness=sureness, reason=reason
        ),
    )
