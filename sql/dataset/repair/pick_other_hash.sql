-- A row of exactly the same file cannot have another hash.
update {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} as v
set _outcome = 'u'
where v._outcome = 'd' and v._version = 1 and v._place = v._old_rank and v._old_hash <> v._hash
{%- if entity.is_removable %} and not v._gone_wins and v._hash <> loader.removed_hash(){% endif %};
