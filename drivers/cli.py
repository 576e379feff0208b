"""The command line: drivers report | check | fetch.

Nothing heavy is imported before a command needs it. Exit codes: 0 done, 1 done with warnings, 2 bad
input, 130 stopped by the user.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers import __version__
from drivers.errors import DriversError
from drivers.labels import LANGUAGES

if TYPE_CHECKING:
    from drivers.survey.data import Survey

BAD_INPUT, STOPPED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a command."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help()
        return BAD_INPUT
    try:
        return int(options.run(options))
    except DriversError as error:
        print(f"drivers: {error}", file=sys.stderr)
        return BAD_INPUT
    except OSError as error:
        print(f"drivers: {error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("drivers: stopped", file=sys.stderr)
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="drivers",
        description="What drives satisfaction and loyalty, how sure are we, what to improve first.",
    )
    parser.add_argument("--version", action="version", version=f"drivers {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

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
    report.set_defaults(run=_report)

    check = commands.add_parser(
        "check",
        help="read a survey and say what was done to each column",
        description="Read a survey by its codebook and print the import log. Exit code 2 where it cannot be read.",
    )
    check.add_argument("codebook", help="codebook file (.yml), or the name of an example survey")
    check.add_argument("--data", metavar="FILE", help="answers, where they are not the codebook's own file")
    check.set_defaults(run=_check)

    fetch = commands.add_parser(
        "fetch",
        help="get the data of an example from its publisher (uses the network)",
        description="Download the data of an example survey from its publisher into the cache, checked by reading it.",
    )
    fetch.add_argument("example", help="name of an example survey, such as nyc311")
    fetch.set_defaults(run=_fetch)
    return parser


def _report(options: argparse.Namespace) -> int:
    from drivers.publish.notebooks import read_value
    from drivers.publish.report import publish_report

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
        progress=lambda line: print(line, flush=True),
    )
    print("\nOpen in a browser:")
    for report in published:
        print(f"  {report.page.resolve()}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from drivers.survey.data import read_survey

    if options.data is None:
        survey = read_survey(options.codebook)
    else:
        survey = read_survey(options.data, codebook=options.codebook)
    log = survey.import_log
    print(f"{survey.codebook.survey.id}: {len(survey.weights)} rows, {len(survey.codebook.items)} items")
    print(log.to_string(index=False))
    warnings = _warnings(survey)
    for warning in warnings:
        print(f"warning: {warning}")
    return 1 if warnings else 0


def _warnings(survey: Survey) -> list[str]:
    """What is no error in reading but will be one in a report, or will be missed in it."""
    found = []
    book = survey.codebook
    for name in (*book.default_drivers, *book.outcomes):
        scores = survey.scores[name]
        answered = scores.notna().mean()
        if answered < 0.5:
            found.append(f"{name}: only {answered:.0%} of the rows have a score")
        if scores.nunique() == 1:
            found.append(f"{name}: every score is {scores.dropna().iloc[0]:g} of 100; a report needs differences")
    for kind in ("survey", "driver", "outcome", "wave", "unit_kind"):
        for key in survey.labels.keys(kind):
            absent = [language for language in LANGUAGES if survey.labels.find(kind, key, language) is None]
            if absent:
                found.append(f"{kind} {key!r}: no label in {', '.join(absent)}; pages there show another language's")
    return found


def _fetch(options: argparse.Namespace) -> int:
    from drivers.survey.codebook import read_codebook
    from drivers.survey.examples import cache_folder, example_codebook
    from drivers.survey.fetching import fetch

    book = read_codebook(example_codebook(options.example))
    if book.data.url:
        print(f"Downloading {book.data.url}\n  to {cache_folder() / book.data.file}", flush=True)
    print(f"Ready: {fetch(options.example)}")
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


if __name__ == "__main__":
    sys.exit(main())
