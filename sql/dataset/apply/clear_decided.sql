delete from {{ target | ident }}.{{ table.name | ident }} as t
where ({{ table.key | names | idents('t') }}) in (
    select {{ root.primary_key | idents('v') }}
    from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    where v._outcome = {{ outcome | literal }}
);
