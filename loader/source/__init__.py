"""Dump files: which ones there are, which entities they contain, and their records."""
