"""drivers check: read a survey, say what was done to each column, and whether its answers can be trusted."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.cli.commands import Commands
    from drivers.models.reliability_analysis import ReliabilityResult
    from drivers.survey.data import Survey
    from drivers.survey.quality.health import QualityResult

DONE, WARNED = 0, 1


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    check = commands.add_parser(
        "check",
        help="read a survey, say what was done to each column and how healthy it is",
        description="Read a survey by its codebook; print the import log, the questionnaire's health and warnings. "
        "Exit code 0 where all is well, 1 where there are warnings, 2 where it cannot be read.",
    )
    check.add_argument("codebook", help="codebook file (.yml), or the name of an example survey")
    check.add_argument("--data", metavar="FILE", help="answers, where they are not the codebook's own file")
    check.add_argument("--log", metavar="FILE", help="write the import log here as well (.csv or .xlsx)")
    check.add_argument(
        "--outside", action="store_true", help="let the codebook name files outside its folder: only if you trust it"
    )
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from drivers.cli.health import health_sentences, warnings_of
    from drivers.cli.import_table import import_table
    from drivers.cli.terminal import terminal_width, wrapped
    from drivers.survey.data import read_survey

    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal or file without Arabic shows codes in place of letters.
        sys.stdout.reconfigure(errors="backslashreplace")
    if options.data is None:
        survey = read_survey(options.codebook, outside=options.outside)
    else:
        survey = read_survey(options.data, codebook=options.codebook, outside=options.outside)
    if options.log is not None:
        from drivers.survey.drafting.draft import refuse_overwriting
        from drivers.survey.exporting import write_table

        read = [Path(options.codebook), *(Path(options.codebook).parent / name for name in survey.codebook.data.names)]
        refuse_overwriting(Path(options.log), *read, *([Path(options.data)] if options.data is not None else []))
        write_table(survey.import_log, options.log)
    width = terminal_width()
    print(f"{survey.codebook.survey.id}: {len(survey.weights):,} rows, {len(survey.codebook.items)} items\n")
    print("\n".join(import_table(survey.import_log, width)), flush=True)
    quality, reliability = _judged(survey)
    print("\nHealth")
    if quality is None:
        print("  Not judged: there are fewer than ten respondents.")
    else:
        for sentence in health_sentences(quality, reliability):
            print("  " + "\n    ".join(wrapped(sentence, width - 4)))
    warnings = list(warnings_of(survey, quality, reliability))
    print("" if warnings else "\nNo warnings.")
    for warning in warnings:
        print(f"warning: {warning}")
    return WARNED if warnings else DONE


def _judged(survey: Survey) -> tuple[QualityResult | None, ReliabilityResult | None]:
    """The questionnaire's health and the reliability of its scores; None of what cannot be judged."""
    from drivers.attempts import attempt
    from drivers.models.reliability_analysis import ReliabilityResult, reliability
    from drivers.survey.quality.health import QualityResult, survey_quality

    quality, consistency = attempt(survey_quality, survey), attempt(reliability, survey, n_boot=0)
    return (
        quality if isinstance(quality, QualityResult) else None,
        consistency if isinstance(consistency, ReliabilityResult) else None,
    )
