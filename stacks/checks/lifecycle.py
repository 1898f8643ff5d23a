"""Rules for removal: `cdk destroy` leaves nothing behind."""

from collections.abc import Iterator

from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import get, known_text

KEPT_ON_REPLACEMENT = ("AWS::Bedrock::GuardrailVersion",)
"""Types whose old resource other stacks name until they are deployed in their turn, and which a later deletion of their
parent takes along: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_DeleteGuardrail.html"""

KEEPING = ("Retain", "RetainExceptOnCreate", "Snapshot")
PROTECTION = ("DeletionProtection", "DeletionProtectionEnabled")
_PROTECTED = ("true", "active", "enabled")


def check_retain(resource: Resource, context: Context) -> Iterator[Problem]:
    """Neither deletion nor replacement keeps a resource or a snapshot, but for what goes with its parent."""
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        if attribute == "UpdateReplacePolicy" and resource.type in KEPT_ON_REPLACEMENT:
            continue
        value = resource.body.get(attribute)
        if value in KEEPING:
            yield Problem(
                f"{attribute} is {value}, so something of it is left, and billed, when the workshop is removed.",
                "Set the construct's removal_policy to RemovalPolicy.DESTROY.",
            )


def check_protection(resource: Resource, context: Context) -> Iterator[Problem]:
    """Nothing refuses to be deleted."""
    for name in PROTECTION:
        value = known_text(get(resource.properties, name))
        if value is not None and value.lower() in _PROTECTED:
            yield Problem(f"{name} is {value}, so the stack cannot be deleted.", f"Remove {name}.")


RULES = (
    Rule(
        "retained-resource",
        "No resource is kept when its stack is deleted",
        "The workshop's promise is that nothing is left and nothing is billed: "
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html",
        (),
        check_retain,
    ),
    Rule(
        "deletion-protection",
        "No resource refuses to be deleted",
        "`cdk destroy` ends in DELETE_FAILED: "
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html",
        (),
        check_protection,
    ),
)
