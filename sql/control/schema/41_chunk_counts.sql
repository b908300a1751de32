create type loader.chunk_counts as (
    inserted bigint,
    updated bigint,
    unchanged bigint,
    duplicate bigint
);
comment on type loader.chunk_counts is 'What a merge did with its records.';
comment on column loader.chunk_counts.inserted is 'Records that were not there before.';
comment on column loader.chunk_counts.updated is 'Records that replaced an older version.';
comment on column loader.chunk_counts.unchanged is 'Records that were there already, the same.';
comment on column loader.chunk_counts.duplicate is 'Records superseded by another version.';
