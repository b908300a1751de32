-- All rows of a first load are deleted.
{% with outcome = 'x' %}{% include 'shared/decide_rows.sql' %}{% endwith %}
where t._source = any(_v_sources);
