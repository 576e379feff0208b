"""The command line: drivers init | report | batch | check | fetch | questionnaire | schema | verify, one module each.

Nothing heavy is imported before a command needs it. Exit codes: 0 done, 1 done with warnings, 2 bad
input, 130 stopped by the user, 141 where whoever reads the output has enough of it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from drivers import __version__
from drivers.cli import batch, check, fetch, init, questionnaire, report, schema, verify
from drivers.errors import DriversError

BAD_INPUT, STOPPED, NOT_READ = 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a command."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help()
        return BAD_INPUT
    try:
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_READ
    except DriversError as error:
        from drivers.cli.terminal import visible

        # Names of files may hold what moves a cursor or turns the line round.
        print("drivers: " + "\n".join(visible(line) for line in str(error).split("\n")), file=sys.stderr)
        return BAD_INPUT
    except MemoryError:
        print(
            "drivers: Expected a file that fits into memory, found a larger one; keep the columns of the survey.",
            file=sys.stderr,
        )
        return BAD_INPUT
    except OSError as error:
        from drivers.cli.terminal import visible

        print(visible(f"drivers: {error.strerror or error}: {error.filename or ''}".rstrip(": ")), file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("drivers: stopped", file=sys.stderr)
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="drivers",
        description="What drives satisfaction and loyalty, how sure are we, what to improve first.",
    )
    parser.add_argument("--version", action="version", version=f"drivers {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    for command in (init, report, batch, check, fetch, questionnaire, schema, verify):
        command.add_to(commands)
    return parser
