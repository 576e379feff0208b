"""Pages in a real browser: as a reader meets them, on a phone and at a desk, by mouse and by keyboard."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.present.figures.canvas import NARROW, WIDE
from drivers.present.isolation import plain
from drivers.present.numerals import MINUS
from tests.publish.conftest import ALL_RUNS, Report

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE, TABLET, DESK = 320, 768, 1280
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

TAME = [run for run in ALL_RUNS if "hostile" not in str(run.id)]
FEW = [run for run in ALL_RUNS if run.id in ("customersat-00_manager_report", "judges-03_drivers")]

VISIBLE_TEXT = """
outside => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (element.closest(outside) || !element.checkVisibility()) continue;
    found.push(walker.currentNode.textContent);
  }
  return found;
}
"""

ONE_ROW_OF_EACH_LOOK = """
() => {
  for (const body of document.querySelectorAll('tbody')) {
    const seen = new Set();
    for (const row of [...body.rows]) {
      const parts = [row, ...row.querySelectorAll('*')];
      const look = parts.map(e => `${e.tagName}.${e.className} ${e.getAttribute('style')}`).join(' ');
      if (seen.has(look)) row.remove();
      seen.add(look);
    }
  }
}
"""

ONE_TEXT_OF_EACH_LOOK = """
() => {
  const named = e => [...e.attributes].filter(a => /^(class|style|data-|open|hidden|type)/.test(a.name));
  const look = e => e ? `${look(e.parentElement)}>${e.tagName}${named(e).map(a => `[${a.name}=${a.value}]`)}` : '';
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const repeated = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.textContent.trim()) continue;
    const found = look(walker.currentNode.parentElement);
    if (seen.has(found)) repeated.push(walker.currentNode);
    seen.add(found);
  }
  repeated.forEach(each => { each.textContent = ''; });
  return seen.size;
}
"""

WITHOUT_WHAT_READERS_OF_SCREENS_PASS_OVER = """
() => document.querySelectorAll('svg[aria-hidden="true"]').forEach(each => each.replaceChildren())
"""

WIDER_THAN_THE_PAGE = """
() => [...document.body.querySelectorAll('*')]
  .filter(e => !e.closest('.table, svg') && e.checkVisibility() && !e.classList.contains('skip'))
  .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5 || e.getBoundingClientRect().left < -0.5)
  .map(e => e.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module", params=ALL_RUNS[::-1])
def published(
    request: pytest.FixtureRequest,
    publishing: Callable[[str, str], Report],
    field_survey: Callable[[str], None],
) -> Report:
    """Every report, the last one first: the worker with the tests of pages has them published from the other end."""
    survey, notebook = request.param
    field_survey(survey)
    return publishing(survey, notebook)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def new_page(browser: Browser, width: int = DESK, **how: Any) -> Page:
    """A window of its own that keeps what its page asks of the network and writes to the console."""
    page = browser.new_context(viewport={"width": width, "height": 800}, **how).new_page()
    page.asked, page.told = [], []  # type: ignore[attr-defined]

    def ask(request: Request) -> None:
        page.asked.append(request.url)  # type: ignore[attr-defined]

    def tell(message: ConsoleMessage) -> None:
        page.told.append(message.text)  # type: ignore[attr-defined]

    page.on("request", ask)
    page.on("console", tell)
    page.on("pageerror", lambda error: page.told.append(str(error)))  # type: ignore[attr-defined]
    return page


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Pages that a test may do with as it likes."""
    pages: list[Page] = []

    def get(report: Report, language: str, width: int = DESK, **how: Any) -> Page:
        pages.append(new_page(browser, width, **how))
        pages[-1].goto(report.page(language).as_uri())
        return pages[-1]

    yield get
    for page in pages:
        page.context.close()


@pytest.fixture(scope="module")
def read(browser: Browser) -> Iterator[Callable[[Report, str], Page]]:
    """Pages that tests only look at, with all tables open; each is opened once, in the window of its language."""
    windows = {language: new_page(browser) for language in LANGUAGES}
    shown: dict[str, Report] = {}

    def get(report: Report, language: str) -> Page:
        page = windows[language]
        if shown.get(language) != report:
            page.asked.clear()  # type: ignore[attr-defined]
            page.told.clear()  # type: ignore[attr-defined]
            page.set_viewport_size({"width": DESK, "height": 800})
            page.goto(report.page(language).as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            shown[language] = report
        return page

    yield get
    for page in windows.values():
        page.context.close()


Read = Callable[[Report, str], Page]


def test_page_loads_alone_and_in_silence(published: Report, language: str, read: Read) -> None:
    page = read(published, language)
    assert page.asked == [published.page(language).as_uri()]  # type: ignore[attr-defined]
    assert page.told == []  # type: ignore[attr-defined]
    direction = "rtl" if language == "ar" else "ltr"
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [language, direction]
    assert page.evaluate("getComputedStyle(document.body).direction") == direction


@pytest.mark.parametrize("width", [PHONE, TABLET, DESK])
def test_page_fits_the_window(published: Report, language: str, width: int, read: Read) -> None:
    page = read(published, language)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(WIDER_THAN_THE_PAGE) == []
    shown, hidden = ("narrow", "wide") if width == PHONE else ("wide", "narrow")
    assert page.locator(f".{hidden} svg:visible").count() == 0
    boxes = page.evaluate(
        f"[...document.querySelectorAll('.{shown} svg')].map(each => each.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) == page.locator("figure").count()
    for box in boxes:
        assert box["left"] >= 0
        assert box["right"] <= width
        # Figures are drawn for these widths: much narrower, and their letters would be too small to read.
        assert box["width"] >= 0.9 * (NARROW if width == PHONE else WIDE)


@pytest.mark.parametrize("published", TAME, indirect=True)
def test_an_arabic_page_has_no_english_left(published: Report, read: Read) -> None:
    page = read(published, "ar")
    # Versions, fingerprints and names of measures stand in parts of their own, from left to right.
    for text in page.evaluate(VISIBLE_TEXT, '[dir="ltr"]'):
        assert not re.search(r"[A-Za-z]{2,}[^\u0600-\u06ff]+[A-Za-z]{2,}", text), text
        assert not re.search(r"[A-Za-z]{4,}", text), text


@pytest.mark.parametrize("published", TAME, indirect=True)
def test_an_english_page_has_no_arabic_left(published: Report, read: Read) -> None:
    page = read(published, "en")
    # The way to the other page speaks its language.
    for text in page.evaluate(VISIBLE_TEXT, ".language"):
        assert not re.search("[\u0600-\u06ff]", text), text


def test_there_is_no_barrier(published: Report, language: str, read: Read) -> None:
    page = read(published, language)
    page.set_viewport_size({"width": DESK, "height": 800})
    # The letters of a figure are paths, which no checker reads, and a thousand rows alike take it half a minute. No
    # other test looks at the page after this one.
    page.evaluate(WITHOUT_WHAT_READERS_OF_SCREENS_PASS_OVER)
    page.evaluate(ONE_ROW_OF_EACH_LOOK)
    check(page, runOnly=RULES, rules={"color-contrast": {"enabled": False}})
    # Of what looks alike one is enough; contrast takes most of the time.
    assert page.evaluate(ONE_TEXT_OF_EACH_LOOK) > 10
    try:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            check(page, runOnly=["color-contrast"])
    finally:
        page.emulate_media(color_scheme="light")


def check(page: Page, **options: Any) -> None:
    found = Axe().run(page, options={**options, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("published", FEW, indirect=True)
def test_the_first_tab_leads_to_the_content(published: Report, language: str, opened: Callable[..., Page]) -> None:
    page = opened(published, language)
    skip = page.locator("a.skip")
    assert page.evaluate("document.querySelector('.skip').getBoundingClientRect().bottom") <= 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("published", FEW, indirect=True)
def test_tables_open_and_scroll_by_keyboard(published: Report, language: str, opened: Callable[..., Page]) -> None:
    page = opened(published, language, PHONE)
    first = page.locator("details").first
    assert not first.locator("table").is_visible()
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert first.locator("table").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "table"
    if page.evaluate("document.activeElement.scrollWidth > document.activeElement.clientWidth"):
        page.keyboard.press("ArrowLeft" if language == "ar" else "ArrowRight")
        deadline = time.monotonic() + 5
        while page.evaluate("document.activeElement.scrollLeft") == 0:
            assert time.monotonic() < deadline, "the table does not scroll"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert not first.locator("table").is_visible()


@pytest.mark.parametrize("published", FEW, indirect=True)
def test_contents_lead_to_their_sections(published: Report, language: str, opened: Callable[..., Page]) -> None:
    page = opened(published, language, reduced_motion="reduce")
    links = page.locator("nav a")
    assert links.count() == page.locator("section").count()
    for k in range(links.count()):
        links.nth(k).click()
        target = page.evaluate("location.hash.slice(1)")
        assert page.locator(f"#{target} h2").inner_text().strip() == links.nth(k).inner_text().strip()


@pytest.mark.parametrize("published", FEW, indirect=True)
def test_the_other_language_is_one_click_away(published: Report, language: str, opened: Callable[..., Page]) -> None:
    page = opened(published, language)
    page.locator(".language a").click()
    assert page.evaluate("document.documentElement.lang") == ("en" if language == "ar" else "ar")


@pytest.mark.parametrize("published", FEW, indirect=True)
def test_focus_can_be_seen(published: Report, language: str, opened: Callable[..., Page]) -> None:
    page = opened(published, language)
    for _ in range(4):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


@pytest.mark.parametrize("published", FEW, indirect=True)
def test_paper_has_the_wide_figures_and_no_navigation(
    published: Report, language: str, opened: Callable[..., Page]
) -> None:
    page = opened(published, language, PHONE)
    page.emulate_media(media="print")
    assert page.locator(".wide svg:visible").count() == page.locator("figure").count()
    assert page.locator(".narrow svg:visible").count() == 0
    assert not page.locator("nav").is_visible()


@pytest.mark.parametrize("published", FEW, indirect=True)
def test_numbers_keep_their_signs_in_place(published: Report, opened: Callable[..., Page]) -> None:
    """Between Arabic words a percent sign stands right of its Western number."""
    page = opened(published, "ar")
    order = page.evaluate(
        """
        () => {
          const bdi = [...document.querySelectorAll('p bdi[dir="ltr"]')].find(e => /^\\d+%$/.test(e.textContent));
          const place = k => {
            const range = document.createRange();
            range.setStart(bdi.firstChild, k);
            range.setEnd(bdi.firstChild, k + 1);
            return range.getBoundingClientRect().left;
          };
          return [...bdi.textContent].map((_, k) => place(k));
        }
        """
    )
    assert order == sorted(order)
    assert len(order) >= 2


# Sliders

MOVES = {"respect": 4, "speed": -3, "welcome": 2}


@pytest.fixture(scope="module")
def service_center(publishing: Callable[[str, str], Report]) -> Report:
    return publishing("service_center", "00_manager_report")


def test_sliders_say_what_the_package_says(service_center: Report, language: str, opened: Callable[..., Page]) -> None:
    page = opened(service_center, language)
    assert page.locator(".without-sliders").is_hidden()
    survey = kda.example_survey("service_center")
    names = kda.what_if_table(survey).drivers
    for name, move in MOVES.items():
        slider = page.locator(f".sliders input[data-driver='{names.index(name)}']")
        slider.focus()
        # By keyboard, as everybody can; in a page from right to left the arrow to the left is the one that raises.
        up = "ArrowLeft" if language == "ar" else "ArrowRight"
        down = "ArrowRight" if language == "ar" else "ArrowLeft"
        for _ in range(abs(move)):
            page.keyboard.press(up if move > 0 else down)
        assert slider.input_value() == str(move)
        assert re.search(rf"[+{MINUS}]{abs(move)}", str(slider.get_attribute("aria-valuetext")))
    expected = kda.what_if(survey, MOVES)
    words = kda.wording(language, survey.labels)
    rows = page.locator(".sliders tbody tr")
    assert rows.count() == len(expected.measures)
    for place in range(rows.count()):
        cells = [text.strip() for text in rows.nth(place).locator("td").all_inner_texts()]
        told = [plain(words.number(value, 2, sign=True)) for value in expected.effect[[0, 2, 3], place]]
        assert cells[1:4] == told
        assert rows.nth(place).locator(".says").inner_text() == plain(words.text("what_if_says", expected.says[place]))
    page.locator(".sliders button").click()
    # Not by wait_for_function: where it has to look twice, the page's policy forbids it.
    expect(rows.first.locator("xpath=./*[3]")).to_have_text("0.00")


def test_without_a_script_and_on_paper_a_table_stands_in_place_of_sliders(
    service_center: Report, language: str, opened: Callable[..., Page]
) -> None:
    still = opened(service_center, language, java_script_enabled=False)
    assert still.locator(".sliders").is_hidden()
    assert still.locator(".without-sliders table").is_visible()
    paper = opened(service_center, language)
    paper.emulate_media(media="print")
    assert paper.locator(".sliders").is_hidden()
    assert paper.locator(".without-sliders table").is_visible()


def test_the_reader_s_choice_of_colours_goes_before_the_system_s(
    service_center: Report, opened: Callable[..., Page]
) -> None:
    page = opened(service_center, "en", color_scheme="dark")
    ground = "getComputedStyle(document.querySelector('#headline')).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_label("Light").check()
    assert page.evaluate(ground) == "rgb(255, 255, 255)" != dark
    page.get_by_label("Dark").check()
    assert page.evaluate(ground) == dark
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_a_manager_meets_no_jargon_outside_the_appendix(service_center: Report, opened: Callable[..., Page]) -> None:
    page = opened(service_center, "en")
    page.evaluate("document.querySelectorAll('#method, #glossary, footer').forEach(each => each.remove())")
    text = page.evaluate("document.body.innerText")
    assert not re.search(r"\b(beta|coefficients?|regression|p-values?|significan\w+|p <)\b", text, re.I), text
    # A cause is looked for or denied, never claimed.
    assert not re.search(r"\b(caused|causes|leads? to|brings? about|thanks to)\b", text, re.I), text
