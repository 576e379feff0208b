"""The channel: what a shown result hands on to its page, and that its numbers are the result's."""

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import drivers as kda
from drivers.labels import LANGUAGES
from drivers.present.channel import PAGES, SHOWN, bundle, plain_data, show
from drivers.present.figures.canvas import WIDE, Drawing
from drivers.present.figures.svg import share_letters
from drivers.present.speaking import speak
from drivers.present.ways import WAYS
from drivers.results import Code, Result
from tests.shown import Case

DATA = {str, int, float, bool, type(None)}


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        assert all(type(key) is str for key in value)
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


@cache
def bundles(case: Case, language: str) -> dict[str, dict[str, Any]]:
    """Every way of showing every result; figures are laid out, but their letters not drawn."""
    kinds = {result.kind: result for result in case.results}
    words = case.words(language)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Drawing, "svg", laid_out)
        return {f"{kind}-{way}": bundle(kinds[kind], words, as_=way) for kind, way in WAYS if kind in kinds}


def laid_out(drawing: Drawing, identity: str, width: float = WIDE) -> str:
    """In place of the figure, which other tests draw, one that took no time."""
    drawing.canvas(width)
    return f'<svg id="{identity}"></svg>'


def test_every_kind_of_result_has_a_way_and_every_way_a_result(cases: dict[str, Case]) -> None:
    known = {kind for kind, _ in WAYS}
    # What some answers do not allow, others do: scores of single questions have no reliability.
    assert known == {result.kind for case in cases.values() for result in case.results}


def test_bundles_hold_plain_data_only(case: Case) -> None:
    for language in LANGUAGES:
        for name, made in bundles(case, language).items():
            shown = made[SHOWN]
            assert {type(value) for value in leaves(shown)} <= DATA, name
            assert json.loads(json.dumps(shown, allow_nan=False)) == shown
            assert set(made) == {"text/html", "text/plain", SHOWN}
            assert (shown["id"], shown["empty"]) == (name, not made["text/html"])


def same(shown: Any, value: Any) -> bool:
    if value is None or (isinstance(value, float) and not math.isfinite(value)) or value is pd.NA:
        return shown is None
    return bool(shown == value)


def frame_is(records: list[dict[str, Any]], frame: pd.DataFrame) -> bool:
    assert len(records) == len(frame)
    columns = list(frame.columns)
    return all(
        list(record) == columns and all(same(record[name], value) for name, value in zip(columns, row, strict=True))
        for record, row in zip(records, frame.itertuples(index=False, name=None), strict=True)
    )


def test_numbers_are_the_result_s_to_the_last_digit(case: Case) -> None:
    kinds: dict[str, Result] = {result.kind: result for result in case.results}
    for name, made in bundles(case, "en").items():
        shown, result = made[SHOWN], kinds[name.partition("-")[0]]
        if shown["empty"]:
            assert shown["records"] == shown["model"] == []
            continue
        if name.endswith(("-method", "-glossary")):
            assert shown["records"] == [], name
        else:
            assert frame_is(shown["records"], result.tidy()), name
        assert frame_is(shown["model"], result.glance()), name
        assert shown["units"] == dict(result.units)
        assert shown["details"] == plain_data(dict(result.details))
        assert shown["type"] == type(result).__name__


def test_a_tiny_number_is_not_rounded_away(cases: dict[str, Case]) -> None:
    shown = bundle(cases["customersat"].regression, cases["customersat"].words("en"), as_="effects")[SHOWN]
    smallest = min(record["p_value"] for record in shown["records"])
    assert 0 < smallest < 1e-20


def test_both_languages_hand_on_the_same_numbers(case: Case) -> None:
    en, ar = (bundles(case, language) for language in ("en", "ar"))
    for name, made in en.items():
        one, other = (({k: v for k, v in b[SHOWN].items() if k != "heading"}) for b in (made, ar[name]))
        assert one == other, name


def test_digits_change_no_number(cases: dict[str, Case]) -> None:
    case = cases["customersat"]
    western, arabic = (bundle(case.importance, case.words("ar", digits), as_="bars") for digits in ("latn", "arab"))
    assert western[SHOWN] == arabic[SHOWN]
    assert western["text/html"] != arabic["text/html"]


def test_html_says_its_language_and_direction(case: Case) -> None:
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        for made in bundles(case, language).values():
            if made["text/html"]:
                assert made["text/html"].startswith(f'<div class="drivers" lang="{language}" dir="{direction}">')


