-- Rows without any version that still counts.
{% with outcome = 'g' %}{% include 'shared/decide_rows.sql' %}{% endwith %}
where
    ({{ root.primary_key | idents('t') }}) in (
        select {{ root.primary_key | idents('l') }}
        from {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as l
        where l.source_id = any(_v_lost)
        union all
        select {{ root.primary_key | idents('e') }}
        from {{ stage | ident }}.{{ ('ever_rejected_' ~ root.name) | ident }}(_p_load) as e
    )
{%- if marks %}
    and t._gone_since is null
{%- endif %}
    and not exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as s
        where {{ root.primary_key | matches('s', 't') }}
    );
