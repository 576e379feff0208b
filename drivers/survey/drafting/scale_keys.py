"""Which columns share a scale: one entry for all of them, with a key of its own and the missing answers of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from drivers.survey.drafting.findings import Sureness
from drivers.survey.drafting.names import free_key
from drivers.survey.drafting.rating_scales import DraftScale, Missing, Rated

_ORDER = (Sureness.SURE, Sureness.LIKELY, Sureness.GUESS)


def shared_scales(rated: Mapping[str, Rated]) -> tuple[dict[str, DraftScale], dict[str, str]]:
    """Key → scale, and column → the key of its scale."""
    groups: dict[tuple[object, ...], list[list[str]]] = defaultdict(list)
    for name, one in rated.items():
        for members in groups[one.scale.same]:
            if all(_agree(one.scale.missing, rated[member].scale.missing) for member in members):
                members.append(name)
                break
        else:
            groups[one.scale.same].append([name])
    scales: dict[str, DraftScale] = {}
    keys: dict[str, str] = {}
    first = {members[0]: members for several in groups.values() for members in several}
    for name, one in rated.items():
        if name not in first:
            continue
        of_members = [rated[member].scale for member in first[name]]
        key = free_key(one.scale.key, scales)
        scales[key] = _merged(of_members)
        keys |= dict.fromkeys(first[name], key)
    return scales, keys


def _agree(one: Mapping[float | str, Missing], other: Mapping[float | str, Missing]) -> bool:
    """Whether no code stands for two kinds by the file's own word."""
    return all(
        one[code].kind == other[code].kind or not (one[code].told and other[code].told) for code in one if code in other
    )


def _merged(scales: list[DraftScale]) -> DraftScale:
    missing: dict[float | str, Missing] = {}
    for scale in scales:
        for code, entry in scale.missing.items():
            if code not in missing or (entry.told and not missing[code].told):
                missing[code] = entry
    # What is asked about any of the columns is asked about their scale.
    least = max(scales, key=lambda scale: _ORDER.index(scale.sureness))
    confirm = " ".join(dict.fromkeys(scale.confirm for scale in scales if scale.confirm))
    return replace(scales[0], missing=missing, sureness=least.sureness, reason=least.reason, confirm=confirm)
