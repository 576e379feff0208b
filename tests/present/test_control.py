"""Indicators over the waves on a page: whole sentences, figures by their artists, tables, what stays folded."""

import re
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Polygon

import drivers as kda
from drivers.indicators.time.chart_result import ControlChart, ControlCharts
from drivers.indicators.time.control_limits import control_limits
from drivers.indicators.time.trend_test import trend_of
from drivers.labels import Labels
from drivers.present.channel import SHOWN, bundle
from drivers.present.figures.canvas import INK, NARROW, WIDE, Box
from drivers.present.isolation import plain
from drivers.present.sentences.control import chart_sentences, chart_value, signal_sentences, trend_sentence
from drivers.present.words import Words
from drivers.results import Code, Unanswered
from tests.indicators.time.series import counts, estimates

LANGUAGES = ("en", "ar")


@pytest.fixture(scope="module")
def survey_charts() -> ControlCharts:
    return kda.control_charts(kda.example_survey("service_center"))


@pytest.fixture(scope="module")
def survey_words() -> dict[str, Words]:
    labels = kda.example_survey("service_center").labels
    return {language: kda.wording(language, labels) for language in LANGUAGES}


def charts_of(*values: np.ndarray, unit: str = "points", **how: object) -> ControlCharts:
    """Charts of indicators i1, i2, … whose sampling errors are 1."""
    made = []
    for position, series in enumerate(values):
        bounds = {"percent": (0.0, 1.0)}.get(unit, (-np.inf, np.inf))
        history = estimates(series, np.full(len(series), 0.01 if unit == "percent" else 1.0), bounds=bounds)
        limits, trend = control_limits(history), trend_of(history)
        assert limits is not None and trend is not None
        parts = {
            "key": f"i{position + 1}",
            "about": "indicator",
            "name": f"i{position + 1}",
            "statistic": "mean",
            "unit": unit,
            "times": 1.0,
            "better": "higher",
            "target": (),
            "history": history,
            "limits": limits,
            "trend": trend,
            "direction": trend.conclusion,
        }
        made.append(ControlChart(**{**parts, **how}))  # type: ignore[arg-type]
    return ControlCharts(
        charts=tuple(made),
        left_out={},
        baseline=(),
        unit="",
        wave="",
        sampling="probability",
        weighted=False,
        conf_level=0.95,
    )


def words_in(language: str, digits: str = "latn") -> Words:
    indicators = {f"i{k}": {"en": f"Indicator {k}", "ar": f"المؤشر {k}"} for k in range(1, 9)}
    waves = {f"w{k}": {"en": f"Wave {k}", "ar": f"الدورة {k}"} for k in range(1, 40)}
    return kda.wording(language, Labels({"indicator": indicators, "wave": waves}), digits=digits)


STILL = np.array([50.0, 51, 50, 49, 50, 51, 49, 50])
LAST = np.array([50.0, 51, 50, 49, 50, 51, 50, 70])
"""The last of eight waves far above the others."""
TWO = np.array([50.0, 51, 50, 49, 51, 50, 30, 30])
FIVE = np.concatenate([np.tile(STILL, 2), np.full(5, 80.0)])
RUNS = 50 + np.array([0.8, 0.6, 0.7, 0.9, 0.5, 0.7, 0.8, 0.6, 0.7, -0.6, -0.9, 0.4, -2.0, 0.4, -2.0, 0.4, -2.0])
RISING = 50 + 1.0 * np.arange(8.0) + np.array([0.1, -0.2, 0.1, 0.2, -0.1, 0.1, -0.2, 0.0])


