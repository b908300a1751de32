"""Operations on datasets besides loading: history, rejects, replay, repair, roles, removal."""
