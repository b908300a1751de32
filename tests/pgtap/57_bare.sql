-- Whether tables have only the columns with which the loader has created them, and nothing depends on them.
begin;
select plan(17);

create table shop.bare (id integer not null, name text);
comment on table shop.bare is 'Made by the loader.';
select loader.record_objects('shop', 'shop', '{bare}');
create table shop.parent (id integer not null, name text);

create function pg_temp.is_bare_with(p_statement text) returns boolean language plpgsql as $$
-- With what a statement makes, which is undone.
declare
    v_bare boolean;
begin
    execute p_statement;
    v_bare := loader.are_bare(array['shop.bare'::regclass::oid]);
    raise exception '%', v_bare using errcode = 'LD000';
exception
    when sqlstate 'LD000' then
        return sqlerrm::boolean;
end
$$;

select ok(loader.are_bare(array['shop.bare'::regclass::oid]), 'a table as it was made is bare');
select ok(loader.are_bare('{}'), 'so is none');
select ok(not loader.are_bare(array['shop.parent'::regclass::oid]), 'one that the loader has not made is not');
select ok(not pg_temp.is_bare_with(s.statement), 'not bare: ' || s.statement)
from unnest(array[
    'create index on shop.bare (name)',
    'alter table shop.bare add primary key (id)',
    'alter table shop.bare add check (id > 0)',
    'alter table shop.bare alter name set default 1',
    'alter table shop.bare add mine integer',
    'alter table shop.bare alter id add generated always as identity',
    'create view pg_temp.v as select id from shop.bare',
    'create rule r as on delete to shop.bare do instead nothing',
    'create trigger t before insert on shop.bare for each row execute function loader.refuse_write()',
    'create policy p on shop.bare',
    'create table pg_temp.c () inherits (shop.bare)',
    'alter table shop.bare inherit shop.parent',
    'create table pg_temp.u (row shop.bare)',
    'create publication p for table shop.bare'
]) as s (statement);

select * from finish();
rollback;
