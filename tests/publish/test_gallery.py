"""The page that leads to the reports of the examples, made from small stand-ins: nothing is run."""

import importlib.util
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from drivers.errors import ModelError
from drivers.labels import LANGUAGES
from drivers.publish.report import Published
from drivers.survey import examples

TOOL = Path(__file__).parents[2] / "tools" / "gallery.py"
NO_OTHERS = [None] * (len(fields(Published)) - 3)
"""In place of what a report may name beside page and numbers."""
VOID = {"meta", "link", "br", "img"}
HOSTILE = '<script>alert(1)</script> "quoted" & \u202etorn'
CODEBOOK = """
survey: {{id: clinic, title: {title}, source: {title}}}
data: {{file: answers.csv}}
scales: {{five: {{type: numeric, min: 1, max: 5}}}}
items: {{quick: {{column: Q2, scale: five}}, overall: {{column: Q3, scale: five}}}}
drivers: {{speed: {{items: [quick], label: {{en: Speed, ar: السرعة}}}}}}
outcomes: {{satisfaction: {{items: [overall], label: {{en: Overall satisfaction, ar: الرضا العام}}}}}}
"""


def loaded() -> ModuleType:
    """The tool, which stands outside of the package."""
    spec = importlib.util.spec_from_file_location("gallery", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gallery"] = module  # where its dataclasses look for themselves
    spec.loader.exec_module(module)
    return module


gallery: Any = loaded()


class Parsed(HTMLParser):
    """Elements with their attributes, each inside what it stands in; refuses what is not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str | None]] = []
        self.texts: dict[str | None, str] = {}
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if "head" in [tag for tag, _ in self.open]:
            return
        language = next((language for _, language in reversed(self.open) if language), None)
        self.texts[language] = self.texts.get(language, "") + data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def numbers(**first: Any) -> dict[str, Any]:
    score = {"term": "mean", "outcome": "satisfaction", "estimate": 71.25, "conf_low": 68.04, "conf_high": 74.46}
    return {
        "shown": [
            {"id": "survey-masthead", "details": {"rows_read": 1234, "rows_used": 1200}},
            {"id": "outcome_scores-headline", "model": [{"conf_level": 0.95}], "records": [score | first]},
        ]
    }


def stand_in(folder: Path, stem: str = "00_manager_report", content: Any = None) -> list[Published]:
    """Files such as a report leaves, in a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for language in LANGUAGES:
        report = "تقرير الإدارة" if language == "ar" else "Manager report"
        page = folder / f"{stem}.{language}.html"
        page.write_text(f"<!DOCTYPE html><title>Clinic · {report}</title>", encoding="utf-8")
        page.with_suffix(".json").write_text(json.dumps(content or numbers()), encoding="utf-8")
        pages.append(Published(language, page, page.with_suffix(".json"), *NO_OTHERS))
    return pages


def book(folder: Path, title: str = "{en: Our clinic, ar: عيادتنا}") -> Any:
    (folder / "clinic.yml").write_text(CODEBOOK.format(title=title), encoding="utf-8")
    return gallery.read_codebook(folder / "clinic.yml")


def rendered(tmp_path: Path, **of_example: Any) -> Parsed:
    if of_example.keys().isdisjoint({"published", "left_out"}):
        of_example["published"] = [stand_in(tmp_path / "clinic")]
    of_example.setdefault("book", book(tmp_path))
    return Parsed(gallery.render([gallery.Example("clinic", **of_example)], tmp_path))


def test_both_languages_stand_beside_each_other(tmp_path: Path) -> None:
    page = rendered(tmp_path)
    halves = [attributes for tag, attributes in page.found if tag != "html" and attributes.get("lang")]
    assert {(half["lang"], half["dir"]) for half in halves} == {("en", "ltr"), ("ar", "rtl")}
    assert [half["lang"] for half in halves].count("en") == [half["lang"] for half in halves].count("ar")
    # All that is written stands in one language or the other, but for the dot between the two titles.
    assert re.sub("[\u0600-\u06ff]", "", page.texts["en"]) == page.texts["en"]
    assert re.findall("[A-Za-z]+", page.texts["ar"]) == ["JSON"]
    assert "Overall satisfaction is 71.3 out of 100 (95% confidence interval 68.0 to 74.5)." in page.texts["en"]
    assert "بلغ الرضا العام 71.3 من 100 (فترة الثقة 95%: من 68.0 إلى 74.5)." in page.texts["ar"]
    assert "Rows read: 1,234. Rows used: 1,200." in page.texts["en"]
    assert "Source: Our clinic" in page.texts["en"]


def test_the_page_stands_alone(tmp_path: Path) -> None:
    page = rendered(tmp_path)
    assert not page.all("script") + page.all("link") + page.all("img")
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")
    assert len(page.all("h1")) == len(page.all("main")) == 1
    names = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(names) == len(set(names))
    assert {each["aria-labelledby"] for each in page.all("article")} <= set(names)


def test_links_lead_to_files_and_say_of_which_survey(tmp_path: Path) -> None:
    pages = stand_in(tmp_path / "clinic")
    pdf = pages[0].page.with_suffix(".pdf")
    pdf.write_bytes(b"")
    pages[1].page.with_suffix(".pdf").write_bytes(b"")  # of an earlier page
    pages[1].page.with_suffix(".csv.zip").write_bytes(b"")
    page = rendered(tmp_path, published=[pages], pdfs=[pdf.resolve()])
    links = [link for link in page.all("a") if link.get("class") != "skip"]
    assert [link["href"] for link in links] == [
        *(f"clinic/00_manager_report.en.{ending}" for ending in ("html", "json", "csv.zip")),
        *(f"clinic/00_manager_report.ar.{ending}" for ending in ("html", "json", "pdf")),
    ]
    assert all((tmp_path / str(link["href"])).is_file() for link in links)
    assert [link["aria-label"] for link in links[:2]] == [
        "Manager report: Our clinic",
        "Numbers (JSON): Manager report, Our clinic",
    ]
    assert [link["hreflang"] for link in links if "hreflang" in link] == ["en", "ar"]


def test_a_hostile_title_is_only_a_title(tmp_path: Path) -> None:
    title = json.dumps({"en": HOSTILE, "ar": HOSTILE})
    pages = stand_in(tmp_path / "clinic", stem='a "b"#<i>')
    page = rendered(tmp_path, published=[pages], book=book(tmp_path, title))
    assert not page.all("script") + page.all("i")
    assert '<script>alert(1)</script> "quoted" & torn' in page.texts["en"]
    assert "\u202e" not in "".join(page.texts.values())
    hrefs = [str(link["href"]) for link in page.all("a")]
    assert "clinic/a%20%22b%22%23%3Ci%3E.en.html" in hrefs
    assert not [link for link in page.all("a") if "\u202e" in str(link.get("aria-label"))]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (numbers(term="nps", estimate=-4.0), "The Net Promoter Score of overall satisfaction is −4.0"),
        (numbers(term="share"), None),
        (numbers(estimate=None), None),
        ({"shown": []}, None),
        ({"shown": [{"id": "survey-masthead", "details": {"rows_read": 20, "rows_used": 9}}]}, None),
    ],
    ids=["nps", "share", "none", "nothing shown", "fewer than ten"],
)
def test_only_a_score_that_is_shown_is_told(content: Any, said: str | None, tmp_path: Path) -> None:
    text = rendered(tmp_path, published=[stand_in(tmp_path / "clinic", content=content)]).texts["en"]
    assert said in text if said else "confidence interval" not in text
    assert ("Rows read" in text) == (content["shown"][:1] == numbers()["shown"][:1])


