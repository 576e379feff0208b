"""The surveys that come with the package, and where their data are found."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.errors import CodebookError, SurveyError

if TYPE_CHECKING:
    from drivers.survey.codebook.model import Codebook

DATA_VARIABLE = "DRIVERS_DATA"
"""The environment variable that names a folder with data of fetched examples, read before the cache."""


def example_names() -> tuple[str, ...]:
    """The names of all example surveys."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yml")))


def example_path(name: str) -> Path:
    """The codebook file of an example survey."""
    if name not in example_names():
        raise CodebookError(
            f"Expected an example survey ({', '.join(example_names())}), found {name!r}; write one of these names."
        )
    return _folder() / f"{name}.yml"


def example_codebook(source: str | Path) -> Path:
    """The codebook file of an example survey, or the path itself where it is no bare name."""
    path = Path(source)
    if isinstance(source, Path) or path.suffix or len(path.parts) != 1 or os.path.isfile(path):
        return path
    if source in example_names():
        return example_path(source)
    raise CodebookError(
        f"Expected a codebook file or an example survey ({', '.join(example_names())}), found {source!r}; "
        "write the path with its .yml ending or one of these names."
    )


def example_truth(name: str) -> dict[str, Any]:
    """What is true of a simulated example: every planted fact and what follows from it.

    Parameters
    ----------
    name
        ``service_center``.

    Returns
    -------
    dict
        Plain mappings, lists, texts and numbers: ``importance``, ``segments``, ``waves``, ``branches`` and so on.

    Raises
    ------
    CodebookError
        Where nothing is known to be true of the example.

    Examples
    --------
    >>> import drivers as kda
    >>> kda.example_truth("service_center")["importance"]["leader"]
    'respect'
    """
    from ruamel.yaml import YAML

    known = sorted(path.stem for path in (_folder() / "truth").glob("*.yml"))
    if name not in known:
        raise CodebookError(
            f"Expected a simulated example ({', '.join(known)}), found {name!r}; only of these is the truth known."
        )
    truth: dict[str, Any] = YAML(typ="safe").load((_folder() / "truth" / f"{name}.yml").read_text(encoding="utf-8"))
    return truth


def data_path(book: Codebook, codebook_path: Path, name: str, *, outside: bool = False, key: str = "data.file") -> Path:
    """The path of a file that a codebook names.

    A file beside the codebook comes first. Where the codebook says how to get the file from its publisher, the
    folder in ``DRIVERS_DATA`` is looked at next, then the cache that `fetch` fills.

    Parameters
    ----------
    name
        The file, as the codebook names it.
    outside
        Whether it may lie outside the codebook's folder.
    key
        Where the codebook names it.
    """
    beside = codebook_path.parent / name
    if not outside:
        check_inside(name, codebook_path, key=key)
    data = book.data
    if (data.url is None and data.obtain is None) or os.path.isfile(beside):
        return beside
    folders = [Path(os.environ[DATA_VARIABLE])] if os.environ.get(DATA_VARIABLE) else []
    for folder in (*folders, cache_folder()):
        if os.path.isfile(folder / name):
            return folder / name
    remedy = (
        f"run 'drivers fetch {book.survey.id}' once"
        if data.url is not None
        else f"put it there ('drivers fetch {book.survey.id}' says where it comes from)"
    )
    raise SurveyError(
        f"Expected the data of {book.survey.id!r} ({name}) in the folder named by {DATA_VARIABLE} or in "
        f"{cache_folder()}, found none; {remedy}."
    )


def check_inside(
    name: str,
    codebook_path: Path,
    *,
    key: str = "data.file",
    remedy: str = (
        "move the file there, pass the file itself together with codebook=, or allow it with outside=True (--outside) "
        "if you trust the codebook"
    ),
) -> None:
    """Refuse a file of answers outside the codebook's folder, also where a link leads out of it."""
    folder = codebook_path.parent
    if "\0" in name:
        raise CodebookError(
            f"{codebook_path.name}, {key}: expected the name of a file, found the control character U+0000 in it; "
            "remove it."
        )
    leaves = Path(name).is_absolute() or ".." in Path(name).parts
    if leaves or not (folder / name).resolve().is_relative_to(folder.resolve()):
        raise CodebookError(
            f"{codebook_path.name}, {key}: expected a file in the codebook's folder, found {name!r}; {remedy}."
        )


def cache_folder() -> Path:
    """Where fetched data are kept."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("drivers"))


def _folder() -> Path:
    return Path(str(resources.files(__package__)))
