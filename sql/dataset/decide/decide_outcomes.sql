-- The winner of each key in this load against the row in the table: policy {{ entity.policy.name }}.
update {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
set
    _outcome = case
        when v._version > 1 then 'd'
{%- if entity.is_removable %}
        when v._hash = loader.removed_hash() then case
            when v._old_hash is null then case when v._gone_wins then 'd' else 'n' end
{%- if entity.policy.column %}
            when v._latest > v._old_latest or (v._latest is not null and v._old_latest is null) then 'x'
            when v._latest is distinct from v._old_latest then 'd'
{%- endif %}
            when v._place >= v._old_rank then 'x'
            else 'd'
        end
        when v._gone_wins and v._old_hash is distinct from v._hash then 'd'
{%- endif %}
        when v._old_hash is null then case when v._is_out_of_order then 'd' else 'i' end
        when v._old_hash = v._hash then case when v._was_marked and not v._is_out_of_order then 'u' else 'n' end
{%- if entity.policy.column %}
        when v._latest > v._old_latest or (v._latest is not null and v._old_latest is null) then 'u'
        when v._latest is distinct from v._old_latest then 'd'
{%- endif %}
{%- if entity.policy.name == 'newest' %}
        when v._is_out_of_order then 'd'
{%- endif %}
        when v._place > v._old_rank then 'u'
        when v._place = v._old_rank and v._old_hash = loader.unknown_hash() then 'u'
        else 'd'
    end;
