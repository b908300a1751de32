"""What the server's log says of statements is read whole, and each is of the right kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.statements import OTHER, Statement, by_kind, statements

LOG = """\
71 LOG:  starting PostgreSQL
77 LOG:  PARSE MESSAGE STATISTICS
77 DETAIL:  ! system usage stats:
\t!\t0.000059 s user, 0.000010 s system, 0.000070 s elapsed
\t!\t[0.004 s user, 0.000 s system total]
\t!\t12896 kB max resident size
77 STATEMENT:  call loader.merge_chunk($1, $2, $3, $4, $5)
78 LOG:  EXECUTE MESSAGE STATISTICS
78 DETAIL:  ! system usage stats:
\t!\t1.500000 s user, 0.500000 s system, 2.100000 s elapsed
\t!\t12896 kB max resident size
78 STATEMENT:  call loader.merge_chunk($1, $2, $3, $4, $5)
77 ERROR:  something else
\twith a second line
77 LOG:  QUERY STATISTICS
77 DETAIL:  ! system usage stats:
\t!\t0.250000 s user, 0.000000 s system, 0.260000 s elapsed
77 STATEMENT:  -- sql/dataset/x/x.sql
\tcreate procedure x() as $$ call loader.merge_chunk(1, 2) $$;
"""


def test_every_message_of_a_statement_is_read(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text(LOG)

    found = list(statements(log, 0))

    assert [(one.pid, round(one.cpu, 6)) for one in found] == [(77, 0.000069), (78, 2.0), (77, 0.25)]
    assert found[2].text.endswith("\ncreate procedure x() as $$ call loader.merge_chunk(1, 2) $$;")


def test_what_stands_before_the_offset_is_left_out(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text(LOG)

    assert [one.pid for one in statements(log, LOG.index("78 LOG"))] == [78, 77]


def test_a_kind_has_its_messages_and_seconds_added_up(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text(LOG)

    found = by_kind(statements(log, 0))

    assert {kind: (count, round(cpu, 6)) for kind, (count, cpu) in found.items()} == {
        "chunk's end": (2, 2.000069),
        OTHER: (1, 0.25),  # a script that defines a routine is not a call of what it names
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('COPY "discogs_build"."artist" ("id") FROM STDIN', "COPY"),
        ("select chunk_id, source_id\nfrom loader.claim_chunk($1, $2)", "claim"),
        ("select loader.plan_chunk($1)", "plan"),
        ("select loader.build_table($1, $2)", "keys"),
        ("call loader.finish_load($1)", "apply or publish"),
        ("BEGIN", "transaction"),
        ("select 'artist', count(*) from \"discogs\".\"artist\" union all select 'label', count(*) from x", "summary"),
        ("create or replace procedure loader.merge_chunk(p bigint)", OTHER),
        ("comment on function loader.build_table(bigint) is 'x'", OTHER),
    ],
)
def test_a_statement_is_of_the_kind_of_what_it_calls(text: str, kind: str) -> None:
    assert Statement(1, text, 0.0).kind == kind
