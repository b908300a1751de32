"""What users change on the tables while a publication waits for readers is carried over, or refused by name."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.support.publishing import Town, all_of, ask, run, value, versions
from tests.support.running import load, wait_until
from tests.support.working import bring

READER = "lock table town.thing in access share mode"
WAITS = (
    "select count(*)::int from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep' "
    "and query like 'call loader.%'"
)
BEFORE = """
grant usage on schema town to meanwhile_reader, meanwhile_owner;
grant select on town.person to meanwhile_reader;
grant select (id, name) on town.person to meanwhile_owner;
create index early on town.person (name); comment on table town.person is 'early';
alter table town.person alter column name set statistics 10, set (fillfactor = 80);
create table public.own (n integer);
create materialized view public.books as select p.id, p.version, (select count(*) from public.own) as own
from town.person as p;
grant select on public.books to meanwhile_reader;
create view public.early_view as select id from town.person
"""
CARRIED = (
    "revoke select on town.person from meanwhile_reader",
    "revoke select (name) on town.person from meanwhile_owner",
    "grant insert, update on town.person to meanwhile_reader with grant option",
    "grant select (version) on town.person to public",
    "create index late on town.person (version) with (fillfactor = 60)",
    "comment on index town.late is 'late'",
    "alter index town.early rename to early_still",
    "drop index town.early_still",
    "alter table town.person alter column version set statistics 77",
    "alter table town.person alter column version set storage external",
    "alter table town.person replica identity full",
    "alter table town.person alter column version set compression pglz",
    "alter table town.person alter column version set (n_distinct = 5)",
    "alter table town.person reset (fillfactor)",
    "alter table town.person set (toast.autovacuum_enabled = off, autovacuum_enabled = off)",
    "alter table town.person cluster on person_pkey",
    "comment on table town.person is 'late'",
    "comment on column town.person.name is 'late'",
    "create statistics public.late_numbers on id, name from town.person",
    "comment on statistics public.late_numbers is 'late'",
    "alter table town.person_book owner to meanwhile_owner",
    "create index late_of_view on public.books (version)",
    "grant select (id) on public.books to meanwhile_owner",
    "alter materialized view public.books set (fillfactor = 50)",
    "alter materialized view public.books alter column id set statistics 5",
    "comment on materialized view public.books is 'late'",
    "create view public.late_view as select id, version from town.person",
    "grant select on public.late_view to meanwhile_reader",
    "alter view public.early_view owner to meanwhile_owner",
    "alter view public.early_view rename to early_view_still",
    "create table public.late (id integer references town.person on delete cascade)",
    "alter materialized view public.books rename to books_still",
)
# What is refused, and how it is undone.
REFUSED = {
    "create trigger late before update on town.person execute function suppress_redundant_updates_trigger()":
        "drop trigger late on town.person",
    "create rule late as on delete to town.person do also select 1": "drop rule late on town.person",
    "create policy late on town.person": "drop policy late on town.person",
    "alter table town.person enable row level security": "alter table town.person disable row level security",
    "alter table town.person add late integer": "alter table town.person drop late",
    "alter table town.person add constraint late check (id > 0)": "alter table town.person drop constraint late",
    "alter table town.person alter name set not null": "alter table town.person alter name drop not null",
    "alter table town.person alter name set default 'late'": "alter table town.person alter name drop default",
    "alter table town.person rename to late": "alter table town.late rename to person",
    "alter table town.person set schema public": "alter table public.person set schema town",
    "create publication late for table town.person": "drop publication late",
    "create table public.late () inherits (town.person)": "drop table public.late",
    "create function public.late() returns bigint begin atomic; select count(*) from town.person; end":
        "drop function public.late()",
    "create materialized view public.late as select id from town.person": "drop materialized view public.late",
}  # fmt: skip
# Everything that a publication carries over, by name.
STATE = """
with relation as (
    select c.*, n.nspname, obj_description(c.oid, 'pg_class') as comment from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('town', 'public') and c.relkind in ('r', 'v', 'm', 'i')
)
select concat_ws(' ', c.nspname, c.relname, pg_get_userbyid(c.relowner), c.reloptions, c.relreplident,
    t.reloptions, case when c.comment !~ '^(Table of|Stamp of)' then c.comment end, (
        select string_agg(a::text, ' ' order by a::text)
        from unnest(coalesce(c.relacl, acldefault('r', c.relowner))) as a where c.relkind <> 'i'
    ), i.indisclustered, i.indisreplident, pg_get_indexdef(i.indexrelid),
    case c.relkind when 'v' then pg_get_viewdef(c.oid) end)
