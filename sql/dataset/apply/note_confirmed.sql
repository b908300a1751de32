-- Records that were parsed and turned out to equal their rows were found unchanged, too.
insert into {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s (
    chunk_id, {{ root.primary_key | idents }}, record, outcome
)
select
    v._chunk,
{%- for name in root.primary_key %}
    array_agg(v.{{ name | ident }} order by v._record),
{%- endfor %}
    array_agg(v._record order by v._record),
    repeat('n', count(*)::integer)
from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
where v._outcome = 'n' and v._staged{{ ' and v._hash <> loader.removed_hash()' if entity.is_removable }}
group by v._chunk
on conflict (chunk_id) do update set
{%- for name in root.primary_key %}
    {{ name | ident }} = s.{{ name | ident }} || excluded.{{ name | ident }},
{%- endfor %}
    record = s.record || excluded.record,
    outcome = s.outcome || excluded.outcome;
