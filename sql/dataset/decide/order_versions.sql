-- Versions of one key in this load, the winner first. An out-of-order version does not win over one
-- without a date.
update {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v set _version = r.version
from (
    select
        w._rec,
        row_number() over (
            partition by {{ root.primary_key | idents('w') }}
            order by {{ '' if entity.policy.column else 'w._is_out_of_order, ' }}
{{- entity | winner_first('w._place', 'w._record', 'w._latest') }}
        ) as version
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as w
    inner join (
        select {{ root.primary_key | idents('m') }}
        from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as m
        group by {{ root.primary_key | idents('m') }}
        having count(*) > 1
    ) as m on {{ root.primary_key | matches('m', 'w') }}
) as r
where r._rec = v._rec and r.version > 1;
