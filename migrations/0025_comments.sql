-- Comments as sql/control/schema has them now.
comment on table loader.migration is
'Migrations that were applied; row 0 stands for the routines, which are all replaced when one of them changes.';
comment on table loader.dataset is 'A dataset: its mapping and its schemas.';
comment on table loader.mapping_version is 'Every mapping that a dataset has had, to show what a new one changes.';
comment on column loader.source.series is
'What the issues of the file have in common: its name without date and packing (loader.feed_of).';
comment on table loader.chunk is 'A run of whole records of a source: the unit of work and of accounting.';
comment on table loader.chunk_attempt is 'Every claim of every chunk: its worker, times and outcome.';
comment on type loader.chunk_counts is 'What a merge did with its records.';
comment on table loader.reject is 'Records that could not be loaded, with their bytes, position and reason.';
comment on table loader.load_entity is 'What a load did for each entity; written when the load ends.';
comment on table loader.event is 'Events in the order in which they happened, for people and for monitoring.';
comment on table loader.publication is 'Tables that a publication swapped, which loader.revert swaps back.';
comment on table loader.dependent is
'Objects of users on tables that a publication replaced, and how they were carried over.';
comment on table loader.conflict is
'A sample of the versions that lost to another version of their key: up to 100 per entity and load.';
comment on table loader.access_role is 'The group roles; empty: the owner of the schema does everything.';
comment on table loader.owned_object is
'Objects that the loader has made, by name; loader.owned_objects tells which of them still exist.';
