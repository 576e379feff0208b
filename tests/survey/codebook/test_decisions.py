"""What a codebook says of costs and actions: what it reads, and the sentence of each fault."""

from pathlib import Path

import pytest

from drivers.errors import CodebookError
from drivers.survey.codebook.model import Codebook, read_codebook
from tests.survey.small_survey import CODEBOOK, changed, line_of

PARTS = """\
budget:
  amount: 100
  currency: {en: thousand riyals, ar: ألف ريال}
  costs:
    speed: {per_point: 4, ceiling: 8}
    respect: {per_point: 2.5, ceiling: 10, returns: diminishing}
actions:
  - {driver: speed, what: {en: Tickets by phone, ar: رقم الدور بالهاتف}, owner: {en: Operations}, since: [2024, spring], goal: 5}
  - {driver: respect, what: {en: A course}, lever: process, since: 2023 spring}
"""  # noqa: E501


def read(folder: Path, text: str) -> Codebook:
    path = folder / "codebook.yml"
    path.write_text(text, encoding="utf-8")
    return read_codebook(path)


def test_reads_costs_and_actions(tmp_path: Path) -> None:
    book = read(tmp_path, CODEBOOK + PARTS)
    assert book.budget is not None and book.budget.amount == 100
    assert [(name, cost.per_point, cost.ceiling, cost.returns) for name, cost in book.budget.costs.items()] == [
        ("speed", 4, 8, "linear"),
        ("respect", 2.5, 10, "diminishing"),
    ]
    assert [(action.driver, action.since_wave, action.goal, action.lever) for action in book.actions] == [
        ("speed", "2024 spring", 5, None),
        ("respect", "2023 spring", None, "process"),
    ]
    labels = book.labels()
    assert labels.text("budget_currency", "currency", "ar") == "ألف ريال"
    assert labels.text("action", "1", "ar") == "رقم الدور بالهاتف"
    assert labels.text("owner", "1", "en") == "Operations"
    assert labels.find("owner", "2", "en") is None


def test_a_codebook_needs_neither(tmp_path: Path) -> None:
    book = read(tmp_path, CODEBOOK)
    assert book.budget is None and book.actions == []


FAULTS = {
    "cost of no driver": (
        ("    speed: {per_point", "    sped: {per_point"),
        "    sped: {per_point",
        "budget.costs.sped: expected the name of a driver, found 'sped'; did you mean 'speed'?",
    ),
    "action on no driver": (
        ("- {driver: respect", "- {driver: respct"),
        "- {driver: respct",
        "actions[1].driver: expected the name of a driver, found 'respct'; did you mean 'respect'?",
    ),
    "action since no wave": (
        ("since: [2024, spring]", "since: [2024, sprin]"),
        "- {driver: speed",
        "actions[0].since: expected the values of a wave, found '2024 sprin'; did you mean '2024 spring'?",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_sentence(tmp_path: Path, name: str) -> None:
    (old, new), line, sentence = FAULTS[name]
    text = changed(CODEBOOK + PARTS, old, new)
    with pytest.raises(CodebookError) as caught:
        read(tmp_path, text)
    assert str(caught.value) == f"codebook.yml, line {line_of(text, line)}, {sentence}"


def test_actions_need_waves(tmp_path: Path) -> None:
    wave = CODEBOOK[CODEBOOK.index("wave:") : CODEBOOK.index("unit:")]
    text = changed(CODEBOOK + PARTS, wave, "")
    with pytest.raises(CodebookError) as caught:
        read(tmp_path, text)
    assert str(caught.value).splitlines()[0] == (
        f"codebook.yml, line {line_of(text, '- {driver: speed')}, actions[0].since: expected 'wave:' in the codebook "
        "to tell since when, found none; add it or remove the action."
    )


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("-1", "expected a number above 0, found -1; correct it."),
        ("'١٠٠'", "expected a number, found '١٠٠'; write it with the digits 0 to 9, without quotes."),
        ("١٠٠", "expected a number, found '١٠٠'; write it with the digits 0 to 9, without quotes."),
    ],
)
def test_a_wrong_amount_has_its_sentence(tmp_path: Path, new: str, sentence: str) -> None:
    with pytest.raises(CodebookError) as caught:
        read(tmp_path, changed(CODEBOOK + PARTS, "amount: 100", f"amount: {new}"))
    assert str(caught.value).endswith(f"budget.amount: {sentence}")


@pytest.mark.parametrize(
    ("old", "new"), [("per_point: 4", "per_point: 0"), ("ceiling: 8", "ceiling: 101"), ("amount: 100", "amount: -1")]
)
def test_costs_and_ceilings_are_above_0(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(CodebookError, match=r"budget\."):
        read(tmp_path, changed(CODEBOOK + PARTS, old, new))
