"""Wording: every sentence whole, isolated, and safe whatever the labels are."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

import drivers as kda
from drivers.closed_lists import NOTES, REASONS
from drivers.importance.checks import importance_checks
from drivers.indicators.estimates import Level
from drivers.indicators.scores import Score
from drivers.labels import Labels
from drivers.present.isolation import AUTO, END, LEFT, RIGHT, html, plain
from drivers.present.sentences import findings
from drivers.present.words import Words
from drivers.results import Code
from tests.shown import HOSTILE, Case

OPENING = {LEFT, RIGHT, AUTO}
REASON_VALUES = {
    "n_effective": 41.0,
    "needed": 90,
    "units": 3,
    "strata": 2,
    "vif": 12.0,
    "limit": 10.0,
    "same": 0.97,
    "r2": 0.1,
    "n": 7,
    "steps": 2,
    "replicates": 3,
    "most": 5,
    "driver": "respect",
    "outcome": "retention",
    "first": "respect",
    "second": "fairness",
    "answers": 24,
}


def depth_is_balanced(text: str) -> bool:
    depth = 0
    for c in text:
        depth += (c in OPENING) - (c == END)
        if depth < 0:
            return False
    return depth == 0


def sentences(case: Case, words: Words) -> Iterator[str]:
    """Everything that is said of a survey's results."""
    yield findings.verdict_sentence(case.importance, words)
    yield findings.headline(case.scores, words)
    yield findings.map_sentence(case.map, words)
    yield from (findings.check_finding(check, words) for check in case.importance.checks)
    yield from findings.notes(case.importance.notes, words)
    yield from (findings.rank_text(case.importance, words, i) for i in range(len(case.importance.drivers)))
    yield findings.weighting(case.importance.sample, words)
    yield words.respondents(case.scores.n_asked)
    for result in (case.scores, *case.waves.results):
        for score in result.scores:
            yield findings.change(score, 0.95, words)
            yield findings.statistic_name(score.statistic, score.outcome, words)
            yield findings.statistic_value(score.statistic, score.level.estimate, words)
    if len(case.waves.waves) > 1:
        for score in case.waves.results[-1].scores:
            yield findings.trend_sentence(case.waves, words, score.outcome, score.statistic)


def test_isolates_are_balanced_in_every_sentence(case: Case, words: Words) -> None:
    for text in sentences(case, words):
        assert depth_is_balanced(text), text
        assert "[[" not in text
        assert html(text).count("<bdi") == html(text).count("</bdi>")


def test_sentences_are_filled(case: Case, words: Words) -> None:
    for text in sentences(case, words):
        for name in re.findall(r"\{\w*\}", text):
            assert name in "".join(HOSTILE), text
        assert "nan" not in plain(text).lower()


def test_numbers_of_a_sentence_are_isolated(case: Case, words: Words) -> None:
    if words.language == "en" or case.survey.codebook.survey.id == "hostile":
        return
    for text in sentences(case, words):
        outside = re.sub(f"[{LEFT}{RIGHT}{AUTO}][^{END}]*{END}", "", text)
        assert not re.search(r"[%٪−+]|\d[.,٫٬]\d", outside), text


def test_nothing_hostile_survives_as_markup_or_control(cases: dict[str, Case]) -> None:
    for language in ("en", "ar"):
        words = cases["hostile"].words(language)
        for text in sentences(cases["hostile"], words):
            shown = html(text)
            assert not re.search(r"<(?!/?bdi)", shown), shown
            assert not re.search("[\u202a-\u202e\n\r]", shown), shown


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_is_isolated_text(label: str) -> None:
    words = kda.wording("ar", Labels({"driver": {"d": {"en": label}}}))
    text = words.name("driver", "d")
    assert text.startswith(f"«{AUTO}")
    assert text.endswith(f"{END}»")
    assert depth_is_balanced(text)


# Labels


