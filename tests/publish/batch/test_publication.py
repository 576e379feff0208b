"""Publications: what they ask for, what their reports are called, and what is refused with its line."""

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from ruamel.yaml import YAML

import drivers as kda
from drivers.cli import main
from drivers.errors import PublishError
from drivers.publish.batch.manifest import manifest_of, write_manifest
from drivers.publish.batch.place import place_at
from drivers.publish.batch.planning import About, plan
from drivers.publish.batch.publication import Publication, read_publication
from drivers.publish.batch.running import Batch
from drivers.survey.untold import people
from tests.publish.batch.conftest import write_notebook

SHIPPED = Path(__file__).resolve().parents[3] / "reports" / "service_center.yml"


def read(folder: Path, text: str) -> Publication:
    path = folder / "p.yml"
    path.write_text(text, encoding="utf-8")
    return read_publication(path)


def test_the_one_that_ships_asks_for_branches_by_quarters() -> None:
    survey = kda.example_survey("service_center")
    jobs = plan(read_publication(SHIPPED), survey)
    counts = people(survey)
    cells = {place: n for place, n in counts.items() if all(place)}
    assert counts["", ""] == sum(cells.values()) == 12_000 and len(cells) == 24 * 8
    assert len(jobs) == 24 * 8 + 24 + 1 + 1
    assert [job.stem for job in jobs if job.for_index] == ["10_units"]
    units = {(unit, "") for unit, _ in cells}
    assert {(job.about.unit, job.about.wave) for job in jobs} == {*cells, *units, ("", "")}
    assert all(re.fullmatch(r"[a-z0-9_-]+", job.stem) for job in jobs) and len({job.stem for job in jobs}) == len(jobs)
    assert all((job.withheld == "few") == (job.n < 10) for job in jobs)


def test_files_are_found_beside_the_publication(tmp_path: Path) -> None:
    (tmp_path / "own.ipynb").write_text("{}", encoding="utf-8")
    (tmp_path / "codebook.yml").write_text("", encoding="utf-8")
    found = read(tmp_path, "codebook: codebook.yml\noutput: here\nreports: [{notebook: own.ipynb}]\n")
    assert found.codebook == str(tmp_path / "codebook.yml") and found.output == str(tmp_path / "here")
    assert found.reports[0].notebook == str(tmp_path / "own.ipynb")
    far = read(tmp_path, "codebook: judges\noutput: s3://bucket/x\nreports: [{notebook: 03_drivers}]\n")
    assert (far.codebook, far.output, far.reports[0].notebook) == ("judges", "s3://bucket/x", "03_drivers")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fewest: 3", r"p.yml, line 3, fewest: expected .*10"),
        ("languges: [ar]", r"p.yml, line 3, languges: .*did you mean 'languages'"),
        ("languages: []", r"p.yml, line 3, languages"),
        ("show_code: yes please", r"p.yml, line 3, show_code"),
    ],
)
def test_what_breaks_a_rule_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(PublishError, match=said):
        read(tmp_path, f"codebook: judges\noutput: here\n{line}\nreports: [{{notebook: 03_drivers}}]\n")


@pytest.mark.parametrize("name", ["../up", "A B", "a/b", "", ".hidden", "x" * 61, "con\u202e"])
def test_no_name_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublishError, match="line 4, reports"):
        read(
            tmp_path,
            f'codebook: judges\noutput: here\nreports:\n  - {{notebook: 03_drivers, name: "{name}"}}\n',
        )


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ("{notebook: 03_drivers, units: [b99]}", "Expected a unit of the survey, found 'b99'; did you mean 'b"),
        ("{notebook: 03_drivers, waves: ['2031Q1']}", "Expected a wave of the survey, found '2031Q1'"),
        ("{notebook: 03_drivers}, {notebook: 03_drivers}", "Expected a file name of its own for each report"),
        ("{notebook: 03_drivers, parameters: {n_bot: 9}}", "expected a parameter among .* did you mean 'n_boot'"),
        ("{notebook: no_such}", "Expected a notebook among"),
    ],
)
def test_what_the_survey_or_a_notebook_has_not_is_refused(tmp_path: Path, reports: str, said: str) -> None:
    asked = read(tmp_path, f"codebook: service_center\noutput: here\nreports: [{reports}]\n")
    with pytest.raises(PublishError, match=said):
        plan(asked, kda.example_survey("service_center"))


