"""What a codebook says of the service model and its indicators: what it reads, and the sentence of each fault."""

from pathlib import Path

import pytest

from drivers.errors import CodebookError
from drivers.survey.codebook.model import Codebook, read_codebook
from tests.survey.small_survey import CODEBOOK, changed, line_of

ITEMS = """\
  hoped: {column: Hoped, scale: ten}
  matters: {column: Matters, scale: ten}
  problem: {column: Problem, scale: yes_no}
  solved: {column: Solved, scale: yes_no}
  days: {column: Days, scale: ten}
  left: {column: Left, scale: yes_no}
  more: {column: More, scale: yes_no}
  spare: {column: Spare, scale: ten}
  with: {column: With, scale: feeling}
  without: {column: Without, scale: feeling}
"""
SCALES = """\
  recommend: {type: nps}
  yes_no: {type: binary}
  feeling: {type: likert, codes: {1: {en: a}, 2: {en: b}, 3: {en: c}, 4: {en: d}, 5: {en: e}}}
"""
OUTCOMES = """\
  recommend: {items: [nps], kind: nps, label: {en: Recommends us}}
  churn: {items: [left], kind: event, better: lower, label: {en: Left}}
"""
PARTS = """\
expectations_asked: before
stated_importance: {respect: matters}
recovery: {problem: problem, solved: solved, days: days, fast_within: 3}
kano:
  call_button: {functional: with, dysfunctional: without, driver: speed, label: {en: A button, ar: زر}}
management: {file: managers.csv, manager: who, driver: what, performance: rating}
records:
  counted: {file: counted.csv, unit: office, wave: [year, round]}
indicators:
  score: {outcome: satisfaction, statistic: mean, better: higher, target: 70, benchmark: 60, benchmark_of: {en: others}}
  gone: {outcome: churn, statistic: share, better: lower, source: {en: Register}}
  minutes: {column: Calls, label: {en: Calls}, statistic: median, better: range, target: [2, 4]}
  lost: {records: counted, count: lost, per: customers, label: {en: Lost}, statistic: share, better: lower}
  complaints: {records: counted, count: n, per: contacts, times: 1000, label: {en: C}, statistic: rate, better: lower}
value: {per_customer: Worth, currency: {en: units}, lost: lost}
"""


def whole() -> str:
    text = changed(CODEBOOK, "  hoped: {column: Hoped, scale: ten}\n", ITEMS)
    text = changed(text, "  recommend: {type: nps}\n", SCALES)
    text = changed(text, "  recommend: {items: [nps], kind: nps, label: {en: Recommends us}}\n", OUTCOMES)
    return text + PARTS


def read(folder: Path, text: str) -> Codebook:
    path = folder / "codebook.yml"
    path.write_text(text, encoding="utf-8")
    return read_codebook(path)


def test_reads_every_part(tmp_path: Path) -> None:
    book = read(tmp_path, whole())
    assert book.outcomes["churn"].kind == "event" and book.outcomes["churn"].better == "lower"
    assert list(book.said_outcomes) == ["satisfaction", "recommend"]
    assert book.expectations_asked == "before"
    assert book.recovery is not None and book.recovery.fast_within == 3
    assert book.kano["call_button"].driver == "speed"
    assert book.measured == {"minutes": ("Calls", ()), "value": ("Worth", ())}
    assert {"Calls", "Worth", "With"} <= book.columns
    labels = book.labels()
    assert list(labels.keys("indicator")) == ["score", "gone", "minutes", "lost", "complaints"]
    # An indicator that is an outcome is called as the outcome is.
    assert labels.text("indicator", "score", "en") == "Satisfaction"
    assert labels.text("benchmark_of", "score", "en") == "others"
    assert labels.text("source", "gone", "en") == "Register"
    assert labels.text("feature", "call_button", "ar") == "زر"
    assert labels.text("currency", "currency", "en") == "units"


def test_a_feature_that_is_a_driver_needs_no_label(tmp_path: Path) -> None:
    text = changed(whole(), "call_button:", "speed:").replace(", label: {en: A button, ar: زر}}", "}")
    assert read(tmp_path, text).labels().text("feature", "speed", "ar") == "سرعة الاستجابة"