@pytest.mark.parametrize(
    ("values", "english", "arabic"),
    [
        (
            STILL,
            "“Indicator 1” stayed within its usual range over 8 waves.",
            "بقي مؤشر «المؤشر 1» ضمن نطاقه المعتاد على مدى 8 دورات.",
        ),
        (
            LAST,
            "In wave “Wave 8” “Indicator 1” left its usual range (70.0; usual 47.1 to 53.1): look for a cause peculiar "
            "to that wave.",
            "في دورة «الدورة 8» خرج مؤشر «المؤشر 1» عن نطاقه المعتاد (القيمة 70.0، والنطاق من 47.1 إلى 53.1)، ويُستحسن "
            "البحث عن سبب يخص تلك الدورة.",
        ),
        (
            TWO,
            "“Indicator 1” left its usual range in 2 waves: “Wave 7” (30.0) and “Wave 8” (30.0); usual in the last of "
            "them: 47.0 to 53.4. Look for a cause peculiar to that time.",
            "خرج مؤشر «المؤشر 1» عن نطاقه المعتاد في دورتَين: «الدورة 7» (30.0) و«الدورة 8» (30.0). والنطاق المعتاد في "
            "الأخيرة منها من 47.0 إلى 53.4، ويُستحسن البحث عن سبب يخص تلك الفترة الزمنية.",
        ),
        (
            FIVE,
            "“Indicator 1” left its usual range in 5 waves: “Wave 17”, “Wave 18”, “Wave 19”, “Wave 20” and “Wave 21”; "
            "usual in the last of them: 47.0 to 53.0. Look for a cause peculiar to that time.",
            "خرج مؤشر «المؤشر 1» عن نطاقه المعتاد في 5 دورات: «الدورة 17» و«الدورة 18» و«الدورة 19» "
            "و«الدورة 20» و«الدورة 21». والنطاق المعتاد في الأخيرة منها من 47.0 إلى 53.0، "
            "ويُستحسن البحث عن سبب يخص تلك الفترة الزمنية.",
        ),
        (
            np.array([50.0, 50.2, 49.9, 50.1, 70.0, 70.2, 69.9, 70.1]),
            "“Indicator 1” has no single usual range: 8 of 8 waves lie outside the one that its ups and downs from "
            "wave to wave would give.",
            "لا يستقر مؤشر «المؤشر 1» على نطاق معتاد واحد: عدد الدورات الخارجة عن النطاق الذي يقابل تذبذبه من دورة إلى "
            "أخرى 8 من 8.",
        ),
        (
            RUNS,
            "“Indicator 1” stayed above its average for 9 waves in a row, from “Wave 1” to “Wave 9”.",
            "بقي مؤشر «المؤشر 1» فوق متوسطه على مدى 9 دورات على التوالي، من دورة «الدورة 1» إلى دورة «الدورة 9».",
        ),
        (
            -RUNS,
            "“Indicator 1” stayed below its average for 9 waves in a row, from “Wave 1” to “Wave 9”.",
            "بقي مؤشر «المؤشر 1» دون متوسطه على مدى 9 دورات على التوالي، من دورة «الدورة 1» إلى دورة «الدورة 9».",
        ),
    ],
    ids=["usual", "one", "two", "five", "unsettled", "run above", "run below"],
)
def test_what_a_chart_says_of_its_waves(values: np.ndarray, english: str, arabic: str) -> None:
    chart = replace(charts_of(values).charts[0], direction="not_shown")
    for language, expected in zip(LANGUAGES, (english, arabic), strict=True):
        assert [plain(sentence) for sentence in signal_sentences(chart, words_in(language))] == [expected]


@pytest.mark.parametrize(
    ("values", "english", "arabic"),
    [
        (
            RISING,
            "Over the waves “Indicator 1” rises by {d} points per wave (95% confidence interval {low} to {high}), more "
            "than chance alone explains.",
            "وارتفع مؤشر «المؤشر 1» عبر الدورات بمقدار {d} نقطة لكل دورة (فترة الثقة 95%: من {low} إلى {high})، وهو "
            "تغيّر أكبر مما تفسّره الصدفة وحدها.",
        ),
        (
            -RISING,
            "Over the waves “Indicator 1” falls by {d} points per wave (95% confidence interval {low} to {high}), more "
            "than chance alone explains.",
            "وانخفض مؤشر «المؤشر 1» عبر الدورات بمقدار {d} نقطة لكل دورة (فترة الثقة 95%: من {low} إلى {high})، وهو "
            "تغيّر أكبر مما تفسّره الصدفة وحدها.",
        ),
    ],
    ids=["rising", "falling"],
)
def test_a_trend_is_told_in_sizes(values: np.ndarray, english: str, arabic: str) -> None:
    result = charts_of(values)
    trend = result.charts[0].trend
    low, high = sorted(abs(end) for end in (trend.conf_low, trend.conf_high))
    shown = {"d": f"{abs(trend.slope):.2f}", "low": f"{low:.2f}", "high": f"{high:.2f}"}
    for language, expected in zip(LANGUAGES, (english, arabic), strict=True):
        said = trend_sentence(result, result.charts[0], words_in(language))
        assert plain(said) == expected.format(**shown)


