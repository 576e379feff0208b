"""The surveys that come with the package: known facts of each, where their data are found, and fetching."""

import datetime
import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from drivers.errors import CodebookError, SurveyError
from drivers.labels import LANGUAGES
from drivers.survey import examples, fetching
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.codebook.model import read_codebook
from drivers.survey.data import Survey, example_survey, read_survey
from drivers.survey.examples import DATA_VARIABLE, data_path, example_codebook, example_names
from drivers.survey.fetching import fetch
from tests.survey.small_survey import CODEBOOK, changed

PRINTED = 0.0005
"""Half of the last digit that R prints."""

SHIPPED = ("customersat", "judges")
"""Real surveys whose answers come with the package."""

NAMES = "bank, customersat, hints_pr, judges, kiosk, mobile, nyc311, service_center, service_center_staff, sfo"


# All of them


def test_ten_examples_come_with_the_package() -> None:
    assert ", ".join(example_names()) == NAMES


@pytest.mark.parametrize("name", example_names())
def test_every_label_is_in_both_languages(name: str) -> None:
    labels = read_codebook(example_codebook(name)).labels()
    for kind, entries in labels.texts.items():
        for key, text in entries.items():
            assert set(LANGUAGES) <= set(text), f"{kind} {key}"


@pytest.mark.parametrize("name", example_names())
def test_every_example_names_its_source_and_licence(name: str) -> None:
    about = read_codebook(example_codebook(name)).survey
    assert about.id == name
    assert about.source and about.license


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_examples_are_read_without_a_step_that_was_not_meant(name: str) -> None:
    survey = example_survey(name)
    assert set(survey.import_log["action"]) <= {"rows", "format", "read", "not used"}
    assert (survey.missing.to_numpy() == 0).all()
    assert survey.scores.notna().to_numpy().all()
    assert not survey.weighted and not survey.has_design and survey.waves == ()


# Known facts


def test_customersat_is_the_survey_of_bayesm() -> None:
    survey = example_survey("customersat")
    assert len(survey.weights) == 1811
    assert list(survey.codebook.drivers) == [
        "prices", "increases", "volume", "effectiveness", "customers", "reach", "exposure", "distribution", "areas",
    ]  # fmt: skip
    assert survey.codes["overall"].value_counts().sort_index().to_dict() == {
        1: 99, 2: 115, 3: 111, 4: 127, 5: 328, 6: 174, 7: 222, 8: 327, 9: 118, 10: 190,
    }  # fmt: skip
    assert survey.scores["satisfaction"].mean() == pytest.approx(100 * (10986 / 1811 - 1) / 9)
    assert survey.codebook.design.sample == "opt_in"


def test_judges_are_those_of_r() -> None:
    survey = example_survey("judges")
    assert len(survey.weights) == 43
    # summary(USJudgeRatings) in R
    means = {
        "contacts": 7.437,
        "integrity": 8.021,
        "demeanor": 7.516,
        "diligence": 7.693,
        "case_flow": 7.479,
        "decisions": 7.565,
        "preparation": 7.467,
        "law": 7.488,
        "oral": 7.293,
        "writing": 7.384,
        "physical": 7.935,
        "retention": 7.602,
    }
    assert dict(survey.codes.mean()) == pytest.approx(means, abs=PRINTED)
    assert survey.scores["speed"].mean() == pytest.approx(
        5 * (survey.codes["decisions"].mean() + survey.codes["case_flow"].mean())
    )
    assert survey.period == (1977, 1977)
    assert survey.codebook.controls == ["contacts"]
    assert survey.import_log.query("column == 'judge'")["action"].tolist() == ["not used"]


@pytest.mark.parametrize(("name", "rows"), [("service_center", 12_000), ("service_center_staff", 480)])
def test_simulated_examples_say_so_and_are_read_without_a_guess(name: str, rows: int) -> None:
    survey = example_survey(name)
    assert len(survey.weights) == rows
    source = survey.codebook.survey.source
    assert source is not None and source["en"].startswith("Simulated for this project.")
    assert set(survey.import_log["action"]) <= {
        *("rows", "format", "read", "set missing", "reversed", "not used", "read beside"),
    }
    assert survey.codebook.survey.license == "GPL-3.0-or-later"
    assert survey.codebook.data.url is None


