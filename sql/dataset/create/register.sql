select loader.register_dataset(
    {{ dataset.name | literal }},
    {{ mapping | json }},
    {{ dataset.hash | literal }},
    {{ settings | json }},
    {{ tables | json }},
    {{ references | json }},
    {{ rendered_hash | literal }},
    {{ object_names | json }},
    {{ dataset.digests | json }}
);
