"""What a removal would do and cost, written down, and the safety rails before it."""
