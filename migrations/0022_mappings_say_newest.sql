-- The policy priority was newest by another name. What mappings of databases say is rewritten, with their digests: as a
-- program makes them, of JSON with sorted keys and without blanks. One that cannot be made so stays as it was, and its
-- tables are then those of another mapping.
create function pg_temp.canonical(p_value jsonb) returns text language plpgsql immutable as $$
begin
    return case jsonb_typeof(p_value)
        when 'object' then '{' || coalesce((
            select string_agg(to_json(e.key)::text || ':' || pg_temp.canonical(e.value), ',' order by e.key collate "C")
            from jsonb_each(p_value) as e
        ), '') || '}'
        when 'array' then '[' || coalesce((
            select string_agg(pg_temp.canonical(e.value), ',' order by e.place)
            from jsonb_array_elements(p_value) with ordinality as e (value, place)
        ), '') || ']'
        else p_value::text
    end;
end
$$;
create temporary table renamed_mapping on commit drop as
select
    v.dataset,
    v.mapping_hash as was,
    n.mapping,
    case
        when encode(sha256(convert_to(pg_temp.canonical(v.mapping), 'UTF8')), 'hex') = v.mapping_hash
            then encode(sha256(convert_to(pg_temp.canonical(n.mapping), 'UTF8')), 'hex')
        else v.mapping_hash
    end as mapping_hash
from (
    select
        m.mapping_hash,
        m.dataset,
        m.mapping
    from loader.mapping_version as m
    union
    select
        d.mapping_hash,
        d.dataset,
        d.mapping
    from loader.dataset as d
) as v
cross join lateral (
    select
        jsonb_set(v.mapping, '{entities}', jsonb_agg(
            case e.item ->> 'policy' when 'priority' then jsonb_set(e.item, '{policy}', '"newest"') else e.item end
            order by e.place
        )) as mapping
    from jsonb_array_elements(v.mapping -> 'entities') with ordinality as e (item, place)
    having bool_or(e.item ->> 'policy' = 'priority')
) as n;
delete from loader.mapping_version as v using renamed_mapping as r
where
    v.mapping_hash = r.was and r.mapping_hash <> r.was
    and exists (
        select 1 from loader.mapping_version as o
        where o.mapping_hash = r.mapping_hash
    );
update loader.mapping_version as v set mapping = r.mapping, mapping_hash = r.mapping_hash
from renamed_mapping as r
where v.mapping_hash = r.was;
update loader.dataset as d set
    mapping = r.mapping, mapping_hash = r.mapping_hash,
    mapping_text = regexp_replace(d.mapping_text, '(policy["'']?\s*:\s*["'']?)priority\y', '\1newest', 'g')
from renamed_mapping as r
where d.mapping_hash = r.was;
update loader.dataset as d set loaded_hash = r.mapping_hash from renamed_mapping as r
where d.loaded_hash = r.was;
update loader.load as l set mapping_hash = r.mapping_hash from renamed_mapping as r
where l.mapping_hash = r.was;
update loader.load as l set options = l.options || jsonb_build_object('previous_hash', r.mapping_hash)
from renamed_mapping as r
where l.options ->> 'previous_hash' = r.was;
drop function pg_temp.canonical(jsonb);
