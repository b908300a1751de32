"""From the bytes of records to COPY text: the engines, and what both of them need."""
