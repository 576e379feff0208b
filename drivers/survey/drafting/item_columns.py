"""The items of a draft: keys, wordings, and what is asked about single columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from drivers.survey.drafting.content import DraftItem
from drivers.survey.drafting.findings import Finding
from drivers.survey.drafting.model import DraftModel
from drivers.survey.drafting.names import key_of, language_of
from drivers.survey.drafting.rating_scales import DraftScale, Rated

BACKWARDS, LEAST_ROWS = -0.2, 30
"""A question may be asked the other way round where its correlation with the rest is below this, in so many rows."""


def items_of(
    rated: Mapping[str, Rated], keys: Mapping[str, str], scales: Mapping[str, DraftScale], model: DraftModel
) -> dict[str, DraftItem]:
    """Column → its item, in the order of the file.

    Parameters
    ----------
    keys
        Column → key of its scale.
    """
    items: dict[str, DraftItem] = {}
    taken: set[str] = set()
    used = {name for construct in (*model.drivers, *model.outcomes) for name in construct.columns}
    constructs = (*model.drivers, *model.outcomes)
    alone = {one.columns[0]: one.key for one in constructs if len(one.columns) == 1}
    against = _against_the_rest(rated, used)
    for name, one in rated.items():
        profile, scale = one.profile, scales[keys[name]]
        wanted = alone.get(name, name) if profile.is_question or not name.isascii() else name
        key = key_of(wanted, otherwise=f"item_{profile.position}", taken=taken)
        taken.add(key)
        text = dict(profile.wording.texts)
        if not text and (profile.is_question or language_of(name) != "en"):
            text = {language_of(name): " ".join(name.split())}
        reason, asked = "", []
        if one.reversed:
            reason = "its labels run from the best to the worst"
        if name in against:
            question = (
                "is it worded the other way round, so that it is not reversed?" if one.reversed else "is it reversed?"
            )
            asked.append(f"{question} It runs against the other questions (correlation {against[name]:.2f})")
        if one.strange:
            rows = sum(one.strange.values())
            asked.append(f"{'this text fits' if len(one.strange) == 1 else 'these texts fit'} no code, in {rows} rows")
        items[name] = DraftItem(
            key=key,
            rated=one,
            scale=keys[name],
            text=text,
            finding=Finding(
                part=f"items.{key}",
                columns=(name,),
                found=f"an item on {keys[name]}",
                sureness=scale.sureness,
                reason=reason,
                confirm="; ".join(asked),
            ),
        )
    return items


def _against_the_rest(every: Mapping[str, Rated], used: Collection[str]) -> dict[str, float]:
    """Columns that go with the mean of all others clearly the wrong way, turned as their labels say."""
    rated = {name: one for name, one in every.items() if name in used}
    if len(rated) < 3:
        return {}
    names = list(rated)
    columns = []
    for one in rated.values():
        low, high = one.scale.model().ends
        columns.append((one.values - low) / (high - low))
    values = np.column_stack(columns)
    known = np.isfinite(values)
    total, count = np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1)
    found: dict[str, float] = {}
    for position, name in enumerate(names):
        rows = known[:, position] & (count > 1)
        if rows.sum() < LEAST_ROWS:
            continue
        own = values[rows, position]
        rest = (total[rows] - own) / (count[rows] - 1)
        if np.ptp(own) and np.ptp(rest) and (r := float(np.corrcoef(own, rest)[0, 1])) < BACKWARDS:
            found[name] = r
    return found
