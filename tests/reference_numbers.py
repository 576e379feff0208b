"""What other programs found, read as it was written, and the surveys they found it on."""

from pathlib import Path

import numpy as np
import pandas as pd

from drivers.survey.data import Survey
from tests.simulated import make_survey

REFERENCE = Path(__file__).parent / "reference"

AGREEMENT = 1e-10
"""Relative: two programs that do the same sums in another order differ in the last digits only."""

RATINGS = ("respect", "speed", "information", "fairness", "empathy", "presence")
ITEMS = ("sat1", "sat2", "sat3", "loy1", "loy2", "loy3")


def table(name: str) -> pd.DataFrame:
    """A reference table; the numbers are those of the file to the last digit."""
    cells = pd.read_csv(REFERENCE / name, dtype=str, keep_default_na=False)
    return pd.DataFrame({column: _numbers(texts) for column, texts in cells.items()})


def matrix(name: str) -> np.ndarray:
    """A reference table without a heading, all numbers."""
    return pd.read_csv(REFERENCE / name, header=None).to_numpy()


def _numbers(texts: pd.Series) -> list[float] | pd.Series:
    try:
        return [np.nan if text == "NA" else float(text) for text in texts]
    except ValueError:
        return texts


def service_survey(
    folder: Path,
    *,
    weighted: bool = False,
    design: bool = False,
    file: str = "service.csv",
) -> Survey:
    """The simulated service survey: 600 respondents, ratings of 1 to 5, design weights, strata and branches."""
    data = table(file)
    holes = "sat1" not in data
    outcomes = {
        "sat": data["sat"] if holes else data[["sat1", "sat2", "sat3"]],
        "loy": data["loy"] if holes else data[["loy1", "loy2", "loy3"]],
    }
    if not holes:
        outcomes |= {"nps": data["nps"]}
    return make_survey(
        folder,
        drivers={name: data[name] for name in RATINGS},
        outcomes=outcomes,
        scale=(1, 5),
        step="any" if holes else 1,
        nps=() if holes else ("nps",),
        weights=data["w"].to_numpy() if weighted or design else None,
        strata=data["stratum"].to_numpy() if design else None,
        clusters=data["branch"].to_numpy() if design else None,
        segments={"channel": data["channel"].to_numpy()},
    )
