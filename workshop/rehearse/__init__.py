"""`python -m workshop rehearse`: the whole life of a workshop on the local AWS."""

from workshop.rehearse.command import add_arguments, run

__all__ = ["add_arguments", "run"]
