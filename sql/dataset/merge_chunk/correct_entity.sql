create or replace procedure {{ stage | ident }}.{{ ('correct_' ~ root.name) | ident }}(_p_load bigint, _p_first bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
-- Corrects the counts of {{ root.name }} keys that occurred more than once in a load, then deletes what was recorded
-- for that, except the keys that were found unchanged, which no older source may change later. Called by
-- loader.correct_merge when every chunk is done.
#variable_conflict use_column
begin
{% filter indent(4, true) %}{% include 'merge_chunk/correct_counts.sql' %}{% endfilter %}
    delete from {{ stage | ident }}.{{ (root.name ~ '_key_log') | ident }} as s
    where
        s.chunk_id in (select c.chunk_id from loader.chunk as c where c.load_id = _p_load)
        and position('n' in s.outcome) = 0;
    delete from {{ stage | ident }}.{{ (root.name ~ '_before') | ident }} as b where b.load_id = _p_load;
end
$$;
comment on procedure {{ stage | ident }}.{{ ('correct_' ~ root.name) | ident }}(bigint, bigint) is
'Corrects the counts of {{ root.name }} keys that occurred more than once in a load.';