def test_service_center_has_every_part_of_a_codebook() -> None:
    survey = example_survey("service_center")
    book = survey.codebook
    assert len(survey.waves) == 8 and len(book.unit.values) == 24
    assert list(book.segments) == ["customer", "age", "sex", "language", "region"]
    measured = ["satisfaction", "nps", "waiting", "contact_time", "complaints", "repeat_contact", "churn", "referrals"]
    assert list(book.indicators) == measured
    assert list(book.outcomes) == ["satisfaction", "loyalty", "recommend", "churn"]
    assert list(book.said_outcomes) == ["satisfaction", "loyalty", "recommend"]
    assert list(book.stated_importance) == list(book.default_drivers)
    assert book.recovery is not None and book.recovery.fast_within == 3
    assert len(survey.records["branches"].numbers) == 24 * 8
    assert survey.guesses is not None and set(survey.guesses["driver"]) == set(book.default_drivers)
    assert list(survey.measures) == ["waiting", "contact_time", "value"]
    assert list(book.expectations) == list(book.default_drivers)
    assert (book.design.weight, book.design.strata, book.design.cluster) == ("weight", "branch", "day")
    assert survey.period == (datetime.date(2023, 1, 6), datetime.date(2024, 12, 6))
    # Every branch, segment and answer of the file has its label.
    assert set(survey.raw["branch"]) == set(book.unit.values)
    for segment in book.segments.values():
        assert set(survey.raw[segment.column]) == set(segment.values)


def test_the_staff_work_in_the_branches_of_service_center() -> None:
    staff, customers = example_survey("service_center_staff"), example_survey("service_center")
    assert staff.codebook.unit.values == customers.codebook.unit.values
    assert staff.raw["branch"].value_counts().to_dict() == dict.fromkeys(staff.codebook.unit.values, 20)
    # Asked as "procedures hold me up", scored as freedom from it.
    raw = staff.raw["obstacles"].replace("", np.nan).astype(float)
    np.testing.assert_array_equal(staff.scores["obstacles"], 100 - 25 * (raw - 1))


@pytest.fixture
def nyc311(field_data: Path, monkeypatch: pytest.MonkeyPatch) -> Survey:
    monkeypatch.setenv(DATA_VARIABLE, str(field_data))
    return example_survey("nyc311")


@pytest.mark.field
def test_nyc311_is_the_survey_of_its_publisher(nyc311: Survey) -> None:
    assert len(nyc311.weights) == 22_791
    assert nyc311.data_sha256 == "0e0f10a3186fda241f82b6523c7864b989a25790c907b671d5857bd57ec28d1e"
    assert nyc311.period == (datetime.date(2020, 11, 5), datetime.date(2024, 12, 12))
    assert nyc311.raw["Survey Language"].nunique() == 12
    assert set(nyc311.raw["Survey Language"]) == set(nyc311.codebook.segments["language"].values)


@pytest.mark.field
def test_nyc311_has_21_waves(nyc311: Survey) -> None:
    assert len(nyc311.waves) == 21
    assert nyc311.waves[0] == "2020 Pilot" and nyc311.waves[-1] == "2024 Campaign 5"
    assert np.bincount(nyc311.wave_index).tolist() == [
        1025, 301, 911, 992, 1044, 980, 1062, 1062, 1135, 1306, 1095, 638, 1233, 1405, 1222, 914, 1443, 1176, 1224,
        1317, 1306,
    ]  # fmt: skip
    # Waves follow each other in time.
    starts = [nyc311.dates[nyc311.wave_index == wave].min() for wave in range(21)]
    assert starts == sorted(starts)


@pytest.mark.field
def test_nyc311_has_these_answers(nyc311: Survey) -> None:
    counts = {item: nyc311.codes[item].value_counts().sort_index().tolist() for item in nyc311.codes}
    assert counts == {
        "overall": [2099, 828, 1433, 5721, 12710],
        "wait": [1144, 762, 2122, 8570, 10193],
        "courtesy": [924, 307, 1174, 5098 + 1, 15287],
        "knowledge": [1104, 684, 1866, 5979, 13156],
        "answer": [2902, 1390, 3422, 5332, 9745],
        "recommend": [1021, 270, 259, 347, 271, 1071, 528, 1024, 2173, 2550, 13252],
    }


