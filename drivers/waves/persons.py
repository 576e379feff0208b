"""People who answered in more than one wave, and the errors of what is compared between waves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from drivers.linearization import Linearised, domain_design, domain_fpc, linearised_covariance, survey_covariance
from drivers.survey.data import Survey
from drivers.survey.respondents import unit_codes


def persons_of(survey: Survey) -> np.ndarray | None:
    """The person of each row, a row without a name being a person of its own; None where nobody is named; int (n,)."""
    column = survey.codebook.design.respondent
    if column is None:
        return None
    names = survey.raw[column].str.strip()
    codes, known = pd.factorize(names.where(names != "", None), use_na_sentinel=True)
    alone = codes < 0
    codes = codes.astype(np.int64)
    codes[alone] = len(known) + np.arange(int(alone.sum()))
    return codes


def repeat_across_waves(survey: Survey, rows: np.ndarray) -> bool:
    """Whether anybody answered in more than one wave.

    Parameters
    ----------
    rows
        bool (n,).
    """
    persons = persons_of(survey)
    if persons is None or survey.wave_index is None:
        return False
    pairs = pd.DataFrame({"person": persons[rows], "wave": survey.wave_index[rows]}).drop_duplicates()
    return bool(pairs["person"].duplicated().any())


def wave_covariance(survey: Survey, influence: np.ndarray, rows: np.ndarray) -> Linearised:
    """The covariance of estimates from several waves, in which the same people may have answered.

    Parameters
    ----------
    influence
        Each row's contribution, weight included, 0 outside ``rows``; float (n, p).
    rows
        Respondents used; bool (n,).

    Notes
    -----
    Without people who answered twice it is that of the design. Where respondents are the sampling units, a person's
    contributions are summed over the waves. Where sampling units are larger and a person lies in several of them, what
    the person adds beyond each unit's part is added: V_units + (V_persons − V_persons within units), the difference
    without its negative part, so that nothing is made to look surer than the design has it. Replicate weights are taken
    to hold the same people together.

    References
    ----------
    Cameron, Gelbach and Miller (2011), Robust inference with multiway clustering, doi:10.1198/jbes.2010.07136.
    """
    design = survey_covariance(survey, influence, rows)
    persons = persons_of(survey)
    if persons is None or survey.replicates is not None or not pd.Series(persons[rows]).duplicated().any():
        return design
    strata, clusters = domain_design(survey, rows)
    if clusters is None:
        first = pd.Series(np.arange(len(persons))).groupby(persons).transform("first").to_numpy()
        inside = influence if strata is not None else influence[rows]
        chosen = slice(None) if strata is not None else rows
        fpc = domain_fpc(survey, rows)
        return linearised_covariance(
            inside,
            strata=None if strata is None else strata[first],
            clusters=persons[chosen],
            rows=None if strata is None else rows,
            fpc=None if fpc is None else fpc[first][chosen],
        )
    units = unit_codes(strata, clusters, len(rows))
    both = pd.factorize(pd.MultiIndex.from_arrays([persons[rows], units[rows]]))[0]
    if len(np.unique(both)) == len(np.unique(persons[rows])):
        return design
    by_person = linearised_covariance(influence[rows], clusters=persons[rows]).covariance
    within = linearised_covariance(influence[rows], clusters=both).covariance
    values, vectors = np.linalg.eigh((by_person - within + (by_person - within).T) / 2)
    return Linearised(
        covariance=design.covariance + (vectors * np.maximum(values, 0.0)) @ vectors.T,
        df=design.df,
    )
