"""A published page as PDF, printed by a browser that is installed on this machine."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from drivers.errors import PublishError
from drivers.publish.whole import write_whole

BROWSER_VARIABLE = "DRIVERS_BROWSER"
"""The environment variable that names the browser to print with, by its name on the path or by its file."""

PATIENCE = 120.0
"""Seconds that a browser may take; a page takes two or three."""

_ON_THE_PATH = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
_WINDOWS = (
    *("Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe"),
    "Microsoft/Edge/Application/msedge.exe",
)
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")

_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    # A container often has too little of it.
    "--disable-dev-shm-usage",
    # No name of a host leads anywhere, nor does an address, this machine's own included.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--no-pdf-header-footer",
    # Older browsers pass over a switch that they do not know; newer ones make tags and an outline unasked or by these.
    "--print-to-pdf-no-header",
    "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)

_DATE = re.compile(rb"/(?:CreationDate|ModDate) ?\(D:[^()\\]{0,40}\)")


def find_browser(environment: Mapping[str, str] = os.environ) -> str:
    """The program file of an installed Chromium, Chrome or Edge.

    Parameters
    ----------
    environment
        ``DRIVERS_BROWSER`` in it comes first, then the names on ``PATH``, then the usual places.

    Raises
    ------
    PublishError
        Where there is none, or ``DRIVERS_BROWSER`` names none.
    """
    path = environment.get("PATH", "")
    if named := environment.get(BROWSER_VARIABLE):
        if found := shutil.which(named, path=path):
            return found
        raise PublishError(
            f"Expected {BROWSER_VARIABLE} to name a browser, found {named!r}, which is no program; "
            "write its name on the path or its file, or unset it."
        )
    for name in _ON_THE_PATH:
        if found := shutil.which(name, path=path):
            return found
    for place in _usual_places(environment):
        if os.access(place, os.X_OK) and place.is_file():
            return str(place)
    raise PublishError(
        "Expected an installed Chromium, Chrome or Edge to print the PDF with, found none on the path nor in the usual "
        f"places; install one, name its file in the environment variable {BROWSER_VARIABLE}, or leave out --pdf and "
        "print the page from any browser."
    )


def write_pdf(page: str | Path, *, browser: str | None = None, patience: float = PATIENCE) -> Path:
    """The PDF of a published page, beside it: ``{stem}.{language}.pdf``.

    Parameters
    ----------
    page
        The page's file.
    browser
        The browser's program file; looked for unless given.
    patience
        Seconds that the browser may take.

    Raises
    ------
    PublishError
        Where there is no page or no browser, or the browser gives no PDF in time; a PDF made before stays as it was.

    Notes
    -----
    The file carries no dates, so the same page and the same browser give the same bytes.
    """
    source = Path(page).resolve()
    if not source.is_file():
        # A browser would print its own page of errors.
        raise PublishError(f"Expected a published page to print, found no file {source}; publish the report first.")
    program = browser or find_browser()
    target = source.with_suffix(".pdf")
    # In the page's folder, from where it can be moved as a whole, and under a name that no page's name gets into.
    with tempfile.TemporaryDirectory(prefix=".printing-", dir=source.parent) as folder:
        arriving = Path(folder) / "page.pdf"
        told = _print(program, source, arriving, patience)
        content = arriving.read_bytes() if arriving.is_file() else b""
        if not content.startswith(b"%PDF-") or not content.rstrip().endswith(b"%%EOF"):
            raise _failed(program, source, f"no whole PDF{told and f': {told}'}")
    return write_whole(target, _without_dates(content))


def _usual_places(environment: Mapping[str, str]) -> Iterator[Path]:
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path(environment.get("HOME", "/")) / "Applications"):
            yield from (folder / f"{name}.app" / "Contents" / "MacOS" / name for name in _MAC)
    elif os.name == "nt":
        folders = [Path(environment[name]) for name in _WINDOWS_FOLDERS if environment.get(name)]
        yield from (folder / place for place in _WINDOWS for folder in folders)
    else:
        yield from (Path("/snap/bin/chromium"), Path("/opt/google/chrome/chrome"), Path("/opt/microsoft/msedge/msedge"))


def _print(program: str, source: Path, arriving: Path, patience: float) -> str:
    """Let the browser print, and give back the last line that it wrote."""
    # A profile of its own: one that is in use would hand the page to the window that is open.
    with tempfile.TemporaryDirectory(prefix="drivers-browser-", ignore_cleanup_errors=True) as profile:
        command = [
            *(program, *_FLAGS, *(["--no-sandbox"] if _is_root() else [])),
            *(f"--user-data-dir={profile}", f"--print-to-pdf={arriving}", source.as_uri()),
        ]
        log = Path(profile) / "told"
        with log.open("wb") as told:
            code = _run(command, told, patience)
        if code is None:
            raise _failed(program, source, f"none within {patience:g} seconds")
        last = _last_line(log)
        if code != 0:
            raise _failed(program, source, f"exit code {code}{last and f': {last}'}")
        return last


def _run(command: list[str], told: BinaryIO, patience: float) -> int | None:
    """The exit code of a program, None where it took too long and was ended with all that it started."""
    try:
        running = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
            start_new_session=True,
        )
    except OSError as error:
        raise PublishError(
            f"Expected the browser {command[0]} to start, found: {error.strerror or error}; name another one in the "
            f"environment variable {BROWSER_VARIABLE}."
        ) from None
    try:
        return running.wait(patience)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    """End a program and what it started, such as the processes that draw; nothing happens where it is through."""
    if running.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            running.kill()
        else:
            os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _is_root() -> bool:
    """Whether the browser must do without its sandbox, which it refuses to set up for root."""
    return sys.platform != "win32" and os.geteuid() == 0


def _last_line(log: Path) -> str:
    lines = log.read_bytes().decode("utf-8", "replace").splitlines()
    # What a browser says of a desktop's bus is of no help.
    telling = [line.strip() for line in lines if line.strip() and "/dbus/" not in line and ":dbus/" not in line]
    return telling[-1][:200] if telling else ""


def _failed(program: str, source: Path, found: str) -> PublishError:
    return PublishError(
        f"Expected a PDF of {source.name} from {program}, found {found}; try again, name another browser in the "
        f"environment variable {BROWSER_VARIABLE}, or print the page from any browser."
    )


def _without_dates(content: bytes) -> bytes:
    """The same file with blanks where it tells when it was made; every part stays in its place."""
    return _DATE.sub(lambda match: b" " * len(match[0]), content)
