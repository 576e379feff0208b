"""The surveys that come with the package, and where their data are found."""

from __future__ import annotations

import gzip
import os
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import CodebookError, SurveyError

if TYPE_CHECKING:
    from drivers.survey.codebook import Codebook

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


def find_data(book: Codebook, codebook_path: Path) -> Path:
    """The file of answers that a codebook names.

    A file beside the codebook comes first. Where the codebook names an address to fetch from, the
    folder in ``DRIVERS_DATA`` is looked at next, then the cache that `fetch` fills.
    """
    _check_inside(book, codebook_path)
    name = book.data.file
    beside = codebook_path.parent / name
    if book.data.url is None or os.path.isfile(beside):
        return beside
    folders = [Path(os.environ[DATA_VARIABLE])] if os.environ.get(DATA_VARIABLE) else []
    for folder in (*folders, cache_folder()):
        if os.path.isfile(folder / name):
            return folder / name
    raise SurveyError(
        f"Expected the data of {book.survey.id!r} ({name}) in the folder named by {DATA_VARIABLE} or in "
        f"{cache_folder()}, found none; run 'drivers fetch {book.survey.id}' once."
    )


def _check_inside(book: Codebook, codebook_path: Path) -> None:
    name = book.data.file
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise CodebookError(
            f"{codebook_path.name}, data.file: expected a file in the codebook's folder, found {name!r}; "
            "move the file there, or pass the file itself together with codebook=."
        )


def cache_folder() -> Path:
    """Where fetched data are kept."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("drivers"))


def fetch(name: str, *, url: str | None = None) -> Path:
    """The data of an example survey, fetched from its publisher into the cache.

    The only function that uses the network.

    Parameters
    ----------
    name
        An example whose codebook names its publisher's address.
    url
        Another address of the same file.

    Raises
    ------
    SurveyError
        Where the example needs no fetching, the address does not answer, or what came is not the
        survey that the codebook describes; the cache is left as it was.
    """
    import pooch

    from drivers.survey.codebook import read_codebook

    codebook_path = example_codebook(name)
    book = read_codebook(codebook_path)
    _check_inside(book, codebook_path)
    address = url or book.data.url
    if address is None:
        raise SurveyError(f"Expected an example to fetch, found {name!r}, whose data come with the package; read it.")
    pooch.get_logger().setLevel("WARNING")  # it would write to the terminal
    target = cache_folder() / book.data.file
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="arriving-", dir=target.parent) as folder:
            arrived = Path(folder) / target.name
            _download(address, arrived)
            _check_arrived(arrived, codebook_path, address)
            arrived.replace(target)
    except OSError as error:
        raise SurveyError(
            f"Expected to keep the data of {name!r} in {target.parent}, found that it cannot be written "
            f"({error.strerror or error}); free space there or correct its permissions."
        ) from None
    return target


def _download(address: str, arrived: Path) -> None:
    """The content of an address in a file, gzipped."""
    import pooch

    try:
        # The publisher adds answers from time to time, so no fingerprint can be demanded: what came
        # is checked by reading it as the survey that the codebook describes.
        pooch.retrieve(address, known_hash=None, fname=arrived.name, path=arrived.parent)
    except (OSError, ValueError) as error:
        response = getattr(error, "response", None)
        if response is not None:
            response.close()  # pooch leaves the connection open
        # Only an answer of the server, or a wrong address, has a message for people.
        told = response is not None or isinstance(error, ValueError)
        reason = str(error) if told else type(error).__name__
        raise SurveyError(
            f"Expected the data at {address}, found no answer ({reason}); check the connection "
            "and the address, then try again."
        ) from None
    content = arrived.read_bytes()
    if not content.startswith(b"\x1f\x8b"):
        arrived.write_bytes(gzip.compress(content, mtime=0))


def _check_arrived(arrived: Path, codebook_path: Path, address: str) -> None:
    from drivers.survey.data import read_survey

    try:
        read_survey(arrived, codebook=codebook_path)
    except SurveyError as error:
        raise SurveyError(
            f"Expected at {address} the survey of {codebook_path.name}, found another file. {error}"
        ) from None


def _folder() -> Path:
    return Path(str(resources.files(__package__)))
