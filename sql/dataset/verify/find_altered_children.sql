-- A row that is not as in the build, and that this transaction has not written, was skipped. Others keep the
-- values that a trigger has given them.
select
    {{ table.name | literal }}::text,
    (
        select count(*)
        from {{ build | ident }}.{{ table.name | ident }} as b
        where
            b._rec in (
                select v._rec from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
                where v._outcome in ('i', 'u')
            )
            and not exists (
                select 1 from {{ target | ident }}.{{ table.name | ident }} as t
                where
                    {{ table.primary_key | matches('t', 'b', 20) }}
{%- if table.columns %}
                    and (
                        age(t.xmin) <= age(pg_current_xact_id()::xid)
                        or ({{ table.columns | compared('t') | filled(24) }})
                        is not distinct from
                        ({{ table.columns | compared('b') | filled(24) }})
                    )
{%- endif %}
            )
    ) + (
        select count(*)
        from {{ target | ident }}.{{ table.name | ident }} as t
        inner join {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
            on {{ table | belongs(root, 't', 'v') }}
        where
            v._outcome in ('i', 'u')
            and not exists (
                select 1 from {{ build | ident }}.{{ table.name | ident }} as b
                where
                    b._rec = v._rec
                    and {{ table.primary_key | matches('b', 't', 20) }}
            )
            and not loader.is_referenced({{ (target | ident ~ '.' ~ table.name | ident) | literal }}::regclass, t.ctid)
    );
