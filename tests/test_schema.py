"""The JSON Schema of codebooks: what editors check by."""

import json
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from drivers.cli import main
from drivers.survey.examples import example_names, example_path
from tests.survey.small_survey import CODEBOOK, changed


@pytest.fixture
def validator(capsys: pytest.CaptureFixture[str]) -> jsonschema.Draft202012Validator:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def as_editors_see_it(text: str) -> Any:
    """The content with keys as text, as JSON has them."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


@pytest.mark.parametrize("name", example_names())
def test_every_example_follows_the_schema(name: str, validator: jsonschema.Draft202012Validator) -> None:
    validator.validate(as_editors_see_it(example_path(name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("old", "new"),
    [("scale: quality}", "scal: quality}"), ("type: nps", "type: stars"), ("strata: Region", "strata: 5")],
)
def test_a_slip_is_marked(old: str, new: str, validator: jsonschema.Draft202012Validator) -> None:
    assert validator.is_valid(as_editors_see_it(CODEBOOK))
    assert not validator.is_valid(as_editors_see_it(changed(CODEBOOK, old, new)))
