create or replace view loader.reject_summary as
select
    r.load_id,
    s.name as source,
    r.entity,
    r.reason,
    r.table_name,
    r.column_name,
    count(*) as faults,
    count(distinct r.record) as records,
    min(r.reject_id) as example
from loader.reject as r
inner join loader.source as s on s.source_id = r.source_id
group by r.load_id, s.name, r.entity, r.reason, r.table_name, r.column_name;
comment on view loader.reject_summary is 'Rejects by load, source, reason and column, with the number of an example.';
