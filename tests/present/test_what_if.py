"""Pieces on changes: whole sentences in both languages, dots where the effects are, tables with their numbers."""

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D

import drivers as kda
from drivers.decisions.changes.changed_result import WhatIfResult
from drivers.decisions.changes.each_driver_result import WhatIfTable
from drivers.decisions.changes.promises_result import PromisesResult
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, PAPER, WIDE
from drivers.present.isolation import plain
from drivers.present.sentences.what_if import (
    amount,
    cap_sentences,
    change_sentences,
    effect_decimals,
    limits,
    promise_caps,
    promise_sentences,
    table_sentences,
    together_sentences,
)
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.shown import LONG, labelled
from tests.simulated import make_survey

LABELS = {
    "respect": {"en": "Respect", "ar": "الاحترام"},
    "speed": {"en": "Speed", "ar": "سرعة الاستجابة"},
    "welcome": {"en": "Welcome", "ar": "الترحيب"},
    "satisfaction": {"en": "Overall satisfaction", "ar": "الرضا العام"},
    "recommend": {"en": "Recommendation", "ar": "التوصية"},
}


def make(folder: Path, labels: dict[str, dict[str, str]]) -> Survey:
    """Respect goes with satisfaction, welcome with nothing; speed stands near the end of its scale; hopes cost."""
    rng = np.random.default_rng(11)
    common = rng.standard_normal(600)
    respect, welcome = (np.clip(60 + 10 * common + 12 * rng.standard_normal(600), 0, 100) for _ in range(2))
    speed = np.clip(98 + 4 * rng.standard_normal(600), 0, 100)
    hoped = np.clip(70 + 15 * rng.standard_normal(600), 0, 100)
    y = 30 + 0.3 * respect + 0.2 * speed - 0.2 * hoped + 6 * rng.standard_normal(600)
    brings = np.clip(np.round(y / 8 + rng.standard_normal(600)), 0, 10)
    make_survey(
        folder,
        drivers={"respect": respect, "speed": speed, "welcome": welcome, "hoped": hoped},
        outcomes={"satisfaction": np.clip(y, 0, 100), "recommend": brings},
        nps=["recommend"],
    )
    path = folder / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    del book["drivers"]["hoped"]
    path.write_text(json.dumps(book), encoding="utf-8")
    return labelled(folder, labels, expectations={"respect": {"desired": "hoped_1"}})


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return make(tmp_path_factory.mktemp("supposed"), LABELS)


@pytest.fixture(scope="module")
def result(survey: Survey) -> WhatIfTable:
    return kda.what_if_table(survey)


@pytest.fixture(scope="module")
def changed(survey: Survey) -> WhatIfResult:
    return kda.what_if(survey, {"respect": 5, "speed": 10}, expectations={"respect": -3})


@pytest.fixture(scope="module")
def promised(survey: Survey) -> PromisesResult:
    return kda.what_if_promises(survey)


@pytest.fixture(scope="module")
def english(survey: Survey) -> Words:
    return kda.wording("en", survey.labels)


@pytest.fixture(scope="module")
def arabic(survey: Survey) -> Words:
    return kda.wording("ar", survey.labels)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def piece(shown: Result, words: Words, as_: str) -> str:
    return str(bundle(shown, words, as_=as_)["text/html"])


def told(effect: Any) -> tuple[str, str, str]:
    """Size and limits as a sentence writes them: two digits of less than a point."""
    digits = 1 if abs(effect[0]) >= 1 else 2
    estimate, low, high = (f"{value:.{digits}f}" for value in (abs(effect[0]), *effect[2:]))
    return estimate, low.replace("-", "−"), high.replace("-", "−")


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("result", ("effects", "method", "glossary")),
        ("changed", ("effect", "method", "glossary")),
        ("promised", ("promises", "method")),
    ],
)
def test_pieces_speak_both_languages(
    name: str, ways: tuple[str, ...], english: Words, arabic: Words, request: pytest.FixtureRequest
) -> None:
    shown = request.getfixturevalue(name)
    for way in ways:
        first, second = (piece(shown, words, way) for words in (english, arabic))
        assert first and first.count("<p>") == second.count("<p>") and first.count("<tr>") == second.count("<tr>")
        bare = text(re.sub(r"<svg.*?</svg>", "", second, flags=re.DOTALL)).replace("HC3", "").replace(" t.", "")
        assert not re.search("[A-Za-z]", bare)


