delete from {{ build | ident }}.{{ table.name | ident }} as t
where {{ table | record_id('t') }} in (select unnest(_v_losers));
