"""The engine for every mapping: records parsed by libxml2, walked by compiled extractors."""
