"""Removes a workshop from an AWS account: everything that is its own, nothing else, and proves it."""

from workshop.teardown.arguments import add_arguments
from workshop.teardown.command import run

__all__ = ["add_arguments", "run"]
