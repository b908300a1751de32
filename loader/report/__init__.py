"""What people are told of a load: progress, state, summary, all that went wrong."""
