"""Numbers, dates and times that are not written as the server writes them."""

from __future__ import annotations

import datetime
import itertools
import random
import re
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from loader.mapping.lexical_forms import fits
from loader.mapping.tables import Column
from loader.mapping.values.conversion import UNFIT, converter, form_problems
from loader.mapping.values.dates import picture_problems


@pytest.mark.parametrize(
    ("column", "given", "expected"),
    [
        (Column("v", "numeric", decimal=",", thousands="."), "1.234,50", "1234.50"),
        (Column("v", "numeric", decimal=",", thousands="."), "1234,5", "1234.5"),
        (Column("v", "numeric", decimal=",", thousands="."), "-1.234.567", "-1234567"),
        (Column("v", "numeric", decimal=",", thousands="."), "12.34,5", None),
        (Column("v", "numeric", decimal=",", thousands="."), "1234.567,5", None),
        (Column("v", "numeric", decimal=",", thousands="."), "1,234.5", None),
        (Column("v", "numeric", decimal=","), "1.5", None),
        (Column("v", "numeric", decimal=","), ",5e3", ".5e3"),
        (Column("v", "integer", thousands=","), "12,345", "12345"),
        (Column("v", "integer", thousands=","), "12,345.0", None),
        (Column("v", "integer", thousands="\u202f"), "3\u202f000\u202f000\u202f000", None),
        (Column("v", "bigint", thousands="'"), "3'000'000'000", "3000000000"),
        (Column("v", "double precision", decimal=","), "-INF", "-INF"),
        (Column("v", "smallint", round=True), "2.5", "2"),
        (Column("v", "smallint", round=True), "-3.5", "-4"),
        (Column("v", "smallint", round=True), "32767.5", None),
        (Column("v", "smallint", round=True), "1e4", "10000"),
        (Column("v", "bigint", round=True, decimal=","), "9223372036854775806,50", "9223372036854775806"),
        (Column("v", "date", format="DD.MM.YYYY"), "02.01.2021", "2021-01-02"),
        (Column("v", "date", format="DD.MM.YYYY"), "2.1.2021", None),
        (Column("v", "date", format="DD.MM.YYYY"), "2021-01-02", None),
        (Column("v", "date", format="DD.MM.YYYY"), "30.02.2021", None),
        (Column("v", "date", format="DD.MM.YYYY"), "01.01.0000", None),
        (Column("v", "date", format="DD.MM.YYYY"), "01.01.2021x", None),
        (Column("v", "date", format='"on "MM/DD/YYYY'), "on 12/31/1999", "1999-12-31"),
        (Column("v", "timestamp", format="YYYYMMDDTHH24MISS"), "20201231T235959", "2020-12-31T23:59:59"),
        (Column("v", "timestamp", format="YYYYMMDDTHH24MISS"), "20201231T240000", None),
        (Column("v", "timestamp", format="YYYY MM DD"), "2020 12 31", "2020-12-31T00:00:00"),
        (Column("v", "timestamp", format="DD/MM/YYYY HH24:MI:SS,FF"), "31/12/2020 01:02:03,0", "2020-12-31T01:02:03"),
        (Column("v", "timestamp", format="YYYYMMDDHH24MISSFF"), "202012310102031234567", None),
        (Column("v", "timestamp", format="YYYYMMDDHH24MISSFF"), "202012310102031234560", "2020-12-31T01:02:03.123456"),
        (Column("v", "date", format="xsd"), "2020-05-06Z", "2020-05-06"),
        (Column("v", "date", format="xsd"), "2020-05-06-14:00", "2020-05-06"),
        (Column("v", "date", format="xsd"), "2020-05", None),
        (Column("v", "date", format="xsd"), "2020-05-06T00:00:00", None),
        (Column("v", "timestamptz", format="xsd"), "2016-03-04T24:00:00+01:00", "2016-03-05T00:00:00+01:00"),
        (Column("v", "timestamptz", format="xsd"), "2016-03-04T24:00:01Z", None),
        (Column("v", "timestamptz", format="xsd"), "2016-03-04T24:00:00.0000001Z", None),
        (Column("v", "timestamptz", format="xsd"), "9999-12-31T24:00:00Z", None),
        (Column("v", "timestamptz", format="xsd"), "2016-03-04T05:06:07.1234567Z", None),
        (Column("v", "timestamptz", format="xsd", round=True), "2016-03-04T05:06:07.9999999", "2016-03-04T05:06:08"),
        (Column("v", "timestamptz", round=True), "2016-03-04T24:00:00Z", None),
        (Column("v", "timestamp", round=True), "2016-12-31 23:59:59.9999995", "2017-01-01T00:00:00"),
        (Column("v", "timestamp", round=True), "2016-12-31T23:59:59.1234565", "2016-12-31T23:59:59.123456"),
        (Column("v", "timestamp", round=True), "2016-12-31T23:59:59.12345650001", "2016-12-31T23:59:59.123457"),
        (Column("v", "timestamp", format="xsd"), "2016-12-31T23:59:59Z", None),
    ],
)  # fmt: skip
def test_a_value(column: Column, given: str, expected: str | None) -> None:
    assert not list(form_problems(column))
    assert converter(column)(f" {given}\n") == (f"{UNFIT} {given}\n" if expected is None else expected)
    assert expected is None or fits(column.type, expected)


