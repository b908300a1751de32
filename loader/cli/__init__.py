"""The command line: the commands, what each of them does, and its exit code."""
