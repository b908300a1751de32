-- One version of each key in the chunk wins, staged or not: all are of one source, so the record number
-- decides.
select array_agg(w._record order by w._record)
into _v_winners
from (
    select distinct on ({{ root.primary_key | idents('v') }})
        v._record,
        v.is_staged
    from (
        select {{ root.primary_key | idents('s') }}, s._record, true as is_staged
        from {{ stage | ident }}.{{ root.name | ident }} as s
        where s._slot = _p_slot
        union all
        select {{ root.primary_key | idents('u') }}, u._record, false
        from unnest({{ (['_v_same_record'] + (root | same)) | join(', ') }})
            as u (_record, {{ root.primary_key | idents }})
    ) as v
    order by {{ root.primary_key | idents('v') }}, {{ entity | winner_first(none, 'v._record') }}
) as w
where w.is_staged;
