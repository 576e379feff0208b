"""Small surveys made from columns of text."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from drivers.survey.codebook.model import Codebook
from drivers.survey.data import Survey, survey_of
from drivers.survey.raw_table import table_of

FIVE = {"type": "numeric", "min": 1, "max": 5, "missing": {"96": "not_asked", "97": "not_applicable", "99": "refused"}}
TEN = {"type": "nps"}


def made(
    ratings: Mapping[str, Sequence[object]],
    *,
    overall: Sequence[object],
    recommend: Sequence[object] | None = None,
    more: Mapping[str, Sequence[object]] | None = None,
    reversed_items: Sequence[str] = (),
    **book: Any,
) -> Survey:
    """A survey with one driver for each rating, from 1 to 5, an overall outcome and, maybe, a recommendation."""
    columns = {**ratings, "overall": overall, **({"nps": recommend} if recommend is not None else {}), **(more or {})}
    frame = pd.DataFrame(
        {name: pd.Series([str(cell) for cell in cells], dtype="str") for name, cells in columns.items()}
    )
    items: dict[str, Any] = {
        name: {"column": name, "scale": "five", "reversed": name in reversed_items} for name in (*ratings, "overall")
    }
    outcomes: dict[str, Any] = {"satisfaction": {"items": ["overall"], "label": {"en": "Satisfaction"}}}
    if recommend is not None:
        items["nps"] = {"column": "nps", "scale": "ten"}
        outcomes["recommend"] = {"items": ["nps"], "kind": "nps", "label": {"en": "Recommends"}}
    content = {
        "survey": {"id": "made", "title": {"en": "Made"}},
        "data": {"file": "made.csv"},
        "scales": {"five": FIVE, "ten": TEN},
        "items": items,
        "drivers": {name: {"items": [name], "label": {"en": name.title()}} for name in ratings},
        "outcomes": outcomes,
        **book,
    }
    return survey_of(Codebook.model_validate(content), table_of("made.csv", frame))


def rated(rows: Sequence[Sequence[object]]) -> dict[str, list[object]]:
    """Columns a, b, c … from one row of ratings for each respondent."""
    return {chr(97 + position): list(column) for position, column in enumerate(zip(*rows, strict=True))}
