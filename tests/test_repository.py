"""The repository keeps its promises: one set of versions, layers that point one way, nothing foreign."""

import ast
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"

# Put together here so that this file does not hold the names it looks for.
REGISTRY_HOSTS = (
    "pypi" + ".org",
    "files.pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "deb.debian" + ".org",
)


@cache
def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def bounds(requirements: list[str]) -> dict[str, str]:
    """Name → bounds, both in their normal form."""
    parsed = [Requirement(text) for text in requirements]
    found = {canonicalize_name(requirement.name): str(requirement.specifier) for requirement in parsed}
    assert len(found) == len(parsed), "a name is listed twice"
    return found


def project_requirements() -> list[str]:
    project = pyproject()["project"]
    return [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]


# One set of versions


def test_conda_environment_has_the_names_and_bounds_of_pyproject() -> None:
    environment = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    by_pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    found = bounds([*conda, *(entry for entry in by_pip if not entry.startswith("-e "))])

    assert "-e ." in by_pip
    found.pop("pip")
    requires_python = Requirement("python" + pyproject()["project"]["requires-python"])
    assert found.pop("python") == str(requires_python.specifier)
    assert found == bounds(project_requirements())


def test_conda_environment_takes_what_the_package_needs_from_conda() -> None:
    environment = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = bounds([entry for entry in environment["dependencies"] if isinstance(entry, str)])
    assert environment["channels"] == ["conda-forge"]
    assert bounds(pyproject()["project"]["dependencies"]).items() <= conda.items()


def lock_entries() -> list[str]:
    """One string per pinned package, its hashes included."""
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return "\n".join(lines).replace("\\\n", "").splitlines()


def locked_versions() -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for entry in lock_entries():
        requirement = Requirement(entry.split(" --hash=")[0])
        (pin,) = requirement.specifier
        assert pin.operator == "==", entry
        versions.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return versions


def test_lock_holds_every_dependency_and_the_build_backend_within_bounds() -> None:
    versions = locked_versions()
    needed = [*project_requirements(), *pyproject()["build-system"]["requires"], "editables"]
    for text in needed:
        requirement = Requirement(text)
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{text} is not in requirements.lock: run make lock."
        outside = [version for version in found if version not in requirement.specifier]
        assert not outside, f"{text} is not met by {outside} in requirements.lock: run make lock."


def test_lock_has_a_hash_for_every_package() -> None:
    without = [entry for entry in lock_entries() if not re.search(r" --hash=sha256:[0-9a-f]{64}", entry)]
    assert lock_entries() and not without


def test_all_pythons_get_the_same_numpy() -> None:
    (entry,) = [entry for entry in lock_entries() if entry.startswith("numpy==")]
    assert ";" not in entry.split(" --hash=")[0], "numpy is pinned for some Pythons only"


@pytest.mark.parametrize("unwanted", ["://", "--index-url", "--extra-index-url", "--find-links", " @ ", "-e "])
def test_lock_says_nothing_of_where_packages_come_from(unwanted: str) -> None:
    assert unwanted not in LOCK.read_text(encoding="utf-8")


def test_lock_says_how_it_was_made() -> None:
    header = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert "`make lock`" in "\n".join(header)


# Layers

# DESIGN, section 3: imports only point to smaller numbers; names on one line do not import each other.
LAYERS: dict[int, set[str]] = {
    0: {"closed_lists"},
    1: {"errors", "labels", "results"},
    2: {"survey"},
    3: {"moments", "resampling", "linearization", "replication", "imputation", "pooling", "pairwise", "attempts"},
    4: {"models"},
    5: {"importance"},
    6: {"segments", "waves"},
    7: {"indicators", "decisions", "comments"},
    8: {"present"},
    9: {"publish"},
    10: {"cli"},
}
LAYER_OF = {name: number for number, names in LAYERS.items() for name in names}
# These two see less than what is below them.
ONLY = {"present": {0, 1}, "publish": {0, 1, 2, 8}}
# Names of the package itself that say nothing about a layer.
NEUTRAL = {"__version__"}


