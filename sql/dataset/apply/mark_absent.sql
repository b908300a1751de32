update {{ target | ident }}.{{ root.name | ident }} as t
set _gone_since = coalesce(
    (
        select min(s.snapshot) from loader.source as s
        where s.load_id = _p_load and {{ entity.name | literal }} = any(s.entities)
    ),
    current_date
)
where ({{ root.primary_key | idents('t') }}) in (
    select {{ root.primary_key | idents('v') }}
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    where v._outcome = 'g'
);
