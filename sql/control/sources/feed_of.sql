create or replace function loader.feed_of(p_name text, p_snapshot date)
returns text
language sql
immutable parallel safe
set search_path = loader, pg_temp
as $$
    -- The feed of a file: its name without the snapshot date and the compression. shop_20261001.xml,
    -- shop_20261101.xml.gz and shop_20261201.zip!shop_20261201.xml are editions of shop_.xml; so are replays of records
    -- that were rejected in them.
    select coalesce(
        regexp_replace(
            u.name,
            to_char(p_snapshot, 'YYYY-MM-DD') || '|' || to_char(p_snapshot, 'YYYYMMDD') || '|'
            || to_char(p_snapshot, 'YYYY-MM'),
            ''
        ),
        u.name
    )
    from (
        select regexp_replace(
            regexp_replace(p_name, '([.](gz|bz2|xz|zst))?([.]replay-[0-9a-f]{8}[.]xml)*$', ''),
            E'^(.+)[.]zip!(\\1([.][^.!/]+)?)$', E'\\2'
        ) as name
    ) as u
$$;
comment on function loader.feed_of(text, date) is 'The feed of a file: its name without date and compression.';
