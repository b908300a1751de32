delete from {{ build | ident }}.{{ table.name | ident }} as t
where {% if table.is_root %}(t._source::bigint << 40) | t._record{% else %}t._rec{% endif %} in (select unnest(v_losers));
