"""The formats of records behind the seam: for each, what ties its reading to its extraction."""
