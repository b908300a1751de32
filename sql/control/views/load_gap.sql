create or replace view loader.load_gap as
select
    l.load_id,
    g.kind,
    g.table_name,
    g.column_name,
    g.count,
    g.records
from loader.load as l
cross join lateral loader.load_gaps(l.load_id) as g;
comment on view loader.load_gap is
'What each load did not find: rows of a table (no_row), values of a column (no_value); and values set to NULL by
on_error (nulled), and rows left out by where (left_out).';
