-- sql/dataset/overlaps/check_keys_entity.sql, mapping 000000000000
create or replace function plain_stage.check_keys_thing()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Validates the thing keys that were copied as text, as a load would: valid ones are cast, the others
-- counted. Called by loader.check_keys.
#variable_conflict use_column
begin
    insert into plain_stage.thing_key (
        _source, place, number, _record, _hash
    )
    select
        s._source,
        s.place,
        nullif(btrim(s.number, E' \t\n\r'), '')::integer as number,
        s._record,
        s._hash
    from plain_stage.thing_key_text as s
    where
        not (
            coalesce(s.place is null, false)
            or coalesce(nullif(btrim(s.number, E' \t\n\r'), '') is null, false)
            or coalesce(not loader.is_integer(s.number), false)
            or coalesce(coalesce(octet_length(s.place), 0)
            + coalesce(octet_length(s.number), 0) > 2400, false)
        );
    update plain_stage._key_source as o set keyless = coalesce(o.keyless, 0) + b.keyless
    from (
        select
            s._source,
            count(*) as keyless
        from plain_stage.thing_key_text as s
        where
            s.place is null
            or nullif(btrim(s.number, E' \t\n\r'), '') is null
            or not loader.is_integer(s.number)
            or coalesce(octet_length(s.place), 0)
            + coalesce(octet_length(s.number), 0) > 2400
        group by s._source
    ) as b
    where o.source = b._source;
    truncate plain_stage.thing_key_text;
end
$$;
comment on function plain_stage.check_keys_thing() is
'Validates the thing keys that were copied as text: valid ones are cast, the others counted.';
