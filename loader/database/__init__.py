"""Connections to PostgreSQL: opened, watched, retried; and the migrations of the control schema."""
