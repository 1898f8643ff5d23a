"""The managed policy that a permissions boundary is.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.common.acknowledge import acknowledge_wildcards
from stacks.common.roles import role_path
from stacks.identity.scope import Document

CEILING = "A boundary is a ceiling: it grants nothing, and each role's own policies name what it may do"


class BoundaryPolicy(iam.CfnManagedPolicy):
    """The most that the roles which it bounds can ever do, whatever is attached to them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, workshop_id: str, description: str, document: Document
    ) -> None:
        """Create the construct.

        Args:
            workshop_id: decides the policy's path.
            document: every one of its statements has a Sid.
        """
        super().__init__(
            scope, construct_id, path=role_path(workshop_id), description=description, policy_document=document
        )
        acknowledge_wildcards(self, document, {each["Sid"]: CEILING for each in document["Statement"]})

    def bound(self, scope: Construct) -> None:
        """Give every role below `scope` this boundary, CDK's helper roles included; an inner scope's own one wins."""
        named = iam.ManagedPolicy.from_managed_policy_arn(self, "Named", self.attr_policy_arn)
        iam.PermissionsBoundary.of(scope).apply(named)
