"""drivers questionnaire: write the questionnaire of a codebook, or of the whole service model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from drivers.labels import LANGUAGES

if TYPE_CHECKING:
    from drivers.cli.commands import Commands
    from drivers.publish.questionnaire import WrittenQuestionnaire


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    questionnaire = commands.add_parser(
        "questionnaire",
        help="write a questionnaire: a form for KoBo and ODK, and pages to print",
        description="Write the questionnaire of a codebook, or of the whole service model, as an XLSForm for KoBo and "
        "ODK and as a page to print in each language. The form is also the codebook of the answers.",
    )
    questionnaire.add_argument(
        "codebook",
        nargs="?",
        help="codebook file (.yml), or the name of an example survey (default: the whole service model, with a "
        "codebook to make your own)",
    )
    questionnaire.add_argument("--output", default="questionnaires", metavar="DIR", help="default: %(default)s")
    questionnaire.add_argument(
        "--language",
        action="append",
        metavar="LANG",
        help="ar or en; may be repeated, and the form opens in the first (default: both)",
    )
    questionnaire.add_argument(
        "--sections",
        metavar="NAMES",
        help="what to ask beside the core: core,expectations,importance,more (default: all that the codebook has)",
    )
    questionnaire.add_argument(
        "--digits", choices=("latn", "arab"), default="latn", help="arab: Arabic-Indic digits on the Arabic page"
    )
    questionnaire.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from drivers.publish.questionnaire import write_questionnaire
    from drivers.survey.forms.questionnaire import SECTIONS, without_words

    sections = SECTIONS if options.sections is None else [name.strip() for name in options.sections.split(",")]
    languages = options.language or LANGUAGES
    written = write_questionnaire(
        options.codebook, output=options.output, languages=languages, sections=sections, digits=options.digits
    )
    _tell(written)
    absent = list(without_words(written.questionnaire.questions, languages))
    for language in dict.fromkeys(language for _, language in absent):
        columns = [question.column for question, other in absent if other == language]
        named = ", ".join(columns[:6]) + (f" and {len(columns) - 6} more" if len(columns) > 6 else "")
        print(f"warning: no wording in {language}; another language's, or the column's name, stands: {named}")
    return 1 if absent else 0


def _tell(written: WrittenQuestionnaire) -> None:
    asked = written.questionnaire
    parts = ", ".join(f"{section.key} {len(section.questions)}" for section in asked.sections)
    print(f"{asked.book.survey.id}: {len(asked.questions)} questions ({parts})")
    for column, name in asked.renamed.items():
        print(f"column {column!r} is called {name} in the form, which cannot have such a name")
    if asked.not_asked:
        print(f"not asked, to be added to the answers: {', '.join(map(repr, asked.not_asked))}")
    print(f"form for KoBo and ODK: {written.form}")
    for language, page in written.pages.items():
        print(f"page to print ({language}): {page}")
    if written.codebook is not None:
        print(f"codebook of the answers: {written.codebook}")
    print(f"then: drivers check {written.form} --data ANSWERS.csv")
