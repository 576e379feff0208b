"""Surveys with comments, written from arrays."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

import drivers as kda
from drivers.survey.data import Survey
from tests.simulated import make_survey


def commented(
    folder: Path,
    texts: Sequence[str],
    *,
    ratings: Mapping[str, np.ndarray] | None = None,
    satisfaction: np.ndarray | None = None,
    comments: Mapping[str, object] | None = None,
    files: Mapping[str, str] | None = None,
    columns: Mapping[str, Sequence[str]] | None = None,
    book: Mapping[str, object] | None = None,
    **how: object,
) -> Survey:
    """A survey with one comment in each row.

    Parameters
    ----------
    ratings, satisfaction
        0 to 100; drawn unless given. Drivers are ``speed`` and ``respect``.
    comments
        Further keys of the codebook's comments.
    files
        Name → content of files beside it.
    columns
        Further columns of the file.
    book
        Further parts of the codebook.
    how
        As in `make_survey`.
    """
    rng = np.random.default_rng(8)
    n = len(texts)
    ratings = ratings or {"speed": rng.integers(0, 101, n), "respect": rng.integers(0, 101, n)}
    outcome = rng.integers(0, 101, n) if satisfaction is None else satisfaction
    make_survey(folder, drivers=ratings, outcomes={"satisfaction": outcome}, **how)  # type: ignore[arg-type]
    answers = pd.read_csv(folder / "answers.csv", dtype=str, keep_default_na=False)
    answers["remark"] = list(texts)
    for name, values in (columns or {}).items():
        answers[name] = list(values)
    answers.to_csv(folder / "answers.csv", index=False)
    for name, content in (files or {}).items():
        (folder / name).write_text(content, encoding="utf-8")
    path = folder / "codebook.yml"
    content = json.loads(path.read_text(encoding="utf-8"))
    content |= {"comments": {"column": "remark", **(comments or {})}, **(book or {})}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return kda.read_survey(path)
