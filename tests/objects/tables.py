"""What users put on tables of the loader: how it is made, and a query that tells whether it is as they made it."""

# On a table {t}, under a name {n}: objects, which go nowhere without being named. {on}: that a relation is the table;
# of a companion's table anything, as it may be put into use, and back.
ON_TABLE = {
    "index": (
        "create index {n} on {t} (id) where id > 0; comment on index {s}.{n} is 'mine'",
        "select max(split_part(pg_get_indexdef(i.indexrelid), ' USING ', 2) || "
        "obj_description(i.indexrelid, 'pg_class')) "
        "from pg_index as i join pg_class as c on c.oid = i.indexrelid where c.relname = '{n}' and {on}i.indrelid)",
    ),
    "column": (
        "alter table {t} add {n} text default 'x'; comment on column {t}.{n} is 'mine'",
        "select max(a.attname || a.atthasdef || col_description(a.attrelid, a.attnum)) from pg_attribute as a "
        "where a.attname = '{n}' and {on}a.attrelid)",
    ),
    "trigger": (
        "create trigger {n} before insert on {t} for each row execute function public.mine_function()",
        "select max(concat_ws(' ', g.tgname, g.tgtype, g.tgenabled)) from pg_trigger as g "
        "where g.tgname = '{n}' and {on}g.tgrelid)",
    ),
    "policy": (
        "create policy {n} on {t} using (true)",
        "select max(p.polname) from pg_policy as p where p.polname = '{n}' and {on}p.polrelid)",
    ),
    "rule": (
        "create rule {n} as on delete to {t} where false do also select 1",
        "select max(r.rulename) from pg_rewrite as r where r.rulename = '{n}' and {on}r.ev_class)",
    ),
    "constraint": (
        "alter table {t} add constraint {n} check (id > 0)",
        "select max(pg_get_constraintdef(k.oid)) from pg_constraint as k where k.conname = '{n}' and {on}k.conrelid)",
    ),
    "statistics": (
        "create statistics public.{n} on id, name from {t}; comment on statistics public.{n} is 'mine'",
        "select max(obj_description(e.oid, 'pg_statistic_ext')) from pg_statistic_ext as e "
        "where e.stxname = '{n}' and {on}e.stxrelid)",
    ),
    "owned sequence": (
        "create sequence {s}.{n} owned by {t}.id",
        "select max(c.oid) || '' from pg_class as c join pg_depend as d on d.objid = c.oid and d.deptype = 'a' "
        "where c.relname = '{n}' and {on}d.refobjid)",
    ),
    "publication without an identity": (
        "create publication {n} for table {t}; alter table {t} replica identity nothing",
        "select string_agg(p.pubname || c.relreplident::text, ' ') from pg_publication as p "
        "join pg_publication_rel as r on r.prpubid = p.oid join pg_class as c on c.oid = r.prrelid "
        "where p.pubname = '{n}' and {on}r.prrelid)",
    ),
    "publication with a filter": (
        "create publication {n} for table {t} ({columns}) where ({text} <> 'x')",
        "select max(concat_ws(' ', p.pubname, pg_get_expr(r.prqual, r.prrelid), r.prattrs::text)) "
        "from pg_publication as p join pg_publication_rel as r on r.prpubid = p.oid "
        "where p.pubname = '{n}' and {on}r.prrelid)",
    ),
    "publication": (
        "create publication {n} for table {t}",
        "select max(p.pubname) from pg_publication as p join pg_publication_rel as r on r.prpubid = p.oid "
        "where p.pubname = '{n}' and {on}r.prrelid)",
    ),
}

# Properties of a table that users query: they stay while there is such a table.
OF_TARGET = {
    "comment": ("comment on table {t} is '{n}'", "select obj_description(to_regclass('{t}'), 'pg_class')"),
    "comment of a column": ("comment on column {t}.id is '{n}'", "select col_description(to_regclass('{t}'), 1)"),
    "grant": (
        "grant insert, select (id) on {t} to public",
        "select (select string_agg(c.relacl::text, ',') from pg_class as c where c.oid = "
        "to_regclass('{t}')) || (select "
        "string_agg(a.attacl::text, ',') from pg_attribute as a where a.attrelid = "
        "to_regclass('{t}') and a.attname = 'id')",
    ),
    "grant by another": (
        "create role {n}; grant usage on schema d to {n}; grant select on {t} to {n} with grant option; "
        "set local role {n}; grant select on {t} to public; reset role",
        "select string_agg(c.relacl::text, ',') from pg_class as c where c.oid = to_regclass('{t}')",
    ),
    "column made anew": (
        "alter table {t} drop _gone_since_or_text; alter table {t} add _gone_since_or_text text; "
        "comment on column {t}._gone_since_or_text is '{n}'",
        "select string_agg(x.description, ',') from pg_attribute as a join pg_description as x "
        "on x.classoid = 'pg_class'::regclass and x.objoid = a.attrelid and x.objsubid = a.attnum "
        "where a.attrelid = to_regclass('{t}') and a.attname = '_gone_since_or_text'",
    ),
    "statistics target": (
        "alter table {t} alter id set statistics 77, alter id set (n_distinct = 7)",
        "select concat_ws(' ', a.attstattarget, a.attoptions::text) from pg_attribute as a "
        "where a.attrelid = to_regclass('{t}') and a.attname = 'id'",
    ),
    "storage": (
        "alter table {t} set (fillfactor = 50, toast.autovacuum_enabled = off)",
        "select concat_ws(' ', c.reloptions::text, t.reloptions::text) from pg_class as c "
        "left join pg_class as t on t.oid = c.reltoastrelid where c.oid = to_regclass('{t}')",
    ),
    "replica identity": (
        "alter table {t} replica identity full",
        "select c.relreplident::text from pg_class as c where c.oid = to_regclass('{t}')",
    ),
    "cluster": (
        "alter table {t} cluster on {k}_pkey",
        "select string_agg(i.indexrelid::regclass::text, ',') from pg_index as i "
        "where i.indrelid = to_regclass('{t}') and i.indisclustered",
    ),
    "comment of a key": (
        "comment on index d.{k}_pkey is '{n}'", "select obj_description(to_regclass('d.{k}_pkey'), 'pg_class')",
    ),
    "not null": (
        "alter table {t} alter _gone_since_or_text set not null",
        "select a.attnotnull::text from pg_attribute as a where a.attrelid = to_regclass('{t}') and "
        "a.attname = '_gone_since_or_text'",
    ),
    "default": (
        "alter table {t} alter _gone_since_or_text set default 'x'",
        "select a.atthasdef::text from pg_attribute as a where a.attrelid = to_regclass('{t}') and "
        "a.attname = '_gone_since_or_text'",
    ),
    "row level security": (
        "alter table {t} force row level security",
        "select c.relforcerowsecurity::text from pg_class as c where c.oid = to_regclass('{t}')",
    ),
    "unlogged": (
        "alter table {t} set unlogged",
        "select c.relpersistence::text from pg_class as c where c.oid = to_regclass('{t}')"
    ),
}  # fmt: skip
TEXT_COLUMN = {"row": "name", "row_item": "text"}
