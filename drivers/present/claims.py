"""What may be claimed of a result, before it is put into words."""

from __future__ import annotations

from typing import Any


def share_form(result: Any) -> str:
    """The ending of the texts that speak of a result's shares.

    None where they are parts of the explained differences; ``_fit`` where a pseudo-R² is shared out, which is no
    part of a variance; ``_values`` where values overlap, so that there is no whole to have a share of.
    """
    if not result.sums_to_r2:
        return "_values"
    return "" if result.family == "linear" else "_fit"


def kind_of_draws(result: Any) -> str:
    """Whether the order of drivers is judged by ``resamples`` of the answers, or by ``draws`` that stand for them."""
    return "resamples" if result.uncertainty.how in ("percentile", "bca", "bootstrap_imputation") else "draws"


def put_before(result: Any) -> set[tuple[str, str]]:
    """Pairs of drivers of which the verdict puts the first before the second."""
    verdict = result.verdict
    pairs = {
        (one, other)
        for one, row in zip(verdict.drivers, verdict.above, strict=True)
        for other, above in zip(verdict.drivers, row, strict=True)
        if above
    }
    return pairs | {(verdict.leader, other) for other in verdict.drivers if verdict.leader not in (None, other)}


def shares_hidden(result: Any) -> bool:
    """Whether shares would be noise, however large they look.

    They are where drivers explain no more than chance might, and where answers are far too few.
    """
    return too_few(result) or any(reason.code == "weak_model" for reason in result.verdict.reasons)


def too_few(result: Any) -> bool:
    """Whether there are not half the answers that a ranking needs.

    A model with nearly as many drivers as answers explains them all.
    """
    return any(
        reason.code == "few_respondents" and 2 * reason.values["n_effective"] < reason.values["needed"]
        for reason in result.verdict.reasons
    )
