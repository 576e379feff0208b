"""Whether the numbers of a published report stand: it is run again, and what it shows is compared number by number."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.errors import PublishError
from drivers.publish.execution import execute
from drivers.publish.kernel import prepare, started_kernel
from drivers.publish.notebooks import find_notebook
from drivers.publish.request import report_request
from drivers.survey.examples import example_names

TOLERANCE = 1e-9
"""Part by which a number may differ: another processor adds in another order."""

_MADE_FROM = ("data_sha256", "codebook_sha256", "beside_sha256", "version")


@dataclass(frozen=True, slots=True)
class Difference:
    """A number or word of a piece that is another one now; None where it is not there."""

    piece: str
    place: str
    published: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of running a report again.

    Parameters
    ----------
    report
        File of the numbers that were published.
    compared
        How many numbers were compared.
    differences
        Those that are not what they were.
    changed
        What the report was made from that is another one now: fingerprints of data and codebook, version.
    """

    report: Path
    compared: int
    differences: tuple[Difference, ...]
    changed: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether every number is what it was."""
        return not self.differences


def verify_report(
    report: str | Path, *, codebook: str | Path | None = None, notebook: str | Path | None = None
) -> Verification:
    """Run a published report again, with its own parameters, and compare every number.

    Parameters
    ----------
    report
        A page (.html) or its numbers (.json).
    codebook
        The survey's codebook; needed where the survey is none of the examples.
    notebook
        The notebook, where it is none of the package's own.

    Raises
    ------
    PublishError
        Where the file holds no numbers of a report, or its survey is not known.
    DriversError
        Where the report cannot be run.
    """
    path = Path(report)
    numbers = path.with_suffix(".json")
    published = _read(numbers)
    shown = {piece["id"]: piece for piece in published["shown"]}
    about: dict[str, Any] = next(
        (piece["details"] for piece in shown.values() if "data_sha256" in piece.get("details", {})), {}
    )
    request = report_request(
        _codebook(codebook, about, numbers),
        notebook=notebook or find_notebook(published["notebook"]),
        languages=[published["language"]],
        # A page in another language than Arabic may have been asked for together with one.
        parameters={
            name: value
            for name, value in published["parameters"].items()
            if name != "digits" or published["language"] == "ar"
        },
    )
    with started_kernel() as kernel, tempfile.TemporaryDirectory(prefix="drivers-") as scratch:
        from drivers.publish.contents import contents

        prepare(kernel, request.languages)
        executed = execute(request, kernel, Path(scratch) / "failed.ipynb")
    (made,) = contents(executed, request)
    again = {piece["id"]: piece for piece in json.loads(made.numbers)["shown"]}
    compared, differences, changed = 0, [], []
    for name in [*shown, *(name for name in again if name not in shown)]:
        for place, before, now in _pairs(shown.get(name), again.get(name)):
            if place.partition(".")[2].split(".")[0] in _MADE_FROM:
                if before != now:
                    changed.append(place.partition(".")[2].split(".")[0])
                continue
            compared += isinstance(before, int | float) and not isinstance(before, bool)
            if not _same(before, now):
                differences.append(Difference(name, place, before, now))
    return Verification(numbers, compared, tuple(differences), tuple(dict.fromkeys(changed)))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        shown = [piece["id"] for piece in content["shown"]]
        if shown and isinstance(content["parameters"], dict) and {"notebook", "language"} <= set(content):
            return dict(content)
    except FileNotFoundError:
        said = f"{path}: expected the numbers of a report, found no file; they lie beside its page."
        raise PublishError(said) from None
    except (ValueError, KeyError, TypeError):
        pass
    raise PublishError(f"{path}: expected the numbers of a report, found something else; name a page or its .json.")


def _codebook(given: str | Path | None, about: Mapping[str, Any], path: Path) -> str | Path:
    if given is not None:
        return given
    survey = str(about.get("survey", ""))
    if survey in example_names():
        return survey
    raise PublishError(f"{path.name}: expected to know the codebook of {survey!r}, found none; add --codebook FILE.")


def _pairs(before: Any, now: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Each value of a piece with what stands in its place now."""
    if isinstance(before, dict) or isinstance(now, dict):
        sides = [side if isinstance(side, dict) else {} for side in (before, now)]
        for key in dict.fromkeys([*sides[0], *sides[1]]):
            yield from _pairs(sides[0].get(key), sides[1].get(key), f"{place}.{key}" if place else str(key))
    elif isinstance(before, list) or isinstance(now, list):
        lists = [side if isinstance(side, list) else [] for side in (before, now)]
        for i in range(max(map(len, lists))):
            one, other = (side[i] if i < len(side) else None for side in lists)
            yield from _pairs(one, other, f"{place}[{i}]")
    else:
        yield place, before, now


def _same(before: Any, now: Any) -> bool:
    if isinstance(before, float) and isinstance(now, int | float):
        return math.isclose(before, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(before == now and type(before) is type(now)) or (
        isinstance(before, int | float) and isinstance(now, int | float) and before == now
    )
