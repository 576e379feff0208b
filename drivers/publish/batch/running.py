"""A publication run: what is out of date is made, side by side, and what is not is left alone."""

from __future__ import annotations

import errno
import fnmatch
import os
import platform
import signal
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers import __version__
from drivers.errors import PublishError
from drivers.publish.batch.fingerprints import Record, fingerprint, read_record, sha256, stands
from drivers.publish.batch.place import MACHINERY, Place, place_at
from drivers.publish.batch.planning import Job, beside_each_other, plan, unknown_parameters
from drivers.publish.batch.publication import read_publication
from drivers.publish.batch.run_log import RunLog
from drivers.publish.batch.runner import NO_ROOM
from drivers.publish.batch.withdrawal import withdraw
from drivers.survey.data import Survey, read_survey
from drivers.survey.prepared import survey_bytes


@dataclass(slots=True)
class Batch:
    """How a publication stands after a run, or would after one that was only asked what it would do.

    Parameters
    ----------
    jobs
        All reports of the publication.
    planned
        Stems of those that the run makes.
    published, failed, kept
        Stems of those that were made, that failed in this run or before, and that were up to date.
    errors
        Stem → why it failed.
    stale
        Stems of reports in the folder that the publication no longer has.
    output
        The folder or its URL.
    log
        File of the run's log; empty where nothing was run.
    stopped
        Why the run ended early; empty where it did not.
    """

    jobs: list[Job]
    output: str
    planned: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    log: str = ""
    stopped: str = ""

    @property
    def failed(self) -> list[str]:
        """Stems of the reports that failed."""
        return list(self.errors)

    @property
    def filtered(self) -> bool:
        """Whether reports of several filters, or of one and of all people, are published together."""
        return beside_each_other(self.jobs)

    @property
    def withheld(self) -> list[Job]:
        """Reports that may not be published."""
        return [job for job in self.jobs if job.withheld]


Progress = Callable[[Batch, str], None]
"""Told how the batch stands after each report, and which report it was; an empty name at the beginning."""


def run_batch(
    publication: str | Path,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    retry_failed: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    dry_run: bool = False,
    progress: Progress = lambda batch, stem: None,
) -> Batch:
    """Make every report of a publication that is not what it would be if it were made now.

    Parameters
    ----------
    publication
        A YAML file; see `Publication`.
    only
        Patterns, such as ``b0*``: only reports are made whose name, unit or wave fits one of them.
    force
        Make reports that are up to date as well.
    retry_failed
        Make reports again that failed from the same inputs; those that a killed process or a full disk stopped are
        always made again.
    workers
        Processes side by side on this machine; as many as it has processors if None.
    scheduler
        Address of a Dask scheduler, such as ``tcp://host:8786``, whose workers make the reports.
    dry_run
        Only find out what would be made.
    progress
        Told of each report.

    Returns
    -------
    Batch
        One failing report stops no other, and its broken notebook is kept beside the others as ``….failed.ipynb``.

    Raises
    ------
    PublishError
        Where the publication is not as it must be, or another batch writes to its folder.
    """
    asked = read_publication(Path(publication))
    if unknown := unknown_parameters(asked):
        raise PublishError(
            f"{Path(publication).name}, parameters: expected parameters that a notebook declares, found "
            f"{unknown[0]!r}; remove it or correct its name."
        )
    survey = read_survey(asked.codebook)
    jobs = plan(asked, survey)
    place = place_at(asked.output)
    with ExitStack() as open_until_done:
        if not dry_run:
            open_until_done.enter_context(place.locked())
        batch = Batch(jobs=jobs, output=asked.output)
        wanted = {job.stem: fingerprint(job.request, survey, for_index=job.for_index) for job in jobs}
        _look(batch, wanted, place, only=only, force=force, retry_failed=retry_failed)
        if dry_run:
            return batch
        # Slow to import, and not needed to say what would be made.
        from drivers.publish.batch.manifest import manifest_of, write_manifest

        def tell() -> None:
            with _room(batch):
                write_manifest(manifest_of(batch, wanted, place, asked, survey), place, survey.labels)

        _clear_answers(place)
        if withdraw(batch, wanted, place, survey, asked.fewest):
            tell()
        try:
            if batch.planned:
                _run(batch, wanted, place, survey, workers=workers, scheduler=scheduler, progress=progress)
        finally:
            tell()
        return batch