@pytest.mark.parametrize(
    ("picture", "kind", "problem"),
    [
        ("DD.MM.YY", "date", "'YY' is no part of a date"),
        ("DD Mon YYYY", "date", "'Mon' is no part of a date"),
        ("YYYY-MM-DD HH:MI", "timestamp", "'HH' is no part"),
        ("DD.MM", "date", "YYYY is missing"),
        ("YYYY-MM-DD HH24", "date", "a date has no HH24"),
        ("YYYY-MM-DD MI", "timestamp", "MI needs HH24"),
        ("YYYY-MM-DD HH24:MI FF", "timestamp", "FF needs SS"),
        ("YYYY-MM-DD DD", "date", "DD occurs twice"),
        ("SSFFYYYYMMDDHH24MI", "timestamp", "FF, which has any number"),
        ('YYYYMMDD"', "date", "is no part of a date"),
    ],
)
def test_a_picture_that_means_nothing(picture: str, kind: str, problem: str) -> None:
    assert any(problem in found for found in picture_problems(picture, kind))


def test_pictures_read_what_they_write() -> None:
    """Against Python's own strftime and isoformat."""
    chance = random.Random(5)
    codes = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH24": "%H", "MI": "%M", "SS": "%S", "FF": "%f"}
    for _ in range(200):
        parts = chance.sample(list(codes), 7)
        between = [chance.choice(["/", " ", ".", "-", ":", "T"]) for _ in range(6)]
        picture = "".join(itertools.chain(*itertools.zip_longest(parts, between, fillvalue="")))
        later = datetime.timedelta(microseconds=chance.randrange(250_000_000_000_000_000))
        moment = datetime.datetime(1000, 1, 1) + later
        written = moment.strftime(re.sub("|".join(codes), lambda found: codes[found[0]], picture))
        assert converter(Column("v", "timestamp", format=picture))(written) == moment.isoformat()


def test_numbers_are_read_as_python_reads_them() -> None:
    chance = random.Random(6)
    read = converter(Column("v", "numeric", decimal=",", thousands=" "))
    rounded = converter(Column("v", "bigint", decimal=",", thousands=" ", round=True))
    for _ in range(300):
        number = Decimal(chance.randrange(-(10**12), 10**12)).scaleb(-chance.randrange(6))
        written = f"{number:,f}".replace(",", " ").replace(".", ",")
        assert Decimal(read(written) or "") == number
        assert Decimal(rounded(written) or "") == number.quantize(Decimal(1), ROUND_HALF_EVEN)
