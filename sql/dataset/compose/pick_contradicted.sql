-- Rows about which the sources contradict each other now.
{% with outcome = 'x' %}{% include 'shared/decide_rows.sql' %}{% endwith %}
inner join {{ stage | ident }}.{{ (root.name ~ '_per_source') | ident }} as s
    on {{ root.primary_key | matches('s', 't') }}
where s._place = 1 and s._contradicts;
