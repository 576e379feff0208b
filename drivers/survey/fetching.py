"""Fetching an example's data from their publisher: the only use of the network."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from drivers.errors import SurveyError
from drivers.survey.codebook.model import read_codebook
from drivers.survey.data import read_survey
from drivers.survey.examples import DATA_VARIABLE, cache_folder, check_inside, example_codebook


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

    codebook_path = example_codebook(name)
    book = read_codebook(codebook_path)
    for file in book.data.names:
        check_inside(file, codebook_path, remedy="name one there")
    address = url or book.data.url
    if address is None and book.data.obtain is not None:
        how = book.data.obtain.get("en") or next(iter(book.data.obtain.values()))
        raise SurveyError(
            f"Expected an example that a command can fetch, found {name!r}, whose data are got by hand: "
            f"{how.rstrip('.')}; then put {' and '.join(book.data.names)} into {cache_folder()} or into the folder "
            f"named by {DATA_VARIABLE}."
        )
    if address is None or book.data.file is None:
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
    try:
        read_survey(arrived, codebook=codebook_path)
    except SurveyError as error:
        raise SurveyError(
            f"Expected at {address} the survey of {codebook_path.name}, found another file. {error}"
        ) from None
