-- An expression cannot be computed of some composed row, which no single record is to blame for: this finds it.
for _v_row in  -- noqa: PRS
    select
        {{ root | typed_names | quoted('r') | filled(8) }}
    from {{ stage | ident }}.{{ (root.name ~ '_composed') | ident }} as c
    cross join lateral jsonb_to_record(c._content -> 'row')
        as r ({{ root | typed | filled(14) }})
    order by {{ root.primary_key | idents('r') }}
loop
{%- for column in root.computed %}
    begin
        select ({{ column | computation }}) is null
        into _v_holds
        from (
            select
                {{ root | fields('_v_row') | lines(16) }}
        ) as r;
    exception
        when {{ undecidable }} then
            raise exception
                {{ ('column ' ~ column.name ~ ' cannot be computed for the ' ~ root.name ~ ' %: %') | literal }},
                jsonb_build_array({{ root.primary_key | quoted('_v_row') | join(', ') }}), sqlerrm
                using errcode = 'LD044',
                hint = 'its row is composed of several versions (policy {{ entity.policy.name }}); make the expression '
                'null for such values: it is a change of the mapping, and so needs --replace';
    end;
{%- endfor %}
end loop;
raise;
