"""What a codebook says of rivals and of figures from outside: what it reads, and the sentence of each fault."""

from pathlib import Path

import pytest

from drivers.errors import CodebookError, SurveyError
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.data import read_survey
from tests.survey.small_survey import CODEBOOK, changed, line_of, write_survey

ITEMS = """\
  hoped: {column: Hoped, scale: ten}
  their_waiting: {column: Their waiting, scale: quality}
  their_calls: {column: Their calls, scale: ten}
  their_overall: {column: Their overall, scale: ten}
  left: {column: Left, scale: yes_no}
"""
SCALES = "  recommend: {type: nps}\n  yes_no: {type: binary}\n"
OUTCOMES = """\
  recommend: {items: [nps], kind: nps, label: {en: Recommends us}}
  churn: {items: [left], kind: event, better: lower, label: {en: Left}}
"""
PARTS = """\
rivals:
  office:
    label: {en: An office, ar: مكتب}
    items:
      satisfaction: their_overall
      speed: [their_waiting, their_calls]
  shop: {label: {en: A shop}, rows: {Brand: [shop, 7]}}
benchmarks:
  respect: {value: 71.5, of: {en: others}, source: {en: A yearbook}, year: 2023}
  recommend: {value: -12, of: {en: others}, source: {en: A yearbook}}
indicators:
  score: {outcome: satisfaction, statistic: mean, better: higher, benchmark: 60, benchmark_of: {en: clinics}}
  happy: {outcome: satisfaction, statistic: top2box, better: higher, benchmark: 0.6}
"""


def whole() -> str:
    text = changed(CODEBOOK, "  hoped: {column: Hoped, scale: ten}\n", ITEMS)
    text = changed(text, "  recommend: {type: nps}\n", SCALES)
    text = changed(text, "  recommend: {items: [nps], kind: nps, label: {en: Recommends us}}\n", OUTCOMES)
    return changed(text, "cluster: Branch}", "cluster: Branch, respondent: Person}") + PARTS


def read(folder: Path, text: str) -> Codebook:
    path = folder / "codebook.yml"
    path.write_text(text, encoding="utf-8")
    return read_codebook(path)


def test_reads_every_part(tmp_path: Path) -> None:
    book = read(tmp_path, whole())
    assert book.rivals["office"].asked == {
        "satisfaction": ("their_overall",),
        "speed": ("their_waiting", "their_calls"),
    }
    assert book.rivals["shop"].rows == {"Brand": ["shop", 7]}
    assert {"Brand", "Person", "Their calls"} <= book.columns
    assert book.benchmarks["respect"].year == 2023
    # What an indicator says of an outcome's mean is not asked for again; what it says of another statistic is no mean.
    assert book.indicator_benchmarks == {"satisfaction": "score"}
    labels = book.labels()
    assert labels.text("rival", "office", "ar") == "مكتب"
    assert labels.texts["outside_of"] == {
        "satisfaction": {"en": "clinics"},
        "respect": {"en": "others"},
        "recommend": {"en": "others"},
    }
    assert labels.text("outside_source", "respect", "en") == "A yearbook"


