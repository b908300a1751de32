"""The JSON Schema of mapping files, with which editors complete and check them."""

from __future__ import annotations

from typing import Any

from loader.mapping.yaml_keys import DatasetModel


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a mapping file."""
    schema = DatasetModel.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Mapping of a dataset",
    }
