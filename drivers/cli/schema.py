"""drivers schema: the JSON Schema of codebooks, by which editors check them, or of the numbers beside a page."""

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
        help="print the JSON Schema of codebooks, for editors, or of published numbers",
        description="Print the JSON Schema of codebooks. An editor that knows it completes keys and marks mistakes.",
    )
    schema.add_argument(
        "--numbers",
        action="store_true",
        help="print the schema of the JSON of numbers that lies beside each published page instead",
    )
    schema.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    content = _of_numbers() if options.numbers else _of_codebooks()
    print(json.dumps(content, ensure_ascii=False, indent=1))
    return 0


def _of_numbers() -> dict[str, Any]:
    file = resources.files("drivers.publish").joinpath("numbers.schema.json")
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _of_codebooks() -> dict[str, Any]:
    from drivers.survey.codebook.model import Codebook

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Codebook.model_json_schema()}
