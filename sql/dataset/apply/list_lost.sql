-- Versions that lost to another one of this load, or to the row in the table.
select
    v.*,
{%- if entity.is_removable %}
    case
        when v._version > 1 and w._outcome <> 'd' then w._source
        when v._gone_wins then v._gone_source
        else v._old_source
    end as _winner_source,
    case
        when v._version > 1 and w._outcome <> 'd' then w._record
        when v._gone_wins then v._gone_record
        else v._old_record
    end as _winner_record,
{%- if entity.policy.column %}
    case
        when v._version > 1 and w._outcome <> 'd' then w._latest
        when v._gone_wins then v._gone_latest
        else v._old_latest
    end as _winner_latest,
{%- endif %}
    case
        when v._version > 1 and w._outcome <> 'd' then w._hash = loader.removed_hash()
        else v._gone_wins
    end as _winner_removes
{%- else %}
    case when v._version > 1 and w._outcome <> 'd' then w._source else v._old_source end as _winner_source,
    case when v._version > 1 and w._outcome <> 'd' then w._record else v._old_record end as _winner_record
{%- if entity.policy.column %},
    case when v._version > 1 and w._outcome <> 'd' then w._latest else v._old_latest end as _winner_latest
{%- endif %}
{%- endif %}
from {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
left join {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as w
    on w._version = 1
    and w._chunk is not null
    and v._version > 1
    and {{ root.primary_key | matches('w', 'v') }}
where v._outcome = 'd'
