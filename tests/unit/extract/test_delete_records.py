"""Both engines read delete records alike: their keys, the value that decides between versions, and nothing else."""

from __future__ import annotations

import pytest

from loader.extract.batch import Batch, Extracted
from loader.extract.columnar.engine import ColumnarEngine
from loader.extract.lxml.engine import LxmlEngine
from loader.mapping.read import parse_dataset
from loader.mapping.tables import REMOVED_HASH

REMOVES = """\
dataset: shop
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer, minimum: 1}}
    policy: {latest_by: version}
    columns: {version: {path: "@v", type: integer}, name: {path: name, required: true}}
  gone:
    record: /shop/gone
    removes: item
    key: {id: {path: no, type: integer}}
    columns: {version: {path: "@v", type: integer, null_if: "-"}}
"""
OPERATION = """\
dataset: shop
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer, minimum: 1}}
    operation: {path: "@op", default: upsert, trim: true}
    policy: {latest_by: version}
    columns: {version: {path: "@v", type: integer}, name: {path: name, required: true}}
    children: {item_part: {rows: part, columns: {text: .}}}
"""


def extracted(engine: type[LxmlEngine] | type[ColumnarEngine], mapping: str, records: list[bytes]) -> Extracted:
    dataset = parse_dataset(mapping)
    names = [reader.name for reader in dataset.readers]
    paths = [int(record.startswith(b"<gone")) for record in records] if len(names) > 1 else None
    hashes = [REMOVED_HASH if paths and paths[place] else f"{place:032x}" for place in range(len(records))]
    return engine(dataset, names).extract(Batch(records, hashes, b"<shop>", b"</shop>", source=7, paths=paths))


@pytest.mark.parametrize("mapping", [REMOVES, OPERATION])
def test_both_engines_agree(mapping: str) -> None:
    records = [b'<item id="%d" v="1"><name>%s</name></item>' % (place, b"x" * 40) for place in range(1, 2000)]
    if mapping == REMOVES:
        odd = [b"-", b"x", b"", b"7"]
        records[1::2] = [b'<gone v="%b"><no> %d</no></gone>' % (odd[place % 4], place) for place in range(0, 999)]
    else:
        records[1::3] = [b'<item id="%d" v="2" op=" delete "/>' % place for place in range(0, len(records[1::3]))]
        records[2] = b'<item id="9" op="remove"/>'
    lxml, columnar = (extracted(engine, mapping, records) for engine in (LxmlEngine, ColumnarEngine))
    for table in ("item", "gone", "item/delete"):
        assert lxml.data.get(table) == columnar.data.get(table)
        assert lxml.doubts.get(table) == columnar.doubts.get(table)
    assert lxml.rows == columnar.rows
    assert sum(lxml.rows.values()) + len(lxml.bad) == len(records)
    assert [(bad.index, bad.reason) for bad in lxml.bad] == [(bad.index, bad.reason) for bad in columnar.bad]
    assert lxml.unmapped == columnar.unmapped == {}


def test_a_delete_record_has_a_key_and_nothing_else() -> None:
    records = [
        b'<item id="1" v="2" op="delete"><name/><part>a</part><other/></item>', b'<item id="2" op=" delete "/>',
        b'<item id="3" v="x" op="delete"/>', b'<item id="0" op="delete"/>', b'<item id="5"><name>e</name></item>',
    ]  # fmt: skip
    found = extracted(LxmlEngine, OPERATION, records)
    lines = [b"1\t2\t7\t1\t%s", b"2\t\\N\t7\t2\t%s"]
    assert found.data["item/delete"] == b"".join(line % REMOVED_HASH.encode() + b"\n" for line in lines)
    # A value that does not fit, and a key that breaks a rule.
    lines = [b"3\tx\t7\t3\t%s", b"0\t\\N\t7\t4\t%s"]
    assert found.doubts["item/delete"] == b"".join(line % REMOVED_HASH.encode() + b"\n" for line in lines)
    assert found.rows == {"item/delete": 4, "item": 1}


@pytest.mark.parametrize(
    ("value", "told"), [('op="remove"', "'remove'"), ('op=""', "''"), ('op=" Delete"', "'Delete'")]
)
def test_any_other_operation_is_a_reject(value: str, told: str) -> None:
    found = extracted(LxmlEngine, OPERATION, [f'<item id="1" {value}><name>a</name></item>'.encode()])
    (bad,) = found.bad
    assert (bad.reason, bad.message) == ("operation", f"the operation is {told}, and must be 'upsert' or 'delete'")
    assert not found.rows
    missing = OPERATION.replace(", default: upsert", "")
    (bad,) = extracted(LxmlEngine, missing, [b'<item id="1"><name>a</name></item>']).bad
    assert bad.message == "the operation is missing, and must be 'upsert' or 'delete'"
