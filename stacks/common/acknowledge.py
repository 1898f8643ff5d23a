"""How a finding of cdk-nag or of the project's own rules is acknowledged."""

from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from constructs import IConstruct

NAG_PACKS = ("AwsSolutions", "Serverless")
"""Packs of cdk-nag; the ids of their findings begin with these names."""
WORKSHOP_RULES = "Workshop"
"""The project's own rules; an acknowledgement of one of their findings begins with this name and two colons."""
MIN_REASON = 20
"""Characters; a reason that a reviewer would accept does not fit in fewer."""


def acknowledge(construct: IConstruct, finding_id: str, reason: str) -> None:
    """Accept one finding on one construct, and whatever is below it.

    The finding stays in `validation-report.json` as suppressed, so that a test sees acknowledgements without one.

    Args:
        construct: the smallest construct that has the finding; never an app, stage or stack.
        finding_id: exact id as the report gives it, such as `AwsSolutions-IAM5[Resource::*]` for cdk-nag or
            `Workshop::<rule>` for a rule of this project.
        reason: why the finding is right as it is; at least 20 characters.

    Raises:
        ValueError: the reason is too short or the construct is too large.
    """
    acknowledge_all(construct, {finding_id: reason})


def acknowledge_all(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept several findings on one construct: `acknowledge` with the reasons by finding id."""
    for finding_id, reason in reasons.items():
        if len(reason.strip()) < MIN_REASON:
            raise ValueError(
                f"{construct.node.path}: the reason for {finding_id} needs at least {MIN_REASON} characters."
            )
        if isinstance(construct, cdk.Stage | cdk.Stack):
            raise ValueError(
                f"{construct.node.path}: acknowledge {finding_id} on the construct that has it, not on all."
            )
    cdk.Validations.of(construct).acknowledge(
        *(cdk.Acknowledgment(id=_qualified(finding_id), reason=reason) for finding_id, reason in reasons.items())
    )


def _qualified(finding_id: str) -> str:
    # cdk-nag alone would drop an acknowledged finding without a trace; with its namespace the CDK keeps a record.
    namespace = finding_id.partition("-")[0]
    return f"{namespace}::{finding_id}" if namespace in NAG_PACKS else finding_id


def acknowledge_wildcards(construct: IConstruct, document: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
    """Accept the wildcards of a policy document, statement by statement.

    Args:
        construct: the managed policy.
        document: IAM policy document; values may be tokens.
        reasons: why, by the Sid of the statement.

    Raises:
        KeyError: a statement with a wildcard has no reason.
    """
    found: dict[str, str] = {}
    # Resolved as a whole: each question to the CDK is a message to another process.
    for statement in cdk.Stack.of(construct).resolve(document)["Statement"]:
        if statement["Effect"] != "Allow":
            continue
        wildcards = [f"Action::{action}" for action in _listed(statement["Action"]) if "*" in action]
        resources = [_nag_text(resource) for resource in _listed(statement["Resource"])]
        wildcards += [f"Resource::{resource}" for resource in resources if "*" in resource]
        for each in wildcards:
            found[f"AwsSolutions-IAM5[{each}]"] = reasons[statement["Sid"]]
    if found:
        acknowledge_all(construct, found)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def nag_text(stack: cdk.Stack, value: str) -> str:
    """A value with tokens as cdk-nag writes it into a finding's id, such as `<Documents.Arn>/docs/*`."""
    return _nag_text(stack.resolve(value))


def _nag_text(resolved: Any) -> str:
    parts = [resolved] if isinstance(resolved, str) or "Fn::Join" not in resolved else resolved["Fn::Join"][1]
    return "".join(_rendered(part) for part in parts)


def _rendered(part: str | dict[str, Any]) -> str:
    if isinstance(part, str):
        return part.replace("${", "<").replace("}", ">")  # IAM's own variables
    return f"<{part['Ref']}>" if "Ref" in part else f"<{'.'.join(part['Fn::GetAtt'])}>"
