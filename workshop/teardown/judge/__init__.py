"""Whose a resource is, from evidence, and whether somebody protected it."""
