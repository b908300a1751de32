create or replace function loader.make_schema(p_dataset text, p_schema text, p_comment text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Creates a schema of a dataset and records it. Public gets no rights on any schema but the target, whose name is the
-- dataset's. An existing schema stays as it is, with its owner and its comment, unless the loader created it: somebody
-- may have created it for the loader, and then it is never dropped. Writes owned_object.
begin
    if to_regnamespace(quote_ident(p_schema)) is null then
        execute format('create schema %I', p_schema);
        if p_schema <> p_dataset then
            execute format('revoke all on schema %I from public', p_schema);
        end if;
    elsif not exists (
        select 1 from owned_object as o
        where o.kind = 'schema' and o.schema_name = p_schema and o.mark <> p_comment
            and o.mark = obj_description(to_regnamespace(quote_ident(p_schema)), 'pg_namespace')
    ) then
        return;
    end if;
    execute format('comment on schema %I is %L', p_schema, p_comment);
    insert into owned_object (schema_name, kind, object_name, dataset, mark)
    values (p_schema, 'schema', p_schema, p_dataset, p_comment)
    on conflict (schema_name, kind, object_name) do update set dataset = excluded.dataset, mark = excluded.mark;
end
$$;
comment on function loader.make_schema(text, text, text) is
'Creates a schema of a dataset and records it; an existing schema stays as it is.';
