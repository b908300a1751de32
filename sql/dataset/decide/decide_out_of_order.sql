-- A newer full snapshot has decided about every key, except those that it rejected itself.
with undecided as materialized (
    select u.*
    from {{ stage | ident }}.{{ ('undecided_' ~ root.name) | ident }}(_p_load) as u
)
update {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
set _is_out_of_order = true
where
    v._source = any(_v_late)
    and not exists (
        select 1 from undecided as u
        where u.source_id = v._source and {{ root.primary_key | matches('u', 'v') }}
    );
