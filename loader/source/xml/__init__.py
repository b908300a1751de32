"""XML documents cut into spans of whole records, found again and read at random."""
