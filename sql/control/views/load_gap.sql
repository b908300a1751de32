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
'What each load looked for and did not find: no_row of a table, no_value of a column; and values nulled by on_error.';
