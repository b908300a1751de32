-- Rows that were found to equal their records, which were therefore not read, must be unchanged: every
-- write gives a row a new _source. A key that occurs twice counts as a change, too: the chunk is then
-- merged in full.
select count(*)
{{ ['_v_still'] | into }}
from {{ target | ident }}.{{ root.name | ident }} as t
where
{%- if root.key | length == 1 %}
    t.{{ root.key[0].name | ident }} = any(_v_same_1)
{%- else %}
    ({{ root.primary_key | idents('t') }}) in (
        select * from unnest({{ root | same | join(', ') }})
    )
{%- endif %}
    and t._source < _p_first;
