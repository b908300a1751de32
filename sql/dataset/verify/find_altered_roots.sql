select
    {{ root.name | literal }}::text,
    (
        select count(*)
        from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where
            v._outcome in ('i', 'u')
            and not exists (
                select 1 from {{ target | ident }}.{{ root.name | ident }} as t
                where
                    {{ root.primary_key | matches('t', 'v') }}
                    and t._source = v._source
                    and t._hash = v._hash
            )
    )
{%- if not entity.policy.keeps_versions %}
    + (
        select count(*)
        from {{ target | ident }}.{{ root.name | ident }} as t
        where
            t._source in (
                select s.source_id from loader.source as s
                where s.load_id = _p_load
            )
            and not exists (
                select 1 from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
                where
                    v._outcome in ('i', 'u')
                    and {{ root.primary_key | matches('v', 't') }}
            )
    )
{%- endif %};
