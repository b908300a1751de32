-- What these routines do has other names: loader.remove_absent_after_chunks and loader.objects_in_the_way.
drop function if exists loader.remove_absent(bigint);
drop function if exists loader.unowned_objects(text, jsonb);

comment on column loader.loaded_entity.hashed_by_mapping is
'Whether _hash depends on the whole mapping, as before version 0.2.0, until a replace makes the rows again.';
