-- What a load goes by is kept with it: other commands, and a mapping that is edited, no longer reach an open load.

alter table loader.load add column settings jsonb not null default '{}';
comment on column loader.load.settings is
'What it goes by on all hosts: the settings of its dataset when it began, and over them those given for it alone. Its
command may change limits while it is open (loader.setting_kind tells which).';
comment on column loader.load.options is
'What was said when the load was begun: settings for it alone, and facts such as the reason for its mode.';
comment on column loader.dataset.settings is
'Settings as its mapping says; a load begins with them, and then goes by loader.load.settings.';

-- Until now loads went by what their dataset said at each moment; for those that are open, this is the moment.
-- A rollback of one that has ended goes by the same.

update loader.load as l
set
    settings = d.settings || coalesce(
        (
            select jsonb_object_agg(o.key, o.value) from jsonb_each(l.options) as o
            where o.key in (
                'visibility', 'deletes', 'max_delete_pct', 'history', 'replace_above_pct', 'allow_deletes',
                'publish_wait'
            )
        ),
        '{}'
    )
from loader.dataset as d
where d.dataset = l.dataset;
