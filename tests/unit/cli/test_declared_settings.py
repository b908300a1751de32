"""Each setting is declared once, and all that reads, checks, lists or keeps it goes by that."""

from __future__ import annotations

import pytest

from loader.cli.main import _parser
from loader.config.declared import Setting
from loader.config.given import from_json, read_setting
from loader.config.kinds import Choice
from loader.config.settings import OF_DATASETS, OF_ONE_LOAD, OF_RUNS, SETTINGS, Settings
from loader.errors import MappingError, UsageError
from loader.mapping.override_settings import override
from loader.mapping.read import parse_dataset
from loader.mapping.yaml_keys import DatasetModel, MappingModel
from loader.source.xml.scan import RECORD_LIMIT
from tests.reference import own_arguments, walk_commands
from tests.support.documentation import CLONE

MAPPING = "dataset: tide\nentities: {row: {record: /dump/row, key: {id: '@id'}}}\n"
EACH = pytest.mark.parametrize("declared", SETTINGS.values(), ids=SETTINGS)


@EACH
def test_a_default_is_read_as_it_is_shown(declared: Setting) -> None:
    assert declared.meaning
    assert declared.kind.values
    if declared.default is not None:
        assert read_setting(declared.name, str(declared.written)) == declared.default
    if isinstance(declared.kind, Choice):
        assert declared.default == declared.kind.words[0], "the first word is the default"


@EACH
def test_nonsense_is_refused_by_the_name_of_the_setting(declared: Setting) -> None:
    with pytest.raises(UsageError, match=f"^{declared.name} (must|cannot) "):
        read_setting(declared.name, "(")


def test_a_mapping_says_the_settings_of_datasets_and_no_others() -> None:
    assert set(DatasetModel.model_fields) - set(MappingModel.model_fields) == set(OF_DATASETS)
    assert parse_dataset(MAPPING).settings == Settings()


@pytest.mark.parametrize("declared", OF_DATASETS.values(), ids=OF_DATASETS)
def test_a_mapping_and_a_command_refuse_the_same_with_the_same_words(declared: Setting) -> None:
    with pytest.raises(UsageError) as in_command:
        override(parse_dataset(MAPPING), [f"{declared.name}=("])
    with pytest.raises(MappingError) as in_mapping:
        parse_dataset(f"{MAPPING}{declared.name}: (\n")

    words = str(in_command.value).removeprefix(f"{declared.name} ")
    assert str(in_mapping.value) == f"mapping, line 3: {declared.name}: {words}"


def test_a_setting_that_a_mapping_leaves_empty_is_refused_unless_it_may_be_none() -> None:
    with pytest.raises(MappingError, match="history: must be one of off, on, not 'none'"):
        parse_dataset(f"{MAPPING}history:\n")
    with pytest.raises(MappingError, match="history: must be one value"):
        parse_dataset(f"{MAPPING}history: [on]\n")
    assert parse_dataset(f"{MAPPING}snapshot:\n").settings.snapshot is None


def test_what_a_load_has_kept_is_what_was_declared() -> None:
    assert Settings(**from_json({"max_rejects": {"share": 0.05, "count": None}})) == Settings()


def test_a_setting_of_a_run_that_has_an_option_has_it_where_a_load_is_worked_on() -> None:
    options = {
        name: {action.dest for action in own_arguments(command)} for name, _, command in walk_commands(_parser())
    }
    for name, declared in OF_RUNS.items():
        assert (name in options["loader load"]) == (name in options["loader work"]) == bool(declared.option), name
    assert {declared.name for declared in OF_ONE_LOAD} <= options["loader load"]


def test_numbers_that_others_have_to_repeat_are_those_that_are_declared() -> None:
    register = next((CLONE / "sql" / "control").rglob("register_source.sql"))
    assert f"p_chunk_bytes integer default {Settings().chunk_bytes}" in register.read_text(encoding="utf-8")
    assert read_setting("max_record", SETTINGS["max_record"].shown) == RECORD_LIMIT
