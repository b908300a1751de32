-- Nothing is made where something of others stands: neither dropped nor replaced.
select loader.assert_room(
    {{ dataset.name | literal }},
    {{ object_names | json }}
);
