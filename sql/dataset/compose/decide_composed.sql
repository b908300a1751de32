-- The composed row of each key against the row in the table.
update {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
set
    _old_source = t._source,
    _old_record = t._record,
    _old_hash = t._hash,
    _was_marked = {{ 't._gone_since is not null' if marks else 'false' }}
from {{ target | ident }}.{{ root.name | ident }} as t
where v._version = 1 and {{ root.primary_key | matches('t', 'v') }};
insert into {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} (
    {{ root.primary_key | idents }}, _source, _record, _rec, _hash, _old_source, _old_record, _old_hash, _was_marked
)
select
    {{ root.primary_key | idents('c') }},
    c._source,
    c._record,
    loader.record_id(c._source, c._record),
    md5(c._content::text)::uuid,
    t._source as _old_source,
    t._record as _old_record,
    t._hash as _old_hash,
    {{ 't._gone_since is not null' if marks else 'false' }}
from {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} as c
left join {{ target | ident }}.{{ root.name | ident }} as t on {{ root.primary_key | matches('t', 'c') }}
where not exists (
    select 1 from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
    where v._version = 1 and {{ root.primary_key | matches('v', 'c') }}
);
update {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
set
    _outcome = case
        when v._old_hash is null then 'i'
        when v._old_hash = v._hash and not v._was_marked then 'n'
        else 'u'
    end
where v._version = 1;
