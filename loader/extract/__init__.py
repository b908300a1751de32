"""From record bytes to COPY text: the compiled extractor and the engine that runs it."""
