"""XML documents: their records cut out by loader/source/xml, their rows made by the engines of loader/extract."""