def test_notes_and_verdict_travel_as_codes(cases: dict[str, Case]) -> None:
    case = cases["judges"]
    shown = bundle(case.importance, case.words("ar"), as_="summary")[SHOWN]
    assert shown["verdict"]["status"] == "not_rankable"
    assert (shown["verdict"]["leader"], shown["verdict"]["top_group"]) == (None, [])
    reasons = {reason["code"]: reason for reason in shown["verdict"]["reasons"]}
    assert reasons["few_respondents"] == {"code": "few_respondents", "n_effective": 43, "needed": 80}
    assert [note["code"] for note in shown["notes"]] == ["census"]
    leader = bundle(cases["leader"].importance, cases["leader"].words("en"), as_="summary")[SHOWN]
    assert leader["verdict"]["leader"] == "d1"


def test_what_has_nothing_to_show_shows_nothing(cases: dict[str, Case]) -> None:
    made = bundle(cases["customersat"].waves, cases["customersat"].words("en"), as_="trend")
    assert made["text/html"] == ""
    assert made[SHOWN]["empty"]
    assert made[SHOWN]["records"] == []


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (
            "importance",
            "Expected a way to show a result of kind 'importance' (summary, correlations, bars, table, differences, "
            "first, checks, method, glossary), found 'pie'; choose one of these.",
        ),
        ("map", "Expected a way to show a result of kind 'map' (map, method), found 'pie'; choose one of these."),
    ],
)
def test_an_unknown_way_is_refused_in_a_whole_sentence(cases: dict[str, Case], kind: str, message: str) -> None:
    result = next(result for result in cases["judges"].results if result.kind == kind)
    with pytest.raises(kda.PublishError) as caught:
        bundle(result, cases["judges"].words("en"), as_="pie")
    assert str(caught.value) == message


def test_show_puts_out_the_bundle(cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    put_out: list[Any] = []
    monkeypatch.setattr("IPython.display.display", put_out.append)
    case = cases["judges"]
    assert show(case.map, case.words("en"), as_="map") is None  # type: ignore[func-returns-value]
    (shown,) = put_out
    assert shown._repr_mimebundle_(include=None, exclude=None) == bundle(case.map, case.words("en"), as_="map")
    # In a plain Python session nothing but the name is printed.
    assert repr(shown) == "<map-map>"


def test_one_show_serves_the_pages_of_all_languages(cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    put_out: list[Any] = []
    monkeypatch.setattr("IPython.display.display", put_out.append)
    monkeypatch.setenv("DRIVERS_PUBLISHED", "")
    speak(["en", "ar"])
    case = cases["judges"]
    show(case.importance, case.words("ar", "arab"), as_="summary")
    pages = put_out[0]._repr_mimebundle_()[PAGES]
    assert list(pages) == ["en", "ar"]
    for language, digits in (("en", "latn"), ("ar", "arab")):
        alone = bundle(case.importance, case.words(language, digits), as_="summary")
        assert pages[language] == {"html": alone["text/html"], "heading": alone[SHOWN]["heading"]}


def test_a_reason_is_left_out_where_a_page_wants_none(cases: dict[str, Case]) -> None:
    words = cases["judges"].words("en")
    unanswered = kda.attempt(kda.compare_units, cases["judges"].survey)
    assert bundle(unanswered, words, as_="funnel")["text/html"] != ""
    silent = bundle(unanswered, words, as_="funnel", reason=False)
    assert (silent["text/html"], silent[SHOWN]["empty"]) == ("", True)


def test_plain_data_knows_every_number() -> None:
    given = {
        "a": np.float64(1.5),
        "b": np.int64(2),
        "c": np.nan,
        "d": [np.bool_(True), float("inf")],
        3: "x",
        "e": None,
    }
    assert plain_data(given) == {"a": 1.5, "b": 2, "c": None, "d": [True, None], "3": "x", "e": None}
    assert {type(value) for value in leaves(plain_data(given))} <= DATA


def test_shown_numbers_are_a_copy(cases: dict[str, Case]) -> None:
    case = cases["judges"]
    made = bundle(case.importance, case.words("en"), as_="bars")[SHOWN]
    made["records"][0]["share"] = 2.0
    made["details"]["n_boot"] = 0
    assert case.importance.tidy()["share"].max() < 1
    assert case.importance.details["n_boot"] == 200


def test_ids_of_all_pieces_are_their_own(case: Case) -> None:
    page, _ = share_letters("".join(made["text/html"] for made in bundles(case, "ar").values()))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_hostile_labels_break_no_piece(cases: dict[str, Case]) -> None:
    for language in LANGUAGES:
        for name, made in bundles(cases["hostile"], language).items():
            page = made["text/html"]
            assert "<script" not in page, name
            assert "<img" not in page, name
            assert "\u202e" not in page, name


def test_a_code_outside_the_closed_list_does_not_exist() -> None:
    with pytest.raises(ValueError, match="Unknown code"):
        Code("because")
