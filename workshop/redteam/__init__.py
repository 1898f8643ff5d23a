"""`python -m workshop redteam`: what does the deployed guardrail stop, and what does it stop by mistake?"""

from workshop.redteam.command import add_arguments, run

__all__ = ["add_arguments", "run"]
