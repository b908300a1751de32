"""What a run is told and where it keeps things: settings, logs, the user's cache, the SQL files."""
