"""From a mapping to SQL: the templates of sql/dataset filled, installed in a database, tried there."""
