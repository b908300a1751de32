-- Objects of other users are neither dropped nor replaced: nothing is created if one is in the way.
select loader.assert_room(
    {{ dataset.name | literal }},
    {{ object_names | json }}
);
