"""Pieces on indicators: cards, what they say of targets, the distance in drivers, and what is at stake."""

import json
import re
from dataclasses import replace
from html import unescape
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import drivers as kda
from drivers.labels import LANGUAGES, Labels
from drivers.present import tables
from drivers.present.channel import SHOWN, bundle
from drivers.present.figures.canvas import NARROW, WIDE
from drivers.present.isolation import plain
from drivers.present.sentences.indicators import ARROWS, MARKS, indicator_value, level_decimals
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.shown import HOSTILE, IN_WORDS, LONG
from tests.simulated import make_survey

PIECES = (
    *(("scorecard", as_) for as_ in ("finding", "cards", "table", "method", "glossary")),
    *(("distance", as_) for as_ in ("drivers", "method")),
    *(("stake", as_) for as_ in ("stake", "method")),
)


def results_of(survey: Survey) -> dict[str, Any]:
    return {
        "scorecard": kda.attempt(kda.scorecard, survey),
        "distance": kda.attempt(kda.distance_in_drivers, survey),
        "stake": kda.attempt(kda.value_at_stake, survey),
    }


@pytest.fixture(scope="module")
def centre() -> Survey:
    return kda.example_survey("service_center")


@pytest.fixture(scope="module")
def results(centre: Survey) -> dict[str, Any]:
    return results_of(centre)


@pytest.fixture(scope="module")
def branch(centre: Survey) -> dict[str, Any]:
    small = centre.select(unit="b09", wave="2024Q4")
    # By its records there is something to show, and an attempt would not even look.
    return {"scorecard": kda.scorecard(small), "stake": kda.attempt(kda.value_at_stake, small)}


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest, centre: Survey) -> Words:
    return kda.wording(request.param, centre.labels)


@pytest.fixture
def english(centre: Survey) -> Words:
    return kda.wording("en", centre.labels)


def piece(result: Result, words: Words, as_: str) -> str:
    return str(bundle(result, words, as_=as_)["text/html"])


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def paragraphs(html: str) -> list[str]:
    return [text(found) for found in re.findall(r"<p[^>]*>(.*?)</p>", html)]


def cards_in(html: str) -> list[str]:
    return re.findall(r"<li data-standing.*?</li>", html)


# Every piece


@pytest.mark.parametrize(("name", "as_"), PIECES)
def test_every_piece_speaks_in_both_languages(results: dict[str, Any], words: Words, name: str, as_: str) -> None:
    shown = bundle(results[name], words, as_=as_)
    assert f'lang="{words.language}" dir="{words.direction}"' in shown["text/html"]
    assert not re.search(r"[{}]|nan|None", text(re.sub(r"<svg.*?</svg>", "", shown["text/html"], flags=re.DOTALL)))
    assert bool(shown[SHOWN]["records"]) == (as_ not in IN_WORDS)


# The finding


def test_the_finding_counts_and_names(results: dict[str, Any], english: Words) -> None:
    assert paragraphs(piece(results["scorecard"], english, "finding")) == [
        "Targets met in wave “Fourth quarter 2024”: 1 of 7; not met: 5; not decided by these data: 1.",
        "Target not met: “Overall satisfaction”, “Waiting time in minutes”, “Complaints per 1,000 contacts”, "
        "“Customers who came again with the same matter” and “Customers lost”.",
        "Target met: “Minutes with the customer”.",
        "Too close to the target to tell: “Net Promoter Score”.",
        "Outside the usual range: “Waiting time in minutes” and “Customers who came again with the same matter”. A "
        "cause peculiar to this wave is worth looking for.",
        "Clearly worse than in the previous wave: “Customers who came again with the same matter”.",
    ]


