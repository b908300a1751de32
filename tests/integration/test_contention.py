"""Deadlocks and the like: whoever meets one tries again, wherever it is, and the user never sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.database import conflict_retry
from loader.database.breaker import Circuit
from loader.database.reconnecting_session import Session
from loader.errors import LoaderError
from loader.load.finish import finish
from tests.support.running import execute, load, loader, query
from tests.support.working import bring

MAPPING = """
dataset: books
visibility: chunk
entities:
  book:
    record: /books/book
    key: {id: {path: "@id", type: integer}}
    columns: {title: title}
"""
BOOKS = 8
# Each of these fails twice, and from then on never.
FAULTS = """
create function public.in_the_way() returns trigger language plpgsql as $$
begin
    if nextval('public.' || tg_argv[0]) <= 2 then
        raise exception '% was in the way', tg_argv[0] using errcode = tg_argv[1];
    end if;
    return new;
end $$;
"""
FAULT = """
create sequence public.{name};
create trigger {name} before {event} on {table} for each {each} execute function public.in_the_way('{name}', '{state}');
"""
ALWAYS = """
create function public.always() returns trigger language plpgsql as
$$ begin raise exception 'always' using errcode = '40P01'; end $$;
create trigger always before {event} on {table} for each row when ({when}) execute function public.always();
"""
RETRIED = "select array_agg((detail ->> 'retries')::int) from loader.event where kind = 'retried'"
PLACES = (
    ("starting", "insert", "loader.load", "statement", "40P01"),
    ("registering", "insert", "loader.source", "statement", "40001"),
    ("planning", "insert", "loader.chunk", "statement", "40P01"),
    ("claiming", "insert", "loader.chunk_attempt", "statement", "55P03"),
    ("writing", "insert", "books.book", "statement", "40P01"),
    ("ending", "update of state", "loader.load", "row when (new.state in ('built', 'done'))", "40001"),
)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "books.yaml"
    path.write_text(MAPPING)
    return path


def dump(folder: Path, title: str) -> Path:
    path = folder / f"{title}.xml"
    path.write_text(
        "<books>\n"
        + "\n".join(f'<book id="{n}"><title>{title} {n}</title></book>' for n in range(BOOKS))
        + "\n</books>"
    )
    return path


def test_it_is_tried_again_at_every_place(mapping: Path, tmp_path: Path, database: str) -> None:
    load(database, mapping, dump(tmp_path, "first"))
    execute(database, FAULTS)
    for name, event, table, each, state in PLACES:
        execute(database, FAULT.format(name=name, event=event, table=table, each=each, state=state))

    told = load(database, mapping, dump(tmp_path, "second"), "--merge", "--chunk-bytes", "128")

    assert told["retries"] == 2 * (len(PLACES) - 2), "while a load has no number, there is nothing to count them for"
    assert told["errors"] == []
    assert told["read"] == BOOKS
    number = told["load"]
    chunks = query(database, "select count(*)::int, max(attempt) from loader.chunk where load_id = %s", number)
    assert chunks[0][0] > 2
    assert chunks[0][1] == 1, "no attempt is used up"
    by_worker = "select sum(retries)::int from loader.worker_status where load_id = %s"
    assert query(database, by_worker, number)[0][0] >= 4
    of_load = "select retries::int from loader.load_status where load_id = %s"
    assert query(database, of_load, number) == [(told["retries"],)]
    assert f"{told['retries']} transactions were retried" in loader("status", database=database).out
    assert query(database, "select title from books.book where id = 1") == [("second 1",)]


def test_beyond_the_bound_the_attempt_counts(
    mapping: Path, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(database, mapping, dump(tmp_path, "first"))
    execute(database, ALWAYS.format(event="update", table="books.book", when="new.id = 3"))
    monkeypatch.setattr(conflict_retry, "LONGEST_PAUSE_S", 0.01)

    bring(database, mapping, [dump(tmp_path, "second")], chunk_bytes=64, max_attempts=2)

    dead = "select attempt, c.error from loader.chunk as c where c.state = 'dead'"
    assert query(database, dead) == [(2, "chunk 5: always")]
    assert query(database, "select count(*)::int from loader.chunk where load_id = 2 and state = 'done'") == [(7,)]
    assert query(database, RETRIED) == [([conflict_retry.RETRIES] * 2,)]


def test_the_end_of_a_load_that_is_in_the_way_for_too_long_can_be_tried_again(
    mapping: Path, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(database, mapping, dump(tmp_path, "first"))
    number = bring(database, mapping, [dump(tmp_path, "second")])
    execute(database, ALWAYS.format(event="update of state", table="loader.load", when="new.state = 'done'"))
    monkeypatch.setattr(conflict_retry, "LONGEST_PAUSE_S", 0.01)
    session = Session(database, Circuit(load=number), print, application="loader load")

    with pytest.raises(LoaderError, match="always"):
        session.ask(lambda connection: finish(connection, database, number, 1, print))
    session.close()

    assert query(database, "select state from loader.load where load_id = %s", number) == [("open",)]
    assert query(database, RETRIED) == [([conflict_retry.RETRIES],)]
    execute(database, "drop trigger always on loader.load")
    assert load(database, mapping, dump(tmp_path, "second"))["load"] == number
