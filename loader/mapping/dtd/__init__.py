"""The DTD files that a mapping names: read, kept with its text, and what they declare."""
