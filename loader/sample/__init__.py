"""Discogs-like dumps of any size, for tests, benchmarks and a first try."""

from loader.sample.write import write_sample

__all__ = ["write_sample"]
