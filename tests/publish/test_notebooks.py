"""Notebooks: what they declare, how they are written, what they refuse, and that they run clean."""

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from papermill import inspect_notebook

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.publish import report
from drivers.publish.notebooks import (
    Parameter,
    check_parameters,
    declared_parameters,
    find_notebook,
    notebook_folder,
    read_value,
)
from tests.publish.conftest import NOTEBOOKS, Report

MANAGER = find_notebook("00_manager_report")


def cells(name: str, kind: str) -> list[Any]:
    return [cell for cell in nbformat.read(find_notebook(name), as_version=4).cells if cell.cell_type == kind]


def noted(cell: Any) -> bool:
    return "note" in cell.metadata.get("tags", ())


# What they declare


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_parameters_are_those_that_papermill_sees(name: str) -> None:
    seen = inspect_notebook(str(find_notebook(name)))
    found = declared_parameters(find_notebook(name))
    assert {key: (value.type, ast.literal_eval(value.default)) for key, value in found.items()} == {
        key: (value["inferred_type_name"], ast.literal_eval(value["default"])) for key, value in seen.items()
    }
    assert all(value["help"] for value in seen.values()), "each parameter says what it is"


def test_all_notebooks_declare_the_same() -> None:
    declared = [declared_parameters(find_notebook(name)) for name in NOTEBOOKS]
    assert all(one == declared[0] for one in declared)
    assert list(declared[0]) == [
        "codebook",
        "language",
        "unit",
        "wave",
        "only",
        "digits",
        "fewest",
        "conf_level",
        "n_boot",
        "seed",
    ]
    assert declared[0]["only"] == Parameter("dict", "{}")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_hold_no_logic(name: str) -> None:
    allowed = (ast.Import, ast.Assign, ast.AnnAssign, ast.Expr)
    for cell in cells(name, "code"):
        assert not re.search(r"^\s*[%!]", cell.source, flags=re.MULTILINE), "no magic, no shell"
        for statement in ast.parse(cell.source).body:
            assert isinstance(statement, allowed), cell.source
            inner = [
                node for node in ast.walk(statement) if isinstance(node, ast.comprehension | ast.Lambda | ast.IfExp)
            ]
            assert not inner, cell.source
        assert not re.search(r"[\"'](/|\.\.|[A-Za-z]:\\)", cell.source), "no path"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_first_cell_asks_and_the_second_declares(name: str) -> None:
    first, second = nbformat.read(find_notebook(name), as_version=4).cells[:2]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert first.source.rstrip().endswith("?")
    assert second.metadata["tags"] == ["parameters"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_a_notebook_says_to_the_analyst_is_tagged(name: str) -> None:
    assert all(noted(cell) for cell in cells(name, "markdown")[1:])
    for cell in cells(name, "code"):
        last = ast.parse(cell.source).body[-1]
        shown = isinstance(last, ast.Expr) and not ast.unparse(last).startswith(("kda.show(", "words"))
        assert shown == noted(cell), cell.source


# Finding one


@pytest.mark.parametrize("name", ["00_manager_report", "manager_report", "00_manager_report.ipynb"])
def test_a_notebook_is_found_by_its_name(name: str) -> None:
    assert find_notebook(name) == MANAGER
    assert MANAGER.parent == notebook_folder()


def test_a_notebook_is_found_by_its_path(tmp_path: Path) -> None:
    own = tmp_path / "mine.ipynb"
    own.write_bytes(MANAGER.read_bytes())
    assert find_notebook(own) == own


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "00_manger_report",
            "Expected a notebook among 00_manager_report, 01_data_quality, 02_measurement, 03_drivers, 04_loyalty, "
            "05_expectations, 06_scorecard, 07_priorities, 08_segments, 09_trends, 10_units, found "
            "'00_manger_report'; did you mean '00_manager_report'?",
        ),
        (
            "pies.ipynb",
            "Expected a notebook among 00_manager_report, 01_data_quality, 02_measurement, 03_drivers, 04_loyalty, "
            "05_expectations, 06_scorecard, 07_priorities, 08_segments, 09_trends, 10_units, found "
            "'pies.ipynb'; choose one of these, or write the path to a notebook.",
        ),
    ],
)
def test_a_notebook_that_is_not_there_is_told(name: str, message: str) -> None:
    with pytest.raises(kda.PublishError) as caught:
        find_notebook(name)
    assert str(caught.value) == message


