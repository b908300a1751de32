"""Dump files: which they are, which entities they hold, and the records in them."""