@pytest.mark.parametrize(("why", "command"), [("no_data", "drivers fetch clinic"), ("failed", "drivers report clinic")])
def test_what_was_not_published_is_named_with_the_way_to_it(why: str, command: str, tmp_path: Path) -> None:
    page = rendered(tmp_path, left_out=why)
    for language in LANGUAGES:
        assert gallery.TEXTS[language]["left_out"] in page.texts[language]
        assert gallery.TEXTS[language][why] in page.texts[language]
        assert command in page.texts[language]
    assert [link["class"] for link in page.all("a")] == ["skip"]


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    example = gallery.Example("clinic", book(tmp_path), [stand_in(tmp_path / "clinic")])
    first = gallery.write_page([example], tmp_path).read_bytes()
    assert gallery.write_page([example], tmp_path).read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic", "clinic.yml", "index.html"]


def test_one_report_that_fails_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(examples.DATA_VARIABLE, str(tmp_path))
    monkeypatch.setattr(examples, "cache_folder", lambda: tmp_path)
    asked: list[str] = []

    def publish(name: str, *, notebook: Path, output: Path, **others: object) -> Sequence[Published]:
        asked.append(f"{name}/{notebook.stem}")
        if name == "customersat":
            raise ModelError("Expected two drivers, found one; name another.")
        return stand_in(output / name)

    monkeypatch.setattr(gallery, "publish_report", publish)
    monkeypatch.setattr(sys, "argv", ["gallery.py", str(tmp_path / "out")])
    assert gallery.main() == 1
    said = capsys.readouterr()
    assert said.err == "customersat, 00_manager_report: Expected two drivers, found one; name another.\n"
    assert "nyc311: left out, its data are not at hand; 'drivers fetch nyc311' gets them\n" in said.out
    assert "sfo: left out, its data are not at hand; 'drivers fetch sfo' says how to get them\n" in said.out
    at_hand = ["customersat", "judges", "service_center", "service_center_staff"]
    assert asked == [f"{name}/00_manager_report" for name in at_hand]
    page = Parsed((tmp_path / "out" / "index.html").read_text(encoding="utf-8"))
    first = [each["id"] for each in page.all("article")]
    assert first[:3] == at_hand[1:]
    assert sorted(str(name) for name in first) == sorted(examples.example_names())


def test_all_notebooks_are_each_named_once() -> None:
    stems = [path.stem for path in gallery._notebooks(["all", "drivers"])]
    assert stems[0] == "00_manager_report"
    assert stems == sorted(set(stems))
    assert "03_drivers" in stems
