"""Streams big XML dumps into PostgreSQL; everything that is decided is decided in the database."""

__version__ = "0.2.0"
