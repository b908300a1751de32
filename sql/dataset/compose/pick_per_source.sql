-- The versions that count for every key that the load read, that had a version of a source which no
-- longer counts, or whose record was rejected; of several editions of one feed, the newest.
with counting as materialized (
    select
        c.source_id,
        c.place,
        c.series
    from loader.contributing_sources(_p_load, {{ entity.name | literal }}) as c
), touched as (
    select {{ root.primary_key | idents('b') }}
    from {{ build | ident }}.{{ root.name | ident }} as b
    union
    select {{ root.primary_key | idents('l') }}
    from {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as l
    where l.source_id = any(_v_lost)
    union
    select {{ root.primary_key | idents('e') }}
    from {{ stage | ident }}.{{ ('ever_rejected_' ~ root.name) | ident }}(_p_load) as e
), candidate as (
    select
        {{ root.primary_key | quoted('t') | lines(8) }},
        v.source_id,
        v.record,
        c.place,
        c.series
    from touched as t
    inner join {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
        on {{ root.primary_key | matches('v', 't') }}
    inner join counting as c on c.source_id = v.source_id
    union all
    select
        {{ root.primary_key | quoted('s') | lines(8) }},
        v.source_id,
        v.record,
        s.place,
        s.series
    from {{ stage | ident }}.{{ ('spared_' ~ root.name) | ident }}(_p_load) as s
    inner join {{ history | ident }}.{{ (root.name ~ '_version') | ident }} as v
        on v.source_id = s.source_id and {{ root.primary_key | matches('v', 's') }}
), issue as (
    select distinct on ({{ root.primary_key | idents('c') }}, c.series)
        {{ root.primary_key | quoted('c') | lines(8) }},
        c.source_id,
        c.record,
        c.place
    from candidate as c
    order by {{ root.primary_key | idents('c') }}, c.series, c.place desc, c.source_id desc
)
insert into {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} (
    {{ root.primary_key | idents }}, _place, _source, _record
)
select
    {{ root.primary_key | idents('i') }},
    row_number() over (partition by {{ root.primary_key | idents('i') }} order by i.place desc, i.source_id desc),
    i.source_id,
    i.record
from issue as i;
