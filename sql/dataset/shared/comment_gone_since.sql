comment on column {{ schema | ident }}.{{ table.name | ident }}._gone_since is
'Snapshot date of the whole dump that was loaded first without the record; null: it is there';
