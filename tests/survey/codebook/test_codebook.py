"""Codebooks: what a right one says, and the one sentence that each wrong one gets."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.errors import CodebookError
from drivers.survey.codebook.model import Codebook, read_codebook
from drivers.survey.codebook.scales import Scale
from drivers.survey.codebook.yaml_source import Lines
from tests.survey.small_survey import CODEBOOK, changed, line_of

KNOWN = (
    "survey, data, scales, items, drivers, outcomes, controls, skips, expectations, expectations_asked, "
    "stated_importance, rivals, benchmarks, recovery, kano, management, design, period, fieldwork, wave, unit, staff, "
    "segments, records, indicators, value, budget, actions, comments, reviews"
)
KINDS = "'not_applicable', 'dont_know', 'refused', 'not_asked' or 'blank'"


def read(folder: Path, text: str | bytes) -> Codebook:
    path = folder / "codebook.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_codebook(path)


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(CodebookError) as refused:
        read(folder, text)
    return str(refused.value)


# A right codebook


def test_reads_every_part(tmp_path: Path) -> None:
    book = read(tmp_path, CODEBOOK)
    assert book.survey.id == "clinic"
    assert list(book.items) == ["waiting", "calls", "courtesy", "overall", "nps", "hoped"]
    assert book.items["courtesy"].reversed and not book.items["calls"].reversed
    assert book.construct("speed").items == ["waiting", "calls"]
    assert book.construct("recommend") is book.outcomes["recommend"]
    assert book.main_outcome == "satisfaction"
    assert [entry.key for entry in book.wave.order] == ["2023 spring", "2024 spring"]
    assert book.scales["quality"].codes == {
        1: {"en": "Poor", "ar": "سيئ"},
        2: {"en": "Average", "ar": "متوسط"},
        3: {"en": "Good", "ar": "جيد"},
    }


def test_labels_have_every_kind_in_the_codebooks_order(tmp_path: Path) -> None:
    labels = read(tmp_path, CODEBOOK).labels()
    assert list(labels.keys("driver")) == ["speed", "respect"]
    assert list(labels.keys("outcome")) == ["satisfaction", "recommend"]
    assert list(labels.keys("wave")) == ["2023 spring", "2024 spring"]
    assert list(labels.keys("segment")) == ["language"]
    assert labels.text("driver", "speed", "ar") == "سرعة الاستجابة"
    assert labels.text("unit_kind", "unit", "en") == "Branch"
    assert labels.find("outcome", "satisfaction", "ar") is None


def test_optional_drivers_are_left_out_unless_named(tmp_path: Path) -> None:
    book = read(tmp_path, CODEBOOK)
    assert book.default_drivers == ("speed", "respect")
    assert not any(driver.optional for driver in book.drivers.values())
    book = read(tmp_path, changed(CODEBOOK, "min_items: 1,", "min_items: 1, optional: true,"))
    assert book.drivers["speed"].optional and not book.drivers["respect"].optional
    assert book.default_drivers == ("respect",)
    # It is a driver all the same, with its label and its score.
    assert list(book.drivers) == ["speed", "respect"]
    assert list(book.labels().keys("driver")) == ["speed", "respect"]
    assert book.construct("speed").items == ["waiting", "calls"]
    written = read(tmp_path, changed(CODEBOOK, "min_items: 1,", "min_items: 1, optional: false,"))
    assert written.default_drivers == ("speed", "respect")


@pytest.mark.parametrize(
    "design",
    [
        "{weight: Weight, fpc: N}",
        "{weight: Weight, strata: Region, fpc: N, merge_strata: {all: [North, 5]}, certainty_strata: [all, West]}",
        "{weight: Weight, strata: Region, merge_strata: {North: [North, West]}, certainty_strata: [North]}",
        "{weight: Weight, replicate_weights: [a, b], replicate_method: jk1, fpc: N}",
        "{weight: Weight, replicate_weights: 'rw_*', replicate_method: fay, fay_rho: 0, replicate_center: mean}",
        "{weight: Weight, replicate_weights: 'rw_*', replicate_method: jkn, replicate_rscales: [0, 0.5]}",
        "{weight: Weight, strata: Region, replicate_weights: 'rw_*', replicate_method: jkn, fpc: N}",
        "{replicate_weights: 'rw_*', replicate_method: bootstrap, replicate_scale: 0.01, combined_replicates: false}",
    ],
)
def test_designs_that_are_read(tmp_path: Path, design: str) -> None:
    text = changed(CODEBOOK, "{weight: Weight, strata: Region, cluster: Branch}", design)
    found = read(tmp_path, text).design
    assert sum(f"{name}:" in design for name in type(found).model_fields) == len(found.model_fields_set)


def test_a_codebook_does_not_change(tmp_path: Path) -> None:
    book = read(tmp_path, CODEBOOK)
    with pytest.raises(ValueError, match="frozen"):
        book.design.weight = "other"


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    windows = b"\xef\xbb\xbf" + CODEBOOK.replace("\n", "\r\n").encode()
    assert read(tmp_path, windows) == read(tmp_path, CODEBOOK)


def test_anchors_and_merges_are_read(tmp_path: Path) -> None:
    text = changed(
        CODEBOOK,
        "  ten: {type: numeric, min: 0, max: 10}\n",
        "  ten: &ten {type: numeric, min: 0, max: 10}\n  hundred: &again {<<: *ten, max: 100}\n"
        "  thousand: &again {<<: *ten, max: 1000}\n",
    )
    scales = read(tmp_path, text).scales
    assert [scales[name].ends for name in ("ten", "hundred", "thousand")] == [(0, 10), (0, 100), (0, 1000)]


def test_a_part_that_merges_itself_is_refused_by_its_path(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "ten: {type: numeric, min: 0, max: 10}", "ten: &ten {<<: *ten, max: 10}")
    assert refusal(tmp_path, text) == ("codebook.yml, scales.ten.type: expected the key 'type', found none; add it.")


@pytest.mark.parametrize(
    ("scale", "ends", "best_two", "words"),
    [
        ({"type": "nps"}, (0, 10), (9, 10), "whole numbers from 0 to 10"),
        ({"type": "numeric", "min": 1, "max": 7}, (1, 7), (6, 7), "whole numbers from 1 to 7"),
        ({"type": "numeric", "min": 0, "max": 1}, (0, 1), None, "whole numbers from 0 to 1"),
        (
            {"type": "numeric", "min": 0, "max": 5, "step": 0.5},
            (0, 5),
            (4.5, 5),
            "numbers from 0 to 5 in steps of 0.5",
        ),
        ({"type": "numeric", "min": 0, "max": 5, "step": "any"}, (0, 5), None, "any number from 0 to 5"),
        ({"type": "binary"}, (0, 1), None, "codes from 0 to 1 or their labels"),
        (
            {"type": "binary", "codes": {2: {"en": "No"}, 3: {"en": "Yes"}}},
            (2, 3),
            None,
            "codes from 2 to 3 or their labels",
        ),
        (
            {"type": "likert", "codes": {4: {"en": "c"}, 1: {"en": "a"}, 2: {"en": "b"}}},
            (1, 4),
            (2, 4),
            "codes from 1 to 4 or their labels",
        ),
        (
            {"type": "likert", "codes": {1: {"en": "a"}, 2: {"en": "b"}}},
            (1, 2),
            None,
            "codes from 1 to 2 or their labels",
        ),
    ],
)
def test_scales_know_their_ends_and_their_two_best_answers(
    scale: dict, ends: tuple, best_two: tuple | None, words: str
) -> None:
    made = Scale.model_validate(scale)
    assert made.ends == ends
    assert made.best_two == best_two
    assert made.answers_in_words == words


def test_long_missing_codes_are_written_out() -> None:
    scale = Scale.model_validate(
        {"type": "numeric", "min": 0, "max": 10, "missing": {9999999: "refused", -1.5: "blank", "x": "blank"}}
    )
    assert scale.rule({}).missing == {"9999999": "refused", "-1.5": "blank", "x": "blank"}


# A wrong codebook: one place is changed, and the sentence names the line on which `at` stands.

SPEED = "speed: {items: [waiting, calls], min_items: 1,"
TWO_DRIVERS = CODEBOOK[CODEBOOK.index("  speed: {items") : CODEBOOK.index("outcomes:")]
WAVES = "    - {values: [2024, spring], label: {en: Spring 2024}}\n"
WRONG = {
    # keys
    "unknown key": (
        "kind: nps,",
        "kinds: nps,",
        "kinds:",
        "outcomes.recommend.kinds: expected a known key, found 'kinds'; did you mean 'kind'?",
    ),
    "unknown key with nothing near": (
        "unit: {",
        "organisation: {",
        "organisation:",
        f"organisation: expected a known key, found 'organisation'; there are {KNOWN}.",
    ),
    "unknown key in a merge": (
        "  ten: {type: numeric, min: 0, max: 10}\n",
        "  ten: &ten {type: numeric, min: 0, max: 10}\n  more: {<<: *ten, stp: 5}\n",
        "more:",
        "scales.more.stp: expected a known key, found 'stp'; did you mean 'step'?",
    ),
    "key that is a number": (
        "unit: {",
        "5: {",
        "5: {",
        f"[5]: expected a known key, found 5; there are {KNOWN}.",
    ),
    "missing key": (
        "satisfaction: {items: [overall], label: {en: Satisfaction}}",
        "satisfaction: {items: [overall]}",
        "satisfaction: {",
        "outcomes.satisfaction.label: expected the key 'label', found none; add it.",
    ),
    "duplicate key": (
        "  respect: {items",
        "  speed: {items",
        "  speed: {items: [courtesy]",
        "expected each key once, found 'speed' again; remove or rename it.",
    ),
    "name with a space": (
        SPEED,
        SPEED.replace("speed", "fast service"),
        "fast service",
        "drivers.fast service: expected a name of Latin letters, digits and _ that starts with a letter, "
        "found 'fast service'; rename it.",
    ),
    "name in Arabic": (
        SPEED,
        SPEED.replace("speed", "السرعة"),
        "السرعة",
        "drivers.السرعة: expected a name of Latin letters, digits and _ that starts with a letter, "
        "found 'السرعة'; rename it.",
    ),
    "name that is a type of pydantic's": (
        SPEED,
        SPEED.replace("speed", "date") + " levr: process,",
        "levr",
        "drivers.date.levr: expected a known key, found 'levr'; did you mean 'lever'?",
    ),
    "survey id in capitals": (
        "id: clinic",
        "id: Clinic 1",
        "id:",
        "survey.id: expected a name of small Latin letters, digits and _, found 'Clinic 1'; rename it.",
    ),
    # types
    "number as label": (
        "label: {en: Satisfaction}",
        "label: {en: 5}",
        "{en: 5}",
        "outcomes.satisfaction.label.en: expected text, found 5; put it in quotes.",
    ),
    "truth as label": (
        "label: {en: Satisfaction}",
        "label: {en: true}",
        "{en: true}",
        "outcomes.satisfaction.label.en: expected text, found true; put it in quotes.",
    ),
    "date as label": (
        "label: {en: Satisfaction}",
        "label: {en: 2024-01-31}",
        "{en: 2024-01-31}",
        "outcomes.satisfaction.label.en: expected text, found 2024-01-31; put it in quotes.",
    ),
    "label without languages": (
        "label: {en: Satisfaction}",
        "label: Satisfaction",
        "label: Satisfaction",
        "outcomes.satisfaction.label: expected a mapping, found 'Satisfaction'; write it as {key: value}.",
    ),
    "label of nothing": (
        "label: {en: Satisfaction}",
        "label: {en: '  '}",
        "{en: '  '}",
        "outcomes.satisfaction.label.en: expected text, found an empty one; write it or remove the key.",
    ),
    "label in no language": (
        "label: {en: Satisfaction}",
        "label: {}",
        "label: {}",
        "outcomes.satisfaction.label: expected at least one entry, found none; add one.",
    ),
    "language spelled out": (
        "label: {en: Satisfaction}",
        "label: {english: Satisfaction}",
        "{english:",
        "outcomes.satisfaction.label.english: expected a language as two small letters, found 'english'; "
        "write en, ar or another code.",
    ),
    "item instead of a list": (
        "items: [overall]",
        "items: overall",
        "items: overall",
        "outcomes.satisfaction.items: expected a list, found 'overall'; write it as [a, b].",
    ),
    "no items": (
        "items: [overall]",
        "items: []",
        "items: []",
        "outcomes.satisfaction.items: expected at least one entry, found none; add one.",
    ),
    "truth in words": (
        "reversed: true",
        "reversed: yes",
        "reversed: yes",
        "items.courtesy.reversed: expected true or false, found 'yes'; correct it.",
    ),
    "choice that is near another": (
        "lever: front_line",
        "lever: frontline",
        "lever: frontline",
        "drivers.respect.lever: expected 'front_line', 'back_office', 'environment', 'process' or "
        "'customer_part', found 'frontline'; did you mean 'front_line'?",
    ),
    "choice that is near none": (
        "{weight: Weight",
        "{sample: quota, weight: Weight",
        "sample: quota",
        "design.sample: expected 'probability', 'opt_in' or 'census', found 'quota'; write one of them.",
    ),
    "column without a name": (
        "column: Calls",
        "column: ''",
        "column: ''",
        "items.calls.column: expected text, found an empty one; write it or remove the key.",
    ),
    "a huge value": (
        "column: Calls",
        f"column: {[[0] * 9] * 90}",
        "calls: {",
        "items.calls.column: expected text, found [[...], [...], [...], [...], [...], [...], ...]; write a text.",
    ),
    "target above 100": (
        "lever: front_line",
        "target: 101",
        "target: 101",
        "drivers.respect.target: expected 100 or less, found 101; correct it.",
    ),
    "target in words": (
        "lever: front_line",
        "target: high",
        "target: high",
        "drivers.respect.target: expected a number, found 'high'; correct it.",
    ),
    "optional in words": (
        "lever: front_line",
        "optional: sometimes",
        "optional: sometimes",
        "drivers.respect.optional: expected true or false, found 'sometimes'; correct it.",
    ),
    "optional outcome": (
        "kind: nps,",
        "kind: nps, optional: true,",
        "optional: true",
        "outcomes.recommend.optional: expected a known key, found 'optional'; there are items, label, min_items, "
        "target, kind, better.",
    ),
    "all drivers optional": (
        TWO_DRIVERS,
        TWO_DRIVERS.replace("{items:", "{optional: true, items:"),
        "drivers:",
        "drivers: expected a driver that is not optional, found none; remove 'optional' from one.",
    ),
    "nought items needed": (
        "min_items: 1",
        "min_items: 0",
        "min_items: 0",
        "drivers.speed.min_items: expected 1 or more, found 0; correct it.",
    ),
    "half an item needed": (
        "min_items: 1",
        "min_items: 1.5",
        "min_items: 1.5",
        "drivers.speed.min_items: expected a whole number, found 1.5; correct it.",
    ),
    "indicator whose range holds words": (
        "segments:",
        "indicators: {w: {column: W, statistic: mean, better: range, target: [1, x]}}\nsegments:",
        "indicators:",
        "indicators.w.target[1]: expected a number, found 'x'; correct it.",
    ),
    # scales
    "unknown type of scale": (
        "type: numeric",
        "type: numerik",
        "type: numerik",
        "scales.ten.type: expected 'likert', 'numeric', 'nps' or 'binary', found 'numerik'; did you mean 'numeric'?",
    ),
    "end in quotes": (
        "min: 0",
        "min: '0'",
        "min: '0'",
        "scales.ten.min: expected a number, found '0'; remove the quotes.",
    ),
    "endless end": (
        "min: 0",
        "min: -.inf",
        "min: -.inf",
        "scales.ten.min: expected a finite number, found -inf; correct it.",
    ),
    "end that is no number": (
        "min: 0",
        "min: .nan",
        "min: .nan",
        "scales.ten.min: expected a finite number, found nan; correct it.",
    ),
    "end beyond all numbers": (
        "min: 0",
        f"min: -1{'0' * 400}",
        "min: -1",
        "scales.ten.min: expected a number, found -10000000000000000...0000000000000000000; correct it.",
    ),
    "no end": (
        "min: 0, max: 10",
        "max: 10",
        "ten: {",
        "scales.ten: expected 'min' and 'max' for a numeric scale, found no 'min'; write the scale's own ends.",
    ),
    "min above max": (
        "min: 0, max: 10",
        "min: 10, max: 0",
        "min: 10",
        "scales.ten: expected 'min' below 'max', found min: 10 and max: 0; write the lower end first.",
    ),
    "min equal to max": (
        "min: 0, max: 10",
        "min: 3, max: 3",
        "min: 3",
        "scales.ten: expected 'min' below 'max', found min: 3 and max: 3; write the lower end first.",
    ),
    "step of nought": (
        "min: 0, max: 10",
        "min: 0, max: 10, step: 0",
        "step: 0",
        "scales.ten: expected a 'step' that leads from 0 to 10, found 0; correct it, or write step: any.",
    ),
    "step that leads past the end": (
        "min: 0, max: 10",
        "min: 0, max: 10, step: 3",
        "step: 3",
        "scales.ten: expected a 'step' that leads from 0 to 10, found 3; correct it, or write step: any.",
    ),
    "step in words": (
        "min: 0, max: 10",
        "min: 0, max: 10, step: all",
        "step: all",
        "scales.ten.step: expected a number or 'any', found 'all'; correct it.",
    ),
    "step on a likert scale": (
        "type: likert",
        "type: likert\n    step: 1",
        "quality:",
        "scales.quality: expected 'step' on a numeric scale only, found it on a likert scale; remove it.",
    ),
    "ends on a likert scale": (
        "type: likert",
        "type: likert\n    max: 3",
        "quality:",
        "scales.quality: expected no 'min' or 'max' on a likert scale, whose ends are its codes; remove them.",
    ),
    "ends on a binary scale": (
        "recommend: {type: nps}",
        "recommend: {type: binary, min: 0}",
        "min: 0}",
        "scales.recommend: expected no 'min' or 'max' on a binary scale, whose ends are its codes; remove them.",
    ),
    "nps with another range": (
        "{type: nps}",
        "{type: nps, min: 1}",
        "{type: nps, min: 1}",
        "scales.recommend: expected 0 to 10 for an nps scale, found 1 to 10; use type: numeric for another range.",
    ),
    "likert without codes": (
        "recommend: {type: nps}",
        "recommend: {type: likert}",
        "{type: likert}",
        "scales.recommend: expected 'codes' with at least two answers for a likert scale, found none; "
        "list every code with its label.",
    ),
    "binary with three codes": (
        "type: likert",
        "type: binary",
        "quality:",
        "scales.quality: expected two codes for a binary scale, found 3; use type: likert.",
    ),
    "code outside the scale": (
        "min: 0, max: 10}",
        "min: 0, max: 10, codes: {11: {en: Splendid}}}",
        "11:",
        "scales.ten: expected codes from 0 to 10, found 11; correct the code or the scale's ends.",
    ),
    "code in quotes": (
        "2: {en: Average",
        "'2': {en: Average",
        "'2':",
        "scales.quality.codes.2: expected a number, found '2'; remove the quotes.",
    ),
    "code in words": (
        "2: {en: Average",
        "two: {en: Average",
        "two:",
        "scales.quality.codes.two: expected a number, found 'two'; correct it.",
    ),
    "fault under a broken code": (
        "2: {en: Average",
        "2.5: {en: 7",
        "2.5:",
        "scales.quality.codes.2.5.en: expected text, found 7; put it in quotes.",
    ),
    "one label for two codes": (
        "en: Average",
        "en: poor",
        "codes:",
        "scales.quality.codes: expected each label to stand for one code, found 'poor' for both 1 and 2; "
        "give one of them another label in the scale's codes.",
    ),
    "code that is also missing": (
        "98: not_applicable",
        "3: not_applicable",
        "quality:",
        "scales.quality: expected codes and missing codes to differ, found 3 in both; remove it from one.",
    ),
    "code that is also missing, as text": (
        "98: not_applicable",
        "'٣': not_applicable",
        "quality:",
        "scales.quality: expected codes and missing codes to differ, found 3 in both; remove it from one.",
    ),
    "unknown kind of missing": (
        "98: not_applicable",
        "98: n/a",
        "98: n/a",
        f"scales.quality.missing[98]: expected {KINDS}, found 'n/a'; write one of them.",
    ),
    # references
    "unknown scale": (
        "column: Waiting, scale: quality",
        "column: Waiting, scale: qualty",
        "scale: qualty",
        "items.waiting.scale: expected the name of a scale, found 'qualty'; did you mean 'quality'?",
    ),
    "unknown item": (
        "items: [overall]",
        "items: [overal]",
        "items: [overal]",
        "outcomes.satisfaction.items[0]: expected the name of an item, found 'overal'; did you mean 'overall'?",
    ),
    "item in two drivers": (
        "items: [courtesy]",
        "items: [courtesy, calls]",
        "items: [courtesy, calls]",
        "drivers.respect.items[1]: expected an item in one driver only and never in a driver and an outcome, "
        "found 'calls' also in drivers.speed; remove it from one.",
    ),
    "item in a driver and an outcome": (
        "items: [overall]",
        "items: [calls]",
        "items: [calls]",
        "outcomes.satisfaction.items[0]: expected an item in one driver only and never in a driver and an "
        "outcome, found 'calls' also in drivers.speed; remove it from one.",
    ),
    "item twice in an outcome": (
        "items: [overall]",
        "items: [overall, overall]",
        "items: [overall, overall]",
        "outcomes.satisfaction.items[1]: expected each item once, found 'overall' again; remove it.",
    ),
    "column in two items": (
        "column: Calls",
        "column: Waiting",
        "calls: {",
        "items.calls.column: expected each column in one item, found 'Waiting' in 'waiting' and 'calls'; "
        "name another column or remove one of the items.",
    ),
    "driver and outcome of one name": (
        "satisfaction: {items",
        "speed: {items",
        "speed: {items: [overall]",
        "outcomes.speed: expected different names for drivers and outcomes, found 'speed' in both; rename one.",
    ),
    "more items needed than there are": (
        "min_items: 1",
        "min_items: 3",
        "min_items: 3",
        "drivers.speed.min_items: expected at most 2, the number of items, found 3; lower it or add items.",
    ),
    "nps of two items": (
        "items: [nps]",
        "items: [nps, overall]",
        "items: [nps, overall]",
        "outcomes.recommend.kind: expected one item for 'kind: nps', found 2; keep one or use kind: score.",
    ),
    "nps on another scale": (
        "column: Recommend, scale: recommend",
        "column: Recommend, scale: ten",
        "kind: nps",
        "outcomes.recommend.kind: expected an item on a scale of type nps for 'kind: nps', found 'nps' on a "
        "scale of type numeric; change the scale or use kind: score.",
    ),
    "answer mapped outside the scale": (
        "column: Waiting, scale: quality",
        "column: Waiting, scale: quality, answers: {so so: 5}",
        "so so",
        "items.waiting.answers.so so: expected a code of scale 'quality' (codes from 1 to 3 or their labels) "
        "or a kind of missing, found 5; correct it.",
    ),
    "answer mapped to an unknown kind": (
        "column: Waiting, scale: quality",
        "column: Waiting, scale: quality, answers: {so so: blnk}",
        "so so",
        f"items.waiting.answers.so so: expected a number or {KINDS}, found 'blnk'; did you mean 'blank'?",
    ),
    "mapped answer that is a number": (
        "column: Waiting, scale: quality",
        "column: Waiting, scale: quality, answers: {7: blank}",
        "7: blank",
        "items.waiting.answers[7]: expected text, found 7; put it in quotes.",
    ),
    "unknown control": (
        "design:",
        "controls: [langage]\ndesign:",
        "controls:",
        "controls[0]: expected the name of an item or segment, found 'langage'; did you mean 'language'?",
    ),
    "control that is a driver's item": (
        "design:",
        "controls: [courtesy]\ndesign:",
        "controls:",
        "controls[0]: expected a control that is in no driver and no outcome, found 'courtesy' in "
        "drivers.respect; remove it from one.",
    ),
    "control twice": (
        "design:",
        "controls: [language, language]\ndesign:",
        "controls:",
        "controls[1]: expected each control once, found 'language' again; remove it.",
    ),
    "expectation of an unknown driver": (
        "  respect: {desired",
        "  respct: {desired",
        "respct",
        "expectations.respct: expected the name of a driver, found 'respct'; did you mean 'respect'?",
    ),
    "expectation of an unknown item": (
        "{desired: hoped}",
        "{desired: wish}",
        "{desired: wish}",
        "expectations.respect.desired: expected the name of an item, found 'wish'; "
        "there are waiting, calls, courtesy, overall, nps, hoped.",
    ),
    "expectation that is a driver's item": (
        "{desired: hoped}",
        "{desired: courtesy}",
        "{desired: courtesy}",
        "expectations.respect.desired: expected an item that asks for this expectation only, found "
        "'courtesy' "
        "also in drivers.respect; correct one.",
    ),
    "expectation of nothing": (
        "{desired: hoped}",
        "{}",
        "respect: {}",
        "expectations.respect: expected 'desired', 'adequate' or both, found neither; add one.",
    ),
    # design
    "replicates without a method": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*'}",
        "design:",
        "design.replicate_weights: expected 'replicate_method' beside it, found none; write how the weights were "
        "made: jk1, jkn, brr, fay or bootstrap.",
    ),
    "replicates of an unknown method": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: acs}",
        "design:",
        "design.replicate_method: expected 'jk1', 'jkn', 'brr', 'fay' or 'bootstrap', found 'acs'; write one of them.",
    ),
    "replicates in no column": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: [], replicate_method: jk1}",
        "design:",
        "design.replicate_weights: expected at least two columns, found 0; list all of them.",
    ),
    "replicates that are a number": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 5, replicate_method: jk1}",
        "design:",
        "design.replicate_weights: expected text or a list, found 5; put it in quotes.",
    ),
    "replicates twice": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: [a, b, a], replicate_method: jk1}",
        "design:",
        "design.replicate_weights[2]: expected each column once, found 'a' again; remove it.",
    ),
    "full replicates without a weight": (
        "{weight: Weight, strata: Region, cluster: Branch}",
        "{replicate_weights: 'rw_*', replicate_method: jk1}",
        "design:",
        "design.replicate_weights: expected 'weight' beside full replicate weights, found none; name its column, or "
        "write combined_replicates: false if they are factors.",
    ),
    "fay without its factor": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: fay}",
        "design:",
        "design.replicate_method: expected 'fay_rho' for fay, found none; write the factor of Fay's method.",
    ),
    "factor of fay that leaves nothing to turn": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: fay, fay_rho: 1}",
        "design:",
        "design.fay_rho: expected a number from 0 to below 1, found 1; correct it.",
    ),
    "factor of fay below nought": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: fay, fay_rho: -0.1}",
        "design:",
        "design.fay_rho: expected a number from 0 to below 1, found -0.1; correct it.",
    ),
    "factor of fay for another method": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: brr, fay_rho: 0.3}",
        "design:",
        "design.fay_rho: expected it for fay only, found brr; remove it.",
    ),
    "scale of nought": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: brr, replicate_scale: 0}",
        "design:",
        "design.replicate_scale: expected a number above 0, found 0; correct it.",
    ),
    "scale of a replicate below nought": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: jkn, replicate_rscales: [1, -1]}",
        "design:",
        "design.replicate_rscales[1]: expected 0 or more, found -1; correct it.",
    ),
    "scales of replicates that are all nought": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: jkn, replicate_rscales: [0, 0]}",
        "design:",
        "design.replicate_rscales: expected numbers above 0, found none; write them.",
    ),
    "stratified jackknife without strata": (
        "strata: Region, cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: jkn}",
        "design:",
        "design.replicate_method: expected 'replicate_rscales' for jkn, or 'strata' and 'cluster' to work them out, "
        "found neither; list (n - 1) / n of the stratum for each replicate, or name the columns.",
    ),
    "finite population of bootstraps": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: bootstrap, fpc: N}",
        "design:",
        "design.fpc: expected it with replicates of jk1 or jkn, found bootstrap, whose weights hold the finite "
        "population where it counts; remove fpc.",
    ),
    "finite population of stated scales": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: jkn, replicate_rscales: [1, 1], fpc: N}",
        "design:",
        "design.fpc: expected it where the scales of replicates are worked out, found stated ones; multiply them by "
        "1 less the sampled part, and remove fpc.",
    ),
    "finite population of a stated scale": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: jk1, replicate_scale: 0.5, fpc: N}",
        "design:",
        "design.fpc: expected it where the scales of replicates are worked out, found stated ones; multiply them by "
        "1 less the sampled part, and remove fpc.",
    ),
    "strata that change under replicates": (
        "cluster: Branch}",
        "cluster: Branch, replicate_weights: 'rw_*', replicate_method: jk1, merge_strata: {all: [North, South]}}",
        "design:",
        "design.merge_strata: expected strata as they were when the replicate weights were made, found some that "
        "change; remove it.",
    ),
    **{
        f"{part} without replicates": (
            "cluster: Branch}",
            f"cluster: Branch, {part}: {value}}}",
            "design:",
            f"design.{part}: expected it beside 'replicate_weights', found none; name their columns or remove it.",
        )
        for part, value in {
            "replicate_method": "jk1",
            "replicate_scale": "1",
            "replicate_rscales": "[1]",
            "fay_rho": "0.3",
            "combined_replicates": "false",
            "replicate_center": "mean",
        }.items()
    },
    "merged strata without strata": (
        "strata: Region, cluster: Branch}",
        "cluster: Branch, merge_strata: {all: [North, South]}}",
        "design:",
        "design.merge_strata: expected it beside 'strata', found none; name the column of strata.",
    ),
    "whole strata without strata": (
        "strata: Region, cluster: Branch}",
        "cluster: Branch, certainty_strata: [North]}",
        "design:",
        "design.certainty_strata: expected it beside 'strata', found none; name the column of strata.",
    ),
    "one stratum merged with nothing": (
        "cluster: Branch}",
        "cluster: Branch, merge_strata: {all: [North]}}",
        "design:",
        "design.merge_strata.all: expected at least two strata to merge, found 1; list those that count as one.",
    ),
    "one stratum merged twice": (
        "cluster: Branch}",
        "cluster: Branch, merge_strata: {a: [North, South], b: [South, 5]}}",
        "design:",
        "design.merge_strata.b[0]: expected each stratum once, found 'South' also in 'a'; remove it from one.",
    ),
    "whole stratum that is merged": (
        "cluster: Branch}",
        "cluster: Branch, merge_strata: {all: [North, South]}, certainty_strata: [North]}",
        "design:",
        "design.certainty_strata[0]: expected a stratum as it is after merging, found 'North', which is part of "
        "'all'; take it out of one of them.",
    ),
    "whole stratum twice": (
        "cluster: Branch}",
        "cluster: Branch, certainty_strata: [5, '5']}",
        "design:",
        "design.certainty_strata[1]: expected each stratum once, found '5' again; remove it.",
    ),
    # waves and period
    "wave with too few values": (
        "[2024, spring]",
        "[2024]",
        "[2024]",
        "wave.order[1].values: expected one value for each of the wave's columns (Year, Round), found 1; "
        "write them in the order of the columns.",
    ),
    "wave twice": (
        "[2024, spring]",
        "['2023', spring]",
        "['2023', spring]",
        "wave.order[1]: expected each wave once, found '2023 spring' again; remove it.",
    ),
    "wave that is a fraction": (
        "[2024, spring]",
        "[2024.5, spring]",
        "2024.5",
        "wave.order[1].values[0]: expected text or a whole number, found 2024.5; put it in quotes.",
    ),
    "period by halves": (
        '{column: Day, format: "%Y-%m-%d"}',
        "{start: 2023}",
        "{start: 2023}",
        "period: expected either 'start' and 'end', or 'column' and 'format'; write one pair of the two.",
    ),
    "period that ends before it starts": (
        '{column: Day, format: "%Y-%m-%d"}',
        "{start: 2024, end: 2023}",
        "{start: 2024",
        "period: expected 'start' before 'end', found 2024 to 2023; swap them.",
    ),
    "period from a date to a year": (
        '{column: Day, format: "%Y-%m-%d"}',
        "{start: 2023-03-01, end: 2024}",
        "{start: 2023",
        "period: expected 'start' and 'end' both as years or both as dates; write them alike.",
    ),
    "date in quotes": (
        '{column: Day, format: "%Y-%m-%d"}',
        "{start: '2023-03-01', end: 2024-03-01}",
        "{start: '2023",
        "period.start: expected a date such as 2024-01-31 or a whole number, found '2023-03-01'; remove the quotes.",
    ),
    "format that does not tell the day": (
        '"%Y-%m-%d"',
        '"%d/%m"',
        '"%d/%m"',
        "period: expected a 'format' that tells the day, such as %Y-%m-%d, found '%d/%m'; correct it.",
    ),
    "format that is none": (
        '"%Y-%m-%d"',
        '"%Q"',
        '"%Q"',
        "period: expected a 'format' that tells the day, such as %Y-%m-%d, found '%Q'; correct it.",
    ),
    "format by which dates are guessed": (
        '"%Y-%m-%d"',
        "mixed",
        "format: mixed",
        "period: expected a 'format' that tells the day, such as %Y-%m-%d, found 'mixed'; correct it.",
    ),
    # YAML
    "tab": (
        "  calls: {",
        "\tcalls: {",
        "\tcalls",
        "expected spaces, found a tab; indent with spaces only.",
    ),
    "open bracket": (
        "{en: Satisfaction}}",
        "{en: Satisfaction}",
        "satisfaction: {",
        "expected the bracket that opens here to be closed, found something else; close it, or put a "
        "text that "
        "holds brackets, commas or quotes in quotes.",
    ),
    "open quote": (
        "{en: Satisfaction}",
        "{en: 'Satisfaction}",
        "'Satisfaction",
        "expected the quote that opens here to be closed, found the end of the file; close it.",
    ),
    "colon in a text": (
        "{file: answers.csv}",
        "\n  file: answers: csv",
        "answers: csv",
        "expected one 'key: value' pair, found a second ': '; put a text that holds ': ' in quotes.",
    ),
    "control character": (
        "A clinic",
        "A\x07clinic",
        "A\x07clinic",
        "expected text, found the control character U+0007; remove it.",
    ),
    "tag that runs a program": (
        "{en: Satisfaction}",
        "!!python/object/apply:os.system [ls]",
        "!!python",
        "expected plain YAML, found the tag 'tag:yaml.org,2002:python/object/apply:os.system'; remove it.",
    ),
    "tag of nobody": (
        "{en: Satisfaction}",
        "!mine {en: Satisfaction}",
        "!mine",
        "expected plain YAML, found the tag '!mine'; remove it.",
    ),
    "unknown alias": (
        "{en: Satisfaction}",
        "*other",
        "*other",
        "expected a known anchor, found the alias 'other'; define it or write it out.",
    ),
    "second document": (
        "unit:",
        "---\nunit:",
        "---",
        "expected one document, found a second one; remove the line '---'.",
    ),
    "key that is a mapping": (
        "unit:",
        "? {a: 1}\n: 2\nunit:",
        "? {a: 1}",
        "expected valid YAML, found a fault (found unhashable key); correct it.",
    ),
}


@pytest.mark.parametrize(("old", "new", "at", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_codebook_gets_one_sentence_with_its_line(
    tmp_path: Path, old: str, new: str, at: str, sentence: str
) -> None:
    text = changed(CODEBOOK, old, new)
    colon = ":" if sentence.startswith("expected ") else ","
    assert refusal(tmp_path, text) == f"codebook.yml, line {line_of(text, at)}{colon} {sentence}"


@pytest.mark.parametrize(("old", "new", "at", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_codebook_is_refused_in_the_same_words_with_windows_line_ends(
    tmp_path: Path, old: str, new: str, at: str, sentence: str
) -> None:
    text = changed(CODEBOOK, old, new)
    assert refusal(tmp_path, text.replace("\n", "\r\n")) == refusal(tmp_path, text)


def test_every_broken_rule_is_told(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "min: 0, max: 10", "min: 10, max: 0")
    text = changed(text, "reversed: true", "reversd: true")
    text = changed(text, "label: {en: Language}", "label: Language")
    assert refusal(tmp_path, text).splitlines() == [
        "codebook.yml, line "
        f"{line_of(text, 'ten: {')}, scales.ten: expected 'min' below 'max', found min: 10 "
        "and max: 0; write the lower end first.",
        f"codebook.yml, line {line_of(text, 'reversd')}, items.courtesy.reversd: expected a known key, found "
        "'reversd'; did you mean 'reversed'?",
        f"codebook.yml, line {line_of(text, 'label: Language')}, segments.language.label: expected a "
        "mapping, "
        "found 'Language'; write it as {key: value}.",
    ]


def test_every_broken_reference_is_told(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "items: [waiting, calls]", "items: [waitng, call, x]")
    line = line_of(text, "waitng")
    assert refusal(tmp_path, text).splitlines() == [
        f"codebook.yml, line {line}, drivers.speed.items[0]: expected the name of an item, found 'waitng'; "
        "did you mean 'waiting'?",
        f"codebook.yml, line {line}, drivers.speed.items[1]: expected the name of an item, found 'call'; "
        "did you mean 'calls'?",
        f"codebook.yml, line {line}, drivers.speed.items[2]: expected the name of an item, found 'x'; "
        "there are waiting, calls, courtesy, overall, nps, hoped.",
    ]


def test_a_wrong_entry_of_a_long_list_has_its_own_line(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "items: [waiting, calls]", "items:\n      [\n        waiting,\n        coals\n      ]")
    assert refusal(tmp_path, text) == (
        f"codebook.yml, line {line_of(text, 'coals')}, drivers.speed.items[1]: expected the name of an item, "
        "found 'coals'; did you mean 'calls'?"
    )


# A whole file that is no codebook

NO_MAPPING = "codebook.yml: expected a codebook, a mapping that starts with 'survey:', found "
START = "draft one from a file of answers with 'drivers init FILE', or start from the codebook of an example survey."
NESTED = "codebook.yml: expected a few levels, found brackets within brackets without end; correct them."
ODD_TAG = "codebook.yml: expected plain YAML, found a tag (!!…) that does not fit its value; remove the tag."
NO_CODEBOOK = {
    "empty": ("", f"{NO_MAPPING}an empty file; {START}"),
    "comments only": ("# a comment\n", f"{NO_MAPPING}an empty file; {START}"),
    "list": ("- survey\n- data\n", f"{NO_MAPPING}a list; {START}"),
    "text": ("hello", f"{NO_MAPPING}a single value; {START}"),
    "date": ("2024-01-31", f"{NO_MAPPING}a single value; {START}"),
    "UTF-16": (
        CODEBOOK.encode("utf-16"),
        "codebook.yml, line 1: expected text in UTF-8, found byte 0xff; save the codebook as UTF-8.",
    ),
    "Windows Arabic": (
        CODEBOOK.encode("cp1256"),
        "codebook.yml, line 3: expected text in UTF-8, found byte 0xda; save the codebook as UTF-8.",
    ),
    "deep list": ("[" * 1500, NESTED),
    "deep mapping": ("{a: " * 500 + "}" * 500, NESTED),
    "number that is none": ("survey: !!int ''", ODD_TAG),
    "truth that is none": ("survey: !!bool perhaps", ODD_TAG),
    "day that is none": (
        "survey: 2024-13-01",
        "codebook.yml: expected valid YAML, found a fault (month must be in 1..12); correct it.",
    ),
    "another mapping": (
        "a: 1",
        "\n".join(
            [
                *(
                    f"codebook.yml, {key}: expected the key {key!r}, found none; add it."
                    for key in ("survey", "data", "scales", "items", "drivers", "outcomes")
                ),
                f"codebook.yml, line 1, a: expected a known key, found 'a'; there are {KNOWN}.",
            ]
        ),
    ),
}


@pytest.mark.parametrize(("content", "sentence"), NO_CODEBOOK.values(), ids=NO_CODEBOOK)
def test_a_file_that_is_no_codebook_is_refused(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    assert refusal(tmp_path, content) == sentence


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodebookError) as refused:
        read_codebook(tmp_path)
    assert str(refused.value) == (f"Expected a codebook file, found the folder {tmp_path}; name the YAML file in it.")


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "absent.yml"
    with pytest.raises(CodebookError) as refused:
        read_codebook(str(path))
    assert str(refused.value) == (
        f"Expected a codebook at {path}, found no such file; check the path or name an example survey."
    )


@pytest.mark.parametrize(
    ("name", "reason"), [("a\0b.yml", "embedded null byte"), ("a" * 300 + ".yml", "File name too long")]
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    path = tmp_path / name
    with pytest.raises(CodebookError) as refused:
        read_codebook(path)
    assert str(refused.value) == (
        f"Expected a codebook at {str(path)!r}, found that it cannot be read ({reason}); "
        "check the path and its permissions."
    )


def test_aliases_that_multiply_stay_harmless(tmp_path: Path) -> None:
    # Ten to the ninth power entries, were they ever written out.
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    text = bomb + changed(CODEBOOK, "{en: Satisfaction}", "{en: *i}")
    sentences = refusal(tmp_path, text).splitlines()
    assert len(sentences) == 10
    assert sentences[0] == (
        f"codebook.yml, line {line_of(text, '*i}')}, outcomes.satisfaction.label.en: expected text, found "
        "[[...], [...], [...], [...], [...], [...], ...]; write a text."
    )


def test_an_alias_of_itself_stays_harmless(tmp_path: Path) -> None:
    assert refusal(tmp_path, CODEBOOK + "controls: &c [*c]\n") == (
        f"codebook.yml, line {CODEBOOK.count(chr(10)) + 1}, controls[0]: expected text, found [[...]]; write a text."
    )


# Whatever is in the file

SNIPPETS = st.sampled_from(
    [
        *(line + "\n" for line in CODEBOOK.splitlines()),
        *":-?!&*|>'\"%@`{}[],#\t\n",
        *("<<: ", "*a ", "&a ", "!!int ", "!!set ", "!!omap ", "!!binary ", "---\n", "...\n"),
        " ",
        "    ",
        "2024-02-30",
        "0x1F",
        ".nan",
        "1e999",
        "null",
        "~",
        "\x85",
        "\u2028",
        "\ufeff",
    ]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("codebooks")


@settings(deadline=None)  # parsing may wait for a busy machine
@given(content=st.binary(max_size=300) | st.lists(SNIPPETS, max_size=30).map("".join).map(str.encode))
@example(content=b"!!timestamp x")
@example(content=b"%YAML 1.1\n---\na: 1.e5")
@example(content=b"? [a]\n: 1")
@example(content=b"survey: !!omap [a: 1, a: 2]")
def test_no_file_raises_anything_but_a_codebook_error(folder: Path, content: bytes) -> None:
    try:
        read(folder, content)
    except CodebookError as refused:
        assert str(refused)


LINES = CODEBOOK.splitlines(keepends=True)


@settings(deadline=None)  # parsing may wait for a busy machine
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(LINES) - 1),
            st.sampled_from(["drop", "double", "swap", "number", "text", "null", "list", "indent"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_damage_to_lines_raises_anything_but_a_codebook_error(folder: Path, damages: list) -> None:
    lines = list(LINES)
    for at, damage in damages:
        key = lines[at].split(":")[0]
        lines[at] = {
            "drop": "",
            "double": lines[at] * 2,
            "swap": lines[at - 1],
            "number": f"{key}: 5\n",
            "text": f"{key}: text\n",
            "null": f"{key}:\n",
            "list": f"{key}: [1, a, {{b: 2}}]\n",
            "indent": f"  {lines[at]}",
        }[damage]
    try:
        read(folder, "".join(lines))
    except CodebookError as refused:
        for sentence in str(refused).splitlines():
            assert sentence.startswith("codebook.yml")
            assert sentence.endswith((".", "?"))
            assert "; " in sentence


def test_lines_are_those_of_the_deepest_part_that_exists() -> None:
    lines = Lines("a:\n  1: {x: 1}\n  b:\n    - u\n    - {v: 1,\n       w: 2}\n")
    found = [lines.find(path) for path in [("a",), ("a", 1), ("a", "1"), ("a", "b", 1, "w"), ("a", "b", 7), ("z",)]]
    assert found == [1, 2, 2, 6, 3, None]
    assert lines.has(("a", "b", 0)) and not lines.has(("a", "b", 0, 0))
