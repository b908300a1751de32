create type loader.chunk_counts as (
    inserted bigint,
    updated bigint,
    unchanged bigint,
    duplicate bigint
);
comment on type loader.chunk_counts is 'What a merge did with the records that it was given.';