# Refusals before any run


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"sed": 2},
            "00_manager_report.ipynb: expected a parameter among codebook, language, unit, wave, only, digits, "
            "fewest, conf_level, n_boot, seed, found 'sed'; did you mean 'seed'?",
        ),
        (
            {"colour": "red"},
            "00_manager_report.ipynb: expected a parameter among codebook, language, unit, wave, only, digits, "
            "fewest, conf_level, n_boot, seed, found 'colour'; choose one of these.",
        ),
        (
            {"n_boot": "many"},
            "00_manager_report.ipynb, parameter 'n_boot': expected int, found 'many' (str); the default is 1000.",
        ),
        (
            {"n_boot": True},
            "00_manager_report.ipynb, parameter 'n_boot': expected int, found True (bool); the default is 1000.",
        ),
        (
            {"n_boot": 500.5},
            "00_manager_report.ipynb, parameter 'n_boot': expected int, found 500.5 (float); the default is 1000.",
        ),
        (
            {"conf_level": "95%"},
            "00_manager_report.ipynb, parameter 'conf_level': expected float, found '95%' (str); the default is 0.95.",
        ),
        (
            {"unit": 3},
            "00_manager_report.ipynb, parameter 'unit': expected str, found 3 (int); the default is ''.",
        ),
        (
            {"only": "language=ar"},
            "00_manager_report.ipynb, parameter 'only': expected dict, found 'language=ar' (str); the default is {}.",
        ),
    ],
)  # fmt: skip
def test_parameters_that_do_not_fit_are_refused_before_any_kernel(
    parameters: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "started_kernel", lambda: pytest.fail("a kernel was started"))
    with pytest.raises(kda.PublishError) as caught:
        report.publish_report("customersat", output=tmp_path / "out", parameters=parameters)
    assert str(caught.value) == message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "parameters",
    [{}, {"n_boot": 500, "seed": 2}, {"conf_level": 1}, {"only": {"language": "ar"}}, {"unit": "N1", "wave": "2024"}],
)
def test_parameters_that_fit_pass(parameters: dict[str, Any]) -> None:
    check_parameters(MANAGER, parameters)


@pytest.mark.parametrize(
    ("languages", "parameters", "message"),
    [
        (("fr",), {}, "Expected a language among ar, en, found 'fr'; choose one of these."),
        (("ar", "en", "de"), {}, "Expected a language among ar, en, found 'de'; choose one of these."),
        (("ar",), {"digits": "fars"}, "Expected digits among latn, arab, found 'fars'; choose one of these."),
        (
            ("en",),
            {"digits": "arab"},
            "Expected Arabic-Indic digits only with language 'ar', found 'en'; use latn.",
        ),
    ],
)
def test_languages_and_digits_are_refused_before_any_kernel(
    languages: tuple[str, ...],
    parameters: dict[str, Any],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report, "started_kernel", lambda: pytest.fail("a kernel was started"))
    with pytest.raises(kda.PublishError) as caught:
        report.publish_report("customersat", languages=languages, output=tmp_path / "out", parameters=parameters)
    assert str(caught.value) == message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("no notebook", "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
        ('{"nbformat": 3, "worksheets": []}', "KeyError: 'cells'"),
        ("[1]", "TypeError: list indices must be integers or slices, not str"),
    ],
)
def test_a_file_that_is_no_notebook_is_told(tmp_path: Path, content: str, found: str) -> None:
    path = tmp_path / "mine.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(kda.PublishError) as caught:
        check_parameters(path, {})
    assert str(caught.value) == (
        "mine.ipynb: expected a Jupyter notebook of format 4 whose parameters are Python, found that it cannot be read "
        f"({found}); open it in JupyterLab and save it again."
    )


def test_a_notebook_without_parameters_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")]), path)
    with pytest.raises(kda.PublishError) as caught:
        check_parameters(path, {})
    assert str(caught.value) == (
        "mine.ipynb: expected a cell tagged 'parameters' with typed literals, found none; add the tag."
    )


def test_a_parameter_without_a_type_takes_anything(tmp_path: Path) -> None:
    path = tmp_path / "mine.ipynb"
    cell = nbformat.v4.new_code_cell("free = 1\nmany: list[str] = []", metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    check_parameters(path, {"free": "anything", "many": ["a"]})
    with pytest.raises(kda.PublishError, match=r"parameter 'many': expected list\[str\], found 'a' \(str\)"):
        check_parameters(path, {"many": "a"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("0.9", 0.9),
        ("True", True),
        ("{'a': 'b'}", {"a": "b"}),
        ("north", "north"),
        ("__import__('os')", "__import__('os')"),
        ("", ""),
    ],
)
def test_values_are_literals_or_text(text: str, value: Any) -> None:
    assert read_value(text) == value
    assert type(read_value(text)) is type(value)


# Runs


def test_notebooks_run_and_write_nothing_to_stderr(published: Report) -> None:
    for cell in published.executed().cells:
        for output in cell.get("outputs", ()):
            assert output.output_type in ("display_data", "execute_result"), (cell.source, output)


def test_only_show_puts_something_on_the_page(published: Report) -> None:
    shown = [
        output.data
        for cell in published.executed().cells
        for output in cell.get("outputs", ())
        if "application/vnd.drivers.shown+json" in output.data
    ]
    calls = [cell for cell in cells(published.notebook, "code") if cell.source.startswith("kda.show(")]
    assert len(shown) == len(calls)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_leaves_out_what_is_said_to_the_analyst(published: Report, language: str) -> None:
    page = published.html(language)
    notes = [cell.source for cell in cells(published.notebook, "markdown")]
    for note in notes:
        for line in re.findall(r"[A-Za-z ]{25,}", note):
            assert line not in page
    assert "import drivers" not in page
    assert "kda." not in page


def test_a_run_leaves_the_notebook_as_it_was(publishing: Callable[[str, str], Report]) -> None:
    publishing("judges", "03_drivers")
    for name in NOTEBOOKS:
        content = json.loads(find_notebook(name).read_text(encoding="utf-8"))
        assert not [cell for cell in content["cells"] if cell.get("outputs")]
