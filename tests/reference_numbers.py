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


# 12 branches in every stratum, 500 bootstraps (Canty and Davison's, which draw as many branches as there are).
REPLICATION: dict[str, dict[str, object]] = {
    "JKn": {"replicate_method": "jkn", "replicate_center": "mean"},
    "bootstrap": {"replicate_method": "bootstrap", "replicate_center": "mean", "replicate_scale": 12 / 11 / 499},
}


def replicate_weights(kind: str, *, fpc: bool = False) -> np.ndarray:
    """Full replicate weights of the respondents of service.csv; float (600, R)."""
    data = table("service.csv")
    # The jackknife leaves a finite population to the scales.
    by_branch = table(f"survey_repweights_{'fpc_' if fpc and kind == 'bootstrap' else ''}{kind}.csv.gz")
    return by_branch.set_index("branch").drop(columns="stratum").loc[data["branch"]].to_numpy() * data[["w"]].to_numpy()


def service_survey(
    folder: Path,
    *,
    weighted: bool = False,
    design: bool = False,
    fpc: bool = False,
    replicates: str = "",
    file: str = "service.csv",
) -> Survey:
    """The simulated service survey: 600 respondents, ratings of 1 to 5, design weights, strata and branches.

    Parameters
    ----------
    weighted, design, fpc
        Weights; and strata and branches; and the branches in the population of each stratum.
    replicates
        ``JKn`` or ``bootstrap``: replicate weights, scaled as R's survey scales them around their mean. With a
        finite population where there is ``fpc``.
    """
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
        weights=data["w"].to_numpy() if weighted or design or fpc or replicates else None,
        strata=data["stratum"].to_numpy() if design or fpc or replicates == "JKn" else None,
        clusters=data["branch"].to_numpy() if design or fpc or replicates == "JKn" else None,
        fpc=data["fpc"].to_numpy() if fpc and replicates != "bootstrap" else None,
        replicates=replicate_weights(replicates, fpc=fpc) if replicates else None,
        design=REPLICATION.get(replicates),
        segments={"channel": data["channel"].to_numpy()},
    )
