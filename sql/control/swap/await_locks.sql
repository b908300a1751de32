create or replace function loader.await_locks(
    p_relations oid[], p_mode text, p_until timestamptz, p_notice timestamptz, p_used oid[] default '{}'
)
returns timestamptz
language plpgsql
set search_path = loader, pg_temp
as $$
-- Waits for a random time between two attempts to lock relations (p_mode) and what else is locked in doing so (p_used).
-- From p_notice on, a notice (LD007) names the sessions that are waited for. Returns the time of the next notice.
-- Raises LD007 with these sessions after p_until.
declare
    v_blockers text;
begin
    perform pg_sleep(0.05 + random() * 0.3);
    if clock_timestamp() < least(p_notice, p_until) then
        return p_notice;
    end if;
    v_blockers := nullif(concat_ws(
        '; ', lock_holders(p_relations, p_mode), lock_holders(p_used, 'access share'), changing_rights(p_relations)
    ), '');
    if clock_timestamp() > p_until then
        raise exception 'the tables remained in use: %', coalesce(v_blockers, 'by changing sessions')
            using errcode = 'LD007',
                hint = 'let them end, or end them with pg_terminate_backend, prepared transactions with rollback prepared; '
                    'then give the same command again';
    end if;
    raise notice 'the tables are in use: %', coalesce(v_blockers, 'by changing sessions') using errcode = 'LD007';
    return clock_timestamp() + interval '2 seconds';
end
$$;
comment on function loader.await_locks(oid[], text, timestamptz, timestamptz, oid[]) is
'Waits between two attempts to lock relations; says for which sessions, and gives up in time.';
