"""Pages as PDF: printed by a real browser, and refused in one sentence where that cannot be."""

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from drivers.cli import BAD_INPUT, main
from drivers.errors import PublishError
from drivers.labels import LANGUAGES
from drivers.publish import pdf, report
from drivers.publish.pdf import BROWSER_VARIABLE, find_browser, write_pdf
from tests.publish.conftest import Report

WHOLE = "%PDF-1.4 %%EOF"
INSTEAD = "environment variable DRIVERS_BROWSER, or print the page from any browser."

MakeBrowser = Callable[[str], str]


@pytest.fixture
def stand_in(tmp_path: Path) -> MakeBrowser:
    """A program in the place of a browser; `$out` is where it is told to print to."""

    def make(does: str) -> str:
        program = tmp_path / "browser"
        start = 'for each in "$@"; do case $each in --print-to-pdf=*) out=${each#*=} ;; esac; done'
        program.write_text(f"#!/bin/sh\n{start}\n{does}\n", encoding="utf-8")
        program.chmod(0o755)
        return str(program)

    return make


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    page = tmp_path / "pages" / "00_manager_report.en.html"
    page.write_text("<!DOCTYPE html><title>A page</title><p>One.", encoding="utf-8")
    return page


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(BROWSER_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "_usual_places", lambda environment: iter(()))


# In a real browser


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("survey", ["customersat", "judges"])
def test_a_published_page_becomes_a_pdf(
    survey: str, language: str, request: pytest.FixtureRequest, chromium_path: str, tmp_path: Path
) -> None:
    published: Report = request.getfixturevalue(survey)
    page = Path(shutil.copy(published.page(language), tmp_path))
    made = write_pdf(page, browser=chromium_path)
    assert made == tmp_path / f"00_manager_report.{language}.pdf"
    assert sorted(tmp_path.iterdir()) == [page, made]
    content = made.read_bytes()
    assert content.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type /Page\b", content))
    assert 2 <= pages <= 20
    # Tagged, in the page's language, with its headings as an outline.
    assert b"/StructTreeRoot" in content
    assert f"/Lang ({language})".encode() in content
    assert b"/Outlines" in content
    assert b"Date" not in content.split(b"endobj")[0]


@pytest.mark.browser
def test_the_same_page_gives_the_same_bytes(page: Path, chromium_path: str) -> None:
    first = write_pdf(page, browser=chromium_path).read_bytes()
    time.sleep(1)  # the dates in a PDF count seconds
    assert write_pdf(page, browser=chromium_path).read_bytes() == first


@pytest.mark.browser
@pytest.mark.parametrize("name", ["--version.en.html", "a b#c?d%41&'\"<i>;$(x).en.html", "تقرير.ar.html"])
def test_a_name_is_only_a_name(name: str, page: Path, chromium_path: str) -> None:
    hostile = page.rename(page.parent / name)
    made = write_pdf(hostile, browser=chromium_path)
    assert made.name == name.removesuffix(".html") + ".pdf"
    assert len(list(page.parent.iterdir())) == 2
    # The page itself: where the name led elsewhere, the browser would print that nothing is there.
    assert b"A page" in made.read_bytes()


