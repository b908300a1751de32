"""What makes the parts of a resolved mapping impossible; loader/mapping/verify.py asks for all of it."""
