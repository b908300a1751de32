create or replace function loader.drop_dataset(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops everything that the loader has created for a dataset: tables, history, staging, procedures, control rows. Never
-- with cascade: another user's view, foreign key, column, trigger or index makes it fail (2BP01) and is named. A schema
-- stays if the loader did not create it, or if it contains objects of other users. Companion schemas whose marks
-- somebody has removed are dropped, too. Waits for readers of its tables as a publication does. Raises LD003 while a
-- load is open, LD007, LD013.
begin
    perform 1 from dataset as d where d.dataset = p_dataset for update;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    perform assert_none_open(p_dataset);
    perform restore_marks(p_dataset);
    perform forget_loads(p_dataset);
    perform alter_in_tries(
        readable_relations(p_dataset), format('select drop_all_objects(%L)', p_dataset),
        clock_timestamp() + interval '1 minute', array(select o.object_oid from owned_objects(p_dataset) as o)
    );
end
$$;
comment on function loader.drop_dataset(text) is 'Drops everything that the loader has created for a dataset.';