def test_the_finding_reads_as_well_in_arabic(results: dict[str, Any], centre: Survey) -> None:
    said = paragraphs(piece(results["scorecard"], kda.wording("ar", centre.labels), "finding"))
    assert said[0] == (
        "عدد المستهدفات التي تحققت في دورة «الربع الرابع 2024»: 1 من 7؛ والتي لم تتحقق: 5؛ "
        "والتي لا تحسم البيانات أمرها: 1."
    )
    assert said[2] == "تحقق المستهدف: «الوقت مع العميل بالدقائق»."
    assert said[-1] == "أسوأ من الدورة السابقة بفرق مؤكد: «معدل تكرار طلب الخدمة»."


def test_without_targets_the_finding_gives_the_first_value() -> None:
    survey = kda.example_survey("customersat")
    said = paragraphs(piece(kda.scorecard(survey), kda.wording("en", survey.labels), "finding"))
    assert said == [
        "No target has been set, so that it cannot be said whether the indicators are where they should be.",
        "Satisfaction score: 56.3 out of 100 (95% confidence interval 55.0 to 57.6).",
    ]


def test_trends_are_named(results: dict[str, Any], english: Words) -> None:
    first, second, *others = results["scorecard"].cards
    moved = replace(
        results["scorecard"],
        cards=(replace(first, direction="rising"), replace(second, direction="falling"), *others),
    )
    said = paragraphs(piece(moved, english, "finding"))
    assert said[-2:] == [
        "Rising over the waves: “Overall satisfaction”.",
        "Falling over the waves: “Net Promoter Score”.",
    ]
    assert "↑ rising" in text(cards_in(piece(moved, english, "cards"))[0])


# Cards


def test_a_card_has_its_parts(results: dict[str, Any], english: Words) -> None:
    cards = cards_in(piece(results["scorecard"], english, "cards"))
    assert len(cards) == len(results["scorecard"].cards)
    assert text(cards[2]) == (
        "Waiting time in minutes 24 ■ Target not met 95% confidence interval: 23 to 25 Participants: 1,502 No clear "
        "change from wave “Third quarter 2024” to wave “Fourth quarter 2024”: the estimated difference is 0.0 (95% "
        "confidence interval −1.7 to 1.7). Target at most 20 Distance to target +4 (from +3 to +5) Benchmark "
        "(similar centres) 25 · no clear difference Trend – no clear trend Usual range outside it Objective Nobody "
        "waits longer than needed Data source Queue tickets"
    )
    assert "Rose by 2.5 percentage points since wave “Third quarter 2024”" in text(cards[5])
    assert "+7.4 percentage points (from +6.7 to +8.1)" in text(cards[5])
    assert "Counted out of: 28,373" in text(cards[5])


def test_a_standing_is_told_by_colour_shape_and_word(results: dict[str, Any], words: Words) -> None:
    html = piece(results["scorecard"], words, "cards")
    for card, shown in zip(results["scorecard"].cards, cards_in(html), strict=True):
        assert f'data-standing="{card.standing}"' in shown
        context = "standing_range" if card.better == "range" else "standing"
        assert f"{MARKS[card.standing]} {plain(words.text(context, card.standing))}" in text(shown)
    assert len(set(MARKS.values())) == len(MARKS)
    assert len(set(ARROWS.values())) == len(ARROWS)


def test_a_range_has_no_good_direction(results: dict[str, Any], english: Words) -> None:
    card = results["scorecard"].card("contact_time")
    assert card.moved == "above"
    said = text(cards_in(piece(results["scorecard"], english, "cards"))[3])
    assert "Target 8 to 15" in said
    assert "● Inside the target range" in said
    assert "Rose by 0.42" in said
    assert "worse" not in said and "better" not in said
    finding = " ".join(paragraphs(piece(results["scorecard"], english, "finding"))[-1:])
    assert "Minutes with the customer" not in finding


def test_a_fall_is_told_in_sizes_the_smaller_first(results: dict[str, Any], english: Words) -> None:
    card = results["scorecard"].card("repeat_contact")
    fallen = replace(card.change, estimate=-0.03, conf_low=-0.045, conf_high=-0.012)
    html = piece(replace(results["scorecard"], cards=(replace(card, change=fallen),)), english, "cards")
    assert (
        "Fell by 3.0 percentage points since wave “Third quarter 2024” (95% confidence interval 1.2 to 4.5), more "
        "than chance alone explains."
    ) in text(html)


