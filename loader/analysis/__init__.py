"""Which dumps share keys, found before they are loaded."""