def test_a_label_is_that_of_the_language_else_of_any_else_the_key() -> None:
    labels = Labels({"driver": {"speed": {"en": "Speed", "ar": "السرعة"}, "calm": {"ar": "الهدوء"}}})
    words = kda.wording("en", labels)
    assert [plain(words.label("driver", key)) for key in ("speed", "calm", "other")] == ["Speed", "الهدوء", "other"]
    assert plain(words.label("wave", "2024")) == "2024"
    assert words.has_label("driver", "calm")
    assert not words.has_label("wave", "2024")


def test_names_stand_in_the_quotes_of_the_language() -> None:
    labels = Labels({"driver": {"speed": {"en": "Speed", "ar": "السرعة"}}})
    assert plain(kda.wording("en", labels).name("driver", "speed")) == "“Speed”"
    assert plain(kda.wording("ar", labels).name("driver", "speed")) == "«السرعة»"


def test_lists_are_those_of_the_language() -> None:
    en, ar = (kda.wording(language, Labels()) for language in ("en", "ar"))
    assert [en.listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert ar.listed(["«أ»", "«ب»", "«ج»"]) == "«أ» و«ب» و«ج»"
    assert ar.listed([]) == ""
    assert en.clauses(["one", "two"]) == "one, and two"
    assert ar.clauses(["أولها", "ثانيها"]) == "أولها، وثانيها"


def test_satisfaction_has_words_of_its_own_and_any_other_outcome_a_noun_before_it() -> None:
    labels = Labels({"outcome": {"calm": {"en": "Calm", "ar": "الهدوء"}}})
    ar = kda.wording("ar", labels)
    assert plain(ar.outcome("satisfaction", "with")) == "بالرضا العام"
    assert plain(ar.outcome("calm", "with")) == "بمؤشر «الهدوء»"
    assert plain(kda.wording("en", labels).outcome("calm")) == "the measure “Calm”"


def test_direction_is_that_of_the_language() -> None:
    assert [kda.wording(language, Labels()).direction for language in ("en", "ar")] == ["ltr", "rtl"]


# Refusals


@pytest.mark.parametrize(
    ("language", "digits", "message"),
    [
        ("fr", "latn", "Expected a language among ar, en, found 'fr'; choose one of these."),
        ("ar", "fars", "Expected digits among latn, arab, found 'fars'; choose one of these."),
        ("en", "arab", "Expected Arabic-Indic digits only with language 'ar', found 'en'; use latn."),
    ],
)
def test_wording_is_refused_in_a_whole_sentence(language: str, digits: str, message: str) -> None:
    with pytest.raises(kda.PublishError) as caught:
        kda.wording(language, Labels(), digits=digits)
    assert str(caught.value) == message


# What may be claimed


def test_every_reason_is_told(cases: dict[str, Case]) -> None:
    for language in ("en", "ar"):
        words = cases["judges"].words(language)
        told = [findings.reasons((Code(code, REASON_VALUES),), words) for code in REASONS]
        assert len(set(told)) == len(REASONS)
        together = findings.reasons(tuple(Code(code, REASON_VALUES) for code in REASONS), words)
        assert all(part in together for part in told)


def test_every_note_is_told_but_the_one_that_a_check_tells(cases: dict[str, Case]) -> None:
    values = {"n_effective": 41.0, "n": 40, "n_asked": 50, "driver": "respect", "part": 0.2}
    for language in ("en", "ar"):
        words = cases["judges"].words(language)
        told = {code: findings.notes((Code(code, values),), words) for code in NOTES}
        assert [code for code, text in told.items() if not text] == ["missing_dropped"]


def test_checks_tell_when_there_is_nothing_to_tell(cases: dict[str, Case]) -> None:
    importance, words = cases["judges"].importance, cases["judges"].words("en")
    told = {check.code: plain(findings.check_finding(check, words)) for check in importance.checks}
    assert told["missing"] == "All answers are complete."
    assert told["weighting"] == "The answers are not weighted."
    fewer = replace(importance.sample, n=30, n_effective=15.0)
    checks = importance_checks(sample=fewer, k=8, r2=0.5, correlation=importance.correlation, same=0.5, reasons=())
    told = {check.code: plain(findings.check_finding(check, words)) for check in checks}
    assert told["missing"] == "Left out because an answer is missing: 13 of 43."
    assert "50%" in told["weighting"]
    assert told["participants"] == "Effective sample 15; a ranking needs at least 80."


def test_verdict_is_told_as_it_is(cases: dict[str, Case]) -> None:
    told = {name: plain(findings.verdict_sentence(case.importance, case.words("en"))) for name, case in cases.items()}
    assert told["customersat"].startswith("Two aspects go most closely with overall satisfaction: “Prices that fit")
    assert told["judges"].startswith(
        "The aspects cannot be ranked: the effective sample is 43 and at least 80 are needed"
    )
    assert told["leader"].startswith("“d1” goes most closely with overall satisfaction: its share")
    assert told["tied"].startswith("No aspect can be put first")


def test_an_order_that_may_not_be_claimed_is_not_told(cases: dict[str, Case]) -> None:
    for language in ("en", "ar"):
        words = cases["judges"].words(language)
        assert {findings.rank_text(cases["judges"].importance, words, i) for i in range(8)} == {""}
        assert findings.map_sentence(cases["judges"].map, words) == words.sentence("map_blocked")


def test_a_single_driver_is_not_ranked(cases: dict[str, Case]) -> None:
    survey = cases["tied"].survey
    one = kda.relative_importance(survey, drivers=["d0"], n_boot=100)
    said = plain(findings.verdict_sentence(one, cases["tied"].words("en")))
    assert said == "Only one aspect was analysed, “d0”: there is nothing to rank."


# Changes


def change(estimate: float, low: float, high: float, statistic: str, words: Words) -> str:
    level = Level(estimate=estimate, std_error=1.0, conf_low=low, conf_high=high, n=500, n_effective=500.0)
    score = Score(
        outcome="satisfaction",
        statistic=statistic,  # type: ignore[arg-type]
        level=level,
        change=level,
        wave="w2",
        wave_before="w1",
    )
    return plain(findings.change(score, 0.95, words))


def test_changes_are_told_in_sizes_without_a_sign() -> None:
    en, ar = (kda.wording(language, Labels()) for language in ("en", "ar"))
    rose, fell = change(4.2, 1.1, 7.3, "mean", en), change(-4.2, -7.3, -1.1, "mean", en)
    assert "4.2 points since wave “w1” (95% confidence interval 1.1 to 7.3)" in rose
    assert "4.2 points since wave “w1” (95% confidence interval 1.1 to 7.3)" in fell
    assert rose != fell
    assert "بمقدار 4.2 نقطة منذ دورة «w1» (فترة الثقة 95%: من 1.1 إلى 7.3)" in change(-4.2, -7.3, -1.1, "nps", ar)


def test_shares_change_by_percentage_points() -> None:
    assert "by 4.2 percentage points" in change(0.042, 0.011, 0.073, "top2box", kda.wording("en", Labels()))


def test_an_unclear_change_keeps_its_signs() -> None:
    said = change(-1.0, -2.5, 0.5, "mean", kda.wording("en", Labels()))
    assert "estimated difference is −1.0" in said
    assert "−2.5 to 0.5" in said


# Period and participants


def test_periods() -> None:
    words = kda.wording("en", Labels())
    days = datetime.date(2024, 1, 5), datetime.date(2024, 3, 1)
    assert plain(findings.period(days, words)).strip(", ") == "5 January 2024 to 1 March 2024"
    assert plain(findings.period((1977, 1977), words)).strip(", ") == "in 1977"
    assert plain(findings.period((1977, 1979), words)).strip(", ") == "from 1977 to 1979"
    assert findings.period(None, words) == ""


def test_participants_are_counted_or_labelled(cases: dict[str, Case]) -> None:
    assert plain(cases["customersat"].words("ar").respondents(1811)) == "عدد المشاركين: 1,811"
    assert plain(cases["judges"].words("en").respondents(43)) == "Judges rated: 43"
    headline = plain(findings.headline(cases["customersat"].scores, cases["customersat"].words("ar")))
    assert "استنادًا إلى آراء 1,811 مشاركًا" in headline
