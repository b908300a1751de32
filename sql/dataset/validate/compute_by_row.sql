-- An expression cannot be computed for every row: one by one, so that only the records with such rows are
-- rejected.
for _v_row in
    select
        {{ table | data_columns('s') | lines(8) }},
        {{ table | record_number('s') }} as _record_number
    from {{ stage | ident }}.{{ (table.name ~ '_text') | ident }} as s
    where
        s._slot = _p_slot
        and {{ table | record_id('s') }} <> all(_v_rejected)
{%- if entity.is_removable and table.is_root %}
        and s._hash <> loader.removed_hash()
{%- endif %}
{%- if entity.where %}
        and {{ table | record_id('s') }} <> all(_v_filtered)
{%- endif %}
loop
{%- for column in table.computed %}
    begin
        select ({{ column | computation }}) is null
        into _v_holds
        from (
            select
                {{ table | fields('_v_row') | lines(16) }}
        ) as r;
    exception
        when {{ undecidable }} then
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
                {{ (column.name ~ ': ') | literal }} || sqlerrm || {{ (', so it cannot be computed: ' ~ column.computed_by) | sentence }}
            from loader.chunk as c
            where c.chunk_id = _p_chunk;
    end;
{%- endfor %}
end loop;