def _look(
    batch: Batch,
    wanted: Mapping[str, Any],
    place: Place,
    *,
    only: Sequence[str],
    force: bool,
    retry_failed: bool,
) -> None:
    """Find out which reports are to be made, are up to date, failed before, or are no longer asked for."""
    records = place.names(f"{MACHINERY}/records")
    known = {name.removesuffix(".json") for name in records if name.endswith(".json")}
    batch.stale = sorted(known - {job.stem for job in batch.jobs})
    chosen = [job for job in batch.jobs if not only or _fits(job, only)]
    if only and batch.jobs and not chosen:
        raise PublishError(
            f"Expected reports that fit {', '.join(only)}, found none among {len(batch.jobs)}, such as "
            f"{batch.jobs[0].stem}; write a name, a unit or a wave, with * for any letters."
        )
    for job in chosen:
        if job.withheld:
            continue
        record = read_record(place, job.stem) if job.stem in known else None
        if not force and stands(record, wanted[job.stem], place):
            batch.kept.append(job.stem)
        elif not (force or retry_failed) and _failed_alike(record, wanted[job.stem]):
            assert record is not None
            batch.errors[job.stem] = record.error
        else:
            batch.planned.append(job.stem)


def _fits(job: Job, only: Sequence[str]) -> bool:
    names = (job.stem, job.about.unit, job.about.wave)
    return any(fnmatch.fnmatchcase(name, pattern) for name in names if name for pattern in only)


def _failed_alike(record: Record | None, wanted: Mapping[str, Any]) -> bool:
    return record is not None and record.status == "failed" and record.fingerprint == dict(wanted)


def _clear_answers(place: Place) -> None:
    """Take away the answers that a run had prepared and was killed before it could."""
    for name in place.names(MACHINERY):
        if name.endswith(".arrow"):
            place.remove(f"{MACHINERY}/{name}")


def _run(
    batch: Batch,
    wanted: Mapping[str, Any],
    place: Place,
    survey: Survey,
    *,
    workers: int | None,
    scheduler: str | None,
    progress: Progress,
) -> None:
    log = RunLog(place)
    by_stem = {job.stem: job for job in batch.jobs}
    begun = time.monotonic()
    private = ExitStack()
    try:
        opened = private.enter_context(_prepared(place, survey, shared=scheduler is not None))
        log.add("started", **_provenance(batch, survey))
        batch.log = place.shown(log.name)
        progress(batch, "")
        run = uuid.uuid4().hex
        asked = [_asked(by_stem[stem], wanted[stem], batch.output) | opened | {"run": run} for stem in batch.planned]
        with _answers(asked, run, workers=workers, scheduler=scheduler) as answers:
            for answer in answers:
                stem = answer["stem"]
                if answer["status"] == "published":
                    batch.published.append(stem)
                else:
                    batch.errors[stem] = answer["error"]
                log.add(answer["status"], **{name: answer[name] for name in answer if name not in ("status", "files")})
                progress(batch, stem)
                if answer.get("full"):
                    raise OSError(errno.ENOSPC, answer["error"])
    except KeyboardInterrupt:
        batch.stopped = "Stopped; the same command goes on where this run ended."
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        batch.stopped = (
            f"{batch.output}: expected room for more reports, found none; free some and run the same command again."
        )
    finally:
        private.close()
        with _room(batch):
            log.add(
                "ended",
                published=len(batch.published),
                failed=len(batch.errors),
                seconds=round(time.monotonic() - begun, 3),
                stopped=batch.stopped,
            )


