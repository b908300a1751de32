"""What each command does; the command line names module and function."""
