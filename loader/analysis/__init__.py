"""Which dumps share keys, told before they are loaded."""
