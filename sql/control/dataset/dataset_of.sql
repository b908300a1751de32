create or replace function loader.dataset_of(p_load bigint)
returns text
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- The dataset of a load. Raises LD013.
declare
    v_dataset text;
begin
    select l.dataset into v_dataset from load as l where l.load_id = p_load;
    if not found then
        raise exception 'there is no load %', p_load using errcode = 'LD013', hint = '`loader log` lists them';
    end if;
    return v_dataset;
end
$$;
comment on function loader.dataset_of(bigint) is 'The dataset of a load.';
