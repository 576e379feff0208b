"""Whether a file's own labels and declarations of missing answers say the same as the codebook."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.survey.answers.codes import Answers, missing_kind
from drivers.survey.answers.texts import gender_forms, to_number
from drivers.survey.codebook.model import Codebook
from drivers.survey.raw_table import RawTable, shown


def contradictions(book: Codebook, table: RawTable) -> Iterator[str]:
    """A sentence for each label in the file that the codebook gives to another code.

    Notes
    -----
    Labels are compared whole, normalised, and in every language of the codebook. A code that the codebook maps for
    the item itself is not compared: its author has seen it.
    """
    for name, item in book.items.items():
        labels = table.value_labels.get(item.column)
        if not labels:
            continue
        scale = book.scales[item.scale]
        by_form = {
            form: code
            for code, texts in (scale.codes or {}).items()
            for text in texts.values()
            for form in gender_forms(text)
        }
        mapped = {to_number(text) for text in item.answers}
        missing = {to_number(str(text)) for text in scale.missing}
        declared = table.missing.get(item.column, {})
        low, high = scale.ends
        for written, label in labels.items():
            code = to_number(written)
            if code is None or code in mapped or not label.strip():
                continue
            # Off the codes: missing by the codebook or by the file itself is what the label says.
            if not scale.codes and (code in missing or declared.get(written)):
                continue
            on_scale = code in scale.codes if scale.codes else low <= code <= high
            others = {by_form[form] for form in gender_forms(label) if form in by_form}
            if others and code not in others and (on_scale or scale.codes):
                means = f"a label that scale {item.scale!r} gives to {min(others):g}"
            elif on_scale and missing_kind(label):
                means = f"a text for a missing answer ({missing_kind(label)})"
            else:
                continue
            own = " or ".join(shown(text) for text in (scale.codes or {}).get(code, {}).values())
            expected = f"mean {own}" if own else f"be an answer on scale {item.scale!r}"
            yield (
                f"{table.name}, column {item.column!r}: expected code {written} to {expected}, found that the file "
                f"labels it {shown(label)}, {means}; correct scales.{item.scale} in the codebook, or map the code "
                f"under items.{name}.answers."
            )


def declared_without_kind(book: Codebook, table: RawTable, name: str, answers: Answers) -> str:
    """What to do about texts that the file declares missing without a known reason; "" where there are none.

    Parameters
    ----------
    name
        The item.
    answers
        Its answers, among whose unreadable texts such a text is.
    """
    item = book.items[name]
    declared, labels = table.missing.get(item.column, {}), table.value_labels.get(item.column, {})
    texts = [text.text for text in answers.unreadable if declared.get(text.text) == ""]
    if not texts:
        return ""
    said = ", ".join(shown(text) + (f" ({shown(labels[text])})" if text in labels else "") for text in texts)
    return f"the file declares {said} missing and does not say why, so map it under scales.{item.scale}.missing; or "
