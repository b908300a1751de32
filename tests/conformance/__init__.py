"""The W3C's conformance files for XML, each read as a dump: fetched when asked, into a cache outside of the project."""
