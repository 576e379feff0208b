"""A survey that is read and scored once, and opened by every process that needs it without reading it again."""

from __future__ import annotations

import pickle
from pathlib import Path

import pyarrow as pa

from drivers.errors import SurveyError
from drivers.survey.data import Survey
from drivers.survey.held import hold_survey

_OBJECT = "object"
_NOT_OURS = (OSError, pa.ArrowInvalid, KeyError, pickle.UnpicklingError, AttributeError, ImportError, TypeError)


def survey_bytes(survey: Survey) -> bytes:
    """A survey as an Arrow file: what it is in one column, and each of its arrays in a column of its own.

    Parameters
    ----------
    survey
        All of it, whatever is selected.

    Notes
    -----
    The file holds a pickle, for processes of the same run and the same version of the package; it is no format to keep
    a survey in, and is opened by nobody else.
    """
    buffers: list[pickle.PickleBuffer] = []
    text = pickle.dumps(survey, protocol=5, buffer_callback=buffers.append)
    columns = {_OBJECT: text} | {str(i): buffer.raw() for i, buffer in enumerate(buffers)}
    kind = pa.large_binary()
    batch = pa.record_batch({name: pa.array([bytes(content)], type=kind) for name, content in columns.items()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def open_survey(path: Path) -> Survey:
    """The survey in a file of `survey_bytes`; its arrays stay in the file, which all processes have in memory once.

    Raises
    ------
    SurveyError
        Where the file is no such file, or was written by another version of the package.
    """
    try:
        batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
        named = dict(zip(batch.schema.names, batch.columns, strict=True))
        text = named.pop(_OBJECT)[0].as_buffer()
        survey = pickle.loads(text, buffers=[column[0].as_buffer() for column in named.values()])
    except _NOT_OURS as error:
        raise SurveyError(
            f"{path.name}: expected a survey prepared by this version, found {type(error).__name__}: {error}; remove "
            "the file and run the command again."
        ) from None
    if not isinstance(survey, Survey):
        raise SurveyError(f"{path.name}: expected a prepared survey, found {type(survey).__name__}; remove the file.")
    return survey


def hold(codebook: str | Path, path: str | Path) -> None:
    """From now on this process takes the survey of a codebook from a prepared file."""
    hold_survey(Path(codebook), open_survey(Path(path)))
