"""One package for each format of records: how its records are read and extracted."""
