"""Values as files write them: rewritten in the notation of the server, or found to be none."""
