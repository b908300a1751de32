"""Commands that are killed at random moments, again and again: `make test-crash`."""