def test_a_survey_without_units_has_no_reports_of_each(tmp_path: Path) -> None:
    asked = read(tmp_path, "codebook: judges\noutput: here\nreports: [{notebook: 03_drivers, units: each}]\n")
    with pytest.raises(PublishError, match=r"Expected a survey with units, .* remove 'units:'"):
        plan(asked, kda.example_survey("judges"))
    whole = read(tmp_path, "codebook: judges\noutput: here\nreports: [{notebook: 03_drivers}]\n")
    (job,) = plan(whole, kda.example_survey("judges"))
    assert (job.stem, job.n, job.about) == ("03_drivers", 43, About())


def test_names_of_units_in_any_letters_give_files_of_their_own(tmp_path: Path) -> None:
    survey = kda.example_survey("service_center")
    raw = survey.raw.copy()
    units = sorted(raw[survey.codebook.unit.column].unique())  # type: ignore[union-attr]
    odd = ["../../etc", "CON", "الفرع 1", "الفرع ١", "a/b", "a-b", "A B", "\u202egnp", "🏦", "x" * 300]
    renamed = raw.replace({survey.codebook.unit.column: dict(zip(units, odd, strict=False))})  # type: ignore[union-attr]
    asked = read(tmp_path, "codebook: service_center\noutput: here\nreports: [{notebook: 03_drivers, units: each}]\n")
    jobs = plan(asked, replace(survey, raw=renamed))
    assert set(odd) <= {job.about.unit for job in jobs}
    assert len({job.stem.casefold() for job in jobs}) == len(jobs)
    assert all(re.fullmatch(r"[a-z0-9_-]{1,90}", job.stem) for job in jobs)


def test_reports_of_a_part_of_the_people_are_counted_and_withheld_by_themselves(tmp_path: Path) -> None:
    survey = kda.example_survey("service_center")
    filtered = '{notebook: 03_drivers, units: each, waves: each, name: old, parameters: {only: {age: "50+"}}}'
    text = "codebook: service_center\noutput: here\nindex: null\nreports: ["
    asked = read(tmp_path, f"{text}{{notebook: 03_drivers, units: each, waves: each}}, {filtered}]\n")
    jobs = plan(asked, survey)
    counts = {place: n for place, n in people(survey.select(only={"age": "50+"})).items() if all(place)}
    old = {(job.about.unit, job.about.wave): job for job in jobs if job.stem.startswith("old")}
    assert {about: job.n for about, job in old.items()} == counts
    assert all(old[about].withheld == "few" for about, n in counts.items() if n < 10)
    everybody = {(job.about.unit, job.about.wave): job for job in jobs if not job.stem.startswith("old")}
    assert {about: job.n for about, job in everybody.items()} == {p: n for p, n in people(survey).items() if all(p)}
    assert sum(bool(job.withheld) for job in old.values()) > sum(bool(job.withheld) for job in everybody.values())


def test_all_but_a_few_of_a_unit_would_tell_of_those_few(tmp_path: Path) -> None:
    survey = kda.example_survey("service_center")
    raw = survey.raw.assign(known="yes")
    raw.loc[raw.index[raw[survey.codebook.unit.column] == "b04"][:4], "known"] = "no"  # type: ignore[union-attr]
    text = "codebook: service_center\noutput: here\nindex: null\nreports: [{notebook: 03_drivers, units: [b04, b05]}, "
    entry = '{notebook: 03_drivers, units: [b04, b05], name: known, parameters: {only: {known: "yes"}}}]\n'
    jobs = plan(read(tmp_path, text + entry), replace(survey, raw=raw))
    assert [(job.about.unit, job.withheld) for job in jobs if job.stem.startswith("known")] == [
        ("b04", "difference"),
        ("b05", ""),
    ]


def test_the_fewest_of_a_publication_hold_in_the_comparisons_of_its_reports(tmp_path: Path) -> None:
    text = "codebook: service_center\noutput: here\nfewest: 30\nreports: [{notebook: 03_drivers}]\n"
    drivers, units = plan(read(tmp_path, text), kda.example_survey("service_center"))
    assert units.for_index and units.request.given["fewest"] == 30
    assert drivers.request.given["fewest"] == 30