@pytest.fixture
def asked() -> Iterator[tuple[int, list[str]]]:
    """A server on this machine, and what it is asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *what: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        running = threading.Thread(target=server.serve_forever, daemon=True)
        running.start()
        yield server.server_port, paths
        server.shutdown()
        running.join()


@pytest.mark.browser
def test_printing_asks_nothing_of_the_network(page: Path, chromium_path: str, asked: tuple[int, list[str]]) -> None:
    port, paths = asked
    images = "".join(f'<img src="http://{host}:{port}/x.png" alt="">' for host in ("127.0.0.1", "localhost"))
    page.write_text(f"<!DOCTYPE html><title>A page</title>{images}", encoding="utf-8")
    write_pdf(page, browser=chromium_path)
    assert paths == []


# Which browser


def test_no_browser_ends_in_one_sentence(no_browser: None, page: Path) -> None:
    with pytest.raises(PublishError) as error:
        write_pdf(page)
    assert str(error.value) == (
        "Expected an installed Chromium, Chrome or Edge to print the PDF with, found none on the path nor in the usual "
        "places; install one, name its file in the environment variable DRIVERS_BROWSER, or leave out --pdf and print "
        "the page from any browser."
    )


def test_a_wrong_name_of_a_browser_ends_in_one_sentence() -> None:
    with pytest.raises(PublishError) as error:
        find_browser({BROWSER_VARIABLE: "/no/browser", "PATH": ""})
    assert str(error.value) == (
        "Expected DRIVERS_BROWSER to name a browser, found '/no/browser', which is no program; write its name on the "
        "path or its file, or unset it."
    )


def test_the_named_browser_comes_before_those_on_the_path(stand_in: MakeBrowser, tmp_path: Path) -> None:
    program = Path(stand_in("exit 0"))
    other = Path(shutil.copy(program, tmp_path / "google-chrome"))
    path = str(tmp_path)
    assert find_browser({"PATH": path}) == str(other)
    assert find_browser({"PATH": path, BROWSER_VARIABLE: "browser"}) == str(program)
    assert find_browser({"PATH": "", BROWSER_VARIABLE: str(program)}) == str(program)


# Whole or not at all


@pytest.mark.parametrize(
    ("does", "found"),
    [
        ("echo 'no display' >&2; exit 3", "exit code 3: no display"),
        ("exit 0", "no whole PDF"),
        ("echo 'cannot write' >&2", "no whole PDF: cannot write"),
        ("printf '%%PDF-1.4 half' > \"$out\"", "no whole PDF"),
        ("sleep 60 & sleep 60", "none within 1 seconds"),
    ],
)
def test_a_browser_that_fails_ends_in_one_sentence(
    does: str, found: str, page: Path, stand_in: MakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = page.with_suffix(".pdf")
    before.write_text("of before", encoding="utf-8")
    program = stand_in(does)
    with pytest.raises(PublishError) as error:
        write_pdf(page, browser=program, patience=1)
    assert str(error.value) == (
        f"Expected a PDF of 00_manager_report.en.html from {program}, found {found}; try again, name another browser "
        f"in the {INSTEAD}"
    )
    assert before.read_text(encoding="utf-8") == "of before"
    assert sorted(page.parent.iterdir()) == [page, before]


def test_a_program_that_does_not_start_ends_in_one_sentence(page: Path, tmp_path: Path) -> None:
    program = tmp_path / "nothing"
    with pytest.raises(PublishError) as error:
        write_pdf(page, browser=str(program))
    assert str(error.value) == (
        f"Expected the browser {program} to start, found: No such file or directory; name another one in the "
        "environment variable DRIVERS_BROWSER."
    )


def test_a_page_that_is_not_there_ends_in_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "00_manager_report.en.html"
    with pytest.raises(PublishError) as error:
        write_pdf(missing, browser="unused")
    assert str(error.value) == f"Expected a published page to print, found no file {missing}; publish the report first."


@pytest.mark.parametrize("root", [True, False])
def test_only_root_does_without_the_sandbox(
    root: bool, page: Path, stand_in: MakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_is_root", lambda: root)
    program = stand_in(f'printf \'%s\\n\' "$@" > "$(dirname "$0")/told"; printf \'%s\' \'{WHOLE}\' > "$out"')
    write_pdf(page, browser=program)
    told = (Path(program).parent / "told").read_text(encoding="utf-8").splitlines()
    assert ("--no-sandbox" in told) == root
    assert told[-1] == page.as_uri()


# From the command line


def test_the_command_lists_pages_and_pdfs(
    page: Path, stand_in: MakeBrowser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published = SimpleNamespace(language="en", page=page)
    monkeypatch.setattr(report, "publish_report", lambda *given, **named: [published])
    monkeypatch.setenv(BROWSER_VARIABLE, stand_in(f"printf '%s' '{WHOLE}' > \"$out\""))
    assert main(["report", "judges", "--pdf"]) == 0
    assert capsys.readouterr().out == (
        f"\nOpen in a browser:\n  {page}\n\nPrint, or hand on:\n  {page.with_suffix('.pdf')}\n"
    )
    assert page.with_suffix(".pdf").read_text(encoding="utf-8") == WHOLE
    assert main(["report", "judges"]) == 0
    assert capsys.readouterr().out == f"\nOpen in a browser:\n  {page}\n"


def test_the_command_looks_for_a_browser_before_it_runs(
    no_browser: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "judges", "--pdf", "--output", str(tmp_path / "out")]) == BAD_INPUT
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("drivers: Expected an installed Chromium, Chrome or Edge to print the PDF with")
    assert not (tmp_path / "out").exists()
