"""What each command does; the command line names module and function.

A command takes the parsed arguments and returns its exit code; it raises LoaderError for what people can mend.
"""
