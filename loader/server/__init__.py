"""The embedded PostgreSQL server: created, started and stopped on this machine."""
