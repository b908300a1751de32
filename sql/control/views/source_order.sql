create or replace view loader.source_order as
select
    s.source_id,
    s.dataset,
    s.load_id,
    s.entities,
    loader.source_age(s.priority, s.snapshot) as age,
    row(loader.source_age(s.priority, s.snapshot), s.name)::loader.source_rank as rank,
    coalesce(s.sha256, '') as digest,
    l.state not in ('failed', 'cancelled', 'rolled_back') as counts
from loader.source as s
inner join loader.load as l on l.load_id = s.load_id;

comment on view loader.source_order is
'Sources in conflict order: of two versions of a key, the one whose source has the larger rank wins.';
comment on column loader.source_order.source_id is 'The source.';
comment on column loader.source_order.dataset is 'Its dataset.';
comment on column loader.source_order.load_id is 'Its load.';
comment on column loader.source_order.entities is 'Entities whose records it holds.';
comment on column loader.source_order.age is
'Priority and date, which decide whether it is older than another; names are not compared.';
comment on column loader.source_order.rank is 'Age, then name.';
comment on column loader.source_order.digest is 'Digest of the file, where names are the same; empty: not known yet.';
comment on column loader.source_order.counts is
'false: its load failed, or was cancelled or rolled back; what that has left goes before nothing.';
