-- A newer source of another load has found some of these keys unchanged. That was a decision, though it wrote
-- nothing: they stay as they are.
with newer as (
    select c.chunk_id
    from loader.chunk as mine
    inner join loader.source as o on o.dataset = {{ dataset.name | literal }} and o.load_id <> p_load
    inner join loader.load as l on l.load_id = o.load_id and l.state = 'done'
    inner join loader.chunk as c on c.source_id = o.source_id
    where mine.chunk_id = p_chunk and loader.is_newer(o.source_id, 0, mine.source_id, 0)
), confirmed as (
    select {{ root.primary_key | idents('u') }}
    from newer as n
    inner join {{ stage | ident }}.{{ (root.name ~ '_seen') | ident }} as s on s.chunk_id = n.chunk_id
    cross join lateral unnest({{ root.primary_key | idents('s') }}, string_to_array(s.outcome, null))
        as u ({{ root.primary_key | idents }}, outcome)
    where u.outcome = 'n'
)
select coalesce(array_agg(s._record order by s._record), '{}')
into v_winners
from {{ stage | ident }}.{{ root.name | ident }} as s
where
    s._slot = p_slot
    and s._record = any(v_winners)
    and not exists (
        select 1 from confirmed as f
        where {{ root.primary_key | matches('f', 's') }}
    );
