"""Surveys as Parquet files, to be read a chunk at a time."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from drivers.survey.data import Survey


def arrow_table(survey: Survey, *, texts: bool = False) -> pa.Table:
    """The raw columns of a survey, numbers as numbers unless texts are wanted."""
    columns = {}
    for name, cells in survey.raw.items():
        values = pd.to_numeric(cells.where(cells != ""), errors="coerce")
        if texts or values.isna().ne(cells == "").any():
            columns[name] = pa.array(cells.tolist(), pa.string())
        elif (values.dropna() % 1 == 0).all() and values.abs().max() < 128:
            columns[name] = pa.array([None if np.isnan(value) else int(value) for value in values], pa.int8())
        else:
            columns[name] = pa.array(values.to_numpy(dtype=float), pa.float64(), from_pandas=True)
    return pa.table(columns)


def write_parquet(survey: Survey, path: Path, *, texts: bool = False, group_rows: int = 400) -> Path:
    """A Parquet file with the raw columns of a survey."""
    pq.write_table(arrow_table(survey, texts=texts), path, row_group_size=group_rows)
    return path
