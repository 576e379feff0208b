"""Tables: what a screen reader needs, and the result's own numbers in every cell."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

import drivers as kda
from drivers.present import tables
from drivers.present.figures.importance import display_order
from drivers.present.isolation import plain
from drivers.present.tables import Table
from drivers.present.words import Words
from tests.shown import Case


class Parsed(HTMLParser):
    """The elements of a table, with the text in each."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[tuple[str, dict[str, str | None], str]] = []
        self.rows: list[int] = []
        self.feed(str(table.html()))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag == "tr":
            self.rows.append(0)
        if tag in ("th", "td", "caption", "div"):
            self.cells.append((tag, dict(attrs), ""))
        if tag in ("th", "td"):
            self.rows[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        tag, attrs, text = self.cells[-1]
        self.cells[-1] = tag, attrs, text + data


OF_KINDS = (
    ("collinearity", tables.collinearity_table),
    ("halo", tables.impression_table),
    ("measurement_sensitivity", tables.sensitivity_table),
    ("nonlinearity", tables.curves_table),
    ("measures", tables.measures_table),
    ("dominance", tables.gains_table),
    ("dominance", tables.sizes_table),
    ("dominance", tables.pairs_table),
    ("commonality", tables.commonality_table),
    ("robustness", tables.ways_table),
    ("robustness", tables.ways_shares_table),
    ("benchmark", tables.past_table),
    ("benchmark", tables.earlier_table),
    ("benchmark", tables.unit_range_table),
    ("benchmark", tables.outside_table),
    ("gap", tables.gap_table),
    ("what_if_table", tables.what_if_table),
    ("what_if_table", tables.what_if_all_table),
    ("what_if", tables.changes_table),
    ("what_if", tables.company_table),
    ("promises", tables.promises_table),
)


def all_tables(case: Case, words: Words) -> list[Table]:
    made = [
        tables.importance_table(case.importance, words),
        tables.map_table(case.map, words),
        tables.effects_table(case.regression, words),
        tables.correlation_table(case.importance, words),
        tables.questions_table(case.about, words),
        tables.letters_table(case.importance, words),
        tables.differences_table(case.importance, words),
        tables.first_table(case.importance, words),
    ]
    kinds = {result.kind: result for result in case.results}
    made += [make(kinds[kind], words) for kind, make in OF_KINDS if kind in kinds]
    if len(case.waves.waves) > 1:
        made += [
            tables.trend_table(case.waves, words, outcome=score.outcome, statistic=score.statistic)
            for score in case.waves.results[-1].scores
        ]
    return made


def test_every_table_has_caption_scopes_and_full_rows(case: Case, words: Words) -> None:
    for table in all_tables(case, words):
        parsed = Parsed(table)
        assert not parsed.open
        assert set(parsed.rows) == {len(table.headings)}
        assert len(parsed.rows) == len(table.rows) + 1
        captions = [text for tag, _, text in parsed.cells if tag == "caption"]
        assert captions == [plain(table.caption)]
        heads = [(attrs.get("scope"), text) for tag, attrs, text in parsed.cells if tag == "th"]
        assert [text for scope, text in heads if scope == "col"] == [plain(text) for text in table.headings]
        assert [text for scope, text in heads if scope == "row"] == [plain(row[0]) for row in table.rows]
        assert all(text.strip() for tag, _, text in parsed.cells if tag in ("th", "td"))


def test_a_wide_table_scrolls_by_keyboard(case: Case, words: Words) -> None:
    for table in all_tables(case, words):
        tag, attrs, _ = Parsed(table).cells[0]
        assert tag == "div"
        assert (attrs["role"], attrs["tabindex"], attrs["aria-label"]) == ("region", "0", plain(table.caption))


def test_tables_of_one_page_have_captions_of_their_own(case: Case, words: Words) -> None:
    captions = [table.caption for table in all_tables(case, words)]
    assert len(captions) == len(set(captions))


def test_numbers_stand_in_columns_of_numbers(case: Case, words: Words) -> None:
    for table in all_tables(case, words):
        for row in table.rows:
            for position, cell in enumerate(row[1:], start=1):
                if re.fullmatch(r"−?[\d,.٬٫]+[%٪]?", plain(cell)):
                    assert position in table.numeric, cell


def test_a_number_that_names_its_row_stands_under_its_heading() -> None:
    made = Table(caption="Sizes", headings=("Points", "People"), rows=(("1", "20"),), numeric=frozenset({0, 1})).html()
    assert '<th scope="col" class="number">Points</th>' in made and '<th scope="row" class="number">1</th>' in made


def numbers_of(cell: str) -> float:
    """The number that a cell shows."""
    western = plain(cell).translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬٪−", "0123456789.,%-")).replace(",", "")
    return float(western.rstrip("%")) / (100 if western.endswith("%") else 1)


def column(table: Table, position: int) -> np.ndarray:
    return np.array([numbers_of(row[position]) for row in table.rows])


def test_importance_table_is_the_result_in_the_order_of_the_bars(case: Case, words: Words) -> None:
    result, table = case.importance, tables.importance_table(case.importance, words)
    order = display_order(result)
    assert [row[0] for row in table.rows] == [words.label("driver", result.drivers[i]) for i in order]
    for position, values in ((1, result.share), (2, result.share_low), (3, result.share_high)):
        assert column(table, position) == pytest.approx(values[order], abs=0.0005 + 1e-12)
    assert column(table, len(table.headings) - 1) == pytest.approx(result.performance[order], abs=0.05 + 1e-9)
    ranked = result.verdict.status != "not_rankable"
    assert len(table.headings) == (7 if ranked else 5)
    if ranked:
        lows, highs = result.verdict.possible_ranks()
        assert column(table, 4).tolist() == list(lows[order])
        assert column(table, 5).tolist() == list(highs[order])


def test_map_table_tells_quadrants_only_where_there_are_any(case: Case, words: Words) -> None:
    result, table = case.map, tables.map_table(case.map, words)
    ranked = result.verdict.status != "not_rankable"
    assert len(table.headings) == (5 if ranked else 3)
    order = display_order(case.importance)
    assert column(table, 1) == pytest.approx(result.share[order], abs=0.0005 + 1e-12)
    assert column(table, 2) == pytest.approx(result.performance[order], abs=0.05 + 1e-9)
    if ranked:
        assert [row[3] for row in table.rows] == [words.text("quadrant", result.quadrant[i]) for i in order]
        assert column(table, 4) == pytest.approx(result.stability[order], abs=0.005 + 1e-9)


def test_effects_table_has_drivers_and_no_other_term(case: Case, words: Words) -> None:
    result, table = case.regression, tables.effects_table(case.regression, words)
    places = [result.terms.index(name) for name in result.drivers]
    assert [row[0] for row in table.rows] == [words.label("driver", name) for name in result.drivers]
    for position, values in ((1, result.estimate), (2, result.std_error), (3, result.conf_low), (4, result.conf_high)):
        assert column(table, position) == pytest.approx(values[places], abs=0.0005 + 1e-12)
    for row, i in zip(table.rows, places, strict=True):
        for cell, value in ((row[5], result.p_value[i]), (row[6], result.p_adjusted[i])):
            if value < 0.0005:
                assert cell == words.ui("less_than", n=words.number(0.001, 3))
            else:
                assert numbers_of(cell) == pytest.approx(value, abs=0.0005 + 1e-12)


def test_correlation_table_is_square(case: Case, words: Words) -> None:
    table, grid = tables.correlation_table(case.importance, words), case.importance.correlation
    shown = np.array([[numbers_of(cell) for cell in row[1:]] for row in table.rows])
    assert shown == pytest.approx(grid, abs=0.005 + 1e-9)
    assert list(table.headings[1:]) == [row[0] for row in table.rows]


def test_trend_table_has_every_wave(case: Case, words: Words) -> None:
    if len(case.waves.waves) < 2:
        return
    for score in case.waves.results[-1].scores:
        table = tables.trend_table(case.waves, words, outcome=score.outcome, statistic=score.statistic)
        levels = [part.score(score.outcome, score.statistic).level for part in case.waves.results]  # type: ignore[attr-defined]
        assert [row[0] for row in table.rows] == [words.label("wave", wave) for wave in case.waves.waves]
        assert column(table, 1) == pytest.approx([level.estimate for level in levels], abs=0.05 + 1e-9)
        assert column(table, 2) == pytest.approx([level.conf_low for level in levels], abs=0.05 + 1e-9)
        assert column(table, 3) == pytest.approx([level.conf_high for level in levels], abs=0.05 + 1e-9)
        assert column(table, 4).tolist() == [level.n for level in levels]


def test_questions_table_names_what_each_question_measures(cases: dict[str, Case]) -> None:
    table = tables.questions_table(cases["judges"].about, cases["judges"].words("en"))
    shown = {plain(row[0]): plain(row[1]) for row in table.rows}
    assert shown["Prompt decisions"] == shown["Case flow managing"] == "Speed"
    assert shown["Worthy of retention"] == "Worthy of staying in office"
    assert "Number of contacts of lawyer with judge" not in shown


def test_without_a_bootstrap_there_are_no_limits(cases: dict[str, Case]) -> None:
    words = cases["customersat"].words("en")
    table = tables.importance_table(kda.relative_importance(cases["customersat"].survey, n_boot=0), words)
    assert {row[position] for row in table.rows for position in (2, 3)} == {"Not available"}


def test_hostile_labels_are_text(cases: dict[str, Case]) -> None:
    for language in ("en", "ar"):
        for table in all_tables(cases["hostile"], cases["hostile"].words(language)):
            parsed = Parsed(table)
            assert {tag for tag, *_ in parsed.cells} <= {"div", "caption", "th", "td"}
            assert "<script" not in table.html()
            assert "\u202e" not in table.html()


def test_a_table_with_a_short_row_does_not_exist() -> None:
    with pytest.raises(ValueError, match="one cell for each heading"):
        Table("caption", ("a", "b"), (("1",),))


def test_tables_refuse_another_result(cases: dict[str, Case]) -> None:
    with pytest.raises(kda.PublishError) as caught:
        tables.map_table(cases["judges"].importance, cases["judges"].words("en"))
    assert str(caught.value) == (
        "Expected a result of kind 'map', found 'importance'; pass the result this figure is made for."
    )
