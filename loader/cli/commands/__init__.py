"""The functions of the commands; the command line names module and function.

A command takes the parsed arguments and returns its exit code; it raises LoaderError for errors that users can fix.
"""
