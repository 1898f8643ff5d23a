"""IAM statements and documents as JSON."""

from collections.abc import Sequence

from stacks.identity.scope import Document


def allow(
    sid: str, actions: Sequence[str], resources: str | Sequence[str], condition: Document | None = None
) -> Document:
    return _statement("Allow", sid, actions, resources, condition)


def deny(
    sid: str, actions: str | Sequence[str], resources: str | Sequence[str], condition: Document | None = None
) -> Document:
    return _statement("Deny", sid, actions, resources, condition)


def document(statements: Sequence[Document]) -> Document:
    """A policy document of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _statement(
    effect: str, sid: str, actions: str | Sequence[str], resources: str | Sequence[str], condition: Document | None
) -> Document:
    found: Document = {
        "Sid": sid,
        "Effect": effect,
        "Action": _one_or_many(actions),
        "Resource": _one_or_many(resources),
    }
    return {**found, "Condition": condition} if condition else found


def _one_or_many(value: str | Sequence[str]) -> str | list[str]:
    if isinstance(value, str):
        return value
    return value[0] if len(value) == 1 else list(value)
