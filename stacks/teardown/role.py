"""Who removes the workshop: a role with the policies of `policy.py`, and with what a build needs."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.common.acknowledge import WORKSHOP_RULES, acknowledge, acknowledge_all, acknowledge_wildcards, nag_text
from stacks.common.roles import ServiceRole, role_path
from stacks.common.wildcards import WITHOUT_RESOURCES
from stacks.identity.scope import Document
from stacks.teardown.policy import RECORD, TeardownScope, look_policies, remove_policies

LOOK = "Whose a resource is can only be told from its tags, so those of every resource have to be read"
WILDCARDS = {
    "Look": LOOK,
    "ReadTagIndex": "The tag index is read in every Region, and does not support resource-level permissions",
    "RemoveTagged": "The condition leaves only what carries the tag of this workshop",
    "RemoveUntagged": "What services make carries no tag; the condition keeps what is tagged as somebody else's",
    "RemoveRoles": "Everything below the path of this workshop",
    "RemovePolicies": "Everything below the path of this workshop",
    "RemoveBuckets": "Buckets whose name begins with the id of this workshop",
    "RemoveObjects": "Objects in buckets whose name begins with the id of this workshop",
    "RemoveVectors": "Vector buckets whose name begins with the id of this workshop",
    "LookIntoBuckets": "Buckets whose name begins with the id of this workshop",
    "LookAtFunctions": "Functions whose name begins with the id of this workshop",
    "ReadSetting": "Parameters below the path of this workshop",
    "RestoreSetting": "An account setting: its actions do not support resource-level permissions",
}
"""Why a statement of the role has a wildcard, by its Sid."""
_UNCONFINED = ("Look", "RemoveUntagged", "ReadTagIndex")


class TeardownRole(ServiceRole):
    """Looks at everything, removes what is the workshop's, and no more."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        where: TeardownScope,
        project_arn: str,
        source: s3_assets.Asset,
        record: s3.IBucket,
        log_group_arn: str,
        topic: sns.ITopic,
    ) -> None:
        """Create the construct.

        Args:
            project_arn: the build that may assume it.
            source, record, log_group_arn, topic: what that build reads, writes and tells.
        """
        super().__init__(
            scope,
            construct_id,
            workshop_id=where.workshop_id,
            service="codebuild.amazonaws.com",
            description="Removes the workshop",
            source_arn=project_arn,
            statements={"Build": _needs_of_build(source, record, log_group_arn, topic)},
        )
        everything = nag_text(cdk.Stack.of(self), record.arn_for_objects("*"))
        acknowledge(self, f"AwsSolutions-IAM5[Resource::{everything}]", "The record is the only thing in its bucket")
        for number, policy in enumerate((*look_policies(where), *remove_policies(where)), start=1):
            self.add_managed_policy(self._policy(f"Policy{number}", where, policy))

    def _policy(self, construct_id: str, where: TeardownScope, document: Document) -> iam.IManagedPolicy:
        policy = iam.CfnManagedPolicy(self, construct_id, path=role_path(where.workshop_id), policy_document=document)
        acknowledge_wildcards(policy, document, WILDCARDS)
        unconfined = {
            f"{WORKSHOP_RULES}::wildcard-resource[{action}]": WILDCARDS[statement["Sid"]]
            for statement in document["Statement"]
            if statement["Sid"] in _UNCONFINED
            for action in _with_resources(statement["Action"])
        }
        if unconfined:
            acknowledge_all(policy, unconfined)
        return iam.ManagedPolicy.from_managed_policy_arn(self, f"{construct_id}Arn", policy.attr_policy_arn)


def _needs_of_build(
    source: s3_assets.Asset, record: s3.IBucket, log_group_arn: str, topic: sns.ITopic
) -> list[iam.PolicyStatement]:
    """Its source, its record, its log, and to say that something went wrong."""
    return [
        iam.PolicyStatement(
            actions=["s3:GetObject", "s3:GetObjectVersion"],
            resources=[source.bucket.arn_for_objects(source.s3_object_key)],
        ),
        iam.PolicyStatement(actions=["s3:GetBucketAcl", "s3:GetBucketLocation"], resources=[source.bucket.bucket_arn]),
        iam.PolicyStatement(actions=list(RECORD), resources=[record.arn_for_objects("*")]),
        iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group_arn]),
        iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]),
    ]


def _with_resources(actions: str | Sequence[str]) -> list[str]:
    """The actions that support resource-level permissions; for others, IAM accepts only `*`."""
    listed = [actions] if isinstance(actions, str) else actions
    return [action for action in listed if action.lower() not in WITHOUT_RESOURCES]