def schema_of(option: str, capsys: pytest.CaptureFixture[str]) -> jsonschema.Draft202012Validator:
    assert main(["schema", option]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_editors_know_what_a_publication_may_hold(capsys: pytest.CaptureFixture[str]) -> None:
    validator = schema_of("--publication", capsys)
    text = SHIPPED.read_text(encoding="utf-8")
    assert validator.is_valid(YAML(typ="safe", pure=True).load(text))
    slip = text.replace("languages:", "languges:")
    assert slip != text and not validator.is_valid(YAML(typ="safe", pure=True).load(slip))


def test_a_manifest_follows_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    validator = schema_of("--manifest", capsys)
    survey = kda.example_survey("service_center")
    asked = read_publication(SHIPPED)
    jobs = plan(asked, survey)
    batch = Batch(jobs=jobs, output=str(tmp_path), errors={jobs[0].stem: "Expected, found."}, stale=["old"])
    place = place_at(str(tmp_path))
    manifest = manifest_of(batch, {job.stem: {} for job in jobs}, place, asked, survey)
    found = {entry["status"] for entry in manifest["reports"]}
    assert found == {"missing", "failed", "withheld"}
    write_manifest(manifest, place, survey.labels)
    written = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    validator.validate(written)
    withheld = next(entry for entry in written["reports"] if entry["status"] == "withheld")
    withheld["n"] = 3
    assert not validator.is_valid(written)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("reports: [{notebook: 03_drivers, parameters: {unit: b17}}]", "Expected 'unit' under 'units:' of the report"),
        ("parameters: {fewest: 10}\nreports: [{notebook: 03_drivers}]", "Expected 'fewest' under 'fewest:' of the pub"),
        ("reports: [{notebook: 03_drivers, parameters: {only: {day: 2024-01-01}}}]", "put it in quotes"),
        ("reports: [{notebook: 03_drivers, name: index}]", "Expected another file name than 'index'"),
        ("reports: [{notebook: 03_drivers, name: 10_units}]", "a file name of its own for each report"),
        ("reports: [{notebook: تقرير.ipynb}]", "Expected a file name of small Latin letters, .* found 'تقرير'"),
    ],
)
def test_nothing_goes_round_what_is_withheld_or_takes_the_place_of_another(
    tmp_path: Path, more: str, said: str
) -> None:
    write_notebook(tmp_path / "تقرير.ipynb")
    asked = read(tmp_path, f"codebook: service_center\noutput: here\n{more}\n")
    with pytest.raises(PublishError, match=said):
        plan(asked, kda.example_survey("service_center"))


def test_the_report_of_the_index_may_have_parameters_of_its_own_and_lie_beside_the_publication(tmp_path: Path) -> None:
    survey = kda.example_survey("service_center")
    text = "codebook: service_center\noutput: here\nreports: [{notebook: 10_units, parameters: {conf_level: 0.9}}]\n"
    (job,) = plan(read(tmp_path, text), survey)
    assert job.for_index and job.request.given["conf_level"] == 0.9
    write_notebook(tmp_path / "mine.ipynb")
    text = "codebook: service_center\noutput: here\nindex: mine.ipynb\nreports: [{notebook: 03_drivers}]\n"
    assert [job.stem for job in plan(read(tmp_path, text), survey) if job.for_index] == ["mine"]


def test_filters_that_leave_a_few_people_beside_them_are_not_all_told(tmp_path: Path) -> None:
    survey = kda.example_survey("service_center")
    raw = survey.raw.assign(channel=np.resize(["desk", "phone"], len(survey.raw)))
    raw.loc[raw.index[:5], "channel"] = "letter"
    reports = ", ".join(
        f"{{notebook: 03_drivers, name: {name}, parameters: {{only: {{channel: {name}}}}}}}"
        for name in ("desk", "phone")
    )
    asked = read(tmp_path, f"codebook: service_center\noutput: here\nindex: null\nreports: [{reports}]\n")
    jobs = plan(asked, replace(survey, raw=raw))
    assert sorted(job.withheld for job in jobs) == ["", "difference"]