def test_the_best_step_is_told_as_the_vocabulary_has_it(result: WhatIfTable, english: Words, arabic: Words) -> None:
    e, low, high = told(result.effects["alone"][:, 0, 0])
    n, *_ = told(result.effects["alone"][:, 1, 0])
    assert [plain(one) for one in table_sentences(result, english)] == [
        f"If the association is causal, rating “Respect” 5 points higher would go with a rise of {e} points in overall "
        f"satisfaction (95% confidence interval {low} to {high}).",
        f"The same step would also go with a rise of {n} points in the Net Promoter Score.",
        "For “Welcome”, no sure change in overall satisfaction would go with the step alone.",
    ]
    assert plain(table_sentences(result, arabic)[0]) == (
        "إذا كانت العلاقة سببية، فإن تحسّن تقييم جانب «الاحترام» بمقدار 5 نقاط يقابله ارتفاع متوقع في الرضا العام "
        f"بمقدار {e} نقطة (فترة الثقة 95%: من {low} إلى {high})."
    )
    assert plain(table_sentences(result, arabic)[2]) == (
        "وفيما يخص «الترحيب»، لا يقابل الخطوةَ وحدها تغيّر مؤكد في الرضا العام."
    )


def test_with_the_others_it_is_more_and_why_that_may_be_too_much(result: WhatIfTable, english: Words) -> None:
    e, low, high = told(result.effects["together"][:, 0, 0])
    assert plain(together_sentences(result, english)[0]) == (
        f"If the other aspects went along, as they do in the answers, the same step would go with a rise of {e} points "
        f"in overall satisfaction (95% confidence interval {low} to {high})."
    )
    bigger = dict(result.effects)
    bigger["together"] = 2 * result.effects["alone"]
    told_more = together_sentences(replace(result, effects=MappingProxyType(bigger)), english)
    assert plain(told_more[-1]) == (
        "The larger of these two numbers may partly come from people who rate everything alike; the smaller one is the "
        "safer guide."
    )


def test_a_step_that_is_cut_is_told_with_what_is_left(result: WhatIfTable, english: Words, arabic: Words) -> None:
    place = result.drivers.index("speed")
    left = f"{result.moves['alone'][place]:.1f}"
    assert result.caps["alone"][place] == "scale"
    assert [plain(one) for one in cap_sentences(result, english)] == [
        f"The step is smaller where it reaches the end of the scale: “Speed” ({left} points)."
    ]
    assert [plain(one) for one in cap_sentences(result, arabic)] == [
        f"الخطوة أصغر حيث تبلغ طرف المقياس: «سرعة الاستجابة» ({left} نقطة)."
    ]
    seen = replace(result, caps=MappingProxyType({"alone": ("", "seen", ""), "together": ("along", "seen", "")}))
    assert [plain(one) for one in cap_sentences(seen, english)] == [
        f"The step is smaller where no mean beyond it has been seen so far: “Speed” ({left} points).",
        "With the others going along, the step is smaller still, so that none of them passes the end of the scale: "
        "“Respect”.",
    ]


def without(result: WhatIfTable, **how: Any) -> WhatIfTable:
    """The table with moves of no points, or with p-values of 1."""
    effects = {moving: 0 * values for moving, values in result.effects.items()}
    moves = {moving: np.zeros(len(result.drivers)) for moving in result.moves}
    if how.get("unsure"):
        ones = {moving: np.ones_like(values) for moving, values in result.p_adjusted.items()}
        return replace(result, p_adjusted=MappingProxyType(ones))
    return replace(result, effects=MappingProxyType(effects), moves=MappingProxyType(moves))


