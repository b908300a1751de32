create or replace function loader.error_code()
returns table (sqlstate text, name text, meaning text, what_to_do text)
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- The one list of our own SQLSTATEs.
    values
    (
        'LD001', 'lease_lost', 'the chunk or source belongs to somebody else by now',
        'nothing: the attempt is void, another worker has the chunk'
    ),
    ('LD002', 'wrong_isolation', 'the transaction is not READ COMMITTED', 'begin isolation level read committed'),
    ('LD003', 'load_open', 'another load of the dataset is open', 'let it end, or cancel it with loader.cancel_load'),
    ('LD004', 'mapping_changed', 'the mapping differs from the one the tables were loaded with', 'load with --replace'),
    (
        'LD005', 'load_incomplete', 'the load cannot end: something is not done yet',
        'see loader.load_status and loader.chunk'
    ),
    (
        'LD006', 'build_lost', 'a server crash emptied the unlogged build',
        'nothing: the build begins anew; see loader.restart_build'
    ),
    (
        'LD007', 'publication_blocked', 'other sessions kept the tables in use for publish_wait',
        'end the sessions named, then finish the load again'
    ),
    (
        'LD008', 'publication_refused', 'something depends on the tables that cannot be carried over',
        'drop what is listed, or load in merge mode'
    ),
    (
        'LD009', 'too_many_rejects', 'more records were rejected than max_rejects allows',
        'see loader.reject_summary; mend the mapping or raise max_rejects'
    ),
    (
        'LD010', 'revert_refused', 'there is nothing to go back to, or later loads have written',
        'load the older dump with --replace'
    ),
    ('LD011', 'source_damaged', 'a source is cut off or corrupt', 'get the file again, or set damaged: accept'),
    (
        'LD012', 'balance_broken', 'the rows that arrived are not the records that were read',
        'load the files again; who writes into the build? If nobody does, report it: this must not happen'
    ),
    (
        'LD013', 'unknown_name', 'there is no dataset, load, source or chunk of that name or number',
        'see loader.load_status'
    ),
    (
        'LD014', 'source_ambiguous', 'a source of that name and snapshot was loaded with other content',
        'say which is newer: --snapshot DATE'
    ),
    (
        'LD015', 'dangling_references', 'rows refer to keys that are not there and foreign_keys is enforce',
        'see loader.check_references'
    ),
    (
        'LD016', 'row_changed', 'a row has changed since a record was found to be the same',
        'nothing: the worker merges the chunk again, with all of its records'
    ),
    (
        'LD017', 'too_many_deletions', 'more records would be deleted than max_delete_pct allows',
        'is the dump whole? --allow-deletes lets it; a new load with --set deletes=ignore keeps the records'
    ),
    (
        'LD018', 'rollback_refused', 'a load cannot be taken back: later loads touched the same keys, or no history is kept',
        'roll the later loads back first'
    ),
    (
        'LD019', 'history_unknown', 'a former state cannot be told: what loads changed since is not recorded',
        'set history: on before the loads that you may want to look behind'
    ),
    (
        'LD020', 'name_taken', 'something that the loader did not make is in the way',
        'rename, move or drop what is listed, or give the dataset another name'
    ),
    (
        'LD023', 'settings_fixed', 'a setting that decides what the tables become cannot change while a load is open',
        'leave it as it was, or cancel the load and begin it anew'
    ),
    (
        'LD028', 'two_issues', 'a load holds two issues of one file, whose records have generated keys',
        'load them one after the other'
    ),
    (
        'LD029', 'write_undone', 'a trigger or rule of others has changed what a load has written: rows are missing',
        'disable it while the load ends, then the same command goes on'
    ),
    (
        'LD030', 'rows_hidden', 'row level security may hide rows of the tables from the role that loads',
        'alter table … no force row level security, or load as a role with bypassrls'
    ),
    (
        'LD031', 'all_rejected', 'all records of an entity were rejected, and its tables hold rows: they stay',
        'see loader.reject; mend the mapping or the file'
    ),
    (
        'LD034', 'tables_changed', 'somebody has dropped or altered tables of a dataset, columns or keys',
        'undo what is listed, or `loader migrate DATASET --repair`'
    ),
    (
        'LD035', 'staging_lost', 'somebody has dropped or altered the staging that an open load needs',
        'cancel the load, then load the same files again'
    ),
    (
        'LD036', 'not_readable', 'foreign keys of others refer to the tables, and the role may not read where they come from',
        'grant what is listed'
    ),
    (
        'LD037', 'not_publishable', 'the server refuses to update or delete rows of tables that are published',
        'do what is listed: a replica identity, or another publication'
    )
$$;
comment on function loader.error_code() is 'SQLSTATEs of the loader: what each means and what to do.';
