"""Inputs that would cost much more than their size: each in a process of its own, with little memory and time."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fuzz.judge import CHUNKS

_MEMORY = 64 * 1024 * 1024
_CPU_S = 30  # generous: CI is slow, and what is meant here takes hours
# Reads each file that it is told in a copy of itself; prints the most memory that this took, and how it ended.
_PROGRAM = f"""
import os, resource, sys
from pathlib import Path
from tests.fuzz.documents import Form
from tests.fuzz import judge

def resident(kind):
    (line,) = [line for line in open("/proc/self/status") if line.startswith(kind)]
    return int(line.split()[1]) * 1024

judge.engines(False)
for path in sys.stdin:
    told = os.pipe()
    copy = os.fork()
    if not copy:
        resource.setrlimit(resource.RLIMIT_CPU, ({_CPU_S}, {_CPU_S}))
        before = resident("VmRSS")
        judge._decision(Path(path.rstrip()), Form(), 1, {CHUNKS[-1]})
        os.write(told[1], str(resident("VmHWM") - before).encode())
        os._exit(0)
    os.close(told[1])
    _, status = os.waitpid(copy, 0)
    print(os.waitstatus_to_exitcode(status), os.read(told[0], 100).decode(), flush=True)
    os.close(told[0])
"""


def bomb(megabytes: int, unit: bytes, head: bytes, tail: bytes = b"") -> Callable[[], bytes]:
    """A gzip of one thing many times over: 1000 to 1."""

    def made() -> bytes:
        block = unit * ((1 << 20) // len(unit))
        return gzip.compress(head, 1) + gzip.compress(block, 1) * megabytes + gzip.compress(tail, 1)

    return made


def _attributes(count: int) -> bytes:
    return b"<dump " + b" ".join(b"a%d='%d'" % (n, n) for n in range(count)) + b">"


def _laughs(depth: int) -> bytes:
    entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(depth))
    return (
        f'<!DOCTYPE dump [<!ENTITY a0 "lol">{entities}]><dump><row id="1"><name>&a{depth};</name></row></dump>'.encode()
    )


ROW = b"<row id='1'><name>x</name></row>"
PLAIN_ENTITY = b'<!DOCTYPE dump [<!ENTITY a "' + b"x" * 4000 + b'">]><dump><row id="1"><name>' + b"&a;" * 100_000
CASES: dict[str, Callable[[], bytes]] = {
    "names without values": lambda: b"<dump " + b"x" * 1_000_000 + b">" + ROW + b"</dump>",
    "an open quote in the root": lambda: b"<dump a='" + b"x = " * 250_000,
    "attributes without end": lambda: b"<dump " + b"a=" * 500_000,
    "many attributes": lambda: _attributes(50_000) + ROW * 3 + b"</dump>",
    "many namespaces": lambda: _attributes(20_000).replace(b" a", b" xmlns:a") + ROW * 3 + b"</dump>",
    "billion laughs": lambda: _laughs(9),
    "a long entity, often": lambda: PLAIN_ENTITY + b"</name></row></dump>",
    "an open comment in each record": lambda: b"<dump>" + b"<row id='1'><!-- <name/></row>\n" * 3_000 + b"</dump>",
    "an open instruction in each record": lambda: b"<dump>" + b"<row id='1'><?p <name/></row>\n" * 10_000 + b"</dump>",
    "an open CDATA section in each record": lambda: b"<dump>" + b"<row id='1'><![CDATA[</row>\n" * 30_000 + b"</dump>",
    "records that are never closed": lambda: b"<dump>" + b"<row id='1'><name>x</name>\n" * 100_000 + b"</dump>",
    "start tags that are never closed": lambda: b"<dump>" + b"<row id='1' <name" * 60_000 + b"</dump>",
    "stray end tags": lambda: b"<dump>" + ROW + b"</x>" * 100_000 + b"</dump>",
    "a million open elements": lambda: gzip.compress(b"<dump><row id='1'>" + b"<a>" * 1_000_000),
    "records in records": lambda: gzip.compress(b"<dump>" + b"<row>" * 150_000),
    "open elements, skipped": lambda: gzip.compress(b"<dump><b>" + b"<a>" * 300_000),
    "deep and whole": lambda: b"<dump><row id='1'>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</row></dump>",
    "many small parts": lambda: b"<dump>" + b"<part><other id='1'/></part>" * 6_000 + b"</dump>",
    "a comment of 100 MB": bomb(100, b" ", b"<dump><!--", b"-->" + ROW + b"</dump>"),
    "white space of 100 MB": bomb(100, b" \n", b"<dump>" + ROW, ROW + b"</dump>"),
    "text of 100 MB": bomb(100, b"x", b"<dump>" + ROW, ROW + b"</dump>"),
    "a skipped element of 100 MB": bomb(100, b"<b>x</b>", b"<dump><a>", b"</a>" + ROW + b"</dump>"),
    "an instruction in a skipped element, of 50 MB": bomb(50, b"x", b"<dump><a><?p ", b"?></a>" + ROW + b"</dump>"),
    "names in a skipped element": lambda: (
        b"<dump><a>" + b"".join(b"<b%d/>" % n for n in range(200_000)) + b"</a></dump>"
    ),
}


@pytest.fixture(scope="module")
def reading() -> Iterator[Callable[[Path], str]]:
    """What the program says of a file. It has imported all, so that each file costs what reading it costs."""
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as program:
        assert program.stdin
        assert program.stdout
        into, said = program.stdin, program.stdout

        def read(path: Path) -> str:
            into.write(f"{path}\n")
            return said.readline()

        yield read


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", CASES)
def test_costs_no_more_than_its_size(tmp_path: Path, reading: Callable[[Path], str], name: str) -> None:
    path = tmp_path / "dump.xml"
    path.write_bytes(CASES[name]())
    code, _, memory = reading(path).strip().partition(" ")
    assert code == "0"
    assert int(memory) < _MEMORY, f"{int(memory) >> 20} MB"
