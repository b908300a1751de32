-- What a scan finds is a piece of a source, whatever its format: how much it weighs, where it stands for people, where
-- the format finds it again, what stands around its records. Chunks of open loads keep their places.

create type loader.piece as (
    number integer,
    first_record bigint,
    records bigint,
    weight bigint,
    place text,
    locator bytea,
    context bytea,
    digest bigint
);
comment on type loader.piece is
'A run of whole records of a source, as a scan has found it; loader.plan_chunk makes a chunk of it.';
comment on column loader.piece.number is 'Place among the pieces of the source, from 1.';
comment on column loader.piece.first_record is 'Number in the source of its first record, from 1.';
comment on column loader.piece.records is 'How many records it has.';
comment on column loader.piece.weight is 'How much there is to be read, in the unit of the source.';
comment on column loader.piece.place is 'Where it stands in the source, for people.';
comment on column loader.piece.locator is
'Where its records are read again: only the format of the source understands it.';
comment on column loader.piece.context is 'What stands around its records, without which they cannot be read.';
comment on column loader.piece.digest is 'By which a worker proves that it reads what was planned.';

do $$
declare
    v_view record;
    v_foreign text;
begin
    select string_agg(distinct v.oid::regclass::text, ', ') into v_foreign
    from pg_depend as d
    join pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    join pg_rewrite as r on r.oid = d.objid
    join pg_class as v on v.oid = r.ev_class
    where d.classid = 'pg_rewrite'::regclass and d.refobjid = 'loader.chunk'::regclass
        and a.attname in ('start_byte', 'end_byte', 'prefix', 'suffix', 'seek')
        and v.relnamespace <> 'loader'::regnamespace;
    if v_foreign is not null then
        raise exception 'these views read columns of loader.chunk that go: %', v_foreign
            using hint = 'drop them, and make them anew afterwards: weight is end_byte - start_byte, place shows both';
    end if;
    -- The views of the schema are replaced after the migrations; until then they must not hold on to the columns.
    for v_view in
        select v.oid::regclass as name, pg_get_viewdef(v.oid) as text from pg_class as v
        where v.relnamespace = 'loader'::regnamespace and v.relkind = 'v' and pg_get_viewdef(v.oid) like '%start_byte%'
    loop
        execute format(
            'create or replace view %s as %s', v_view.name,
            regexp_replace(v_view.text, '\(?\mk\.end_byte - k\.start_byte\)?', '(0::bigint)', 'g')
        );
    end loop;
end
$$;

-- All in one pass over the table, in the places of the columns before.
alter table loader.chunk
alter column prefix drop default,
alter column prefix drop not null,
alter column start_byte drop not null,
alter column start_byte type text using format('bytes %s to %s', start_byte, end_byte),
alter column end_byte drop not null,
alter column end_byte type bigint using end_byte - start_byte,
alter column prefix type bytea
using case when prefix <> '' then int4send(length(prefix)) || prefix || suffix end,
alter column seek type bytea
using int8send(start_byte) || int8send(end_byte) || coalesce(seek, '');
alter table loader.chunk rename column start_byte to place;
alter table loader.chunk rename column end_byte to weight;
alter table loader.chunk rename column prefix to context;
alter table loader.chunk rename column seek to locator;
alter table loader.chunk drop column suffix;
alter table loader.chunk alter column weight set not null, add check (weight >= 0);
comment on column loader.chunk.place is 'Where it stands in the source, for people, as in: bytes 0 to 120.';
comment on column loader.chunk.weight is
'How much there is to be read, in the unit of the source: of XML, bytes of the decoded stream.';
comment on column loader.chunk.context is
'What stands around its records, without which they cannot be read: of XML the internal DTD and ancestors'' tags.';
comment on column loader.chunk.locator is
'Where its records are read again: only the format of the source understands it. Null once the load is done.';
comment on column loader.chunk.digest is
'By which a worker proves that it reads what was planned: of XML, xxh3-64 of its bytes.';