def imported_names(source: str, module: str, *, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a module imports from `drivers`, wherever in the module it does so."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            names = [argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant)]
        yield from ((node.lineno, name) for name in names if name.split(".")[0] == "drivers")


def wrong_imports(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """One line for each import that the layers do not allow."""
    importer = module.split(".")[1]
    own = LAYER_OF[importer]
    allowed = ONLY.get(importer, set(range(own)))
    wrong = []
    for line, name in imported_names(source, module, is_package=is_package):
        imported = name.split(".")[1] if "." in name else ""
        if imported == importer or imported in NEUTRAL:
            continue
        if imported not in LAYER_OF:
            wrong.append(f"{module}:{line} imports {name}: take it from the module that defines it")
        elif LAYER_OF[imported] not in allowed:
            wrong.append(f"{module}:{line} imports {name}: {own} may not import from {LAYER_OF[imported]}")
    return wrong


def test_every_module_has_its_place_in_the_layers() -> None:
    package = ROOT / "drivers"
    names = {path.relative_to(package).parts[0].removesuffix(".py") for path in package.glob("**/*.py")}
    assert names - {"__init__"} <= LAYER_OF.keys()


def test_imports_point_to_smaller_numbers_only() -> None:
    wrong: list[str] = []
    for path in sorted((ROOT / "drivers").glob("*/**/*.py")) + sorted((ROOT / "drivers").glob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts == ("drivers", "__init__"):  # the public surface gathers from every layer
            continue
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        wrong += wrong_imports(path.read_text(encoding="utf-8"), module, is_package=is_package)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("drivers.labels", "import drivers.results"),
        ("drivers.survey.data", "def late():\n    from drivers.models import regression"),
        ("drivers.survey.data", "from ..importance import lmg"),
        ("drivers.resampling", "from . import moments"),
        ("drivers.present.tables", "from drivers.survey.codebook.model import Codebook"),
        ("drivers.publish.batch", "from drivers.importance import lmg"),
        ("drivers.models.paths", "from importlib import import_module\nimport_module('drivers.cli')"),
        ("drivers.models.paths", "from drivers import relative_importance"),
        ("drivers.models.paths", "import drivers as kda"),
    ],
)
def test_a_wrong_import_is_found(module: str, source: str) -> None:
    assert len(wrong_imports(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("drivers.survey.data", "from .codebook import Codebook"),
        ("drivers.survey.data", "from ..errors import SurveyError"),
        ("drivers.publish.report", "from drivers.present.words import wording"),
        ("drivers.cli", "from drivers import __version__"),
        ("drivers.cli", "import numpy, drivers.publish.batch"),
    ],
)
def test_a_right_import_passes(module: str, source: str) -> None:
    assert not wrong_imports(source, module)


# Nothing that does not belong


def test_license_is_the_gpl_in_full() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert pyproject()["project"]["license"] == "GPL-3.0-or-later"
    assert " ".join(text.split()).startswith("GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007 Copyright")
    assert "END OF TERMS AND CONDITIONS" in text
    assert re.findall(r"^  (\d+)\. ", text, flags=re.MULTILINE) == [str(section) for section in range(18)]


def repository_files() -> list[Path]:
    """Files that git tracks or would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("needs a git checkout: git does not list the files of this folder")
    return [path for name in listing.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_package_registry() -> None:
    named = [
        f"{path.relative_to(ROOT)} names {host}"
        for path in repository_files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert not named, "\n".join(named)


def test_notebooks_are_stored_without_outputs() -> None:
    for path in sorted((ROOT / "notebooks").glob("**/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        run = [cell for cell in cells if cell.get("outputs") or cell.get("execution_count") is not None]
        assert not run, f"{path.name} holds {len(run)} cells that were run: clear all outputs, save it again."


def test_changelog_tells_changed_numbers_first() -> None:
    versions = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert versions
    for version in versions:
        sections = re.findall(r"^### (.*)$", version, flags=re.MULTILINE)
        assert sections[:1] == ["Changed numbers"], f"{version.splitlines()[0]} starts with {sections[:1]}"


# Setting up


def find_python(folder: Path, answer: str) -> subprocess.CompletedProcess[str]:
    """What the search says where the only Python gives this answer and cannot make environments."""
    python = folder / "python3"
    python.write_text(f'#!/bin/sh\ncase $2 in *ensurepip*) exit 1 ;; *) echo "{answer}" ;; esac\n', encoding="utf-8")
    python.chmod(0o755)
    (folder / "cut").symlink_to(shutil.which("cut") or "cut")
    command = ["/bin/sh", str(ROOT / "tools" / "find_python.sh")]
    return subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)


def test_a_python_without_ensurepip_gets_one_sentence(tmp_path: Path) -> None:
    found = find_python(tmp_path, "cpython 3.12")
    assert found.returncode == 3
    assert found.stderr == (
        "python3 (Python 3.12) lacks the module venv or ensurepip: install it "
        "(on Debian and Ubuntu: apt install python3-venv) and run make again.\n"
    )


@pytest.mark.parametrize("answer", ["cpython 3.10", "cpython 3.14", "pypy 3.11"])
def test_a_python_that_does_not_fit_gets_one_sentence(tmp_path: Path, answer: str) -> None:
    found = find_python(tmp_path, answer)
    assert found.returncode == 2
    assert found.stderr == (
        "No Python 3.11, 3.12 or 3.13 was found on the path: "
        "install one, or say where it is: make PYTHON=/path/to/python3.\n"
    )
