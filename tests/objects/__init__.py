"""A property test: whatever users make in and around a dataset, no sequence of commands harms it in silence."""