def test_what_several_indicators_make_unsure_is_not_claimed() -> None:
    result = charts_of(RISING, STILL)
    unsure = replace(result.charts[0], direction="not_shown")
    assert plain(trend_sentence(result, unsure, words_in("en"))).startswith("Looked at alone it rises by ")
    assert plain(trend_sentence(result, unsure, words_in("en"))).endswith(
        "; where 2 indicators are looked at together, that much may be chance."
    )
    fall = replace(charts_of(-RISING).charts[0], direction="not_shown")
    assert plain(trend_sentence(result, fall, words_in("en"))).startswith("Looked at alone it falls by ")
    assert "−" not in trend_sentence(result, fall, words_in("en"))
    # Beside a wave that stands out, "may be chance" would be read of that wave.
    out = replace(charts_of(LAST).charts[0], direction="not_shown")
    assert len(chart_sentences(result, out, words_in("en"))) == 1
    steady = charts_of(STILL)
    assert plain(chart_sentences(steady, steady.charts[0], words_in("en"))[1]).startswith(
        "No clear trend over the waves: estimated change per wave "
    )


def test_the_ends_of_a_trend_are_no_waves_to_look_into() -> None:
    values = 50 + 2.0 * np.arange(12.0)
    history = estimates(values, np.full(12, 1.0))
    result = charts_of(values)
    chart = result.charts[0]
    assert chart.direction == "rising"
    assert chart.limits.outside[[0, -1]].all()
    said = plain(signal_sentences(chart, words_in("en"))[0])
    if chart.limits.settled:
        assert "as an indicator with a trend does at either end" in said
        assert "look for" not in said.lower()
    assert len(history.waves) == 12
    # Against the trend, a wave is worth a look.
    falling = replace(chart, direction="falling")
    assert "as an indicator with a trend" not in plain(signal_sentences(falling, words_in("en"))[0])


def test_percentages_have_the_digits_that_tell_them_apart(
    survey_charts: ControlCharts, survey_words: dict[str, Words]
) -> None:
    words = survey_words["en"]
    repeat, churn = survey_charts.chart("repeat_contact"), survey_charts.chart("churn")
    assert plain(chart_value(repeat, 0.1492, words)) == "14.9%"
    assert plain(chart_value(churn, 0.0467, words)) == "4.67%"  # the usual range is .4 of a percentage point wide
    said = plain(trend_sentence(survey_charts, churn, words))
    assert "percentage points" in said or "percentage point" in said


def test_the_planted_drift_leads_the_section(survey_charts: ControlCharts, survey_words: dict[str, Words]) -> None:
    for language, said in (
        ("en", "Worth a search for a cause: “Waiting time in minutes” and “Customers who came again with the same"),
        ("ar", "يُستحسن البحث عن سبب في: «زمن الانتظار بالدقائق» و«معدل تكرار طلب الخدمة». أما بقية المؤشرات فتذبذبها"),
    ):
        piece = bundle(survey_charts, survey_words[language], as_="chart")
        html = piece["text/html"]
        assert said in _text(html)
        before, folded = html.split(f"<summary>{survey_words[language].ui('show_usual')}</summary>")
        assert (before.count("<figure>"), folded.count("<figure>")) == (2, 6)
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(set(ids)) == len(ids)
    # In Arabic, the numbers beside it.
    shown = piece[SHOWN]
    assert (shown["section"], shown["heading"]) == ("usual_range", "تذبذب معتاد أم أكثر من ذلك؟")
    assert len(shown["records"]) == 64
    assert shown["details"]["signals"]["repeat_contact"][0]["signal"] == "outside_high"
    assert {row["indicator"] for row in shown["model"]} == {chart.key for chart in survey_charts.charts}


