"""The command line: what can be asked, what each command does, and the exit code it ends with."""
