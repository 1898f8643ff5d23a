"""Constructs and helpers that several stacks share."""
