"""drivers schema: the JSON Schema of what people write, by which editors check it, or of what programs read."""

from __future__ import annotations

import argparse
import json
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drivers.cli.commands import Commands


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of codebooks or publications, for editors, or of what is published, for programs",
        description="Print the JSON Schema of codebooks. An editor that knows it completes keys and marks mistakes.",
    )
    instead = schema.add_mutually_exclusive_group()
    for option, (what, content) in _INSTEAD.items():
        said = f"print the schema of {what} instead"
        instead.add_argument(option, dest="content", action="store_const", const=content, help=said)
    schema.set_defaults(run=_run, content=_of_codebooks)


def _run(options: argparse.Namespace) -> int:
    print(json.dumps(options.content(), ensure_ascii=False, indent=1))
    return 0


def _of_codebooks() -> dict[str, Any]:
    from drivers.survey.codebook.model import Codebook

    return {"$schema": _DRAFT, **Codebook.model_json_schema()}


def _of_publications() -> dict[str, Any]:
    from drivers.publish.batch.publication import Publication

    return {"$schema": _DRAFT, **Publication.model_json_schema()}


def _of_numbers() -> dict[str, Any]:
    return _in_file("drivers.publish", "numbers.schema.json")


def _of_manifests() -> dict[str, Any]:
    return _in_file("drivers.publish.batch", "manifest.schema.json")


def _in_file(package: str, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(resources.files(package).joinpath(name).read_text(encoding="utf-8"))
    return content


_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_INSTEAD = {
    "--publication": ("publications, which `drivers batch` takes", _of_publications),
    "--numbers": ("the JSON of numbers that lies beside each published page", _of_numbers),
    "--manifest": ("manifest.json, which lists the reports of a publication", _of_manifests),
}
