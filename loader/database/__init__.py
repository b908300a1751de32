"""Connections to PostgreSQL: opened, watched, tried again; and the migrations of the control schema."""
