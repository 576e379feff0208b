"""What may be said of the service chain without the error of its answers, in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.present.sentences.constructs import construct_label, construct_list
from drivers.present.words import Words

_EFFECTS = {
    "first": "latent_first",
    "direct": "latent_direct",
    "indirect": "latent_indirect",
    "total": "latent_total",
}


def effect_name(effect: str, result: Any, words: Words) -> str:
    """What an association is with, and which way."""
    through, outcome = (construct_label(name, words) for name in (result.through, result.outcome))
    return words.term(_EFFECTS[effect], through=through, outcome=outcome)


def latent_sentences(result: Any, words: Words) -> list[str]:
    """The association of the mediator with the outcome, and which aspects go with the outcome which way."""
    names = {
        "through": construct_label(result.through, words),
        "outcome": construct_label(result.outcome, words),
    }
    estimate, _, low, high = result.second.points[:, 0]
    found = [
        words.sentence(
            "latent_second",
            b=words.number(estimate, 2),
            low=words.number(low, 2),
            high=words.number(high, 2),
            plain=words.number(result.second.uncorrected[0, 0], 2),
            level=words.percent(result.conf_level),
            **names,
        )
    ]
    known = len(found)
    for key, effects, sign in (
        ("latent_through", result.indirect, 1),
        ("latent_through_lower", result.indirect, -1),
        ("latent_beside", result.direct, 1),
        ("latent_beside_lower", result.direct, -1),
    ):
        clear = effects.clear & (np.sign(effects.standardised[0]) == sign)
        if clear.any():
            listed = [name for name, yes in zip(result.drivers, clear, strict=True) if yes]
            found.append(words.sentence(key, list=construct_list(listed, words), **names))
    return found if len(found) > known else [*found, words.sentence("latent_none", **names)]


def fit_sentences(result: Any, words: Words) -> list[str]:
    """How closely the model fits, and whose error stays in or was assumed."""
    found = []
    keys = {"close": "latent_close", "not_close": "latent_not_close"}
    if np.isfinite(result.fit.cfi):
        key = keys[result.closeness]
        found.append(words.sentence(key, cfi=words.number(result.fit.cfi, 3), srmr=words.number(result.fit.srmr, 3)))
    entries = list(zip(result.constructs, result.items, result.reliability_from, strict=True))
    # What enters by its score has a note of its own.
    exact = [name for name, own, how in entries if how == "exact" and own != (name,)]
    given = [name for name, _, how in entries if how == "given"]
    if exact and set(exact) == set(result.drivers):
        found.append(words.sentence("latent_exact_aspects"))
    elif exact:
        found.append(words.sentence("latent_exact", list=construct_list(exact, words)))
    if given:
        found.append(words.sentence("latent_given", list=construct_list(given, words)))
    return found