from relation as c left join pg_class as t on t.oid = c.reltoastrelid
left join pg_index as i on i.indexrelid = c.oid
union all
select concat_ws(' ', c.nspname, c.relname, a.attname, a.attstattarget, a.attstorage, a.attcompression, a.attoptions,
    col_description(c.oid, a.attnum), (select string_agg(x::text, ' ' order by x::text) from unnest(a.attacl) as x))
from relation as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
union all
select concat_ws(' ', pg_get_statisticsobjdef(e.oid), obj_description(e.oid, 'pg_statistic_ext'))
from pg_statistic_ext as e
union all
select concat_ws(' ', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) from pg_constraint as k
where k.conrelid = to_regclass('public.late')
order by 1
"""


class Publication:
    """A replace that is built, and is published while sessions are in its way."""

    def __init__(self, database: str, number: int) -> None:
        self.database, self.number = database, number
        self.call = f"call loader.finish_load({number})"
        self.error: psycopg.Error | None = None

    @contextmanager
    def waiting(self, held: str) -> Iterator[None]:
        """The block runs while the publication waits for a transaction, which then commits; sets ``error``."""
        self.error = None
        publishing = threading.Thread(target=self._publish)
        with psycopg.connect(self.database) as holder:
            holder.execute(held.encode())
            publishing.start()
            wait_until(lambda: value(self.database, WAITS) > 0, "the publication waited")
            try:
                yield
            finally:
                holder.commit()
                publishing.join()

    def _publish(self) -> None:
        try:
            run(self.database, self.call)
        except psycopg.Error as error:
            self.error = error


@pytest.fixture
def publication(filled: str, town: Town) -> Iterator[Publication]:
    run(filled, "create role meanwhile_reader; create role meanwhile_owner", BEFORE)
    try:
        number = bring(filled, town.mapping(), [Path(path) for path in town.dump("B")], mode="replace")
        run(filled, f"call loader.finish_load({number})")
        yield Publication(filled, number)
    finally:
        run(
            filled,
            "drop owned by meanwhile_reader, meanwhile_owner cascade; drop role meanwhile_reader, meanwhile_owner",
        )


@pytest.mark.parametrize("what", ["publication", "revert"])
def test_what_users_change_while_a_publication_waits_is_on_the_new_tables(publication: Publication, what: str) -> None:
    database = publication.database
    if what == "revert":
        run(database, publication.call, publication.call)
        publication.call = "call loader.revert('town')"
    # A revert knows materialized views by their names, and refuses a renamed one.
    carried = CARRIED[:-1] if what == "revert" else CARRIED
    states = [ask(database, STATE)]
    with publication.waiting(READER):
        run(database, "insert into public.own values (1)", "refresh materialized view public.books")
        for statement in carried:
            run(database, "set lock_timeout = '10s'", statement)
            states.append(ask(database, STATE))
    assert publication.error is None
    assert versions(database) == all_of("A" if what == "revert" else "B")
    run(database, "select loader.validate_reverted('town')" if what == "revert" else publication.call)
    assert ask(database, STATE) == states[-1]
    books = "public.books" if what == "revert" else "public.books_still"
    assert ask(database, f"select distinct version, own from {books}") == [("A" if what == "revert" else "B", 1)]
    for number, statement in enumerate(carried):
        assert states[number] != states[number + 1], f"the test does not see: {statement}"


def test_what_users_make_while_a_publication_waits_is_refused_by_name(publication: Publication) -> None:
    database = publication.database
    for statement, undo in REFUSED.items():
        with publication.waiting(READER):
            run(database, "set lock_timeout = '10s'", statement)
        assert publication.error is not None, statement
        assert publication.error.sqlstate == "LD008", (statement, publication.error)
        told = f"{publication.error.diag.message_primary} {publication.error.diag.message_detail}"
        assert "late" in told or "person" in told, (statement, told)
        run(database, undo)
    run(database, f"call loader.finish_load({publication.number})")
    assert versions(database) == all_of("B")


@pytest.mark.parametrize("statement", ["revoke select on town.person from meanwhile_reader",
                                       "revoke select (name) on town.person from meanwhile_owner"])  # fmt: skip
def test_a_transaction_that_revokes_is_waited_for(publication: Publication, statement: str) -> None:
    """It holds no lock on the table."""
    before = ask(publication.database, STATE)
    with publication.waiting(statement):
        pass
    assert publication.error is None
    assert versions(publication.database) == all_of("B")
    after = ask(publication.database, STATE)
    assert len(set(before) - set(after)) == 1


@pytest.mark.parametrize("column", ["", " (name)"])
def test_a_grant_in_the_moment_of_the_swap_is_not_lost(publication: Publication, column: str) -> None:
    """From PostgreSQL 18 on, it waits for the swap, and is then about the new table; before, it fails."""
    database, failed = publication.database, []

    def grant() -> None:
        try:
            run(database, f"grant references{column} on town.person to meanwhile_reader")
        except psycopg.Error as error:
            failed.append(str(error))

    with psycopg.connect(database) as swap:
        swap.execute(publication.call.encode())
        user = threading.Thread(target=grant)
        user.start()
        waits = "select count(*)::int from pg_stat_activity where wait_event_type = 'Lock' and query ~ '^grant'"
        wait_until(lambda: value(database, waits) > 0 or not user.is_alive(), "the grant waited")
        swap.commit()
    user.join()
    granted = "select has_column_privilege('meanwhile_reader', 'town.person', 'name', 'references')"
    assert failed == ([] if value(database, granted) else ["tuple concurrently updated"])
    old = "select count(*)::int from pg_attribute where attrelid = 'town_old.person'::regclass and attacl is not null"
    assert value(database, old) == 2  # those that users have granted


def test_what_users_change_while_settings_are_carried_over_is_not_lost(filled: str, town: Town) -> None:
    """The tables can be locked at once afterwards, and the change is noticed then."""
    run(
        filled,
        "create materialized view public.slow as select min(p.version) as version, "
        "pg_advisory_xact_lock_shared(7)::text as waited from town.person as p",
    )
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    with psycopg.connect(filled) as holder:
        holder.execute("select pg_advisory_xact_lock(7)")
        revert = threading.Thread(target=run, args=(filled, "call loader.revert('town')"))
        revert.start()
        waits = "select count(*)::int from pg_locks where locktype = 'advisory' and objid = 7 and not granted"
        wait_until(lambda: value(filled, waits) == 1, "the materialized view is being filled")
        run(filled, "comment on table town.person is 'late'")
        holder.rollback()
        revert.join()
    assert versions(filled) == all_of("A")
    assert value(filled, "select obj_description('town.person'::regclass)") == "late"


def test_vacuum_and_analyze_do_not_make_a_publication_begin_again(publication: Publication) -> None:
    relations = "select array_agg(p.old_oid) from loader.publication_pairs(2) as p"
    before = value(publication.database, f"select loader.carried_state(({relations}))")
    run(publication.database, "vacuum analyze town.person", "vacuum freeze town.thing")
    assert value(publication.database, f"select loader.carried_state(({relations}))") == before
