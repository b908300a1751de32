"""From record bytes to COPY text: the engines, and what both of them need."""