def test_where_nothing_is_sure_or_can_be_moved_it_is_said(result: WhatIfTable, english: Words) -> None:
    _, low, high = told(result.effects["alone"][:, 0, 0])
    unsure = [plain(one) for one in table_sentences(without(result, unsure=True), english)]
    assert unsure == [
        "If the association is causal, rating “Respect” 5 points higher would go with no sure change in overall "
        f"satisfaction (95% confidence interval {low} to {high}).",
        "For “Speed” and “Welcome”, no sure change in overall satisfaction would go with the step alone.",
    ]
    still = without(result)
    assert plain(table_sentences(still, english)[0]) == (
        "Nothing beyond the present mean of “Respect” has been seen, so that nothing is told of a step."
    )
    assert plain(cap_sentences(still, english)[-1]) == (
        "No step is possible where nothing beyond the present mean has been seen: “Respect”, “Speed” and “Welcome”."
    )


def test_a_narrow_interval_is_told_in_hundredths(survey: Survey, result: WhatIfTable) -> None:
    words = kda.wording("en", survey.labels)
    measure = result.measures[0]
    for effect, told in (
        ((1.23, 0.04, 1.15, 1.31), ("1.23 points", "1.15", "1.31")),
        ((1.23, 0.10, 1.05, 1.41), ("1.2 points", "1.1", "1.4")),
        ((0.62, 0.20, 0.21, 1.03), ("0.62 points", "0.21", "1.03")),
    ):
        said = amount(measure, effect[0], words, effect_decimals(effect))
        ends = limits(effect, "higher", words)
        assert (plain(said), plain(ends["low"]), plain(ends["high"])) == told


def test_a_step_down_is_told_in_sizes(survey: Survey, english: Words) -> None:
    down = kda.what_if_table(survey, step=-5)
    effect = down.effects["alone"][:, 0, 0]
    digits = 1 if abs(effect[0]) >= 1 else 2
    e, low, high = (f"{value:.{digits}f}" for value in (-effect[0], -effect[3], -effect[2]))
    assert plain(table_sentences(down, english)[0]) == (
        f"If the association is causal, rating “Respect” 5 points lower would go with a fall of {e} points in overall "
        f"satisfaction (95% confidence interval {low} to {high})."
    )
    assert "What would go with a rating 5 points lower" in text(piece(down, english, "effects"))


def test_several_changes_at_once(changed: WhatIfResult, english: Words, arabic: Words) -> None:
    e, low, high = told(changed.effect[:, 0])
    n, *_ = told(changed.effect[:, 1])
    speed = f"{changed.moves[1]:.1f}"
    assert [plain(one) for one in change_sentences(changed, english)] == [
        f"The changes looked at, all other aspects staying as they are: the rating of “Respect” 5 points higher, the "
        f"rating of “Speed” {speed} points higher and the level hoped for of “Respect” 3 points lower.",
        f"If the association is causal, a rise of {e} points in overall satisfaction would go with them (95% "
        f"confidence interval {low} to {high}).",
        f"The same changes would also go with a rise of {n} points in the Net Promoter Score.",
        f"Smaller than asked for, since the end of the scale is reached: the rating of “Speed” ({speed} points, asked "
        "for: 10).",
    ]
    assert plain(change_sentences(changed, arabic)[0]) == (
        "التغييرات المفترضة مع ثبات بقية الجوانب: تقييم جانب «الاحترام» أعلى بمقدار 5 نقاط وتقييم جانب «سرعة "
        f"الاستجابة» أعلى بمقدار {speed} نقطة والمستوى المأمول لجانب «الاحترام» أقل بمقدار 3 نقاط."
    )
    beyond = replace(changed, says=("beyond", "unclear"))
    assert [plain(one) for one in change_sentences(beyond, english)][1:3] == [
        "If the association is causal, more than overall satisfaction can change would go with them, so that no number "
        "is given.",
        "No sure change would go with them in the Net Promoter Score.",
    ]


