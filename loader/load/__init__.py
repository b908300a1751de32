"""A load from first to last: registered, checked against limits, run, watched, finished."""
