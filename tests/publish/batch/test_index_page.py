"""The index: it stands without a script, searches and sorts with one, and has no number of its own."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.present.isolation import plain
from drivers.publish.batch.index_page import index_name, index_page
from drivers.publish.batch.place import Folder
from tests.publish.test_browser import ARGUMENTS, ONE_ROW_OF_EACH_LOOK, PHONE, RULES, WIDER_THAN_THE_PAGE, check

UNITS, WAVES = [f"b{i:02d}" for i in range(1, 25)], ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]
STATUSES = ("published", "outdated", "failed", "missing", "withheld")


def numbers(i: int) -> dict[str, Any]:
    """What a report shows, as far as the index reads it."""
    record = {"outcome": "satisfaction", "term": "mean", "wave": "", "n": i}
    estimate = 40 + (37 * i) % 50 + 0.5
    level = record | {"estimate": estimate, "conf_low": estimate - 2, "conf_high": estimate + 2, "wave_from": None}
    change = record | {
        "estimate": i % 7 - 3.0,
        "conf_low": i % 7 - 4.5,
        "conf_high": i % 7 - 1.5,
        "wave_from": "2023Q1",
    }
    status = ("ranked", "ranked", "tied", "not_rankable")[i % 4]
    leader = "respect" if i % 4 == 0 else None
    verdict = {
        "status": status,
        "leader": leader,
        "top_group": ["respect", "speed"] if i % 4 == 1 else [],
        "reasons": [],
    }
    return {
        "shown": [
            {"id": "outcome_scores-cards", "records": [level, change]},
            {"id": "importance-summary", "verdict": verdict},
            {"id": "one_minute-read", "details": {"light": ("green", "amber", "red")[i % 3]}},
        ]
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four hundred reports that never were: units with names of all kinds in some waves."""
    root = tmp_path_factory.mktemp("publication")
    place = Folder(root)
    labels = kda.example_survey("service_center").labels
    reports = []
    for i in range(400):
        unit, wave = UNITS[i % 24] if i < 380 else f'<script>alert({i})</script>"><img>', WAVES[i // 24 % 4]
        stem, status = f"r{i:03d}", STATUSES[i % 5] if i % 3 == 0 else "published"
        unit = unit if i < 96 else f"{unit} {i}"
        entry = {
            "stem": stem,
            "unit": unit,
            "wave": wave,
            "wave_place": i // 24 % 4,
            "only": None,
            "status": status,
            "files": {},
        }
        entry["n"] = None if status == "withheld" else 10 + i
        if status == "withheld":
            entry["reason"] = "few" if i % 2 else "difference"
        elif status != "missing":
            for language in LANGUAGES:
                entry["files"] |= {f"{stem}.{language}.json": "", f"{stem}.{language}.html": ""}
                place.write(f"{stem}.{language}.json", json.dumps(numbers(i)).encode())
        reports.append(entry)
    manifest = {"reports": reports, "languages": list(LANGUAGES), "fewest": 10, "figure": {}, "stale": ["old"]}
    for language in LANGUAGES:
        place.write(index_name(language), index_page(manifest, place, labels, language))
    (root / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_numbers_are_those_of_the_reports(folder: Path, language: str) -> None:
    page = (folder / index_name(language)).read_text(encoding="utf-8")
    body = page[page.index("<tbody", page.index('id="table"')) :]
    rows = re.findall(r"<tr role=\"row\" data-status=\"(\w+)\">(.*?)</tr>", body, flags=re.DOTALL)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert len(rows) == len({(one["unit"], one["wave"]) for one in manifest["reports"]}) == 400
    for i, ((status, row), entry) in enumerate(zip(rows, manifest["reports"], strict=True)):
        assert status == entry.get("reason", entry["status"])
        keys = re.findall(r'class="number"(?: data-key="([^"]*)")?>', row)
        assert keys[0] == ("" if entry["n"] is None else str(entry["n"]))
        links = set(re.findall(r'href="([^"]+)"', row))
        if entry["files"]:
            shown = numbers(i)["shown"][0]["records"]
            assert [float(key) for key in keys[1:]] == [shown[0]["estimate"], shown[1]["estimate"]]
            assert links == {f"{entry['stem']}.{one}.html" for one in LANGUAGES}
        else:
            assert keys[1:] == ["", ""] and not links
    assert "<script>alert" not in page and "<img>" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_no_barrier_and_fits_the_window(folder: Path, browser: Browser, language: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((folder / index_name(language)).as_uri())
    page.evaluate(ONE_ROW_OF_EACH_LOOK)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        check(page, runOnly=RULES)
    page.set_viewport_size({"width": PHONE, "height": 800})
    assert page.evaluate(WIDER_THAN_THE_PAGE) == []
    check(page, runOnly=RULES)
    # Nothing of a report is off the side, and each of its values has its name.
    row = page.locator("#table tbody tr").first
    for part in (*row.locator("td:not(:empty)").all(), *row.locator("a").all()):
        box = part.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE
    named = "cells => cells.map(cell => getComputedStyle(cell, '::before').content.slice(1, -1))"
    heads = [name.strip() for name in page.locator("#table thead th").all_text_contents()][1:]
    assert row.locator("td").evaluate_all(named) == [plain(name) for name in heads]
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_searches_and_sorts_without_a_server(folder: Path, browser: Browser, language: str) -> None:
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto((folder / index_name(language)).as_uri())
    rows = page.locator("#table tbody tr:visible")
    search = page.get_by_role("searchbox")
    # In the page's own letters, whatever form of them is typed.
    name = {"en": "HARBOUR", "ar": "المَرفَأ"}[language]
    search.fill(name)
    assert rows.count() == 4
    assert "4" in page.locator("form.search output").inner_text()
    search.fill("no such unit")
    assert rows.count() == 0
    search.fill("")
    assert rows.count() == 400
    head = page.locator("#table th").nth(3)
    scores = "rows => rows.map(row => row.cells[3].dataset.key ?? '').filter(Boolean).map(Number)"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    up = page.locator("#table tbody tr").evaluate_all(scores)
    assert up == sorted(up)
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    down = page.locator("#table tbody tr").evaluate_all(scores)
    assert down == up[::-1] or down == sorted(up, reverse=True)
    # What has no score stands last either way.
    last = page.locator("#table tbody tr").last
    assert last.evaluate("row => row.cells[3].dataset.key ?? ''") == ""
    assert told == []
    page.close()


def test_without_a_script_the_table_stands(folder: Path, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((folder / index_name("en")).as_uri())
    assert page.locator("#table tbody tr").count() == 400
    assert page.get_by_role("searchbox").count() == 0 and page.locator("#table thead button").count() == 0
    page.context.close()