@pytest.mark.field
def test_nyc311_has_two_cells_mapped_by_hand_and_26_empty_ones(nyc311: Survey) -> None:
    blank = 1 + MISSING_KINDS.index("blank")
    assert (nyc311.missing == blank).sum().to_dict() == {
        "overall": 0, "wait": 0, "courtesy": 0, "knowledge": 2, "answer": 0, "recommend": 25,
    }  # fmt: skip
    assert nyc311.missing.isin([0, blank]).to_numpy().all()
    log = nyc311.import_log.query("used_for.str.startswith('item') and action != 'read'")
    ladder = {"Strongly Disagree", "Disagree", "Neutral", "Agree", "Strongly Agree"}
    others = log[~log["found"].isin(ladder)]
    assert others.drop(columns="used_for").to_numpy().tolist() == [
        ["Agent - Customer Service", "recoded", "Agree+I1030", "4", 1],
        ["Agent - Job Knowledge", "set missing", "SATISFACTORIO", "blank", 1],
        ["Agent - Job Knowledge", "set missing", "", "blank", 1],
        ["NPS", "set missing", "", "blank", 25],
    ]


@pytest.mark.field
def test_nyc311_is_selected_by_language_and_wave(nyc311: Survey) -> None:
    arabic = nyc311.select(only={"language": "العربية"})
    assert int(arabic.domain.sum()) == 12
    assert int(nyc311.select(wave="2021 Campaign 1").domain.sum()) == 301


# Where codebooks and data are found


def test_an_unknown_example_is_refused() -> None:
    with pytest.raises(CodebookError) as refused:
        read_survey("customers")
    assert str(refused.value) == (
        f"Expected a codebook file or an example survey ({NAMES}), found 'customers'; "
        "write the path with its .yml ending or one of these names."
    )


@pytest.mark.parametrize("name", ["customers", "customersat.yml", "../judges"])
def test_an_example_survey_is_none_of_the_users_files(name: str) -> None:
    with pytest.raises(CodebookError) as refused:
        example_survey(name)
    assert str(refused.value) == (f"Expected an example survey ({NAMES}), found {name!r}; write one of these names.")


def test_a_folder_of_the_same_name_does_not_hide_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "judges").mkdir()
    assert len(read_survey("judges").weights) == 43


def test_a_file_of_the_same_name_is_the_users_own_codebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "judges").write_text(CODEBOOK, encoding="utf-8")
    assert example_codebook("judges") == Path("judges")
    assert len(example_survey("judges").weights) == 43


def test_a_path_is_taken_as_it_is() -> None:
    assert example_codebook(Path("judges")) == Path("judges")
    assert example_codebook("surveys/judges.yml") == Path("surveys/judges.yml")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, no folder of real surveys, and no proxy between the test and its server."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(examples, "cache_folder", lambda: folder)
    monkeypatch.setattr(fetching, "cache_folder", lambda: folder)
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return folder


