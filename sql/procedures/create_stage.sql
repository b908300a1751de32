create schema if not exists {{ stage | ident }};
comment on schema {{ stage | ident }} is 'Staging tables and procedures of {{ dataset.name }}, rendered from its mapping.';
do $$
declare
    v_object record;
begin
    for v_object in
        select format('table %s', c.oid::regclass) as name from pg_class as c
        where c.relnamespace = to_regnamespace({{ (stage | ident) | literal }}) and c.relkind in ('p', 'r') and not c.relispartition
        union all
        select format('procedure %s', p.oid::regprocedure) from pg_proc as p
        where p.pronamespace = to_regnamespace({{ (stage | ident) | literal }})
    loop
        execute format('drop %s', v_object.name);
    end loop;
end
$$;
{%- for table in dataset.tables %}
{% include 'statements/create_stage_table.sql' %}
{% include 'statements/create_text_table.sql' %}
{%- endfor %}
{%- for root in dataset.tables if root.is_root %}
create table {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} (
    chunk_id bigint primary key,
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }}[] not null,
{%- endfor %}
    record bigint[] not null,
    outcome text not null
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} is
'Keys that the chunks of an open merge have read, and what became of each: i inserted, u updated, n unchanged, d duplicate.';
create table {{ stage | ident }}.{{ (root.name ~ '_before') | ident }} (
    load_id bigint not null,
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    hash uuid not null,
    primary key (load_id, {{ root.primary_key | idents }})
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_before') | ident }} is
'Hashes of rows from before an open merge, for those that it may have written.';
{%- endfor %}
