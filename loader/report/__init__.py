"""Reports about a load for users: progress, state, summary, problems."""
