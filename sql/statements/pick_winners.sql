-- The last version of each key in the slot wins: all rows are of one source, so its record number decides.
select array_agg(s._record order by s._record)
into v_winners
from (
    select distinct on ({{ root.primary_key | idents('r') }}) r._record
    from {{ stage | ident }}.{{ root.name | ident }} as r
    where r._slot = p_slot
    order by {{ root.primary_key | idents('r') }}, r._record desc
) as s;
