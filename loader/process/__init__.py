"""What goes wrong, or is made to stop: classes of errors, retries, signals, workers and loads that stand still."""
