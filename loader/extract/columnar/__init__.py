"""The quick engine: a block of records as arrays of tags, paths and slices, without objects for elements or values."""
