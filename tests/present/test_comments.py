"""Pieces on comments and reviews: what they say in both languages, and that hostile comments break nothing."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

import drivers as kda
from drivers.comments.review_result import ReviewThemes
from drivers.comments.theme_result import CommentThemes
from drivers.errors import PublishError
from drivers.present import tables
from drivers.present.channel import SHOWN, bundle
from drivers.present.figures.canvas import NARROW, WIDE
from drivers.present.isolation import plain
from drivers.present.sentences.comments import period_name, review_sentences, rising_sentences, who_sentences
from drivers.present.words import Words
from drivers.results import Code, Result, Unanswered
from drivers.survey.data import Survey
from tests.comments.commented import commented

HOSTILE = (
    "<script>alert(1)</script> the clerk at the desk was so rude to all of us",
    "\u202ethe clerk was rude\u202c and </p></blockquote><img src=x onerror=alert(2)> shouted",
    "rude " * 2000,
    "😀😡 rude 漢字 people, {theme} %s $x$ --> and shouting at all of us all day",
    "كان الموظف وقحًا جدًا\u2067 <b onmouseover=alert(3)> ويصرخ على الجميع كل يوم",
)


@pytest.fixture(scope="module")
def survey() -> Survey:
    return kda.example_survey("service_center").select(wave="2024Q3")


@pytest.fixture(scope="module")
def result(survey: Survey) -> CommentThemes:
    return kda.comment_themes(survey, likeness=False)


@pytest.fixture(scope="module")
def reviews(survey: Survey) -> ReviewThemes:
    return kda.review_themes(survey)


def words(survey: Survey, language: str = "en") -> Words:
    return kda.wording(language, survey.labels)


def piece(shown: Result, said: Words, as_: str) -> str:
    return str(bundle(shown, said, as_=as_)["text/html"])


def text(html: str) -> str:
    html = re.sub(r"<svg.*?</svg>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))).split())


def bare(sentences: list[str]) -> str:
    return re.sub("[\u2066-\u2069]", "", " ".join(sentences))


@pytest.mark.parametrize("way", ["themes", "rising", "quotes", "method", "glossary"])
def test_pieces_speak_both_languages(survey: Survey, result: CommentThemes, way: str) -> None:
    english, arabic = (piece(result, words(survey, language), way) for language in ("en", "ar"))
    assert english and arabic
    assert not re.search("[\u0600-\u06ff]", text(re.sub("<blockquote.*?</blockquote>", "", english)))
    assert re.search("[\u0600-\u06ff]", text(arabic))


def test_the_early_warning_is_said(survey: Survey, result: CommentThemes) -> None:
    said = bare(rising_sentences(result, words(survey)))
    assert re.fullmatch(
        r"An early warning: in wave “Third quarter 2024” 1\d% of the comments criticise “Realistic promises”, "
        r"against 2% earlier, which is more than chance alone explains, while no sure fall of its rating is seen\.",
        said,
    )
    arabic = bare(rising_sentences(result, words(survey, "ar")))
    assert arabic.startswith("إنذار مبكر: في دورة «الربع الثالث 2024» انتقد ") and "موضوع «واقعية الوعود»" in arabic


def test_who_wrote_is_said(survey: Survey, result: CommentThemes) -> None:
    said = bare(who_sentences(result, words(survey)))
    assert said.startswith(
        "28% of the participants wrote something in their own words (95% confidence interval: 25% to "
    )
    assert "the mean of overall satisfaction is 3.1 points lower than among the others" in said
    assert "not for all participants." in text(piece(result, words(survey), "themes"))


def test_a_theme_is_said_with_its_number_and_what_goes_with_it(survey: Survey, result: CommentThemes) -> None:
    said = text(piece(result, words(survey), "themes"))
    theme = result.themes[0]
    assert f"“Realistic promises” comes up in {theme.share.n} comments out of {result.sample.n}" in said
    assert re.search(
        r"“The service as a whole” comes up in \d+ comments out of 415 \(\d+%\); where it is criticised, the mean of "
        r"overall satisfaction is \d\d\.\d points lower than where it does not come up",
        said,
    )


def test_reviews_are_said_to_be_chosen(survey: Survey, reviews: ReviewThemes) -> None:
    said = bare(review_sentences(reviews, words(survey)))
    assert "so they do not stand for all customers; they are not weighted." in said
    assert (
        "In the last period (Third quarter 2024) reviews criticise “Realistic promises” more often than before" in said
    )
    assert period_name("2024Q3", reviews, words(survey)) == words(survey).label("wave", "2024Q3")


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_figures_keep_their_texts_apart(
    survey: Survey, result: CommentThemes, reviews: ReviewThemes, language: str, width: float
) -> None:
    said = words(survey, language)
    drawings = [
        kda.figures.theme_bars(result, said),
        kda.figures.theme_bars(reviews, said),
        kda.figures.theme_waves(result, said, theme="honesty"),
    ]
    for drawing in drawings:
        canvas = drawing.canvas(width)
        boxes = [canvas.box(artist) for _, artist in canvas.texts]
        for position, box in enumerate(boxes):
            assert box.left >= -0.5 and box.right <= width + 0.5, canvas.texts[position][0]
            assert not any(box.overlaps(other) for other in boxes[position + 1 :]), canvas.texts[position][0]


def test_figures_say_what_they_find(survey: Survey, result: CommentThemes) -> None:
    drawing = kda.figures.theme_waves(result, words(survey), theme="honesty")
    assert "An early warning" in drawing.alt
    with pytest.raises(PublishError, match="Expected theme to be one of"):
        kda.figures.theme_waves(result, words(survey), theme="tea")
    with pytest.raises(PublishError, match="Expected a result of kind 'comment_themes' or 'review_themes', found"):
        kda.figures.theme_bars(kda.outcome_scores(survey), words(survey))


def test_tables_have_every_theme(survey: Survey, result: CommentThemes, reviews: ReviewThemes) -> None:
    said = words(survey)
    assert len(tables.themes_table(result, said).rows) == len(result.themes)
    links = tables.comment_links_table(result, said)
    assert len(links.rows) == len(result.links)
    assert plain(links.headings[4]) == "Difference (points)"  # of means, which are no percentages
    assert len(tables.comment_waves_table(result, said).rows) == len(result.trends) * len(result.waves)
    assert len(tables.review_stars_table(reviews, said).rows) == len(reviews.themes)
    assert tables.review_periods_table(reviews, said).rows


@pytest.mark.parametrize(("analysis", "what"), [("comment_themes", "comments"), ("review_themes", "reviews")])
def test_what_is_missing_is_said(survey: Survey, analysis: str, what: str) -> None:
    reason = Code(f"no_{what}")
    shown = Unanswered(analysis=analysis, reasons=(reason,))
    said = text(piece(shown, words(survey), "themes"))
    assert said.startswith(f"Nothing can be said of {what}: ")
    assert piece(shown, words(survey), "method") == ""
    hidden = Unanswered(analysis=analysis, reasons=(Code("suppressed", {"needed": 10}),))
    assert piece(hidden, words(survey), "themes") == ""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_hostile_comments_break_nothing(language: str, tmp_path: Path) -> None:
    texts = [comment for comment in HOSTILE for _ in range(15)]
    survey = commented(tmp_path, texts, comments={"quote": True})
    found = kda.comment_themes(survey)
    assert found.quotes
    for way in ("themes", "rising", "quotes", "method"):
        shown = bundle(found, words(survey, language), as_=way)
        html = str(shown["text/html"])
        for hostile in ("<script", "<img", "<b ", "\u202e", "\u2067 "):
            assert hostile not in html
        json.dumps(shown[SHOWN], allow_nan=False)
    html = piece(found, words(survey, language), "quotes")
    assert html.count("<blockquote") == html.count("</blockquote>") >= 1
    assert all(len(quote.text) <= 200 for quote in found.quotes)


def test_nothing_written_is_in_the_numbers_unless_it_may_be_quoted(tmp_path: Path) -> None:
    texts = [f"the clerk at desk {k} was zzyzx rude to me today" for k in range(40)]
    survey = commented(tmp_path, texts)
    found = kda.comment_themes(survey)
    for way in ("themes", "rising", "quotes", "method", "glossary"):
        shown = bundle(found, words(survey), as_=way)
        assert "zzyzx" not in json.dumps(shown[SHOWN]) + str(shown["text/html"])
    assert piece(found, words(survey), "quotes") == ""


def test_quotes_stand_in_their_own_direction(tmp_path: Path) -> None:
    texts = ["the clerk was very rude to me today"] * 15 + ["كان الموظف وقحًا جدًا معي اليوم"] * 15
    survey = commented(tmp_path, texts, comments={"quote": True})
    found = kda.comment_themes(survey)
    for language, other in (("en", "ar"), ("ar", "en")):
        html = piece(found, words(survey, language), "quotes")
        # Of each theme and mood the page's own language comes first.
        assert re.findall(r'<blockquote dir="auto" lang="(\w+)"><p>[^<]+</p></blockquote>', html) == [language]
        assert {quote.language for quote in found.quotes} == {language, other}
