"""Pages: one file, whole, safe, and built of what was shown."""

import re
from base64 import b64encode
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import nbformat
import pytest
from markupsafe import escape

import drivers as kda
from drivers import __version__
from drivers.labels import LANGUAGES, Labels
from drivers.present.channel import PAGES, SHOWN, bundle
from drivers.present.isolation import plain
from drivers.publish.page import collect, render
from tests.publish.conftest import AT_HAND, Report
from tests.shown import HOSTILE

VOID = {"meta", "link", "br", "hr", "img", "input"}
DIRECTIONS = {"en": "ltr", "ar": "rtl"}


class Page(HTMLParser):
    """The elements of a page; an element that is not closed, or closed by another, is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.open), data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def values(self, *names: str) -> list[str]:
        """The values of these attributes, wherever they stand."""
        return [str(value) for _, attrs in self.elements for name, value in attrs.items() if name in names]

    def text(self, tag: str) -> list[str]:
        """The text of each run inside an element."""
        return [text.strip() for inside, text in self.texts if tag in inside and text.strip()]


@lru_cache(maxsize=AT_HAND)
def page_of(text: str) -> Page:
    """The page, read once for all tests that look at it."""
    return Page(text)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sections(page: Page) -> list[str | None]:
    return [attrs["id"] for attrs in page.all("section")]


# What every page is


def test_language_direction_and_title(published: Report, language: str) -> None:
    text = published.html(language)
    page = Page(text)
    assert text.startswith("<!DOCTYPE html>")
    assert page.all("html") == [{"class": "report", "lang": language, "dir": DIRECTIONS[language]}]
    assert len(page.all("h1")) == 1
    (title,) = page.text("title")
    assert title.endswith({"00_manager_report": ("Manager report", "تقرير الإدارة")}.get(published.notebook, title))
    assert not re.search("[\u2066-\u2069]", text)


def test_a_page_is_one_light_file(published: Report, language: str) -> None:
    assert published.page(language).stat().st_size < 1_500_000
    page = page_of(published.html(language))
    assert not {"link", "img", "iframe", "object", "embed", "base", "video", "audio"} & {
        tag for tag, _ in page.elements
    }
    addresses = page.values("href", "src", "xlink:href", "action", "srcset")
    other = published.page("ar" if language == "en" else "en").name
    assert [address for address in addresses if not address.startswith("#")] == [other]
    assert not [attrs for _, attrs in page.elements if any(name.startswith("on") for name in attrs)]
    styles = "".join(page.text("style"))
    assert not re.search(r"url\(|@import|expression", styles)


def test_a_page_runs_the_script_of_its_sliders_and_no_other(published: Report, language: str) -> None:
    page = page_of(published.html(language))
    (policy,) = [attrs for attrs in page.all("meta") if "http-equiv" in attrs]
    allowed = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    forms = page.all("form")
    assert all(attrs["class"] == "sliders" for attrs in forms)
    assert page.all("script") == [{}] * len(forms)
    if forms:
        (script,) = re.findall("<script>(.*?)</script>", published.html(language), flags=re.DOTALL)
        assert script == sliders()
        allowed += f"; script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    assert policy["content"] == allowed


def sliders() -> str:
    return resources.files("drivers.publish").joinpath("template", "sliders.js").read_text(encoding="utf-8")


def test_ids_are_unique_and_every_reference_finds_one(published: Report, language: str) -> None:
    page = page_of(published.html(language))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    inner = [value[1:] for value in page.values("href", "xlink:href") if value.startswith("#")]
    named = [str(attrs["aria-labelledby"]) for _, attrs in page.elements if "aria-labelledby" in attrs]
    clips = re.findall(r"url\(#([^)]+)\)", published.html(language))
    assert set(inner) | set(named) | set(clips) <= set(ids)


def test_contents_name_every_section_once(published: Report, language: str) -> None:
    page = page_of(published.html(language))
    linked = [
        str(attrs["href"])[1:]
        for attrs in page.all("a")
        if str(attrs["href"]).startswith("#") and attrs.get("class") != "more"
    ]
    assert linked == ["content", *sections(page)]  # type: ignore[list-item]
    headings = [attrs["id"] for attrs in page.all("h2")]
    assert headings == [f"{name}-heading" for name in sections(page)]


def test_every_figure_has_an_alternative_in_two_widths_and_its_table(published: Report, language: str) -> None:
    page = page_of(published.html(language))
    pictures = [attrs for attrs in page.all("div") if attrs.get("role") == "img"]
    figures = page.all("figure")
    opened = [text for inside, text in page.texts if {"figure", "summary"} <= set(inside)]
    assert len(pictures) == 2 * len(figures) == 2 * len(page.all("figcaption")) == 2 * len(opened)
    assert [attrs["class"] for attrs in pictures] == ["wide", "narrow"] * len(figures)
    assert all(str(attrs["aria-label"]).endswith((".", "؟")) for attrs in pictures)
    # One more defines the letters of all.
    assert len(page.all("svg")) == len(pictures) + bool(figures)
    assert all(attrs["aria-hidden"] == "true" for attrs in page.all("svg"))


def test_numbers_in_running_text_are_isolated(published: Report) -> None:
    page = page_of(published.html("ar"))
    if published.survey == "hostile":
        return
    for inside, text in page.texts:
        # Whole numbers of the wording itself need no isolate; signs, marks and percents do.
        if "bdi" not in inside and not {"style", "svg", "title", "script"} & set(inside):
            assert not re.search(r"\d[.,%]\d|\d%|[−+]\d", text), text


def test_the_footer_says_where_the_numbers_come_from(published: Report, language: str) -> None:
    page = page_of(published.html(language))
    footer = " ".join(text for inside, text in page.texts if "footer" in inside)
    about = next(piece for piece in published.numbers(language)["shown"] if piece["id"] == "survey-footer")["details"]
    n_boot = f"{about['parameters']['n_boot']:,}"
    for part in (about["data_sha256"][:16], about["codebook_sha256"][:16], f"drivers {__version__}", "95%", n_boot):
        assert part in footer
    assert f"{about['rows_read']:,}" in footer


# What is left out


def test_sections_without_data_are_left_out(customersat: Report, judges: Report, language: str) -> None:
    for report in (customersat, judges):
        absent = {"trend-section", "units", "budget-section", "comments-section", "expectations", "indicator-cards"}
        assert not absent & set(sections(Page(report.html(language))))
        assert [piece for piece in report.numbers(language)["shown"] if piece["id"] == "waves-trend"] == []


def test_sections_with_data_are_there(publishing: Callable[[str, str], Report], language: str) -> None:
    page = Page(publishing("long", "00_manager_report").html(language))
    assert sections(page)[:3] == ["priority-read", "headline", "score-cards"]
    middle = ["what-drives", "where-to-act", "trend-section", "what-if"]
    assert [name for name in sections(page) if name in middle] == middle
    assert sections(page)[-3:] == ["how-sure", "method", "glossary"]


def test_where_nothing_may_be_ranked_nothing_is(judges: Report) -> None:
    page = Page(judges.html("en"))
    text = " ".join(text for inside, text in page.texts if not {"style", "title"} & set(inside))
    words = kda.wording("en", Labels())
    assert "The aspects cannot be ranked" in text
    assert words.sentence("map_blocked") in text
    claims = [words.ui(key) for key in ("first_place", "together_first")]
    claims += [words.text("quadrant", name) for name in ("improve_first", "keep_up", "can_wait", "enough")]
    claims += [words.term(key) for key in ("rank_low", "rank_high", "quadrant")]
    assert not [claim for claim in claims if claim in text]
    assert not re.search(r"\branks? \d", text)
    assert all("data-quadrant" not in attrs for attrs in page.all("li"))


# Labels that would break a page


def test_hostile_labels_show_as_text(publishing: Callable[[str, str], Report], language: str) -> None:
    text = publishing("hostile", "00_manager_report").html(language)
    page = Page(text)
    assert [script.strip() for script in page.text("script")] in ([], [sliders().strip()])
    assert not page.all("img")
    assert not [attrs for _, attrs in page.elements if any(name.startswith("on") for name in attrs)]
    assert "\u202e" not in text
    shown = "".join(data for inside, data in page.texts if "table" in inside)
    for label in HOSTILE:
        kept = " ".join(re.sub("[\u202a-\u202e\n]", lambda match: " " if match[0] == "\n" else "", label).split())
        assert kept in shown, label


def test_hostile_labels_leave_the_page_s_own_parts_alone(
    publishing: Callable[[str, str], Report], customersat: Report, language: str
) -> None:
    hostile, tame = (
        Page(report.html(language)) for report in (publishing("hostile", "00_manager_report"), customersat)
    )
    known = {tag for tag, _ in tame.elements} | {"b", "strong", "circle"}
    assert {tag for tag, _ in hostile.elements} <= known
    assert [attrs for attrs in hostile.all("meta")] == [attrs for attrs in tame.all("meta")]
    # The survey's title stands in the margins of printed pages, where nothing can end its string.
    one, other = (re.sub(r'content: "[^"]*";', "", "".join(page.text("style"))) for page in (hostile, tame))
    assert one == other


# Collecting and rendering


def notebook(*outputs: dict[str, Any]) -> Any:
    cells = [
        nbformat.v4.new_code_cell("kda.show(…)", outputs=[nbformat.v4.new_output("display_data", data=data)])
        for data in map(published_as, outputs)
    ]
    return nbformat.v4.new_notebook(cells=cells)


def published_as(data: dict[str, Any]) -> dict[str, Any]:
    """What `show` puts out in a kernel that publishes; here each language has the same words."""
    if SHOWN not in data:
        return data
    page = {"html": data["text/html"], "heading": data[SHOWN]["heading"]}
    return {**data, PAGES: {"en": page, "ar": page}}


@pytest.fixture(scope="module")
def pieces() -> dict[str, dict[str, Any]]:
    survey = kda.example_survey("judges")
    importance = kda.relative_importance(survey, n_boot=100)
    words = kda.wording("en", survey.labels)
    about = kda.describe(survey, report="drivers", used=43, conf_level=0.95, n_boot=100, seed=1)
    waves = kda.by_wave(kda.outcome_scores, survey)
    return {
        "masthead": bundle(about, words, as_="masthead"),
        "bars": bundle(importance, words, as_="bars"),
        "summary": bundle(importance, words, as_="summary"),
        "trend": bundle(waves, words, as_="trend"),
        "footer": bundle(about, words, as_="footer"),
    }


def test_pieces_come_in_the_order_of_their_cells(pieces: dict[str, dict[str, Any]]) -> None:
    found = collect(notebook(pieces["bars"], {"text/plain": "Words(…)"}, pieces["masthead"], pieces["trend"]), "en")
    assert [piece.numbers["id"] for piece in found] == ["importance-bars", "survey-masthead", "waves-trend"]


def test_a_piece_shown_twice_is_refused(pieces: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(kda.PublishError) as caught:
        collect(notebook(pieces["bars"], pieces["masthead"], pieces["bars"]), "en")
    assert str(caught.value) == ("Expected each piece once on a page, found importance-bars twice; remove one show().")


def test_a_notebook_that_shows_nothing_is_refused() -> None:
    with pytest.raises(kda.PublishError) as caught:
        collect(notebook({"text/plain": "1811"}), "en")
    assert str(caught.value) == (
        "Expected results put out with kda.show(), found none; show at least one in the notebook."
    )


def rendered(made: Any, language: str = "en", **how: Any) -> str:
    """The page of a notebook that was run."""
    return render(collect(made, language), language, **{"others": [], "file_name": f"x.{language}.html", **how})


def test_nothing_but_what_was_shown_is_on_a_page(pieces: dict[str, dict[str, Any]]) -> None:
    other = {"text/html": "<b>not shown</b>", "text/plain": "not shown", "image/png": "iVBORw0KGgo="}
    page = rendered(notebook(other, pieces["masthead"], other, pieces["bars"]))
    assert "not shown" not in page
    assert "iVBOR" not in page
    assert sections(Page(page)) == ["what-drives"]


def test_pieces_of_one_section_stand_together(pieces: dict[str, dict[str, Any]]) -> None:
    made = notebook(pieces["masthead"], pieces["summary"], pieces["bars"], pieces["trend"], pieces["footer"])
    page = rendered(made, others=["ar", "en"], file_name="x--n1.en.html")
    assert sections(Page(page)) == ["headline", "what-drives"]
    assert 'href="x--n1.ar.html"' in page
    heading = pieces["masthead"][SHOWN]["heading"]
    assert f"<title>{plain(heading)}</title>" in page


def test_a_page_without_a_masthead_still_has_a_title(pieces: dict[str, dict[str, Any]]) -> None:
    page = rendered(notebook(pieces["bars"]), "ar", others=["ar"])
    assert "<title>تقرير الإدارة</title>" in page
    assert "hreflang" not in page


def test_headings_are_escaped(pieces: dict[str, dict[str, Any]]) -> None:
    hostile = {**pieces["bars"], SHOWN: {**pieces["bars"][SHOWN], "heading": "<script>1</script>\"'&"}}
    masthead = {**pieces["masthead"], SHOWN: {**pieces["masthead"][SHOWN], "heading": "</title><script>1</script>"}}
    page = rendered(notebook(masthead, hostile))
    assert "<script" not in page
    assert page.count("</title>") == 1


def test_margins_of_paper_hold_any_title(pieces: dict[str, dict[str, Any]]) -> None:
    title = '</style><script>1</script>"; } @page { x: \\" نص'
    masthead = {**pieces["masthead"], "text/html": f'<h1>{escape(title)}</h1><p class="about">2024</p>'}
    for language in LANGUAGES:
        page = rendered(notebook(masthead, pieces["bars"]), language)
        assert page.count("</style>") == 1
        (written,) = re.findall(r'content: "([^"]*)"', page)
        said = re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), written)
        assert plain(said) == f"{title} · 2024"


def test_pages_of_paper_are_counted_in_the_digits_of_the_page(pieces: dict[str, dict[str, Any]]) -> None:
    made = notebook(pieces["masthead"], pieces["bars"])
    for language, counting in (("ar", "arabic-indic"), ("en", "decimal")):
        page = rendered(made, language, digits="arab")
        assert f"counter(page, {counting}) '/' counter(pages, {counting})" in page


def test_code_stands_under_what_it_made_where_it_is_asked_for(pieces: dict[str, dict[str, Any]]) -> None:
    made = notebook(pieces["masthead"], pieces["bars"])
    made.cells.insert(1, nbformat.v4.new_code_cell("importance = '<b>'"))
    made.cells.insert(2, nbformat.v4.new_code_cell("secret", metadata={"tags": ["note"]}))
    assert "<pre" not in rendered(made)
    page = rendered(made, show_code=True)
    assert "<code>importance = &#39;&lt;b&gt;&#39;\n\nkda.show(…)</code>" in page
    assert "secret" not in page


def test_a_link_to_a_section_that_is_not_there_is_left_out(pieces: dict[str, dict[str, Any]]) -> None:
    links = '<a class="more" href="#{}">More<span class="unseen">: x</span></a>'
    summary = {**pieces["summary"], "text/html": links.format("what-drives") + links.format("units")}
    page = rendered(notebook(summary, pieces["bars"]))
    assert page.count('class="more"') == 1
    assert 'class="more" href="#what-drives"' in page


def test_what_analyses_have_in_common_is_told_once(pieces: dict[str, dict[str, Any]]) -> None:
    made = []
    for section, entries in (
        ("method", ("<p>Errors are robust.</p>", "<p>LMG.</p>")),
        (
            "glossary",
            ("<dt>Tied</dt><dd>Too close.</dd>", "<dt>Rank</dt><dd>Place.</dd>", "<dt>Tied</dt><dd>Else.</dd>"),
        ),
    ):
        for position, told in enumerate((entries, entries[:1], entries[::-1])):
            inside = "".join(told) if section == "method" else f"<dl>{''.join(told)}</dl>"
            numbers = {**pieces["bars"][SHOWN], "id": f"{section}-{position}", "section": section}
            made.append({**pieces["bars"], "text/html": f"<div>{inside}</div>", SHOWN: numbers})
    page = rendered(notebook(*made))
    assert re.findall("Errors are robust|LMG", page) == ["Errors are robust", "LMG"]
    assert re.findall("Too close|Place|Else", page) == ["Too close", "Place", "Else"]
    assert "<dl></dl>" not in page
