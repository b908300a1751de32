-- What was found to be as it is here, and hence was not read, must still be so: who writes a row gives it a
-- new _source. A key that comes twice among them counts as a change, too: the chunk is then merged in full.
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
