"""Changes between waves in words, tables and pictures."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import drivers as kda
from drivers.present import tables
from drivers.present.channel import bundle
from drivers.present.figures.canvas import NARROW, SOFT, STRONG, WIDE
from drivers.present.isolation import plain
from drivers.present.sentences.waves import (
    change_sentences,
    importance_sentences,
    level_sentences,
    pairs_sentences,
    plan_sentences,
    untold_sentences,
)
from drivers.present.words import Words
from drivers.results import Code, Unanswered
from drivers.survey.data import Survey
from drivers.waves.break_result import ChangePointResult
from drivers.waves.change_result import WaveChangeResult
from drivers.waves.effects_result import WaveEffectsResult
from drivers.waves.plan_result import NextWaveResult


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center").select(wave="2024Q2")


@pytest.fixture(scope="module")
def change(survey: Survey) -> WaveChangeResult:
    return kda.wave_change(survey)


@pytest.fixture(scope="module")
def effects(survey: Survey) -> WaveEffectsResult:
    return kda.wave_effects(survey, n_boot=400)


@pytest.fixture(scope="module")
def levels(survey: Survey) -> ChangePointResult:
    return kda.change_points(survey, mix=("age", "sex"), n_boot=400)


@pytest.fixture(scope="module")
def plan(survey: Survey) -> NextWaveResult:
    return kda.next_wave(survey, drivers=["speed"])


def text(html: str) -> str:
    return plain(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)))


def said(sentences: list[str]) -> str:
    return " ".join(plain(sentence) for sentence in sentences)


def english(survey: Survey) -> Words:
    return kda.wording("en", survey.labels)


def made(change: WaveChangeResult, estimate: list[float], reach: list[float]) -> WaveChangeResult:
    """The same with other parts."""
    center, width = np.array(estimate), np.array(reach)
    by_driver = change.reported.by_driver.copy()
    by_driver[:, :] = by_driver - by_driver[0].mean() + center[2] / by_driver.shape[1]
    own = replace(
        change.reported,
        estimate=center,
        conf_low=center - width,
        conf_high=center + width,
        by_driver=by_driver,
        p_by_driver=np.ones(by_driver.shape[1]),
        mix=("age", "sex"),
        sample=replace(change.reported.sample, n_asked=change.reported.sample.n),
    )
    return replace(change, reported=own)


def test_a_change_is_told_part_by_part(survey: Survey, change: WaveChangeResult) -> None:
    told = change.reported
    value = {
        name: tuple(f"{x:.1f}" for x in (told.estimate[i], told.conf_low[i], told.conf_high[i]))
        for i, name in enumerate(("change", "who", "performance", "rest"))
    }
    (d, low, high), (p, p_low, p_high) = value["change"], value["performance"]
    speed, information = (f"{told.by_driver[0][told.drivers.index(name)]:.1f}" for name in ("speed", "information"))
    assert said(change_sentences(change, english(survey))) == (
        f"Overall satisfaction rose by {d} points from “First quarter 2024” to “Second quarter 2024” "
        f"(95% confidence interval: {low} to {high}). This is about those who rated every aspect, "
        f"{told.sample.n:,} of {told.sample.n_asked:,}; among all who answered the change is +{told.everyone[0]:.1f} "
        f"points (+{told.everyone[1]:.1f} to +{told.everyone[2]:.1f}). No clear part of the change goes with who "
        "answered (compared by “Type of customer”, “Age”, “Sex”, “Survey language” and “Region”). Performance "
        "changed: the ratings of the aspects, with who answered held constant, go with a rise of "
        f"{p} points ({p_low} to {p_high}). Aspects whose part is more than chance alone explains, in points: "
        f"“Speed” (+{speed}) and “Information” (+{information}). "
        "What the aspects leave unexplained is no more than chance alone explains."
    )


def test_a_change_of_who_answered_alone_says_nothing_of_the_service(survey: Survey, change: WaveChangeResult) -> None:
    other = made(change, [-2.1, -2.5, 0.3, 0.1], [1.0, 0.5, 1.0, 1.0])
    assert said(change_sentences(other, english(survey))) == (
        "Overall satisfaction fell by 2.1 points from “First quarter 2024” to “Second quarter 2024” (95% confidence "
        "interval: 1.1 to 3.1). Other people answered (compared by “Age” and “Sex”): that by itself goes with a fall "
        "of 2.5 points (2.0 to 3.0). With who answered held constant, no clear part goes with the ratings of the "
        "aspects. What the aspects leave unexplained is no more than chance alone explains. So nothing here shows that "
        "the service itself got better or worse."
    )
    assert said(change_sentences(other, kda.wording("ar", survey.labels))) == (
        "انخفض الرضا العام بمقدار 2.1 نقطة من دورة «الربع الأول 2024» إلى دورة «الربع الثاني 2024» (فترة الثقة 95%: من "
        "1.1 إلى 3.1). تغيّر تركيب المشاركين (بحسب «العمر» و«الجنس»): يقابله وحده انخفاض قدره 2.5 نقطة (من 2.0 إلى "
        "3.0). مع تثبيت تركيب المشاركين لا يقابل تقييمَ الجوانب جزء مؤكد من التغيّر. وما لا تفسّره الجوانب لا يتجاوز ما "
        "تفسّره الصدفة وحدها. فلا شيء هنا يدل على أن الخدمة نفسها تحسّنت أو تراجعت."
    )


def test_what_is_open_and_what_is_not_explained_is_said(survey: Survey, change: WaveChangeResult) -> None:
    other = made(change, [0.4, -0.1, -1.0, 1.5], [1.0, 0.5, 1.5, 1.0])
    told = said(change_sentences(other, english(survey)))
    assert told.startswith(
        "No clear change in overall satisfaction from “First quarter 2024” to “Second quarter 2024”: the estimate is "
        "+0.4 points (95% confidence interval: −0.6 to +1.4)."
    )
    assert told.endswith("A rise of 1.5 points (0.5 to 2.5) is not explained by the aspects that were asked about.")
    untold = replace(other, reported=replace(other.reported, mix=(), method="none"))
    assert "Whether other people answered than before cannot be told." in said(
        change_sentences(untold, english(survey))
    )


def test_pairs_are_told_with_all_waves_looked_at_together(survey: Survey, change: WaveChangeResult) -> None:
    assert said(pairs_sentences(change, english(survey))) == (
        "A clear change goes with who answered from “First quarter 2023” to “Second quarter 2023” and from “Second "
        "quarter 2023” to “Third quarter 2023”. A clear change goes with the ratings of the aspects from “First "
        "quarter 2024” to “Second quarter 2024”."
    )
    nothing = replace(change, p_adjusted=np.ones_like(change.p_adjusted))
    assert said(pairs_sentences(nothing, english(survey))) == (
        "With all waves looked at together, no part of any change is more than chance alone explains."
    )
    few = replace(change, left_out={("2023Q1", "2023Q2"): "few_in_wave"})
    assert said(pairs_sentences(few, english(survey))).endswith(
        "Nothing is told of the change from “First quarter 2023” to “Second quarter 2023”: too few answered, or their "
        "answers do not allow it."
    )
    rows = [[plain(cell) for cell in row] for row in tables.change_pairs_table(few, english(survey)).rows]
    assert rows[-1] == ["Second quarter 2023", "First quarter 2023", "too few", "—", "—", "—", "—"]
    starred = {(row[0], i) for row in rows for i, cell in enumerate(row) if cell.endswith("*")}
    assert ("Second quarter 2023", 3) in starred and ("Second quarter 2024", 4) in starred


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("mix_not_asked", "not filled in for many in one of the waves."),
        ("mix_coded_differently", "the groups are not the same in all waves."),
        ("mix_too_few", "there are too few people in most groups."),
        ("mix_one_group", "in one of the waves hardly anybody is outside the largest group."),
    ],
)
def test_columns_that_tell_nothing_are_named(survey: Survey, why: str, told: str) -> None:
    sentence = said(untold_sentences({"age": why, "shoe": why}, english(survey)))
    assert sentence == f"Who answered could not be compared by “Age” and “shoe”: {told}"


def test_importance_changed_only_by_the_test(survey: Survey, effects: WaveEffectsResult) -> None:
    assert said(importance_sentences(effects, english(survey))) == (
        "Importance changed from “Third quarter 2023” to “Fourth quarter 2023”, more than chance alone explains. More "
        "closely tied to overall satisfaction than before: “Speed”. Less closely tied to overall satisfaction than "
        "before: “Respect”. Importance changed from “Fourth quarter 2023” to “First quarter 2024”, more than chance "
        "alone explains. More closely tied to overall satisfaction than before: “Respect”. Less closely tied to "
        "overall satisfaction than before: “Speed”. Between the other waves nothing shows that it changed."
    )
    quiet = tuple(replace(pair, p_adjusted=1.0) for pair in effects.pairs)
    assert said(importance_sentences(replace(effects, pairs=quiet, p_all_adjusted=1.0), english(survey))) == (
        "Nothing shows that importance changed from one wave to the next: the waves differ no more than chance alone "
        "explains."
    )
    assert said(importance_sentences(replace(effects, pairs=quiet), english(survey))) == (
        "Importance was not the same in all waves, but no step from one wave to the next stands out."
    )
    unclear = tuple(replace(pair, p_driver=np.ones(len(effects.drivers))) for pair in effects.pairs)
    assert "Of which aspect cannot be told." in said(
        importance_sentences(replace(effects, pairs=unclear), english(survey))
    )


def test_waves_that_are_not_compared_are_named(survey: Survey, effects: WaveEffectsResult) -> None:
    few = replace(effects, left_out={"2023Q2": "few_units"})
    assert said(importance_sentences(few, english(survey))).endswith(
        "Waves with too few answers for this comparison: “Second quarter 2023”."
    )


def test_lasting_changes_are_told_with_their_levels(survey: Survey, levels: ChangePointResult) -> None:
    steps = {one.name: one.steps[0] for one in levels.series if one.steps}
    assert set(steps) == {"information", "speed"}
    told = said(level_sentences(levels, english(survey)))
    for name, label in (("information", "Information"), ("speed", "Speed")):
        step = steps[name]
        assert (
            f"A new, higher rating of “{label}” begins with “Second quarter 2024”: {step.after:.1f}, up from "
            f"{step.before:.1f}."
        ) in told
    assert told.endswith(
        "What begins with the last wave rests on that wave alone; the next will tell whether it lasts. Nothing else "
        "shows a lasting change."
    )
    quiet = replace(levels, series=tuple(replace(one, steps=()) for one in levels.series))
    assert said(level_sentences(quiet, english(survey))) == (
        "No lasting change of level is larger than chance and the usual ups and downs of waves explain."
    )


def test_the_next_wave_is_told_with_its_numbers(survey: Survey, plan: NextWaveResult) -> None:
    first = plan.plans[0]
    assert first.to_target is not None
    told = [plain(one) for one in plan_sentences(plan, english(survey))]
    assert told[0] == (
        f"With as many as now, {first.n:,} participants, the next wave would show a change of {first.detectable:.1f} "
        "points or more in 80% of cases."
    )
    assert told[1] == (
        f"Overall satisfaction is {first.level:.1f} out of 100; the next wave would have to reach "
        f"{first.seen_from:.1f} to be called higher, or fall to {first.seen_to:.1f} to be called lower."
    )
    assert told[2].startswith(f"The target of 70 is {first.to_target.change:.1f} points away: for a change so large")
    never = replace(first, to_target=replace(first.to_target, n=float("inf")))
    assert "however many are asked next" in plain(plan_sentences(replace(plan, plans=(never,)), english(survey))[2])
    cells = [plain(cell) for cell in tables.wave_sizes_table(plan, english(survey)).rows[0]]
    assert cells[:2] == ["1", "no number is enough"]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_each_part_begins_where_the_one_before_ends(
    survey: Survey, change: WaveChangeResult, language: str, width: float
) -> None:
    drawing = kda.figures.change_waterfall(change, kda.wording(language, survey.labels)).canvas(width)
    bars = [one for one in drawing.figure.get_children() if isinstance(one, Rectangle) and one.get_facecolor()[3]]
    bars = bars[-4:]
    estimate = change.reported.estimate
    ends = np.cumsum(estimate[1:])
    starts = np.array([0.0, *ends[:-1]])
    sides = [sorted((a, b)) for a, b in zip([*starts, 0.0], [*ends, estimate[0]], strict=True)]
    places = [sorted((bar.get_x(), bar.get_x() + bar.get_width())) for bar in bars]
    if language == "ar":
        places = [[-right, -left] for left, right in places]
    slope, start = np.polyfit(np.ravel(sides), np.ravel(places), 1)
    assert slope > 0
    assert slope * np.ravel(sides) + start == pytest.approx(np.ravel(places), abs=1e-9)
    clear = [change.reported.clear(part) for part in ("who_answered", "performance", "unexplained", "change")]
    assert [_hex(bar) for bar in bars] == [STRONG if yes else SOFT for yes in clear]
    _nothing_overlaps(drawing, width)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pictures_over_the_waves(
    survey: Survey, effects: WaveEffectsResult, levels: ChangePointResult, language: str, width: float
) -> None:
    words = kda.wording(language, survey.labels)
    for drawing, shown in (
        (kda.figures.effects_by_wave(effects, words), 2 * len(effects.waves)),
        (kda.figures.levels_by_wave(levels, words), 3 * len(effects.waves)),
    ):
        canvas = drawing.canvas(width)
        dots = [one for one in canvas.figure.get_children() if isinstance(one, Line2D) and one.get_marker() == "o"]
        assert len(dots) == shown
        places = [float(np.asarray(dot.get_xdata())[0]) for dot in dots[: len(effects.waves)]]
        assert (np.diff(places) > 0).all() == (language == "en")
        _nothing_overlaps(canvas, width)


def _hex(bar: Any) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in bar.get_facecolor()[:3])


def _nothing_overlaps(canvas: Any, width: float) -> None:
    boxes = [canvas.box(artist) for _, artist in canvas.texts]
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]
    assert all(box.left >= 0 and box.right <= width and box.bottom <= canvas.height for box in boxes)


@pytest.mark.parametrize("as_", ["finding", "parts", "pairs", "method", "glossary"])
def test_pieces_speak_both_languages(survey: Survey, change: WaveChangeResult, as_: str) -> None:
    english_piece, arabic = (
        str(bundle(change, kda.wording(language, survey.labels), as_=as_)["text/html"]) for language in ("en", "ar")
    )
    for mark in ("<p>", "<p class", "<tr>"):
        assert english_piece.count(mark) == arabic.count(mark)
    assert not re.search("[A-Za-z]", text(arabic))


def test_without_waves_the_page_says_so_once(survey: Survey) -> None:
    words = english(survey)
    nothing = {name: Unanswered(analysis=name, reasons=(Code("no_waves"),)) for name in ("wave_change", "wave_effects")}
    told = " ".join(text(str(bundle(nothing["wave_change"], words, as_="finding")["text/html"])).split())
    assert told == (
        "What a change is made of cannot be told: the survey does not tell waves apart. This page shows what can be "
        "told without waves."
    )
    assert not bundle(nothing["wave_effects"], words, as_="effects")["text/html"]
    few: Any = Unanswered(analysis="change_points", reasons=(Code("few_waves", {"n": 2, "needed": 4}),))
    assert "needed: at least  4" in text(str(bundle(few, words, as_="levels")["text/html"]))
    assert not bundle(few, words, as_="method")["text/html"]
