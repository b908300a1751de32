"""Breaks the loader on purpose, one way at a time, and runs the test that must notice.

`python -m tests.mutations [WORD…]` works in a copy; words choose mutations by their names.
"""
