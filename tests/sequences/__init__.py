"""Sequences of loads, replays, rollbacks and repairs against a plain model of what the tables hold after them."""
