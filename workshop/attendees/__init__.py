"""`python -m workshop attendees`: who takes part, and the codes with which they sign in."""

from workshop.attendees.command import add_arguments, run

__all__ = ["add_arguments", "run"]
