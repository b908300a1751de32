create or replace function loader.restore_marks(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
set quote_all_identifiers = off
as $$
-- Restores the comments by which the loader recognizes its objects, if somebody has dropped them: in staging and
-- history, if these are otherwise as they were created; on the previous version, which has the trigger that refuses
-- writes; and (p_dataset null) on tables of the control schema that have the columns they should have. Never on a table
-- that users query, because somebody else may have created it: its owner can give the comment back (see list_damage).
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
            o.mark
        from owned_object as o
        left join dataset as d on d.dataset = o.dataset
        left join dataset_schemas(p_dataset) as s on s.schema_name = o.schema_name
        join pg_namespace as n on n.nspname = o.schema_name
        left join pg_class as c on o.kind = 'relation' and c.relnamespace = n.oid and c.relname = o.object_name
        left join pg_proc as p on o.kind = 'routine' and p.pronamespace = n.oid
            and p.proname || '(' || oidvectortypes(p.proargtypes) || ')' = o.object_name
        where o.dataset is not distinct from p_dataset
            and (o.kind = 'schema' or c.oid is not null or p.oid is not null)
            and not exists (
                select 1 from owned_objects(p_dataset, o.schema_name) as x
                where (x.schema_name, x.kind, x.object_name) = (o.schema_name, o.kind, o.object_name)
            )
            and case
                when p_dataset is null then c.relkind = 'r' and not exists (
                    select from jsonb_object_keys(o.made -> 'columns') as w (name) where not exists (
                        select from pg_attribute as a where a.attrelid = c.oid and a.attname = w.name and not a.attisdropped
                    )
                )
                when s.place = 'old' then exists (
                    select from pg_trigger as g where g.tgrelid = c.oid and g.tgfoid = 'loader.refuse_write'::regproc
                )
                else s.place in ('stage', 'history') and d.staging_digest = staging_digest(p_dataset)
            end
    loop
        execute format('comment on %s %s is %L', v_object.kind, v_object.name, v_object.mark);
    end loop;
end
$$;
comment on function loader.restore_marks(text) is 'Restores the comments by which the loader recognises its objects.';
