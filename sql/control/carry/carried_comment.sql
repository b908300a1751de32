create or replace function loader.carried_comment(p_old text, p_was jsonb, p_now jsonb, p_new text)
returns text
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- The comment that a successor gets: the old one where a user has written that, or taken the loader's away; else
    -- the loader's own of today. p_was, p_now: how the loader made either, with "comment"; p_new: the successor's
    -- comment.
    select case
        when p_was ? 'comment' and p_was ->> 'comment' is not distinct from p_old
            then case when p_now ? 'comment' then p_now ->> 'comment' else p_new end
        else p_old
    end
$$;
comment on function loader.carried_comment(text, jsonb, jsonb, text) is 'The comment that a new relation gets.';
