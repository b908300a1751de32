"""The mapping as written: pydantic models of the YAML, which refuse unknown keys."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, create_model

from loader.config.declared import Setting
from loader.config.settings import OF_DATASETS
from loader.mapping.formats import FORMATS, XML
from loader.mapping.tables import MAX_NAME_BYTES, ReadAs, Trim, Unmatched
from loader.nearest import did_you_mean

_SIMPLE_TYPES = (
    "text", "smallint", "integer", "bigint", "numeric", "real", "double", "boolean", "date", "timestamp", "timestamptz",
    "uuid", "bytea", "jsonb",
)  # fmt: skip
_OTHER_TYPES = {
    "int": "integer", "int4": "integer", "int2": "smallint", "short": "smallint", "int8": "bigint", "long": "bigint",
    "string": "text", "str": "text", "char": "varchar(1)", "varchar": "varchar(255)", "decimal": "numeric",
    "float": "double", "float8": "double", "double precision": "double", "float4": "real", "bool": "boolean",
    "datetime": "timestamp", "timestamp with time zone": "timestamptz", "json": "jsonb", "binary": "bytea",
}  # fmt: skip
_VARCHAR = re.compile(r"varchar\s*\(\s*([1-9][0-9]{0,7})\s*\)")
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
_MAX_VARCHAR = 10_485_760  # the server's own limit


def _identifier(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[^\W\d_]\w*", value):
        raise ValueError(f"{value!r} is not a name: a letter, then letters, digits and '_'")
    if len(value.encode()) > MAX_NAME_BYTES:
        raise ValueError(f"the name {value!r} is longer than {MAX_NAME_BYTES} bytes")
    return value


def _column_type(value: object) -> str:
    text = " ".join(value.lower().split()) if isinstance(value, str) else ""
    text = "double" if text == "double precision" else text
    length = _VARCHAR.fullmatch(text)
    if length and int(length[1]) <= _MAX_VARCHAR:
        return f"varchar({length[1]})"
    if text not in _SIMPLE_TYPES:
        meant = f"; did you mean {_OTHER_TYPES[text]}?" if text in _OTHER_TYPES else did_you_mean(text, _SIMPLE_TYPES)
        raise ValueError(f"unknown type {value!r}; known are {', '.join(_SIMPLE_TYPES)} and varchar(n){meant}")
    return "double precision" if text == "double" else text


def _scalar(value: object) -> object:
    """Plain `true` and `false` are texts if they are values of the data."""
    return str(value).lower() if isinstance(value, bool) else value


def _words(value: object) -> object:
    """One value, or a list of values, as a list of texts."""
    return [_scalar(item) for item in (value if isinstance(value, list) else [value])]


def _texts(value: object) -> object:
    """One text, or a list of texts, as a list."""
    return value if isinstance(value, list) else [value]


def _recursive(value: object) -> object:
    if not isinstance(value, (bool, str)) or value == "":
        raise ValueError("expected true, or the path from a row to those inside it")
    return value


def _trim(value: object) -> object:
    if not isinstance(value, bool) and value != "collapse":
        raise ValueError("expected true, false or collapse")
    return value


def _key(value: object) -> object:
    if value != "generated" and not isinstance(value, dict):
        raise ValueError("expected columns, as in {id: '@id'}, or the word generated")
    return value


def _on_error(value: object) -> object:
    """`on_error: null` without quotes is YAML's null, and means the word."""
    return "null" if value is None else value


def _policy(value: object) -> object:
    if value == "priority":
        raise ValueError("priority is no policy any more, as it did what newest does: write policy: newest")
    with_columns = isinstance(value, dict) and len(value) == 1 and value.keys() <= {"latest_by", "merge"}
    if not with_columns and value not in get_args(PlainPolicy):
        known = ", ".join(get_args(PlainPolicy))
        words = [value] if isinstance(value, str) else list(value) if isinstance(value, dict) else []
        meant = did_you_mean(str(words[0]), (*get_args(PlainPolicy), "latest_by", "merge")) if len(words) == 1 else ""
        raise ValueError(f"expected {known}, {{latest_by: COLUMN}} or {{merge: {{COLUMN: SQL expression}}}}{meant}")
    return value


