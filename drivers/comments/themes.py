"""What customers write in their own words: themes, praise and blame, and how they go with ratings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from drivers.comments.assignment import Assigned, assign
from drivers.comments.beside_ratings import rating_links, who_wrote
from drivers.comments.coverage import accuracy_of, covered
from drivers.comments.over_waves import theme_trends
from drivers.comments.quoting import chosen_quotes
from drivers.comments.shown_parts import shown_parts
from drivers.comments.theme_result import MEANT, CommentThemes, ThemeMentions
from drivers.errors import ModelError, remedy
from drivers.linearization import effective_size
from drivers.models.expectations.ratios import ratios
from drivers.models.given import check_seed
from drivers.models.predictors import check_conf_level
from drivers.models.units import known_name
from drivers.results import FEWEST_SHOWN, Sample
from drivers.survey.data import Survey, check_survey
from drivers.survey.lexicon.labels import lexicon_of
from drivers.survey.lexicon.reading import theme_driver

__all__ = ["CommentThemes", "comment_themes"]


def comment_themes(
    survey: Survey,
    *,
    outcome: str | None = None,
    labels: str | None = None,
    likeness: bool = True,
    conf_level: float = 0.95,
    seed: int = 1,
) -> CommentThemes:
    """What comments are about, how they are meant, and how they go with ratings, in all and wave by wave.

    Parameters
    ----------
    survey
        Answers with weights and design, whose codebook has `comments`.
    outcome
        What comments are set beside; the main outcome unless given.
    labels
        A column in which comments were coded by hand: keys of themes with commas between them, ``none`` for a comment
        about nothing, empty where it was not coded. The assignment is then measured against it.
    likeness
        Whether comments in which the lexicon knows no word are told by their likeness to others.
    conf_level
        Level of the intervals, between 0 and 1.
    seed
        Of the comments drawn to learn from, where there are very many.

    Returns
    -------
    CommentThemes
        `tidy()` has one row per number, named in ``term``; `early_warnings` and `leads` name the themes that comments
        raise before ratings do.

    Raises
    ------
    ModelError
        With the code ``no_comments`` where the codebook names no column; ``few_comments`` where fewer than 10 wrote
        one; where a name is unknown.

    Notes
    -----
    **Lexicon.** Words and patterns of each theme in Arabic and English (`read_lexicon`), found with what is joined to
    Arabic words. A comment may be about several themes. Words of a theme tell praise and blame themselves, or general
    words in the same clause do; a negation turns them round. Who writes «لا يوجد», "-" or "none" wrote no comment.

    **Likeness.** A multinomial logistic regression on TF-IDF weighted runs of characters learns from comments in which
    the lexicon finds one theme for certain, *without* the words by which it did, as the comments to be told hold none
    of them. Comments told by the same words are left out together in cross-validation; chances are calibrated there,
    and a choice is made only where 85 % of such choices are right with 95 % certainty. Where nothing reaches that, no
    comment is assigned so. How well all of it does cannot be known without ``labels``.

    **Shares** are of those who commented, who are not all respondents. Means of ratings are compared between those
    whose comment blames a theme and those whose comment does not speak of it, after Holm over themes.

    **Waves.** The part of a wave's comments that blame a theme is tested against the wave before and against all
    earlier waves, Holm over themes and both; so is the rating of its driver, among all who rated it.
    ``early_warning``: more blame, and no clear fall of the rating. `leads` looks back over all waves, after Holm over
    these too.

    Weights: all shares, means and tests under weights and design. Intervals take the assignment as it is: its errors
    are not part of them. Missing answers: of each rating, those who gave it. Nothing is told of fewer than 10.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks, doi:10.48550/arXiv.1706.04599.
    Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, for differences of shares.

    Examples
    --------
    >>> import drivers as kda
    >>> survey = kda.example_survey("service_center").select(wave="2024Q3")
    >>> kda.comment_themes(survey).early_warnings
    ('honesty',)
    """
    check_survey(survey)
    check_conf_level(conf_level)
    check_seed(seed)
    book = survey.codebook
    if book.comments is None:
        raise ModelError(
            "Expected a codebook with 'comments:', found none; name the column of open answers.", code="no_comments"
        )
    answer = known_name("outcome", outcome, book.outcomes) if outcome is not None else book.main_outcome
    coded = None if labels is None else _coded(survey, labels)
    lexicon = lexicon_of("comments", survey.lexicons)
    texts, languages = _written(survey)
    assigned = assign(texts, languages, lexicon, likeness=likeness, seed=seed)
    rows = survey.domain & (survey.weights > 0)
    wrote = rows & assigned.written
    if int(wrote.sum()) < FEWEST_SHOWN:
        raise ModelError(
            f"Expected comments of at least {FEWEST_SHOWN} respondents, found fewer; widen the selection.",
            code="few_comments",
            values={"needed": FEWEST_SHOWN},
        )
    about = {key: theme_driver(key, theme, book) for key, theme in lexicon.themes.items()}
    themes, hidden = _mentions(survey, assigned, wrote, about, conf_level)
    waves, trends = theme_trends(survey, assigned, about, conf_level)
    commented, against = who_wrote(survey, rows, wrote, answer, conf_level)
    shown = [theme.theme for theme in themes]
    return CommentThemes(
        outcome=answer,
        themes=themes,
        hidden=hidden,
        commented=commented,
        commenters_less_others=against,
        links=rating_links(survey, assigned, wrote, shown, about, answer, conf_level),
        waves=waves,
        trends=trends,
        unmatched=tuple(name for name in book.drivers if name not in set(about.values())),
        coverage=covered(assigned, wrote),
        quotes=chosen_quotes(texts, assigned, wrote, shown) if book.comments.quote else (),
        accuracy=() if coded is None else accuracy_of(assigned, coded, wrote),
        lexicon_sha256=lexicon.sha256,
        sample=Sample(
            n_asked=int(rows.sum()),
            n=int(wrote.sum()),
            n_effective=effective_size(survey, wrote, assigned.mentioned.any(axis=1).astype(float)),
            weighted=survey.weighted_in(wrote),
            missing="available_answers",
            sampling=book.design.sample,
        ),
        conf_level=conf_level,
        seed=seed,
    )


def _written(survey: Survey) -> tuple[list[str], list[str]]:
    """The comments of the unit up to the wave reported on, empty in all other rows, and their languages."""
    comments = survey.codebook.comments
    assert comments is not None
    rows = survey.in_unit.copy()
    if survey.wave and survey.wave_index is not None:
        rows &= survey.wave_index <= survey.waves.index(survey.wave)
    cells = survey.raw[comments.column]
    texts = [text if inside else "" for text, inside in zip(cells, rows, strict=True)]
    spoken = survey.raw[comments.language] if comments.language in survey.raw.columns else None
    return texts, [""] * len(texts) if spoken is None else [str(name).strip().casefold() for name in spoken]


def _coded(survey: Survey, column: str) -> pd.Series:
    if not isinstance(column, str) or column not in survey.raw.columns:
        raise ModelError(
            f"Expected labels= to name a column of the file, found {column!r}; "
            f"{remedy(column, list(survey.raw.columns))}"
        )
    return survey.raw[column]


def _mentions(
    survey: Survey, assigned: Assigned, wrote: np.ndarray, about: Mapping[str, str | None], level: float
) -> tuple[tuple[ThemeMentions, ...], tuple[str, ...]]:
    """Themes from the most to the least frequent, and those of which too few speak, or nobody."""
    counts = assigned.mentioned[wrote].sum(axis=0)
    shown = [j for j in range(len(assigned.themes)) if counts[j] >= FEWEST_SHOWN]
    hidden = tuple(assigned.themes[j] for j in range(len(assigned.themes)) if counts[j] < FEWEST_SHOWN)
    if not shown:
        return (), hidden
    meant = [assigned.mentioned, *(assigned.meant("none" if how == "unclear" else how) for how in MEANT)]
    tops = np.column_stack([np.where(wrote, of[:, j], False) for of in meant for j in shown]).astype(float)
    found = ratios(survey, tops, np.repeat(wrote[:, None].astype(float), tops.shape[1], axis=1))
    themes = []
    for place, j in enumerate(shown):
        likeness = assigned.by_likeness[wrote & assigned.mentioned[:, j], j]
        sizes = {how: int(tops[:, (at + 1) * len(shown) + place].sum()) for at, how in enumerate(MEANT)}
        kept = shown_parts(sizes)
        parts = {how: found.share((at + 1) * len(shown) + place, level) for at, how in enumerate(MEANT) if how in kept}
        themes.append(
            ThemeMentions(
                theme=assigned.themes[j],
                driver=about[assigned.themes[j]],
                share=replace(found.share(place, level), n=int(counts[j])),
                parts=parts,
                by_likeness=float(likeness.mean()),
            )
        )
    return tuple(sorted(themes, key=lambda theme: -theme.share.estimate)), hidden
