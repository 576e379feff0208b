"""drivers init: draft a codebook from a file of answers."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.cli.commands import Commands
    from drivers.survey.drafting.draft import Draft
    from drivers.survey.drafting.findings import Finding

_MOST = (28, 30, 8)
"""Widths of the part, the columns and the sureness at most; the reason takes the rest."""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    init = commands.add_parser(
        "init",
        help="draft a codebook from a file of answers",
        description="Draft a codebook from a file of answers: items and scales, drivers and outcomes, weights, waves, "
        "segments. Beside each entry stands how sure it is, and what only you can confirm.",
    )
    init.add_argument(
        "file", help="file of answers: CSV, Excel, Parquet, SPSS, Stata, or an export of a survey program"
    )
    init.add_argument(
        "--output", metavar="FILE", help="codebook to write (default: the file's name with .yml beside it)"
    )
    init.add_argument("--form", metavar="FILE", help="XLSForm with the questions' words and choices")
    init.add_argument("--vendor", metavar="NAME", help="program that wrote the file (default: found from the file)")
    init.add_argument("--sheet", metavar="NAME", help="sheet of a workbook with several")
    init.add_argument("--encoding", metavar="NAME", help="text encoding, such as windows-1256 (default: found)")
    init.add_argument("--delimiter", metavar="MARK", help="what stands between two cells (default: found)")
    init.add_argument("--force", action="store_true", help="overwrite a codebook that exists")
    init.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from drivers.cli.terminal import visible
    from drivers.survey.drafting.draft import codebook_path, draft_codebook, refuse_existing, refuse_overwriting

    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal or file without Arabic shows codes in place of letters.
        sys.stdout.reconfigure(errors="backslashreplace")
    source = Path(options.file)
    output = Path(options.output) if options.output is not None else codebook_path(source)
    if not options.force:
        refuse_existing(output)
    refuse_overwriting(output, source, *([Path(options.form)] if options.form is not None else []))
    draft = draft_codebook(
        source,
        form=options.form,
        vendor=options.vendor,
        sheet=options.sheet,
        encoding=options.encoding,
        delimiter=options.delimiter,
    )
    draft.save(output, force=options.force)
    print("\n".join(summary(draft)))
    print(f"\nWritten: {visible(str(output))}")
    beside = output.resolve().parent == source.resolve().parent
    print(visible(f"Next: drivers check {output}" + ("" if beside else f" --data {source}")))
    if not beside:
        print("The codebook looks for its data in its own folder: put the file there to read it without --data.")
    return 0


def summary(draft: Draft) -> list[str]:
    """What was found, how sure it is and why, and what is to be confirmed, as lines of a terminal's width."""
    from drivers.cli.terminal import fitting_widths, table, terminal_width, visible, wrapped

    width = terminal_width()
    shown = _gathered([finding for finding in draft.findings if not finding.part.startswith("items.")])
    rows = [("Part", "Columns", "How sure", "What and why")]
    rows += [(_part(finding), _columns(finding), str(finding.sureness), _told(finding)) for finding in shown]
    lines = [f"{visible(draft.file)}: {draft.rows:,} rows, {draft.columns} columns", ""]
    lines += table(rows, fitting_widths(rows, _MOST, width))
    asked = [finding for finding in draft.findings if finding.confirm]
    if asked:
        lines += ["", f"To confirm: {len(asked)}"]
        for finding in asked:
            text = visible(f"{finding.part}: {finding.confirm}")
            first, *others = wrapped(text, width - 4)
            lines += [f"  - {first}", *(f"    {line}" for line in others)]
    return lines


def _gathered(findings: Sequence[Finding]) -> list[Finding]:
    """Findings, those of drivers that say the same as one."""
    gathered: dict[tuple[str, ...], Finding] = {}
    for finding in findings:
        says = _says(finding)
        first = gathered.get(says)
        if first is not None and finding.part.startswith("drivers.") and len(finding.columns) == 1:
            finding = replace(first, part="drivers", columns=(*first.columns, *finding.columns))
        elif first is not None:
            says = (*says, str(len(gathered)))
        gathered[says] = finding
    return list(gathered.values())


def _part(finding: Finding) -> str:
    """The part of the codebook; what is said of the labels of all drivers is no finding of the drivers."""
    return "labels of drivers" if finding.found == "labels that are not complete" else finding.part


def _says(finding: Finding) -> tuple[str, ...]:
    return finding.part.partition(".")[0], finding.found, finding.sureness, finding.reason, finding.confirm


def _columns(finding: Finding) -> str:
    from drivers.cli.terminal import visible
    from drivers.survey.drafting.findings import quoted

    return visible(quoted(finding.columns))


def _told(finding: Finding) -> str:
    from drivers.cli.terminal import visible

    if finding.reason in ("", finding.found):
        return visible(finding.found)
    return visible(f"{finding.found}: {finding.reason}")
