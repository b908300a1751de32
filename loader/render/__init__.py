"""From a mapping to SQL: the templates of sql/dataset, rendered, installed in a database, and tried there."""
