-- Rows staged by hand have to be those of their chunk.
begin;
select plan(22);

create function pg_temp.refusal(p_root text, p_tag text, p_how text) returns text language plpgsql as $$
-- What is said of a chunk of records 11 and 12 with these roots (id, source more, record) and tags (item, _rec more).
declare
    v_tail text := case p_how when 'text' then '_text' else '' end;
    v_load bigint;
    v_source bigint;
    v_chunk bigint;
    v_token bigint;
begin
    v_load := loader.start_load('shop', 'merge', p_options => jsonb_build_object(
        'visibility', case p_how when 'chunk' then 'chunk' else 'load' end
    ));
    v_source := loader.register_source(v_load, 'by hand', '/by hand', 1000, '{item}');
    v_chunk := loader.plan_chunk(v_source, loader.make_piece(1, 11, 2, 1000));
    select c.lease_token into v_token from loader.claim_chunk(v_load, 'tap') as c;
    execute format(
        'insert into shop_stage.item%s (_slot, id, name, _source, _record) '
        'select 0, r.id, ''cup'', %s + r.source, r.record from (values %s) as r (id, source, record)', v_tail, v_source, p_root
    );
    execute format(
        'insert into shop_stage.item_tag%s (_slot, item_id, ordinal, tag, _rec) '
        'select 0, r.item, 1, ''red'', (%s::bigint << 40) + r.rec from (values %s) as r (item, rec)', v_tail, v_source, p_tag
    );
    if p_how = 'text' then
        perform loader.stage_chunk(v_chunk, v_token);
    end if;
    call loader.merge_chunk(v_chunk, v_token);
    raise exception 'nothing' using errcode = 'LD000';
exception
    when sqlstate 'LD012' then
        return replace(sqlerrm, v_chunk::text, 'C');
    when sqlstate 'LD000' then
        return sqlerrm;
end
$$;

select loader.prepare_slot('shop', 0);
select is(
    pg_temp.refusal(v.root, v.tag, w.way), coalesce('rows are staged that are not those of chunk C: ' || v.said, 'nothing'),
    format('%s (%s)', v.behaviour, w.way)
)
from (
    values
    ('the rows of a chunk are merged', '(1, 0, 11), (2, 0, 12)', '(1, 11), (2, 12)', null),
    ('a record of another source is refused', '(1, 0, 11), (2, 5, 12)', '(1, 11)', '1 of item'),
    ('a record beyond the chunk is refused', '(1, 0, 10), (2, 0, 13)', '(1, 10)', '2 of item'),
    ('a child of a record that is not there is refused', '(1, 0, 11), (2, 0, 12)', '(1, 11), (2, 13)', '1 of item_tag'),
    ('a child with the key of another record is refused', '(1, 0, 11), (2, 0, 12)', '(9, 11), (2, 12)', '1 of item_tag'),
    ('a record that comes twice is refused', '(1, 0, 11), (2, 0, 11)', '(1, 11)', '1 of item that come twice'),
    ('a child that comes twice is refused', '(1, 0, 11), (2, 0, 12)', '(1, 11), (1, 11)', '1 of item_tag that come twice')
) as v (behaviour, root, tag, said)
cross join (values ('load'), ('chunk'), ('text')) as w (way);
select is_empty('select from shop.item', 'nothing of all that is left');

select * from finish();
rollback;
