-- The version of each key from each source of the load. Of several records of one source, the last
-- counts.
{%- for table in tables %}
{{ 'with ' if loop.first }}c{{ loop.index }} as (
    select
        c._rec,
        jsonb_build_object(
            {{ table.name | literal }},
            jsonb_agg(to_jsonb(c.*) - '_rec' order by {{ table.primary_key | idents('c') }})
        ) as named
    from {{ build | ident }}.{{ table.name | ident }} as c
    group by c._rec
){{ ',' if not loop.last }}
{%- endfor %}
insert into {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as t (
    {{ root.primary_key | idents }}, source_id, record, hash, content
)
select distinct on ({{ root.primary_key | idents('b') }}, b._source)
    {{ root.primary_key | idents('b') }},
    b._source,
    b._record,
    b._hash,
    jsonb_build_object(
{%- if root.all_columns | selectattr('type', 'equalto', 'jsonb') | list %}
        -- jsonb_strip_nulls() would also reach into the values.
        'row', (
            select jsonb_object_agg(e.key, e.value)
            from jsonb_each(to_jsonb(b.*) - '{_source,_record,_hash,_gone_since}'::text[]) as e (key, value)
            where e.value <> 'null'
        ),
{%- else %}
        'row', jsonb_strip_nulls(to_jsonb(b.*) - '{_source,_record,_hash,_gone_since}'::text[]),
{%- endif %}
        'children', '{}'::jsonb
{%- for table in tables %}
        || coalesce(c{{ loop.index }}.named, '{}')
{%- endfor %}
    )
from {{ build | ident }}.{{ root.name | ident }} as b
{%- for table in tables %}
left join c{{ loop.index }} on c{{ loop.index }}._rec = {{ root | record_id('b') }}
{%- endfor %}
order by {{ root.primary_key | idents('b') }}, b._source, b._record desc
on conflict ({{ root.primary_key | idents }}, source_id) do update set
    record = excluded.record,
    hash = excluded.hash,
    content = excluded.content;
