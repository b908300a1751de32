create or replace function loader.finish_source(
    p_source bigint,
    p_token bigint,
    p_sha256 text,
    p_decoded_bytes bigint,
    p_records bigint,
    p_other jsonb default '{}',
    p_transcoded_from text default null,
    p_damage_offset bigint default null,
    p_damage text default null,
    p_entities text[] default null,
    p_content text default null
)
returns text
language plpgsql
security definer
set search_path = loader, pg_temp
as $$
-- Ends the planning of a source; returns its state, planned or damaged. p_token null: as in fence_source. p_entities:
-- those that the source contained, if it may contain several; null: all that it was registered with. A load may publish
-- tables, and delete missing records, only of these. p_content: digest of the contents, whatever the compression; a
-- file that was only compressed again keeps the digest of the one that was loaded first.
-- Writes source, event. Raises LD001, LD012 (its chunks do not hold p_records), LD014 (a source of this name and
-- snapshot was loaded before with other content, and its rows may be in the tables).
declare
    v_source source;
    v_before record;
    v_planned bigint;
    v_state text := case when p_damage is null then 'planned' else 'damaged' end;
begin
    v_source := fence_source(p_source, p_token);
    select coalesce(sum(c.records), 0) into v_planned from chunk as c where c.source_id = p_source;
    if v_planned is distinct from p_records then
        raise exception 'the chunks of % hold % records, the scan found %', v_source.name, v_planned, p_records
            using errcode = 'LD012';
    end if;
    select b.* into v_before from last_digests(
        v_source.load_id, v_source.dataset, v_source.name, v_source.snapshot, v_source.priority
    ) as b;
    if v_before.sha256 <> p_sha256 and (v_before.content = p_content) is not true then
        raise exception 'a file named % was loaded before with other content and the same snapshot date (%)',
            v_source.name, coalesce(v_source.snapshot::text, 'none')
            using errcode = 'LD014', hint = case
                when exists (select 1 from load as l where l.load_id = v_source.load_id and l.options ? 'repair')
                    then 'a repair needs the file as it was loaded; a load with a later --snapshot DATE takes this one'
                else 'say which is newer: give this load a later --snapshot DATE, or load with --replace'
            end;
    end if;
    update source as s set
        state = v_state, sha256 = case when v_before.content = p_content then v_before.sha256 else p_sha256 end,
        content = p_content, decoded_bytes = p_decoded_bytes, records = p_records, other = p_other,
        entities = array(select e from unnest(s.entities) as e where e = any (coalesce(p_entities, s.entities))),
        transcoded_from = p_transcoded_from, damage_offset = p_damage_offset, error = p_damage,
        scanned = s.size, scanned_at = clock(), lease_token = null, leased_until = null
    where s.source_id = p_source;
    perform log_event(
        'source_' || v_state, format('%s: %s records', v_source.name, p_records) || coalesce('; ' || p_damage, ''),
        v_source.load_id, p_source, null, case when p_damage is null then 'info' else 'error' end
    );
    return v_state;
end
$$;
comment on function loader.finish_source(
    bigint, bigint, text, bigint, bigint, jsonb, text, bigint, text, text[], text
) is
'Ends the planning of a source; returns planned or damaged.';
