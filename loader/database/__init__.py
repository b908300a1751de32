"""Connections to PostgreSQL, the embedded server, and the migrations of the control schema."""
