"""A first codebook from a file of answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from drivers.errors import CodebookError, SurveyError, remedy
from drivers.survey.drafting.composing import content_of
from drivers.survey.drafting.findings import Finding
from drivers.survey.drafting.form_words import FormWords, words_of_form
from drivers.survey.drafting.writing import as_yaml
from drivers.survey.raw_table import listed
from drivers.survey.reading import ReadAs, read_table
from drivers.survey.vendors import VENDORS

FINDING_COLUMNS = ("part", "columns", "found", "sureness", "reason", "confirm")
"""The columns of a draft's findings as a table."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """A codebook that was drafted from a file; `draft_codebook` makes one.

    Parameters
    ----------
    file
        The name of the file of answers.
    rows, columns
        The size of the file.
    text
        The codebook, YAML.
    findings
        What was found, how sure it is, and why, in the order of the codebook.
    """

    file: str
    rows: int
    columns: int
    text: str
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        asked = sum(bool(finding.confirm) for finding in self.findings)
        return f"Draft({self.file!r}, {len(self.findings)} findings, {asked} to confirm)"

    def tidy(self) -> pd.DataFrame:
        """One row per finding: part of the codebook, columns, what was found, how sure, why, what to confirm."""
        rows = [
            (one.part, ", ".join(one.columns), one.found, str(one.sureness), one.reason, one.confirm)
            for one in self.findings
        ]
        return pd.DataFrame(rows, columns=list(FINDING_COLUMNS))

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """The path of the codebook, written there; a file that exists is only overwritten by force.

        Raises
        ------
        CodebookError
            Where there is such a file.
        """
        path = Path(path)
        try:
            with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
                file.write(self.text)
        except FileExistsError:
            raise _exists(path) from None
        return path


def draft_codebook(
    path: str | Path,
    *,
    form: str | Path | None = None,
    vendor: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Draft:
    """A first codebook for a file of answers, with how sure each part of it is.

    Parameters
    ----------
    path
        A file of answers, of any kind that `read_survey` reads.
    form
        An XLSForm with the questions' names, words and choices.
    vendor, sheet, encoding, delimiter
        How the file is to be read, as in `data` of a codebook; found from the file where None.

    Returns
    -------
    Draft
        Its `text` is a codebook that `read_survey` accepts beside the file; `tidy()` lists the findings.

    Raises
    ------
    SurveyError
        Where the file cannot be read, or has fewer than two columns that could be ratings.
    CodebookError
        Where the form is none.

    Notes
    -----
    Codes and texts of which only the user can say what they stand for (98, "NA") are set missing, never counted as
    answers, and marked to be confirmed. A 0 beside 1 to 5, or a 6, stays an answer unless those who wrote it answer
    the other questions as nobody would at that end of the scale. Personal data are never used.

    Weights: found by name, and by numbers of 0 or more in every row; not used in finding anything else.

    Missing answers: kinds that the file states are kept; others are marked to be confirmed.

    Examples
    --------
    >>> import drivers as kda
    >>> from drivers.survey.examples import example_path
    >>> kda.draft_codebook(example_path("judges").with_suffix(".csv"))
    Draft('judges.csv', 26 findings, 4 to confirm)
    """
    path = Path(path)
    if vendor is not None and vendor not in VENDORS:
        raise SurveyError(
            f"Expected vendor to be one of {listed(list(VENDORS))}, found {vendor!r}; {remedy(vendor, VENDORS)}"
        )
    stated = {"vendor": vendor, "sheet": sheet, "encoding": encoding, "delimiter": delimiter}
    table = read_table(path, ReadAs(vendor=vendor, sheet=sheet, encoding=encoding, delimiter=delimiter))
    words = words_of_form(form) if form is not None else FormWords()
    content = content_of(table, words, {key: value for key, value in stated.items() if value is not None})
    return Draft(
        file=table.name,
        rows=content.rows,
        columns=content.columns,
        text=as_yaml(content),
        findings=content.all_findings,
    )


def refuse_existing(path: Path) -> None:
    """Refuse to draft what could not be saved without overwriting a file."""
    if path.exists():
        raise _exists(path)


def refuse_overwriting(path: Path, *sources: Path) -> None:
    """Refuse to write to a file that is read, even by force."""
    for source in sources:
        if path.resolve() == source.resolve():
            raise CodebookError(
                f"Expected another file than {source} to write to, found the same, which would be lost; name another "
                "one."
            )


def _exists(path: Path) -> CodebookError:
    return CodebookError(
        f"Expected no file at {path}, found one; name another one with --output, or overwrite it with --force."
    )


def codebook_path(source: str | Path) -> Path:
    """Where the codebook of a file is written: beside it, under its name."""
    source = Path(source)
    # A folder such as "." has no name; that it is a folder is told when it is read.
    return source.parent / f"{source.name.split('.')[0] or source.name}.yml"
