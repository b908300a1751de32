"""The processes of a command: a pool of workers, signs of life, stopping, shared data."""
