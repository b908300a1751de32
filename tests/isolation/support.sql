-- What the steps of specs call. Session settings keep the lease that a session has claimed.
create schema spec;

-- A load of so many chunks of two records, planned; nothing is left of the one before.
create function spec.load(p_chunks integer) returns void language plpgsql as $$
begin
    -- Not truncate: sessions would have to plan all that they do anew.
    delete from loader.event;
    delete from loader.conflict;
    delete from loader.publication;
    delete from loader.dependent;
    delete from loader.load_entity;
    delete from loader.reject;
    delete from loader.chunk;
    delete from loader.source;
    delete from loader.load;
    perform setval(n::regclass, 1, false) from unnest(array['loader.lease_token', 'loader.load_load_id_seq',
        'loader.source_source_id_seq', 'loader.chunk_chunk_id_seq', 'loader.reject_reject_id_seq']) as n;
    if to_regclass('box_build._canary') is null then
        call box_stage.create_build(1);
    end if;
    delete from box_build._canary;
    insert into box_build._canary values (1);
    delete from box_build.item;
    delete from box.item;
    delete from box_history.item_change;
    perform loader.clear_decisions('box');
    perform spec.at('0');
    insert into loader.load (dataset, mode, mapping_hash, visibility, changes)
    select d.dataset, 'merge', d.mapping_hash, 'load', 'recorded' from loader.dataset as d where d.dataset = 'box';
    perform spec.sources(1);
    perform spec.plan(n) from generate_series(1, p_chunks) as n;
    perform loader.finish_source(1, null, 'digest', p_chunks * 10, p_chunks * 2);
end
$$;

-- Sources of the load, not planned.
create function spec.sources(p_count integer) returns void language sql as $$
    select loader.register_source(1, n || '.xml', '/' || n || '.xml', 1000 - n, '{item}')
    from generate_series(1, p_count) as n
$$;

-- Plans a chunk of the first source.
create function spec.plan(p_number integer, p_max_attempts integer default 5) returns bigint language sql as $$
    select loader.plan_chunk(1, loader.make_piece(p_number, p_number * 2 - 1, 2, 10), p_max_attempts => p_max_attempts)
$$;

-- Sets the session's clock so long after the time at which all begin.
create function spec.at(p_later interval) returns void language plpgsql as $$
begin
    perform set_config('loader.now', (timestamptz '2026-01-01 00:00+00' + p_later)::text, false);
end
$$;

-- Claims a chunk, by default after the leases of the others have expired; returns it.
create function spec.claim(p_later interval default '0', p_partition integer default null,
    p_partitions integer default null)
returns bigint language plpgsql as $$
declare
    v_chunk loader.chunk;
begin
    perform spec.at(p_later);
    select c.* into v_chunk from loader.claim_chunk(1, 'worker', p_partition => p_partition,
        p_partitions => p_partitions) as c;
    perform set_config('spec.chunk', coalesce(v_chunk.chunk_id, 0)::text, false);
    perform set_config('spec.token', coalesce(v_chunk.lease_token, 0)::text, false);
    return v_chunk.chunk_id;
end
$$;

-- The chunk that the session has claimed, and the token that it got.
create function spec.chunk() returns bigint language sql as 'select current_setting(''spec.chunk'')::bigint';
create function spec.token() returns bigint language sql as 'select current_setting(''spec.token'')::bigint';

-- What a worker does in its transaction: fence, rows (one record is one, the other a reject), merge.
create function spec.fence() returns void language sql as 'select loader.fence_chunk(spec.chunk(), spec.token())';
create function spec.reject() returns void language sql as $$
    select loader.reject_record(spec.chunk(), spec.token(), 'item', spec.chunk() * 2, 'malformed', 'no XML')
$$;
create function spec.copy() returns void language sql as $$
    insert into box_build.item (id, name, _source, _record, _hash)
    values (spec.chunk(), 'x', 1, spec.chunk() * 2 - 1, md5(spec.chunk()::text)::uuid)
$$;
create function spec.merge() returns void language plpgsql as $$
begin
    call loader.merge_chunk(spec.chunk(), spec.token(), null, 1);
end
$$;

-- Whether there are rows and rejects of the chunks that are done, and of no other.
create function spec.agrees() returns boolean language sql as $$
    select not exists (
        select from loader.chunk as c
        where (c.state = 'done')::integer <> (select count(*) from box_build.item as i where i.id = c.chunk_id)
            or (c.state = 'done')::integer <> (select count(*) from loader.reject as r where r.chunk_id = c.chunk_id)
    )
$$;

-- Whether nothing of the load can be claimed, now or ever.
create function spec.is_given_up() returns boolean language sql as $$
    select spec.at('1 year');
    select not exists (select from loader.chunk as c where c.state = 'leased')
        and not exists (select from loader.claim_chunk(1, 'checker'))
        and not exists (select from loader.claim_source(1, 'checker'))
$$;
