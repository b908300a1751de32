"""The quick engine: a block of records as arrays of tags, paths and slices; no object for any element or value."""
