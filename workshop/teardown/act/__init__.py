"""What is done next, and the doing of it."""
