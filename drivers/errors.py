"""The errors a user meets. Each message says what was expected, what was found and what to do."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches


def remedy(name: object, known: Iterable[str], *, otherwise: str = "choose one of these.") -> str:
    """What to do about a name that does not exist: the nearest one that does, else the general advice."""
    close = get_close_matches(name, list(known), n=1) if isinstance(name, str) else []
    return f"did you mean {close[0]!r}?" if close else otherwise


class DriversError(Exception):
    """Anything the suite refuses; its message is one clear sentence or a short list of them."""


class CodebookError(DriversError):
    """The codebook does not say what it must, or says something that does not exist."""


class SurveyError(DriversError):
    """The answers cannot be read as the codebook says."""


class ModelError(DriversError):
    """The question cannot be answered from these answers, or not in this way.

    Parameters
    ----------
    message
        What was expected, what was found and what to do.
    code, values
        Where the answers are at fault and not the question: a code of the closed list of reasons with
        its numbers and names, so that a report can say it in any language.
    """

    def __init__(self, message: str, *, code: str = "", values: Mapping[str, float | int | str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.values = dict(values or {})


class PublishError(DriversError):
    """A report cannot be made or written."""


class KernelError(PublishError):
    """A kernel ended or fell silent: nothing is wrong with the notebook, and the same run may succeed."""
