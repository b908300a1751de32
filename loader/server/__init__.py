"""The embedded PostgreSQL server: made, started and stopped on this machine."""
