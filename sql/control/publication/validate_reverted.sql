create or replace function loader.validate_reverted(p_dataset text)
returns setof text
language plpgsql
set search_path = loader, pg_temp
as $$
-- Validates what users have built on the tables that the last revert of a dataset brought back. Needs a transaction of
-- its own, because it reads whole tables, and the swap locks out every reader. Returns messages about foreign keys that
-- no longer hold or could not be checked. Reads event. Writes and locks as validate_dependents.
declare
    v_revert event;
begin
    select e.* into v_revert from event as e
    where e.kind = 'reverted' and e.dataset = p_dataset
    order by e.event_id desc
    limit 1;
    if found then
        perform validate_dependents(v_revert.load_id);
    end if;
    return query
    select e.message from event as e
    where e.kind in ('foreign_key_broken', 'foreign_key_unchecked') and e.dataset = p_dataset
        and e.event_id > v_revert.event_id
    order by e.event_id;
end
$$;
comment on function loader.validate_reverted(text) is
'Validates users'' foreign keys to the tables that a revert brought back; returns what is violated.';
