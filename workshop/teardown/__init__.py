"""Removes a workshop from an AWS account: everything that is its own, nothing else, and proves it."""

from workshop.teardown.command import add_arguments, run

__all__ = ["add_arguments", "run"]