def test_what_has_no_card_is_named_with_the_reason(branch: dict[str, Any], english: Words) -> None:
    said = paragraphs(piece(branch["scorecard"], english, "cards"))
    assert "“Overall satisfaction” has no card: fewer than 10 answered." in said
    assert len([sentence for sentence in said if "has no card" in sentence]) == 4


def test_values_of_a_card_have_the_same_digits(results: dict[str, Any], english: Words) -> None:
    waiting = results["scorecard"].card("waiting")
    assert level_decimals(waiting) == 0
    uneven = replace(waiting, level=replace(waiting.level, estimate=24.0, conf_low=23.5))
    shown = [plain(indicator_value(uneven, value, english)) for value in (24.0, 23.5, 25.0)]
    assert shown == ["24.0", "23.5", "25.0"]


# Tables


def test_the_tables_hold_every_indicator(results: dict[str, Any], words: Words) -> None:
    cards = results["scorecard"].cards
    for table in (
        tables.scorecard_table(results["scorecard"], words),
        tables.movements_table(results["scorecard"], words),
    ):
        assert len(table.rows) == len(cards)
        assert plain(table.rows[2][0]) == plain(words.label("indicator", "waiting"))
    (unaimed,) = [row for row in tables.scorecard_table(results["scorecard"], words).rows if plain(row[4]) == "—"]
    assert plain(unaimed[0]) == plain(words.label("indicator", "referrals"))


# The distance in drivers


def test_the_distance_is_told_in_the_words_of_a_forecast(results: dict[str, Any], english: Words) -> None:
    said = paragraphs(piece(results["distance"], english, "drivers"))
    assert said[:2] == [
        "Overall satisfaction is 67.3 out of 100 and its target is 70; the distance is 2.7 points (95% confidence "
        "interval 1.4 to 4.1). If the association is causal, closing the gap of “Information” would be worth 0.6 "
        "points of the 2.7 needed (95% confidence interval 0.4 to 0.8).",
        "Closing all gaps together would be worth 1.8 points (95% confidence interval 0.7 to 2.8). That would not be "
        "enough to reach the target.",
    ]
    assert "one unit in ten reaches" in said[-2]
    assert said[-1].endswith("“Welcome”.")


def test_the_distance_in_arabic_says_that_it_rests_on_a_cause(results: dict[str, Any], centre: Survey) -> None:
    said = paragraphs(piece(results["distance"], kda.wording("ar", centre.labels), "drivers"))
    assert said[0] == (
        "بلغ الرضا العام 67.3 من 100، والمستهدف 70، والبعد عنه 2.7 نقطة (فترة الثقة 95%: من 1.4 إلى 4.1). إذا كانت "
        "العلاقة سببية، فإن سد فجوة جانب «توفير المعلومات» يقابله 0.6 نقطة من مجموع النقاط اللازمة، وهو 2.7 (فترة "
        "الثقة 95%: من 0.4 إلى 0.8)."
    )


