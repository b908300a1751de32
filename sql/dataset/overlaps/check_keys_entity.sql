create or replace function {{ stage | ident }}.{{ ('check_keys_' ~ root.name) | ident }}()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
set timezone = 'UTC'
as $$
-- Validates the {{ root.name }} keys that were copied as text, as a load would: valid ones are cast, the others
-- counted. Called by loader.check_keys.
#variable_conflict use_column
begin
{% filter indent(4, true) %}{% include 'overlaps/cast_keys.sql' %}{% endfilter %}
{% filter indent(4, true) %}{% include 'overlaps/count_keyless.sql' %}{% endfilter %}
    truncate {{ stage | ident }}.{{ (root.name ~ '_key_text') | ident }};
end
$$;
comment on function {{ stage | ident }}.{{ ('check_keys_' ~ root.name) | ident }}() is
'Validates the {{ root.name }} keys that were copied as text: valid ones are cast, the others counted.';
