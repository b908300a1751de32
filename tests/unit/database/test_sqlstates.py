"""SQLSTATEs stand in one list for SQL and in one for Python, and both are the same."""

from __future__ import annotations

import re
from pathlib import Path

import loader
from loader.config.resources import directory
from loader.database.sqlstates import Own, Server
from tests.reference import listed_errors

LIST = directory("sql") / "control" / "watch" / "error_code.sql"
MODULE = Path(loader.__file__).parent / "database" / "sqlstates.py"


def test_ours_are_those_of_the_list_by_the_same_names() -> None:
    listed = {code: name for code, name, _, _ in listed_errors()}

    assert len(listed) == LIST.read_text(encoding="utf-8").count("'LD0"), "every line of the list is read"
    assert listed == {state.value: state.name.lower() for state in Own}


def test_those_of_the_list_are_those_that_are_raised() -> None:
    files = [file for file in directory("sql").rglob("*.sql") if file != LIST]
    raised = {code for file in files for code in re.findall(r"errcode = '(LD\d{3})'", file.read_text(encoding="utf-8"))}

    assert raised == {*Own}


def test_no_other_module_spells_one() -> None:
    known = {state for state in (*Own, *Server) if len(state) == 5}
    spelled = {
        (file.name, text)
        for file in MODULE.parent.parent.rglob("*.py")
        if file != MODULE
        for text in re.findall(r"""["'](\w{5})["']""", file.read_text(encoding="utf-8"))
        if text in known or re.fullmatch(r"LD\d{3}", text)
    }

    assert not spelled
