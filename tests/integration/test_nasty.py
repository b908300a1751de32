"""Odd, broken and hostile files: each ends as it should, and costs only what is wrong with it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from loader.cli.exit_codes import CLEAN, FAILED, REJECTS, USAGE
from tests.support.nasty import ALL, EMPTY, GOOD, REJECTING, Nasty
from tests.support.nasty_build import MAPPINGS
from tests.support.running import Run, load, loader, query

SHARED = Path(os.environ.get("LOADER_TEST_DATA", "../shared/data")) / "nasty"
QUICKLY_S = 30  # one that hangs on an input takes minutes

OF_ENTITIES = ("base", "text", "attribute", "children", "parent", "names")  # mappings that say nothing of the dataset

# The shared files: mapping, exit code, rows, rejects, and some names by key. None: any number is right.
Expected = tuple[str, int, "int | None", int, dict[int, str]]
TABLE: dict[str, Expected] = {
    "ok_01_baseline.xml": ("base", CLEAN, 10, 0, {}),
    "ok_03_utf16le_bom.xml": ("base", CLEAN, 11, 0, {11: "žluť 日本"}),
    "ok_05_latin1.xml": ("base", CLEAN, 1, 0, {1: "Café Müller"}),
    "ok_07_shift_jis.xml": ("base", CLEAN, 1, 0, {1: "音楽"}),
    "ok_09_cdata.xml": ("base", CLEAN, 1, 0, {1: "a < b && c ]]> d"}),
    "ok_11_comments_pis.xml": ("base", CLEAN, 1, 0, {1: "abc"}),
    "ok_13_attr_whitespace.xml": ("shared attribute", CLEAN, 1, 0, {}),
    "ok_15_ns_prefix_change.xml": ("shared namespace", CLEAN, 3, 0, {}),
    "ok_17_record_tag_elsewhere.xml": ("base", CLEAN, 3, 0, {}),
    "ok_19_duplicate_keys.xml": ("base", CLEAN, 3, 0, {2: "second"}),
    "ok_21_dtd_external_missing.xml": ("base", CLEAN, 3, 0, {}),
    "ok_23_no_decl.xml": ("base", CLEAN, 3, 0, {}),
    "ok_25_one_line_big.xml": ("base", CLEAN, 20_000, 0, {}),
    "ok_29_many_children.xml": ("shared children", CLEAN, 2, 0, {}),
    "ok_31_sql_names.xml": ("shared names", CLEAN, 1, 0, {}),
    "ok_33_numbers_edge.xml": ("text", CLEAN, 10, 0, {}),
    "ok_35_gzip.xml.gz": ("base", CLEAN, 100, 0, {}),
    "ok_37_bz2_multistream.xml.bz2": ("base", CLEAN, 100, 0, {}),
    "ok_39_gz_wrong_name.xml": ("base", CLEAN, 100, 0, {}),
    "ok_41_two_files.zip": ("base", CLEAN, 10, 0, {}),
    "ok_43_mixed_content.xml": ("base", CLEAN, 1, 0, {1: "H2O and E. coli tail"}),
    "opt_01_concatenated_docs.xml": ("many", CLEAN, 6, 0, {}),
    "rec_01_missing_key.xml": ("base", REJECTS, 6, 1, {}),
    "rec_02_bad_int.xml": ("base", REJECTS, 6, 1, {}),
    "rec_03_fk_orphan.xml": ("parent", CLEAN, 3, 0, {}),
    "rec_04_nul_charref_escaped.xml": ("base", CLEAN, 3, 0, {}),
    "rec_05_too_long.xml": ("base", REJECTS, 2, 1, {}),
    "bad_01_truncated.xml": ("base", FAILED, None, 0, {}),
    "bad_03_truncated.xml.gz": ("base", FAILED, None, 0, {}),
    "bad_05_gzip_bitflip.xml.gz": ("base", FAILED, None, 0, {}),
    "bad_07_mismatched_tag.xml": ("base", REJECTS, 10, 1, {}),
    "bad_09_unescaped_lt.xml": ("base", REJECTS, 5, 1, {}),
    "bad_11_invalid_utf8.xml": ("base", REJECTS, 4, 1, {}),
    "bad_13_surrogate_utf8.xml": ("base", REJECTS, 4, 1, {}),
    "bad_15_nul_byte.xml": ("base", REJECTS, 4, 1, {}),
    "bad_17_nul_charref.xml": ("base", REJECTS, 0, 1, {}),
    "bad_19_unknown_encoding.xml": ("base", FAILED, None, 0, {}),
    "bad_21_unbound_prefix.xml": ("base", REJECTS, 0, 1, {}),
    "bad_23_text_after_root.xml": ("base", FAILED, None, 0, {}),
    "bad_25_whitespace_only.xml": ("base", FAILED, None, 0, {}),
    "bad_27_json.xml": ("base", FAILED, None, 0, {}),
    "bad_29_lfs_pointer.xml": ("base", FAILED, None, 0, {}),
    "bad_31_wrong_root.xml": ("base", FAILED, None, 0, {}),
    "bad_33_nested_1m_unclosed.xml.gz": ("base", FAILED, None, 0, {}),
    "dos_01_billion_laughs.xml": ("base", FAILED, None, 0, {}),
    "dos_03_entity_loop.xml": ("base", FAILED, None, 0, {}),
    "dos_05_zip_bomb.xml.gz": ("base", CLEAN, 0, 0, {}),
    "xxe_01_file.xml": ("base", FAILED, None, 0, {}),
    "xxe_03_param.xml": ("base", FAILED, None, 0, {}),
    "xxe_05_xinclude.xml": ("base", CLEAN, 1, 0, {}),
    "csv_01_bom_crlf_quotes.csv": ("base", FAILED, None, 0, {}),
    "csv_03_latin1_semicolon.csv": ("base", FAILED, None, 0, {}),
    "csv_05_unclosed_quote.csv": ("base", FAILED, None, 0, {}),
}

# More to look at in some of them: query, answer.
DETAILS = {
    "ok_13_attr_whitespace.xml": ("select note from {dataset}.row", ("a  b\nc",)),
    "ok_17_record_tag_elsewhere.xml": ("select count(*) from {dataset}.row where id = 500", (0,)),
    "ok_19_duplicate_keys.xml": (
        "select duplicate::int from loader.load where dataset = '{dataset}'",
        (1,),
    ),
    "ok_29_many_children.xml": ("select count(*), max(ordinal) from {dataset}.row_item", (100_000, 100_000)),
    "ok_31_sql_names.xml": ('select "select", "order", tide, dotted, upper, lower from {dataset}.row', tuple("1234xy")),
    "xxe_05_xinclude.xml": ("select count(*) from {dataset}.row where name like '%%root:%%'", (0,)),
}


# What loads is loaded together, each file as an entity of its own; a zip has several sources, others need a mapping of
# their own, or make the load fail.
TOGETHER = {
    dataset: [case for case in cases if case.mapping in OF_ENTITIES and not case.name.endswith(".zip")]
    for dataset, cases in (("good", (*GOOD, EMPTY)), ("rejecting", REJECTING))
}


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory, module_database: str) -> str:
    """A database with all of these."""
    for dataset, cases in TOGETHER.items():
        folder = tmp_path_factory.mktemp(dataset)
        mapping = folder / "mapping.yaml"
        mapping.write_text(of_entities(dataset, cases), encoding="utf-8")
        load(module_database, mapping, *(case.write(folder) for case in cases), code=cases[-1].exit_code)
    return module_database


@pytest.mark.parametrize(
    ("dataset", "case"),
    [pytest.param(dataset, case, id=case.name) for dataset, cases in TOGETHER.items() for case in cases],
)
def test_each_file_costs_only_what_is_wrong_with_it(dataset: str, case: Nasty, together: str) -> None:
    assert_as_expected(case, together, dataset, name_of(case.name))
    if case.mapping == "parent":
        checked = loader("check", dataset, "--json", database=together)
        assert [line["dangling"] for line in checked.json if line["table"] == name_of(case.name)] == [case.orphans]


@pytest.mark.parametrize(
    "case", [case for case in ALL if not any(case in cases for cases in TOGETHER.values())], ids=lambda case: case.name
)
def test_so_does_each_that_is_loaded_alone(case: Nasty, tmp_path: Path, module_database: str) -> None:
    dataset = name_of(case.name)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(case.mapping_text(dataset), encoding="utf-8")

    told = quickly("load", mapping, case.write(tmp_path), "-w", 1, "--chunk-bytes", "64KB", database=module_database)

    assert told.code == case.exit_code, told
    if case.refused or case.damaged:
        assert rows(module_database, dataset) is None
        assert case.name in told.err
    if not case.refused:
        assert_as_expected(case, module_database, dataset)


def assert_as_expected(case: Nasty, database: str, dataset: str, table: str = "row") -> None:
    """Counts, rows and values of a file that was read. ``table``: of the entity that the file is."""
    of_file = "" if table == "row" else f"and s.name = '{case.name}'"
    read, duplicates, rejects = query(
        database,
        "select coalesce(sum(c.read), 0)::int, coalesce(sum(c.duplicate), 0)::int, coalesce(sum(c.rejected), 0)::int "
        "from loader.load as l join loader.source as s using (load_id) left join loader.chunk as c using (source_id) "
        f"where l.dataset = %s {of_file}",
        dataset,
    )[0]
    assert (duplicates, rejects) == (case.duplicates, case.rejects)
    if case.rows is not None:
        assert read == case.rows + case.duplicates + case.rejects
    if not case.damaged:
        assert rows(database, dataset, table) == case.rows
    for key, name in case.names.items():
        assert query(database, f"select name from {dataset}.{table} where id = {key}") == [(name,)]
    if case.child_rows:
        assert query(database, f"select count(*) from {dataset}.{table}_item") == [(case.child_rows,)]
    if case.mapping == "names":
        names = 'select, "order", tide, dotted, upper, lower'
        found = query(database, f"select row({names})::text from {dataset}.{table}".replace("(select,", '("select",'))
        assert found == [("(1,2,3,4,5,6)",)]
    if case.mapping == "attribute":
        assert query(database, f"select note from {dataset}.{table}") == [("a  b\tc",)]


def test_what_is_before_the_damage_counts_when_the_mapping_accepts_it(tmp_path: Path, database: str) -> None:
    case = next(case for case in ALL if case.name == "behind.xml")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPINGS["accepting"].format(dataset="accepted"))

    told = load(database, mapping, case.write(tmp_path))

    assert (rows(database, "accepted"), [s["state"] for s in told["sources"]]) == (3, ["damaged"])


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared nasty files (LOADER_TEST_DATA)")
def test_no_shared_file_is_left_out() -> None:
    listed = [line.split("\t")[0] for line in (SHARED / "manifest.tsv").read_text("utf-8").splitlines()[1:]]
    assert sorted(listed) == sorted(TABLE)


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared nasty files (LOADER_TEST_DATA)")
@pytest.mark.parametrize("name", TABLE)
def test_the_shared_files_behave_as_their_manifest_says(name: str, tmp_path: Path, module_database: str) -> None:
    kind, code, expected_rows, rejects, names = TABLE[name]
    dataset = f"shared_{name_of(name)}"
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(mapping_text(kind, dataset), encoding="utf-8")

    told = quickly("load", mapping, SHARED / name, "-w", 1, database=module_database)

    assert told.code == code, told
    if code in (FAILED, USAGE):
        assert rows(module_database, dataset) is None
        assert name in told.err
        return
    if expected_rows is not None:
        assert rows(module_database, dataset) == expected_rows
    found = query(
        module_database,
        "select count(distinct r.record)::int, "
        "coalesce(bool_and(r.raw is not null and r.byte_offset is not null), true) "
        "from loader.reject as r join loader.load as l using (load_id) where l.dataset = %s",
        dataset,
    )
    assert found == [(rejects, True)]
    for key, text in names.items():
        assert query(module_database, f"select name from {dataset}.row where id = {key}") == [(text,)]
    if name in DETAILS:
        text, answer = DETAILS[name]
        assert query(module_database, text.format(dataset=dataset)) == [answer]
    if kind == "parent":
        checked = loader("check", mapping, "--json", database=module_database)
        assert [line["dangling"] for line in checked.json] == [1]


def test_odd_numbers_are_rejected_each_with_its_reason(tmp_path: Path, database: str) -> None:
    if not SHARED.exists():
        pytest.skip("needs the shared nasty files (LOADER_TEST_DATA)")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPINGS["base"].format(dataset="numbers"))

    load(database, mapping, SHARED / "ok_33_numbers_edge.xml", code=REJECTS)

    assert query(database, "select id, v from numbers.row order by id") == [(1, 7), (4, 0), (9, 5), (10, 42)]
    found = query(database, "select value, column_name, reason from loader.reject order by record")
    texts = ("1e400", "NaN", "9223372036854775808", "0x10", "1,234", "\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}")
    assert found == [(text, "v", "type") for text in texts]


def quickly(*arguments: object, database: str) -> Run:
    """Run a command that no input may hold up."""
    start = time.monotonic()
    told = loader(*arguments, "--no-space-check", "-q", database=database)
    assert time.monotonic() - start < QUICKLY_S
    return told


def mapping_text(kind: str, dataset: str) -> str:
    """The mapping for a shared file: one of the usual ones, or an own one where it needs that."""
    own = {
        "shared namespace": MAPPINGS["namespace"].replace("urn:tide", "urn:a"),
        "shared attribute": MAPPINGS["attribute"].replace("@note", "@name2"),
        "shared children": MAPPINGS["children"].replace("items/i", "t"),
        "shared names": MAPPINGS["names"].replace("flöße", "Größe").replace("x.y-z", "a.b-c").replace("Word", "Name")
        .replace("lower: word", "lower: name"),
    }  # fmt: skip
    return {**MAPPINGS, **own}[kind].format(dataset=dataset)


def of_entities(dataset: str, cases: Sequence[Nasty]) -> str:
    """A mapping in which each file is an entity, called like the file."""
    text = f"dataset: {dataset}\nmax_rejects: 100%\nentities:\n"
    for case in cases:
        entity = name_of(case.name)
        body = case.mapping_text().partition("  row:\n")[2]
        body = body.replace("row_item", f"{entity}_item").replace("references: row", f"references: {entity}")
        text += f"  {entity}:\n    files: {case.name}\n{body}"
    return text


def rows(database: str, dataset: str, table: str = "row") -> int | None:
    """Rows in the target; None when nothing was published."""
    if not query(database, "select 1 from pg_tables where schemaname = %s and tablename = %s", dataset, table):
        return None
    return int(query(database, f"select count(*)::int from {dataset}.{table}")[0][0])


def name_of(file: str) -> str:
    """A dataset's name for a file."""
    return "n_" + "".join(c if c.isalnum() else "_" for c in file.lower())