def _format(value: object) -> object:
    if value not in FORMATS:
        raise ValueError(f"unknown format {value!r}; known are {', '.join(FORMATS)}{did_you_mean(str(value), FORMATS)}")
    return value


_AnyScalar = str | float | bool
Name = Annotated[str, BeforeValidator(_identifier)]
ColumnType = Annotated[str, BeforeValidator(_column_type), Field(examples=[*_SIMPLE_TYPES, "varchar(255)"])]
Text = Annotated[str, StringConstraints(min_length=1)]
Scalar = Annotated[str, BeforeValidator(_scalar, json_schema_input_type=_AnyScalar)]
Words = Annotated[list[str], BeforeValidator(_words, json_schema_input_type=_AnyScalar | list[_AnyScalar])]
FormatName = Annotated[str, BeforeValidator(_format), Field(examples=list(FORMATS))]
PathText = Annotated[str, StringConstraints(min_length=1)]
PathTexts = Annotated[
    list[PathText],
    Field(min_length=1),
    BeforeValidator(_texts, json_schema_input_type=PathText | Annotated[list[PathText], Field(min_length=1)]),
]
Recursive = Annotated[bool | PathText, BeforeValidator(_recursive, json_schema_input_type=bool | PathText)]
Texts = Annotated[
    list[Text],
    Field(min_length=1),
    BeforeValidator(_texts, json_schema_input_type=Text | Annotated[list[Text], Field(min_length=1)]),
]
OnError = Annotated[
    Literal["reject", "null"],
    BeforeValidator(_on_error, json_schema_input_type=Literal["reject", "null"] | None),
]


TrimSpec = Annotated[Trim, BeforeValidator(_trim, json_schema_input_type=Trim)]


class Strict(BaseModel):
    """Refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SplitModel(Strict):
    """A regular expression that matches what stands between the values in a text; a bare text is what stands there."""

    pattern: Text


SplitSpec = Text | SplitModel


class ColumnModel(Strict):
    """A column; a bare path stands for `{path: …}`."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [key]} for key in ("path", "coalesce", "expression")]}
    )

    path: PathText | None = None
    coalesce: list[PathText] = Field(default=[], description="Paths; the first value that is not NULL counts")
    expression: Text | None = Field(default=None, description="SQL over the columns of the row that are read")
    stored: bool = Field(default=True, description="Whether the table has the column; expressions see it anyway")
    read_as: ReadAs = Field(default="text", alias="as", description="What is taken of an element")
    type: ColumnType = "text"
    null_if: Words = Field(default=[], description="Values that mean NULL")
    mapped: Annotated[dict[str, Scalar | None], Field(min_length=1)] | None = Field(
        default=None, alias="map", description="What values stand for; null: NULL"
    )
    unmatched: Unmatched = Field(default="reject", description="What happens to values that map does not name")
    default: Scalar | None = Field(
        default=None, description="The value when the element is missing, or empty where the type is not text"
    )
    required: bool = Field(default=False, description="NULL is a reject")
    on_error: OnError = Field(default="reject", description="What a bad value costs")
    trim: TrimSpec = Field(
        default=False, description="Strip outer white space, collapse: make inner one single blanks, too"
    )
    pattern: Text | None = Field(default=None, description="Regular expression, as the server reads it")
    enum: Words = Field(default=[], description="The only values allowed")
    format: Text | None = Field(default=None, description="How values are written: hex, base64, xsd or DD.MM.YYYY")
    decimal: Text = Field(default=".", description="The decimal point of numbers")
    thousands: Text | None = Field(default=None, description="What may stand between groups of three digits")
    round: bool = Field(default=False, description="Round decimals that the type does not have")
    minimum: Scalar | None = None
    maximum: Scalar | None = None
    repeat: Literal["error", "first", "last", "join", "array"] = Field(
        default="error", description="What to do when the element occurs more than once"
    )
    split: SplitSpec | None = Field(default=None, description="What stands between several values in one text")
    separator: str = Field(default=", ", description="Between values that `repeat: join` joins")
    optional: bool = Field(default=False, description="Do not report that no file has a value")
    comment: str = ""


