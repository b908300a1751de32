-- A newer source of another load has found some of these keys unchanged. That was a decision, although
-- it wrote nothing: they stay as they are. Records that equal their rows count as unchanged all the
-- same: for a key that occurred more than once, the chunks of the newer source decide whether it was
-- logged or written.
with confirmed as (
    select {{ root.primary_key | idents('u') }}
    from {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s
    cross join lateral unnest({{ root.primary_key | idents('s') }}, string_to_array(s.outcome, null))
        as u ({{ root.primary_key | idents }}, outcome)
    where s.chunk_id = any(_v_newer) and u.outcome = 'n'
)
select coalesce(array_agg(s._record order by s._record), '{}')
into _v_writing
from {{ stage | ident }}.{{ root.name | ident }} as s
where
    s._slot = _p_slot
    and s._record = any(_v_winners)
    and not exists (
        select 1 from confirmed as f
        where {{ root.primary_key | matches('f', 's') }}
    );