LOST = "  lost: {records: counted, count: lost, per: customers, label: {en: Lost}, statistic: share, better: lower}"
FAULTS = {
    "event of a scale that is not binary": (
        ("churn: {items: [left]", "churn: {items: [spare]"),
        "churn: {",
        "outcomes.churn.kind: expected an item on a scale of type binary for 'kind: event', found 'spare' on a scale "
        "of type numeric; change the scale or use kind: score.",
    ),
    "event of two items": (
        ("churn: {items: [left]", "churn: {items: [left, more]"),
        "churn: {",
        "outcomes.churn.kind: expected one item for 'kind: event', found 2; keep one or use kind: score.",
    ),
    "direction of a score": (
        ("satisfaction: {items: [overall],", "satisfaction: {items: [overall], better: lower,"),
        "satisfaction: {",
        "outcomes.satisfaction.better: expected 'better' for an event only, found it for 'kind: score'; remove it.",
    ),
    "importance of no driver": (
        ("stated_importance: {respect", "stated_importance: {respct"),
        "stated_importance: {",
        "stated_importance.respct: expected the name of a driver, found 'respct'; did you mean 'respect'?",
    ),
    "importance by an item of an expectation": (
        ("{respect: matters}", "{respect: hoped}"),
        "stated_importance: {",
        "stated_importance.respect: expected an item that asks how much this driver matters only, found 'hoped' also "
        "in expectations.respect.desired; correct one.",
    ),
    "problem on another scale": (
        ("recovery: {problem: problem", "recovery: {problem: matters"),
        "recovery: {",
        "recovery.problem: expected an item on a binary scale, found 'matters' on a numeric one; correct the scale.",
    ),
    "days without a limit": (
        (", fast_within: 3", ""),
        "recovery: {",
        "recovery.days: expected 'fast_within' beside it, found none; write both or neither.",
    ),
    "feature without a label": (
        (", driver: speed, label: {en: A button, ar: زر}", ""),
        "call_button: {",
        "kano.call_button: expected 'label' for a feature that is no driver, found none; write it.",
    ),
    "feature on another scale": (
        ("without: {column: Without, scale: feeling}", "without: {column: Without, scale: ten}"),
        "call_button: {",
        "kano.call_button.dysfunctional: expected an item on a likert scale with the 5 answers from I like it that way "
        "to I dislike it that way, found 'without' on 'ten'; write the scale so.",
    ),
    "feature of no driver": (
        ("driver: speed, label", "driver: sped, label"),
        "call_button: {",
        "kano.call_button.driver: expected the name of a driver, found 'sped'; did you mean 'speed'?",
    ),
    "records by too few columns": (
        ("wave: [year, round]}", "wave: year}"),
        "counted: {",
        "records.counted.wave: expected a column for each of the wave's (Year, Round), found 1; write them in the same "
        "order.",
    ),
    "two sources": (
        ("gone: {outcome: churn", "gone: {column: Left, outcome: churn"),
        "gone: {",
        "indicators.gone: expected one of 'column', 'outcome' and 'records', found 'column' and 'outcome'; keep one.",
    ),
    "no source": (
        ("gone: {outcome: churn, ", "gone: {"),
        "gone: {",
        "indicators.gone: expected one of 'column', 'outcome' and 'records', found none; keep one.",
    ),
    "records without what could be counted": (
        (LOST, LOST.replace("per: customers, ", "")),
        "  lost: {",
        "indicators.lost: expected 'per' beside 'records', found none; name its column in the records.",
    ),
    "unknown records": (
        (LOST, LOST.replace("records: counted", "records: count")),
        "  lost: {",
        "indicators.lost.records: expected the name of some records, found 'count'; did you mean 'counted'?",
    ),
    "median of an outcome": (
        ("score: {outcome: satisfaction, statistic: mean", "score: {outcome: satisfaction, statistic: median"),
        "score: {",
        "indicators.score: expected a statistic of an outcome (mean, top2box, nps, share), found 'median'; choose one "
        "of these.",
    ),
    "mean of an event": (
        ("gone: {outcome: churn, statistic: share", "gone: {outcome: churn, statistic: mean"),
        "gone: {",
        "indicators.gone.statistic: expected a statistic of an outcome of kind event (share), found 'mean'; choose one "
        "of these.",
    ),
    "range with one number": (
        ("target: [2, 4]", "target: 2"),
        "minutes: {",
        "indicators.minutes: expected two numbers as the target of 'better: range', found 2; write [low, high].",
    ),
    "range upside down": (
        ("target: [2, 4]", "target: [4, 2]"),
        "minutes: {",
        "indicators.minutes: expected a target of two numbers, the lower first; correct it.",
    ),
    "benchmark of nobody's": (
        (" benchmark: 60,", ""),
        "score: {",
        "indicators.score: expected 'benchmark' beside 'benchmark_of', found none; write it or remove the name.",
    ),
    "indicator without a label": (
        ("{column: Calls, label: {en: Calls}", "{column: Calls"),
        "minutes: {",
        "indicators.minutes: expected 'label' for an indicator that is no outcome, found none; write it.",
    ),
    "worth of an indicator that counts nobody": (
        ("lost: lost}", "lost: minutes}"),
        "value: {",
        "value.lost: expected an indicator of records, which count the customers lost, found 'minutes'; name another.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_gets_one_sentence_with_its_line(tmp_path: Path, fault: tuple[tuple[str, str], str, str]) -> None:
    (old, new), place, sentence = fault
    text = changed(whole(), old, new)
    with pytest.raises(CodebookError) as refused:
        read(tmp_path, text)
    assert str(refused.value) == f"codebook.yml, line {line_of(text, place)}, {sentence}"


def test_the_first_outcome_is_what_people_said(tmp_path: Path) -> None:
    text = changed(whole(), "outcomes:\n", "outcomes:\n  gone: {items: [more], kind: event, label: {en: Gone}}\n")
    with pytest.raises(CodebookError) as refused:
        read(tmp_path, text)
    assert (
        "outcomes.gone.kind: expected what people said as the first outcome, which reports are about, found an event; "
        "put another first." in str(refused.value)
    )
