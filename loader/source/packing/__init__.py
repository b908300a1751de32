"""Files as streams of decoded bytes: compression, zip members, encodings, with random access."""
