"""The public surface: every name is there, imported when it is first used, and stands for one thing."""

import ast
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import drivers

PACKAGE = Path(drivers.__file__).parent


def test_every_public_name_can_be_used() -> None:
    for name in drivers.__all__:
        assert getattr(drivers, name) is not None
    assert set(drivers.__all__) <= set(dir(drivers))


def test_a_name_that_is_none_is_refused_as_python_does() -> None:
    try:
        drivers.relative_importnce  # noqa: B018
    except AttributeError as error:
        assert str(error) == "module 'drivers' has no attribute 'relative_importnce'"
    else:
        raise AssertionError("an unknown name was found")


def test_type_checkers_see_what_is_imported_when_used() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: f"{node.module}.{alias.name}" if alias.name in ("figures", "tables") else node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == drivers._PUBLIC


def test_a_function_never_shares_its_name_with_a_module_beside_it() -> None:
    modules = {name for _, name, _ in pkgutil.iter_modules([str(PACKAGE)])}
    for name, module in drivers._PUBLIC.items():
        value = getattr(drivers, name)
        if inspect.isfunction(value):
            assert name not in modules, f"drivers.{name} is a function and a module"
            assert module.rpartition(".")[2] != name


def test_functions_have_whole_docstrings() -> None:
    for name in drivers.__all__:
        value = getattr(drivers, name)
        if inspect.isfunction(value):
            text = inspect.getdoc(value) or ""
            first = text.splitlines()[0]
            assert first.endswith("."), name
            assert "Parameters\n" in text, name


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, drivers; print([m for m in ('numpy', 'pandas', 'matplotlib', 'numba') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"
