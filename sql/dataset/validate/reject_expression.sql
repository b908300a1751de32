insert into loader.reject (
    load_id, source_id, chunk_id, entity, record, reason, table_name, column_name, message
)
select
    c.load_id,
    c.source_id,
    c.chunk_id,
    {{ table.entity | literal }},
    _v_row._record_number,
    'expression',
    {{ table.name | literal }},
    {{ column.name | literal }},
    {{ (column.name ~ ': ') | literal }} || sqlerrm
    || {{ (', so it cannot be computed: ' ~ column.computed_by) | sentence }}
from loader.chunk as c
where c.chunk_id = _p_chunk;
