create or replace function loader.restore_marks(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Puts back the comments by which the loader knows its objects where somebody has dropped them: of staging and history
-- while these are otherwise as they were made, of a table for users while it has the columns that it was made with, and
-- no others: one that somebody else has made under its name hardly has. A table without a key gets the comment itself,
-- until it has one.
declare
    v_object record;
begin
    for v_object in
        select
            case o.kind when 'relation' then case c.relkind when 'v' then 'view' else 'table' end else o.kind end as kind,
            case o.kind
                when 'schema' then format('%I', o.object_name)
                when 'routine' then p.oid::regprocedure::text
                else format('%I.%I', o.schema_name, o.object_name)
            end as name,
            o.mark, s.place, k.conname
        from owned_object as o
        join dataset as d on d.dataset = o.dataset
        join dataset_schemas(p_dataset) as s on s.schema_name = o.schema_name
        join pg_namespace as n on n.nspname = o.schema_name
        left join pg_class as c on o.kind = 'relation' and c.relnamespace = n.oid and c.relname = o.object_name
        left join pg_constraint as k on k.conrelid = c.oid and k.contype = 'p'
        left join pg_proc as p on o.kind = 'routine' and p.pronamespace = n.oid
            and p.proname || '(' || oidvectortypes(p.proargtypes) || ')' = o.object_name
        where o.dataset = p_dataset
            and (o.kind = 'schema' or c.oid is not null or p.oid is not null)
            and not exists (
                select 1 from owned_objects(p_dataset) as x
                where (x.schema_name, x.kind, x.object_name) = (o.schema_name, o.kind, o.object_name)
            )
            and case
                when s.place in ('stage', 'history') then d.staging_digest = staging_digest(p_dataset)
                when s.place = 'target' and c.relkind in ('r', 'p') then not exists (
                    select 1 from jsonb_each(o.made -> 'columns') as w
                    full join (
                        select a.attname, format_type(a.atttypid, a.atttypmod) as type from pg_attribute as a
                        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                    ) as a on a.attname = w.key
                    where a.type is distinct from w.value ->> 'type'
                )
                else false
            end
    loop
        if v_object.place = 'target' and v_object.conname is not null then
            execute format('comment on constraint %I on %s is %L', v_object.conname, v_object.name, v_object.mark);
        else
            execute format('comment on %s %s is %L', v_object.kind, v_object.name, v_object.mark);
        end if;
    end loop;
end
$$;
comment on function loader.restore_marks(text) is
'Puts back the comments by which the loader knows its objects, where somebody has dropped them.';
