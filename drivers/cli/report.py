"""drivers report: publish a notebook about a survey."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.errors import DriversError
from drivers.labels import LANGUAGES

if TYPE_CHECKING:
    from drivers.cli.commands import Commands


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    report = commands.add_parser(
        "report",
        help="publish a report of a survey",
        description="Run a notebook on a survey and publish one page per language, with its numbers as JSON.",
    )
    report.add_argument("codebook", help="codebook file (.yml), or the name of an example survey")
    report.add_argument("--notebook", default="00_manager_report", help="name or path (default: %(default)s)")
    report.add_argument("--language", action="append", metavar="LANG", help="ar or en; may be repeated (default: both)")
    report.add_argument("--output", default="reports/published", metavar="DIR", help="default: %(default)s")
    report.add_argument("--unit", help="report on one unit")
    report.add_argument("--wave", help="wave to report on")
    report.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="segment or column to filter by; may be repeated",
    )
    report.add_argument("--digits", choices=("latn", "arab"), help="arab: Arabic-Indic digits on the Arabic page")
    report.add_argument(
        "-p",
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another parameter of the notebook",
    )
    report.add_argument(
        "--pdf",
        action="store_true",
        help="print each page to a PDF beside it as well (needs an installed Chromium, Chrome or Edge)",
    )
    report.add_argument("--show-code", action="store_true", help="put the code that made each piece under it, folded")
    report.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from drivers.publish.notebooks import read_value
    from drivers.publish.pdf import find_browser, write_pdf
    from drivers.publish.report import publish_report
    from drivers.publish.spared_imports import spare_imports

    spare_imports()
    # Looked for first: that there is none should not be found out after the run.
    browser = find_browser() if options.pdf else None
    parameters = {
        name: getattr(options, name) for name in ("unit", "wave", "digits") if getattr(options, name) is not None
    }
    if options.only:
        parameters["only"] = _pairs("--only", options.only)
    for name, value in _pairs("--parameter", options.parameter).items():
        parameters[name] = read_value(value)
    published = publish_report(
        options.codebook,
        notebook=options.notebook,
        languages=options.language or LANGUAGES,
        output=options.output,
        parameters=parameters,
        show_code=options.show_code,
        progress=lambda line: print(line, flush=True),
    )
    printed = [write_pdf(report.page, browser=browser) for report in published] if browser else []
    print("\nOpen in a browser:")
    for report in published:
        print(f"  {report.page.resolve()}")
    if printed:
        print("\nPrint, or hand on:")
    for pdf in printed:
        print(f"  {pdf.resolve()}")
    return 0


def _pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """NAME=VALUE options as a mapping; a name twice is refused, for one of the two would be lost."""
    pairs: dict[str, str] = {}
    for text in texts:
        name, value = _pair(option, text)
        if name in pairs:
            raise DriversError(f"Expected {option} {name!r} once, found it twice; keep one.")
        pairs[name] = value
    return pairs


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise DriversError(f"Expected {option} as NAME=VALUE, found {text!r}; write the name, =, and the value.")
    return name, value
