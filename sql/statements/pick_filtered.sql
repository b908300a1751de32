select coalesce(array_agg(r._rec_id), '{}')
into v_filtered
from (
    select {{ root | cast_columns('s') }}, {{ root | record_id('s') }} as _rec_id
    from {{ stage | ident }}.{{ (root.name ~ '_text') | ident }} as s
    where s._slot = p_slot and {{ root | record_id('s') }} <> all(v_rejected)
    offset 0
) as r
where ({{ entity.where }}) is not true;
