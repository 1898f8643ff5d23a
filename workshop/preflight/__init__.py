"""`python -m workshop preflight`: asks the account, before a deploy, what would refuse it or fail in class.

Deploys and changes nothing. One call of each model is made, which costs less than a hundredth of a cent and subscribes
the account to a model of AWS Marketplace, as the first question of an attendee would.
"""

from workshop.preflight.account import Account
from workshop.preflight.command import add_arguments, run
from workshop.preflight.question import Finding, Question, answer
from workshop.preflight.questions import questions

__all__ = ["Account", "Finding", "Question", "add_arguments", "answer", "questions", "run"]
