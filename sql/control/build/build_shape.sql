create or replace function loader.build_shape(p_dataset text)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- A digest of the tables of a dataset's build, and of the procedure that makes them; null when there are none, or when
    -- anybody has put something on them (keys, triggers, rules, …). Reads the catalogs.
    select case
        when bool_and(
            c.relkind = 'r' and c.relpersistence = 'u' and c.relchecks = 0 and not (
                c.relhasindex or c.relhastriggers or c.relhasrules or c.relhassubclass or c.relrowsecurity
            )
        ) then md5(min(p.prosrc) || string_agg(
            concat_ws(' ', c.relname, (
                select array_agg((
                    a.attname, a.atttypid, a.atttypmod, a.attcollation, a.attnotnull, a.atthasdef, a.attisdropped
                ) order by a.attnum)
                from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0
            )),
            ' ' order by c.relname
        ))
    end
    from dataset as d
    join pg_class as c on c.relnamespace = to_regnamespace(quote_ident(d.build_schema))
    join pg_proc as p on p.proname = 'create_build' and p.pronamespace = to_regnamespace(quote_ident(d.stage_schema))
    where d.dataset = p_dataset
$$;
comment on function loader.build_shape(text) is
'A digest of shadow tables and of the procedure that creates them; null if somebody has put something on them.';