def test_promises(promised: PromisesResult, english: Words, arabic: Words) -> None:
    assert promised.says("promise", 0) == ("higher",)
    said = [plain(one) for one in promise_sentences(promised, english)]
    assert (
        said[-1]
        == "With the same rating, those who hoped for less have a higher level of overall satisfaction: “Respect”."
    )
    assert plain(promise_sentences(promised, arabic)[-1]) == (
        "عند تساوي التقييم، يرتفع مستوى الرضا العام لدى من كان المستوى المأمول لديهم أدنى، وذلك فيما يخص «الاحترام»."
    )
    surely = {doing: 0 * values for doing, values in promised.p_adjusted.items()}
    first = replace(promised, p_adjusted=MappingProxyType(surely))
    assert first.says("difference", 0) == ("higher",)
    assert plain(promise_sentences(first, english)[0]) == (
        "If the association is causal, a better rating would go with a better level of overall satisfaction than a "
        "hope that is lower by as much: “Respect”."
    )
    never = {doing: np.ones_like(values) for doing, values in promised.p_adjusted.items()}
    assert [
        plain(one) for one in promise_sentences(replace(promised, p_adjusted=MappingProxyType(never)), english)
    ] == [
        "For “Respect” the answers do not tell which of the two ways would go with more.",
        "With the same rating, no sure difference in overall satisfaction is seen between those who hoped for less and "
        "those who hoped for more.",
    ]
    cut = replace(promised, caps=("seen",), moves=np.array([2.5]))
    assert [plain(one) for one in promise_caps(cut, english)] == [
        "Both steps are smaller where nothing beyond them has been seen so far: “Respect” (2.5 points)."
    ]
    still = replace(promised, moves=np.array([0.0]))
    assert still.says("deliver", 0) == still.says("difference", 0) == ("no_room",)
    assert [plain(one) for one in promise_caps(still, arabic)] == [
        "لا خطوة ممكنة حيث لم يُرصد ما هو أبعد من المتوسط الحالي: «الاحترام»."
    ]
    assert "asked after the service" in text(piece(promised, english, "promises"))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_dots_stand_where_the_effects_are(survey: Survey, result: WhatIfTable, language: str, width: float) -> None:
    drawing = kda.figures.what_if_dots(result, kda.wording(language, survey.labels)).canvas(width)
    dots = [a for a in drawing.figure.get_children() if isinstance(a, Line2D) and a.get_marker() == "o"]
    # Two in the legend come first.
    places = [float(np.asarray(dot.get_xdata())[0]) for dot in dots[2:]]
    effects = [result.effects[moving][0, 0, j] for j in result.order() for moving in ("alone", "together")]
    slope, start = np.polyfit(effects, places, 1)
    assert (slope > 0) == (language == "en")
    assert slope * np.array(effects) + start == pytest.approx(places, abs=1e-9)
    assert [dot.get_markerfacecolor() == PAPER for dot in dots[2:]] == [False, True] * 3
    # Pale is what is not sure: welcome alone.
    pale = [dot.get_markerfacecolor() for dot in dots[2::2]]
    assert pale[0] == pale[result.order().index(1)] != pale[result.order().index(2)]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [WIDE, NARROW, 320])
def test_long_names_overlap_nowhere(tmp_path: Path, language: str, width: float) -> None:
    names = dict(zip(("respect", "speed", "welcome"), LONG, strict=False))
    labels = {**LABELS, **{name: {"en": en, "ar": ar} for name, (en, ar) in names.items()}}
    survey = make(tmp_path, labels)
    words = kda.wording(language, survey.labels)
    for drawing in (
        kda.figures.what_if_dots(kda.what_if_table(survey), words),
        kda.figures.promise_dots(kda.what_if_promises(survey), words),
    ):
        canvas = drawing.canvas(width)
        boxes = [canvas.box(artist) for _, artist in canvas.texts]
        assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]
        assert all(box.left >= 0 and box.right <= width and box.bottom <= canvas.height for box in boxes)


