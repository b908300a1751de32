create or replace function loader.drop_old_version(p_dataset text)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the previous version, which the last publication kept. Never with cascade: if users have built something on it,
-- this is named and makes it fail. Waits for its readers as a publication does. Raises LD007, LD008, LD013. Writes the
-- old schema, owned_object.
declare
    v_old text;
    v_detail text;
begin
    select d.old_schema into v_old from dataset as d where d.dataset = p_dataset;
    if not found then
        raise exception 'there is no dataset %', p_dataset using errcode = 'LD013';
    end if;
    if to_regnamespace(quote_ident(v_old)) is null then
        return;
    end if;
    perform lock_for_swap(
        array(select o.object_oid from owned_objects(p_dataset, v_old) as o where o.kind = 'relation'),
        clock_timestamp() + interval '10 minutes'
    );
    begin
        perform drop_objects(p_dataset, v_old);
    exception
        when dependent_objects_still_exist then
            get stacked diagnostics v_detail = pg_exception_detail;
            raise exception 'the tables in % cannot be dropped: something depends on them', v_old
                using errcode = 'LD008', detail = v_detail,
                hint = 'drop what is listed; the same command then continues';
    end;
    perform drop_schema(v_old);
end
$$;
comment on function loader.drop_old_version(text) is 'Drops the tables that the last publication kept.';
