create or replace function loader.restore_grants(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
set quote_all_identifiers = off
as $$
-- Gives the functions that show former states of a dataset, when they have been created again, exactly the grants that
-- they had before (drop_former_states).
declare
    v_statement text;
begin
    for v_statement in
        with item as (
            select p.oid::regprocedure as name, p.proowner, (
                select array_agg(x::aclitem) from jsonb_array_elements_text(o.made -> 'grants') as x
            ) as grants
            from owned_object as o
            join pg_proc as p on p.pronamespace = to_regnamespace(quote_ident(o.schema_name))
                and p.proname || '(' || oidvectortypes(p.proargtypes) || ')' = o.object_name
            where o.dataset = p_dataset and o.kind = 'routine' and jsonb_typeof(o.made -> 'grants') = 'array'
        )
        select format('revoke all on function %s from public', i.name) from item as i
        union all
        select format(
            'grant execute on function %s to %s%s', i.name,
            case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
            case when g.is_grantable then ' with grant option' else '' end
        )
        from item as i cross join lateral aclexplode(i.grants) as g where g.grantee <> i.proowner
    loop
        execute v_statement;
    end loop;
end
$$;
comment on function loader.restore_grants(text) is 'Gives functions that were created again their previous grants.';
