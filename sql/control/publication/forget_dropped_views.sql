create or replace function loader.forget_dropped_views(p_load bigint)
returns void
language plpgsql
set search_path = loader, pg_temp
as $$
-- Drops the previous versions of materialized views that users have dropped since a publication, so that a revert does
-- not bring them back. Writes publication, owned_object, the old schema.
declare
    v_dataset dataset;
begin
    select d.* into v_dataset from dataset as d join load as l using (dataset) where l.load_id = p_load;
    perform drop_relations(
        array(
            select m.come_oid from publication_moves(p_load, v_dataset.old_schema) as m
            where m.is_view and m.old_oid is null and m.come_oid is not null
        ),
        v_dataset.target_schema
    );
    delete from publication as p using publication_moves(p_load, v_dataset.old_schema) as m
    where p.load_id = p_load and m.is_view and m.old_oid is null and p.position = m.place;
end
$$;
comment on function loader.forget_dropped_views(bigint) is
'Drops the previous versions of materialized views that users have dropped since a publication.';
