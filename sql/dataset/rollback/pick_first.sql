-- All that a first load brought is to go.
{% with outcome = 'x' %}{% include 'shared/decide_rows.sql' %}{% endwith %}
where t._source = any(_v_sources);
