"""drivers fetch: get the data of an example from its publisher."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.cli.commands import Commands


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    fetch = commands.add_parser(
        "fetch",
        help="get the data of an example from its publisher (uses the network)",
        description="Download the data of an example survey from its publisher into the cache, checked by reading it.",
    )
    fetch.add_argument("example", help="name of an example survey, such as nyc311")
    fetch.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from drivers.errors import SurveyError
    from drivers.survey.codebook.model import read_codebook
    from drivers.survey.examples import cache_folder, data_path, example_codebook
    from drivers.survey.fetching import fetch

    codebook = example_codebook(options.example)
    book = read_codebook(codebook)
    if book.data.url is None and book.data.obtain is not None:
        try:
            there = [data_path(book, codebook, name) for name in book.data.names]
        except SurveyError:
            there = []  # `fetch` says where they come from
        if there:
            print(f"Ready: {', '.join(map(str, there))}")
            return 0
    if book.data.url and book.data.file:
        print(f"Downloading {book.data.url}\n  to {cache_folder() / book.data.file}", flush=True)
    print(f"Ready: {fetch(options.example)}")
    return 0