def test_fetched_data_are_looked_for_in_their_order(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = changed(CODEBOOK, "{file: answers.csv}", "{file: answers.csv, url: 'https://127.0.0.1/answers.csv'}")
    codebook = tmp_path / "book" / "codebook.yml"
    codebook.parent.mkdir()
    codebook.write_text(text, encoding="utf-8")
    book = read_codebook(codebook)
    with pytest.raises(SurveyError) as refused:
        data_path(book, codebook, "answers.csv")
    assert str(refused.value) == (
        "Expected the data of 'clinic' (answers.csv) in the folder named by DRIVERS_DATA or in "
        f"{cache}, found none; run 'drivers fetch clinic' once."
    )
    given = tmp_path / "given"
    for folder in (cache, given, codebook.parent):
        folder.mkdir(exist_ok=True)
        (folder / "answers.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        monkeypatch.setenv(DATA_VARIABLE, str(given))
        assert data_path(book, codebook, "answers.csv") == folder / "answers.csv"


# Fetching

ROWS = (
    "Year,Campaign,Start Time,Survey Language,Overall Satisfaction,Wait Time,Agent - Customer Service,"
    "Agent - Job Knowledge,Answer Satisfaction,NPS\n"
    "2021,Campaign 5,12/08/2021 03:09:24 PM,English (United States),Agree,Agree,Agree,Agree,Disagree,7\n"
    "2024,Campaign 1,04/19/2024 01:16:11 PM,العربية,Agree,Neutral,Agree,Agree,Agree,\n"
).encode()


class Publisher(http.server.BaseHTTPRequestHandler):
    """Serves what the test put under a path, and promises more than it sends under ``/cut``."""

    def do_GET(self) -> None:
        pages: dict[str, bytes] = self.server.pages
        content = pages.get(self.path)
        self.send_response(404 if content is None else 200)
        content = content or b""
        self.send_header("Content-Length", str(len(content) + (100 if self.path == "/cut" else 0)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def publisher() -> Iterator[http.server.HTTPServer]:
    with http.server.HTTPServer(("127.0.0.1", 0), Publisher) as server:
        server.pages = {}
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(server: http.server.HTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


def held(cache: Path) -> dict[str, bytes]:
    """Everything in the cache."""
    return {str(path.relative_to(cache)): path.read_bytes() for path in cache.rglob("*") if path.is_file()}


@pytest.mark.parametrize("content", [ROWS, gzip.compress(ROWS)], ids=["plain", "gzip"])
def test_fetched_data_are_kept_and_read(cache: Path, publisher: http.server.HTTPServer, content: bytes) -> None:
    publisher.pages["/rows.csv"] = content
    path = fetch("nyc311", url=address(publisher, "/rows.csv"))
    assert path == cache / "nyc311.csv.gz"
    assert list(held(cache)) == ["nyc311.csv.gz"]
    assert [entry.name for entry in cache.iterdir()] == ["nyc311.csv.gz"]
    assert gzip.decompress(path.read_bytes()) == ROWS
    survey = example_survey("nyc311")
    assert survey.codes["overall"].tolist() == [4, 4]
    assert survey.period == (datetime.date(2021, 12, 8), datetime.date(2024, 4, 19))


def test_fetching_again_replaces_what_was_there(cache: Path, publisher: http.server.HTTPServer) -> None:
    publisher.pages["/rows.csv"] = ROWS
    fetch("nyc311", url=address(publisher, "/rows.csv"))
    publisher.pages["/rows.csv"] = ROWS + ROWS.splitlines(keepends=True)[1]
    fetch("nyc311", url=address(publisher, "/rows.csv"))
    assert len(example_survey("nyc311").weights) == 3


def test_the_publishers_own_address_comes_from_the_codebook(
    cache: Path, publisher: http.server.HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.pages["/rows.csv"] = ROWS
    own = read_codebook(example_codebook("nyc311"))
    data = own.data.model_copy(update={"url": address(publisher, "/rows.csv")})
    book = own.model_copy(update={"data": data})
    monkeypatch.setattr("drivers.survey.fetching.read_codebook", lambda path: book)
    assert fetch("nyc311") == cache / "nyc311.csv.gz"


@pytest.mark.parametrize("before", [{}, {"nyc311.csv.gz": gzip.compress(ROWS, mtime=0), "other.csv": b"kept"}])
@pytest.mark.parametrize(
    ("path", "content", "sentence"),
    [
        (
            "/other.csv",
            b"a,b\n1,2\n",
            "Expected at {address} the survey of nyc311.yml, found another file. nyc311.csv.gz: expected the column "
            "'Overall Satisfaction' (item 'overall'), found 'a', 'b'; correct the codebook or the file.",
        ),
        (
            "/rows.csv",
            ROWS.replace(b"Agree,Neutral", b"Agree,Grand"),
            "Expected at {address} the survey of nyc311.yml, found another file. nyc311.csv.gz, column 'Wait Time': "
            "expected answers on scale 'agree5' (codes from 1 to 5 or their labels), found 'Grand' in line 3; "
            "correct the scale, or map each text under items.wait.answers in the codebook to a code or to one of "
            "not_applicable, dont_know, refused, not_asked, blank.",
        ),
        (
            "/login",
            b"<!doctype html><html>Log in</html>",
            "Expected at {address} the survey of nyc311.yml, found another file. nyc311.csv.gz: expected a table of "
            "answers (CSV, Excel, Parquet, Feather, SPSS or Stata), found a web page or XML; download the file itself, "
            "as CSV or .xlsx.",
        ),
        (
            "/empty",
            b"",
            "Expected at {address} the survey of nyc311.yml, found another file. nyc311.csv.gz: expected a header "
            "row and answers, found an empty file; export the survey again.",
        ),
        (
            "/damaged.csv.gz",
            gzip.compress(ROWS)[:-20],
            "Expected at {address} the survey of nyc311.yml, found another file. nyc311.csv.gz: expected a whole "
            "gzip file, found a damaged one; copy or fetch it again.",
        ),
        (
            "/gone",
            None,
            "Expected the data at {address}, found no answer (404 Client Error: Not Found for url: {address}); "
            "check the connection and the address, then try again.",
        ),
        (
            "/cut",
            ROWS,
            "Expected the data at {address}, found no answer (ChunkedEncodingError); check the connection and the "
            "address, then try again.",
        ),
    ],
)
def test_a_failed_fetch_leaves_the_cache_as_it_was(
    cache: Path,
    publisher: http.server.HTTPServer,
    before: dict[str, bytes],
    path: str,
    content: bytes | None,
    sentence: str,
) -> None:
    cache.mkdir()
    for name, kept in before.items():
        (cache / name).write_bytes(kept)
    if content is not None:
        publisher.pages[path] = content
    url = address(publisher, path)
    with pytest.raises(SurveyError) as refused:
        fetch("nyc311", url=url)
    assert str(refused.value) == sentence.format(address=url)
    assert held(cache) == before
    assert {entry.name for entry in cache.iterdir()} == set(before)


def test_a_server_that_is_gone_is_told(cache: Path, publisher: http.server.HTTPServer) -> None:
    url = address(publisher, "/rows.csv")
    publisher.shutdown()
    publisher.server_close()
    with pytest.raises(SurveyError) as refused:
        fetch("nyc311", url=url)
    assert str(refused.value) == (
        f"Expected the data at {url}, found no answer (ConnectionError); check the connection and the address, "
        "then try again."
    )
    assert held(cache) == {}


def test_an_address_of_no_kind_is_told(cache: Path) -> None:
    with pytest.raises(SurveyError) as refused:
        fetch("nyc311", url="gopher://127.0.0.1/rows.csv")
    assert str(refused.value).startswith(
        "Expected the data at gopher://127.0.0.1/rows.csv, found no answer (Unrecognized URL protocol 'gopher'"
    )


def test_a_cache_that_cannot_be_written_is_told(cache: Path, publisher: http.server.HTTPServer) -> None:
    cache.write_text("a file where the folder should be", encoding="utf-8")
    publisher.pages["/rows.csv"] = ROWS
    with pytest.raises(SurveyError) as refused:
        fetch("nyc311", url=address(publisher, "/rows.csv"))
    assert str(refused.value) == (
        f"Expected to keep the data of 'nyc311' in {cache}, found that it cannot be written (File exists); "
        "free space there or correct its permissions."
    )


def test_a_shipped_example_needs_no_fetching(cache: Path) -> None:
    with pytest.raises(SurveyError) as refused:
        fetch("judges")
    assert str(refused.value) == (
        "Expected an example to fetch, found 'judges', whose data come with the package; read it."
    )
    assert not cache.exists()


def test_an_example_that_no_command_can_fetch_says_how_it_is_got(cache: Path) -> None:
    with pytest.raises(SurveyError) as refused:
        fetch("bank")
    assert str(refused.value) == (
        "Expected an example that a command can fetch, found 'bank', whose data are got by hand: in R, run "
        'install.packages("plspm") and write.csv(plspm::satisfaction, "bank_ecsi.csv", row.names = FALSE); then put '
        f"bank_ecsi.csv into {cache} or into the folder named by DRIVERS_DATA."
    )
    with pytest.raises(SurveyError) as refused:
        read_survey("bank")
    assert str(refused.value) == (
        f"Expected the data of 'bank' (bank_ecsi.csv) in the folder named by DRIVERS_DATA or in {cache}, found none; "
        "put it there ('drivers fetch bank' says where it comes from)."
    )
    assert not cache.exists()


@pytest.mark.parametrize("name", ["bank", "hints_pr", "kiosk", "mobile", "sfo"])
def test_what_is_got_by_hand_is_told_in_both_languages(name: str) -> None:
    data = read_codebook(example_codebook(name)).data
    assert data.url is None and data.obtain is not None
    assert set(data.obtain) == set(LANGUAGES)


@pytest.mark.parametrize("file", ["../answers.csv", "/tmp/answers.csv"])
def test_nothing_is_fetched_to_a_place_outside_the_cache(tmp_path: Path, cache: Path, file: str) -> None:
    path = tmp_path / "codebook.yml"
    path.write_text(changed(CODEBOOK, "answers.csv", f"{file}, url: 'http://127.0.0.1:9/'"), encoding="utf-8")
    with pytest.raises(CodebookError) as refused:
        fetch(str(path))
    assert str(refused.value) == (
        f"codebook.yml, data.file: expected a file in the codebook's folder, found {file!r}; name one there."
    )
    assert not cache.exists()
