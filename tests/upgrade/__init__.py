"""Databases as older programs left them, and how they were made."""
