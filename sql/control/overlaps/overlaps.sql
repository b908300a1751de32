create or replace function loader.overlaps(p_dataset text, p_sample integer default 5)
returns table (
    entity text,
    source text,
    other_source text,
    keys bigint,
    sample text[],
    winner text,
    why text
)
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Sources that share keys, among those that the last `loader conflicts` has read: the number of keys, up to p_sample of
-- them, and which source wins. A source paired with itself: keys that occur more than once in it.
-- winner null: the policy decides by more than the source. Raises LD013. Reads the key tables once.
declare
    v_dataset dataset;
    v_entity record;
begin
    select d.* into v_dataset from dataset as d where d.dataset = p_dataset;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    for v_entity in
        select t.entity, t.table_name, e.item ->> 'policy' as policy
        from dataset_table as t
        join jsonb_array_elements(v_dataset.mapping -> 'entities') as e (item) on e.item ->> 'name' = t.entity
        where t.dataset = p_dataset and t.is_root
        order by t.position
    loop
        return query execute format(
            'select
                $1, a.name, b.name, o.keys, o.sample,
                case
                    when $2 not in (''newest'', ''first'', ''keep_all'') then null
                    when $2 = ''first'' then a.name
                    else b.name
                end,
                case
                    when $2 not in (''newest'', ''first'', ''keep_all'') then ''policy '' || $2
                    when a.source = b.source then case $2 when ''first'' then ''earlier'' else ''later'' end || '' record''
                    else split_part(rank_reason(
                        row(source_age(b.priority, b.snapshot), b.name)::source_rank,
                        row(source_age(a.priority, a.snapshot), a.name)::source_rank
                    ), '':'', 1)
                end
            from %I.%I($3) as o
            join %I._key_source as a on a.source = o.source
            join %I._key_source as b on b.source = o.other_source
            order by a.source, b.source',
            v_dataset.stage_schema, 'overlaps_' || v_entity.table_name, v_dataset.stage_schema, v_dataset.stage_schema
        ) using v_entity.entity, v_entity.policy, p_sample;
    end loop;
end
$$;
comment on function loader.overlaps(text, integer) is
'Sources of the last `loader conflicts` that share keys, and which of two wins.';
