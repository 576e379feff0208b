"""The service centre's survey in the layout of every program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from drivers.survey.codebook.model import Codebook
from tests.survey import written as w

EVERY = 200
"""Of the example's rows, each of so many is taken: 60 that hold every kind of answer."""
LAYOUTS: dict[str, Callable[["Written"], "Export"]] = {}


@dataclass(frozen=True)
class Written:
    """Answers as a person reads them and as codes, by the items' columns; the other columns; the questions' texts."""

    answers: pd.DataFrame
    codes: pd.DataFrame
    others: pd.DataFrame
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Export:
    """The rows of a file, the name there of each item's column, and texts that the codebook maps by hand."""

    rows: list[list[str]]
    columns: Mapping[str, str]
    mapped: Mapping[str, Mapping[str, float]]


@cache
def given(language: str, digits: str) -> Written:
    frame = w.written(language, digits, every=EVERY)
    items = w.item_columns()
    texts = {item.column: item.text[language] for item in w.book().items.values() if item.text}
    return Written(frame[items], w.written("", digits, every=EVERY)[items], frame.drop(columns=items), texts)


def rows_of(*parts: pd.DataFrame | Mapping[str, str]) -> list[list[str]]:
    """Cells of columns side by side; a mapping has the same cell in every row."""
    rows = len(w.answers(EVERY))
    frames = [
        part if isinstance(part, pd.DataFrame) else pd.DataFrame({name: [cell] * rows for name, cell in part.items()})
        for part in parts
    ]
    return pd.concat(frames, axis=1).to_numpy().tolist()


def layout(write: Callable[[Written], Export]) -> Callable[[Written], Export]:
    LAYOUTS[write.__name__] = write
    return write


def _qualtrics(answers: Written, cells: pd.DataFrame) -> Export:
    own = {"StartDate": "2024-05-01 10:00:00", "Status": "0", "Finished": "1", "ResponseId": "R_1"}
    ids = {key: f"Q{number // 9 + 1}_{number % 9 + 1}" for number, key in enumerate(cells)}
    others = list(answers.others.columns)
    head = [
        [*own, *ids.values(), *others],
        [
            "Start Date",
            "Response Type",
            "Finished",
            "Response ID",
            *(f"Rate - {text}" for text in answers.texts.values()),
            *others,
        ],
        ['{"ImportId":"x"}'] * (len(own) + len(ids) + len(others)),
    ]
    return Export([*head, *rows_of(own, cells, answers.others)], ids, {})


@layout
def qualtrics_texts(answers: Written) -> Export:
    return _qualtrics(answers, answers.answers)


@layout
def qualtrics_recodes(answers: Written) -> Export:
    return _qualtrics(answers, answers.codes.replace("", "-99"))


@layout
def surveymonkey(answers: Written) -> Export:
    own = {"Respondent ID": "1", "Collector ID": "2", "Date Created": "05/01/2024", "IP Address": "10.0.0.1"}
    others = list(answers.others.columns)
    grid = [*answers.texts][:10]
    single = [*answers.texts][10:]
    questions = ["كيف تقيّم <b>الخدمة</b>؟", *[""] * 9, *(answers.texts[key] for key in single)]
    rows = [*(f"{answers.texts[key]}\xa0" for key in grid), *["Response"] * len(single)]
    head = [[*own, *questions, *others], [*[""] * len(own), *rows, *["Open-Ended Response"] * len(others)]]
    columns = {key: f"كيف تقيّم الخدمة؟ [{answers.texts[key]}]" for key in grid} | {
        key: answers.texts[key] for key in single
    }
    return Export([*head, *rows_of(own, answers.answers, answers.others)], columns, {})


def _limesurvey(
    answers: Written, head: list[str], cells: pd.DataFrame, mapped: Mapping[str, Mapping[str, float]]
) -> Export:
    own = {"id. Response ID": "1", "submitdate. Date submitted": "2024", "lastpage. Last page": "3"}
    own |= {"startlanguage. Start language": "ar"}
    columns = dict(zip(cells, (name.partition(". ")[0] for name in head), strict=True))
    rows = rows_of(own, cells, answers.others)
    return Export([[*own, *head, *answers.others.columns], *rows], columns, mapped)


@layout
def limesurvey_texts(answers: Written) -> Export:
    head = [f"Q{number}[SQ001]. {text}" for number, text in enumerate(answers.texts.values(), start=1)]
    return _limesurvey(answers, head, answers.answers, {})


@layout
def limesurvey_codes(answers: Written) -> Export:
    head = [f"G01Q{number:02}. {text}" for number, text in enumerate(answers.texts.values(), start=1)]
    items = w.book().items.values()
    likert = [item.column for item in items if w.book().scales[item.scale].type == "likert"]
    coded = w.answers(EVERY)[likert].map(lambda text: f"A{text}" if text and text < "9" else text)
    cells = answers.codes.assign(**{key: coded[key] for key in likert})
    return _limesurvey(answers, head, cells, {key: {f"A{code}": float(code) for code in range(1, 6)} for key in likert})


@layout
def kobo(answers: Written) -> Export:
    own = {"_id": "1", "_uuid": "u-1", "_submission_time": "2024-05-01T10:00:00", "_validation_status": ""}
    paths = {key: f"{'service' if number < 10 else 'more'}/{key}" for number, key in enumerate(answers.answers)}
    head = [*paths.values(), *answers.others.columns, *own]
    return Export([head, *rows_of(answers.answers, answers.others, own)], paths, {})


@layout
def kobo_labels(answers: Written) -> Export:
    own = {"_id": "1", "_uuid": "u-1", "_submission_time": "2024-05-01T10:00:00", "_validation_status": ""}
    head = [*(f"<p>{text}</p> " for text in answers.texts.values()), *answers.others.columns, *own]
    return Export([head, *rows_of(answers.answers, answers.others, own)], answers.texts, {})


@layout
def google_forms(answers: Written) -> Export:
    own = {"طابع زمني": "2024/05/01 3:04:05 م GMT+3"}
    head = [*own, *(f"Rate us [{text}]" for text in answers.texts.values()), *answers.others.columns]
    columns = {key: f"Rate us [{text}]" for key, text in answers.texts.items()}
    return Export([head, *rows_of(own, answers.answers, answers.others)], columns, {})


@layout
def google_forms_with_one_text(answers: Written) -> Export:
    own = {"Timestamp": "5/1/2024 15:04:05"}
    head = [*own, *["Rate us?"] * len(answers.texts), *answers.others.columns]
    columns = {
        key: "Rate us?" + (f" ({number})" if number > 1 else "") for number, key in enumerate(answers.texts, start=1)
    }
    return Export([head, *rows_of(own, answers.answers, answers.others)], columns, {})


@layout
def microsoft_forms(answers: Written) -> Export:
    own = {"المعرف": "1", "وقت البدء": "5/1/24 10:00:00", "وقت الإكمال": "5/1/24 10:03:00", "الاسم": ""}
    head = [*own, *(f"{text}\xa0" for text in answers.texts.values()), *answers.others.columns]
    return Export([head, *rows_of(own, answers.answers, answers.others)], answers.texts, {})


def adapted(export: Export) -> Codebook:
    """The example's codebook, its items under the names that they have in the export."""
    items = {
        key: item.model_copy(
            update={"column": export.columns[item.column], "answers": dict(export.mapped.get(item.column, {}))}
        )
        for key, item in w.book().items.items()
    }
    return w.book().model_copy(update={"items": items})
