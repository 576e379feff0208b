"""A small survey with a bit of everything, to be changed by one fault at a time."""

from pathlib import Path

CODEBOOK = """\
survey:
  id: clinic
  title: {en: A clinic, ar: عيادة}
data: {file: answers.csv}
scales:
  quality:
    type: likert
    codes:
      1: {en: Poor, ar: سيئ}
      2: {en: Average, ar: متوسط}
      3: {en: Good, ar: جيد}
    missing: {98: not_applicable, 99: dont_know, no comment: refused}
  ten: {type: numeric, min: 0, max: 10}
  recommend: {type: nps}
items:
  waiting: {column: Waiting, scale: quality}
  calls: {column: Calls, scale: ten}
  courtesy: {column: Courtesy, scale: ten, reversed: true}
  overall: {column: Overall, scale: ten}
  nps: {column: Recommend, scale: recommend}
  hoped: {column: Hoped, scale: ten}
drivers:
  speed: {items: [waiting, calls], min_items: 1, label: {en: Speed, ar: سرعة الاستجابة}}
  respect: {items: [courtesy], label: {en: Respect, ar: الاحترام}, lever: front_line}
outcomes:
  satisfaction: {items: [overall], label: {en: Satisfaction}}
  recommend: {items: [nps], kind: nps, label: {en: Recommends us}}
expectations:
  respect: {desired: hoped}
design: {weight: Weight, strata: Region, cluster: Branch}
period: {column: Day, format: "%Y-%m-%d"}
wave:
  columns: [Year, Round]
  order:
    - {values: [2023, spring], label: {en: Spring 2023}}
    - {values: [2024, spring], label: {en: Spring 2024}}
unit: {column: Branch, label: {en: Branch}}
segments:
  language: {column: Language, label: {en: Language}}
"""

ANSWERS = """\
Waiting,Calls,Courtesy,Overall,Recommend,Hoped,Weight,Region,Branch,Day,Year,Round,Language,Remark
Good,9,1,8,9,10,1.5,North,N1,2023-03-01,2023,spring,Arabic,"fine, thanks"
Poor,2,8,3,2,10,0.5,North,N2,2023-03-02,2023,spring,English,
98,4,5,5,7,9,1,South,S1,2024-03-05,2024,spring,English,"two
lines"
متوسط,,N/A,٦,8,8,1,South,S2,2024-03-09,2024,spring,Arabic,
99,,3,7,,9,2,South,S2,2024-03-07,2024,spring,Arabic,
"""


def changed(text: str, old: str, new: str) -> str:
    """The text with one place changed; the place must be there once."""
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


def line_of(text: str, fragment: str) -> int:
    """The line, counted from 1, of the only place where the fragment is."""
    assert text.count(fragment) == 1, f"{fragment!r} is there {text.count(fragment)} times"
    return text[: text.index(fragment)].count("\n") + 1


def write_survey(folder: Path, *, codebook: str = CODEBOOK, answers: str | bytes | None = ANSWERS) -> Path:
    """The path of a codebook that was written together with its answers."""
    path = folder / "codebook.yml"
    path.write_text(codebook, encoding="utf-8")
    if answers is not None:
        (folder / "answers.csv").write_bytes(answers if isinstance(answers, bytes) else answers.encode())
    return path
