"""The mapping of a dataset: YAML in, physical tables out."""
