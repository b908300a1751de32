"""How a command ends; docs/operations.md says the same."""

CLEAN = 0
FAILED = 1
USAGE = 2  # the command, a setting or a mapping is wrong; nothing was begun
REJECTS = 3  # done, but for records that were rejected
