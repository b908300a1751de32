select count(*) into v_missing
from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
where v._outcome = 'i';
{%- if not entity.policy.keeps_versions %}
-- A row of the very same file cannot have another hash.
update {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
set _outcome = 'u'
where v._outcome = 'd' and v._version = 1 and v._place = v._old_place and v._old_hash <> v._hash;
get diagnostics v_differing = row_count;
insert into {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} (
    {{ root.primary_key | idents }}, _old_source, _old_record, _old_hash, _outcome
)
select
    {{ root.primary_key | idents('t') }},
    t._source,
    t._record,
    t._hash,
    'g'
from {{ target | ident }}.{{ root.name | ident }} as t
where
    t._source in (
        select o.source_id
        from loader.source as s
        inner join loader.source as o on o.dataset = s.dataset and o.name = s.name and o.sha256 = s.sha256
        where s.load_id = p_load and s.state = 'planned' and {{ entity.name | literal }} = any(s.entities)
    )
{%- if marks %}
    and t._gone_since is null
{%- endif %}
    and not exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
        where {{ root.primary_key | matches('v', 't') }}
    )
    and not exists (
        select 1 from {{ stage | ident }}.{{ ('rejected_' ~ root.name) | ident }}(array[p_load]) as r
        where {{ root.primary_key | matches('r', 't') }}
    );
get diagnostics v_surplus = row_count;
{%- else %}
v_differing := 0;
v_surplus := 0;
{%- endif %}
{%- if root.columns %}
insert into {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} ({{ root.primary_key | idents }}, _table)
select
    {{ root.primary_key | idents('v') }},
    0
from {{ stage | ident }}.{{ (root.name ~ '_verdict') | ident }} as v
inner join {{ build | ident }}.{{ root.name | ident }} as b on {{ root | record_id('b') }} = v._rec
inner join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'v') }}
where
    v._outcome = 'n'
    and ({{ root.columns | names | quoted('t') | filled(4) }})
    is distinct from
    ({{ root.columns | names | quoted('b') | filled(4) }});
{%- endif %}
select v_differing + count(*) into v_differing
from {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} as d;
p_found := p_found || jsonb_build_object({{ root.name | literal }}, jsonb_build_object(
    'missing', v_missing, 'differing', v_differing, 'surplus', v_surplus
));
