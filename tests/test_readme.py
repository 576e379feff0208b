"""The README is true: its codebook reads a survey, its Python runs, its map and its links exist."""

import re
from pathlib import Path

import drivers as kda

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)
    return found


def test_the_codebook_reads_answers_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "codebook.yml").write_text(block("yaml"), encoding="utf-8")
    (tmp_path / "answers.csv").write_text(
        "Q1,Q2,Q3,year,branch,sex\n"
        "Agree,لا أوافق,٥,2023,north,f\n"
        "أوافق بشدة,4,Strongly agree,2024,south,m\n"
        "98,لا أعرف,,2024,south,m\n",
        encoding="utf-8",
    )
    survey = kda.read_survey(tmp_path / "codebook.yml")
    assert survey.scores["respect"].tolist()[:2] == [75.0, 100.0]
    assert survey.scores["speed"].tolist()[:2] == [75.0, 25.0]
    assert survey.missing.iloc[2].tolist() == [1, 2, 5]
    assert survey.waves == ("2023", "2024")
    assert survey.select(unit="south", wave="2024", only={"sex": "m"}).domain.tolist() == [False, True, True]


def test_the_python_runs() -> None:
    code = block("python").replace("n_boot=1000", "n_boot=200")
    code = code.replace("kda.nonlinearity(survey)", "kda.nonlinearity(survey, folds=2, repeats=1)")
    names: dict[str, object] = {}
    exec(compile(code, "README", "exec"), names)
    assert names["importance"].verdict.status == "ranked"  # type: ignore[attr-defined]


def test_the_map_names_what_is_there() -> None:
    tree = README.split("## Map\n\n```\n")[1].split("```")[0]
    inside, top = [], []
    for line in tree.splitlines():
        names = re.match(r"( *)([\w./]+(?:, [\w.]+)*)", line)
        assert names, line
        (inside if names[1] else top).extend(re.split(r", ", names[2]))
    assert {"survey/", "importance/", "present/", "cli/"} <= set(inside)
    for name in inside:
        assert (ROOT / "drivers" / name).exists(), name
    for name in top:
        if name != "reports/published/":  # made by make report
            assert (ROOT / name).exists(), name


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
