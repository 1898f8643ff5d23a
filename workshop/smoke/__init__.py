"""`python -m workshop smoke`: does a deployed workshop do its job? The same checks against AWS and a local AWS."""

from workshop.smoke.command import add_arguments, run

__all__ = ["add_arguments", "run"]
