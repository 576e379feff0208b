"""The questionnaire on paper: every question with its boxes, in the direction of its language, for any hand and eye."""

import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

import drivers as kda
from drivers.errors import CodebookError, PublishError
from drivers.labels import LANGUAGES
from drivers.present.isolation import clean
from drivers.publish.questionnaire import WrittenQuestionnaire, write_questionnaire
from drivers.publish.report import survey_name
from drivers.survey.forms.questionnaire import points, service_model_path, ways_out
from tests.publish.test_browser import ARGUMENTS, RULES, WIDER_THAN_THE_PAGE
from tests.survey.small_survey import CODEBOOK, changed, write_survey

NARROWEST, PAPER = 320, 680
"""Pixels of a small phone, and of the 180 mm that are printed on."""
VOID = {"meta", "link", "br", "img", "hr"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> WrittenQuestionnaire:
    return write_questionnaire(output=tmp_path_factory.mktemp("questionnaire"))


class Parsed(HTMLParser):
    """A page's texts outside its head, its classes and its ids; unbalanced tags fail."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.classes: list[str] = []
        self.ids: list[str] = []
        self.root: dict[str, str | None] = {}
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.root = found
        self.classes += (found.get("class") or "").split()
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "body" in self._open and data.strip():
            self.texts.append(data.strip())


def page(written: WrittenQuestionnaire, language: str) -> str:
    return written.pages[language].read_text(encoding="utf-8")


def small(folder: Path, text: str = CODEBOOK, **how: object) -> WrittenQuestionnaire:
    path = write_survey(folder, codebook=text, answers=None)
    return write_questionnaire(path, output=folder / "out", **how)  # type: ignore[arg-type]


# What is written


def test_files(model: WrittenQuestionnaire) -> None:
    assert model.form.name == "service_model.xlsx"
    assert {language: path.name for language, path in model.pages.items()} == {
        "ar": "service_model.ar.html",
        "en": "service_model.en.html",
    }
    assert model.codebook is not None
    assert model.codebook.read_bytes() == service_model_path().read_bytes()


def test_the_same_codebook_gives_the_same_bytes(model: WrittenQuestionnaire, tmp_path: Path) -> None:
    again = write_questionnaire(output=tmp_path)
    for one, other in ((model.form, again.form), *zip(model.pages.values(), again.pages.values(), strict=True)):
        assert one.read_bytes() == other.read_bytes()


def test_a_codebook_is_not_copied_where_it_was_given(tmp_path: Path) -> None:
    written = small(tmp_path)
    assert written.codebook is None
    assert sorted(path.name for path in written.form.parent.iterdir()) == [
        "clinic.ar.html",
        "clinic.en.html",
        "clinic.xlsx",
    ]


def test_an_edited_codebook_is_never_written_over(tmp_path: Path) -> None:
    write_questionnaire(output=tmp_path, sections=["core"])
    own = tmp_path / "service_model.yml"
    own.write_text(own.read_text("utf-8").replace("First branch", "Palms"), encoding="utf-8")
    with pytest.raises(PublishError) as refused:
        write_questionnaire(output=tmp_path, sections=["core"])
    assert str(refused.value) == (
        f"Expected to write a codebook to {own}, found another one there; run 'drivers questionnaire {own}' to make "
        "the questionnaire of that one, or name another folder with --output."
    )
    assert "Palms" in own.read_text("utf-8")
    assert "Palms" in page(write_questionnaire(own, output=tmp_path), "en")


def test_what_cannot_be_written(tmp_path: Path) -> None:
    for how, error, sentence in (
        ({"languages": ["fr"]}, PublishError, "Expected a language among ar, en, found 'fr'; choose one of these."),
        ({"languages": []}, PublishError, "Expected languages among ar, en, found none; name at least one."),
        (
            {"languages": ["en"], "digits": "arab"},
            PublishError,
            "Expected Arabic-Indic digits only with language 'ar', found 'en'; use latn.",
        ),
        (
            {"sections": ["all"]},
            CodebookError,
            "Expected sections among core, expectations, importance, more, found 'all'; write these names with commas.",
        ),
    ):
        with pytest.raises(error) as refused:
            write_questionnaire(output=tmp_path / "none", **how)  # type: ignore[arg-type]
        assert str(refused.value) == sentence
    assert not (tmp_path / "none").exists()


def test_a_report_by_a_form_is_named_by_its_survey(model: WrittenQuestionnaire) -> None:
    assert survey_name(model.form) == "service_model"


# The page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_stands_on_the_page_with_its_boxes(model: WrittenQuestionnaire, language: str) -> None:
    parsed = Parsed(page(model, language))
    assert parsed.root == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    asked = model.questionnaire.questions
    assert parsed.classes.count("question") == len(asked) == 58
    boxes = 1  # the one in the instructions
    for question in asked:
        if question.text and question.key != "unit":
            assert question.text[language] in parsed.texts
        boxes += len(question.values)
        if question.scale is not None:
            boxes += len(points(question.scale) or ()) + len(ways_out(question.scale))
        for label in question.values.values():
            assert label[language] in parsed.texts
    assert parsed.classes.count("box") == boxes
    assert len(parsed.ids) == len(set(parsed.ids))
    for label in model.questionnaire.book.scales["quality5"].codes.values():  # type: ignore[union-attr]
        assert parsed.texts.count(label[language]) == 33


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_but_itself(model: WrittenQuestionnaire, language: str) -> None:
    text = page(model, language)
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert "<script" not in text
    assert re.findall(r'(?:src|href)="([^"]*)"', text) == [f"service_model.{'en' if language == 'ar' else 'ar'}.html"]
    assert not re.search(r"url\(|@import|https?:", text)


def test_the_arabic_page_speaks_arabic(model: WrittenQuestionnaire) -> None:
    texts = Parsed(page(model, "ar")).texts
    latin = [text for text in texts if re.search("[A-Za-z]", text)]
    # The link to the other page, and the form's version.
    assert latin[0] == "English"
    assert [text for text in latin[1:] if not re.fullmatch("[0-9a-f]{10}", text)] == []
    assert len(latin) <= 2
    for text in texts:
        assert not any(unicodedata.category(character) == "Cf" for character in text), text


def test_the_english_page_speaks_english(model: WrittenQuestionnaire) -> None:
    arabic = [text for text in Parsed(page(model, "en")).texts if re.search("[\u0600-\u06ff]", text)]
    assert arabic == ["العربية"]


def test_digits_of_the_page(tmp_path: Path) -> None:
    written = write_questionnaire(output=tmp_path, languages=["ar"], digits="arab", sections=["core"])
    text = page(written, "ar")
    texts = Parsed(text).texts
    version = re.compile("[0-9a-f]{10}")
    assert [found for found in texts if re.search("[0-9]", found) and not version.fullmatch(found)] == []
    assert {"٠", "١٠", "٢٨", "من ١٨ إلى ٢٩"} <= set(texts)
    assert "counter(page, arabic-indic)" in text
    # The form keeps the digits that are read everywhere.
    assert kda.read_codebook(written.form).segments["age"].values["18-29"]["ar"] == "من 18 إلى 29"


def test_page_and_form_have_one_version(model: WrittenQuestionnaire) -> None:
    import openpyxl

    rows = list(openpyxl.load_workbook(model.form)["settings"].iter_rows(values_only=True))
    version = dict(zip(*rows, strict=True))["version"]
    for language in LANGUAGES:
        assert version in Parsed(page(model, language)).texts


def test_texts_of_a_codebook_are_shown_and_not_obeyed(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "en: A clinic, ar: عيادة", 'en: "<b>A & B</b> \u202eback", ar: عيادة')
    text = changed(
        text, "waiting: {column: Waiting,", 'waiting: {text: {en: "<script>alert(1)</script>"}, column: Waiting,'
    )
    written = small(tmp_path, text)
    english = page(written, "en")
    assert "<script" not in english
    assert "&lt;script&gt;" in english
    assert "\u202e" not in english
    assert clean("<b>A & B</b> \u202eback") in " ".join(Parsed(english).texts)
    # A wording that is there in the other language only is named by it.
    assert '<bdi lang="en">&lt;script&gt;' in page(written, "ar")


def test_questions_without_ways_out_do_not_speak_of_them(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "    missing: {98: not_applicable, 99: dont_know, no comment: refused}\n", "")
    parsed = Parsed(page(small(tmp_path, text), "en"))
    assert "ways" not in parsed.classes
    assert not any("set apart" in found for found in parsed.texts)


def test_a_number_is_written_into_a_field(tmp_path: Path) -> None:
    text = changed(CODEBOOK, "ten: {type: numeric, min: 0, max: 10}", "ten: {type: numeric, min: 0, max: 1000}")
    parsed = Parsed(page(small(tmp_path, text), "en"))
    assert parsed.classes.count("blank") == 4
    assert " ".join(parsed.texts).count("A number from 0 to 1,000") == 4


# In a browser


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> WrittenQuestionnaire:
    """Half of the questions, which show all that a page can hold."""
    return write_questionnaire(output=tmp_path_factory.mktemp("core"), sections=["core"])


@pytest.fixture
def opened(request: pytest.FixtureRequest, browser: Browser, core: WrittenQuestionnaire) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": PAPER, "height": 800}, bypass_csp=True)
    shown = context.new_page()
    shown.goto(core.pages[request.param].as_uri())
    yield shown
    context.close()


EDGES = """selector => [...document.querySelector(selector).children].map(each => each.getBoundingClientRect().left)"""


@pytest.mark.browser
@pytest.mark.parametrize("opened", LANGUAGES, indirect=True)
def test_the_page_in_a_browser(opened: Page) -> None:
    arabic = opened.evaluate("document.documentElement.lang") == "ar"
    found = Axe().run(opened, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert found.response["violations"] == []
    for width in (NARROWEST, 360, PAPER):
        opened.set_viewport_size({"width": width, "height": 800})
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.evaluate(WIDER_THAN_THE_PAGE) == []
    opened.emulate_media(media="print")
    # The best answer stands where reading ends, for words and for numbers.
    for selector in ("#aspects .labels", "#loyalty .numbers"):
        edges = opened.evaluate(EDGES, selector)
        assert len(edges) > 4
        assert edges == sorted(edges, reverse=arabic)
    ways, labels = (opened.evaluate(EDGES, f"#aspects .{name}") for name in ("ways", "labels"))
    assert max(ways) < min(labels) if arabic else min(ways) > max(labels)
    # A hand needs 5 mm at least: 19 px at 96 to the inch.
    smallest = opened.evaluate(
        "Math.min(...[...document.querySelectorAll('.box')].map(each => each.getBoundingClientRect().width))"
    )
    assert smallest > 19
    assert opened.evaluate("getComputedStyle(document.querySelector('.question')).breakInside") == "avoid"
    assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
