"""The suites of `make bench`, a module each: `about`, `add_arguments`, `run_suite`."""
