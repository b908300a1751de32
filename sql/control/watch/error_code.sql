create or replace function loader.error_code()
returns table (sqlstate text, name text, meaning text, what_to_do text)
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- The only list of the loader's own SQLSTATEs.
    values
    (
        'LD001', 'lease_lost', 'the lease of the chunk or source is not valid any more: it has expired or ended',
        'nothing: the attempt is void'
    ),
    ('LD002', 'wrong_isolation', 'the transaction is not READ COMMITTED', 'use begin isolation level read committed'),
    (
        'LD003', 'load_open', 'another load of the dataset is open',
        'let it finish, or cancel it with loader.cancel_load'
    ),
    ('LD004', 'mapping_changed', 'the rows of an entity are from another mapping', 'load its files with --replace'),
    (
        'LD005', 'load_incomplete', 'the load cannot finish, because some of its work is not done',
        'see loader.load_status and loader.chunk'
    ),
    (
        'LD006', 'build_lost', 'a server crash emptied the unlogged shadow tables',
        'nothing: all chunks are loaded again; see loader.restart_build'
    ),
    (
        'LD007', 'publication_blocked', 'other sessions used the tables for longer than publish_wait',
        'end the sessions that the message names, then finish the load again'
    ),
    (
        'LD008', 'publication_refused', 'something depends on the tables that cannot be carried over',
        'drop what is listed, or load in merge mode'
    ),
    (
        'LD009', 'too_many_rejects', 'more records were rejected than max_rejects allows',
        'see loader.reject_summary; correct the mapping or raise max_rejects'
    ),
    (
        'LD010', 'revert_refused', 'there is no previous version of the tables, or later loads depend on the present one',
        'load the older dump with --replace'
    ),
    ('LD011', 'source_damaged', 'a source is truncated or corrupt', 'get the file again, or set damaged: accept'),
    (
        'LD012', 'balance_broken', 'the rows that arrived are not the records that were read',
        'load the files again, and find out who writes into the shadow tables; if nobody does, report a bug'
    ),
    (
        'LD013', 'unknown_name', 'there is no dataset, load, source or chunk with that name or number',
        'see loader.load_status'
    ),
    (
        'LD014', 'source_ambiguous',
        'a source with the same name, snapshot date and priority but other content was loaded before',
        'say which one is newer: --snapshot DATE'
    ),
    (
        'LD015', 'dangling_references', 'rows refer to keys that do not exist, and foreign_keys is enforce',
        'see loader.check_references'
    ),
    (
        'LD016', 'row_changed', 'a row has changed since its record was found unchanged',
        'nothing: the worker merges the chunk again, with all of its records'
    ),
    (
        'LD017', 'too_many_deletions', 'more records would be deleted than max_delete_pct allows',
        'if the dump is complete, --allow-deletes allows them; a new load with --set deletes=ignore keeps the records'
    ),
    (
        'LD018', 'rollback_refused',
        'a load cannot be rolled back: later loads depend on its records, or no history was kept',
        'roll the later loads back first'
    ),
    (
        'LD019', 'history_unknown', 'a former state is unknown, because the changes since then are not recorded',
        'set history: on for future loads'
    ),
    (
        'LD020', 'name_taken', 'an object that the loader did not make has a name that the loader needs',
        'rename, move or drop what is listed, or give the dataset another name'
    ),
    (
        'LD023', 'settings_fixed',
        'a setting that affects the content of the tables cannot change while a load is open',
        'leave it as it was, or cancel the load and start a new one'
    ),
    (
        'LD028', 'two_issues', 'a load has two editions of one file, whose records have generated keys',
        'load them one after the other'
    ),
    (
        'LD029', 'write_undone',
        'a trigger or rule of yours has changed what a load wrote, so that rows are missing or surplus',
        'disable it while the load finishes; the same command continues'
    ),
    (
        'LD030', 'rows_hidden', 'row level security may hide rows of the tables from the role that loads',
        'alter table … no force row level security, or load as a role with bypassrls'
    ),
    (
        'LD031', 'all_rejected', 'all records of an entity were rejected while its tables hold rows; the rows stay',
        'see loader.reject; correct the mapping or the file'
    ),
    (
        'LD034', 'tables_changed', 'somebody has dropped or altered tables, columns or keys of a dataset',
        'undo what is listed, or run `loader migrate DATASET --repair`'
    ),
    (
        'LD035', 'staging_lost', 'somebody has dropped or altered staging tables that an open load needs',
        'cancel the load, then load the same files again'
    ),
    (
        'LD036', 'not_readable',
        'foreign keys of other tables refer to the dataset, and the role may not, or should not, read all their rows',
        'do what is listed'
    ),
    (
        'LD037', 'not_publishable', 'the server refuses to update or delete rows of tables that are published',
        'do what is listed: a replica identity, or another publication'
    ),
    (
        'LD038', 'decisions_lost', 'the decisions of other loads, on which this load depends, are no longer recorded',
        'do what the hint says: load the files that are listed again, or restore the missing rows'
    ),
    (
        'LD039', 'index_fails', 'the expression of an index on the tables cannot be evaluated for a row to be written',
        'drop the index that is named, or correct the record; then run the same command again'
    ),
    (
        'LD042', 'history_referenced', 'rows of others refer to recorded changes or versions that would be removed',
        'drop the foreign keys that are listed, or delete these rows'
    ),
    (
        'LD044', 'not_computable', 'an expression of the mapping cannot be computed of a row that several versions make',
        'change the expression so that it is null for such values, and load with --replace'
    )
$$;
comment on function loader.error_code() is 'SQLSTATEs of the loader: what each means and what to do.';
