"""What sqlfluff renders the templates with: the loader's own filters, and a mapping that uses every feature.

sqlfluff puts each name of this module into the templates' context (library_path in .sqlfluff).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from loader.mapping.read import read_dataset
from loader.render.script import environment

# PL/pgSQL's INTO takes many variables, SQL's one table: the linter is not shown it.
SQLFLUFF_JINJA_FILTERS = {**environment().filters, "into": lambda variables: "", "json": lambda value: "'{}'::jsonb"}

dataset = read_dataset(str(Path(__file__).with_name("library.yaml")))
entity = dataset.entities[0]
tables = dataset.entity_tables(entity.name)
root = tables[0]
table = tables[-1]
rules = [(root, root.check)]
rule = root.check
index = next(index for each in tables for index in each.indexes)
message = "sqlerrm"
undecidable = "data_exception"
keys = replace(root, columns=(), indexes=())
broken = environment().filters["faults"](root, "s")

target, stage, build = dataset.name, f"{dataset.name}_stage", f"{dataset.name}_build"
history = f"{dataset.name}_history"
schema = destination = target
way, form, among = "merge", "target", "older"
slotted = True
composing = marks = building = chunked = picking = by_row = after_where = merging = False
column = table.computed[0]
row_key, parent = ["_rec", "ordinal"], root
place, outcome, lost = 1, "g", "apply/list_lost.sql"
writing = "apply/surplus_child.sql"

mapping = settings = references = object_names = ""
rendered_hash = dataset.hash