@contextmanager
def _prepared(place: Place, survey: Survey, *, shared: bool) -> Iterator[dict[str, str]]:
    """Where runners find the survey: in a folder that only this user can open, or, for other machines, in the place."""
    content = survey_bytes(survey)
    told = {"survey_sha256": sha256(content)}
    name = f"survey-{told['survey_sha256'][:16]}.arrow"
    if shared:
        place.write(f"{MACHINERY}/{name}", content)
        try:
            yield told | {"survey": f"{MACHINERY}/{name}"}
        finally:
            place.remove(f"{MACHINERY}/{name}")
    else:
        with tempfile.TemporaryDirectory(prefix="drivers-batch-") as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            yield told | {"survey": str(path)}


@contextmanager
def _room(batch: Batch) -> Iterator[None]:
    """A block of which nothing is lost where the disk is full: the next run writes it."""
    try:
        yield
    except OSError:
        if not batch.stopped:
            raise


@contextmanager
def _unstopped() -> Iterator[None]:
    """A block in which processes are started that a key which stops this one (Ctrl-C) leaves alone: it ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _asked(job: Job, wanted: Mapping[str, Any], output: str) -> dict[str, Any]:
    """What a runner is told, beside the survey."""
    request = job.request
    return {
        "stem": job.stem,
        "output": output,
        "codebook": str(request.codebook.resolve()),
        "notebook": str(request.source.resolve()),
        "languages": list(request.languages),
        "parameters": dict(request.given),
        "show_code": request.show_code,
        "for_index": job.for_index,
        "fingerprint": dict(wanted),
    }


@contextmanager
def _answers(
    asked: Sequence[Mapping[str, Any]], run: str, *, workers: int | None, scheduler: str | None
) -> Iterator[Iterator[dict[str, Any]]]:
    """How each report went, as soon as it is known; the cluster ends with the block."""
    import logging

    from distributed import Client, LocalCluster, as_completed

    from drivers.publish.batch.worker import end_runners, failed_in_passing, run_job

    with ExitStack() as open_until_done:
        address: Any = scheduler
        if scheduler is None:
            # Not every system says which processors a process may use.
            cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
            many = min(workers or cores, len(asked))
            with _unstopped():
                address = open_until_done.enter_context(
                    LocalCluster(
                        n_workers=many,
                        threads_per_worker=1,
                        processes=True,
                        dashboard_address=":0",
                        memory_limit=0,
                        silence_logs=logging.CRITICAL,
                    )
                )
        client = open_until_done.enter_context(Client(address))
        # Each report by its name: Dask runs a report again whose worker was killed, and no report twice.
        futures = [client.submit(run_job, dict(one), key=f"{one['stem']}-{run}", retries=0) for one in asked]
        stems = {future.key: one["stem"] for future, one in zip(futures, asked, strict=True)}

        def answers() -> Iterator[dict[str, Any]]:
            for future in as_completed(futures):
                error = None if future.cancelled() else future.exception()
                if future.cancelled():
                    said = "Expected a scheduler that lives, found that it is gone; run the command again."
                    yield failed_in_passing(stems[future.key], said)
                elif error is None:
                    yield future.result()
                else:
                    found = f"{type(error).__name__}: {error}"
                    said = f"Expected a worker that lives, found {found}; run the command again."
                    yield failed_in_passing(stems[future.key], said)

        try:
            yield answers()
        finally:
            client.cancel(futures)
            # Whatever has become of the cluster, it is not why the run ends.
            with suppress(Exception):
                client.run(end_runners, run)


def _provenance(batch: Batch, survey: Survey) -> dict[str, Any]:
    import numpy
    import pandas
    import statsmodels

    return {
        "planned": len(batch.planned),
        "kept": len(batch.kept),
        "withheld": len(batch.withheld),
        "version": __version__,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "libraries": {one.__name__: one.__version__ for one in (numpy, pandas, statsmodels)},
        "data_sha256": survey.data_sha256,
        "codebook_sha256": survey.codebook_sha256,
    }