def test_where_no_driver_has_a_part_the_page_says_so(results: dict[str, Any], english: Words) -> None:
    distance = results["distance"]
    nothing = replace(
        distance,
        worth=np.full_like(distance.worth, np.nan),
        offers=("no_room",) * len(distance.offers),
        together=replace(distance.together, estimate=0.0, conf_low=0.0, conf_high=0.0),
    )
    said = paragraphs(piece(nothing, english, "drivers"))
    assert "No part of this distance can be expressed in aspects" in said[0]
    assert "If the association is causal" not in " ".join(said)
    assert "<svg" not in piece(nothing, english, "drivers")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_bars_run_with_the_reading_and_letters_stay_apart(results: dict[str, Any], words: Words, width: float) -> None:
    distance = results["distance"]
    canvas = kda.figures.distance_bars(distance, words).canvas(width)
    boxes = [canvas.box(artist) for _, artist in canvas.texts]
    assert all(box.left >= 0 and box.right <= canvas.width and box.bottom <= canvas.height for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    bars = [artist for artist in canvas.figure.artists if isinstance(artist, Rectangle)]
    assert len(bars) == len(distance.order) + 1
    widths = [bar.get_width() * width for bar in bars]
    assert max(widths) == widths[-1], "all together is the longest bar"
    assert np.array(widths[:-1]) / widths[-1] == pytest.approx(
        distance.worth[0, list(distance.order)] / distance.together.estimate
    )
    dashed = {
        round(float(line.get_xdata()[0]) * width, 3)
        for line in canvas.figure.artists
        if isinstance(line, Line2D) and line.get_linestyle() == "--" and len(set(line.get_xdata())) == 1
    }
    (needed,) = dashed
    zero = bars[-1].get_x() * width + (widths[-1] if words.direction == "rtl" else 0)
    assert (needed > zero) == (words.direction == "ltr")
    assert abs(needed - zero) / widths[-1] == pytest.approx(
        distance.needed.estimate / distance.together.estimate, rel=1e-3
    )


def test_small_distances_have_two_digits(results: dict[str, Any], english: Words) -> None:
    needed = replace(results["distance"].needed, estimate=0.3, conf_low=0.12, conf_high=0.48)
    said = text(piece(replace(results["distance"], needed=needed), english, "drivers"))
    assert "the distance is 0.30 points (95% confidence interval 0.12 to 0.48)" in said
    assert "would be worth 0.57 points of the 0.30 needed" in said


# What is at stake


def test_what_is_at_stake_is_told_with_as_many_digits_as_are_known(results: dict[str, Any], english: Words) -> None:
    said = paragraphs(piece(results["stake"], english, "stake"))
    assert said[0] == (
        "Customers lost in wave “Fourth quarter 2024”: 7,387, which is 4.7% of all customers. At a mean "
        "value of 415 a customer, business worth 3,070,000 left with them (95% confidence interval 2,960,000 to "
        "3,180,000). Customers lost beyond the target of 4%: 1,070, worth 444,000. New customers needed to "
        "replace the business lost, at a mean value of 231 each: 13,300 (95% confidence interval 12,600 to 14,000)."
    )
    assert said[1] == "Currency: currency units."


def test_a_value_that_is_given_has_no_interval(results: dict[str, Any], english: Words) -> None:
    level = results["stake"].per_customer
    fixed = replace(level, estimate=250.0, conf_low=250.0, conf_high=250.0, n=0)
    business = replace(results["stake"].business, estimate=1846750.0, conf_low=1846750.0, conf_high=1846750.0)
    given = replace(
        results["stake"], per_customer=fixed, business=business, per_new=None, new_needed=None, beyond_target=0.0
    )
    said = paragraphs(piece(given, english, "stake"))
    assert "At the given value of 250 a customer, business worth 1,850,000 left with them." in said[0]
    assert "interval" not in said[0]


def test_where_nobody_was_lost_nothing_left_with_them(results: dict[str, Any], english: Words) -> None:
    none = replace(results["stake"].business, estimate=0.0, conf_low=0.0, conf_high=0.0)
    kept = replace(results["stake"], lost=0.0, business=none, new_needed=None, per_new=None, beyond_target=0.0)
    assert paragraphs(piece(kept, english, "stake"))[0] == (
        "Customers lost in wave “Fourth quarter 2024”: 0, which is 0.0% of all customers."
    )


# Where there is no answer


def unanswered(analysis: str, code: str, **values: Any) -> Unanswered:
    return Unanswered(analysis=analysis, reasons=(Code(code, values),))


@pytest.mark.parametrize(
    ("result", "as_", "sentence"),
    [
        (
            unanswered("distance_in_drivers", "no_target", outcome="satisfaction"),
            "drivers",
            "The distance to a target cannot be expressed in aspects: no target is set for “Overall satisfaction”.",
        ),
        (
            unanswered("distance_in_drivers", "target_reached", outcome="satisfaction"),
            "drivers",
            "The distance to a target cannot be expressed in aspects: “Overall satisfaction” has reached its target.",
        ),
        (
            unanswered("distance_in_drivers", "few_in_wave", needed=10),
            "drivers",
            "The distance to a target cannot be expressed in aspects: fewer than 10 answered in the wave reported on.",
        ),
        (
            unanswered("value_at_stake", "no_value"),
            "stake",
            "What is at stake cannot be told: no value of a customer is given.",
        ),
        (
            unanswered("value_at_stake", "records_of_all"),
            "stake",
            "What is at stake cannot be told: the records do not tell this selection apart.",
        ),
        (
            unanswered("scorecard", "no_records"),
            "finding",
            "There is no indicator to show: there are no records for this selection.",
        ),
        (
            unanswered("scorecard", "suppressed", needed=10),
            "finding",
            "The results are not shown, to protect the participants' privacy: fewer than 10 answered.",
        ),
    ],
)
def test_what_is_missing_is_said(result: Unanswered, as_: str, sentence: str, centre: Survey, english: Words) -> None:
    assert paragraphs(piece(result, english, as_)) == [sentence]
    arabic = piece(result, kda.wording("ar", centre.labels), as_)
    assert text(arabic) and not re.search(r"[A-Za-z{}]", text(arabic))


@pytest.mark.parametrize(("analysis", "as_"), [("distance_in_drivers", "drivers"), ("value_at_stake", "stake")])
def test_where_nothing_at_all_is_shown_other_pieces_stay_away(analysis: str, as_: str, english: Words) -> None:
    assert piece(unanswered(analysis, "suppressed", needed=10), english, as_) == ""


# Labels that are hard to show


def test_long_and_hostile_labels_break_nothing(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    ratings = {name: rng.uniform(20, 80, 300) for name in "abc"}
    outcome = np.clip(0.4 * ratings["a"] + 0.3 * ratings["b"] + 0.3 * ratings["c"] + rng.normal(0, 5, 300), 0, 100)
    make_survey(tmp_path, drivers=ratings, outcomes={"y": outcome})
    path = tmp_path / "codebook.yml"
    book = json.loads(path.read_text(encoding="utf-8"))
    for name, (en, ar) in zip("abc", (LONG[0], (HOSTILE[0], HOSTILE[2]), (HOSTILE[3], HOSTILE[4])), strict=True):
        book["drivers"][name]["label"] = {"en": en, "ar": ar}
    text_of = {"en": HOSTILE[1], "ar": HOSTILE[4]}
    book["indicators"] = {
        "y": {
            **{"outcome": "y", "statistic": "mean", "better": "higher", "target": 90, "benchmark": 50},
            **{"label": text_of, "objective": text_of, "source": text_of, "benchmark_of": text_of},
        }
    }
    path.write_text(json.dumps(book), encoding="utf-8")
    survey = kda.read_survey(path)
    scorecard, distance = kda.scorecard(survey), kda.distance_in_drivers(survey)
    assert len(distance.order) == 3
    for language in LANGUAGES:
        words = kda.wording(language, survey.labels)
        for result, as_ in ((scorecard, "finding"), (scorecard, "cards"), (scorecard, "table"), (distance, "drivers")):
            html = piece(result, words, as_)
            assert "<script" not in html and "<img" not in html
        canvas = kda.figures.distance_bars(distance, words).canvas(NARROW)
        boxes = [canvas.box(artist) for _, artist in canvas.texts]
        assert all(box.left >= 0 and box.right <= canvas.width for box in boxes)
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_a_survey_without_labels_still_has_a_card(results: dict[str, Any]) -> None:
    assert cards_in(piece(results["scorecard"], kda.wording("en", Labels()), "cards"))
