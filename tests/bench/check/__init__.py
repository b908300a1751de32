"""The gate for regressions: ratios inside one run, each with a committed bound. `make bench-check`."""
