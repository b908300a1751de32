{%- if entity.generated_key %}
-- A record without a key of its own is identified by its number, whatever is wrong with it.
select distinct
    r.load_id,
    r.source_id,
    loader.record_id(coalesce(s.key_source, s.source_id), coalesce(s.record_numbers[r.record], r.record))
from loader.reject as r
inner join loader.source as s on s.source_id = r.source_id
where r.load_id = any(_p_loads) and r.entity = {{ entity.name | literal }} and r.reason <> 'conflict';
{%- else %}
-- Under another mapping of the entity, a key may have had another type.
select distinct
    r.load_id,
    r.source_id,
    {{ root.primary_key | quoted('k') | lines(4) }}
from loader.reject as r
inner join loader.load as l on l.load_id = r.load_id
cross join lateral jsonb_to_record(r.key) as k ({{ root.key | keys_declared }})
where
    r.load_id = any(_p_loads)
    and loader.entity_digest(l.mapping_hash, r.entity)
    = {{ dataset.digests[entity.name] | literal }}
    and r.entity = {{ entity.name | literal }}
    and r.key is not null
    and r.reason <> 'conflict'
{%- for name in root.primary_key %}
    and k.{{ name | ident }} is not null
{%- endfor %};
{%- endif %}
