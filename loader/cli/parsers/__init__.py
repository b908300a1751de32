"""The parsers of commands: each module has those of the module of its name in `loader/cli/commands`."""