def _column(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


ColumnSpec = Annotated[ColumnModel, BeforeValidator(_column, json_schema_input_type=PathText | ColumnModel)]


class IndexModel(Strict):
    """An index on columns or on one SQL expression; a bare name stands for `{columns: [name]}`."""

    columns: list[Name] = []
    using: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")] = "btree"
    expression: Text | None = None
    extension: Name | None = None
    comment: str = ""


def _index(value: object) -> object:
    return {"columns": [value]} if isinstance(value, str) else value


IndexSpec = Annotated[IndexModel, BeforeValidator(_index, json_schema_input_type=Name | IndexModel)]


Key = Annotated[Literal["generated"] | dict[Name, ColumnSpec], BeforeValidator(_key)]


class ForeignKeyModel(Strict):
    """A reference from columns of this table to the key of an entity."""

    columns: Annotated[list[Name], Field(min_length=1)]
    references: Name


class PolicyModel(Strict):
    """A policy that names columns of the root table: one of the two."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    latest_by: Name | None = Field(default=None, description="Column whose larger value wins")
    merge: dict[Name, Text] = Field(default={}, description="SQL expression of each column that is put together")


PlainPolicy = Literal["newest", "first", "error", "keep_all", "fill"]
PolicySpec = Annotated[
    PlainPolicy | PolicyModel, BeforeValidator(_policy, json_schema_input_type=PlainPolicy | PolicyModel)
]


class RowsModel(Strict):
    """The keys that root tables and child tables share."""

    columns: dict[Name, ColumnSpec] = {}
    children: dict[Name, ChildModel] = {}
    ignore: list[PathText] = Field(default=[], description="Paths left out on purpose")
    check: Text | None = Field(default=None, description="SQL condition that every row must meet")
    indexes: list[IndexSpec] = []
    foreign_keys: list[ForeignKeyModel] = []
    comment: str = ""


class ChildModel(RowsModel):
    """A child table: a row an element."""

    rows: PathTexts = Field(description="Element steps relative to the parent row; several paths as a list")
    where: Text | None = Field(default=None, description="SQL condition; other rows are left out")
    first_by: Text | None = Field(default=None, description="SQL order list: the first row of each parent row counts")
    recursive: Recursive = Field(
        default=False, description="Rows lie inside rows: true if at the same paths, else the path that leads on"
    )
    split: SplitSpec | None = Field(default=None, description="What stands between rows in one text")


class EntityModel(RowsModel):
    """A kind of record, and its root table of the same name."""

    read: FormatName = Field(default=XML, description="Format of the records")
    record: PathTexts | None = Field(
        default=None, description="Absolute path of the records, as in /releases/release; several paths as a list"
    )
    files: Text | None = Field(default=None, description="File names, where the root does not decide")
    key: Key
    removes: Name | None = Field(default=None, description="The entity whose records with these keys are deleted")
    operation: ColumnSpec | None = Field(
        default=None, description="Where a record says what it is: upsert, or delete for a delete record"
    )
    policy: PolicySpec = Field(default="newest", description="What becomes of a key that comes more than once")
    where: Text | None = Field(default=None, description="SQL condition; all else is filtered")


class MappingModel(Strict):
    """A mapping file without its settings."""

    dataset: Name
    comment: str = ""
    namespaces: dict[str, Texts] = {}
    dtd: Texts | None = Field(default=None, description="DTD files whose entities and default attributes count")
    definitions: Any = Field(default=None, description="A place for YAML anchors; not read otherwise")
    entities: Annotated[dict[Name, EntityModel], Field(min_length=1)]


def _setting(declared: Setting) -> Any:
    """A setting as the type and the default of a pydantic field."""

    def read(value: object) -> Any:
        if value is None and declared.default is None:
            return None
        if isinstance(value, (dict, list)):
            raise ValueError("must be one value")
        return declared.kind.read("none" if value is None else str(_scalar(value)))

    schema = {**declared.kind.schema, "description": _LINK.sub(r"\1", declared.meaning)}
    type_ = Annotated[Any, BeforeValidator(read), WithJsonSchema(schema)]
    return (type_, Field(default=declared.written, validate_default=True))


DatasetModel: type[MappingModel] = create_model(
    "DatasetModel", __base__=MappingModel, **{name: _setting(declared) for name, declared in OF_DATASETS.items()}
)
