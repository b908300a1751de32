create unlogged table {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} (
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    _chunk bigint,
    _source bigint,
    _record bigint,
    _rec bigint,
    _hash uuid,
    _place bigint,
    _staged boolean not null default false,
{%- if entity.policy.column %}
    _latest {{ root.column(entity.policy.column) | type }}{{ ' collate "C"' if root.column(entity.policy.column).is_text }},
    _old_latest {{ root.column(entity.policy.column) | type }}{{ ' collate "C"' if root.column(entity.policy.column).is_text }},
{%- endif %}
    _version integer not null default 1,
    _old_source bigint,
    _old_record bigint,
    _old_hash uuid,
    _old_rank bigint,
    _was_marked boolean not null default false,
    _is_out_of_order boolean not null default false,
{%- if entity.is_removable %}
    _gone_source bigint,
    _gone_record bigint,
    _gone_place bigint,
{%- if entity.policy.column %}
    _gone_latest {{ root.column(entity.policy.column) | type }}{{ ' collate "C"' if root.column(entity.policy.column).is_text }},
{%- endif %}
    _gone_wins boolean not null default false,
{%- endif %}
    _outcome text
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }} is
'What the last merge decided about each {{ root.name }} that differed from its row, or occurred more than once.';
{%- for column in root.key %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }}.{{ column.name | ident }} is
'Key of the record.';
{%- endfor %}
{%- for name, text in {
    '_chunk': 'Chunk that read the record; null: the dump lacks the row.',
    '_source': 'Its source.',
    '_record': 'Its number in the source.',
    '_rec': 'Both in one number, as in child rows.',
    '_hash': 'Its hash.',
    '_place': 'Place of its source in conflict order.',
    '_staged': 'Whether it was parsed and is in the build; false: it was left out, because it equals its row.',
    '_version': 'Place among the versions of its key in this load: 1 wins.',
    '_old_source': 'Source of the row that has the key in the tables.',
    '_old_record': 'Record of that row.',
    '_old_hash': 'Hash of that row.',
    '_old_rank': 'Place in conflict order of the source that wrote or confirmed that row.',
    '_was_marked': 'Whether that row was marked as deleted.',
    '_is_out_of_order': 'Whether a newer full snapshot has already decided about the key.',
    '_outcome': 'i inserted, u updated, n unchanged, d duplicate, g missing, k missing but kept, x withdrawn.',
}.items() %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }}.{{ name }} is
{{ text | literal }};
{%- endfor %}
{%- if entity.is_removable %}
{%- for name, text in {
    '_gone_source': 'Source of the delete record of an earlier load that wins over its others of this key.',
    '_gone_record': 'Number of that delete record.',
    '_gone_place': 'Place of its source in conflict order.',
    '_gone_wins': 'Whether it wins over this version.',
}.items() %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }}.{{ name }} is
{{ text | literal }};
{%- endfor %}
{%- if entity.policy.column %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }}._gone_latest is
'The value of that delete record that decides between versions.';
{%- endif %}
{%- endif %}
{%- if entity.policy.column %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }}._latest is
'Value that decides between versions.';
comment on column {{ stage | ident }}.{{ (root.name ~ '_decision') | ident }}._old_latest is
'The same value of the row in the tables.';
{%- endif %}

create unlogged table {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} (
{%- for column in root.key %}
    {{ column.name | ident }} {{ column | type }} not null,
{%- endfor %}
    _table integer not null
);
comment on table {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }} is
'Child tables in which the last merge changed rows of a {{ root.name }}.';
{%- for column in root.key %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }}.{{ column.name | ident }} is
'Key of the record.';
{%- endfor %}
comment on column {{ stage | ident }}.{{ (root.name ~ '_touched') | ident }}._table is
'Place of the child table among those of the entity.';
