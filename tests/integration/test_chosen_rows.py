"""Child rows that `where` leaves out are counted, and break no rule; of each parent row, `first_by` chooses one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.running import loader, query
from tests.support.working import load_here

MAPPING = """\
dataset: firms
snapshot: '_(\\d{8})'
max_rejects: 100
SETTINGS
entities:
  firm:
    record: /firms/firm
    key: {id: {path: "@id", type: integer}}
    where: id < 100
    columns: {name: name}
    children:
      firm_contact:
        rows: contact
        where: con_id is not null and role in ('PR', 'CO')
        first_by: role = 'PR' desc, con_id, name
        check: con_id <> 13
        columns:
          role: "@role"
          con_id: {path: "@id", type: integer, on_error: "null"}
          name: {path: name, required: true}
        children:
          firm_phone: {rows: phone, columns: {number: .}}
      firm_fax: {rows: fax, where: 100 / size > 10, columns: {size: {path: "@size", type: integer}}}
      firm_site: {rows: site, first_by: 100 / size desc, columns: {size: {path: "@size", type: integer}}}
"""
CONTACTS = "select firm_id, ordinal, role, con_id, name from firms.firm_contact order by 1, 2"
PHONES = "select firm_id, contact_ordinal, ordinal, number from firms.firm_phone order by 1, 2, 3"
WAYS = {"replace": "", "merge": "", "chunk": "visibility: chunk"}


def contact(role: str, number: object, name: str = "", phones: str = "") -> str:
    named = f"<name>{name}</name>" if name else ""
    called = "".join(f"<phone>{phone}</phone>" for phone in phones)
    return f"<contact role='{role}' id='{number}'>{named}{called}</contact>"


def firm(number: int, *rows: str) -> str:
    return f"<firm id='{number}'><name>F{number}</name>{''.join(rows)}</firm>\n"


FIRMS = [
    firm(1, contact("XX", 1), contact("CO", 2, "b", "12"), contact("PR", 9, "n", "34"), contact("PR", 8, "m", "5")),
    firm(2, contact("CO", 5, "é"), contact("CO", 5, "z", "6"), contact("CO", 5, "a_"), contact("CO", 5, "aB", "7")),
    firm(3, contact("CO", "many", "x", "8")),
    firm(4, contact("CO", 4, phones="9")),  # without its name: required
    firm(5, contact("CO", 13, "y")),  # check
    firm(6, contact("CO", 14, "y"), contact("PR", 13, phones="1").replace("PR", "NO")),
    firm(7, "<fax size='5'/>", "<fax size='50'/>", "<fax/>", "<site size='9'/>", "<site size='3'/>", "<site/>"),
    firm(8, "<fax size='0'/>"),
    firm(9, "<site size='0'/>", "<site size='1'/>"),
    firm(100, "<fax size='0'/>", contact("CO", 4)),
]
CHOSEN = [(1, 4, "PR", 8, "m"), (2, 4, "CO", 5, "aB"), (6, 1, "CO", 14, "y")]


def dump(folder: Path, day: str, *records: str) -> Path:
    (path := folder / f"firms_{day}.xml").write_text(f"<firms>\n{''.join(records)}</firms>")
    return path


@pytest.mark.parametrize("way", WAYS)
def test_rows_are_chosen_on_every_way(way: str, tmp_path: Path, database: str) -> None:
    mapping = tmp_path / "firms.yaml"
    text = MAPPING.replace("SETTINGS", WAYS[way])
    mapping.write_text(text)
    if way != "replace":
        load_here(database, mapping, [dump(tmp_path, "20260101", firm(1, contact("CO", 1, "old")))])
        assert query(database, CONTACTS) == [(1, 1, "CO", 1, "old")]
    number = load_here(database, mapping, [dump(tmp_path, "20260201", *FIRMS)])
    assert query(database, CONTACTS) == CHOSEN
    assert query(database, PHONES) == [(1, 4, 1, "5"), (2, 4, 1, "7")]
    assert query(database, "select firm_id, ordinal, size from firms.firm_fax") == [(7, 1, 5)]
    assert query(database, "select firm_id, ordinal, size from firms.firm_site") == [(7, 2, 3)]
    told = query(database, "select record, reason, table_name from loader.reject order by 1")
    assert told == [
        (4, "required", "firm_contact"), (5, "check", "firm_contact"), (8, "check", "firm_fax"),
        (9, "check", "firm_site"),
    ]  # fmt: skip
    gaps = "select table_name, count::int from loader.load_gaps(%s) where kind = 'left_out' order by 1"
    assert query(database, gaps, number) == [("firm_contact", 3), ("firm_fax", 2)]
    load_here(database, mapping, [dump(tmp_path, "20260301", FIRMS[0].replace("'8'", "'10'"), *FIRMS[1:])])
    assert query(database, CONTACTS) == [(1, 3, "PR", 9, "n"), *CHOSEN[1:]]
    assert query(database, PHONES)[:2] == [(1, 3, 1, "3"), (1, 3, 2, "4")]


def test_the_summary_says_how_many_rows_were_left_out(tmp_path: Path, database: str) -> None:
    (mapping := tmp_path / "firms.yaml").write_text(MAPPING.replace("SETTINGS", ""))
    told = loader(
        "load", mapping, dump(tmp_path, "20260101", *FIRMS[:3]), "-w", 1, "--no-space-check", database=database
    )
    assert "left out by where:\n  firm_contact: 2 rows\n" in told.out + told.err


WRONG = MAPPING.replace("SETTINGS", "").replace("con_id is not null and", "nothing is null and")
WRONG = WRONG.replace("con_id, name\n", "other, name\n").replace("100 / size > 10", "random() > size")
TOLD = {
    14: 'column "nothing" does not exist', 15: 'column "other" does not exist', 23: "it depends on random()",
}  # fmt: skip


def test_conditions_and_orders_are_judged_before_anything_is_loaded(tmp_path: Path, database: str) -> None:
    (path := tmp_path / "wrong.yaml").write_text(WRONG)
    told = loader("load", path, dump(tmp_path, "20260101"), "-w", 1, database=database)
    assert told.code == 2
    lines = {int(line.split("line ")[1].split(":")[0]): line for line in told.err.splitlines() if "line " in line}
    assert [number for number, text in TOLD.items() if text not in lines.get(number, "")] == [], told.err
