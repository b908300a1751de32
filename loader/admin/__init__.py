"""What is done to datasets beside loading: history, rejects, replay, repair, roles, removal."""
