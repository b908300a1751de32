"""What a dump names stays outside: nothing is fetched or opened for it, whatever engine reads it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from loader.config.settings import ENGINES
from loader.errors import LoaderError
from loader.extract.batch import Batch
from loader.extract.engines import make_engine
from loader.mapping.read import parse_dataset
from loader.source.packing.ranges import Reader
from loader.source.xml.records_of_span import split
from loader.source.xml.scan import scan
from loader.source.xml.tags import record_paths
from tests.support.sources import expand

CANARY = "canary-5f1e"
MAPPING = """\
dataset: outside
internal_subset: {subset}
entities:
  row:
    record: /dump/row
    key: {{id: "@id"}}
    columns: {{name: {{path: name, repeat: first}}}}
"""
XI = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
# {at}: an address that somebody listens at, or a file with declarations, {at}.txt one with text. And whether a
# record's name has a reference in it.
HEADS = {
    "an external DTD": ('<!DOCTYPE dump SYSTEM "{at}">', True),
    "a public DTD": ('<!DOCTYPE dump PUBLIC "-//x//y" "{at}">', True),
    "an external entity": ('<!DOCTYPE dump [<!ENTITY x SYSTEM "{at}.txt">]>', True),
    "an external parameter entity": ('<!DOCTYPE dump [<!ENTITY % p SYSTEM "{at}"> %p;]>', True),
    "a declared parameter entity": ("<!DOCTYPE dump [<!ENTITY % p \"<!ENTITY x SYSTEM '{at}.txt'>\"> %p;]>", True),
    "an unparsed entity": ('<!DOCTYPE dump [<!NOTATION n SYSTEM "{at}"><!ENTITY x SYSTEM "{at}" NDATA n>]>', False),
    "a style sheet": ('<?xml-stylesheet type="text/xsl" href="{at}"?>', False),
    "a model": ('<?xml-model href="{at}"?>', False),
}
ROOTS = {
    "an inclusion": (XI, '<xi:include href="{at}.txt" parse="text"/>'),
    "an inclusion beside": (f'{XI} xml:base="{{at}}"', "<xi:include href='x'/>"),
    "a schema": (f'{XSI} xsi:noNamespaceSchemaLocation="{{at}}" xsi:schemaLocation="u {{at}}"', ""),
    "a name space": ('xmlns="" xmlns:p="{at}"', "<p:name>x</p:name>"),
}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who would be called, had a document its way."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.setblocking(False)
        yield found


def called(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def documents(at: str) -> dict[str, str]:
    """A document for each way to name something outside."""
    made = {}
    for what, (head, refers) in HEADS.items():
        text = "&x;" if refers else "x"
        made[what] = f'<?xml version="1.0"?>\n{head}\n<dump><row id="1"><name>{text}</name></row></dump>'
    for what, (attributes, inside) in ROOTS.items():
        made[what] = f'<dump {attributes}><row id="1"><name>a{inside}b</name></row><row id="2"/></dump>'
    return {what: text.replace("{at}", at) for what, text in made.items()}


@pytest.fixture(params=["address", "file URL", "path"])
def at(request: pytest.FixtureRequest, listener: socket.socket, tmp_path: Path) -> str:
    """Where something is to be had: by an address, or in a file beside the dump."""
    secret = tmp_path / "secret.dtd"
    secret.write_text(f'<!ENTITY x "{CANARY}">')
    secret.with_name("secret.dtd.txt").write_text(CANARY)
    host, port = listener.getsockname()[:2]
    kinds = {"address": f"http://{host}:{port}/x.dtd", "file URL": secret.as_uri(), "path": str(secret)}
    return kinds[request.param]


def read(path: Path, engine_name: str, subset: str) -> str:
    """All that comes of a dump, as text: rows, rejects, what is refused."""
    mapping = parse_dataset(MAPPING.format(subset=subset))
    paths = record_paths(mapping, ["row"])
    engine = make_engine(engine_name, mapping, ["row"])
    (file,) = expand([path])
    found = scan(file, paths, chunk_bytes=1000, internal_subset=subset)
    told = []
    with Reader(file) as reader:
        for span in list(found):
            data = reader.read(span)
            pieces = split(data, span.prefix, paths)
            batch = Batch([data[a:b] for a, b, _ in pieces], ["0" * 32] * len(pieces), span.prefix, span.suffix, 1,
                          paths=[index for _, _, index in pieces])  # fmt: skip
            extracted = engine.extract(batch)
            told.append(f"{extracted} {list(map(str, extracted.bad))}")
    return f"{told} {found.summary}"


@pytest.mark.parametrize("what", [*HEADS, *ROOTS])
def test_nothing_that_a_document_names_is_opened(tmp_path: Path, listener: socket.socket, at: str, what: str) -> None:
    dump = tmp_path / "dump.xml"
    dump.write_text(documents(at)[what])
    for engine, subset in product(ENGINES, ("refuse", "allow")):
        try:
            told = read(dump, engine, subset)
        except LoaderError as error:
            told = str(error)
        assert told
        assert CANARY not in told
        assert not called(listener)
