"""What a question is, and what can come of asking it."""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from workshop.aws_session import explain, is_vain
from workshop.preflight.account import Account
from workshop.report import Verdict

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)


@dataclass(frozen=True)
class Finding:
    """The answer to one question, as a row of the table."""

    verdict: Verdict
    detail: str
    """What AWS says."""
    fix: str = ""
    """What to do; empty if there is nothing to do."""


@dataclass(frozen=True)
class Question:
    """One thing that has to be so before a workshop is deployed."""

    name: str
    asks: tuple[str, ...]
    """The calls that it may make, such as `ec2:DescribeVpcs`; none for what the configuration alone tells."""
    ask: Callable[[Account], Finding]
    vital: bool = False
    """Without a good answer the other questions make no sense."""


def answer(question: Question, account: Account) -> Finding:
    """Ask; what may not be asked is a warning, anything else that goes wrong is a failure.

    Raises:
        ClientError, BotoCoreError: nothing can be asked, because the credentials have expired or AWS is not reached.
    """
    try:
        return question.ask(account)
    except ClientError as error:
        if is_vain(error):
            raise
        return _refused(question, error)
    except BotoCoreError as error:
        said = explain(error)
        if question.vital or said is None:
            raise
        return Finding(Verdict.FAIL, said, "Mend this, then ask again.")


def _refused(question: Question, error: ClientError) -> Finding:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    said = f"{error.operation_name}: {code}: {message}"
    if code not in DENIED or question.vital:
        return Finding(Verdict.FAIL, said, "Mend what AWS says, then ask again.")
    return Finding(
        Verdict.WARN,
        f"may not be asked: {said}",
        f"Ask again as somebody who may call {error.operation_name}, or look there by hand.",
    )
