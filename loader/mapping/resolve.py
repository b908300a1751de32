"""From the written mapping to physical tables: names, keys, ordinals, references."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from loader.config.settings import OF_DATASETS, Settings
from loader.mapping.column_rules import IMPLIED, split_rows_problems, written_problems
from loader.mapping.dataset import Dataset, Entity, ForeignKey, Policy
from loader.mapping.formats import Addresses, format_named
from loader.mapping.paths import Path
from loader.mapping.problems.order_list import order_of, order_problem
from loader.mapping.problems.recursion import NOWHERE, written_recursion_problems
from loader.mapping.removals import (
    operation_problems,
    removing_problems,
    removing_shape,
    shape_of,
    shape_problems,
)
from loader.mapping.steps import tags_of
from loader.mapping.tables import TREE_COLUMNS, Column, Index, Split, Table
from loader.mapping.values.conversion import UNFIT, converter, described, is_rewritable
from loader.mapping.verify import no_column, verify
from loader.mapping.yaml_keys import (
    ChildModel,
    ColumnModel,
    EntityModel,
    IndexModel,
    MappingModel,
    PolicyModel,
    RowsModel,
    SplitModel,
)
from loader.mapping.yaml_with_lines import Location
from loader.nearest import did_you_mean

Steps = tuple[str, ...]
GENERATED_KEY = "record_id"
Problems = list[tuple[Location, str]]
_T = TypeVar("_T")


def resolve(model: MappingModel, location: str) -> tuple[Dataset, Problems]:
    """The dataset (without its hash) and every problem found, each with its place in the file."""
    resolver, settings = _Resolver(model), Settings(**{name: getattr(model, name) for name in OF_DATASETS})
    for name, entity in model.entities.items():
        resolver.entity(name, entity)
    dataset = Dataset(
        name=model.dataset,
        entities=tuple(resolver.entities),
        tables=tuple(resolver.tables),
        removing=tuple(resolver.removing),
        removals=tuple(resolver.removals()),
        order=tuple(model.entities),
        foreign_keys=tuple(resolver.foreign_keys()),
        settings=settings,
        namespaces=dict(resolver.namespaces),
        aliases=resolver.aliases(model),
        location=location,
        comment=model.comment,
        marks_gone=settings.deletes == "mark",
    )
    if len(resolver.places) < len(resolver.tables):  # with duplicate names, the rest is meaningless
        return dataset, resolver.problems
    return dataset, [*resolver.problems, *verify(dataset, resolver.places)]


class _Resolver:
    """Walks the entities and gathers tables, problems and the place of each table in the file."""

    def __init__(self, model: MappingModel) -> None:
        self.namespaces: Mapping[str, str] = {prefix: uris[0] for prefix, uris in model.namespaces.items()}
        removed = [(entity.removes, name) for name, entity in model.entities.items()]
        self.removed_by = {one: tuple(name for target, name in removed if target == one) for one, _ in removed if one}
        self.addresses: Addresses  # of the current entity
        self.records: list[Steps] = []  # of the current entity, too
        self.entities: list[Entity] = []
        self.removing: list[Entity] = []  # and the tables as they are written:
        self.written: dict[str, Table] = {}
        self.tables: list[Table] = []
        self.problems: Problems = []
        self.places: dict[str, Location] = {}
        self.references: list[tuple[str, Location, tuple[str, ...], str]] = []

    def aliases(self, model: MappingModel) -> dict[str, str]:
        """The other URIs of prefixes that have several, with the first one."""
        found: dict[str, str] = {}
        for prefix, (first, *others) in model.namespaces.items():
            for uri in others:
                if uri in found or uri in self.namespaces.values():
                    place = ("namespaces", prefix)
                    self.problems.append((place, f"{uri} occurs twice: the names in it would have two meanings"))
                found[uri] = first
        return found

    def entity(self, name: str, model: EntityModel) -> None:
        """Resolve an entity, its root table and everything below."""
        place: Location = ("entities", name)
        self.addresses = format_named(model.read)
        first = len(self.tables)
        root = Table(name, entity=name, parent=None, key=self._key(model, place), ordinals=(), columns=())
        record, *more_records = self.records = [steps or () for steps in self._records(model, place)]
        if model.removes is None:
            self._table(root, model, place)
            self._leave_out_of_trees(model, place, first)
        else:
            self.problems += [((*place, key), problem) for key, problem in removing_problems(model)]
            columns, computed = self._divided(model.columns, (*place, "columns"))
            self.written[name] = replace(root, columns=columns, computed=computed)
        (self.entities if model.removes is None else self.removing).append(
            Entity(
                name=name,
                record=record,
                tables=tuple(table.name for table in self.tables[first:]) or (name,),
                policy=_policy(model),
                removes=model.removes,
                operation=self._operation(model, place),
                removed_by=self.removed_by.get(name, ()),
                where=model.where,
                check=model.check,
                generated_key=model.key == "generated",
                files=model.files,
                comment=model.comment,
                read=model.read,
                more_records=tuple(more_records),
            )
        )

    def _left_out(self, text: str, model: RowsModel, place: Location) -> Path | None:
        """A path under ``ignore``; one from the root that leads into the records, relative to them."""
        of_entity = isinstance(model, EntityModel) and text.startswith("/")
        if of_entity and "//" in text:
            return None  # see _leave_out_of_trees
        path = self._path(text, place)
        if path is None or not of_entity:
            return path
        for record in self.records:
            if record and tags_of(record) == path.steps[: len(record)]:
                return replace(path, steps=path.steps[len(record) :], absolute=False)
        return path

    def _leave_out_of_trees(self, model: EntityModel, place: Location, first: int) -> None:
        """Paths under ``ignore`` with `//`, as paths in trees are reported: left out of the rows of the tree."""
        for i, text in enumerate(model.ignore):
            above, deep, below = text.partition("//")
            where = (*place, "ignore", i)
            if not deep or not text.startswith("/"):
                continue
            top, path = self._path(above, where), self._path(below, where)
            if top is None or path is None:
                continue
            found = [
                number
                for number, table in enumerate(self.tables[first:], first)
                if table.recursive
                and any(
                    top.steps == tags_of((*record, *rows)) for record in self.records for rows in self._rows_of(table)
                )
            ]
            if not found:
                self.problems.append((where, f"{text!r}: no table reads a tree at {above}"))
            for number in found:
                table = self.tables[number]
                self.tables[number] = replace(table, ignore=(*table.ignore, path))

    def _rows_of(self, table: Table) -> list[Steps]:
        """All paths from the record to the rows of a table."""
        if table.parent is None:
            return [()]
        parent = next(other for other in self.tables if other.name == table.parent)
        return [(*above, *rows) for above in self._rows_of(parent) for rows in table.row_paths]

    def _records(self, model: EntityModel, place: Location) -> Iterator[tuple[str, ...] | None]:
        texts: Sequence[str | None] = model.record or [None]
        for i, text in enumerate(texts):
            where = place if text is None else (*place, "record", i) if len(texts) > 1 else (*place, "record")
            yield self._try(where, partial(self.addresses.record, text, self.namespaces))

    def _operation(self, model: EntityModel, place: Location) -> Column | None:
        """The value that says which records are delete records."""
        if model.operation is None:
            return None
        where = (*place, "operation")
        self.problems += [((*where, key), problem) for key, problem in operation_problems(model.operation)]
        return self._column("operation", model.operation, where)

    def removals(self) -> list[Table]:
        """The shapes of delete records, once all entities are known."""
        roots = {table.name: table for table in self.tables if table.is_root}
        own = [shape_of(roots[entity.name], entity) for entity in self.entities if entity.operation]
        others = []
        for entity in self.removing:
            target = next((each for each in self.entities if each.name == entity.removes), None)
            written = self.written[entity.name]
            if target is None:
                meant = did_you_mean(str(entity.removes), (each.name for each in self.entities))
                where = ("entities", entity.name, "removes")
                self.problems.append((where, f"there is no entity {entity.removes!r}{meant}"))
            else:
                self.problems += shape_problems(written, entity, roots[target.name], target)
                others.append(removing_shape(written, roots[target.name], target))
        return own + others

    def foreign_keys(self) -> list[ForeignKey]:
        """The references, resolved once all entities are known."""
        roots = {table.name: table for table in self.tables if table.is_root}
        tables = {table.name: table for table in self.tables}
        result = []
        for name, place, columns, target in self.references:
            root = roots.get(target)
            known = {column.name: column for column in (*tables[name].key, *tables[name].stored_columns)}
            missing = [column for column in columns if column not in known]
            if root is None:
                self.problems.append(
                    ((*place, "references"), f"there is no entity {target!r}{did_you_mean(target, roots)}")
                )
            elif missing:
                self.problems.append(((*place, "columns"), no_column(tables[name], missing)))
            elif [known[c].sql_type for c in columns] != [column.sql_type for column in root.key]:
                wanted = ", ".join(f"{column.name} {column.sql_type}" for column in root.key)
                message = f"must match the key of {target} ({wanted}) in number and type"
                self.problems.append(((*place, "columns"), message))
            else:
                result.append(ForeignKey(name, columns, target, root.primary_key))
        return result

    def _table(self, outline: Table, model: RowsModel, place: Location) -> None:
        """Complete a table whose names and keys are known, then its children."""
        name = outline.name
        if name in self.places:
            self.problems.append((place, f"there are two tables called {name}"))
        self.places[name] = place
        if isinstance(model, ChildModel) and model.first_by and (told := order_problem(model.first_by)):
            self.problems.append(((*place, "first_by"), told))
        ignored = (self._left_out(path, model, (*place, "ignore", i)) for i, path in enumerate(model.ignore))
        columns, computed = self._divided(model.columns, (*place, "columns"))
        table = replace(
            outline,
            columns=(*outline.columns, *columns),
            computed=tuple(replace(column, after=column.after + len(outline.columns)) for column in computed),
            indexes=tuple(_index(index) for index in model.indexes),
            where=getattr(model, "where", None),
            first_by=tuple(order_of(getattr(model, "first_by", None) or "")),
            check=model.check,
            ignore=tuple(path for path in ignored if path is not None),
            comment=model.comment,
        )
        self.tables.append(table)
        for i, reference in enumerate(model.foreign_keys):
            where = (*place, "foreign_keys", i)
            self.references.append((name, where, tuple(reference.columns), reference.references))
        for child, child_model in model.children.items():
            self._child(child, child_model, (*place, "children", child), parent=table)

    def _child(self, name: str, model: ChildModel, place: Location, *, parent: Table) -> None:
        self.problems += [((*place, *key), problem) for key, problem in split_rows_problems(model)]
        attribute: str | None = None
        if model.split is not None and len(model.rows) == 1:
            source = self._path(model.rows[0], (*place, "rows"))
            paths: list[tuple[str, ...] | None] = [None if source is None else source.steps]
            attribute = None if source is None else source.attribute
        else:
            paths = [
                self._try((*place, "rows", i) if len(model.rows) > 1 else (*place, "rows"), partial(self._rows, text))
                for i, text in enumerate(model.rows)
            ]
        root = parent.entity
        key = parent.key if not parent.is_root else tuple(_inherited(column, root) for column in parent.key)
        own = f"{parent.name.removeprefix(f'{root}_')}_ordinal"
        ordinals = ("ordinal",) if parent.is_root else (*parent.ordinals[:-1], own, "ordinal")
        rows, *more = (steps or () for steps in paths)
        inside = self._inside(model, (rows, *more), (*place, "recursive"))
        outline = Table(
            name, root, parent.name, key, ordinals, TREE_COLUMNS if inside else (), rows, more_rows=tuple(more),
            recursive=inside, split=split_of(model.split), split_attribute=attribute,
        )  # fmt: skip
        self._table(outline, model, place)

    def _inside(self, model: ChildModel, rows: tuple[Steps, ...], place: Location) -> tuple[Steps, ...]:
        """The paths from a row of a recursive table to the rows inside it."""
        if not model.recursive:
            return ()
        self.problems += written_recursion_problems(model, place)
        if isinstance(model.recursive, str):
            found = self._try(place, partial(self._rows, model.recursive))
            rows = () if found is None else (found,)
        if () in rows:
            self.problems.append((place, NOWHERE))
        return tuple(steps for steps in rows if steps)

    def _rows(self, text: str) -> tuple[str, ...]:
        return self.addresses.rows(text, self.namespaces)

    def _key(self, model: EntityModel, place: Location) -> tuple[Column, ...]:
        if model.key == "generated":
            return (Column(GENERATED_KEY, "bigint", required=True, comment="The source and the record's number"),)
        if not model.key:
            self.problems.append(((*place, "key"), "must name at least one column, or be 'generated'"))
        for name in (name for name, column in model.key.items() if column.expression is not None):
            self.problems.append(((*place, "key", name, "expression"), "a key cannot be computed"))
        return self._columns(model.key, (*place, "key"))

    def _divided(
        self, models: Mapping[str, ColumnModel], place: Location
    ) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
        """The columns that are read, and those that are computed."""
        read: list[Column] = []
        computed: list[Column] = []
        for column in self._columns(models, place):
            if column.computed_by is None:
                read.append(column)
            else:
                computed.append(replace(column, after=len(read)))
        return tuple(read), tuple(computed)

    def _columns(self, models: Mapping[str, ColumnModel], place: Location) -> tuple[Column, ...]:
        return tuple(self._column(name, model, (*place, name)) for name, model in models.items())

    def _column(self, name: str, model: ColumnModel, place: Location) -> Column:
        self.problems += [((*place, key), problem) for key, problem in written_problems(model)]
        written = [(model.path, (*place, "path"))] if model.path is not None else []
        written += [(path, (*place, "coalesce", i)) for i, path in enumerate(model.coalesce)]
        paths = [path for text, where in written if (path := self._path(text, where)) is not None]
        column = Column(
            name=name,
            path=paths[0] if paths else None,
            coalesce=tuple(paths[1:]),
            null_if=tuple(model.null_if),
            enum=tuple(model.enum),
            mapped=tuple(sorted((model.mapped or {}).items())),
            split=split_of(model.split),
            computed_by=model.expression,
            **model.model_dump(exclude={"path", "coalesce", "null_if", "enum", "mapped", "split", "expression"}),
        )
        if column.split is not None:
            column = replace(column, repeat="array")
        implied = IMPLIED.get(model.read_as, {})
        if model.read_as == "name":
            implied = {"prefixes": tuple(sorted(self.namespaces.items()))}
        return self._converted(replace(column, **implied), place)

    def _converted(self, column: Column, place: Location) -> Column:
        """With its default, which is written as values of the file are, in the server's notation."""
        if column.default is None or not is_rewritable(column) or column.repeat == "array":
            return column
        value = converter(replace(column, mapped=()))(column.default)
        if value is not None and UNFIT in value:
            self.problems.append(((*place, "default"), f"{column.default!r} is not {described(column)}"))
        return replace(column, default=value)

    def _path(self, text: str, place: Location) -> Path | None:
        return self._try(place, lambda: self.addresses.column(text, self.namespaces))

    def _try(self, place: Location, parse: Callable[[], _T]) -> _T | None:
        try:
            return parse()
        except ValueError as error:
            self.problems.append((place, str(error)))
            return None


def _inherited(column: Column, root: str) -> Column:
    """A root key column as named in children: `<root>_<key>`, or unchanged if it already begins so."""
    name = column.name if column.name.startswith(f"{root}_") else f"{root}_{column.name}"
    return Column(name, column.type, required=True, comment=f"Key of {root}")


def split_of(written: str | SplitModel | None) -> Split | None:
    """What is between values, as data."""
    if written is None:
        return None
    return Split(written) if isinstance(written, str) else Split(written.pattern, is_pattern=True)


def _index(model: IndexModel) -> Index:
    return Index(tuple(model.columns), model.using, model.expression, model.extension, model.comment)


def _policy(model: EntityModel) -> Policy:
    written = model.policy
    if not isinstance(written, PolicyModel):
        return Policy(written)
    if written.latest_by is not None:
        return Policy("latest_by", column=written.latest_by)
    place = {name: number for number, name in enumerate(model.columns)}
    expressions = sorted(written.merge.items(), key=lambda item: place.get(item[0], len(place)))
    return Policy("merge", expressions=tuple(expressions))
