create or replace function loader.carried_comment(p_old text, p_was jsonb, p_now jsonb, p_new text)
returns text
language sql
immutable
set search_path = loader, pg_temp
as $$
    -- The comment that a new relation gets: the old one if a user has written it or has removed the loader's, otherwise
    -- the loader's current one. p_was, p_now: how the loader created the old and the new relation, with "comment";
    -- p_new: the comment of the new one.
    select case
        when p_was ? 'comment' and p_was ->> 'comment' is not distinct from p_old
            then case when p_now ? 'comment' then p_now ->> 'comment' else p_new end
        else p_old
    end
$$;
comment on function loader.carried_comment(text, jsonb, jsonb, text) is 'The comment that a new relation gets.';