FAULTS = {
    "neither items nor rows": (
        (", rows: {Brand: [shop, 7]}}", "}"),
        "  shop: {",
        "rivals.shop: expected either 'items' or 'rows', found neither; write one of the two.",
    ),
    "items and rows": (
        ("label: {en: A shop}, rows", "label: {en: A shop}, items: {respect: hoped}, rows"),
        "  shop: {",
        "rivals.shop: expected either 'items' or 'rows', found both; write one of the two.",
    ),
    "a rating of nothing": (
        ("satisfaction: their_overall", "satisfactin: their_overall"),
        "satisfactin: their",
        "rivals.office.items.satisfactin: expected the name of a driver or an outcome, found 'satisfactin'; did you "
        "mean 'satisfaction'?",
    ),
    "a rating of an event": (
        ("satisfaction: their_overall", "churn: their_overall"),
        "churn: their_overall",
        "rivals.office.items.churn: expected an outcome that people speak of themselves, found the event 'churn'; "
        "remove it.",
    ),
    "too few items": (
        ("[their_waiting, their_calls]", "their_waiting"),
        "speed: their_waiting",
        "rivals.office.items.speed: expected as many items as 'speed' has, in the same order (waiting, calls), found "
        "1; complete them, or remove the entry.",
    ),
    "an unknown item": (
        ("satisfaction: their_overall", "satisfaction: their_overal"),
        "satisfaction: their_overal",
        "rivals.office.items.satisfaction: expected the name of an item, found 'their_overal'; did you mean "
        "'their_overall'?",
    ),
    "an item about us": (
        ("satisfaction: their_overall", "satisfaction: hoped"),
        "satisfaction: hoped",
        "rivals.office.items.satisfaction: expected an item that asks about this rival only, found 'hoped' also in "
        "expectations.respect.desired; correct one.",
    ),
    "another scale": (
        (
            "their_waiting: {column: Their waiting, scale: quality}",
            "their_waiting: {column: Their waiting, scale: ten}",
        ),
        "speed: [their_waiting",
        "rivals.office.items.speed[0]: expected an item on scale 'quality', as 'waiting' is, found 'their_waiting' on "
        "'ten'; ask both alike, or remove the entry.",
    ),
    "the same label": (
        ("{en: A shop}", "{en: An office}"),
        "label: {en: An office}",
        "rivals.shop.label.en: expected different labels, found 'An office' for 'office' and 'shop'; change one.",
    ),
    "rows without a person": (
        (", respondent: Person}", "}"),
        "  shop: {",
        "rivals.shop.rows: expected 'design.respondent' beside it, found none; name the column that says whose rows "
        "belong together.",
    ),
    "rows by an item": (
        ("rows: {Brand: [shop, 7]}", "rows: {Left: [shop, 7]}"),
        "  shop: {",
        "rivals.shop.rows.Left: expected a column that says whom a row is about, found that of an item, 'Left'; name "
        "another.",
    ),
    "a figure of nothing": (
        ("  respect: {value", "  respct: {value"),
        "  respct: {",
        "benchmarks.respct: expected the name of a driver or an outcome, found 'respct'; did you mean 'respect'?",
    ),
    "a figure beyond the scale": (
        ("value: 71.5", "value: 171.5"),
        "value: 171.5",
        "benchmarks.respect.value: expected a number from 0 to 100, as 'respect' is told, found 171.5; correct it.",
    ),
    "a figure of an event": (
        ("  respect: {value: 71.5", "  churn: {value: 0.1"),
        "  churn: {value",
        "benchmarks.churn: expected an outcome that people speak of themselves, found the event 'churn'; write the "
        "benchmark of an event under an indicator.",
    ),
    "a figure said twice": (
        ("  respect: {value", "  satisfaction: {value"),
        "  satisfaction: {value",
        "benchmarks.satisfaction: expected the figure of 'satisfaction' once, found it also under "
        "indicators.score.benchmark; remove one.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_refuses(tmp_path: Path, fault: str) -> None:
    (old, new), place, message = FAULTS[fault]
    text = changed(whole(), old, new)
    with pytest.raises(CodebookError) as refused:
        read(tmp_path, text)
    assert str(refused.value) == f"codebook.yml, line {line_of(text, place)}, {message}"


STACKED = changed(CODEBOOK, "cluster: Branch}", "cluster: Branch, respondent: Calls}").replace(
    "items:\n  waiting", "rivals: {shop: {label: {en: A shop}, rows: {Remark: [shop]}}}\nitems:\n  waiting"
)


def test_rows_that_no_row_has_are_refused_when_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as refused:
        read_survey(write_survey(tmp_path, codebook=STACKED))
    assert str(refused.value) == (
        "answers.csv, column 'Remark': expected 'shop' in some row (rivals.shop.rows), found 'fine, thanks', '', "
        "'two\\nlines'; correct the value in the codebook."
    )
