create or replace function loader.assert_entities(p_dataset text, p_entities text[])
returns void
language plpgsql
stable
set search_path = loader, pg_temp
as $$
-- Raises LD013 unless a dataset has all of these entities. p_entities null: all entities of the dataset.
declare
    v_known text[] := array(select distinct t.entity from dataset_table as t where t.dataset = p_dataset order by 1);
begin
    if not p_entities <@ v_known then
        raise exception '% has no entity %', p_dataset,
            (select string_agg(e.name, ', ') from unnest(p_entities) as e (name) where e.name <> all (v_known))
            using errcode = 'LD013', hint = format('its entities are: %s', array_to_string(v_known, ', '));
    end if;
end
$$;
comment on function loader.assert_entities(text, text[]) is 'Raises LD013 unless a dataset has all of these entities.';
