"""Exit codes of commands, the same as in docs/operations.md."""

CLEAN = 0
FAILED = 1
USAGE = 2  # the command, a setting or a mapping is wrong; nothing was started
REJECTS = 3  # done, but some records were rejected
