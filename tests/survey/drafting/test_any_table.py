"""Whatever stands in a table: the draft is a codebook that reads it, or one sentence says what was looked for."""

import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from drivers.errors import SurveyError
from drivers.survey.data import read_survey
from drivers.survey.drafting.draft import Draft, draft_codebook
from drivers.survey.raw_table import as_csv

AGREE = ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree", "N/A", "")
SATISFIED = ("راضٍ جدًا", "راضية", "محايد", "غير راضٍ", "غير راضية إطلاقًا", "لا أعرف", "")
GRADES = ("ضعيف", "مقبول", "جيد", "جيد جدًا", "ممتاز", "لا ينطبق")
HOSTILE = ("a: b", "# no", "- x", "{", "}", "[1]", '"', "'", "yes", "null", "1e5", "0x1f", "2023-01-01", "|", ">", "&a")
KINDS = {
    "agree": st.sampled_from(AGREE),
    "satisfied": st.sampled_from(SATISFIED),
    "grades": st.sampled_from(GRADES),
    "five": st.sampled_from(("1", "2", "3", "4", "5", "")),
    "five with codes": st.sampled_from(("1", "2", "3", "4", "5", "0", "6", "8", "9", "98", "99", "-9", "NA")),
    "arabic ten": st.sampled_from("٠١٢٣٤٥٦٧٨٩"),
    "ten": st.integers(0, 10).map(str),
    "eleven": st.integers(0, 11).map(str),
    "hundred": st.integers(0, 100).map(str),
    "stars": st.sampled_from(("★", "★★", "★★★", "5 stars", "10 - محتمل جدًا")),
    "decimal": st.floats(0, 10, allow_nan=False).map(lambda x: f"{x:.2f}"),
    "weight": st.sampled_from(("0.5", "1.25", "0.9", "", "0", "1e-3", "-1", "x")),
    "year": st.sampled_from(("2021", "2022", "2023", "")),
    "quarter": st.sampled_from(("Q1", "Q2", "2023Q1", "Campaign 1", "Pilot", "مارس")),
    "date": st.sampled_from(("2024-01-05", "2024-12-31", "05/06/2024", "31/12/2024", "")),
    "group": st.sampled_from(("m", "f", "ذكر", "أنثى", "North", "18-29", "ar", "en")),
    "yes": st.sampled_from(("Yes", "No", "0", "1")),
    "codes": st.sampled_from(("A1", "A2", "A3", "A4", "A5", "")),
    "lost": st.sampled_from(("????", "??? ????", "x\ufffd", "y")),
    "age": st.integers(18, 90).map(str),
    "text": st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30),
    "hostile": st.sampled_from(HOSTILE),
    "empty": st.just(""),
    "constant": st.just("3"),
    "name": st.uuids().map(str),
}
RATINGS = ("agree", "satisfied", "grades", "five", "five with codes", "ten", "codes")
NAMES = (
    *("overall", "satisfaction", "NPS", "recommend", "respect", "سرعة الخدمة", "الرضا العام", "weight", "الوزن", "w"),
    *("year", "campaign", "wave", "دورة", "date", "visit date", "id", "respondent", "sex", "الجنس", "branch", "الفرع"),
    *("Which branch did you visit?", "العمر", "age"),
    *("q1", "q2", "q3", "sat1", "sat2", "loy1", "loy2", "exp_a", "exp_b", "exp_c", "per_a", "per_b", "per_c", "imp_a"),
    *("hoped_x", "x", "rw1", "rw2", "rw3", "rw4", "rw5", "rw6", "rw7", "rw8", "rw9", "duration", "mode", "comment"),
    *(
        "strata",
        "psu",
        "Would you come back?",
        "ما مدى رضاك عموما؟",
        "a: b #c",
        '"',
        "{x}",
        "yes",
        "1",
        "null",
        "é",
        "…",
    ),
)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=10, unique=True))
    rows = draw(st.sampled_from((1, 2, 7, 40)))
    columns = {}
    for position, name in enumerate(names):
        # Without two columns of ratings there is nothing to draft.
        kind = KINDS[draw(st.sampled_from(RATINGS if position < 2 else sorted(KINDS)))]
        cells = draw(st.lists(kind, min_size=min(rows, 7), max_size=min(rows, 7)))
        columns[name] = (cells * rows)[:rows]
    return pd.DataFrame(columns, dtype="str")


def drafted(frame: pd.DataFrame, folder: Path) -> Draft | None:
    path = folder / "answers.csv"
    path.write_bytes(as_csv(frame))
    try:
        return draft_codebook(path)
    except SurveyError as error:
        sentence = str(error)
        assert "expected" in sentence.casefold() and "found" in sentence and len(sentence.splitlines()) == 1
        return None


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a table takes too long to be made smaller
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(frame=tables())
def test_a_draft_reads_its_file(frame: pd.DataFrame) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draft = drafted(frame, folder)
        if draft is None:
            return
        book = draft.save(folder / "answers.yml")
        survey = read_survey(book)
        assert draft_codebook(folder / "answers.csv").text == draft.text
        assert survey.codebook.drivers and survey.codebook.outcomes
        assert survey.codes.notna().to_numpy().any()
