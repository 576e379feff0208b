"""What a codebook calls its things: every label, by kind and key, in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.labels import Labels

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook

Texts = dict[str, dict[str, dict[str, str]]]
"""Kind → key → language → text."""


def codebook_labels(codebook: Codebook) -> Labels:
    """Every label of the survey, by kind and key."""
    texts: Texts = {
        "survey": {"title": codebook.survey.title},
        "driver": {key: driver.label for key, driver in codebook.drivers.items()},
        "outcome": {key: outcome.label for key, outcome in codebook.outcomes.items()},
        "item": {key: item.text for key, item in codebook.items.items() if item.text},
        "segment": {key: segment.label for key, segment in codebook.segments.items()},
        "feature": {
            key: pair.label or codebook.drivers[key].label
            for key, pair in codebook.kano.items()
            if pair.label or key in codebook.drivers
        },
        "rival": {key: rival.label for key, rival in codebook.rivals.items()},
        **_outside_labels(codebook),
        **_decision_labels(codebook),
        **_indicator_labels(codebook),
    }
    for key, segment in codebook.segments.items():
        texts[f"segment:{key}"] = segment.values
    if codebook.survey.source:
        texts["survey"]["source"] = codebook.survey.source
    if codebook.survey.respondents:
        texts["survey"]["respondents"] = codebook.survey.respondents
    if codebook.fieldwork and codebook.fieldwork.mode:
        texts["mode"] = codebook.fieldwork.mode.values
    if codebook.wave:
        texts["wave"] = {entry.key: entry.label for entry in codebook.wave.order}
    if codebook.unit:
        texts["unit_kind"] = {"unit": codebook.unit.label}
        texts["unit"] = codebook.unit.values
    return Labels(texts)


def _outside_labels(codebook: Codebook) -> Texts:
    whose = {name: codebook.indicators[key].benchmark_of for name, key in codebook.indicator_benchmarks.items()}
    return {
        "outside_of": {
            **{name: text for name, text in whose.items() if text is not None},
            **{name: figure.of for name, figure in codebook.benchmarks.items()},
        },
        "outside_source": {name: figure.source for name, figure in codebook.benchmarks.items()},
    }


def _decision_labels(codebook: Codebook) -> Texts:
    currency = codebook.budget.currency if codebook.budget else None
    numbered = {str(number): action for number, action in enumerate(codebook.actions, start=1)}
    return {
        "budget_currency": {} if currency is None else {"currency": currency},
        "action": {number: action.what for number, action in numbered.items()},
        "owner": {number: action.owner for number, action in numbered.items() if action.owner is not None},
    }


def _indicator_labels(codebook: Codebook) -> Texts:
    texts: Texts = {}
    for key, indicator in codebook.indicators.items():
        label = indicator.label
        if label is None and indicator.outcome is not None and indicator.outcome in codebook.outcomes:
            label = codebook.outcomes[indicator.outcome].label
        parts = {
            "indicator": label,
            "objective": indicator.objective,
            "source": indicator.source,
            "benchmark_of": indicator.benchmark_of,
        }
        for kind, text in parts.items():
            if text is not None:
                texts.setdefault(kind, {})[key] = text
    if codebook.value is not None and codebook.value.currency is not None:
        texts["currency"] = {"currency": codebook.value.currency}
    return texts
