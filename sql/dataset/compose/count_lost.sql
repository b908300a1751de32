-- Versions that lost, except those of this load, which are counted with the decisions.
update loader.load as l set conflicts = l.conflicts + c.versions
from (
    select count(*) as versions
    from (
{% filter indent(8, true) %}{% include 'compose/list_met.sql' %}{% endfilter %}
    ) as m
    where not exists (
        select 1 from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
        where v._outcome = 'd' and v._source = m._source and v._record = m._record
    )
) as c
where l.load_id = _p_load;
