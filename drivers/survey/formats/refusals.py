"""The sentence for a file of a kind that holds no readable answers."""

from __future__ import annotations

from drivers.errors import SurveyError

READABLE = "a table of answers (CSV, Excel, Parquet, Feather, SPSS or Stata)"
"""What messages call the kinds that are read."""


def refusal(name: str, what: str, remedy: str) -> SurveyError:
    """The error for a file of a kind that cannot be read.

    Parameters
    ----------
    name
        What messages call the file.
    what, remedy
        What it is, and what to do.
    """
    return SurveyError(f"{name}: expected {READABLE}, found {what}; {remedy}.")


def empty_file(name: str) -> SurveyError:
    """The error for a file, or a sheet, without any content."""
    return SurveyError(f"{name}: expected a header row and answers, found an empty file; export the survey again.")


def no_answers(name: str) -> SurveyError:
    """The error for a file that has columns and no rows."""
    return SurveyError(f"{name}: expected answers below the header, found no rows; export the survey with its answers.")
