"""One block of records: parsed at once by libxml2, walked by the compiled extractors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, NoReturn

from lxml import etree

from loader.extract.elements import Node, Steps, plan_entity
from loader.extract.encode import FIELD, MISSING, NULL, array
from loader.extract.lxml.compile import extractor_code
from loader.extract.lxml.element_values import blank, collapsed, markup, own_text, string_value
from loader.extract.lxml.gates import select
from loader.extract.lxml.nested_rows import nested
from loader.extract.lxml.row_source import Screened, screened
from loader.extract.screen import doubtful_rows
from loader.extract.unmapped import Unmapped, attributes_in
from loader.mapping.dataset import Dataset, Entity
from loader.mapping.paths import Names
from loader.mapping.steps import tags_of
from loader.mapping.tables import RECORD_BITS
from loader.mapping.values.conversion import UNFIT, converted, converter
from loader.mapping.values.pieces import splitter
from loader.source.xml.tags import unified

# Every attribute has one of these, so if as many were counted, none was overlooked.
_ATTRIBUTE = re.compile(rb"=\s*[\"']")
_DOCTYPE = b"<!DOCTYPE"
_NIL = b":nil"  # where it does not stand, no element has an attribute `xsi:nil`
# Positions in the parser's messages count from the start of the block; the record's own position is appended to them.
_PLACE = re.compile(r"\s*, line \d+, column \d+$|(?<= )line \d+ (?=and )")


class RecordProblem(Exception):
    """A record that cannot be read: ``reason`` is a word, ``path`` the faulty element or ''."""

    def __init__(self, reason: str, message: str, path: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.path = path


_Way = tuple[Node, Callable[..., int]]  # of the records at a path: the plan, and the walk compiled from it


class Block:
    """Gathers the rows of some records; `clear` prepares it for the next."""

    def __init__(self, dataset: Dataset, entities: Sequence[str], max_value: int) -> None:
        self.rows: dict[str, list[str]] = {}
        self._screened: list[tuple[Screened, list[str]]] = []  # with the values of each row
        self.unmapped = Unmapped(Names(dataset.namespaces))
        self._max_value = max_value
        self._aliases = dataset.aliases
        self._entities = [dataset.entity(name) for name in entities]
        self._roots = {dataset.entity_tables(name)[0].name for name in entities}
        self._roots |= {table.name for table in dataset.removals}
        self._ways = [self._compiled(dataset, entity) for entity in self._entities]
        # If entities could expand to a large text, all limits stay: libxml2 before 2.14 can only lift all of them
        # together.
        self._plain, self._careful = _parser(huge_tree=True), _parser(huge_tree=False)

    def _compiled(self, dataset: Dataset, entity: Entity) -> dict[Steps, _Way]:
        """How the records at each of their paths are read."""
        tables = dataset.entity_tables(entity.name)
        screens: dict[str, list[list[str]]] = {}
        shapes = dataset.removals_of(entity.name) if entity.operation else ()
        for table, beside in (*((table, tables) for table in tables), *((shape, [shape]) for shape in shapes)):
            self.rows[table.name] = []
            screens[table.name] = [[] for _ in screened(table, beside)]
            self._screened += zip(screened(table, beside), screens[table.name], strict=True)
        ways: dict[Steps, _Way] = {}
        for record in entity.record_paths:
            here, scope = dataset.at(entity.name, record), dict[str, Any]()
            plan = plan_entity(here, here.entity(entity.name), record)
            exec(extractor_code(here, entity.name, plan, record), scope)
            ways[tags_of(record)] = (
                plan,
                scope["make"](
                    rows=self.rows,
                    screens=screens,
                    string_value=string_value,
                    blank=blank,
                    given=_given,
                    own_text=own_text,
                    markup=markup,
                    collapsed=collapsed,
                    name_of=Names(dataset.namespaces).as_value,
                    array=array,
                    repeated=_repeated,
                    select=select,
                    nested=nested,
                    unknown=self.unmapped.element,
                    inside=self.unmapped.inside,
                    attribute=self.unmapped.attribute,
                    unread=self.unmapped.add,
                    stray=self.unmapped.stray,
                    attributes_in=attributes_in,
                    converters=list(map(converter, converted(dataset.read_tables(entity.name)))),
                    splitter=splitter,
                    no_operation=_no_operation,
                ),
            )
        return ways

    def clear(self) -> None:
        """Forget the rows and counts."""
        for rows in self.rows.values():
            rows.clear()
        for _, values in self._screened:
            values.clear()
        self.unmapped.counts.clear()

    def doubtful(self) -> set[str]:
        """The `_rec` of each record with a value that may not fit."""
        return {
            _rec(self.rows[each.table][index], is_root=each.table in self._roots)
            for each, values in self._screened
            if values
            for index in doubtful_rows(each.screen, values)
        }

    def take(self, table: str, recs: Set[str]) -> tuple[list[str], list[str]]:
        """The rows of a table: those of all other records, and those of the given ones."""
        rows, is_root = self.rows[table], table in self._roots
        if not recs:
            return rows, []
        taken: tuple[list[str], list[str]] = ([], [])
        for row in rows:
            taken[_rec(row, is_root=is_root) in recs].append(row)
        return taken

    def read(  # noqa: PLR0917 -- what a block is made of
        self,
        data: bytes,
        prefix: bytes,
        suffix: bytes,
        paths: Sequence[int],
        origins: Sequence[tuple[str, str, str]],
        values: Mapping[str, Sequence[str | None]],
    ) -> None:
        """Add the rows of the records in ``data``; raises RecordProblem if any of them cannot be read.

        ``paths``: the entity of each record; ``origins``: its `_rec`, its generated key and its joined system columns;
        ``values``: as in a batch.
        """
        ancestors = self._parse(data, prefix, suffix)
        records, around = ancestors[-1][:], tuple(str(element.tag) for element in ancestors) if suffix else ()
        ways = [
            {tags[-1]: way for tags, way in each.items() if len(each) == 1 or tags[:-1] == around}
            for each in self._ways
        ]
        found = [str(element.tag) for element in records]
        if len(found) != len(paths) or not all(tag in ways[path] for tag, path in zip(found, paths, strict=True)):
            expected = " or ".join(ways[paths[0]])
            raise RecordProblem("malformed", f"expected one {expected} element, and found {len(found)} elements")
        attributes, nil = 0, _NIL in data or _NIL in prefix
        for element, tag, path, (rec, key, origin) in zip(records, found, paths, origins, strict=True):
            attributes += ways[path][tag][1](element, ancestors, values, nil, rec, key, origin)
        if attributes != len(_ATTRIBUTE.findall(data)):
            for element, tag, path in zip(records, found, paths, strict=True):
                self.unmapped.scan(element, ways[path][tag][0])
        if len(data) > self._max_value or _DOCTYPE in prefix:
            self._verify_lengths()

    def _parse(self, data: bytes, prefix: bytes, suffix: bytes) -> list[etree._Element]:
        """The elements around the records, outermost first. Records that are documents get one around them."""
        parser = self._careful if _DOCTYPE in prefix else self._plain
        if self._aliases:
            prefix, data = unified(prefix, self._aliases), unified(data, self._aliases)
        start, end = (prefix, suffix) if suffix else (prefix + b"<records>", b"</records>")
        try:
            # After the line break that follows the prefix, the parser's columns are those of the first record.
            element = etree.fromstring(b"".join((start, b"\n", data, end)), parser)
        except etree.XMLSyntaxError as error:
            raise _malformed(error, start) from error
        ancestors = [element]
        for _ in range(suffix.count(b"</") - 1):
            element = element[0]
            ancestors.append(element)
        return ancestors

    def _verify_lengths(self) -> None:
        limit = self._max_value
        for table, rows in self.rows.items():
            for row in rows:
                if len(row) > limit and any(len(value) > limit for value in row.split(FIELD)):
                    raise RecordProblem("too_long", f"a value of {table} is longer than {limit:,} characters")


def _rec(row: str, *, is_root: bool) -> str:
    """The `_rec` of a row's record, from its last fields."""
    if not is_root:
        return row.rpartition(FIELD)[2]
    _, source, number, _ = row.rsplit(FIELD, 3)
    return str((int(source) << RECORD_BITS) + int(number))


def _parser(*, huge_tree: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        huge_tree=huge_tree,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
        resolve_entities="internal",
        no_network=True,
        attribute_defaults=not huge_tree,
    )


def _given(key: str, values: Mapping[str, Sequence[str | None]]) -> list[str]:
    """The values of an element that ended before the record."""
    return [NULL if value is None else value for value in values.get(key, ())]


def _repeated(path: str) -> NoReturn:
    raise RecordProblem("repeated", f"{path} occurs more than once, but the mapping expects it once", path)


def _no_operation(value: str) -> NoReturn:
    told = "missing" if value in {MISSING, NULL} else repr(value.removeprefix(UNFIT))
    raise RecordProblem("operation", f"the operation is {told}, and must be 'upsert' or 'delete'")


def _malformed(error: etree.XMLSyntaxError, prefix: bytes) -> RecordProblem:
    """The parser's message, with its position inside the record."""
    if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
        raise MemoryError("libxml2 has no memory left") from error  # which is not an error in the record
    line, column = error.position
    message = _PLACE.sub("", error.msg or "not well-formed")
    reason = "too_deep" if error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT else "malformed"
    line -= prefix.count(b"\n") + 1
    return RecordProblem(reason, f"{message} (line {line}, column {column})")
