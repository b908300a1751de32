create or replace function loader.why_wins(p_winner bigint, p_loser bigint)
returns text
language sql
stable
set search_path = loader, pg_temp
as $$
    -- Why a version of one source wins over that of another; a null winner is a full snapshot that lacks the key.
    select case
        when p_winner is null then 'absent: a later full snapshot lacks the key'
        when w.source_id is null then 'the row that is there is of no source that is known'
        when w.source_id = l.source_id then 'record: both are of ' || (w.rank).name
        else rank_reason(w.rank, l.rank)
    end
    from source_order as l left join source_order as w on w.source_id = p_winner
    where l.source_id = p_loser
$$;
comment on function loader.why_wins(bigint, bigint) is 'Why a version of one source wins over that of another.';
