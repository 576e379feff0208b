"""drivers schema: the codebook's JSON Schema, by which editors complete and check a codebook."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.cli.commands import Commands


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of codebooks, for editors",
        description="Print the JSON Schema of codebooks. An editor that knows it completes keys and marks mistakes.",
    )
    schema.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from drivers.survey.codebook.model import Codebook

    content = Codebook.model_json_schema()
    content = {"$schema": "https://json-schema.org/draft/2020-12/schema", **content}
    print(json.dumps(content, ensure_ascii=False, indent=1))
    return 0
