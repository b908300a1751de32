"""The queue against a plain model of it, by random steps, one after the other.

What happens at once is for ``tests/isolation``.
"""
