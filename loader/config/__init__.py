"""Settings, logs, and where a run keeps things: the user's cache, the SQL files."""