def test_few_charts_are_all_open_and_one_needs_no_summary() -> None:
    words = words_in("en")
    html = bundle(charts_of(STILL, STILL), words, as_="chart")["text/html"]
    assert "show_usual" not in html
    assert words.ui("show_usual") not in html
    assert "No indicator left its usual range" in _text(html)
    alone = bundle(charts_of(STILL), words, as_="chart")["text/html"]
    assert "No indicator left" not in _text(alone)
    every = _text(bundle(charts_of(LAST, TWO), words, as_="chart")["text/html"])
    assert "Worth a search for a cause: “Indicator 1” and “Indicator 2”." in every
    assert "other indicators" not in every


def _text(html: str) -> str:
    return plain(re.sub("<[^>]+>", "", html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_every_wave(survey_charts: ControlCharts, survey_words: dict[str, Words], language: str) -> None:
    words = survey_words[language]
    table = kda.tables.control_table(survey_charts, words, indicator="repeat_contact")
    assert [plain(heading) for heading in table.headings] == (
        ["Wave", "Value", "Usual, from", "Usual, to", "What it says", "Counted among"]
        if language == "en"
        else [
            "دورة القياس",
            "القيمة",
            "الحد الأدنى المعتاد",
            "الحد الأعلى المعتاد",
            "ما تدل عليه",
            "العدد الذي يُنسب إليه",
        ]
    )
    signals = [row[4] for row in table.rows]
    assert signals == [words.text("signal", "none")] * 6 + [words.text("signal", "outside_high")] * 2
    assert plain(table.rows[-1][1]) == "17.4%"
    answers = kda.tables.control_table(survey_charts, words, indicator="waiting")
    assert answers.headings[-1] == words.term("n")


def test_what_has_no_chart_is_named_with_its_reason() -> None:
    result = replace(charts_of(STILL), left_out={"i2": Code("few_counted", {"needed": 2}), "i3": Code("no_records")})
    said = _text(bundle(result, words_in("en"), as_="chart")["text/html"])
    assert "“Indicator 2” is not followed over time: fewer than 2 events were counted per wave on average." in said
    assert "“Indicator 3” is not followed over time: there are no records for this selection." in said


def test_a_baseline_is_told(survey_words: dict[str, Words]) -> None:
    survey = kda.example_survey("service_center")
    given = kda.control_charts(survey, indicators=["churn"], baseline=("2023Q1", "2024Q2"))
    words = survey_words["en"]
    assert "The usual range rests on the waves from “First quarter 2023” to “Second quarter 2024”." in _text(
        bundle(given, words, as_="chart")["text/html"]
    )
    method = _text(bundle(given, words, as_="method")["text/html"])
    assert "have no part in the range" not in method
    assert "9 waves in a row" in method
    unscreened = _text(bundle(charts_of(STILL), words_in("en"), as_="method")["text/html"])
    assert "Waves more than 4 standard deviations from the median have no part in the range" in unscreened


def test_what_cannot_be_followed_is_said() -> None:
    words = words_in("en")
    few = Unanswered(analysis="control_charts", reasons=(Code("few_waves", {"n": 3, "needed": 6}),))
    assert _text(bundle(few, words, as_="chart")["text/html"]) == (
        "What is usual over time, and what is not, cannot be told: waves with enough to go by: 3, needed: at least 6."
    )
    assert bundle(few, words, as_="method")["text/html"] == ""
    held = Unanswered(analysis="control_charts", reasons=(Code("suppressed", {"needed": 10}),))
    assert bundle(held, words, as_="chart")["text/html"] == ""
    none = Unanswered(analysis="control_charts", reasons=(Code("no_waves"),))
    assert _text(bundle(none, words_in("ar"), as_="chart")["text/html"]) == (
        "يتعذر التمييز بين المعتاد وغيره عبر الزمن: لا يميّز الاستطلاع بين دورات القياس."
    )


def _diamonds(canvas: object) -> list[float]:
    """Middles of the diamonds on the chart, in pixels from the left; the legend's is no wave."""
    figure = canvas.figure  # type: ignore[attr-defined]
    found = []
    for artist in figure.artists + figure.patches:
        if isinstance(artist, Polygon) and len(artist.get_xy()) == 5 and artist.get_facecolor()[:3] == _rgb(INK):
            points = artist.get_xy()[:4] * [canvas.width, canvas.height]  # type: ignore[attr-defined]
            if canvas.height - points[:, 1].mean() > 60:  # type: ignore[attr-defined]
                found.append(float(points[:, 0].mean()))
    return found


def _rgb(color: str) -> tuple[float, ...]:
    return tuple(int(color[k : k + 2], 16) / 255 for k in (1, 3, 5))


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", LANGUAGES)
def test_waves_outside_are_diamonds_at_the_end_of_reading(language: str, width: float) -> None:
    drawing = kda.figures.control_chart(charts_of(TWO), words_in(language), indicator="i1")
    canvas = drawing.canvas(width)
    found = _diamonds(canvas)
    assert len(found) == 2
    end = (min if language == "ar" else max)(found)
    assert (end < 0.2 * width) if language == "ar" else (end > 0.8 * width)
    texts = [plain(text) for text, _ in canvas.texts]
    assert texts.count("30.0") == 2
    term = {"en": "Outside the usual range", "ar": "خارج النطاق المعتاد"}[language]
    assert term in texts
    assert "left its usual range" in drawing.alt or "خرج مؤشر" in drawing.alt


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("values", "target"),
    [(STILL, ()), (LAST, (51.0,)), (TWO, (48.0, 52.0)), (FIVE, (400.0,)), (RUNS, (51.0,)), (RISING, (48.0, 52.0))],
    ids=["still", "last", "two", "far target", "run", "rising"],
)
@pytest.mark.parametrize(("language", "digits"), [("en", "latn"), ("ar", "arab")])
def test_texts_stay_inside_and_cover_no_other(
    language: str, digits: str, target: tuple[float, ...], values: np.ndarray, width: float
) -> None:
    words = words_in(language, digits)
    canvas = kda.figures.control_chart(charts_of(values, target=target), words, indicator="i1").canvas(width)
    boxes = [(plain(text), canvas.box(artist)) for text, artist in canvas.texts]
    frame = Box(0, 0, canvas.width, canvas.height)
    for position, (text, box) in enumerate(boxes):
        assert box.inside(frame), text
        for other, its_box in boxes[:position]:
            assert not box.overlaps(its_box), (text, other)
    named = sum(words.term("target") in text for text, _ in boxes)
    assert named == (0 if 400.0 in target else len(target))


def test_few_events_of_a_rate_are_drawn_from_zero() -> None:
    history = counts(np.array([3.0, 2, 4, 3, 2, 3, 4]), 1000, times=1000)
    limits, trend = control_limits(history), trend_of(history)
    assert limits is not None and trend is not None
    result = charts_of(STILL)
    chart = replace(
        result.charts[0], history=history, limits=limits, trend=trend, unit="per", times=1000.0, direction="not_shown"
    )
    canvas = kda.figures.control_chart(replace(result, charts=(chart,)), words_in("en"), indicator="i1").canvas()
    ticks = [plain(text) for text, artist in canvas.texts if artist.get_ha() == "right"]
    assert ticks[0] in ("0", "0.0")


def test_the_glossary_explains_both_words(survey_charts: ControlCharts, survey_words: dict[str, Words]) -> None:
    assert "Farther from the average than its ordinary ups and downs." in _text(
        bundle(survey_charts, survey_words["en"], as_="glossary")["text/html"]
    )
    assert "أبعد عن المتوسط من تذبذبه المعتاد." in _text(
        bundle(survey_charts, survey_words["ar"], as_="glossary")["text/html"]
    )
