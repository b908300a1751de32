"""Benchmarks: `make bench`, `make bench SUITE=name`, `make bench-check`."""
