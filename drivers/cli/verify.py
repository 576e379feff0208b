"""drivers verify: run a published report again and say whether its numbers stand."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drivers.cli.commands import Commands

DIFFERENT = 1
_SHOWN = 10
_NAMES = {
    "data_sha256": "the data",
    "codebook_sha256": "the codebook",
    "beside_sha256": "a file beside the data",
    "version": "the version of drivers",
}


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    verify = commands.add_parser(
        "verify",
        help="run a published report again and say whether its numbers stand",
        description="Run a published report again with its own parameters and compare every number. Exit code 1 where "
        "one is another.",
    )
    verify.add_argument("report", help="a published page (.html) or its numbers (.json)")
    verify.add_argument("--codebook", help="the survey's codebook (default: the example of the survey's name)")
    verify.add_argument("--notebook", help="the notebook, where it is none of the package's own")
    verify.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from drivers.cli.terminal import visible
    from drivers.publish.spared_imports import spare_imports
    from drivers.publish.verification import verify_report

    spare_imports()
    found = verify_report(options.report, codebook=options.codebook, notebook=options.notebook)
    changed = " and ".join(_NAMES[name] for name in found.changed)
    if found.stands:
        since = f" The report was made before {changed} changed." if changed else ""
        print(f"All {found.compared:,} numbers stand.{since}")
        return 0
    print(f"{len(found.differences):,} values differ; {found.compared:,} numbers were compared.")
    for one in found.differences[:_SHOWN]:
        place = visible(f"{one.piece}, {one.place}")
        print(f"  {place}: published {_text(one.published)}, now {_text(one.now)}")
    if len(found.differences) > _SHOWN:
        print(f"  … and {len(found.differences) - _SHOWN:,} more")
    if changed:
        print(f"Changed since: {changed}. Publish the report again, or verify it with what it was made from.")
    else:
        print("Data, codebook and version are those of the report: its file, or its notebook, was changed since.")
    return DIFFERENT


def _text(value: Any) -> str:
    from drivers.cli.terminal import visible

    return "nothing" if value is None else visible(str(value))
