"""drivers batch: make all reports of a publication that are out of date."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.cli.commands import Commands
    from drivers.publish.batch.running import Batch

SOME_FAILED, STOPPED = 1, 130
_SHOWN = 20
"""Failures that are shown; all are in the manifest and in the log."""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    batch = commands.add_parser(
        "batch",
        help="publish all reports of a publication that are out of date",
        description="Make every report of a publication (a YAML file) that is not what it would be if made now. "
        "Whatever ends a run, the same command goes on where it stopped. Exit code 1 if any report failed.",
    )
    batch.add_argument("publication", help="publication file (.yml)")
    batch.add_argument("--dry-run", action="store_true", help="only say what would be made")
    batch.add_argument(
        "--only", action="append", default=[], metavar="PATTERN", help="name, unit or wave, such as 'b0*'; repeatable"
    )
    batch.add_argument("--force", action="store_true", help="make reports that are up to date as well")
    batch.add_argument("--retry-failed", action="store_true", help="make reports again that failed before")
    batch.add_argument("--workers", type=_many, metavar="N", help="processes side by side (default: one a processor)")
    batch.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://host:8786")
    batch.set_defaults(run=_run)


def _many(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, found {text!r}")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    from drivers.publish.batch.running import run_batch

    told = _Progress()
    batch = run_batch(
        options.publication,
        only=options.only,
        force=options.force,
        retry_failed=options.retry_failed,
        workers=options.workers,
        scheduler=options.scheduler,
        dry_run=options.dry_run,
        progress=told,
    )
    told.end()
    if options.dry_run:
        for stem in batch.planned:
            print(f"  {stem}")
        print(_counts(batch, made="to make"))
        return 0
    print(_summary(batch))
    if batch.stopped.startswith("Stopped"):
        return STOPPED
    return SOME_FAILED if batch.errors or batch.stopped else 0


class _Progress:
    """One line that is written over again on a terminal; elsewhere a line now and then."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._told = 0.0
        self._live = sys.stdout.isatty()

    def __call__(self, batch: Batch, stem: str) -> None:
        """Tell how many are done, failed and left, and for how long."""
        now = time.monotonic()
        if not stem:
            self._begun = now
        planned = set(batch.planned)
        failed = len(planned & set(batch.errors))
        done = len(batch.published) + failed
        left = len(batch.planned) - done
        if not self._live and left and now - self._told < 10 and stem:
            return
        self._told = now
        remaining = f", {_duration((now - self._begun) / done * left)} left" if done and left else ""
        line = f"{len(batch.published)} done, {failed} failed, {left} to do{remaining}"
        print(f"\r\033[K{line}" if self._live else line, end="" if self._live else "\n", flush=True)

    def end(self) -> None:
        """Leave the line behind."""
        if self._live and self._told:
            print()


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _counts(batch: Batch, made: str) -> str:
    count = len(batch.planned) if made == "to make" else len(batch.published)
    said = [f"{count} {made}", f"{len(batch.kept)} up to date", f"{len(batch.errors)} failed"]
    if batch.withheld:
        said.append(f"{len(batch.withheld)} withheld (too few people)")
    if batch.stale:
        said.append(f"{len(batch.stale)} no longer asked for")
    return ", ".join(said)


def _summary(batch: Batch) -> str:
    from drivers.cli.terminal import visible

    lines = [_counts(batch, made="made"), f"In {batch.output}"]
    for stem in batch.failed[:_SHOWN]:
        lines.append(visible(f"  {stem}: {batch.errors[stem]}"))
    if len(batch.errors) > _SHOWN:
        lines.append(f"  … and {len(batch.errors) - _SHOWN} more: they are in manifest.json.")
    if batch.errors and not batch.stopped:
        lines.append("Open the .failed.ipynb of a report to see why, mend it, and run the command with --retry-failed.")
    if batch.stale:
        more = " …" if len(batch.stale) > _SHOWN else ""
        lines.append(f"No longer asked for, left where they are: {', '.join(batch.stale[:_SHOWN])}{more}")
    if batch.filtered:
        lines.append(
            "Caution: reports of a filter beside others. Each tells of nobody few; whether two of them together do, "
            "inside, is not looked at."
        )
    if batch.log:
        lines.append(f"Log: {batch.log}")
    if batch.stopped:
        lines.append(batch.stopped)
    return "\n".join(lines)
