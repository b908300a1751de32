"""Which versions of server and parser a load warns of."""

from __future__ import annotations

import pytest

from loader.load.preflight import library_note, server_note


@pytest.mark.parametrize(("version", "warns"), [(150000, False), (180006, False), (190000, True)])
def test_servers_newer_than_those_of_the_tests(version: int, warns: bool) -> None:
    assert bool(server_note(version)) is warns
    assert not warns or "PostgreSQL 19" in server_note(version)


@pytest.mark.parametrize(("version", "warns"), [((2, 9, 14), True), ((2, 10, 2), True), ((2, 10, 3), False)])
def test_parsers_with_known_faults(version: tuple[int, ...], warns: bool) -> None:
    note = library_note(version)

    assert bool(note) is warns
    assert not warns or (".".join(map(str, version)) in note and "CVE-2022-40303" in note)