def test_tables_hold_the_result_s_numbers(
    result: WhatIfTable, changed: WhatIfResult, promised: PromisesResult, english: Words
) -> None:
    def number(cell: str) -> float:
        return float(plain(cell).replace("−", "-"))

    rows = tables.what_if_table(result, english).rows
    assert [plain(row[0]) for row in rows] == [LABELS[result.drivers[j]]["en"] for j in result.order()]
    first = result.order()[0]
    assert [number(cell) for cell in rows[0][2:5]] == pytest.approx(
        result.effects["alone"][[0, 2, 3], 0, first], abs=0.005
    )
    assert [number(cell) for cell in rows[0][6:9]] == pytest.approx(
        result.effects["together"][[0, 2, 3], 0, first], abs=0.005
    )
    assert [plain(row[5]) for row in rows] == ["A rise", "A rise", "No sure change"]
    every = tables.what_if_all_table(result, english).rows
    assert [plain(row[1]) for row in every[:2]] == ["Overall satisfaction", "Recommendation: Net Promoter Score"]
    assert len(every) == 3 * 2
    shown = tables.changes_table(changed, english).rows
    assert number(shown[0][1]) == pytest.approx(changed.base[0], abs=0.05)
    assert number(shown[1][2]) == pytest.approx(changed.effect[0, 1], abs=0.005)
    moved = [[plain(cell) for cell in row] for row in tables.company_table(changed, english).rows]
    assert [row[0] for row in moved] == ["Respect", "Speed", "Respect: level hoped for"]
    assert moved[2][2:] == ["−3.0", "−3.0", "—", "—"]
    (row,) = tables.promises_table(promised, english).rows
    assert [number(cell) for cell in row[9:]] == pytest.approx(
        promised.effects["difference"][[0, 2, 3], 0, 0], abs=0.005
    )


def test_numbers_travel_with_the_page(result: WhatIfTable, english: Words) -> None:
    content = bundle(result, english, as_="effects")["application/vnd.drivers.shown+json"]
    assert (content["section"], content["heading"]) == ("what_if", "What if it were better?")
    assert len(content["records"]) == 2 * 2 * 3
    assert content["details"]["sliders"]["drivers"] == ["respect", "speed", "welcome"]


@pytest.mark.parametrize(
    ("analysis", "as_", "code", "said"),
    [
        (
            "what_if_table",
            "effects",
            Code("few_in_wave", {"needed": 10}),
            "What would go with better ratings cannot be told: ",
        ),
        ("what_if_table", "effects", Code("suppressed", {"needed": 10}), ""),
        ("what_if_promises", "promises", Code("no_expectations"), ""),
        (
            "what_if_promises",
            "promises",
            Code("few_in_wave", {"needed": 10}),
            "Whether to deliver more or to promise less cannot be told: ",
        ),
    ],
)
def test_without_an_answer_the_reason_is_told(
    english: Words, arabic: Words, analysis: str, as_: str, code: Code, said: str
) -> None:
    nothing: Any = Unanswered(analysis=analysis, reasons=(code,))
    shown = text(piece(nothing, english, as_))
    assert shown.startswith(said) and bool(shown) == bool(said)
    assert bool(piece(nothing, arabic, as_)) == bool(said)
    assert not piece(nothing, english, "method")


def test_labels_of_any_kind_are_text_and_nothing_else(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    survey = make(tmp_path, {name: {"en": f"{hostile}{name}", "ar": f"{hostile}{name}"} for name in LABELS})
    words = kda.wording("en", survey.labels)
    for shown, as_ in (
        (kda.what_if_table(survey), "effects"),
        (kda.what_if(survey, {"respect": 5}, expectations={"respect": -5}), "effect"),
        (kda.what_if_promises(survey), "promises"),
    ):
        made = piece(shown, words, as_)
        assert "<script>" not in made and "&lt;script&gt;" in made
