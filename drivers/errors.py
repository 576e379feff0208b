"""The errors a user meets. Each message says what was expected, what was found and what to do."""


class DriversError(Exception):
    """Anything the suite refuses; its message is one clear sentence or a short list of them."""


class CodebookError(DriversError):
    """The codebook does not say what it must, or says something that does not exist."""


class SurveyError(DriversError):
    """The answers cannot be read as the codebook says."""


class ModelError(DriversError):
    """The question cannot be answered from these answers, or not in this way."""


class PublishError(DriversError):
    """A report cannot be made or written."""
