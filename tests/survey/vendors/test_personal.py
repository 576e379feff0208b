"""Columns that tell who somebody is: by name, by question, by what is written in them."""

import pandas as pd
import pytest

from drivers.survey.raw_table import RawTable, table_of
from drivers.survey.vendors import personal_columns
from tests.survey.vendors.exports import read


def table(**columns: list[str]) -> RawTable:
    return table_of("answers.csv", pd.DataFrame(columns, dtype="str"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("IPAddress", "ip address"),
        ("ipaddr", "ip address"),
        ("Email Address", "e-mail"),
        ("RecipientEmail", "e-mail"),
        ("البريد الإلكتروني", "e-mail"),
        ("Full Name", "name"),
        ("الاسم", "name"),
        ("اسم العميل", "name"),
        ("_submitted_by", "name"),
        ("contact/phone", "telephone"),
        ("رقم الجوال", "telephone"),
        ("رقم الهوية الوطنية", "identity number"),
        ("LocationLatitude", "location"),
        ("_gps_longitude", "location"),
        ("meta-place-accuracy", "location"),
        ("deviceid", "device"),
        ("token", "contact list"),
        ("What is your name?", "name"),
        ("ما رقم الهاتف الذي تفضله؟", "telephone"),
    ],
)
def test_known_by_name(name: str, kind: str) -> None:
    assert personal_columns(table(**{name: ["x1", "x2", "x3"], "speed": ["1", "2", "3"]})) == {name: kind}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["a@b.org", "", "sara.h@mail.example"], "e-mail"),
        (["10.0.0.1", "192.168.1.250", "x"], "ip address"),
        (["2001:db8:0:0:0:0:0:1"], "ip address"),
        (["+966 50 123 4567", "00966501234567"], "telephone"),
        (["0501234567", "٠٥٠١٢٣٤٥٦٧"], "telephone"),
        (["24.71355 46.67529 612.0 4.9"], "location"),
    ],
)
def test_known_by_what_is_written(cells: list[str], kind: str) -> None:
    assert personal_columns(table(q7=cells)) == {"q7": kind}


@pytest.mark.parametrize(
    "cells",
    [["5", "4", "3"], ["2024-05-01", "2024-05-02"], ["1500", "23000"], ["12.5", "24.71355"], ["", ""], ["a@b", "c"]],
)
def test_answers_are_nobodys_data(cells: list[str]) -> None:
    assert personal_columns(table(q7=cells)) == {}


def test_a_few_answers_of_many_people_name_nobody() -> None:
    assert personal_columns(table(Mobile=["yes", "no"] * 4, Name=["Centre", "North"] * 4)) == {}
    assert personal_columns(table(Name=["", "", ""])) == {"Name": "name"}


def test_known_by_the_question_beside_a_code() -> None:
    names = ["id", "submitdate", "lastpage", "startlanguage", "Q7"]
    titles = ["Response ID", "Date submitted", "Last page", "Start language", "ما اسمك؟"]
    rows = ([str(number), "2024", "3", "ar", f"name {number}"] for number in range(3))
    assert personal_columns(read(titles, names, *rows)) == {"Q7": "name"}
