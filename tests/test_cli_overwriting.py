"""No command writes over the answers that it reads."""

from pathlib import Path

import pytest

from drivers.cli import main

_CODEBOOK = """survey: {id: s, title: {en: S}}
data: {file: a.csv}
scales: {pct: {type: numeric, min: 0, max: 100}}
items:
  a: {column: Q1, scale: pct, text: {en: a}}
  b: {column: Q2, scale: pct, text: {en: b}}
  o: {column: Q3, scale: pct, text: {en: o}}
drivers: {da: {items: [a], label: {en: A}}, db: {items: [b], label: {en: B}}}
outcomes: {sat: {items: [o], label: {en: Sat}}}
design: {sample: opt_in}
"""
_ANSWERS = "id,Q1,Q2,Q3\n" + "".join(f"{i},{i % 5 + 1},{i * 3 % 5 + 1},{i % 5 + 1}\n" for i in range(20))


@pytest.mark.parametrize(
    "command",
    [
        ["init", "a.csv", "--output", "a.csv", "--force"],
        ["init", "a.csv", "--output", "../{folder}/a.csv", "--force"],
        ["check", "c.yml", "--log", "a.csv"],
        ["check", "c.yml", "--data", "b.csv", "--log", "b.csv"],
    ],
)
def test_answers_are_never_overwritten(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        Path(name).write_text(_ANSWERS, encoding="utf-8")
    Path("c.yml").write_text(_CODEBOOK, encoding="utf-8")
    assert main([part.format(folder=tmp_path.name) for part in command]) == 2
    assert "which would be lost; name another one." in capsys.readouterr().err
    assert Path("a.csv").read_text(encoding="utf-8") == Path("b.csv").read_text(encoding="utf-8") == _ANSWERS
