create or replace function loader.source_age(p_priority integer, p_snapshot date)
returns loader.source_age
language sql
immutable parallel safe
-- What makes a source older than another. The function is inlined: queries contain its expression instead.
return row(p_priority, coalesce(p_snapshot, '-infinity'))::loader.source_age;

comment on function loader.source_age(integer, date) is 'What makes a source older than another: priority, then date.';
