create or replace function loader.rank_reason(p_winner loader.source_rank, p_loser loader.source_rank)
returns text
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- Why a source wins over another: the first part of their ranks that differs, with both values.
    select case
        when (p_winner).age.priority <> (p_loser).age.priority
            then format('priority: %s against %s', (p_winner).age.priority, (p_loser).age.priority)
        when (p_winner).age.snapshot <> (p_loser).age.snapshot then format(
            'snapshot: %s against %s', coalesce(nullif((p_winner).age.snapshot, '-infinity')::text, 'none'),
            coalesce(nullif((p_loser).age.snapshot, '-infinity')::text, 'none')
        )
        when (p_winner).name <> (p_loser).name then format('source name: %s against %s', (p_winner).name, (p_loser).name)
        else 'digest of the file'
    end
$$;

comment on function loader.rank_reason(loader.source_rank, loader.source_rank) is
'Why a source wins over another: the first part of their ranks in which they differ.';
