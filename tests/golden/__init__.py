"""Rendered SQL as it was reviewed."""
