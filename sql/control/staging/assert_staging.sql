create or replace function loader.assert_staging(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Raises LD035 while a load is open whose staging somebody has dropped or altered, because what it has recorded there
-- is lost. Otherwise records that the staging is about to be created again. Writes event.
declare
    v_load bigint;
begin
    select l.load_id into v_load from load as l where l.dataset = p_dataset and l.state in ('open', 'built');
    if v_load is not null then
        raise exception 'somebody has dropped or altered the staging tables of %, which load % needs', p_dataset, v_load
            using errcode = 'LD035',
                hint = format('cancel the load (`loader cancel %s`), and load the same files again', p_dataset);
    end if;
    perform log_event(
        'staging_remade',
        format('somebody had dropped or altered staging tables or procedures of %s; they were created again',
            p_dataset),
        p_level => 'warning'
    );
end
$$;
comment on function loader.assert_staging(text) is
'Raises LD035 if a load is open whose staging tables somebody has dropped or altered.';
