create or replace function loader.fill_as_owner(p_dataset text, p_view regclass, p_owner name, p_fill boolean)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Gives the successor of a user's materialized view to the owner of that one, and fills it with this owner's rights
-- (p_fill), as REFRESH does. Meanwhile the owner may make something in the schema of builds, where nobody else sees it,
-- and may read of the new tables what it may read of those in use. Raises 42501 where that is not enough.
declare
    v_schema regnamespace := (select c.relnamespace from pg_class as c where c.oid = p_view);
    v_grants text[] := '{}';
    v_grant text;
begin
    if p_owner <> (select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = p_view) then
        execute format('grant create on schema %s to %I', v_schema, p_owner);
        execute format('alter materialized view %s owner to %I', p_view, p_owner);
        execute format('revoke create on schema %s from %I', v_schema, p_owner);
        v_grants := array(
            select format('select (%s) on %s', string_agg(quote_ident(a.attname), ', '), n.oid::regclass)
            from dataset as d
            join dataset_table as t on t.dataset = d.dataset
            join pg_class as o on o.oid = to_regclass(format('%I.%I', d.target_schema, t.table_name))
            join pg_class as n on n.relnamespace = v_schema and n.relname = t.table_name
            join pg_attribute as a on a.attrelid = n.oid and a.attnum > 0 and not a.attisdropped
            join pg_attribute as b on b.attrelid = o.oid and b.attname = a.attname and not b.attisdropped
            where d.dataset = p_dataset and has_column_privilege(p_owner, o.oid, b.attnum, 'select')
            group by n.oid
        );
    end if;
    foreach v_grant in array v_grants loop
        execute format('grant %s to %I', v_grant, p_owner);
    end loop;
    if p_fill then
        execute format('refresh materialized view %s', p_view);
    end if;
    foreach v_grant in array v_grants loop
        execute format('revoke %s from %I', v_grant, p_owner);
    end loop;
end
$$;
comment on function loader.fill_as_owner(text, regclass, name, boolean) is
'Fills the replacement of a user''s materialized view with the rights of its owner.';
