"""Editors get a JSON Schema that knows the keys of the mapping language."""

from __future__ import annotations

import json

from loader.mapping.json_schema import json_schema
from loader.mapping.yaml_keys import ChildModel, ColumnModel, DatasetModel, EntityModel


def test_the_schema_is_json_and_refuses_unknown_keys() -> None:
    schema = json.loads(json.dumps(json_schema()))
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(DatasetModel.model_fields)
    assert set(schema["required"]) == {"dataset", "entities"}
    for model in (ChildModel, ColumnModel, EntityModel):
        definition = schema["$defs"][model.__name__]
        assert definition["additionalProperties"] is False
        assert set(definition["properties"]) == {field.alias or name for name, field in model.model_fields.items()}


def test_the_schema_knows_the_short_forms() -> None:
    schema = json_schema()
    column = schema["$defs"]["EntityModel"]["properties"]["columns"]["additionalProperties"]
    assert {option.get("type", "object") for option in column["anyOf"]} == {"string", "object"}
    assert {"const": "generated", "type": "string"} in schema["$defs"]["EntityModel"]["properties"]["key"]["anyOf"]
    null_if = schema["$defs"]["ColumnModel"]["properties"]["null_if"]
    assert {option["type"] for option in null_if["anyOf"]} == {"string", "number", "boolean", "array"}
    assert {option["type"] for option in schema["properties"]["max_rejects"]["anyOf"]} == {
        "integer",
        "string",
    }
