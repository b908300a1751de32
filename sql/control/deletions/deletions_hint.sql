create or replace function loader.deletions_hint(p_load bigint, p_entity text)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- What a user can do about a load that would delete too many records of an entity. For a replace that was asked
    -- for, it names the files that rows came from but that are not in the load.
    select case
        when l.mode = 'replace' and l.options ->> 'chosen' is distinct from 'true' then
            concat(
                'a replace keeps no rows of files that it is not given',
                ', and rows came from ' || files_of_rows(l.dataset, array[p_entity], array(
                    select s.name from source as s where s.load_id = p_load
                )),
                format(': `loader cancel %s` cancels the load. If the records are really gone, ', l.dataset),
                'the same command with --allow-deletes continues'
            )
        when p_entity = any (generated_entities(l.dataset))
            then 'is the file complete? If they are really gone: --allow-deletes; if each file adds records of its '
                'own, its date has to count as part of its name: leave snapshot out of the mapping'
        else 'is the dump complete? If they are really gone, the same command with --allow-deletes continues; '
            'to keep them, cancel the load and begin it with --set deletes=ignore'
    end
    from load as l where l.load_id = p_load
$$;
comment on function loader.deletions_hint(bigint, text) is
'What can be done about a load that would delete too many records of an entity.';
