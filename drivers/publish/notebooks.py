"""The notebooks that reports are made from, and the parameters they declare."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from drivers.errors import PublishError


def notebook_folder() -> Path:
    """Where the notebooks are: in the installed package, or beside it in a working copy."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"


def find_notebook(name: str | Path) -> Path:
    """A notebook by its name, with or without number and ending, or by its path.

    Raises
    ------
    PublishError
        Where there is none such.
    """
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path
    known = sorted(notebook_folder().glob("*.ipynb"))
    wanted = path.stem if path.suffix == ".ipynb" else str(name)
    for candidate in known:
        if wanted in (candidate.stem, candidate.stem.partition("_")[2]):
            return candidate
    names = [candidate.stem for candidate in known]
    close = get_close_matches(wanted, names, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else "choose one of these, or write the path to a notebook."
    raise PublishError(f"Expected a notebook among {', '.join(names)}, found {str(name)!r}; {remedy}")


def check_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that the notebook does not declare, or whose type is another.

    Raises
    ------
    PublishError
        With the parameter's name, the declared type, and what was given.
    """
    from papermill import inspect_notebook

    declared = inspect_notebook(str(notebook))
    if not declared:
        raise PublishError(
            f"{notebook.name}: expected a cell tagged 'parameters' with typed literals, found none; add the tag."
        )
    for name, value in parameters.items():
        if name not in declared:
            close = get_close_matches(name, list(declared), n=1)
            remedy = f"did you mean {close[0]!r}?" if close else "choose one of these."
            raise PublishError(
                f"{notebook.name}: expected a parameter among {', '.join(declared)}, found {name!r}; {remedy}"
            )
        wanted = declared[name]["inferred_type_name"]
        if not _fits(value, wanted):
            raise PublishError(
                f"{notebook.name}, parameter {name!r}: expected {wanted}, found {value!r} "
                f"({type(value).__name__}); the default is {declared[name]['default']}."
            )


def read_value(text: str) -> Any:
    """A parameter as it is written on a command line: a literal where it is one, else the text itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _fits(value: Any, wanted: str) -> bool:
    if wanted == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if wanted == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    kinds = {"str": str, "dict": dict, "list": list, "bool": bool}
    return isinstance(value, kinds[wanted]) if wanted in kinds else True
