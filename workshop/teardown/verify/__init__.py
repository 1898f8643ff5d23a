"""What is left after a removal, and the report about it."""
