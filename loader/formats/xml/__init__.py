"""XML documents: loader/source/xml cuts out their records, the engines of loader/extract make their rows."""
