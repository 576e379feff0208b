"""The notebooks that reports are made from, and the parameters they declare."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.errors import PublishError, remedy


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
    advice = remedy(wanted, names, otherwise="choose one of these, or write the path to a notebook.")
    raise PublishError(f"Expected a notebook among {', '.join(names)}, found {str(name)!r}; {advice}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as a notebook declares it: its type ("" where it states none) and its default, as written."""

    type: str
    default: str


def declared_parameters(notebook: Path) -> dict[str, Parameter]:
    """The parameters of a notebook, from its cell tagged ``parameters``; empty where there is none.

    Read without papermill, whose import takes longer than the refusal of a misspelt name should.

    Raises
    ------
    PublishError
        Where the file is no notebook, or the cell is no Python.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        source = next(
            ("".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", ())), ""
        )
        lines = ast.parse(source).body
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
        raise PublishError(
            f"{notebook.name}: expected a Jupyter notebook of format 4 whose parameters are Python, found that it "
            f"cannot be read ({type(error).__name__}: {error}); open it in JupyterLab and save it again."
        ) from None
    found = {}
    for line in lines:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
            found[line.target.id] = Parameter(ast.unparse(line.annotation), ast.unparse(line.value))
        elif isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name):
            found[line.targets[0].id] = Parameter("", ast.unparse(line.value))
    return found


def check_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that the notebook does not declare, or whose type is another.

    Raises
    ------
    PublishError
        With the parameter's name, the declared type, and what was given.
    """
    declared = declared_parameters(notebook)
    if not declared:
        raise PublishError(
            f"{notebook.name}: expected a cell tagged 'parameters' with typed literals, found none; add the tag."
        )
    for name, value in parameters.items():
        if name not in declared:
            raise PublishError(
                f"{notebook.name}: expected a parameter among {', '.join(declared)}, found {name!r}; "
                f"{remedy(name, declared)}"
            )
        wanted = declared[name].type
        if not _fits(value, wanted):
            raise PublishError(
                f"{notebook.name}, parameter {name!r}: expected {wanted}, found {value!r} "
                f"({type(value).__name__}); the default is {declared[name].default}."
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
    kind = kinds.get(wanted.partition("[")[0])
    return kind is None or isinstance(value, kind)
